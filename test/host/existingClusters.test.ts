// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { existingClusters, existingFacts } from "../../host/existingClusters";
import { rightsFor } from "../../plan/existingRights";
import { formatProblem } from "../../plan/problem";
import { existingPlan } from "../helpers/existing";
import { FakeCommands } from "../helpers/fakeCommands";
import { configOf, planOf } from "../helpers/fleets";

const OWNER = "istio-fleet.test";
const SERVER = "https://127.0.0.1:6443";
const KUBECONFIG = JSON.stringify({
    "current-context": "admin",
    clusters: [{ cluster: { server: SERVER } }],
});

/** Answers by the words that an invocation has, each once. */
const ANSWERS = {
    "config view": KUBECONFIG,
    "api/v1/namespaces": { items: [{ metadata: { name: "kube-system", uid: "uid-1" } }] },
    "api/v1/nodes": {
        items: [
            {
                metadata: { name: "n1" },
                spec: { podCIDRs: ["10.1.0.0/24"] },
                status: { addresses: [{ type: "InternalIP", address: "10.0.0.5" }] },
            },
        ],
    },
    "get deployments.apps": {
        items: [
            {
                kind: "Deployment",
                metadata: { namespace: "lb", name: "one", labels: { app: "metallb" } },
            },
        ],
    },
    "apps/v1/deployments": {
        items: [
            { metadata: { namespace: "lb", name: "one" } },
            { metadata: { namespace: "lb", name: "two" } },
        ],
    },
    "storage.k8s.io/v1/storageclasses": {
        items: [
            {
                metadata: {
                    annotations: { "storageclass.kubernetes.io/is-default-class": "true" },
                },
            },
        ],
    },
    "get customresourcedefinitions": "x.example.com   2026-11-21T19:13:45Z\n",
    create: "true\n",
};

const FORBIDDEN = 'echo "Error from server (Forbidden): x is forbidden" >&2; exit 1';

/** No to everything, and then to the first right of a list alone. */
function allButOne(rights: number): string {
    const others = "true\\n".repeat(rights - 1);
    return `case "$(cat)" in
    *'"verb":"*"'*) echo false ;;
    *) printf 'false\\n${others}' ;;
esac`;
}

describe("existing clusters", () => {
    let commands: FakeCommands;
    let folder: string;
    beforeEach(() => {
        commands = new FakeCommands().alone();
        folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
        writeFileSync(join(folder, "a"), "");
        writeFileSync(join(folder, "b"), "");
    });
    afterEach(() => {
        commands.remove();
        rmSync(folder, { recursive: true });
    });

    /** A kubectl with these answers, but for the scripts by the same words. */
    function fake(scripts: Readonly<Record<string, string>> = {}): void {
        const cases = Object.entries(ANSWERS).map(([words, content], i) => {
            const file = join(folder, `answer.${String(i)}`);
            writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
            return `*'${words}'*) ${scripts[words] ?? `cat '${file}'`} ;;`;
        });
        const otherwise = `*) echo "error: unexpected $*" >&2; exit 64 ;;`;
        commands.add("kubectl", `case "$*" in\n${[...cases, otherwise].join("\n")}\nesac`);
    }

    const plan = (addressPool?: string) =>
        existingPlan({ kubeconfig: join(folder, "a"), addressPool });

    const FACTS = {
        reachable: true,
        server: SERVER,
        context: "admin",
        kubeconfig: KUBECONFIG,
        uid: "uid-1",
        nodes: [{ name: "n1", addresses: ["10.0.0.5"], podCidrs: ["10.1.0.0/24"] }],
        namespaces: [],
        istiods: [],
        injectors: [],
        metalLbs: [{ namespace: "lb", name: "one" }],
        otherCrds: ["x.example.com"],
        defaultStorageClass: undefined,
        missing: [],
    };

    describe("existingFacts", () => {
        it("are what a cluster says of itself", async () => {
            fake();
            expect(await existingFacts(plan(), OWNER)).to.deep.equal(FACTS);
        });

        it("are every MetalLB once where one is to be put in", async () => {
            fake();
            expect(await existingFacts(plan("10.0.0.1-10.0.0.2"), OWNER)).to.deep.equal({
                ...FACTS,
                metalLbs: [
                    { namespace: "lb", name: "one" },
                    { namespace: "lb", name: "two" },
                ],
            });
        });

        it("are whether there is a default storage class, where volumes are claimed", async () => {
            fake();
            expect(await existingFacts({ ...plan(), claimsVolumes: true }, OWNER)).to.deep.equal({
                ...FACTS,
                defaultStorageClass: true,
            });
        });

        it("are no word of a default storage class where that may not be read", async () => {
            const measured = { ...plan(), measured: true, claimsVolumes: true };
            const rights = rightsFor(measured);
            fake({
                "storage.k8s.io/v1/storageclasses": FORBIDDEN,
                create: allButOne(rights.length),
            });
            expect(await existingFacts(measured, OWNER)).to.deep.equal({
                ...FACTS,
                missing: rights.slice(0, 1),
            });
        });

        it("are why the kubeconfig cannot be used", async () => {
            fake();
            rmSync(join(folder, "a"));
            expect(await existingFacts(plan(), OWNER)).to.deep.equal({
                reachable: false,
                why: "kubeconfig",
                reason: "there is no such file",
            });
        });

        it("are why the cluster does not answer, which it is asked once", async () => {
            const once = `if [ -e '${folder}/asked' ]; then exit 64; fi; : >'${folder}/asked'`;
            fake({
                "api/v1/namespaces": `${once}; echo "Unable to connect to the server: EOF" >&2; exit 1`,
                "api/v1/nodes": once,
            });
            expect(await existingFacts(plan(), OWNER)).to.deep.equal({
                reachable: false,
                why: "server",
                reason: "Unable to connect to the server: EOF",
            });
        });

        it("are empty where they may not be read, and name what is missing", async () => {
            fake({
                "api/v1/namespaces": FORBIDDEN,
                "api/v1/nodes": FORBIDDEN,
                "get deployments.apps": FORBIDDEN,
                "apps/v1/deployments": FORBIDDEN,
                "get customresourcedefinitions": FORBIDDEN,
                create: allButOne(rightsFor(plan()).length),
            });
            expect(await existingFacts(plan(), OWNER)).to.deep.equal({
                ...FACTS,
                uid: "",
                nodes: [],
                metalLbs: [],
                otherCrds: [],
                missing: [{ verb: "get", group: "", resource: "namespaces" }],
            });
        });

        it("are not guessed where something may not be read, and no right is missing", async () => {
            fake({ "api/v1/nodes": FORBIDDEN });
            expect(await existingFacts(plan(), OWNER)).to.deep.equal({
                reachable: false,
                why: "server",
                reason: "Error from server (Forbidden): x is forbidden",
            });
        });
    });

    describe("existingClusters", () => {
        const fleet = (edges: readonly string[]) => {
            const existing = (name: string) => ({
                name,
                existing: { kubeconfig: join(folder, name), loadBalancer: "provided" },
            });
            return configOf([existing("b"), "kind", existing("a")], { edges });
        };

        it("are the facts of each, and what is wrong, by the config's places", async () => {
            fake();
            const config = fleet(["kind -> a"]);
            const found = await existingClusters(planOf(config), config.clusters, "p.dev");
            expect([...found.facts]).to.deep.equal([
                ["b", FACTS],
                ["a", FACTS],
            ]);
            expect(found.problems.map(formatProblem)).to.deep.equal([
                'clusters[2].existing.server: "https://127.0.0.1:6443" (from the kubeconfig) is an address of this machine alone, and other clusters have to reach the API server. ' +
                    "Give server: a URL that works from the other clusters, for example https://10.0.0.5:6443, of a host in the API server's certificate.",
                `clusters[2].existing.kubeconfig: "${join(folder, "a")}" leads to the cluster of "b" too. Name every cluster once.`,
            ]);
        });

        it("need no kubectl where there are none", async () => {
            const config = configOf(["kind"]);
            const found = await existingClusters(planOf(config), config.clusters, "p.dev");
            expect(found).to.deep.equal({ facts: new Map(), problems: [] });
        });
    });
});
