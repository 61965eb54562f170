// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { checkSum, findChecksum } from "../../cli/download";
import { ROOT } from "../../cli/paths";
import { judgePing } from "../../cli/reach";
import { imagePings, platformOf, pluginPings, releases } from "../../cli/releases";

const linux = { os: "linux", arch: "amd64" } as const;

describe("releases", () => {
    it("name a file and a list of sums for every machine", () => {
        for (const release of Object.values(releases)) {
            for (const os of ["linux", "darwin"] as const) {
                for (const arch of ["amd64", "arm64"] as const) {
                    const { url, checksums, fileName } = release.file({ os, arch });
                    expect(new URL(url).protocol).to.equal("https:");
                    expect(url.endsWith(`/${fileName}`)).to.equal(true);
                    expect(url).to.contain(`/v${release.version}/`);
                    expect(checksums).to.contain(`/v${release.version}/`);
                }
            }
        }
    });

    it("are named as they are published", () => {
        expect(releases.kind.file(linux).url).to.equal(
            "https://github.com/kubernetes-sigs/kind/releases/download/v0.33.0/kind-linux-amd64",
        );
        expect(releases.pulumi.file(linux).fileName).to.equal("pulumi-v3.259.0-linux-x64.tar.gz");
    });

    it("have the pulumi that package.json's packages were made with", () => {
        const { dependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
            dependencies: Record<string, string>;
        };
        expect(releases.pulumi.version).to.equal(dependencies["@pulumi/pulumi"]);
    });

    it("know which machines there are releases for", () => {
        expect(platformOf("linux", "x64")).to.deep.equal(linux);
        expect(platformOf("darwin", "arm64")).to.deep.equal({ os: "darwin", arch: "arm64" });
        expect(platformOf("win32", "x64")).to.equal(undefined);
        expect(platformOf("linux", "s390x")).to.equal(undefined);
    });
});

describe("judgePing", () => {
    const [docker] = imagePings;
    if (!docker) throw new Error("there is no ping of docker's registry");
    const answer = (status: number, realm: string | null) => ({ status, header: () => realm });

    it("takes a registry for itself by its own realm", () => {
        const realm = 'Bearer realm="https://auth.docker.io/token",service="registry.docker.io"';
        expect(judgePing(docker, answer(401, realm))).to.equal(undefined);
    });

    it("is not taken in by what answers in its place", () => {
        expect(judgePing(docker, answer(401, 'Basic realm="proxy"'))).to.contain("something else");
        expect(judgePing(docker, answer(401, null))).to.contain("something else");
        expect(judgePing(docker, answer(200, null))).to.contain("answers with 200");
        const [plugin] = pluginPings(linux, "4.34.2");
        expect(plugin && judgePing(plugin, answer(403, null))).to.contain("answers with 403");
    });
});

describe("checksums", () => {
    const content = Buffer.from("a release");
    const sum = createHash("sha256").update(content).digest("hex");

    it("are found by the file's name, in either format", () => {
        const list = `${"0".repeat(64)}  other\n${sum}  kind-linux-amd64\n`;
        expect(findChecksum(list, "kind-linux-amd64")).to.equal(sum);
        expect(findChecksum(`${sum} *x.tar.gz`, "x.tar.gz")).to.equal(sum);
    });

    it("must be there", () => {
        expect(() => findChecksum(`${sum}  other`, "kind")).to.throw("does not name kind");
        expect(() => findChecksum("<html>", "kind")).to.throw("does not name kind");
    });

    it("refuse any other content", () => {
        checkSum(content, sum, "kind");
        expect(() => {
            checkSum(Buffer.from("another"), sum, "kind");
        }).to.throw(/kind has the SHA-256 sum .* but .* was published/);
    });
});
