// SPDX-License-Identifier: Apache-2.0
import { X509Certificate } from "node:crypto";
import { expect } from "chai";
import { ISTIO_NAMESPACE } from "../../plan/namespaces";
import { connect } from "../../verify/kube";
import { expiryOf } from "../../verify/edgeToken";
import { FleetUnderTest, details, subjects } from "./fleetUnderTest";
import { type Attempt, NEEDED, NEEDED_BY_NAME, Thief, VERBS } from "./reader";
import { Traffic } from "./traffic";
import { until } from "./until";

const CLUSTERS = ["trust-1", "trust-2"] as const;
const [A, B] = CLUSTERS;
const EDGES = [`${A} -> ${B}`, `${B} -> ${A}`];
const HOUR_MS = 3_600_000;
const TRUST = { edgeTokenHours: 24, edgeTokenNoticeHours: 6 };
const config = (trust: object = TRUST) => ({
    clusters: CLUSTERS.map((name) => ({ name })),
    network: { name: "istio-fleet-trust", subnet: "172.21.0.0/16" },
    trust,
});

const describeAttempt = ({ verb, resource, namespace = "", name = "" }: Attempt) =>
    [verb, resource, namespace, name].join(" ").trim();

describe("trust: credentials that are small and expire, roots that change", () => {
    let fleet: FleetUnderTest;
    let traffic: Traffic | undefined;
    before(async () => {
        fleet = await FleetUnderTest.create("e2e-trust", config());
    });
    after(async () => {
        await traffic?.stop();
        await fleet.cleanUp();
    });

    /** Fails if a request was lost since the traffic began. */
    function expectNoneLost(): void {
        const sent = traffic?.sent ?? {};
        expect(Object.keys(sent)).to.deep.equal(EDGES);
        for (const [edge, { requests, lost }] of Object.entries(sent)) {
            process.stdout.write(`      ${edge}: ${String(requests)} requests\n`);
            expect(requests, edge).to.be.greaterThan(20);
            expect(lost, edge).to.deep.equal([]);
        }
    }

    const bound = async (cluster: string) => {
        const of = ["get", "secrets", "--selector=istio-fleet.io/token-of", "--output=name"];
        const names = await fleet.docker.kubectl(cluster, "--namespace", ISTIO_NAMESPACE, ...of);
        return names.split("\n").filter((name) => name !== "");
    };

    /** What our own command does, with this stack's backend. */
    const rotate = async (flag: string) => fleet.stack.command("rotate", flag);

    it("comes up, and every edge has a token that expires in 24 hours", async () => {
        await fleet.stack.up();
        const report = await fleet.verify();
        expect(subjects(report, "edge-token")).to.deep.equal(EDGES);
        for (const detail of Object.values(details(report, "edge-token"))) {
            expect(detail).to.match(/^The token is accepted, and expires .+, in 2[34]\.\d h\.$/);
        }
    });

    it("says in its outputs when each expires", async () => {
        const { trust } = (await fleet.stack.outputs()) as {
            trust: { edgeTokens: { observing: string; observed: string; expires: string }[] };
        };
        for (const { observing, observed, expires } of trust.edgeTokens) {
            const thief = await Thief.steal(await fleet.live(), observing, observed);
            expect(Date.parse(expires)).to.equal(expiryOf(thief.token));
            expect(Date.parse(expires)).to.be.within(
                Date.now() + 23 * HOUR_MS,
                Date.now() + 24 * HOUR_MS,
            );
        }
        expect(trust.edgeTokens.length).to.equal(2);
    });

    it("has nothing more to do, with a refresh and without", async () => {
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
    });

    it("lets an edge's credential do what istiod needs, and nothing else", async () => {
        const live = await fleet.live();
        const thief = await Thief.steal(live, A, B);
        const refused = [];
        for (const attempt of [...NEEDED, ...NEEDED_BY_NAME]) {
            if (!(await thief.may(attempt))) refused.push(describeAttempt(attempt));
        }
        expect(refused, "needed, and refused").to.deep.equal([]);
        const needed = new Set(NEEDED.map(describeAttempt));
        const allowed = [];
        for (const attempt of await everything(B)) {
            if (needed.has(describeAttempt(attempt))) continue;
            if (await thief.may(attempt)) allowed.push(describeAttempt(attempt));
        }
        // What Kubernetes lets everybody do who has an account: ask about himself.
        expect(
            allowed.filter((text) => !text.startsWith("create self")),
            "not needed",
        ).to.deep.equal([]);
    });

    /** Each verb on each kind that a cluster has, cluster-wide. */
    async function everything(cluster: string): Promise<Attempt[]> {
        const kinds = await fleet.docker.kubectl(cluster, "api-resources", "--output=name");
        return kinds
            .split("\n")
            .filter((kind) => kind !== "")
            .flatMap((resource) => VERBS.map((verb) => ({ verb, resource })));
    }

    it("gives a stolen token no Secret, and no ConfigMap but Istio's own", async () => {
        const thief = await Thief.steal(await fleet.live(), A, B);
        const own = `/api/v1/namespaces/${ISTIO_NAMESPACE}`;
        const answers = {
            secrets: await thief.status("/api/v1/secrets"),
            cacerts: await thief.status(`${own}/secrets/cacerts`),
            configmaps: await thief.status("/api/v1/configmaps"),
            readers: await thief.status(`${own}/serviceaccounts`),
            pods: await thief.status("/api/v1/pods?limit=1"),
        };
        expect(answers).to.deep.equal({
            secrets: 403,
            cacerts: 403,
            configmaps: 403,
            readers: 403,
            pods: 200,
        });
    });

    it("leaves istiod nothing to complain about", async () => {
        for (const cluster of CLUSTERS) {
            const of = ["--namespace", ISTIO_NAMESPACE, "logs", "deployment/istiod", "--tail=-1"];
            const log = await fleet.docker.kubectl(cluster, ...of);
            const complaints = log
                .split("\n")
                .filter((line) => /forbidden|unauthorized/i.test(line));
            expect(complaints, cluster).to.deep.equal([]);
        }
    });

    it("rotates tokens under traffic: a new one, then istiod uses it, then the old one is revoked", async () => {
        const live = await fleet.live();
        traffic = await Traffic.start(live, [
            [A, B],
            [B, A],
        ]);
        const old = await Thief.steal(live, A, B);
        const before = await bound(B);
        expect(before.length).to.equal(1);
        await rotate("--edges");
        expectNoneLost();
        const after = await bound(B);
        expect(after.length).to.equal(1);
        expect(after).to.not.deep.equal(before);
        const now = await Thief.steal(live, A, B);
        expect(now.token).to.not.equal(old.token);
        expect(await now.status("/api/v1/pods?limit=1")).to.equal(200);
        // The API server remembers a token that it has seen for ten seconds.
        await until(
            "the old token is refused",
            async () => (await old.status("/api/v1/pods?limit=1")) === 401,
            AbortSignal.timeout(30_000),
        );
    });

    it("follows services by the new token", async () => {
        // The probes are new pods and Services: nothing of them was there when tokens changed.
        await fleet.verify();
        await fleet.stack.previewNothing();
    });

    it("refuses to skip a stage of the change of roots, before anything is made", async () => {
        for (const trust of [
            { ...TRUST, rotation: "issue-next" },
            { ...TRUST, root: 2 },
        ]) {
            await fleet.stack.configure(config(trust));
            const error = await fleet.stack.up().then(
                () => "went on",
                (reason: unknown) => String(reason),
            );
            expect(error).to.include("cannot be used");
            expect(error).to.match(/trust\.(rotation|root): .+ (trust-1|trust-2)/);
        }
        await fleet.stack.configure(config());
    });

    for (const stage of ["trusts root 2 too", "issues by root 2", "forgets root 1"]) {
        it(`${stage}, under traffic`, async () => {
            await rotate("--root");
            expectNoneLost();
        });
    }

    it("has only the new root, in every cluster, and nothing more to do", async () => {
        const report = await fleet.verify();
        for (const cluster of CLUSTERS) {
            expect(details(report, "root-certificate")[cluster]).to.match(/under "Root CA 2" /);
        }
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
        const state = await fleet.stack.exported();
        expect(state).to.not.include('::mesh-ca-key"');
        expectNoneLost();
    });

    it("goes back from a stage", async () => {
        await rotate("--root");
        await fleet.stack.configure(config({ ...TRUST, root: 2 }));
        await fleet.stack.up();
        await fleet.recovers();
        expectNoneLost();
    });

    // One that nears its end is replaced in the same way; that it is, the plugin's own tests show.
    it("takes up other intermediates without a restart, and none before their window", async () => {
        const before = await intermediates();
        const uids = await pods();
        // All but a day of their year is the window now, and they are new.
        await fleet.stack.configure(config({ ...TRUST, root: 2, intermediateRenewalDays: 364 }));
        await fleet.stack.up();
        expect(await intermediates()).to.deep.equal(before);
        // Another algorithm means other keys for them, and leaves the root its own.
        const other = { root: 2, intermediateValidityDays: 300, keyAlgorithm: "RSA" };
        await fleet.stack.configure(config({ ...TRUST, ...other }));
        await fleet.stack.up();
        const after = await intermediates();
        for (const cluster of CLUSTERS) {
            expect(after[cluster]).to.not.equal(before[cluster]);
            const certificate = new X509Certificate(after[cluster] ?? "");
            expect(certificate.publicKey.asymmetricKeyType).to.equal("rsa");
            const expires = Date.parse(certificate.validTo) / 1000;
            await until(
                `istiod of ${cluster} signs by the new one`,
                async () => (await signerExpiry(cluster)) === expires,
                AbortSignal.timeout(180_000),
            );
        }
        expect(await pods()).to.deep.equal(uids);
        expectNoneLost();
    });

    /** When the intermediate expires that a cluster's istiod signs by, in seconds since 1970. */
    async function signerExpiry(cluster: string): Promise<number> {
        const at = ["--namespace", ISTIO_NAMESPACE, "get", "pods", "--selector=app=istiod"];
        const name = "--output=jsonpath={.items[0].metadata.name}";
        const istiod = await fleet.docker.kubectl(cluster, ...at, name);
        const path = `/api/v1/namespaces/${ISTIO_NAMESPACE}/pods/${istiod}:15014/proxy/metrics`;
        const metrics = await fleet.docker.kubectl(cluster, "get", "--raw", path);
        return Number(/^citadel_server_cert_chain_expiry_timestamp (\S+)$/m.exec(metrics)?.[1]);
    }

    const intermediates = async () =>
        Object.fromEntries(
            await Promise.all(
                CLUSTERS.map(async (cluster) => {
                    const kube = connect(cluster, (await fleet.live()).kubeconfigs[cluster] ?? "");
                    const path = `/api/v1/namespaces/${ISTIO_NAMESPACE}/secrets/cacerts`;
                    const { data } = (await kube.json("GET", path)) as {
                        data: Record<string, string>;
                    };
                    const pem = Buffer.from(data["ca-cert.pem"] ?? "", "base64").toString("utf8");
                    return [cluster, pem] as const;
                }),
            ),
        );

    /** UIDs and restarts of Istio's pods. */
    const pods = async () =>
        await Promise.all(
            CLUSTERS.map((cluster) =>
                fleet.docker.kubectl(
                    cluster,
                    ...["--namespace", ISTIO_NAMESPACE, "get", "pods", "--output"],
                    "jsonpath={range .items[*]}{.metadata.uid} {.status.containerStatuses[*].restartCount}{end}",
                ),
            ),
        );

    it("revokes everything when it is destroyed, and leaves nothing", async () => {
        await traffic?.stop();
        traffic = undefined;
        await fleet.destroy();
    });
});
