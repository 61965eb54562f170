// SPDX-License-Identifier: Apache-2.0
export { type CrdChart, chartRenderer, renderChart } from "./chartCrds";
export { writeCrdFile } from "./crdFile";
export { Crds, type CrdsArgs } from "./crds";
export { EastWestGateway, type EastWestGatewayArgs } from "./eastWestGateway";
export { IstioControlPlane, type IstioControlPlaneArgs, istioCrds } from "./istioControlPlane";
export { IstioRemote, type IstioRemoteArgs } from "./istioRemote";
export { IstiodExposure } from "./istiodExposure";
export { type ClusterAccess } from "./kubectl";
export { KindCluster, type KindClusterArgs } from "./kindCluster";
export { type CaCerts, MeshCa, type MeshCaArgs } from "./meshCa";
export { Leftovers, type LeftoversArgs } from "./leftovers";
export { METALLB_WEBHOOK_NAME, MetalLb, type MetalLbArgs, metalLbCrds } from "./metalLb";
export { PodRoutes, type PodRoutesArgs } from "./podRoutes";
export { RemoteReader, type RemoteReaderArgs } from "./remoteReader";
export { RemoteSecret, type RemoteSecretArgs } from "./remoteSecret";
export { WebhookCertificate, type WebhookCertificateArgs } from "./webhookCertificate";
