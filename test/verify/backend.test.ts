// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { findBackend } from "../../verify/backend";
import { type Kube, KubeError } from "../../verify/kube";
import { messageOf, thrownBy } from "../helpers/errors";

const pod = (name: string, ready: boolean, more: object = {}) => ({
    metadata: { name, namespace: "monitoring", ...more },
    spec: {
        containers: [
            { name: "query", ports: [{ name: "http", containerPort: 10902 }] },
            { name: "istio-proxy" },
        ],
    },
    status: { conditions: [{ type: "Ready", status: ready ? "True" : "False" }] },
});
const service = (spec: object) => ({
    spec: { selector: { app: "query", tier: "x" }, ports: [{ name: "http", port: 9090 }], ...spec },
});

/** An API server with one Service and its pods, that notes what it is asked. */
function fakeKube(found: object | Error, pods: readonly object[] = []) {
    const paths: string[] = [];
    const kube: Kube = {
        cluster: "c2",
        json: (_method, path) => {
            paths.push(path);
            if (path.includes("/pods?")) return Promise.resolve({ items: pods });
            return found instanceof Error ? Promise.reject(found) : Promise.resolve(found);
        },
        text: () => Promise.reject(new Error("not in this test")),
        exec: () => Promise.reject(new Error("not in this test")),
    };
    return { kube, paths, find: () => findBackend(kube, "monitoring", "query") };
}

describe("findBackend", () => {
    it("takes the first ready pod that the Service selects and that stays", async () => {
        const going = { deletionTimestamp: "2026-01-01T00:00:00Z" };
        const pods = [pod("d", true), pod("c", true), pod("b", false), pod("a", true, going)];
        const { paths, find } = fakeKube(service({}), pods);
        expect(await find()).to.deep.equal({ namespace: "monitoring", pod: "c", port: 9090 });
        expect(paths).to.deep.equal([
            "/api/v1/namespaces/monitoring/services/query",
            "/api/v1/namespaces/monitoring/pods?labelSelector=app%3Dquery%2Ctier%3Dx",
        ]);
    });

    const ports: Record<string, [object[], number]> = {
        "by number": [[{ name: "http", port: 9090, targetPort: 10902 }], 10902],
        "by its name in the pod": [[{ name: "http", port: 9090, targetPort: "http" }], 10902],
        "for HTTP among several": [
            [
                { name: "grpc", port: 1 },
                { name: "http-web", port: 2 },
            ],
            2,
        ],
        "that is the only one, whatever its name": [[{ port: 3000 }], 3000],
    };
    for (const [what, [list, port]] of Object.entries(ports)) {
        it(`takes the port ${what}`, async () => {
            const { find } = fakeKube(service({ ports: list }), [pod("a", true)]);
            expect((await find()).port).to.equal(port);
        });
    }

    const wrong: Record<string, [object | Error, object[], string]> = {
        "there is no Service": [
            new KubeError("GET … was answered with 404", 404),
            [],
            "c2 has no Service query in monitoring",
        ],
        "the Service has no selector": [
            { spec: { ports: [{ port: 1 }] } },
            [pod("a", true)],
            "Service monitoring/query in c2 has no selector, so it has no pods",
        ],
        "the Service has no port": [
            service({ ports: [] }),
            [pod("a", true)],
            "Service monitoring/query in c2 has no port",
        ],
        "there is no pod": [
            service({}),
            [],
            "Service monitoring/query in c2 has no ready pod: there is no pod",
        ],
        "no pod is ready": [
            service({}),
            [pod("b", false), pod("a", false)],
            "Service monitoring/query in c2 has no ready pod: pod a is not ready (no status)",
        ],
        "the pod does not know the port's name": [
            service({ ports: [{ port: 1, targetPort: "web" }] }),
            [pod("a", true)],
            'Service monitoring/query in c2 leads to a port "web" that its pod has not',
        ],
    };
    for (const [what, [found, pods, message]] of Object.entries(wrong)) {
        it(`fails when ${what}`, async () => {
            expect(await messageOf(fakeKube(found, pods).find)).to.equal(message);
        });
    }

    it("gives any other error of the API server as it is", async () => {
        const forbidden = new KubeError("GET … was answered with 403", 403);
        expect(await thrownBy(fakeKube(forbidden).find)).to.equal(forbidden);
    });
});
