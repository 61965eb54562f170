// SPDX-License-Identifier: Apache-2.0
export { EastWestGateway, type EastWestGatewayArgs } from "./eastWestGateway";
export { IstioControlPlane, type IstioControlPlaneArgs } from "./istioControlPlane";
export { KindCluster, type KindClusterArgs } from "./kindCluster";
export { type CaCerts, MeshCa, type MeshCaArgs } from "./meshCa";
export { METALLB_WEBHOOK_NAME, MetalLb, type MetalLbArgs } from "./metalLb";
export { RemoteReader, type RemoteReaderArgs } from "./remoteReader";
export { RemoteSecret, type RemoteSecretArgs } from "./remoteSecret";
export { WebhookCertificate, type WebhookCertificateArgs } from "./webhookCertificate";
