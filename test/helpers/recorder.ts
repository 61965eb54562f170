// SPDX-License-Identifier: Apache-2.0
import { chmodSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { FakeMachine, type Outcome } from "./fakeMachine";

/**
 * A machine with commands of a test's own, which note their arguments exactly: also those with line
 * feeds in them, and empty ones.
 */
export class Recorder {
    private readonly machine = new FakeMachine();
    /** The machine's own folder. */
    public readonly folder = this.machine.folder;
    private readonly bin = join(this.folder, "bin");

    constructor() {
        mkdirSync(this.bin);
        // What hostile texts would run.
        this.add("reboot").add("touch");
    }

    /** Adds a command that notes its arguments, and then runs a shell script. */
    public add(name: string, script = ""): this {
        const file = join(this.bin, name);
        const note = `printf '%s\\0' "$#" ${name} "$@" >>"$FAKE/argv"`;
        writeFileSync(file, `#!/bin/sh\n${note}\n${script}\n`);
        chmodSync(file, 0o755);
        return this;
    }

    /** The environment of a process that finds these commands alone. */
    public get environment(): Record<string, string> {
        return { PATH: this.bin, HOME: this.folder, FAKE: this.folder };
    }

    /** Runs a script as the Command resource does. */
    public async run(
        script: string,
        environment: Readonly<Record<string, string>>,
        stdin = "",
    ): Promise<Outcome> {
        const PATH = `${this.bin}:/usr/local/bin:/usr/bin:/bin`;
        return this.machine.run(script, { PATH, ...environment }, stdin);
    }

    /** What was run, each with its arguments; from now on only what comes after. */
    public takeCalls(): string[][] {
        const words = (this.machine.read("argv") ?? "").split("\0");
        writeFileSync(join(this.folder, "argv"), "");
        const calls: string[][] = [];
        while (words.length > 1) calls.push(words.splice(0, Number(words.shift()) + 1));
        return calls;
    }

    public remove(): void {
        this.machine.remove();
    }
}
