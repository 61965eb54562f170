// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
    readControllers,
    readDefaultStorageClass,
    readMetalLbs,
    readNamespaces,
    readNodes,
    readOtherCrds,
} from "../../host/existingObjects";
import { messageOf } from "../helpers/errors";
import { FakeCommands } from "../helpers/fakeCommands";

const CLUSTER = { kubeconfig: "./a", context: undefined };
const KUBECTL = "--kubeconfig ./a --request-timeout=10s";

describe("existingObjects", () => {
    let commands: FakeCommands;
    beforeEach(() => {
        commands = new FakeCommands();
    });
    afterEach(() => {
        commands.remove();
    });

    const answer = (args: string, content: unknown) =>
        commands.answer("kubectl", {
            [`${KUBECTL} ${args}`]: typeof content === "string" ? content : JSON.stringify(content),
        });

    describe("readNamespaces", () => {
        const ARGS =
            "get --raw /api/v1/namespaces?labelSelector=kubernetes.io%2Fmetadata.name" +
            "%20in%20(kube-system%2Cistio-system%2Cmetallb-system%2Cmonitoring)";
        const system = { metadata: { name: "kube-system", uid: "uid-1" } };

        it("are the cluster's UID, and whose the fleet's namespaces are", async () => {
            const mine = {
                "istio-fleet.io/stack": "istio-fleet.dev",
                "istio-fleet.io/member": "a.primary",
                x: "y",
            };
            answer(ARGS, {
                items: [
                    { metadata: { name: "istio-system", uid: "uid-2", labels: mine } },
                    system,
                    { metadata: { name: "metallb-system", uid: "uid-3", labels: { x: "y" } } },
                    { metadata: { name: "monitoring", uid: "uid-4" } },
                ],
            });
            expect(await readNamespaces(CLUSTER)).to.deep.equal({
                uid: "uid-1",
                namespaces: [
                    { name: "istio-system", owner: "istio-fleet.dev", member: "a.primary" },
                    { name: "metallb-system", owner: undefined, member: undefined },
                    { name: "monitoring", owner: undefined, member: undefined },
                ],
            });
        });

        it("are none in a cluster that has none of them", async () => {
            answer(ARGS, { items: [system] });
            expect(await readNamespaces(CLUSTER)).to.deep.equal({ uid: "uid-1", namespaces: [] });
        });

        it("say that it is no cluster without kube-system", async () => {
            answer(ARGS, { items: [] });
            expect(await messageOf(() => readNamespaces(CLUSTER))).to.equal(
                "it has no namespace kube-system",
            );
        });

        for (const text of ["s3cret", '{"s3cret": "s3cret"}']) {
            it(`say no more than that ${text} cannot be read`, async () => {
                answer(ARGS, text);
                expect(await messageOf(() => readNamespaces(CLUSTER))).to.equal(
                    "what it says cannot be read",
                );
            });
        }
    });

    it("readNodes are names, internal addresses and pod CIDRs", async () => {
        const addresses = [
            { type: "InternalIP", address: "10.0.0.5" },
            { type: "ExternalIP", address: "203.0.113.5" },
            { type: "InternalIP", address: "fd00::5" },
            { type: "Hostname", address: "n1" },
        ];
        answer("get --raw /api/v1/nodes", {
            items: [
                {
                    metadata: { name: "n1" },
                    spec: { podCIDR: "10.1.0.0/24", podCIDRs: ["10.1.0.0/24", "fd01::/64"] },
                    status: { addresses },
                },
                { metadata: { name: "n2" }, spec: {}, status: {} },
            ],
        });
        expect(await readNodes(CLUSTER)).to.deep.equal([
            {
                name: "n1",
                addresses: ["10.0.0.5", "fd00::5"],
                podCidrs: ["10.1.0.0/24", "fd01::/64"],
            },
            { name: "n2", addresses: [], podCidrs: [] },
        ]);
    });

    it("readControllers are istiods, injectors and MetalLB's controllers by their label", async () => {
        const deployment = (namespace: string, name: string, app: string) => ({
            kind: "Deployment",
            metadata: { namespace, name, labels: { app } },
        });
        const injector = (name: string, webhooks?: object[]) => ({
            kind: "MutatingWebhookConfiguration",
            metadata: { name, labels: { app: "sidecar-injector" } },
            ...(webhooks ? { webhooks } : {}),
        });
        const service = { namespace: "mesh", name: "istiod" };
        answer(
            "get deployments.apps,mutatingwebhookconfigurations.admissionregistration.k8s.io " +
                "--all-namespaces --selector=app in (istiod,metallb,sidecar-injector) --output=json",
            {
                items: [
                    deployment("mesh", "istiod", "istiod"),
                    deployment("lb", "controller", "metallb"),
                    deployment("mesh", "sidecar-injector", "sidecar-injector"),
                    injector("a", [{ clientConfig: { service } }, { clientConfig: {} }]),
                    injector("b", [{ clientConfig: { url: "https://x" } }]),
                    injector("c"),
                ],
            },
        );
        expect(await readControllers(CLUSTER)).to.deep.equal({
            istiods: [{ namespace: "mesh", name: "istiod" }],
            metalLbs: [{ namespace: "lb", name: "controller" }],
            injectors: [
                { name: "a", namespace: "mesh" },
                { name: "b", namespace: undefined },
                { name: "c", namespace: undefined },
            ],
        });
    });

    it("readMetalLbs are Deployments by the label of the chart", async () => {
        answer(
            "get --raw /apis/apps/v1/deployments?labelSelector=app.kubernetes.io%2Fname%3Dmetallb",
            { items: [{ metadata: { namespace: "lb", name: "metallb-controller" } }] },
        );
        expect(await readMetalLbs(CLUSTER)).to.deep.equal([
            { namespace: "lb", name: "metallb-controller" },
        ]);
    });

    describe("readDefaultStorageClass", () => {
        const KEY = "storageclass.kubernetes.io/is-default-class";
        const OLD_KEY = "storageclass.beta.kubernetes.io/is-default-class";
        const cases: [string, (object | undefined)[], boolean][] = [
            ["there are no storage classes", [], false],
            ["none is annotated", [undefined, { x: "true" }], false],
            ["one was the default", [{ [KEY]: "false" }], false],
            ["one of them is the default", [undefined, { [KEY]: "true", x: "y" }], true],
            ["one is by the annotation's old name", [{ [OLD_KEY]: "true" }], true],
        ];
        for (const [what, classes, expected] of cases) {
            it(`is ${String(expected)} where ${what}`, async () => {
                const items = classes.map((annotations) => ({ metadata: { annotations } }));
                answer("get --raw /apis/storage.k8s.io/v1/storageclasses", { items });
                expect(await readDefaultStorageClass(CLUSTER)).to.equal(expected);
            });
        }
    });

    describe("readOtherCrds", () => {
        const ARGS =
            "get customresourcedefinitions.apiextensions.k8s.io " +
            "--selector=istio-fleet.io/crd!=istio-fleet.test --no-headers";

        it("are the names of a table", async () => {
            answer(
                ARGS,
                "gateways.networking.istio.io   2026-11-21T19:13:45Z\n" +
                    "pools.metallb.io               2026-11-21T19:13:45Z\n",
            );
            expect(await readOtherCrds(CLUSTER, "istio-fleet.test")).to.deep.equal([
                "gateways.networking.istio.io",
                "pools.metallb.io",
            ]);
        });

        it("are none where kubectl prints none", async () => {
            answer(ARGS, "");
            expect(await readOtherCrds(CLUSTER, "istio-fleet.test")).to.deep.equal([]);
        });
    });
});
