// SPDX-License-Identifier: Apache-2.0
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { resolve } from "node:path";
import { expect } from "chai";

const PACK = resolve(__dirname, "../../policy");
const load = createRequire(resolve(PACK, "index.ts"));

describe("the policy pack", () => {
    it("starts as Pulumi's language host starts it, with the repository's packages", async () => {
        const pack = spawn(
            process.execPath,
            [load.resolve("@pulumi/pulumi/cmd/run-policy-pack"), "127.0.0.1:1", PACK],
            { cwd: PACK, stdio: ["ignore", "pipe", "inherit"] },
        );
        const ended = once(pack, "exit");
        try {
            // It ends by itself only when it cannot serve.
            const [said] = (await Promise.race([once(pack.stdout, "data"), ended])) as unknown[];
            expect(String(said)).to.match(/^\d+\n$/);
        } finally {
            pack.kill();
            await ended;
        }
    }).timeout(120_000);

    it("has the project's version", () => {
        const { version } = load("./package.json") as { version: string };
        expect(version).to.equal((load("../package.json") as { version: string }).version);
    });
});
