// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { remoteKubeconfig } from "../../components/remoteSecret";
import { formatEdge, fullMesh } from "../../plan/edges";
import { clusterNames } from "../helpers/arbitraries";
import { configOf } from "../helpers/fleets";
import { type Fleet, providerOf, recordFleet } from "../helpers/stacks";

const SECRET = "kubernetes:core/v1:Secret";
const REMOTE = "istio-fleet:index:RemoteSecret";
const READER = "istio-fleet:index:RemoteReader";
const ROLE = "istio-fleet:index:ReaderRole";
const ACCOUNT = "kubernetes:core/v1:ServiceAccount";

const config = configOf(["c1", "c2", "c3"], { edges: ["c1 <-> c2", "c1 -> c3", "c2 -> c3"] });

describe("createMesh, the edges", () => {
    let fleet: Fleet;
    before(async () => {
        fleet = await recordFleet(config);
    });
    const ofType = (type: string) => fleet.recording.ofType(type);
    const get = (type: string, name: string) => fleet.recording.get(type, name);
    const inside = (component: string) =>
        fleet.recording.all.filter(({ parent }) => parent.endsWith(`::${component}`));

    it("makes a reader for each edge, in the observed cluster", () => {
        const readers = ofType(READER).map((resource) => [
            resource.name,
            providerOf(fleet.recording, resource),
        ]);
        expect(readers).to.have.deep.members([
            ["c2.reader.c1", "c2"],
            ["c1.reader.c2", "c1"],
            ["c3.reader.c1", "c3"],
            ["c3.reader.c2", "c3"],
        ]);
    });

    it("names each reader's account after the cluster that observes", () => {
        const accounts = ofType(ACCOUNT).map((account) => {
            const { name } = account.inputs.metadata as { name: string };
            return [providerOf(fleet.recording, account), name];
        });
        expect(accounts).to.have.deep.members([
            ["c2", "istio-reader-c1"],
            ["c1", "istio-reader-c2"],
            ["c3", "istio-reader-c1"],
            ["c3", "istio-reader-c2"],
        ]);
    });

    it("makes a remote secret for each edge, in the observing cluster", () => {
        const remotes = ofType(REMOTE).map((resource) => [
            resource.name,
            providerOf(fleet.recording, resource),
        ]);
        expect(remotes).to.have.deep.members([
            ["c1.remote-secret.c2", "c1"],
            ["c2.remote-secret.c1", "c2"],
            ["c1.remote-secret.c3", "c1"],
            ["c2.remote-secret.c3", "c2"],
        ]);
    });

    it("lets a remote secret lead to the observed cluster by the token of its reader", () => {
        const { inputs, secrets } = get(SECRET, "c2.remote-secret.c3-secret");
        const observed = { observedCluster: "c3", server: "https://c3-control-plane:6443" };
        const token = "c3.reader.c2-token";
        expect(inputs.stringData).to.deep.equal({
            c3: remoteKubeconfig(observed, `ca of ${token}`, `token of ${token}`),
        });
        expect(secrets).to.deep.equal(["stringData"]);
    });

    it("makes a role for readers in each observed cluster, once however many there are", () => {
        const roles = ofType(ROLE).map((role) => [
            role.name,
            providerOf(fleet.recording, role),
            role.inputs,
        ]);
        const inputs = { readerOf: "peer", readsSecrets: true };
        expect(roles).to.have.deep.members([
            ["c1.reader-of-peer", "c1", inputs],
            ["c2.reader-of-peer", "c2", inputs],
            ["c3.reader-of-peer", "c3", inputs],
        ]);
    });

    it("makes the role when the observed cluster has Istio's namespace", () => {
        const needed = fleet.recording.dependencyNames(get(ROLE, "c3.reader-of-peer"));
        expect(needed).to.include("c3-istio-istiod");
    });

    it("makes a reader when the observed cluster has the role for it", () => {
        const needed = fleet.recording.dependencyNames(get(READER, "c3.reader.c2"));
        expect(needed).to.include.members([
            "c3-istio-istiod",
            "c3.reader-of-peer-cluster",
            "c3.reader-of-peer-own",
        ]);
    });

    it("makes a remote secret when the observing cluster has its namespace", () => {
        const needed = fleet.recording.dependencyNames(get(REMOTE, "c2.remote-secret.c3"));
        expect(needed).to.include.members(["c2-istio-istiod", "c3.reader.c2-token"]);
    });

    it("has nothing else in the edges' components", () => {
        expect(inside("c3.reader.c2").map(({ name }) => name)).to.have.members([
            "c3.reader.c2-account",
            "c3.reader.c2-binding",
            "c3.reader.c2-own-binding",
            "c3.reader.c2-token",
        ]);
        expect(inside("c2.remote-secret.c3").map(({ name }) => name)).to.deep.equal([
            "c2.remote-secret.c3-secret",
        ]);
    });
});

/** The edges that the names of components of a type stand for, as configs write them. */
function edgesOf({ recording }: Fleet, type: string, word: string): string[] {
    return recording.names(type).map((name) => {
        const [inCluster = "", other = ""] = name.split(`.${word}.`);
        return type === REMOTE ? `${inCluster} -> ${other}` : `${other} -> ${inCluster}`;
    });
}

describe("createMesh of any fleet", () => {
    it("has one remote secret and one reader for each edge", async () => {
        const fleets = clusterNames(2048, { max: 3 }).chain((names) =>
            fc.tuple(fc.constant(names), fc.subarray(fullMesh(names).map(formatEdge))),
        );
        await fc.assert(
            fc.asyncProperty(fleets, async ([names, edges]) => {
                const fleet = await recordFleet(configOf(names, { edges }));
                expect(edgesOf(fleet, REMOTE, "remote-secret")).to.have.members(edges);
                expect(edgesOf(fleet, READER, "reader")).to.have.members(edges);
            }),
            { numRuns: 8 },
        );
    });

    // Two resources of one URN make recordFleet throw, as they make the engine refuse the program.
    it("gives no name twice, even where clusters are called like parts of names", async () => {
        const names = ["root", "a", "c", "a-reader-b", "b-reader-c"];
        const edges = ["c -> a-reader-b", "b-reader-c -> a"];
        const fleet = await recordFleet(configOf(names, { edges }));
        expect(edgesOf(fleet, READER, "reader")).to.have.members(edges);
    });
});
