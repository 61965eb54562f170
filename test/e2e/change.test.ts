// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { FleetUnderTest } from "./fleetUnderTest";
import { Traffic } from "./traffic";

const NETWORK = { name: "istio-fleet-change", subnet: "172.20.0.0/16" };
const config = (names: readonly string[], edges: readonly string[], more: object = {}) => ({
    clusters: names.map((name) => ({ name })),
    edges,
    network: NETWORK,
    ...more,
});
/** The two clusters that stay, whatever happens to others. */
const STAY = ["stay-1", "stay-2"];
const BETWEEN = "stay-1 <-> stay-2";

describe("changes to a fleet with traffic on the edges that stay", () => {
    let fleet: FleetUnderTest;
    let traffic: Traffic | undefined;
    before(async () => {
        fleet = await FleetUnderTest.create("e2e-change", config(STAY, [BETWEEN]));
    });
    after(async () => {
        await traffic?.stop();
        await fleet.cleanUp();
    });

    /** UIDs of all pods but those of the traffic, with their restarts. */
    async function pods(): Promise<string[]> {
        const columns =
            'jsonpath={range .items[*]}{.metadata.namespace} {.metadata.name} {.metadata.uid} {.status.containerStatuses[*].restartCount}{"\\n"}{end}';
        const lists = await Promise.all(
            STAY.map((name) =>
                fleet.docker.kubectl(name, "get", "pods", "--all-namespaces", "--output", columns),
            ),
        );
        return lists
            .join("\n")
            .split("\n")
            .filter((line) => line !== "" && !line.startsWith("istio-fleet-"))
            .sort();
    }

    /** What a preview changes: an operation, a type and a name for each resource. */
    async function changes(): Promise<string[]> {
        const preview = await fleet.stack.preview();
        const lines = preview.matchAll(/^ *([-+~]+) +([\w-]+:[\w./-]+:\w+) +(\S+)/gm);
        const all = [...lines].map(([, ...parts]) => parts.join(" "));
        // The authority lists its clusters.
        return [...new Set(all)].filter((line) => !/ pulumi:pulumi:Stack | mesh-ca$/.test(line));
    }

    /** Applies a config; what stays must not lose a request, or a pod. */
    async function change(
        next: ReturnType<typeof config>,
        mayRestart: (pod: string) => boolean = () => false,
    ): Promise<{ previewed: string[]; up: string }> {
        const keep = (all: readonly string[]) => all.filter((pod) => !mayRestart(pod));
        const before = await pods();
        await fleet.stack.configure(next);
        const previewed = await changes();
        const up = await fleet.stack.up();
        expect(keep(await pods())).to.deep.equal(keep(before));
        await fleet.verify();
        return { previewed, up };
    }

    it("starts with two clusters and traffic both ways", async () => {
        await fleet.stack.up();
        traffic = await Traffic.start(await fleet.live(), [
            ["stay-1", "stay-2"],
            ["stay-2", "stay-1"],
        ]);
    });

    it("adds a cluster: the preview shows it, its edges, and nothing else", async () => {
        const names = [...STAY, "added"];
        const edges = [BETWEEN, "stay-1 <-> added", "stay-2 -> added"];
        // In another place of the list: the order means nothing.
        const { previewed } = await change(config([...names].reverse(), edges));
        expect(previewed.filter((line) => !line.includes("added"))).to.deep.equal([]);
        expect(previewed.filter((line) => !line.startsWith("+ "))).to.deep.equal([]);
        expect(previewed).to.include("+ istio-fleet:index:KindCluster added");
    });

    it("cuts two edges: only their accounts, tokens and secrets go", async () => {
        const { previewed } = await change(
            config([...STAY, "added"], [BETWEEN, "stay-1 -> added"]),
        );
        const reader = (name: string) => [
            `- istio-fleet:index:RemoteReader ${name}`,
            `- kubernetes:core/v1:Secret ${name}-token`,
            `- kubernetes:core/v1:ServiceAccount ${name}-account`,
            `- kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding ${name}-binding`,
            `- kubernetes:rbac.authorization.k8s.io/v1:RoleBinding ${name}-own-binding`,
        ];
        const secret = (name: string) => [
            `- istio-fleet:index:RemoteSecret ${name}`,
            `- kubernetes:core/v1:Secret ${name}-secret`,
        ];
        expect(previewed).to.have.members([
            ...reader("added.reader.stay-2"),
            ...secret("stay-2.remote-secret.added"),
            ...reader("stay-1.reader.added"),
            ...secret("added.remote-secret.stay-1"),
        ]);
    });

    it("adds an edge again", async () => {
        const edges = [BETWEEN, "stay-1 -> added", "stay-2 -> added"];
        const { previewed } = await change(config([...STAY, "added"], edges));
        expect(
            previewed.filter(
                (line) => !/added\.reader\.stay-2|stay-2\.remote-secret\.added/.test(line),
            ),
        ).to.deep.equal([]);
        expect(previewed).to.include("+ istio-fleet:index:RemoteSecret stay-2.remote-secret.added");
    });

    it("removes a cluster: its peers' remote secrets go first", async () => {
        const { previewed, up } = await change(config(STAY, [BETWEEN]));
        expect(previewed.filter((line) => !line.includes("added"))).to.deep.equal([]);
        expect(await fleet.docker.containers("added")).to.deep.equal([]);
        const deleted = (name: string) => up.search(new RegExp(`${name} deleted`));
        for (const peer of STAY) {
            const secret = deleted(`${peer}.remote-secret.added-secret`);
            expect(secret, peer).to.be.greaterThan(-1);
            expect(secret, peer).to.be.lessThan(deleted("added-kind"));
        }
    });

    it("moves istiod to other settings: only istiod is rolled", async () => {
        const values = { istiod: { env: { PILOT_DEBOUNCE_AFTER: "150ms" } } };
        const isIstiod = (pod: string) => pod.startsWith("istio-system istiod-");
        const { previewed } = await change(config(STAY, [BETWEEN], { values }), isIstiod);
        const ofIstiod = /-istiod:| istio-fleet:index:IstioControlPlane /;
        expect(previewed.filter((line) => !ofIstiod.test(line))).to.deep.equal([]);
        for (const name of STAY) {
            const istiod = `${name}-istio-istiod:istio-system/istiod`;
            expect(previewed).to.include(`~ kubernetes:apps/v1:Deployment ${istiod}`);
        }
    });

    it("lost no request on the way", async () => {
        const sent = await traffic?.stop();
        traffic = undefined;
        expect(Object.keys(sent ?? {})).to.deep.equal(["stay-1 -> stay-2", "stay-2 -> stay-1"]);
        for (const [edge, { requests, lost }] of Object.entries(sent ?? {})) {
            process.stdout.write(
                `      ${edge}: ${String(requests)} requests, ${String(lost.length)} lost\n`,
            );
            expect(lost, edge).to.deep.equal([]);
            expect(requests).to.be.greaterThan(500);
        }
    });

    it("destroys, and leaves nothing", async () => {
        await fleet.destroy();
    });
});
