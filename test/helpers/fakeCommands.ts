// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";

/** Executables of a test's own, first on this process's PATH until they are removed. */
export class FakeCommands {
    private readonly folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
    private readonly path = process.env.PATH ?? "";

    constructor() {
        process.env.PATH = [this.folder, this.path].join(delimiter);
    }

    /** Adds a command that runs a shell script. */
    public add(name: string, script: string): this {
        const file = join(this.folder, name);
        writeFileSync(file, `#!/bin/sh\n${script}\n`);
        chmodSync(file, 0o755);
        return this;
    }

    /** Adds a command that answers arguments with texts, and everything else with an error. */
    public answer(name: string, answers: Readonly<Record<string, string>>): this {
        const cases = Object.entries(answers).map(([args, text], i) => {
            const file = join(this.folder, `${name}.${String(i)}`);
            writeFileSync(file, text);
            return `'${args}') cat '${file}' ;;`;
        });
        const otherwise = `*) echo "unexpected: $*" >&2; exit 64 ;;`;
        return this.add(name, `case "$*" in\n${[...cases, otherwise].join("\n")}\nesac`);
    }

    /** Leaves nothing on the PATH but these commands, and sh and cat for them. */
    public alone(): this {
        for (const tool of ["cat", "sh"]) this.add(tool, `exec /bin/${tool} "$@"`);
        process.env.PATH = this.folder;
        return this;
    }

    public remove(): void {
        process.env.PATH = this.path;
        rmSync(this.folder, { recursive: true });
    }
}
