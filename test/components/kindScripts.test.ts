// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { CREATE, DELETE, KUBECONFIG, UPDATE } from "../../components/kindScripts";
import { MARK } from "../../plan/generation";
import { type FakeCluster, FakeMachine } from "../helpers/fakeMachine";
import {
    CONFIG,
    CONTENT,
    CREATED,
    DELETED,
    GOT,
    IDENTITY,
    LOCK,
    LOOK,
    environment,
    foreign,
    ours,
    ready,
} from "../helpers/kindCalls";

describe("kind scripts", () => {
    let machine: FakeMachine;
    beforeEach(() => {
        machine = new FakeMachine();
    });
    afterEach(() => {
        machine.remove();
    });
    /** Calls without those that only look at what is there. */
    const deeds = () => machine.calls().filter((call) => !call.startsWith("docker|container|"));
    const temporary = () => machine.list("home").filter((path) => path.includes("_tmp"));
    const kinds = () => machine.calls().filter((call) => call.startsWith("kind|"));

    describe("CREATE", () => {
        const create = () => machine.run(CREATE, environment(), CONFIG);

        it("makes a cluster that is not there, and waits until it serves", async () => {
            expect((await create()).code).to.equal(0);
            expect(machine.calls()).to.deep.equal([LOCK, LOOK, CREATED, ...ready("180s")]);
        });

        it("gives kind the config from standard input", async () => {
            await create();
            expect(machine.read("kind.json")).to.equal(CONFIG);
        });

        it("prints nothing to standard output", async () => {
            expect((await create()).stdout).to.equal("");
        });

        it("adopts a healthy cluster of the same making", async () => {
            machine.addCluster("east", ours);
            expect((await create()).code).to.equal(0);
            expect(deeds()).to.deep.equal([LOCK, ...ready("30s"), CONTENT]);
        });

        const stale: [string, FakeCluster][] = [
            ["is half made", { ...ours, ready: false }],
            ["is of another making", { ...ours, mounts: [`${MARK}/1-2`] }],
            ["has something of Istio's in it", { ...ours, namespaces: ["istio-system"] }],
            ["has something of MetalLB's in it", { ...ours, namespaces: ["metallb-system"] }],
            ["has two marks", { ...ours, mounts: [`${MARK}/${IDENTITY}`, `${MARK}/1-2`] }],
        ];
        for (const [what, cluster] of stale) {
            it(`removes a cluster that ${what}, and makes it again`, async () => {
                machine.addCluster("east", cluster);
                expect((await create()).code).to.equal(0);
                expect(kinds()).to.deep.equal([DELETED, CREATED]);
            });
        }

        it("makes a cluster again when it cannot be asked what is in it", async () => {
            machine.addCluster("east", ours);
            machine.set("api-is-down");
            expect((await create()).code).to.equal(0);
            expect(kinds()).to.deep.equal([DELETED, CREATED]);
        });

        for (const [what, cluster] of foreign) {
            it(`refuses a cluster ${what}, and leaves it alone`, async () => {
                machine.addCluster("east", cluster);
                expect(await create()).to.deep.equal({
                    code: 1,
                    stdout: "",
                    stderr:
                        'cluster: "east" is the name of a kind cluster that does not belong to this fleet. ' +
                        "Choose another name, or remove that cluster: kind delete cluster --name east\n",
                });
                expect(kinds()).to.deep.equal([]);
            });
        }

        it("touches no other cluster", async () => {
            machine.addCluster("east-1", ours);
            await create();
            expect(machine.clusters()).to.have.members(["east", "east-1"]);
        });

        it("fails with the docker engine, and does nothing", async () => {
            machine.set("engine-is-down");
            const { code, stdout, stderr } = await create();
            expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
            expect(stderr).to.equal("Cannot connect to the Docker daemon\n");
            expect(kinds()).to.deep.equal([]);
        });

        it("fails with kind", async () => {
            machine.set("create-fails");
            const { code, stdout } = await create();
            expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
        });

        it("fails when the cluster does not get ready, and removes it: it is not in the state", async () => {
            machine.set("never-ready");
            const { code, stdout, stderr } = await create();
            expect({ code, stdout }).to.deep.equal({ code: 1, stdout: "" });
            expect(stderr).to.include(
                'cluster: "east" was made, but did not serve within 180 s, so it is removed again. ' +
                    "Most often inotify instances or memory are short: npm run doctor\n",
            );
            expect(machine.clusters()).to.deep.equal([]);
        });

        it("leaves no kubeconfig in the home folder", async () => {
            await create();
            expect(machine.list("home").filter((path) => path.includes("kube"))).to.deep.equal([]);
        });
    });

    describe("UPDATE", () => {
        it("does nothing", async () => {
            machine.addCluster("east", ours);
            expect((await machine.run(UPDATE, environment(), CONFIG)).code).to.equal(0);
            expect(machine.calls()).to.deep.equal([]);
        });
    });

    describe("KUBECONFIG", () => {
        it("prints the kubeconfig, and does nothing else", async () => {
            machine.addCluster("east", ours);
            const { code, stdout } = await machine.run(KUBECONFIG, { CLUSTER: "east" }, "");
            expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "kubeconfig of east\n" });
            expect(machine.calls()).to.deep.equal([GOT]);
        });
    });

    describe("DELETE", () => {
        const remove = () => machine.run(DELETE, environment(), CONFIG);

        const deleted: [string, FakeCluster][] = [
            ["a cluster of ours", ours],
            ["a cluster of ours that is not ready", { ...ours, ready: false }],
            ["a cluster of ours of another making", { ...ours, mounts: [`${MARK}/1-2`] }],
        ];
        for (const [what, cluster] of deleted) {
            it(`removes ${what}`, async () => {
                machine.addCluster("east", cluster);
                const { code, stdout } = await remove();
                expect({ code, stdout }).to.deep.equal({ code: 0, stdout: "" });
                expect(kinds()).to.deep.equal([DELETED]);
            });
        }

        it("is content when the cluster has gone already", async () => {
            const outcome = await remove();
            expect(outcome).to.deep.equal({ code: 0, stdout: "", stderr: "" });
            expect(machine.calls()).to.deep.equal([LOCK, LOOK]);
        });

        for (const [what, cluster] of foreign) {
            it(`leaves a cluster ${what} alone, and says so`, async () => {
                machine.addCluster("east", cluster);
                expect(await remove()).to.deep.equal({
                    code: 0,
                    stdout: "",
                    stderr: 'cluster: "east" was left alone, it does not belong to this fleet\n',
                });
                expect(kinds()).to.deep.equal([]);
            });
        }

        it("fails with the docker engine, for the cluster may be there", async () => {
            machine.addCluster("east", ours);
            machine.set("engine-is-down");
            const { code, stderr } = await remove();
            expect({ code, stderr }).to.deep.equal({
                code: 1,
                stderr: "Cannot connect to the Docker daemon\n",
            });
        });

        it("leaves no lock behind", async () => {
            machine.addCluster("east", ours);
            await remove();
            expect(machine.list("home/.cache/istio-fleet/locks")).to.deep.equal([]);
        });
    });

    describe("all of them", () => {
        const scripts: [string, string][] = [
            ["CREATE", CREATE],
            ["UPDATE", UPDATE],
            ["DELETE", DELETE],
        ];
        const states: [string, FakeCluster | undefined][] = [
            ["a healthy cluster", ours],
            ["a half-made cluster", { ...ours, ready: false }],
            ["a foreign cluster", { ...ours, mounts: [] }],
            ["no cluster", undefined],
        ];
        for (const [script, text] of scripts) {
            for (const [state, cluster] of states) {
                it(`leave no temporary file: ${script} with ${state}`, async () => {
                    if (cluster) machine.addCluster("east", cluster);
                    await machine.run(text, environment(), CONFIG);
                    expect(temporary()).to.deep.equal([]);
                });
            }
        }

        it("take values as they are, whatever a shell would make of them", async () => {
            const hostile = "a b$(touch x)`touch x`;touch x;'\"\\ *$HOME&|<>x\t!~#";
            const values = environment(hostile, hostile);
            await machine.run(CREATE, values, CONFIG);
            await machine.run(CREATE, values, CONFIG);
            await machine.run(DELETE, values, CONFIG);
            expect(machine.list("cwd")).to.deep.equal([]);
            expect(kinds().map((call) => call.split("--name|")[1]?.split("|--")[0])).to.deep.equal([
                hostile,
                hostile,
            ]);
        });

        it("make and remove a cluster of any name and network", async () => {
            const text = fc
                .string({ minLength: 1, maxLength: 12 })
                .filter((name) => !name.includes("/") && !name.startsWith("."));
            await fc.assert(
                fc.asyncProperty(text, text, async (cluster, network) => {
                    const values = environment(cluster, network);
                    await machine.run(CREATE, values, CONFIG);
                    expect((await machine.run(KUBECONFIG, values, "")).stdout).to.equal(
                        `kubeconfig of ${cluster}\n`,
                    );
                    expect(machine.clusters()).to.deep.equal([cluster]);
                    await machine.run(DELETE, values, CONFIG);
                    expect(machine.clusters()).to.deep.equal([]);
                }),
                { numRuns: 10, examples: [["\\n-e", "\\c"]] },
            );
        });
    });

    describe("after an interruption", () => {
        const creating = (calls: readonly string[]) => calls.includes(CREATED);

        it("take away what a killed one left, with the next", async () => {
            machine.closeGate();
            const { child, done } = machine.start(CREATE, environment(), CONFIG);
            await machine.until(creating);
            child.kill("SIGKILL");
            machine.openGate();
            await done;
            expect(temporary()).not.to.deep.equal([]);
            await machine.run(DELETE, environment(), CONFIG);
            expect(temporary()).to.deep.equal([]);
        });

        it("leave no temporary file when they are told to end", async () => {
            machine.closeGate();
            const { child, done } = machine.start(CREATE, environment(), CONFIG);
            await machine.until(creating);
            child.kill("SIGTERM");
            machine.openGate();
            expect((await done).code).not.to.equal(0);
            expect(temporary()).to.deep.equal([]);
        });

        it("wait for a kind that is still at work, and adopt what it makes", async () => {
            machine.closeGate();
            const first = machine.start(CREATE, environment(), CONFIG);
            await machine.until(creating);
            first.child.kill("SIGKILL");
            const second = machine.start(CREATE, environment(), CONFIG);
            await machine.until((calls) => calls.filter((call) => call === LOCK).length === 2);
            machine.openGate();
            expect((await second.done).code).to.equal(0);
            expect(machine.calls(2).filter((call) => call.startsWith("kind|"))).to.deep.equal([]);
            await first.done;
        });
    });
});
