// SPDX-License-Identifier: Apache-2.0
import type { UnreachableCluster } from "../plan/existingFacts";
import type { ExistingClusterPlan } from "../plan/fleet";
import { outputFor, reason } from "./command";

/** How kubectl reaches a cluster: by a kubeconfig, and a context of it. */
export type Access = Pick<ExistingClusterPlan, "kubeconfig" | "context">;

/** How kubectl reaches a kind cluster: its node has one, of its administrator. */
export interface NodeAccess {
    /** Container of the control plane. */
    readonly node: string;
}

/** A credential plugin may have somebody log in. */
const DEADLINE = 120_000;

/** Why kubectl has no answer. Its message never has anything of a kubeconfig's content in it. */
export class NoAnswer extends Error {
    constructor(
        public readonly why: UnreachableCluster["why"],
        message: string,
    ) {
        super(message);
    }

    /** Whether the cluster answered that this user may not ask. */
    public get forbidden(): boolean {
        return this.message.startsWith("Error from server (Forbidden)");
    }
}

/**
 * What kubectl prints. It asks as a person would, so all that a kubeconfig may have for credentials
 * works; without a standard input it does not ask for a password.
 *
 * @param deadline milliseconds after which it is given up.
 * @throws NoAnswer
 */
export async function kubectl(
    access: Access | NodeAccess,
    args: readonly string[],
    input = "",
    deadline = DEADLINE,
): Promise<string> {
    const [file, ...before] = commandOf(access);
    const all = [...before, "--request-timeout=10s", ...args];
    try {
        return await outputFor(input, deadline, file, ...all);
    } catch (error) {
        const { code, killed } = error as { code?: unknown; killed?: boolean };
        if (code === "ENOENT") throw new NoAnswer("kubectl", reason(error));
        const text = killed ? `it takes more than ${String(deadline / 1000)} s` : complaint(error);
        throw new NoAnswer("server", text);
    }
}

function commandOf(access: Access | NodeAccess): [string, ...string[]] {
    if ("node" in access) {
        const admin = ["--kubeconfig", "/etc/kubernetes/admin.conf"];
        return ["docker", "exec", "--interactive", access.node, "kubectl", ...admin];
    }
    const { kubeconfig, context } = access;
    const chosen = context === undefined ? [] : ["--context", context];
    return ["kubectl", "--kubeconfig", kubeconfig, ...chosen];
}

/** What is wrong, among what kubectl, its log and a credential plugin wrote. */
function complaint(error: unknown): string {
    const { code, stderr = "" } = error as { code?: unknown; stderr?: string };
    const lines = stderr.split("\n").map((line) => line.trim());
    const verdict = lines.find((line) => /^(error|Error|Unable to|The connection)\b/.test(line));
    // It asked for a user's name, and read the end of its input.
    if (verdict === "error: EOF") return "the kubeconfig has no credentials for it";
    return verdict?.replace(/^error: /, "") ?? `kubectl fails (${String(code)})`;
}
