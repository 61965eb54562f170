// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { containerResources } from "../../policy/rules/containerResources";
import { type Props, UNKNOWN } from "../../policy/rules/tree";
import { deployment, resource, verdicts } from "../helpers/policies";

const requests = { cpu: "10m", memory: "64Mi" };
const SIZED = { requests, limits: { memory: "1Gi" } };
const FIX = "Take what it needs under load; of a chart's container, in the chart's values.";

function ofResources(resources: unknown, settings = {}): string[] {
    const pod = deployment({ containers: [{ name: "app", resources }] });
    return verdicts(containerResources, pod, settings);
}

/** The line for a property of the container app. */
function line(property: string, value: string): string {
    const path = `spec.template.spec.containers[0].resources.${property}`;
    return `${path}: ${value} must be set for container "app". ${FIX}`;
}

describe("container-resources", () => {
    it("takes requests and a limit of memory", () => {
        expect(ofResources(SIZED)).to.deep.equal([]);
    });

    const bad: [string, unknown, string[]][] = [
        [
            "none",
            undefined,
            [
                line("requests.cpu", "nothing"),
                line("requests.memory", "nothing"),
                line("limits.memory", "nothing"),
            ],
        ],
        ["no limit", { requests }, [line("limits.memory", "nothing")]],
        [
            "a limit of none, which is no limit",
            { requests, limits: { memory: "0" } },
            [line("limits.memory", '"0"')],
        ],
        [
            "requests without cpu",
            { ...SIZED, requests: { memory: "64Mi" } },
            [line("requests.cpu", "nothing")],
        ],
    ];
    for (const [what, resources, expected] of bad) {
        it(`refuses ${what}`, () => {
            expect(ofResources(resources)).to.deep.equal(expected);
        });
    }

    it("waits for what is not known yet", () => {
        expect(ofResources(UNKNOWN)).to.deep.equal([]);
        expect(ofResources({ requests, limits: { memory: UNKNOWN } })).to.deep.equal([]);
    });

    it("wants what is set, and nothing else", () => {
        expect(ofResources(SIZED, { required: ["limits.cpu"] })).to.deep.equal([
            line("limits.cpu", "nothing"),
        ]);
        expect(ofResources(undefined, { required: [] })).to.deep.equal([]);
    });

    it("looks at containers that start the pod, and not at those that are put into it", () => {
        const pod = deployment({
            initContainers: [{ name: "first", resources: { requests } }],
            ephemeralContainers: [{ name: "debug" }],
        });
        expect(verdicts(containerResources, pod)).to.deep.equal([
            "spec.template.spec.initContainers[0].resources.limits.memory: nothing " +
                `must be set for container "first". ${FIX}`,
        ]);
    });

    it("looks at what Prometheus Operator makes pods of, but not at parts of its containers", () => {
        const prometheus = (spec: Props) =>
            verdicts(
                containerResources,
                resource("kubernetes:monitoring.coreos.com/v1:Prometheus", { spec }),
                { required: ["limits.memory"] },
            );
        expect(prometheus({ resources: SIZED, containers: [{ name: "prometheus" }] }))
            .to.deep //
            .equal([]);
        expect(prometheus({ thanos: { resources: SIZED } })).to.deep.equal([
            `spec.resources.limits.memory: nothing must be set for container "prometheus". ${FIX}`,
        ]);
    });

    describe("of a sidecar that istiod injects", () => {
        const labels = { "sidecar.istio.io/inject": "true" };
        const sized = {
            "sidecar.istio.io/proxyCPU": "10m",
            "sidecar.istio.io/proxyMemory": "40Mi",
        };
        const ofPod = (metadata: Props) => verdicts(containerResources, deployment({}, metadata));

        it("takes the mesh's sizes, or a whole one", () => {
            expect(ofPod({ labels })).to.deep.equal([]);
            const annotations = { ...sized, "sidecar.istio.io/proxyMemoryLimit": "256Mi" };
            expect(ofPod({ labels, annotations })).to.deep.equal([]);
        });

        it("refuses a part of a size, with which istiod leaves out the mesh's", () => {
            const key = "sidecar.istio.io/proxyMemoryLimit";
            const line =
                `spec.template.metadata.annotations["${key}"]: nothing must be set: ` +
                "with one such annotation the sidecar has none of the mesh's sizes. " +
                "Set it too, or none of them.";
            expect(ofPod({ labels, annotations: sized })).to.deep.equal([line]);
            const spec = { podMetadata: { labels, annotations: sized }, resources: SIZED };
            const type = "kubernetes:monitoring.coreos.com/v1:Prometheus";
            expect(verdicts(containerResources, resource(type, { spec }))).to.deep.equal([
                line.replace("spec.template.metadata", "spec.podMetadata"),
            ]);
        });

        it("looks at none where nothing is injected", () => {
            expect(ofPod({ annotations: sized })).to.deep.equal([]);
        });
    });
});
