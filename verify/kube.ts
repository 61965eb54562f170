// SPDX-License-Identifier: Apache-2.0
import { request as httpsRequest, type RequestOptions } from "node:https";
import { KubeConfig } from "@kubernetes/client-node";
import { type ExecTarget, execute } from "./exec";

/** Access to one cluster's API server. */
export interface Kube {
    readonly cluster: string;
    /** The body of an answer, as text. An answer above 299 is a KubeError. */
    text(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<string>;
    /** The same, parsed. */
    json(method: "GET" | "POST" | "DELETE", path: string, body?: object): Promise<unknown>;
    /** What a command in a container prints; an error when it ends with anything but 0. */
    exec(target: ExecTarget, command: readonly string[]): Promise<string>;
}

/** The API server answered, but not with success. */
export class KubeError extends Error {
    constructor(
        message: string,
        /** HTTP status of the answer. */
        readonly status: number,
    ) {
        super(message);
    }
}

/** An API server that accepts connections but answers nothing must not hold a check up. */
const ANSWER_SECONDS = 20;

/** Access with a kubeconfig's text, which is kept in memory only. */
export function connect(cluster: string, kubeconfig: string, signal?: AbortSignal): Kube {
    const config = new KubeConfig();
    config.loadFromString(kubeconfig);
    const text: Kube["text"] = async (method, path, body) =>
        send(await optionsOf(config, method, path, signal), cluster, body);
    return {
        cluster,
        text,
        json: async (method, path, body) => JSON.parse(await text(method, path, body)) as unknown,
        exec: (target, command) => execute({ config, target, command, signal }),
    };
}

async function optionsOf(
    config: KubeConfig,
    method: string,
    path: string,
    signal?: AbortSignal,
): Promise<RequestOptions> {
    const server = new URL(config.getCurrentCluster()?.server ?? "");
    const options: RequestOptions = {
        method,
        host: server.hostname,
        port: server.port || "443",
        path,
        headers: { accept: "application/json", "content-type": "application/json" },
        timeout: ANSWER_SECONDS * 1000,
        ...(signal ? { signal } : {}),
    };
    await config.applyToHTTPSOptions(options);
    return options;
}

function send(options: RequestOptions, cluster: string, body?: object): Promise<string> {
    return new Promise((resolve, reject) => {
        const request = httpsRequest(options, (response) => {
            let answer = "";
            response.setEncoding("utf8");
            response.on("data", (part: string) => (answer += part));
            response.on("error", reject);
            response.on("end", () => {
                const status = response.statusCode ?? 0;
                if (status >= 200 && status < 300) resolve(answer);
                else reject(refused(cluster, options, status, answer));
            });
        });
        request.on("timeout", () => request.destroy(new Error(noAnswer(cluster))));
        request.on("error", reject);
        request.end(body === undefined ? undefined : JSON.stringify(body));
    });
}

function noAnswer(cluster: string): string {
    return `the API server of ${cluster} gave no answer in ${String(ANSWER_SECONDS)} s`;
}

function refused(
    cluster: string,
    { method = "", path }: RequestOptions,
    status: number,
    answer: string,
): KubeError {
    const [short = ""] = String(path).split("?");
    const what = `${method} ${short} in ${cluster} was answered with ${String(status)}`;
    return new KubeError(`${what}: ${messageOf(answer)}`, status);
}

/** Kubernetes refuses with a Status object; a proxied pod with anything, Thanos with an `error`. */
function messageOf(answer: string): string {
    try {
        const { message, error } = JSON.parse(answer) as { message?: unknown; error?: unknown };
        if (typeof message === "string") return message;
        if (typeof error === "string") return error;
    } catch {
        // Not JSON: the text itself is all there is.
    }
    return answer.slice(0, 200).trim();
}
