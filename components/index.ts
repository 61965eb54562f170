// SPDX-License-Identifier: Apache-2.0
export { type CrdChart, chartRenderer, renderChart } from "./chartCrds";
export { writeCrdFile } from "./crdFile";
export { Crds, type CrdsArgs } from "./crds";
export { EastWestGateway, type EastWestGatewayArgs } from "./eastWestGateway";
export { EdgeTokenRules, type EdgeTokenRulesArgs } from "./edgeTokenRules";
export { ExpiringToken, type ExpiringTokenArgs } from "./expiringToken";
export { ExternalCa, type ExternalCaArgs, type ExternalCaCluster } from "./externalCa";
export { Grafana, type GrafanaArgs } from "./grafana";
export { IstioControlPlane, type IstioControlPlaneArgs, istioCrds } from "./istioControlPlane";
export { IstioRemote, type IstioRemoteArgs } from "./istioRemote";
export { IstiodExposure } from "./istiodExposure";
export { IstiodWebhook, type IstiodWebhookArgs } from "./istiodWebhook";
export { type ClusterAccess } from "./kubectl";
export { KindCluster, type KindClusterArgs } from "./kindCluster";
export { type CaCerts, MeshCa, type MeshCaArgs } from "./meshCa";
export { Leftovers, type LeftoversArgs } from "./leftovers";
export { METALLB_WEBHOOK_NAME, MetalLb, type MetalLbArgs, metalLbCrds } from "./metalLb";
export { MonitoringNamespace, type MonitoringNamespaceArgs } from "./monitoringNamespace";
export { PodRoutes, type PodRoutesArgs } from "./podRoutes";
export { PrometheusCollector, type PrometheusCollectorArgs } from "./prometheusCollector";
export { PrometheusFederation, type PrometheusFederationArgs } from "./prometheusFederation";
export {
    PrometheusOperator,
    type PrometheusOperatorArgs,
    prometheusOperatorCrds,
} from "./prometheusOperator";
export { type ReaderOf, ReaderRole, type ReaderRoleArgs } from "./readerRole";
export { RemoteReader, type RemoteReaderArgs, readerAccount } from "./remoteReader";
export { RemoteSecret, type RemoteSecretArgs } from "./remoteSecret";
export { RemoteWritePolicy, type RemoteWritePolicyArgs } from "./remoteWritePolicy";
export { RemoteWriteService } from "./remoteWriteService";
export { StandInTelemetry } from "./standInTelemetry";
export { ThanosCompactor, type ThanosCompactorArgs } from "./thanosCompactor";
export { type ThanosStorage } from "./thanosPod";
export { ThanosQuery, type ThanosQueryArgs } from "./thanosQuery";
export { ThanosQueryFrontend, type ThanosQueryFrontendArgs } from "./thanosQueryFrontend";
export {
    RECEIVE_INGESTOR,
    RECEIVE_ROUTER_SERVICE,
    ThanosReceive,
    type ThanosReceiveArgs,
} from "./thanosReceive";
export { ThanosRuler, type ThanosRulerArgs } from "./thanosRuler";
export { ThanosStore, type ThanosStoreArgs } from "./thanosStore";
export { type EdgeEnd, TokenHandover, type TokenHandoverArgs } from "./tokenHandover";
export { userError } from "./userError";
export { WebhookCertificate, type WebhookCertificateArgs } from "./webhookCertificate";
