// SPDX-License-Identifier: Apache-2.0
/*
 * What we use of @pulumi/kubernetes, taken from the single files. Loading the package as a whole
 * registers every kind of object, and the program then reads back each object of each chart, CRDs
 * with their schemas among them: half of its CPU time, for values that nobody looks at.
 */
export {
    CustomResource,
    type CustomResourceArgs,
} from "@pulumi/kubernetes/apiextensions/customResource";
export { Chart, type ChartArgs } from "@pulumi/kubernetes/helm/v4/chart";
export { Provider } from "@pulumi/kubernetes/provider";
export { Deployment } from "@pulumi/kubernetes/apps/v1/deployment";
export { StatefulSet } from "@pulumi/kubernetes/apps/v1/statefulSet";
export { NetworkPolicy } from "@pulumi/kubernetes/networking/v1/networkPolicy";
export { PodDisruptionBudget } from "@pulumi/kubernetes/policy/v1/podDisruptionBudget";
export { ClusterRole } from "@pulumi/kubernetes/rbac/v1/clusterRole";
export { Role } from "@pulumi/kubernetes/rbac/v1/role";
export { RoleBinding } from "@pulumi/kubernetes/rbac/v1/roleBinding";
export { ClusterRoleBinding } from "@pulumi/kubernetes/rbac/v1/clusterRoleBinding";
// As a group, for EastWestGateway reads back the Service of its chart.
export { ConfigMap, Namespace, Secret, Service, ServiceAccount } from "@pulumi/kubernetes/core/v1";
