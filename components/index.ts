// SPDX-License-Identifier: Apache-2.0
export { type CrdChart, chartCrds } from "./chartCrds";
export { Crds, type CrdsArgs } from "./crds";
export { EastWestGateway, type EastWestGatewayArgs } from "./eastWestGateway";
export { IstioControlPlane, type IstioControlPlaneArgs, istioCrds } from "./istioControlPlane";
export { KindCluster, type KindClusterArgs } from "./kindCluster";
export { type CaCerts, MeshCa, type MeshCaArgs } from "./meshCa";
export { METALLB_WEBHOOK_NAME, MetalLb, type MetalLbArgs, metalLbCrds } from "./metalLb";
export { RemoteReader, type RemoteReaderArgs } from "./remoteReader";
export { RemoteSecret, type RemoteSecretArgs } from "./remoteSecret";
export { WebhookCertificate, type WebhookCertificateArgs } from "./webhookCertificate";
