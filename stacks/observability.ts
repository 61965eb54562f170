// SPDX-License-Identifier: Apache-2.0
import * as pulumi from "@pulumi/pulumi";
import type { Sources } from "../bundle";
import {
    EdgeTokenRules,
    IstiodWebhook,
    MonitoringNamespace,
    PrometheusCollector,
    PrometheusFederation,
    PrometheusOperator,
    RemoteWritePolicy,
    RemoteWriteService,
    StandInTelemetry,
} from "../components";
import { clusterAlerts } from "../metrics/clusterAlerts";
import { recordingRules } from "../metrics/recordingRules";
import type { ClusterPlan, FleetPlan } from "../plan/fleet";
import type { MetricsPlan } from "../plan/metrics";
import { centralServices, createCentral } from "./central";
import type { MadeEdge } from "./edges";
import type { Member } from "./members";
import type { Mesh } from "./mesh";
import { required } from "./required";

/** What the metrics of every cluster are made from. */
export interface MetricsContext {
    readonly plan: FleetPlan;
    readonly metrics: MetricsPlan;
    readonly sources: Sources;
    /** Thanos' object store configuration, secret; undefined without one. */
    readonly objectStore: pulumi.Output<string> | undefined;
}

/** A cluster with the namespace of everything that measures. */
export interface Measured {
    readonly member: Member;
    readonly namespace: MonitoringNamespace;
    /** What objects of Istio's kinds wait for. */
    readonly webhook: IstiodWebhook | undefined;
}

/**
 * The metrics of the fleet: each cluster measures itself, and the central one keeps what the senders
 * send. Across clusters only the policy is waited for: who sends too early tries again, but who is
 * refused does not.
 *
 * @param labels of the namespaces that the fleet makes.
 * @param objectStore Thanos' object store configuration; undefined without one.
 */
export function createObservability(
    plan: FleetPlan,
    sources: Sources,
    { members, edges }: Pick<Mesh, "members" | "edges">,
    labels: Readonly<Record<string, string>>,
    objectStore: string | undefined,
): void {
    const { metrics } = plan;
    if (metrics === undefined) return;
    const bucket = objectStore === undefined ? undefined : pulumi.secret(objectStore);
    const context: MetricsContext = { plan, metrics, sources, objectStore: bucket };
    const measured = new Map(
        [...members].map(([name, member]) => {
            const { inCluster } = member.cluster;
            const namespace = new MonitoringNamespace(`${name}-monitoring`, { labels }, inCluster);
            const webhook = createWebhook(name, member, namespace, context);
            return [name, { member, namespace, webhook }] as const;
        }),
    );
    const policy = createPolicy(measured, context);
    for (const [name, cluster] of measured) {
        const operator = createOperator(name, cluster, sources);
        const { service } = createCollector(name, cluster, operator, context);
        createFederation(name, cluster, { operator, policy, collector: service }, context);
        createTokenRules(name, cluster, operator, edges, context);
    }
    createCentral(required(measured.get(metrics.central), metrics.central), policy, context);
}

/**
 * Of the clusters that get objects of Istio's kinds: primaries, whose istiod reads them; that of the
 * central cluster, or all of them where Envoy has no statistics of its own.
 */
function createWebhook(
    name: string,
    { cluster, controlPlane }: Member,
    namespace: MonitoringNamespace,
    { plan, metrics, sources }: MetricsContext,
): IstiodWebhook | undefined {
    const central = plan.clusters.find((other) => other.name === metrics.central);
    const takes = sources.telemetry ? cluster.plan.primary : central?.primary;
    if (name !== takes) return undefined;
    const { access, identity, inCluster } = cluster;
    const opts = { ...inCluster, dependsOn: [controlPlane, namespace] };
    return new IstiodWebhook(`${name}-istiod-webhook`, { access, identity }, opts);
}

/** Who may write. In the primary of the central cluster, whose istiod tells the proxies there. */
function createPolicy(
    measured: ReadonlyMap<string, Measured>,
    { plan, metrics: { central, senders } }: MetricsContext,
): RemoteWritePolicy {
    const { primary } = required(measured.get(central), central).member.cluster.plan;
    const { member: its, namespace, webhook } = required(measured.get(primary), primary);
    return new RemoteWritePolicy(
        // By where it is, not by whom it is for: another central cluster of that primary's has the same.
        `${primary}-remote-write-policy`,
        { trustDomain: plan.trust.domain, senders },
        { ...its.cluster.inCluster, dependsOn: [namespace, required(webhook, primary)] },
    );
}

function createOperator(
    name: string,
    { member: { cluster }, namespace, webhook }: Measured,
    { metricsImages: images, telemetry }: Sources,
): PrometheusOperator {
    if (telemetry && webhook) {
        const opts = { ...cluster.inCluster, dependsOn: [webhook] };
        new StandInTelemetry(`${name}-telemetry`, telemetry, opts);
    }
    return new PrometheusOperator(
        `${name}-prometheus-operator`,
        { image: images.prometheusOperator, reloaderImage: images.prometheusConfigReloader },
        { ...cluster.inCluster, dependsOn: [namespace] },
    );
}

function createCollector(
    name: string,
    { member: { cluster } }: Measured,
    operator: PrometheusOperator,
    { metrics, sources: { metricsImages, telemetry } }: MetricsContext,
): PrometheusCollector {
    const { scrapeSeconds, retentionHours, storageGiB } = metrics;
    return new PrometheusCollector(
        `${name}-collector`,
        {
            clusterName: name,
            image: metricsImages.prometheus,
            scrapeSeconds,
            retentionHours: retentionHours.collector,
            storage: { sizeGiB: storageGiB.collector, persistent: metrics.volumes },
            rules: recordingRules({ scrapeSeconds }),
            ...(telemetry ? { proxyRelabelings: telemetry.metricRelabelings } : {}),
        },
        { ...cluster.inCluster, dependsOn: [operator] },
    );
}

/** What a federation comes after. */
interface FederationNeeds {
    readonly operator: PrometheusOperator;
    readonly policy: RemoteWritePolicy;
    /** The Service that it scrapes: its address leads anywhere until kube-proxy knows it. */
    readonly collector: pulumi.Resource;
}

function createFederation(
    name: string,
    { member: { cluster, controlPlane }, namespace }: Measured,
    needs: FederationNeeds,
    context: MetricsContext,
): void {
    const { metrics, sources } = context;
    const { scrapeSeconds, retentionHours, storageGiB } = metrics;
    const sends = metrics.senders.includes(name);
    const within = (...dependsOn: pulumi.Resource[]) => ({ ...cluster.inCluster, dependsOn });
    const ofSenders = sends
        ? [
              needs.policy,
              controlPlane,
              new RemoteWriteService(`${name}-remote-write`, within(namespace)),
          ]
        : [];
    new PrometheusFederation(
        `${name}-federation`,
        {
            clusterName: name,
            image: sources.metricsImages.prometheus,
            scrapeSeconds,
            retentionHours: retentionHours.federation,
            storage: { sizeGiB: storageGiB.federation, persistent: metrics.volumes },
            alerts: federationAlerts(name, cluster.plan, context),
            sends,
        },
        within(needs.operator, needs.collector, ...ofSenders),
    );
}

/** What a cluster's federation watches over. */
function federationAlerts(
    name: string,
    { primary, gateway }: ClusterPlan,
    { plan, metrics }: MetricsContext,
) {
    const { scrapeSeconds, alerts, senders, central } = metrics;
    return clusterAlerts({
        cluster: name,
        isPrimary: name === primary,
        remoteClusters: plan.edges
            .filter(({ observing }) => observing === name)
            .map(({ observed }) => observed),
        gateway,
        sends: senders.includes(name),
        thanosServices: name === central ? centralServices(metrics) : [],
        scrapeSeconds,
        expiryDays: alerts.expiryDays,
        tokenNoticeHours: plan.trust.edgeTokens?.noticeHours,
        behindSeconds: alerts.behindSeconds,
    });
}

/** Of what a cluster observes by tokens that expire. */
function createTokenRules(
    name: string,
    { member: { cluster } }: Measured,
    operator: PrometheusOperator,
    edges: readonly MadeEdge[],
    { metrics: { scrapeSeconds } }: MetricsContext,
): void {
    const tokens = edges.flatMap(({ edge: { observing, observed }, tokenExpires }) =>
        observing === name && tokenExpires ? [{ observed, expires: tokenExpires }] : [],
    );
    if (tokens.length === 0) return;
    new EdgeTokenRules(
        `${name}-edge-tokens`,
        { tokens, scrapeSeconds },
        { ...cluster.inCluster, dependsOn: [operator] },
    );
}
