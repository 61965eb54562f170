// SPDX-License-Identifier: Apache-2.0
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { pathsOf, stackFile } from "../../cli/paths";
import { FleetUnderTest } from "../e2e/fleetUnderTest";
import { CommandLines, LeakSearch, changedFiles, saidByNodes } from "../e2e/leaks";

const STACK = "e2e-leaks";
const NAMES = ["leak-1", "leak-2"];
const config = (trust: object = {}, values: object = {}) => ({
    clusters: NAMES.map((name) => ({ name })),
    network: { name: "istio-fleet-leaks", subnet: "172.16.48.0/20" },
    trust,
    values,
});
/** New certificates, and with them a new Secret with a key in every cluster. */
const renewed = (days: number) => config({ intermediateValidityDays: days });

describe("secrets, in everything that a fleet's life leaves and says", () => {
    const since = Date.now();
    const paths = pathsOf();
    const search = new LeakSearch();
    let fleet: FleetUnderTest;
    let commandLines: CommandLines;
    before(async () => {
        commandLines = CommandLines.watch();
        fleet = await FleetUnderTest.create(STACK, config());
    });
    after(async () => {
        commandLines.stop();
        await fleet.cleanUp();
    });

    /** Remembers the secrets that there are now: the next change replaces some. */
    async function remember(): Promise<void> {
        search.addState(await fleet.stack.exportedInTheClear());
    }

    /** The error of a run that has to fail. */
    async function failure(run: Promise<unknown>): Promise<string> {
        try {
            await run;
        } catch (error) {
            return String(error);
        }
        throw new Error("did not fail");
    }

    it("is previewed and made", async () => {
        await fleet.stack.preview("--diff");
        await fleet.stack.up();
        await remember();
        // A root, two intermediates, two webhooks and two administrators have keys; two edges tokens.
        expect(search.secrets).to.be.greaterThan(9);
    });

    it("changes what is secret", async () => {
        await fleet.stack.configure(renewed(364));
        const diff = await fleet.stack.preview("--diff");
        expect(diff).to.contain("[secret]");
        await fleet.stack.preview("--json");
        await fleet.stack.up();
        await remember();
    });

    it("is asked what it has", async () => {
        await fleet.stack.exported();
        await fleet.stack.run("stack", "output", "--json");
        await fleet.stack.run("stack", "--show-urns", "--show-ids");
        await fleet.stack.run("stack", "history", "--json");
        await fleet.stack.run("preview", "--refresh", "--diff");
        await fleet.stack.command("verify", "--json");
    });

    it("fails: an object is refused, and a cluster does not answer while its keys change", async () => {
        const gateway = { service: { type: "Nonsense" } };
        await fleet.stack.configure(config({ intermediateValidityDays: 363 }, { gateway }));
        expect(await failure(fleet.stack.up())).to.contain("Nonsense");
        for await (const place of saidByNodes(fleet.docker, NAMES)) search.look(place);
        await remember();
        await fleet.stack.configure(renewed(362));
        await fleet.docker.run("stop", "leak-2-control-plane");
        expect(await failure(fleet.stack.up())).to.contain("unreachable");
        await remember();
    });

    it("is destroyed", async () => {
        await fleet.destroy();
    });

    it("has left none of its secrets anywhere", async () => {
        search.addPassword("passphrase", await readFile(paths.passphrase, "utf8"));
        for (const { command, text } of fleet.stack.said) {
            search.look({ name: `output of ${command}`, content: text });
        }
        search.look(commandLines.stop());
        search.look({ name: "stack file", content: await readFile(stackFile(STACK)) });
        // The backend is in the folder for temporary files, with the state, its copies and the history.
        await search.lookAtAll(changedFiles([tmpdir()], since));
        const files = changedFiles(
            [paths.cache],
            since,
            // The disks of the clusters, which hold what they are told to; and the passphrase itself.
            [join(paths.cache, "lab", "docker"), paths.passphrase],
        );
        await search.lookAtAll(files);
        process.stdout.write(
            `      ${search.extent}, ${String(commandLines.size)} command lines among them: ` +
                `${String(search.found.length)} found\n`,
        );
        // The Kubernetes provider's own, which our commands remove (cli/temporary.ts) and plain pulumi does not.
        const ofProvider = /\/istio-fleet-e2e-[^/]+\/kubeconfig\d+$/;
        expect(search.found.filter(({ place }) => !ofProvider.test(place))).to.deep.equal([]);
        expect(commandLines.size).to.be.greaterThan(100);
    });
});

describe("secrets that were planted, so that the search is known to find some", () => {
    const planted = "PlantedByTheTestOfLeaks0123456789abcdefABCDEF";

    it("are found on a command line", async () => {
        const search = new LeakSearch();
        search.addPassword("planted", planted);
        const commandLines = CommandLines.watch();
        const child = spawn("sleep", ["60"], { argv0: `sleep-${planted}` });
        await once(child, "spawn");
        await pause(500);
        search.look(commandLines.stop());
        child.kill();
        expect(search.found).to.deep.equal([{ secret: "planted", place: "command lines" }]);
    });

    it("are found in a file that a script has left", async () => {
        const search = new LeakSearch();
        search.addPassword("planted", planted);
        const since = Date.now() - 1000;
        const folder = await mkdtemp(join(tmpdir(), "istio-fleet-planted-"));
        try {
            const script = 'f=$(mktemp) && printf %s "$PLANTED" | base64 >"$f" && printf %s "$f"';
            const env = { ...process.env, TMPDIR: folder, PLANTED: `and ${planted}` };
            const file = execFileSync("sh", ["-c", script], { env, encoding: "utf8" });
            await search.lookAtAll(changedFiles([folder], since));
            expect(search.found).to.deep.equal([{ secret: "planted", place: file }]);
        } finally {
            await rm(folder, { recursive: true });
        }
    });
});
