// SPDX-License-Identifier: Apache-2.0
import { readdirSync, readFileSync } from "node:fs";
import { lstat, readFile, readdir } from "node:fs/promises";
import { join } from "node:path";
import type { Docker } from "./docker";
import { type Slice, formsOf, middle, secretsOf } from "./secrets";

/** Something that was looked through. */
export interface Place {
    readonly name: string;
    readonly content: Buffer | string;
}

/** A secret that is where it must not be. */
export interface Leak {
    /** Whose it is: never the secret itself, which would be in the test's own output then. */
    readonly secret: string;
    readonly place: string;
}

/** What is looked for, and what was found of it so far. */
export class LeakSearch {
    private readonly needles = new Map<string, string>();
    private readonly names = new Set<string>();
    private bytes = 0;
    private places = 0;
    private readonly leaks: Leak[] = [];

    /** Looks for the secrets of a state, too, which was exported with them in the clear. */
    addState(state: string): void {
        for (const slice of secretsOf(state)) this.add(slice);
    }

    /** Looks for a password, too. */
    addPassword(of: string, password: string): void {
        this.add({ of, text: middle(password) });
    }

    private add({ of, text }: Slice): void {
        this.names.add(`${of} ${text}`);
        for (const form of formsOf(text)) this.needles.set(form, of);
    }

    /** How many secrets are looked for. */
    get secrets(): number {
        return this.names.size;
    }

    /** What has been looked through, in a sentence. */
    get extent(): string {
        const mebibytes = (this.bytes / 1024 ** 2).toFixed(1);
        return `${String(this.secrets)} secrets in ${String(this.needles.size)} forms, in ${String(this.places)} places of ${mebibytes} MiB`;
    }

    look({ name, content }: Place): void {
        const bytes = typeof content === "string" ? Buffer.from(content) : content;
        this.places += 1;
        this.bytes += bytes.length;
        const found = [...this.needles].filter(([form]) => bytes.includes(form));
        for (const secret of new Set(found.map(([, of]) => of))) {
            this.leaks.push({ secret, place: name });
        }
    }

    async lookAtAll(places: AsyncIterable<Place>): Promise<void> {
        for await (const place of places) this.look(place);
    }

    get found(): readonly Leak[] {
        return this.leaks;
    }
}

/** Larger files are not read as one. Nothing here makes any. */
const LARGEST = 1024 ** 3;

/**
 * The files below folders that have changed since a time.
 *
 * @param except paths of files and folders that are left out.
 */
export async function* changedFiles(
    folders: readonly string[],
    since: number,
    except: readonly string[] = [],
): AsyncGenerator<Place> {
    for (const folder of folders) {
        for (const name of await readdir(folder).catch(() => [])) {
            const path = join(folder, name);
            // Others work here too, and take their files away.
            const status = await lstat(path).catch(() => undefined);
            if (!status || except.includes(path)) continue;
            if (status.isDirectory()) yield* changedFiles([path], since, except);
            const changed = Math.max(status.mtimeMs, status.ctimeMs) >= since;
            if (!status.isFile() || !changed) continue;
            if (status.size > LARGEST) throw new Error(`${path} is too large to be looked through`);
            const content = await readFile(path).catch(() => "");
            yield { name: path, content };
        }
    }
}

/** Everything that anybody may read of clusters, which is all but their Secrets. */
const OBJECTS = `kinds=$(kubectl api-resources --verbs=list --output=name | grep -vx secrets | paste -sd, -)
exec kubectl get "$kinds" --all-namespaces --output=json --ignore-not-found`;

/** What nodes show, say and write down: how docker runs them, their journal, the logs of all pods. */
export async function* saidByNodes(
    docker: Docker,
    clusters: readonly string[],
): AsyncGenerator<Place> {
    for (const cluster of clusters) {
        const node = `${cluster}-control-plane`;
        const inNode = (script: string) =>
            docker.run(
                ...["exec", "--env", "KUBECONFIG=/etc/kubernetes/admin.conf", node],
                ...["sh", "-c", script],
            );
        yield { name: `docker inspect ${node}`, content: await docker.run("inspect", node) };
        yield { name: `docker logs ${node}`, content: await docker.run("logs", node) };
        yield { name: `objects of ${cluster}`, content: await inNode(OBJECTS) };
        const logs = await inNode("cat /var/log/pods/*/*/*.log");
        yield { name: `logs of the pods of ${cluster}`, content: logs };
        const journal = await inNode("journalctl --no-pager --quiet || true");
        yield { name: `journal of ${node}`, content: journal };
    }
}

const INTERVAL_MS = 100;
/** A process may not yet be what it is going to be when it is first seen: between fork and exec. */
const LOOKS = 3;

/** The command lines of all processes of this machine, also of those in containers. */
export class CommandLines {
    private readonly lines = new Set<string>();
    private readonly looks = new Map<string, number>();
    private readonly timer: NodeJS.Timeout;

    private constructor() {
        this.look();
        this.timer = setInterval(() => {
            this.look();
        }, INTERVAL_MS);
    }

    /** Looks ten times a second, until it is stopped. */
    static watch(): CommandLines {
        return new CommandLines();
    }

    private look(): void {
        const ids = readdirSync("/proc").filter((name) => /^\d+$/.test(name));
        const alive = new Set(ids);
        for (const id of this.looks.keys()) if (!alive.has(id)) this.looks.delete(id);
        for (const id of ids) {
            const looks = this.looks.get(id) ?? 0;
            if (looks >= LOOKS) continue;
            this.looks.set(id, looks + 1);
            try {
                this.lines.add(readFileSync(`/proc/${id}/cmdline`, "utf8"));
            } catch {
                // It has gone.
            }
        }
    }

    /** Ends the looking, and gives what was seen. */
    stop(): Place {
        clearInterval(this.timer);
        return { name: "command lines", content: [...this.lines].join("\n") };
    }

    get size(): number {
        return this.lines.size;
    }
}
