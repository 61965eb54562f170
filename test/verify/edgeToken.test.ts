// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { remoteKubeconfig } from "../../components/remoteSecret";
import type { VerifyContext } from "../../verify/context";
import { checkEdgeTokens, expiryOf, judgeExpiry } from "../../verify/edgeToken";
import { type Kube, KubeError } from "../../verify/kube";
import { liveContext, without } from "../helpers/liveFleet";
import { webToken } from "../helpers/tokens";

const HOUR = 3_600_000;
const NOW = Date.parse("2030-01-01T00:00:00Z");
const FIX = "`npm run rotate -- --edges` makes a new one.";
const FOREVER = "The token is accepted, and does not expire.";

describe("expiryOf", () => {
    it("reads when a token expires, in ms", () => {
        expect(expiryOf(webToken({ exp: 1_893_456_000 }))).to.equal(NOW);
    });

    it("knows that a token without an end never expires", () => {
        expect(expiryOf(webToken({ iss: "kubernetes/serviceaccount" }))).to.equal(undefined);
    });

    it("reads claims of any letters, in which base64 and base64url differ", () => {
        const claims = { sub: "??>>~~ä😀", exp: 7 };
        expect(webToken(claims)).to.match(/[-_]/);
        expect(expiryOf(webToken(claims))).to.equal(7000);
    });

    for (const text of ["", "abc", "a.b", "a..c"]) {
        it(`refuses ${JSON.stringify(text)}, which is no token`, () => {
            expect(() => expiryOf(text)).to.throw(SyntaxError);
        });
    }
});

describe("judgeExpiry", () => {
    const found = (hours: number, notice?: number) => judgeExpiry(NOW + hours * HOUR, notice, NOW);

    it("holds for a token that never expires", () => {
        expect(judgeExpiry(undefined, 8, NOW)).to.deep.equal({ ok: true, detail: FOREVER });
    });

    it("holds as long as the notice is left, and says how long that is", () => {
        expect(found(12.26, 8)).to.deep.equal({
            ok: true,
            detail: "The token is accepted, and expires 2030-01-01T12:15:36.000Z, in 12.3 h.",
        });
        expect(found(8, 8).ok).to.equal(true);
    });

    it("fails once less than the notice is left, and says what to do", () => {
        expect(found(7.5, 8)).to.deep.equal({
            ok: false,
            detail:
                "The token expires 2030-01-01T07:30:00.000Z, in 7.5 h, which is less than the notice of 8 h. " +
                `Any update makes a new one; ${FIX}`,
        });
    });

    it("wants no more than that it has not expired where there is no notice", () => {
        expect(found(0.1).ok).to.equal(true);
        expect(found(-0.1).ok).to.equal(false);
    });

    it("holds exactly for tokens with at least the notice left", () => {
        const ms = fc.integer({ min: -1000 * HOUR, max: 1000 * HOUR });
        fc.assert(
            fc.property(ms, fc.integer({ min: 1, max: 900 }), (left, notice) => {
                const { ok } = judgeExpiry(NOW + left, notice, NOW);
                expect(ok).to.equal(left >= notice * HOUR);
            }),
        );
    });
});

/** What was asked, of whom. */
interface Asked {
    readonly of: string;
    readonly path: string;
    /** The kubeconfig that it was asked by. */
    readonly by: unknown;
}

describe("edge-token", () => {
    const clusters = { a: {}, b: {}, r: { primary: "a" } };
    const edges = ["a -> b", "a -> r", "b -> a", "r -> a"];
    let asked: Asked[] = [];
    beforeEach(() => {
        asked = [];
    });

    type Answer = (path: string) => unknown;
    /** Access that notes what it is asked. */
    const kube = (cluster: string, by: unknown, answer: Answer): Kube => {
        const ask = (path: string) => {
            asked.push({ of: cluster, path, by });
            return Promise.resolve(path).then(answer);
        };
        return {
            cluster,
            text: async (_method, path) => JSON.stringify(await ask(path)),
            json: (_method, path) => ask(path),
            exec: () => Promise.reject(new Error("nothing is run")),
        };
    };
    /** A fleet with these remote secrets. */
    const contextOf = (secret: (observed: string) => unknown): VerifyContext => {
        const context = liveContext(clusters, edges);
        const kubes = Object.keys(clusters).map((name) => {
            const value = kube(name, "admin", (path) => secret(path.replace(/^.*-/, "")));
            return [name, { ok: true as const, value }] as const;
        });
        const trust = { edgeTokenNoticeHours: 8 };
        return { ...context, fleet: { ...context.fleet, trust }, kubes: new Map(kubes) };
    };
    const inSecret = (observed: string, text: string) => ({
        data: { [observed]: Buffer.from(text).toString("base64") },
    });
    const withToken = (token: string) =>
        contextOf((observed) => {
            const server = `https://${observed}-control-plane:6443`;
            const target = { observedCluster: observed, server };
            return inSecret(observed, remoteKubeconfig(target, "authority", token));
        });
    const check = (context: VerifyContext, answer: Answer = () => ({})) =>
        checkEdgeTokens(context, (cluster, text) => kube(cluster, JSON.parse(text), answer));
    const details = async (context: VerifyContext, answer?: Answer) =>
        new Set((await check(context, answer)).map(({ ok, detail }) => `${String(ok)} ${detail}`));

    it("is about each edge of a primary, its remotes among them", async () => {
        const token = webToken({});
        expect(await check(withToken(token))).to.deep.equal(
            ["a -> b", "a -> r", "b -> a"].map((subject) => ({
                id: "edge-token",
                subject,
                ok: true,
                detail: FOREVER,
            })),
        );
    });

    it("reads the remote secret, and asks by it as this machine reaches the cluster", async () => {
        const token = webToken({});
        await check(withToken(token));
        expect(asked).to.deep.include({
            of: "a",
            path: "/api/v1/namespaces/istio-system/secrets/istio-remote-secret-b",
            by: "admin",
        });
        const seenFromHere = { observedCluster: "b", server: "https://127.0.0.1:20001" };
        const kubeconfig = remoteKubeconfig(seenFromHere, "authority", token);
        expect(asked.filter(({ of, by }) => of === "b" && by !== "admin")).to.deep.equal([
            { of: "b", path: "/api/v1/namespaces?limit=1", by: JSON.parse(kubeconfig) as unknown },
        ]);
    });

    it("fails for tokens that end within the notice", async () => {
        const seconds = Math.floor(Date.now() / 1000) + 7 * 3600;
        const [detail = ""] = await details(withToken(webToken({ exp: seconds })));
        expect(detail).to.contain("which is less than the notice of 8 h.");
    });

    it("holds for tokens that end later", async () => {
        const seconds = Math.floor(Date.now() / 1000) + 9 * 3600;
        const [detail = ""] = await details(withToken(webToken({ exp: seconds })));
        expect(detail).to.match(/^true The token is accepted, and expires .*, in 9\.0 h\.$/);
    });

    it("says that a token is not accepted any more, and what to do", async () => {
        const refused = () => {
            throw new KubeError("GET /api/v1/namespaces in b was answered with 401", 401);
        };
        expect(await details(withToken(webToken({})), refused)).to.deep.equal(
            new Set([
                `false The API server of b no longer accepts the token. ${FIX}`,
                `false The API server of r no longer accepts the token. ${FIX}`,
                `false The API server of a no longer accepts the token. ${FIX}`,
            ]),
        );
    });

    it("says what the API server said when the account may not do what it must", async () => {
        const refused = () => {
            throw new KubeError("GET was answered with 403: no", 403);
        };
        expect(await details(withToken(webToken({})), refused)).to.deep.equal(
            new Set(["false GET was answered with 403: no."]),
        );
    });

    it("says what the API server said when there is no remote secret", async () => {
        const context = contextOf(() => {
            throw new KubeError("GET was answered with 404: not found", 404);
        });
        expect(await details(context)).to.deep.equal(
            new Set(["false GET was answered with 404: not found."]),
        );
    });

    for (const [what, secret] of [
        ["has no data", {}],
        ["is about another cluster", inSecret("other", "{}")],
        ["is empty", { data: { a: "", b: "", r: "" } }],
    ] as const) {
        it(`says so when a remote secret ${what}`, async () => {
            const checks = await check(contextOf(() => secret));
            expect(checks.map(({ ok, detail }) => [ok, detail])).to.deep.equal([
                [false, "Secret istio-remote-secret-b in a has no kubeconfig."],
                [false, "Secret istio-remote-secret-r in a has no kubeconfig."],
                [false, "Secret istio-remote-secret-a in b has no kubeconfig."],
            ]);
        });
    }

    it("says so when the observing cluster cannot be reached", async () => {
        const checks = await check(without(withToken(webToken({})), "a"));
        expect(checks.map(({ subject, detail }) => [subject, detail])).to.deep.equal([
            ["a -> b", "a cannot be reached"],
            ["a -> r", "a cannot be reached"],
            ["b -> a", FOREVER],
        ]);
    });

    it("never says the token", async () => {
        const token = webToken({ exp: 1 }, "hush");
        const said = [
            await details(withToken(token)),
            await details(withToken("hush")),
            await details(contextOf((observed) => inSecret(observed, `token: ${token}`))),
        ];
        const wrong = said.map((one) => [...one].filter((text) => !text.startsWith("false ")));
        expect(wrong).to.deep.equal([[], [], []]);
        const all = said.flatMap((one) => [...one]);
        expect(all.filter((text) => text.includes("hush"))).to.deep.equal([]);
    });
});
