// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { LiveFleet } from "../../verify";
import { type Kube, connect } from "../../verify/kube";
import { type Sample, type Thanos, parseAnswer, samplesOf, thanosIn } from "../../verify/thanos";
import { until } from "./until";

const NAMESPACE = "/api/v1/namespaces/monitoring";
const THANOS_API = `${NAMESPACE}/services/http:thanos-query-frontend:9090/proxy/api/v1`;

/** The metrics of a live fleet: the central Thanos, and what each cluster keeps itself. */
export class Measured {
    readonly thanos: Thanos;

    private constructor(
        private readonly central: Kube,
        private readonly kubes: ReadonlyMap<string, Kube>,
        /** Names of all clusters. */
        readonly clusters: readonly string[],
    ) {
        this.thanos = thanosIn(central);
    }

    static of(fleet: LiveFleet): Measured {
        const names = Object.keys(fleet.clusters).sort();
        const kubes = new Map(
            names.map((name) => [name, connect(name, fleet.kubeconfigs[name] ?? "")] as const),
        );
        const central = kubes.get(fleet.metrics?.central ?? "");
        if (!central) throw new Error("the fleet is not measured");
        return new Measured(central, kubes, names);
    }

    kube(cluster: string): Kube {
        const kube = this.kubes.get(cluster);
        if (!kube) throw new Error(`no cluster ${cluster}`);
        return kube;
    }

    /** Asks a Prometheus of a cluster itself: one of its pods, by name. */
    async local(cluster: string, pod: string, promql: string): Promise<Sample[]> {
        const api = `${NAMESPACE}/pods/${pod}:9090/proxy/api/v1`;
        return await ask(this.kube(cluster), api, { query: promql });
    }

    /** Asks Thanos without taking replicas for one. */
    async replicas(promql: string): Promise<Sample[]> {
        return await ask(this.central, THANOS_API, { query: promql, dedup: "false" });
    }

    /**
     * How many samples of each metric a replica of a cluster's federation has in a window, and how many
     * of them Thanos has. One metric at a time: counted together they would need their names.
     *
     * @param window such as `[2m] @ 1700000000`.
     */
    async bothEnds(cluster: string, replica: string, window: string): Promise<BothEnds> {
        const api = `${NAMESPACE}/pods/${replica}:9090/proxy/api/v1/label/__name__/values`;
        const { data } = (await this.kube(cluster).json("GET", api)) as { data: string[] };
        const labels = `{cluster="${cluster}", prometheus_replica="${replica}"}`;
        const counts = await Promise.all(
            data
                .filter((name) => !OWN.test(name))
                .map(async (name): Promise<[string, number, number]> => {
                    const count = (of: string) => `sum(count_over_time(${of}${window}))`;
                    const [here] = await this.local(cluster, replica, count(name));
                    const [there] = await this.replicas(count(`${name}${labels}`));
                    return [name, here?.value ?? 0, there?.value ?? 0];
                }),
        );
        return {
            samples: counts.reduce((sum, [, here]) => sum + here, 0),
            different: counts.filter(([, here, there]) => here !== there),
        };
    }

    /** Asks what a panel asks: for now, or along the last hour. */
    async ask(promql: string, range: boolean): Promise<readonly object[]> {
        if (!range) return await this.thanos.query(promql);
        const end = Math.floor(Date.now() / 1000);
        return await this.thanos.queryRange(promql, { start: end - 3600, end, step: 15 });
    }

    /** The one number that Thanos gives to a query; undefined for none. */
    async number(promql: string): Promise<number | undefined> {
        const samples = await this.thanos.query(promql);
        expect(samples.length, promql).to.be.lessThan(2);
        return samples[0]?.value;
    }

    /** Waits until a cluster's own alert fires in its federation, and gives its labels. */
    async firesIn(
        cluster: string,
        alert: string,
        matchers: Readonly<Record<string, string>> = {},
    ): Promise<void> {
        const all = { alertname: alert, alertstate: "firing", ...matchers };
        const selector = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
        const firing = async () => {
            const query = `ALERTS{${selector.join(", ")}}`;
            return (await this.local(cluster, "prometheus-federation-0", query)).length > 0;
        };
        await until(`${alert} fires in ${cluster}`, firing, AbortSignal.timeout(ALERT_MS));
    }

    /** Waits until the Ruler's alert fires, as Thanos shows it. */
    async firesCentrally(
        alert: string,
        matchers: Readonly<Record<string, string>> = {},
    ): Promise<void> {
        const all = { alertname: alert, alertstate: "firing", ...matchers };
        const selector = Object.entries(all).map(([name, value]) => `${name}="${value}"`);
        const firing = async () => {
            const query = `ALERTS{${selector.join(", ")}}`;
            return (await this.thanos.query(query).catch(() => [])).length > 0;
        };
        await until(`${alert} fires in Thanos`, firing, AbortSignal.timeout(ALERT_MS));
    }

    /** Names of the alerts that fire in a cluster's federation, each once, sorted. */
    async firing(cluster: string): Promise<string[]> {
        const query = 'count by (alertname) (ALERTS{alertstate="firing"})';
        const samples = await this.local(cluster, "prometheus-federation-0", query);
        return samples.map(({ labels }) => labels.alertname ?? "").sort();
    }
}

/** What a federation keeps to itself. */
const OWN = /^(up|scrape_(duration|samples|series|timeout)_.+|ALERTS_FOR_STATE)$/;

/** What a federation has, and Thanos has of it. */
export interface BothEnds {
    /** Number of samples in the federation. */
    readonly samples: number;
    /** Metrics of which the numbers differ: name, there, centrally. */
    readonly different: readonly (readonly [string, number, number])[];
}

/** From a cause to its alert: scrape, rules, federation, and for how long it has to hold. */
const ALERT_MS = 8 * 60 * 1000;

async function ask(
    kube: Kube,
    api: string,
    parameters: Readonly<Record<string, string>>,
): Promise<Sample[]> {
    const query = new URLSearchParams(parameters).toString();
    return samplesOf(parseAnswer(await kube.text("GET", `${api}/query?${query}`)));
}
