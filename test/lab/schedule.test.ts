import { expect } from "chai";
import * as fc from "fast-check";
import { inOrder, only, runInOrder, type Node } from "../../lab/schedule";

interface Named extends Node {
    readonly needs: readonly Named[];
}

function node(name: string, ...needs: Named[]): Named {
    return { name, needs };
}

/** Nodes that each need some of those before them. */
const graphs = fc
    .array(fc.array(fc.nat(100), { maxLength: 4 }), { minLength: 1, maxLength: 12 })
    .map((picks) => {
        const nodes: Named[] = [];
        picks.forEach((pick, index) => {
            const needs = pick.flatMap((p) => nodes[p % (index + 1)] ?? []);
            nodes.push(node(`n${String(index)}`, ...new Set(needs)));
        });
        return nodes;
    });

describe("schedule", () => {
    it("puts every node once, after all that it needs", () => {
        fc.assert(
            fc.property(graphs, (nodes) => {
                const names = inOrder([...nodes].reverse()).map(({ name }) => name);
                expect(names).to.have.members(nodes.map(({ name }) => name));
                expect(new Set(names).size).to.equal(names.length);
                for (const { name, needs } of nodes) {
                    for (const need of needs) {
                        expect(names.indexOf(need.name)).to.be.lessThan(names.indexOf(name));
                    }
                }
            }),
        );
    });

    it("refuses a circle", () => {
        const needs: Named[] = [];
        const a: Named = { name: "a", needs };
        needs.push(node("b", a));
        expect(() => inOrder([a])).to.throw("a needs itself");
    });

    it("runs each node after all that it needs, and never too many at once", async () => {
        await fc.assert(
            fc.asyncProperty(graphs, fc.integer({ min: 1, max: 3 }), async (nodes, width) => {
                const done: string[] = [];
                let running = 0;
                await runInOrder(inOrder(nodes), width, async ({ name, needs }) => {
                    expect(done).to.include.members(needs.map((need) => need.name));
                    running += 1;
                    expect(running).to.be.at.most(width);
                    await Promise.resolve();
                    running -= 1;
                    done.push(name);
                });
                expect(done).to.have.members(nodes.map(({ name }) => name));
            }),
        );
    });

    it("begins nothing new after a failure, but waits for what runs", async () => {
        const begun: string[] = [];
        const ended: string[] = [];
        const nodes = [node("fails"), node("runs"), node("never")];
        const error = await runInOrder(nodes, 2, async ({ name }) => {
            begun.push(name);
            if (name === "fails") throw new Error("no");
            await new Promise((resolve) => setImmediate(resolve));
            ended.push(name);
        }).catch((e: unknown) => e);
        expect(error).to.have.property("message", "no");
        expect(begun).to.deep.equal(["fails", "runs"]);
        expect(ended).to.deep.equal(["runs"]);
    });

    it("says what waits for something that nobody gives", async () => {
        const lonely = [node("a", node("missing"))];
        const error = await runInOrder(lonely, 1, () => Promise.resolve()).catch((e: unknown) => e);
        expect(error).to.have.property("message", "nothing gives what these need: a");
    });

    it("leaves out what is there already, as work and as a need", () => {
        const there = node("there");
        const middle = node("middle", there);
        const last = node("last", there, middle);
        const tasks = only([there, middle, last], new Set([middle, last]));
        expect(tasks.map(({ name }) => name)).to.deep.equal(["middle", "last"]);
        expect(tasks[0]?.needs).to.deep.equal([]);
        expect(tasks[1]?.needs).to.deep.equal([tasks[0]]);
    });
});
