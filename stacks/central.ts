// SPDX-License-Identifier: Apache-2.0
import {
    Grafana,
    RECEIVE_INGESTOR,
    RECEIVE_ROUTER_SERVICE,
    type RemoteWritePolicy,
    ThanosCompactor,
    ThanosQuery,
    ThanosQueryFrontend,
    ThanosReceive,
    ThanosRuler,
    ThanosStore,
} from "../components";
import { fleetAlerts } from "../metrics/fleetAlerts";
import {
    COMPACTOR,
    QUERY_FRONTEND_SERVICE,
    QUERY_SERVICE,
    RULER,
    STORE_GATEWAY,
} from "../metrics/names";
import type { MetricsPlan } from "../plan/metrics";
import type { Measured, MetricsContext } from "./observability";

/** With an object store, Receive keeps what is not there yet, and some hours for quick answers. */
const HOURS_BEFORE_OBJECT_STORE = 24;
/** Of the Ruler's own records and the alerts: small, and Query asks for them alike. */
const RULER_GIB = 1;
/** Its alerts look back for a day; for more than these hours the volume may be too small. */
const RULER_HOURS = 30 * 24;

/** The Services of Thanos' components in the central cluster, which the collector there scrapes. */
export function centralServices({ receive, objectStore }: MetricsPlan): string[] {
    return [
        RECEIVE_INGESTOR,
        ...(receive.replicas > 1 ? [RECEIVE_ROUTER_SERVICE] : []),
        QUERY_SERVICE,
        QUERY_FRONTEND_SERVICE,
        RULER,
        ...(objectStore === undefined ? [] : [STORE_GATEWAY, COMPACTOR]),
    ];
}

/** What the central cluster has beside what every cluster has: Thanos, and Grafana to look at it. */
export function createCentral(
    { member: { cluster, controlPlane }, namespace }: Measured,
    policy: RemoteWritePolicy,
    { plan, metrics, sources, objectStore }: MetricsContext,
): void {
    const { central, receive, scrapeSeconds, retentionHours, storageGiB, alerts, alertmanager } =
        metrics;
    const { thanos: image, grafana } = sources.metricsImages;
    const opts = { ...cluster.inCluster, dependsOn: [namespace] };
    const storage = (sizeGiB: number) => ({ sizeGiB, persistent: metrics.volumes });
    const named = (component: string) => `${central}-${component}`;
    new ThanosReceive(
        named("thanos-receive"),
        {
            image,
            ...receive,
            retentionHours: objectStore ? HOURS_BEFORE_OBJECT_STORE : retentionHours.central,
            storage: storage(storageGiB.receive),
            ...(objectStore ? { objstoreConfig: objectStore } : {}),
        },
        // istiod puts its sidecar in, which has to know from its start who may write.
        { ...opts, dependsOn: [namespace, controlPlane, policy] },
    );
    const stores = [RECEIVE_INGESTOR, RULER, ...(objectStore ? [STORE_GATEWAY] : [])];
    const query = new ThanosQuery(named(QUERY_SERVICE), { image, stores }, opts);
    // Of a Service that kube-proxy does not know yet, the address leads out of the cluster: what answers
    // there once is asked again and again, for connections are kept.
    const asking = { ...opts, dependsOn: [namespace, query] };
    new ThanosQueryFrontend(named(QUERY_FRONTEND_SERVICE), { image }, asking);
    new ThanosRuler(
        named(RULER),
        {
            image,
            groups: fleetAlerts({ senders: metrics.senders, edges: plan.discoveries, ...alerts }),
            ...(alertmanager === undefined ? {} : { alertmanagers: [alertmanager] }),
            retentionHours: Math.min(retentionHours.central, RULER_HOURS),
            storage: storage(RULER_GIB),
        },
        asking,
    );
    if (objectStore) {
        const kept = { image, objstoreConfig: objectStore, storage: storage(storageGiB.store) };
        const { central: hours } = retentionHours;
        new ThanosStore(named(STORE_GATEWAY), kept, opts);
        new ThanosCompactor(named(COMPACTOR), { ...kept, retentionHours: hours }, opts);
    }
    if (grafana === undefined) return;
    const { reportSeconds } = alerts;
    new Grafana(named("grafana"), { image: grafana, scrapeSeconds, reportSeconds }, opts);
}
