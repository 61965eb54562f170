// SPDX-License-Identifier: Apache-2.0
import { access, constants } from "node:fs/promises";
import { z } from "zod";
import { type Access, NoAnswer, kubectl } from "./kubectl";

const view = z.object({
    "current-context": z.string().min(1),
    clusters: z.array(z.object({ cluster: z.object({ server: z.string().min(1) }) })).min(1),
});

/** One context of a kubeconfig. */
export interface ContextView {
    /** Its name. */
    readonly context: string;
    /** URL of the API server. */
    readonly server: string;
    /** The context alone, with all files in it, as JSON. It has keys: a secret. */
    readonly kubeconfig: string;
}

/**
 * Reads a kubeconfig as kubectl does.
 *
 * @throws NoAnswer
 */
export async function viewContext(cluster: Access): Promise<ContextView> {
    await readable(cluster.kubeconfig);
    const text = await kubectl(cluster, VIEW).catch((error: unknown) => {
        throw error instanceof NoAnswer ? explain(error) : error;
    });
    return parse(text);
}

const VIEW = ["config", "view", "--minify", "--flatten", "--raw", "--output=json"];

/** kubectl takes a file that is not there for an empty one. */
async function readable(file: string): Promise<void> {
    try {
        await access(file, constants.R_OK);
    } catch (error) {
        const missing = (error as { code?: unknown }).code === "ENOENT";
        const reason = missing ? "there is no such file" : "this user may not read it";
        throw new NoAnswer("kubeconfig", reason);
    }
}

/** kubectl's complaint, without what it may quote of the file. */
function explain(error: NoAnswer): NoAnswer {
    const { why, message } = error;
    if (why === "kubectl") return error;
    if (message.startsWith("current-context must exist")) {
        return new NoAnswer("context", "it has no current one");
    }
    if (message.startsWith("cannot locate context ")) {
        return new NoAnswer("context", "it has none of that name");
    }
    const harmless = /^(cannot locate (cluster|user) |open )/.test(message);
    return new NoAnswer("kubeconfig", harmless ? message : "it is not one");
}

function parse(text: string): ContextView {
    const content = json(text);
    const { data } = view.safeParse(content);
    const server = data?.clusters[0]?.cluster.server;
    if (!data || server === undefined) throw new NoAnswer("kubeconfig", "it has no server");
    return { context: data["current-context"], server, kubeconfig: JSON.stringify(content) };
}

/** A parser's error would quote the keys. */
function json(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        return undefined;
    }
}
