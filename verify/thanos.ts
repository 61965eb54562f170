// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { PROMETHEUS_PORT, QUERY_FRONTEND_SERVICE } from "../metrics/names";
import { MONITORING_NAMESPACE } from "../plan/namespaces";
import { type Outcome, type VerifyContext, outcomeOf } from "./context";
import type { Kube } from "./kube";
import { reasonOf } from "./report";

/** A series at one moment. */
export interface Sample {
    readonly labels: Readonly<Record<string, string>>;
    readonly value: number;
    /** When the query was evaluated, by Thanos' own clock: seconds since 1970. */
    readonly time: number;
}

/** A series over time. */
export interface Series {
    readonly labels: Readonly<Record<string, string>>;
    readonly points: readonly { readonly time: number; readonly value: number }[];
}

/** What a range query covers. */
export interface Range {
    /** First moment, in seconds since 1970. */
    readonly start: number;
    /** Last moment, in seconds since 1970. */
    readonly end: number;
    /** Seconds between two points. */
    readonly step: number;
}

/** The central Thanos. What only some of its stores answered is an error, not an answer. */
export interface Thanos {
    /** The series that a query selects now. A number is a series without labels. */
    query(promql: string): Promise<Sample[]>;
    /** The series that a query selects over a range. */
    queryRange(promql: string, range: Range): Promise<Series[]>;
}

const labels = z.record(z.string(), z.string());
/** Time and value; the value is text, for JSON has no NaN and no infinity. */
const point = z.tuple([z.number(), z.string()]);
const vector = z.array(z.object({ metric: labels, value: point }));
const matrix = z.array(z.object({ metric: labels, values: z.array(point) }));
const answer = z.object({
    status: z.literal("success"),
    warnings: z.array(z.string()).nullish(),
    data: z.discriminatedUnion("resultType", [
        z.object({ resultType: z.literal("vector"), result: vector }),
        z.object({ resultType: z.literal("matrix"), result: matrix }),
        z.object({ resultType: z.literal("scalar"), result: point }),
    ]),
});
type Data = z.output<typeof answer>["data"];

/** Parameters of a request: the query, and its range if it has one. */
type Asked = Readonly<Record<"query", string> & Partial<Record<"start" | "end" | "step", string>>>;

const API = [
    `/api/v1/namespaces/${MONITORING_NAMESPACE}/services`,
    // The API server takes the Service's own port, and asks one of its pods itself.
    `/http:${QUERY_FRONTEND_SERVICE}:${String(PROMETHEUS_PORT)}/proxy/api/v1`,
].join("");

/** The Thanos in a cluster, asked through its API server. */
export function thanosIn(kube: Kube): Thanos {
    const ask = async <T>(path: string, asked: Asked, read: (data: Data) => T): Promise<T> => {
        // Without this a store that is away is only a warning.
        const query = new URLSearchParams({ ...asked, partial_response: "false" });
        try {
            return read(parseAnswer(await kube.text("GET", `${API}/${path}?${query.toString()}`)));
        } catch (error) {
            throw new Error(unanswered(kube.cluster, asked.query, error), { cause: error });
        }
    };
    return {
        query: (promql) => ask("query", { query: promql }, samplesOf),
        queryRange: (promql, { start, end, step }) => {
            const range = { start: String(start), end: String(end), step: String(step) };
            return ask("query_range", { query: promql, ...range }, seriesOf);
        },
    };
}

/** The Thanos that a fleet's clusters send to. */
export function centralThanos({ kubes }: VerifyContext, central: string): Outcome<Thanos> {
    const kube = outcomeOf(kubes, central);
    return kube.ok ? { ok: true, value: thanosIn(kube.value) } : kube;
}

/** Reads an answer of the HTTP API. Warnings are errors: they say that something is missing in it. */
export function parseAnswer(text: string): Data {
    const { warnings, data } = answer.parse(JSON.parse(text));
    // Thanos has Prometheus' remarks on a query among them, such as a counter's name without "_total".
    const real = (warnings ?? []).filter((warning) => !warning.startsWith("PromQL info:"));
    if (real.length > 0) throw new Error(`the answer has warnings: ${real.join("; ")}`);
    return data;
}

/** A time and a value as Prometheus writes them: `+Inf`, `-Inf` and `NaN` are values too. */
function read([time, text]: z.output<typeof point>): { time: number; value: number } {
    const infinite = /^([+-])Inf$/.exec(text);
    if (infinite) return { time, value: infinite[1] === "-" ? -Infinity : Infinity };
    return { time, value: Number(text) };
}

/** The series of an instant query. */
export function samplesOf(data: Data): Sample[] {
    if (data.resultType === "scalar") return [{ labels: {}, ...read(data.result) }];
    if (data.resultType === "vector") {
        return data.result.map(({ metric, value }) => ({ labels: metric, ...read(value) }));
    }
    throw new Error("the answer of an instant query is a range: ask with queryRange");
}

function seriesOf(data: Data): Series[] {
    if (data.resultType !== "matrix") {
        throw new Error(`the answer of a range query is a ${data.resultType}`);
    }
    return data.result.map(({ metric, values }) => ({ labels: metric, points: values.map(read) }));
}

function unanswered(cluster: string, promql: string, error: unknown): string {
    const what = `Thanos in ${cluster} did not answer \`${promql}\`: ${reasonOf(error)}`;
    const fix = `kubectl get services,pods -n ${MONITORING_NAMESPACE}`;
    return `${what.replace(/[.]$/, "")}. See \`${fix}\` there.`;
}
