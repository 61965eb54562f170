import { installMissing } from "./debian";
import { startEngine, type Engine } from "./engine";
import { findGo, type Go } from "./goToolchain";
import type { Part } from "./part";
import { labPaths, type LabPaths } from "./paths";

/** What says how things go: one line each. */
export type Say = (line: string) => void;

/** What all parts share. Each thing is looked for at its first use, and once. */
export class Workshop {
    public readonly paths: LabPaths;
    readonly #say: Say;
    readonly #runtime: Part;
    #installing: Promise<void> = Promise.resolve();
    #go: Promise<Go> | undefined;
    #engine: Promise<Engine> | undefined;

    public constructor(say: Say, runtime: Part, paths: LabPaths = labPaths()) {
        this.#say = say;
        this.#runtime = runtime;
        this.paths = paths;
    }

    public say(line: string): void {
        this.#say(line);
    }

    /** The Go toolchain: the machine's, or one from PyPI. */
    public go(): Promise<Go> {
        this.#go ??= findGo(this);
        return this.#go;
    }

    /** A docker engine: the one that answers, or one that is started now. */
    public engine(): Promise<Engine> {
        this.#engine ??= startEngine(this.#runtime, this);
        return this.#engine;
    }

    /** Installs the packages of commands that the machine lacks; one installation at a time. */
    public commands(names: readonly string[]): Promise<void> {
        const install = () => installMissing(names, this);
        this.#installing = this.#installing.then(install, install);
        return this.#installing;
    }
}
