// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { viewContext } from "../../host/kubeconfig";
import { NoAnswer } from "../../host/kubectl";
import { thrownBy } from "../helpers/errors";
import { FakeCommands } from "../helpers/fakeCommands";

const VIEW = {
    kind: "Config",
    "current-context": "x",
    clusters: [{ name: "c", cluster: { server: "https://10.0.0.1:6443" } }],
    users: [{ name: "u", user: { token: "s3cret" } }],
};

describe("viewContext", () => {
    let commands: FakeCommands;
    let folder: string;
    let kubeconfig: string;
    beforeEach(() => {
        commands = new FakeCommands().alone();
        folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
        kubeconfig = join(folder, "kubeconfig");
        writeFileSync(kubeconfig, "");
    });
    afterEach(() => {
        commands.remove();
        rmSync(folder, { recursive: true });
    });

    async function refusal(context?: string): Promise<[string, string]> {
        const error = await thrownBy(() => viewContext({ kubeconfig, context }));
        if (!(error instanceof NoAnswer)) throw error;
        return [error.why, error.message];
    }

    it("is the context's server, and all of it in one text", async () => {
        const options = "--context x --request-timeout=10s";
        const args = `--kubeconfig ${kubeconfig} ${options} config view --minify --flatten --raw --output=json`;
        commands.answer("kubectl", { [args]: JSON.stringify(VIEW, undefined, 4) });
        expect(await viewContext({ kubeconfig, context: "x" })).to.deep.equal({
            context: "x",
            server: "https://10.0.0.1:6443",
            kubeconfig: JSON.stringify(VIEW),
        });
    });

    it("says that there is no file, which kubectl takes for an empty one", async () => {
        rmSync(kubeconfig);
        expect(await refusal()).to.deep.equal(["kubeconfig", "there is no such file"]);
    });

    // Whoever may read everything may read this.
    const root = process.getuid?.() === 0;
    const title = `says that a file may not be read${root ? ": not tried, for root may read it" : ""}`;
    (root ? it.skip : it)(title, async () => {
        chmodSync(kubeconfig, 0);
        expect(await refusal()).to.deep.equal(["kubeconfig", "this user may not read it"]);
    });

    it("says that kubectl is missing", async () => {
        expect(await refusal()).to.deep.equal([
            "kubectl",
            "it is not installed, or not on the PATH",
        ]);
    });

    // What kubectl 1.34 writes.
    const complaints: [string, string, string][] = [
        ["error: cannot locate context x", "context", "it has none of that name"],
        [
            "error: current-context must exist in order to minify",
            "context",
            "it has no current one",
        ],
        ["error: cannot locate cluster c", "kubeconfig", "cannot locate cluster c"],
        ["error: cannot locate user u", "kubeconfig", "cannot locate user u"],
        [
            "error: open /tmp/u.crt: no such file or directory",
            "kubeconfig",
            "open /tmp/u.crt: no such file or directory",
        ],
        [
            'error: error loading config file "f": yaml: line 1: s3cret',
            "kubeconfig",
            "it is not one",
        ],
        ["s3cret", "kubeconfig", "it is not one"],
    ];
    for (const [stderr, why, reason] of complaints) {
        it(`says of "${stderr}": ${reason}`, async () => {
            commands.add("kubectl", `echo '${stderr}' >&2; exit 1`);
            expect(await refusal()).to.deep.equal([why, reason]);
        });
    }

    const unusable: [string, string][] = [
        ["has no cluster", JSON.stringify({ ...VIEW, clusters: null })],
        ["has no server", JSON.stringify({ ...VIEW, clusters: [{ cluster: { server: "" } }] })],
        ["is not JSON", "s3cret"],
    ];
    for (const [what, text] of unusable) {
        it(`says no more than that it has no server of a context that ${what}`, async () => {
            commands.add("kubectl", `cat <<'END'\n${text}\nEND`);
            expect(await refusal()).to.deep.equal(["kubeconfig", "it has no server"]);
        });
    }
});
