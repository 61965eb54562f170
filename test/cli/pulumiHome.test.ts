// SPDX-License-Identifier: Apache-2.0
import {
    lstatSync,
    mkdirSync,
    mkdtempSync,
    readFileSync,
    rmSync,
    statSync,
    writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect } from "chai";
import { pathsOf } from "../../cli/paths";
import { neededPlugins, pluginFile, preparePulumi } from "../../cli/pulumiHome";

describe("preparePulumi", () => {
    let cache = "";
    const paths = () => pathsOf({ ISTIO_FLEET_CACHE: cache });
    const tls = (path: string) => ({ name: "tls", version: "5.6.1", path, standIn: true });
    const isLink = (file: string) =>
        lstatSync(file, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;

    beforeEach(() => {
        cache = mkdtempSync(join(tmpdir(), "istio-fleet-home-"));
    });
    afterEach(() => {
        rmSync(cache, { recursive: true });
    });

    it("makes a passphrase once, for nobody else to read", async () => {
        await preparePulumi(paths(), undefined);
        const first = readFileSync(paths().passphrase, "utf8");
        expect(first).to.have.length.of.at.least(40);
        expect(statSync(paths().passphrase).mode & 0o777).to.equal(0o600);
        await preparePulumi(paths(), undefined);
        expect(readFileSync(paths().passphrase, "utf8")).to.equal(first);
    });

    it("keeps pulumi from writing its logs, even where it has begun", async () => {
        const logs = join(paths().pulumiHome, "logs");
        mkdirSync(logs, { recursive: true });
        writeFileSync(join(logs, "x.log"), "");
        await preparePulumi(paths(), undefined);
        expect(statSync(logs).isFile()).to.equal(true);
    });

    it("links the lab's plugins, and follows them when they are built anew", async () => {
        const file = pluginFile(paths().pulumiHome, { name: "tls", version: "5.6.1" });
        const binary = join(cache, "plugin");
        writeFileSync(binary, "new");
        await preparePulumi(paths(), [tls(join(cache, "gone"))]);
        await preparePulumi(paths(), [tls(binary)]);
        expect(readFileSync(file, "utf8")).to.equal("new");
    });

    it("takes its links away when the lab is not used, and leaves real plugins", async () => {
        const real = pluginFile(paths().pulumiHome, { name: "docker", version: "5.2.0" });
        mkdirSync(dirname(real), { recursive: true });
        writeFileSync(real, "real");
        await preparePulumi(paths(), [
            tls("/lab/tls"),
            { ...tls("/lab/docker"), name: "docker", version: "5.2.0" },
        ]);
        const link = pluginFile(paths().pulumiHome, { name: "tls", version: "5.6.1" });
        expect([isLink(link), isLink(real)]).to.deep.equal([true, false]);
        await preparePulumi(paths(), undefined);
        expect(isLink(link)).to.equal(false);
        expect(readFileSync(real, "utf8")).to.equal("real");
    });
});

describe("neededPlugins", () => {
    it("are those of package.json, at one version each", async () => {
        const plugins = await neededPlugins();
        expect(plugins.map(({ name }) => name)).to.deep.equal([
            "command",
            "docker",
            "kubernetes",
            "tls",
        ]);
        for (const { version } of plugins) expect(version).to.match(/^\d+\.\d+\.\d+$/);
    });
});
