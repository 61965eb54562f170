// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { upstream } from "../../bundle";
import { remoteKubeconfig } from "../../components/remoteSecret";
import { reachable } from "../helpers/existing";
import { configOf } from "../helpers/fleets";
import { settled } from "../helpers/mocks";
import { nameOf } from "../helpers/shape";
import {
    EMPTY,
    type Fleet,
    awaitedBy,
    deletedWithOf,
    providerOf,
    recordFleet,
} from "../helpers/stacks";
import { EXPIRES, tokenFor } from "../helpers/tokens";

const BINDING = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding";
const COMMAND = "command:local:Command";
const HANDOVER = "istio-fleet:index:TokenHandover";
const READER = "istio-fleet:index:RemoteReader";
const REMOTE = "istio-fleet:index:RemoteSecret";
const ROLE = "istio-fleet:index:ReaderRole";
const RULES = "kubernetes:monitoring.coreos.com/v1:PrometheusRule";
const SECRET = "kubernetes:core/v1:Secret";
const TERM = "tls:index/selfSignedCert:SelfSignedCert";
const KEY = "tls:index/privateKey:PrivateKey";

const trust = { edgeTokenHours: 24 };
const environmentOf = ({ recording }: Fleet, name: string) =>
    recording.get(COMMAND, name).inputs.environment;

describe("edges with tokens that expire", () => {
    let fleet: Fleet;
    before(async () => {
        fleet = await recordFleet(
            configOf(["a", "b", "c"], { edges: ["a <-> b", "a -> c"], trust }),
        );
    });

    it("have one key for all terms", () => {
        const keys = fleet.recording.names(KEY).filter((name) => !name.includes("mesh-ca"));
        expect(keys.filter((name) => !name.includes("metallb"))).to.deep.equal(["edge-terms"]);
        const terms = fleet.recording.ofType(TERM).filter(({ name }) => name.endsWith("-term"));
        expect(terms.map(({ name, inputs }) => [name, inputs.privateKeyPem])).to.have.deep.members(
            ["a.reader.b", "b.reader.a", "c.reader.a"].map((reader) => [
                `${reader}-expiring-term`,
                "key of edge-terms\n",
            ]),
        );
    });

    it("have each token made in the observed cluster, for as long as the plan says", () => {
        const { inputs } = fleet.recording.get(TERM, "c.reader.a-expiring-term");
        expect([inputs.validityPeriodHours, inputs.earlyRenewalHours]).to.deep.equal([24, 8]);
        expect(environmentOf(fleet, "c.reader.a-expiring-token")).to.deep.include({
            KIND_NODE: "c-control-plane",
            ACCOUNT: "istio-reader-a",
            HOURS: "24",
        });
        const bound = fleet.recording.get(SECRET, "c.reader.a-expiring-bound");
        expect(providerOf(fleet.recording, bound)).to.equal("c");
        expect(deletedWithOf(fleet.recording, bound)).to.equal("c-kind");
    });

    it("have it in the remote secret, and no other", () => {
        const { inputs, secrets } = fleet.recording.get(SECRET, "a.remote-secret.c-secret");
        const command = "c.reader.a-expiring-token";
        const observed = { observedCluster: "c", server: "https://c-control-plane:6443" };
        const token = tokenFor(24, `token-of-${command}`);
        expect(inputs.stringData).to.deep.equal({
            c: remoteKubeconfig(observed, `ca of ${command}`, token),
        });
        expect(secrets).to.deep.equal(["stringData"]);
    });

    it("hand over from the observed cluster to the observing one", () => {
        expect(environmentOf(fleet, "a.token.c-taken")).to.deep.include({
            KIND_NODE: "a-control-plane",
            REMOTE_SECRET: "istio-remote-secret-c",
            OBSERVED: "c",
        });
        expect(environmentOf(fleet, "a.token.c-revoked")).to.deep.include({
            KIND_NODE: "c-control-plane",
            SELECTOR: "istio-fleet.io/token-of=istio-reader-a",
        });
    });

    it("hand over what the token is bound to", () => {
        const bound = fleet.recording.get(SECRET, "c.reader.a-expiring-bound").inputs;
        const { name } = bound.metadata as { name: string };
        for (const command of ["a.token.c-taken", "a.token.c-revoked"]) {
            expect(environmentOf(fleet, command)).to.deep.include({ BOUND_NAME: name });
        }
    });

    it("let each half of a handover go with its own cluster", () => {
        const goesWith = (name: string) => nameOf(fleet.recording.get(COMMAND, name).deletedWith);
        expect(goesWith("a.token.c-taken")).to.equal("a-kind");
        expect(goesWith("a.token.c-revoked")).to.equal("c-kind");
    });

    const order: [string, string, string[]][] = [
        [ROLE, "c.reader-of-peer", ["c-istio"]],
        [READER, "c.reader.a", ["c-istio", "c.reader-of-peer", "edge-terms"]],
        [REMOTE, "a.remote-secret.c", ["a-istio", "c.reader.a"]],
        [HANDOVER, "a.token.c", ["a", "a.remote-secret.c", "c", "c.reader.a"]],
    ];
    for (const [type, name, expected] of order) {
        it(`make ${name} after ${expected.join(", ")}`, () => {
            const short = type.replace("istio-fleet:index:", "");
            expect(awaitedBy(fleet.recording, short, name)).to.deep.equal(expected);
        });
    }

    it("say in the outputs when tokens end, in the open", async () => {
        const { trust: said } = fleet.outputs;
        expect(said?.edgeTokenNoticeHours).to.equal(8);
        const tokens = (said?.edgeTokens ?? []).map(async ({ observing, observed, expires }) => [
            observing,
            observed,
            expires && (await settled(expires)),
        ]);
        const expires = { value: EXPIRES, secret: false };
        expect(await Promise.all(tokens)).to.have.deep.members([
            ["a", "b", expires],
            ["a", "c", expires],
            ["b", "a", expires],
        ]);
    });

    it("need no key where there is no edge", async () => {
        const { recording } = await recordFleet(configOf(["a", "b"], { edges: [], trust }));
        expect(recording.names(KEY)).not.to.include("edge-terms");
        expect(recording.names(HANDOVER)).to.deep.equal([]);
    });
});

describe("edges with tokens that live as long as they do", () => {
    it("have no term, no handover and nothing in the outputs", async () => {
        const { recording, outputs } = await recordFleet(configOf(["a", "b"]));
        expect(recording.names(KEY)).not.to.include("edge-terms");
        expect(recording.names("istio-fleet:index:ExpiringToken")).to.deep.equal([]);
        expect(recording.names(HANDOVER)).to.deep.equal([]);
        expect(outputs.trust).to.equal(undefined);
    });
});

describe("edges to a primary and to a remote", () => {
    const clusters = ["p", "q", { name: "r", primary: "p" }];
    const roleOf = ({ recording }: Fleet, reader: string) =>
        (recording.get(BINDING, `${reader}-binding`).inputs.roleRef as { name: string }).name;

    it("get roles of their own: more for the istiod that serves the remote", async () => {
        const fleet = await recordFleet(configOf(clusters));
        expect(fleet.recording.names(ROLE)).to.deep.equal([
            "p.reader-of-peer",
            "q.reader-of-peer",
            "r.reader-of-peer",
            "r.reader-of-remote",
        ]);
        const roles = ["p.reader.q", "q.reader.p", "r.reader.p", "r.reader.q"].map((reader) => [
            reader,
            roleOf(fleet, reader).replace("istio-fleet-reader-of-", ""),
        ]);
        expect(roles).to.deep.equal([
            ["p.reader.q", "peer"],
            ["q.reader.p", "peer"],
            ["r.reader.p", "remote"],
            ["r.reader.q", "peer"],
        ]);
    });

    it("wait each for its own role", async () => {
        const { recording } = await recordFleet(configOf(clusters));
        const roles = (reader: string) =>
            awaitedBy(recording, "RemoteReader", reader).filter((name) => name !== "r-istio");
        expect(roles("r.reader.p")).to.deep.equal(["r.reader-of-remote"]);
        expect(roles("r.reader.q")).to.deep.equal(["r.reader-of-peer"]);
    });

    it("let no reader list Secrets where istiod need not", async () => {
        const istio = { ...upstream.istio, readsRemoteSecrets: false };
        const { recording } = await recordFleet(configOf(clusters), {
            sources: { ...upstream, istio },
        });
        const reads = recording.ofType(ROLE).map(({ inputs }) => inputs.readsSecrets);
        expect(reads).to.deep.equal([false, false, false, false]);
    });
});

describe("edges between a kind cluster and an existing one, with tokens that expire", () => {
    it("revoke in the existing one also when the kind cluster goes", async () => {
        const existing = { kubeconfig: "./x.kubeconfig", loadBalancer: "provided" };
        const config = configOf(["k", { name: "x", existing }], { trust });
        const server = "https://10.0.0.2:6443";
        const facts = new Map([["x", reachable({ uid: "uid-x", context: "admin@x", server })]]);
        const fleet = await recordFleet(config, { host: { ...EMPTY, existing: facts } });
        const goesWith = (name: string) => nameOf(fleet.recording.get(COMMAND, name).deletedWith);
        expect(goesWith("k.token.x-taken")).to.equal("k-kind");
        expect(goesWith("k.token.x-revoked")).to.equal("");
        expect(goesWith("x.token.k-taken")).to.equal("");
        expect(goesWith("x.token.k-revoked")).to.equal("k-kind");
        expect(environmentOf(fleet, "k.token.x-revoked")).to.deep.include({
            KIND_NODE: "",
            KUBECONFIG: "./x.kubeconfig",
            KUBE_CONTEXT: "admin@x",
            CLUSTER_UID: "uid-x",
        });
    });
});

describe("edges with tokens that expire, in a fleet that is measured", () => {
    let fleet: Fleet;
    before(async () => {
        const metrics = { central: "a", scrapeSeconds: 20 };
        const edges = ["a -> b", "a -> c", "b -> a"];
        fleet = await recordFleet(configOf(["a", "b", "c"], { edges, trust, metrics }));
    });

    it("are told to the federation of each cluster that observes others", () => {
        const rules = fleet.recording.ofType(RULES).filter(({ name }) => name.includes("token"));
        const ofClusters = rules.map((rule) => {
            const { groups } = rule.inputs.spec as {
                groups: { interval: string; rules: { labels: object; expr: string }[] }[];
            };
            return [
                rule.name,
                providerOf(fleet.recording, rule),
                groups.map(({ interval }) => interval),
                groups.flatMap((group) => group.rules.map(({ labels, expr }) => [labels, expr])),
            ];
        });
        const ends = (cluster: string) => [{ remote_cluster: cluster }, "vector(1893459600)"];
        expect(ofClusters).to.have.deep.members([
            ["a-edge-tokens-rules", "a", ["20s"], [ends("b"), ends("c")]],
            ["b-edge-tokens-rules", "b", ["20s"], [ends("a")]],
        ]);
    });

    it("are told to it once its operator is there, and the tokens are", () => {
        const awaited = awaitedBy(fleet.recording, "EdgeTokenRules", "a-edge-tokens");
        expect(awaited).to.deep.equal(["a-prometheus-operator", "b.reader.a", "c.reader.a"]);
    });

    it("have an alert with the notice of the plan", () => {
        const { spec } = fleet.recording.get(RULES, "b-federation-rules").inputs;
        const { groups } = spec as { groups: { rules: { alert: string; expr: string }[] }[] };
        const alerts = groups.flatMap(({ rules }) => rules);
        const found = alerts.filter(({ alert }) => alert === "EdgeTokenNearExpiry");
        expect(found.map(({ expr }) => expr)).to.deep.equal([
            '(max(istio_fleet_edge_token_expiry_timestamp_seconds{remote_cluster="a"}) or vector(0)) - time() < 28800',
        ]);
    });
});
