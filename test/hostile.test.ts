// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { thrownBy } from "./helpers/errors";
import { FakeCommands } from "./helpers/fakeCommands";
import { HOSTILE_NAMES } from "./helpers/hostile";
import { record } from "./helpers/mocks";

const program = createRequire(__filename)("../index") as () => Promise<unknown>;

/** What a program that is refused says, and what it had made before. */
interface Refusal {
    readonly error: unknown;
    readonly made: readonly string[];
}

/** Runs the program with a config of the namespace istio-fleet. */
async function refusalOf(config: Readonly<Record<string, unknown>>): Promise<Refusal> {
    const made: string[] = [];
    const error = await thrownBy(() =>
        record(() => {
            const monitor = pulumi.runtime.getMonitor() as unknown as {
                registerResource: (request: { getName(): string }, callback: unknown) => void;
            };
            const register = monitor.registerResource.bind(monitor);
            monitor.registerResource = (request, callback) => {
                made.push(request.getName());
                register(request, callback);
            };
            const texts = Object.entries(config).map(([key, value]) => [
                `istio-fleet:${key}`,
                typeof value === "string" ? value : JSON.stringify(value),
            ]);
            pulumi.runtime.setAllConfig(Object.fromEntries(texts) as Record<string, string>);
            return program();
        }),
    );
    return { error, made };
}

describe("the program, given a hostile config", () => {
    let commands: FakeCommands;
    beforeEach(() => {
        // Whoever asks docker or kubectl gets what no test expects.
        commands = new FakeCommands().alone();
        for (const name of ["docker", "kind", "kubectl"])
            commands.add(name, "echo asked >&2; exit 64");
    });
    afterEach(() => {
        commands.remove();
        pulumi.runtime.setAllConfig({});
    });

    /** Wants a message for the user: one line each, no stack trace, and nothing made. */
    async function expectRefusal(config: Readonly<Record<string, unknown>>): Promise<void> {
        const { error, made } = await refusalOf(config);
        expect(pulumi.RunError.isInstance(error)).to.equal(true);
        const { message, stack } = error as Error;
        expect(stack).to.equal(undefined);
        const [heading, ...lines] = message.split("\n");
        expect(heading).to.equal("Pulumi.test.yaml cannot be used (istio-fleet:):");
        expect(lines).not.to.deep.equal([]);
        for (const line of lines) expect(line).to.match(/^ {2}- [\w.[\]-]+: [^\p{Cc}]+$/u);
        expect(made).to.deep.equal([]);
    }

    it("refuses every hostile name before it makes or asks anything", async () => {
        for (const name of HOSTILE_NAMES) await expectRefusal({ clusters: [{ name }] });
    });

    it("refuses any value in the place of clusters before it makes or asks anything", async () => {
        const values = fc.oneof(fc.constantFrom(...HOSTILE_NAMES), fc.jsonValue());
        await fc.assert(
            fc.asyncProperty(values, (clusters) => expectRefusal({ clusters })),
            { numRuns: 50 },
        );
    });

    it("refuses any key that is not known before it makes or asks anything", async () => {
        for (const key of ["__proto__", "constructor", "", "a\nb", "cluster"]) {
            const entries: [string, unknown][] = [
                ["clusters", [{ name: "a" }]],
                [key, 1],
            ];
            await expectRefusal(Object.fromEntries(entries));
        }
    });
});
