// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { execa } from "execa";
import { SHIPPED_STACKS } from "../helpers/shippedStacks";
import { fleetEnvironment } from "./environment";
import { outlived, shippedConfig } from "./fleetUnderTest";
import { PACK, meetsPolicy } from "./meetsPolicy";
import { Stack } from "./stack";

const PROGRAM = resolve(__dirname, "../..", PACK);
const REFUSED = join(__dirname, "refused");
const REFUSED_STACK = "e2e-refused";

describe("the policy pack", () => {
    let environment: NodeJS.ProcessEnv;
    before(async () => {
        environment = await fleetEnvironment();
    });

    for (const name of SHIPPED_STACKS) {
        it(`has nothing against a preview of stack ${name}`, async function () {
            const config = await shippedConfig(name);
            if (outlived(config)) {
                process.stdout.write("      existing.test.ts asks it there: it has the clusters\n");
                this.skip();
            }
            const stack = await Stack.create(`e2e-policy-${name}`, config, environment);
            try {
                await meetsPolicy(stack);
            } finally {
                await stack.cleanUp();
            }
        });
    }

    /** Previews the program that breaks every rule, and returns what it says. */
    async function refusal(): Promise<string> {
        const backend = await mkdtemp(join(tmpdir(), "istio-fleet-refused-"));
        const pulumi = (...args: string[]) =>
            execa("pulumi", [...args, "--non-interactive", "--color", "never"], {
                cwd: REFUSED,
                env: {
                    ...environment,
                    PULUMI_BACKEND_URL: `file://${backend}`,
                    // The default provider is to find no cluster either.
                    KUBECONFIG: join(backend, "none"),
                },
                all: true,
                reject: false,
            });
        try {
            const { exitCode, all } = await pulumi("stack", "init", REFUSED_STACK);
            expect(exitCode, all).to.equal(0);
            const stack = ["--stack", REFUSED_STACK];
            const preview = await pulumi("preview", ...stack, "--policy-pack", PROGRAM);
            expect(preview.exitCode, preview.all).not.to.equal(0);
            return preview.all;
        } finally {
            await rm(backend, { recursive: true, force: true });
            await rm(join(REFUSED, `Pulumi.${REFUSED_STACK}.yaml`), { force: true });
        }
    }

    it("refuses what breaks a rule, by the names of the rule and the resource", async () => {
        const said = await refusal();
        const violations = said.matchAll(/\[mandatory\]\s+(\S+)\s+\(\S+: ([^)]+)\)/g);
        const found = [...violations].map(([, rule = "", resource = ""]) => `${rule} ${resource}`);
        expect([...new Set(found)].sort(), said).to.deep.equal([
            "container-resources without-limits",
            "explicit-provider without-provider",
            "no-cluster-admin everything",
            "no-plaintext-secrets plain-secret",
            "pinned-images floating-image",
        ]);
        expect(said).not.to.contain("hunter2");
    });
});
