// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Asking, awaitServed } from "../../cli/served";
import { StepError } from "../../cli/steps";
import type { FleetPlan } from "../../plan/fleet";
import type { Issued, ServedTrust } from "../../plan/servedTrust";
import { trustTarget } from "../../plan/trustTarget";
import { ownRoot } from "../helpers/certificates";
import { messageOf, thrownBy } from "../helpers/errors";
import { FakeCommands } from "../helpers/fakeCommands";
import { type ClusterInput, configOf, planOf } from "../helpers/fleets";
import {
    GET_PODS,
    GET_TRUST,
    ask as askProxy,
    inNode,
    pod,
    proxySecrets,
    trustObjects,
} from "../helpers/trustAnswers";

const trust = { rotation: "trust-next" };
const planned = (...clusters: readonly ClusterInput[]) => planOf(configOf(clusters, { trust }));

const ONE: Issued = { trusted: ["root 1"], signer: "root 1" };
const BOTH: Issued = { trusted: ["root 1", "root 2"], signer: "root 1" };

/** A cluster with what its istiod serves, and its proxies x/p1 and so on. */
function live(cluster: string, accepted: Issued, ...proxies: readonly Issued[]): ServedTrust {
    const named = proxies.map((proxy, i) => ({ name: `x/p${String(i + 1)}`, ...proxy }));
    return { cluster, asked: true, stored: BOTH, accepted, proxies: named };
}

const SERVED = [live("a", BOTH, BOTH, BOTH), live("b", BOTH, BOTH)];
const unknown = { cluster: "b", asked: false, reason: "no route to host", missing: [] } as const;

describe("awaitServed", () => {
    const plan = planned("a", "b");
    const target = trustTarget(plan, undefined);
    let said: string[];
    let asked: FleetPlan[];
    beforeEach(() => {
        said = [];
        asked = [];
    });
    const say = (line: string) => {
        said.push(line);
    };
    /** Gives answers one after the other, the last one for ever. */
    const answering =
        (...answers: readonly (readonly ServedTrust[])[]): Asking["ask"] =>
        (of) => {
            asked.push(of);
            return Promise.resolve(answers[Math.min(asked.length, answers.length) - 1] ?? []);
        };
    const patient = { seconds: 60, intervalMs: 1 };
    const wait = (ask: Asking["ask"], signal = new AbortController().signal) =>
        awaitServed(plan, target, say, signal, { ask, ...patient });

    it("asks once, and says nothing, where everybody serves it", async () => {
        await wait(answering(SERVED));
        expect(asked).to.deep.equal([plan]);
        expect(said).to.deep.equal([]);
    });

    it("asks until nobody is behind, and says who is when that changes", async () => {
        const nobodyYet = [live("a", ONE, ONE, ONE), live("b", ONE, ONE)];
        const notAll = [live("a", BOTH, BOTH, ONE), live("b", BOTH, BOTH)];
        const silent = [live("a", BOTH, BOTH, BOTH), unknown];
        await wait(answering(nobodyYet, nobodyYet, notAll, notAll, silent, notAll, SERVED));
        expect(asked).to.have.length(7);
        expect(said).to.deep.equal([
            "Waiting for a/istiod, a/x/p1, a/x/p2 and 2 more.",
            "Waiting for a/x/p2.",
            "Waiting for b.",
            "Waiting for a/x/p2.",
        ]);
    });

    it("fails after the deadline, with who is behind and what to do", async () => {
        const late = answering([live("a", BOTH, ONE, BOTH), unknown]);
        const times = { seconds: 0.02, intervalMs: 5 };
        const error = await thrownBy(() =>
            awaitServed(plan, target, say, new AbortController().signal, { ask: late, ...times }),
        );
        expect(error).to.be.instanceOf(StepError);
        expect(error).to.include({
            message:
                "after 0.02 s these do not serve it: a/x/p1, b. Look at their logs, or delete the pods " +
                "of proxies: new ones are given what is served now",
        });
    });

    it("takes an answer that comes after the deadline", async () => {
        await awaitServed(plan, target, say, new AbortController().signal, {
            ask: answering(SERVED),
            seconds: -1,
            intervalMs: 1,
        });
        expect(asked).to.have.length(1);
    });

    it("fails at once where the fleet cannot be asked at all", async () => {
        expect(await messageOf(() => wait(() => Promise.reject(new Error("no docker"))))).to.equal(
            "no docker",
        );
        expect(said).to.deep.equal([]);
    });

    describe("stops by a signal, with its reason", () => {
        const reason = new Error("stopped by SIGINT");
        const late = answering([live("a", ONE)]);
        const stopping = (start: (stop: () => void) => Asking["ask"], lines: typeof say) =>
            thrownBy(() => {
                const controller = new AbortController();
                const ask = start(() => {
                    controller.abort(reason);
                });
                const forLong = { seconds: 600, intervalMs: 600_000 };
                return awaitServed(plan, target, lines, controller.signal, { ask, ...forLong });
            });

        it("while it asks", async () => {
            const thrown = await stopping(
                (stop) => (of) => {
                    stop();
                    return late(of);
                },
                say,
            );
            expect(thrown).to.equal(reason);
            expect(asked).to.have.length(1);
        });

        it("while it waits", async () => {
            const thrown = await stopping(
                (stop) => (of) => {
                    setTimeout(stop, 20);
                    return late(of);
                },
                say,
            );
            expect(thrown).to.equal(reason);
            expect(said).to.deep.equal(["Waiting for a/istiod."]);
        });
    });
});

describe("awaitServed of live clusters", () => {
    const [one, two] = [ownRoot(1), ownRoot(2)];
    let commands: FakeCommands;
    beforeEach(() => {
        commands = new FakeCommands().alone();
    });
    afterEach(() => {
        commands.remove();
    });

    /** What is answered in a cluster with two proxies, of which the second lacks a root. */
    const answers = (before: string) => ({
        [`${before} ${GET_TRUST}`]: trustObjects(one, two),
        [`${before} ${GET_PODS}`]: pod("x/p1") + pod("x/p2"),
        [`${before} ${askProxy("x", "p1")}`]: proxySecrets(one, one, two),
        [`${before} ${askProxy("x", "p2")}`]: proxySecrets(one, one),
    });
    /** The first thing that is said: after it this is stopped. */
    async function firstLine(plan: FleetPlan): Promise<string> {
        const controller = new AbortController();
        const target = trustTarget(plan, undefined);
        return messageOf(() =>
            awaitServed(
                plan,
                target,
                (line) => {
                    controller.abort(new Error(line));
                },
                controller.signal,
            ),
        );
    }

    it("asks the nodes of kind clusters that run, and every proxy", async () => {
        const node = (cluster: string, Running: boolean) => ({
            State: { Running },
            Config: { Labels: { "io.x-k8s.kind.cluster": cluster } },
            Mounts: [],
            NetworkSettings: { Networks: {} },
        });
        const nodes = JSON.stringify([node("a", true), node("b", false), node("other", true)]);
        commands.answer("docker", {
            "container ls --all --quiet --filter label=io.x-k8s.kind.role=control-plane": "1\n",
            "container inspect 1": nodes,
            ...answers(inNode("a")),
        });
        expect(await firstLine(planned("a", "b"))).to.equal("Waiting for a/x/p2, b.");
    });

    it("asks existing clusters without a docker engine", async () => {
        const existing = { kubeconfig: "./a.kubeconfig", context: "x", loadBalancer: "provided" };
        const before = "--kubeconfig ./a.kubeconfig --context x --request-timeout=10s";
        commands.answer("kubectl", answers(before));
        expect(await firstLine(planned({ name: "a", existing }))).to.equal("Waiting for a/x/p2.");
    });
});
