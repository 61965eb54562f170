// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { ExistingFacts } from "../../plan/existingFacts";
import { PROXY_RIGHTS } from "../../plan/existingRights";
import { formatProblem } from "../../plan/problem";
import type { KindNode } from "../../plan/hostFacts";
import { type PresentClusters, servedTrust, trustProblems } from "../../host/servedTrust";
import { ownRoot } from "../helpers/certificates";
import { reachable } from "../helpers/existing";
import { FakeCommands } from "../helpers/fakeCommands";
import { type ClusterInput, configOf, planOf } from "../helpers/fleets";
import {
    GET_PODS,
    GET_TRUST,
    ask,
    configMap,
    inNode,
    pod,
    proxySecrets,
    secret,
    trustObjects,
} from "../helpers/trustAnswers";

const [one, two] = [ownRoot(1), ownRoot(2)];
const ONE = { trusted: ["root 1"], signer: "root 1" };
const BOTH = { trusted: ["root 1", "root 2"], signer: "root 1" };

const node = (cluster: string, running = true): KindNode => ({
    cluster,
    running,
    mounts: [],
    networks: [],
});
const present = (...kindNodes: KindNode[]): PresentClusters => ({
    kindNodes,
    existing: new Map(),
});
const planned = (clusters: readonly ClusterInput[], trust: object = {}) =>
    planOf(configOf(clusters, { trust }));

describe("servedTrust", () => {
    let commands: FakeCommands;
    beforeEach(() => {
        commands = new FakeCommands().alone();
    });
    afterEach(() => {
        commands.remove();
    });

    /** Answers in kind clusters, by cluster and arguments. */
    function answer(clusters: Readonly<Record<string, Readonly<Record<string, string>>>>): void {
        const all = Object.entries(clusters).flatMap(([cluster, answers]) =>
            Object.entries(answers).map(([args, text]) => [`${inNode(cluster)} ${args}`, text]),
        );
        commands.answer("docker", Object.fromEntries(all) as Record<string, string>);
    }

    it("is what is stored and what istiod uses, by one process in each cluster", async () => {
        const remote = { name: "c", primary: "a" };
        answer({
            a: { [GET_TRUST]: trustObjects(one, two) },
            b: { [GET_TRUST]: secret(two, one) + configMap(one, two) },
            c: { [GET_TRUST]: configMap(one) },
        });
        const nodes = present(node("a"), node("b"), node("c"));
        const found = await servedTrust(planned(["a", "b", remote]), nodes, { proxies: false });
        const live = { asked: true, proxies: undefined };
        expect(found).to.deep.equal([
            { ...live, cluster: "a", stored: BOTH, accepted: BOTH },
            {
                ...live,
                cluster: "b",
                stored: { trusted: ["root 2", "root 1"], signer: "root 2" },
                accepted: BOTH,
            },
            {
                ...live,
                cluster: "c",
                stored: undefined,
                accepted: { trusted: ["root 1"], signer: undefined },
            },
        ]);
    });

    it("is what every running proxy uses, if that is wanted", async () => {
        const pods = [
            pod("shop/cart-1"),
            pod("kube-system/coredns-1", ""),
            pod("istio-system/gateway-1"),
            pod("shop/done-1", ""),
        ];
        answer({
            a: {
                [GET_TRUST]: trustObjects(one, two),
                [GET_PODS]: pods.join(""),
                [ask("shop", "cart-1")]: proxySecrets(one, one, two),
                [ask("istio-system", "gateway-1")]: proxySecrets(two, one),
            },
        });
        expect(
            await servedTrust(planned(["a"]), present(node("a")), { proxies: true }),
        ).to.deep.equal([
            {
                cluster: "a",
                asked: true,
                stored: BOTH,
                accepted: BOTH,
                proxies: [
                    { name: "shop/cart-1", ...BOTH },
                    { name: "istio-system/gateway-1", trusted: ["root 1"], signer: "root 2" },
                ],
            },
        ]);
    });

    /** Proxies of cluster a, when asking the only one of them ends in a way. */
    async function proxiesWhen(script: string): Promise<unknown> {
        commands.add(
            "docker",
            [
                'case "$*" in',
                `*"get secret"*) printf '%s' '${trustObjects(one)}' ;;`,
                `*"get pods"*) printf 'x/p\\tnow\\n' ;;`,
                `*) ${script} ;;`,
                "esac",
            ].join("\n"),
        );
        const [found] = await servedTrust(planned(["a"]), present(node("a")), { proxies: true });
        return found?.asked ? found.proxies : found;
    }

    const failures: [string, string, unknown][] = [
        [
            "knows nothing of a proxy that fails",
            "echo 'Error: failed executing the request' >&2; exit 1",
            [{ name: "x/p", silent: "Error: failed executing the request" }],
        ],
        [
            "knows nothing of a proxy that has no certificate yet",
            "echo '{}'",
            [{ name: "x/p", silent: "it has no certificates to show" }],
        ],
        [
            "knows nothing of a proxy that says something else",
            "echo 'Not Found'",
            [{ name: "x/p", silent: "it has no certificates to show" }],
        ],
        [
            "leaves out a pod that has gone",
            `echo 'Error from server (NotFound): pods "p" not found' >&2; exit 1`,
            [],
        ],
        [
            "leaves out a proxy that has ended",
            `echo 'error: unable to upgrade connection: container not found ("istio-proxy")' >&2; exit 1`,
            [],
        ],
        [
            "leaves out a pod that has ended",
            "echo 'error: cannot exec into a container in a completed pod; current phase is Failed' >&2; exit 1",
            [],
        ],
        [
            "knows nothing of a cluster in which proxies may not be asked",
            `echo 'Error from server (Forbidden): pods "p" is forbidden' >&2; exit 1`,
            {
                cluster: "a",
                asked: false,
                reason: 'Error from server (Forbidden): pods "p" is forbidden',
                missing: PROXY_RIGHTS,
            },
        ],
    ];
    for (const [what, script, expected] of failures) {
        it(what, async () => {
            expect(await proxiesWhen(script)).to.deep.equal(expected);
        });
    }

    it("leaves out kind clusters that are not there yet, and clusters without Istio", async () => {
        answer({ a: { [GET_TRUST]: "" } });
        const found = await servedTrust(planned(["a", "b"]), present(node("a"), node("other")), {
            proxies: true,
        });
        expect(found).to.deep.equal([]);
    });

    it("says why a cluster cannot be asked", async () => {
        commands.add("docker", "echo 'The connection to the server was refused' >&2; exit 1");
        const nodes = present(node("a"), node("b", false));
        expect(await servedTrust(planned(["a", "b"]), nodes, { proxies: false })).to.deep.equal([
            {
                cluster: "a",
                asked: false,
                reason: "The connection to the server was refused",
                missing: [],
            },
            { cluster: "b", asked: false, reason: "its node is stopped", missing: [] },
        ]);
    });

    it("asks existing clusters as their user does, but for those without a namespace of Istio's", async () => {
        const existing = (name: string, context?: string) => ({
            name,
            existing: {
                kubeconfig: `./${name}.kubeconfig`,
                ...(context === undefined ? {} : { context }),
                loadBalancer: "provided",
            },
        });
        const before = "--kubeconfig ./a.kubeconfig --context x --request-timeout=10s";
        commands.answer("kubectl", { [`${before} ${GET_TRUST}`]: trustObjects(one) });
        const istio = [{ name: "istio-system", owner: "o" }];
        const facts = new Map<string, ExistingFacts>([
            ["a", reachable({ namespaces: istio })],
            ["b", reachable()],
            ["c", { reachable: false, why: "server", reason: "no route to host" }],
        ]);
        const found = await servedTrust(
            planned([existing("a", "x"), existing("b"), existing("c")]),
            { kindNodes: [], existing: facts },
            { proxies: false },
        );
        expect(found).to.deep.equal([
            { cluster: "a", asked: true, stored: ONE, accepted: ONE, proxies: undefined },
            { cluster: "c", asked: false, reason: "no route to host", missing: [] },
        ]);
    });

    describe("trustProblems", () => {
        it("asks no proxy where no root changes, whatever cannot be asked", async () => {
            answer({ a: { [GET_TRUST]: trustObjects(one) } });
            const nodes = present(node("a"), node("b", false));
            expect(await trustProblems(planned(["a", "b"]), undefined, nodes)).to.deep.equal([]);
        });

        it("asks every proxy where one changes", async () => {
            answer({
                a: {
                    [GET_TRUST]: trustObjects(one, two),
                    [GET_PODS]: pod("x/p1") + pod("x/p2"),
                    [ask("x", "p1")]: proxySecrets(one, one, two),
                    [ask("x", "p2")]: proxySecrets(one, one),
                },
            });
            const plan = planned(["a"], { rotation: "issue-next" });
            const problems = await trustProblems(plan, undefined, present(node("a")));
            expect(problems.map(formatProblem)).to.deep.equal([
                'trust.rotation: "issue-next" cannot be used yet: in a 1 of 2 proxies does not trust ' +
                    "root 2: x/p2. Use trust.root 1 with trust.rotation trust-next until every proxy " +
                    "has what that brings; `npm run rotate -- --root` takes a stage, and waits for that.",
            ]);
        });

        it("lets a change through that nobody minds", async () => {
            answer({
                a: {
                    [GET_TRUST]: trustObjects(one),
                    [GET_PODS]: pod("x/p1"),
                    [ask("x", "p1")]: proxySecrets(one, one),
                },
            });
            const plan = planned(["a"], { rotation: "trust-next" });
            expect(await trustProblems(plan, undefined, present(node("a")))).to.deep.equal([]);
        });
    });
});
