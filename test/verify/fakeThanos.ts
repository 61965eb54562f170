// SPDX-License-Identifier: Apache-2.0
import type { VerifyContext } from "../../verify/context";
import type { LiveMetrics } from "../../verify/fleet";
import type { Kube } from "../../verify/kube";
import { liveContext } from "../helpers/liveFleet";

/** A series of an answer: its labels and its value, as text. */
export type FakeSeries = readonly [labels: Readonly<Record<string, string>>, value: string];

/** Time of every answer. */
export const NOW = 1000;

/** What Thanos answers to an instant query. */
export function vector(...series: readonly FakeSeries[]): string {
    const result = series.map(([metric, value]) => ({ metric, value: [NOW, value] }));
    return JSON.stringify({ status: "success", data: { resultType: "vector", result } });
}

/** An API server that answers every request the same, and notes the paths. */
export function fakeKube(cluster: string, answer: () => Promise<string>) {
    const paths: string[] = [];
    const refuse = () => Promise.reject(new Error("not in this test"));
    const kube: Kube = {
        cluster,
        text: (method, path) => {
            paths.push(`${method} ${path}`);
            return answer();
        },
        json: refuse,
        exec: refuse,
    };
    return { kube, paths };
}

/** A fleet of c1, c2 and c3 with these edges, in which Thanos gives the answer. */
export function metricsContext(
    metrics: LiveMetrics | undefined,
    edges: readonly string[],
    answer: () => Promise<string>,
): { context: VerifyContext; paths: string[] } {
    const context = liveContext({ c1: {}, c2: {}, c3: {} }, edges);
    const central = metrics?.central ?? "c2";
    const { kube, paths } = fakeKube(central, answer);
    return {
        context: {
            ...context,
            fleet: { ...context.fleet, metrics },
            kubes: new Map([...context.kubes, [central, { ok: true, value: kube }]]),
        },
        paths,
    };
}
