// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { pinnedImages } from "../../policy/rules/pinnedImages";
import { type Props, UNKNOWN } from "../../policy/rules/tree";
import { deployment, resource, verdicts } from "../helpers/policies";

const DIGEST = `sha256:${"0a".repeat(32)}`;
const POD = { containers: [{ name: "a", image: "a" }] };
const PROXY = { name: "istio-proxy", image: "auto" };

const FIX = "Give the release that was tested, as in name:v1.2.3, or its digest.";
const NO_TAG = "must have a tag or a digest: without, it is the newest";
const MOVES = "must have a digest, or a tag that stays the same";

function ofImage(image: unknown, settings = {}): string[] {
    return verdicts(pinnedImages, deployment({ containers: [{ name: "a", image }] }), settings);
}

/** Where a resource has images, when each of them is refused. */
function places(type: string, props: Props): string[] {
    return pinnedImages
        .check(resource(type, props), { requireDigest: true, floatingTags: [] })
        .map(({ property, value }) => `${property} ${String(value)}`);
}

describe("pinned-images", () => {
    const good = [
        "quay.io/thanos/thanos:v0.42.4",
        "docker.io/istio/pilot:1.32-dev",
        "localhost:5000/node:a15f48f14483deb8",
        "agnhost:2.57",
        "agnhost:20241104",
        `node@${DIGEST}`,
        `node:latest@${DIGEST}`,
    ];
    for (const image of good) {
        it(`takes ${image}`, () => {
            expect(ofImage(image)).to.deep.equal([]);
        });
    }

    const bad: [unknown, string][] = [
        ["nginx", NO_TAG],
        ["localhost:5000/nginx", NO_TAG],
        ["nginx:latest", MOVES],
        ["nginx:stable-slim", MOVES],
        ["redis:8", MOVES],
        ["redis:v8", MOVES],
        ["auto", NO_TAG],
        ["node:latest@sha256:0a", MOVES],
        ["node@sha256:0a", NO_TAG],
        ["", NO_TAG],
    ];
    for (const [image, rule] of bad) {
        it(`refuses ${JSON.stringify(image)}`, () => {
            const [first, ...others] = ofImage(image);
            expect(first).to.match(/^spec\.template\.spec\.containers\[0\]\.image: "/);
            expect(first?.endsWith(`" ${rule}. ${FIX}`)).to.equal(true, first);
            expect(others).to.deep.equal([]);
        });
    }

    it("refuses a container without an image, and waits for one that is not known yet", () => {
        expect(ofImage(undefined)).to.deep.equal([
            `spec.template.spec.containers[0].image: nothing must name an image. ${FIX}`,
        ]);
        expect(ofImage(UNKNOWN)).to.deep.equal([]);
    });

    it("takes digests only, where that is set", () => {
        expect(ofImage("nginx:1.29.3", { requireDigest: true })).to.deep.equal([
            'spec.template.spec.containers[0].image: "nginx:1.29.3" must have a digest. ' +
                "Add its digest, as in name:v1.2.3@sha256:…",
        ]);
        expect(ofImage(`nginx@${DIGEST}`, { requireDigest: true })).to.deep.equal([]);
    });

    it("takes and refuses the tags that are set", () => {
        expect(ofImage("nginx:latest", { floatingTags: ["mainline"] })).to.deep.equal([]);
        expect(ofImage("nginx:mainline", { floatingTags: ["mainline"] })).to.deep.equal([
            `spec.template.spec.containers[0].image: "nginx:mainline" ${MOVES}. ${FIX}`,
        ]);
    });

    describe("image: auto", () => {
        const marks: [string, Props][] = [
            ["a label", { labels: { "sidecar.istio.io/inject": "true" } }],
            ["an annotation", { annotations: { "sidecar.istio.io/inject": "true" } }],
            ["a template", { annotations: { "inject.istio.io/templates": "gateway" } }],
        ];
        for (const [what, metadata] of marks) {
            it(`is filled in by istiod, which ${what} asks to`, () => {
                const pod = deployment({ containers: [PROXY] }, metadata);
                expect(verdicts(pinnedImages, pod)).to.deep.equal([]);
            });
        }

        const refused: [string, Props, Props][] = [
            ["nobody asks istiod", PROXY, {}],
            ["istiod is asked not to", PROXY, { labels: { "sidecar.istio.io/inject": "false" } }],
            [
                "the container is not the proxy",
                { name: "app", image: "auto" },
                { labels: { "sidecar.istio.io/inject": "true" } },
            ],
        ];
        for (const [why, container, metadata] of refused) {
            it(`is refused where ${why}`, () => {
                const pod = deployment({ containers: [container] }, metadata);
                expect(verdicts(pinnedImages, pod)).to.deep.equal([
                    `spec.template.spec.containers[0].image: "auto" ${NO_TAG}. ${FIX}`,
                ]);
            });
        }
    });

    describe("looks for images in", () => {
        const templated = ["Deployment", "StatefulSet", "DaemonSet", "ReplicaSet"];
        for (const kind of templated) {
            it(kind, () => {
                expect(
                    places(`kubernetes:apps/v1:${kind}`, { spec: { template: { spec: POD } } }),
                ).to.deep.equal(["spec.template.spec.containers[0].image a"]);
            });
        }

        it("Job, CronJob and Pod, however its type is written", () => {
            const template = { spec: POD };
            expect(places("kubernetes:batch/v1:Job", { spec: { template } })).to.deep.equal([
                "spec.template.spec.containers[0].image a",
            ]);
            const jobTemplate = { spec: { template } };
            expect(places("kubernetes:batch/v1:CronJob", { spec: { jobTemplate } })).to.deep.equal([
                "spec.jobTemplate.spec.template.spec.containers[0].image a",
            ]);
            for (const type of ["kubernetes:core/v1:Pod", "kubernetes:v1:Pod"]) {
                expect(places(type, template)).to.deep.equal(["spec.containers[0].image a"]);
            }
        });

        it("every kind of container, and volumes", () => {
            const spec = {
                containers: [{ name: "b", image: "1" }],
                initContainers: [{ name: "c", image: "2" }],
                ephemeralContainers: [{ name: "d", image: "3" }],
                volumes: [
                    { name: "e", image: { reference: "4" } },
                    { name: "f", emptyDir: {} },
                ],
            };
            expect(places("kubernetes:core/v1:Pod", { spec })).to.deep.equal([
                "spec.containers[0].image 1",
                "spec.initContainers[0].image 2",
                "spec.ephemeralContainers[0].image 3",
                "spec.volumes[0].image.reference 4",
            ]);
        });

        it("what Prometheus Operator makes pods of, with what is added to its own containers", () => {
            const spec = {
                image: "1",
                thanos: { image: "2" },
                containers: [
                    { name: "config-reloader", resources: {} },
                    { name: "own", image: "3" },
                ],
            };
            for (const kind of ["Prometheus", "PrometheusAgent", "Alertmanager", "ThanosRuler"]) {
                expect(places(`kubernetes:monitoring.coreos.com/v1:${kind}`, { spec }))
                    .to.deep //
                    .equal(["spec.image 1", "spec.thanos.image 2", "spec.containers[1].image 3"]);
            }
            expect(places("kubernetes:monitoring.coreos.com/v1:Prometheus", { spec: {} }))
                .to.deep //
                .equal(["spec.image undefined"]);
        });

        it("the flag by which Prometheus Operator is told its reloader", () => {
            const args = ["--namespaces=a", "--prometheus-config-reloader=quay.io/x:latest"];
            const containers = [{ name: "a", image: "a:1.2.3", args }];
            expect(verdicts(pinnedImages, deployment({ containers }))).to.deep.equal([
                `spec.template.spec.containers[0].args[1]: "quay.io/x:latest" ${MOVES}. ${FIX}`,
            ]);
        });

        it("patches, of which an image need not be part", () => {
            const patch = (image?: string) =>
                places("kubernetes:apps/v1:DeploymentPatch", {
                    spec: { template: { spec: { containers: [{ name: "a", image }] } } },
                });
            expect(patch("a")).to.deep.equal(["spec.template.spec.containers[0].image a"]);
            expect(patch()).to.deep.equal([]);
        });
    });

    it("leaves other kinds alone, of the same name too", () => {
        const props = { spec: { template: { spec: POD }, image: "a" } };
        for (const type of [
            "kubernetes:core/v1:ConfigMap",
            "kubernetes:example.com/v1:Deployment",
            "kubernetes:monitoring.coreos.com/v1:ServiceMonitor",
            "docker:index/container:Container",
        ]) {
            expect(places(type, props)).to.deep.equal([]);
        }
    });
});
