// SPDX-License-Identifier: Apache-2.0
import type { ExistingClusterPlan } from "./fleet";

/*
 * What an existing cluster is called in what a person reads.
 */

/** A key of a cluster's `existing` in the stack's file, by its place in the list of clusters. */
export function pathOf(index: number, key: string): string {
    return `clusters[${String(index)}].existing.${key}`;
}

/** The command by which a person sees the same cluster. */
export function commandFor({
    kubeconfig,
    context,
}: Pick<ExistingClusterPlan, "kubeconfig" | "context">): string {
    const args = [`--kubeconfig=${kubeconfig}`];
    if (context !== undefined) args.push(`--context=${context}`);
    return `kubectl ${args.map(quote).join(" ")}`;
}

/** An argument as a shell of a person's takes it. */
export function quote(text: string): string {
    return /^[-\w./:=@~]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
