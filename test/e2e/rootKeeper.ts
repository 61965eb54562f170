// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";

/** What an intermediate is signed with, as docs/trust.md has it. */
const EXTENSIONS = `basicConstraints = critical, CA:TRUE, pathlen:0
keyUsage = critical, digitalSignature, keyCertSign, cRLSign
subjectKeyIdentifier = hash
authorityKeyIdentifier = keyid
`;

/** Who keeps the keys of roots, and signs by openssl. The fleet gets certificates alone. */
export class RootKeeper {
    private constructor(private readonly folder: string) {}

    static async create(): Promise<RootKeeper> {
        const folder = await mkdtemp(join(tmpdir(), "istio-fleet-roots-"));
        await mkdir(join(folder, "signed"));
        await writeFile(join(folder, "intermediate.cnf"), EXTENSIONS);
        return new RootKeeper(folder);
    }

    /** The fleet's config. */
    get externalRoot() {
        return { certificates: this.at("roots.pem"), intermediates: this.at("signed") };
    }

    /** Makes a root, "Mesh Root <name>". */
    async make(name: string): Promise<void> {
        const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        const subject = ["-subj", `/O=example/CN=Mesh Root ${name}`];
        const extensions = [
            ...["-addext", "basicConstraints=critical,CA:TRUE,pathlen:1"],
            ...["-addext", "keyUsage=critical,keyCertSign,cRLSign"],
        ];
        const files = ["-keyout", `${name}.key`, "-out", `${name}.pem`];
        await this.openssl("req", "-x509", ...ec, ...subject, ...extensions, ...files);
    }

    /** Has the fleet trust these roots, and no others. */
    async trust(...names: string[]): Promise<void> {
        const roots = await Promise.all(names.map((name) => this.read(`${name}.pem`)));
        await writeFile(this.at("roots.pem"), roots.join(""));
    }

    /** Signs the request of a cluster. */
    async sign(root: string, cluster: string, request: string): Promise<void> {
        await writeFile(this.at("request.csr"), request);
        const by = ["-CA", `${root}.pem`, "-CAkey", `${root}.key`, "-CAcreateserial"];
        const files = ["-extfile", "intermediate.cnf", "-out", join("signed", `${cluster}.pem`)];
        await this.openssl("x509", "-req", "-in", "request.csr", ...by, "-days", "30", ...files);
    }

    /** A request for a key of somebody else's. */
    async strangersRequest(commonName: string): Promise<string> {
        const ec = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes"];
        const files = ["-keyout", "stranger.key", "-out", "stranger.csr"];
        await this.openssl("req", "-new", ...ec, "-subj", `/CN=${commonName}`, ...files);
        return await this.read("stranger.csr");
    }

    /** Runs something while the intermediate of a cluster is not there. */
    async without(cluster: string, run: () => Promise<void>): Promise<void> {
        const path = join("signed", `${cluster}.pem`);
        const text = await this.read(path);
        await rm(this.at(path));
        await run();
        await writeFile(this.at(path), text);
    }

    /** The line of a root's key that has the secret part; the others have what its certificate has. */
    async secretLine(name: string): Promise<string> {
        return (await this.read(`${name}.key`)).split("\n")[1] ?? "";
    }

    async remove(): Promise<void> {
        await rm(this.folder, { recursive: true, force: true });
    }

    private at(path: string): string {
        return join(this.folder, path);
    }

    private async read(path: string): Promise<string> {
        return await readFile(this.at(path), "utf8");
    }

    private async openssl(...args: string[]): Promise<void> {
        await execa("openssl", args, { cwd: this.folder });
    }
}
