// SPDX-License-Identifier: Apache-2.0
import { PROXY, PROXY_SECRETS, parseSecrets } from "../plan/proxySecrets";
import { type ServedProxy, type SilentProxy, proxyTrust } from "../plan/servedTrust";
import { mapAtMost } from "./atMost";
import { type Access, NoAnswer, type NodeAccess, kubectl } from "./kubectl";

/** How many proxies of a cluster are asked at a time: each is a process here, and one there. */
const AT_A_TIME = 8;
/** Milliseconds that a proxy has for an answer. */
const DEADLINE = 60_000;

/** Since Kubernetes 1.33 a sidecar is an init container that keeps running. */
const STARTED = ["initContainerStatuses", "containerStatuses"]
    .map((list) => `{.status.${list}[?(@.name=="${PROXY}")].state.running.startedAt}`)
    .join("");
const FIELDS = `{.metadata.namespace}{"/"}{.metadata.name}{"\\t"}${STARTED}{"\\n"}`;

/**
 * What every proxy of a cluster uses. Pods that end do so until they have; where no proxy runs yet,
 * one will be given what is served then.
 *
 * @throws NoAnswer
 */
export async function readProxies(
    cluster: Access | NodeAccess,
): Promise<(ServedProxy | SilentProxy)[]> {
    const list = await kubectl(cluster, [
        "get",
        "pods",
        "--all-namespaces",
        `--output=jsonpath={range .items[*]}${FIELDS}{end}`,
    ]);
    const running = list
        .split("\n")
        .map((line) => line.split("\t"))
        .filter(([, started = ""]) => started !== "")
        .map(([name = ""]) => name);
    const found = await mapAtMost(AT_A_TIME, running, (name) => askProxy(cluster, name));
    return found.filter((proxy) => proxy !== undefined);
}

/** What a proxy uses; undefined where there is no proxy any more. */
async function askProxy(
    cluster: Access | NodeAccess,
    name: string,
): Promise<ServedProxy | SilentProxy | undefined> {
    const [namespace = "", pod = ""] = name.split("/");
    const request = ["pilot-agent", "request", "GET", PROXY_SECRETS];
    const args = ["exec", "--namespace", namespace, pod, "--container", PROXY, "--", ...request];
    try {
        const answer = await kubectl(cluster, args, "", DEADLINE);
        return proxyTrust(name, parseSecrets(answer));
    } catch (error) {
        if (!(error instanceof NoAnswer)) return { name, silent: "it has no certificates to show" };
        if (error.forbidden) throw error;
        return hasGone(error) ? undefined : { name, silent: error.message };
    }
}

/** Pods come and go: what has gone since the list was made has nothing to say. */
function hasGone({ message }: NoAnswer): boolean {
    return (
        message.startsWith("Error from server (NotFound)") ||
        message.includes("container not found") ||
        message.includes("in a completed pod")
    );
}
