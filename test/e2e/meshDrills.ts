// SPDX-License-Identifier: Apache-2.0
import { readerAccount } from "../../components";
import { GATEWAY_NAME } from "../../components/eastWestGateway";
import { ISTIO_NAMESPACE, METALLB_NAMESPACE } from "../../plan/namespaces";
import { type Drill, type Thing, deleted, edited, replace, replaceKnown } from "./drill";

const DEPLOYMENT = "kubernetes:apps/v1:Deployment";
const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";
const SECRET = "kubernetes:core/v1:Secret";
const SERVICE = "kubernetes:core/v1:Service";

const base64 = (text: string) => Buffer.from(text).toString("base64");

/**
 * MetalLB, Istio and the edges.
 *
 * @param edge the cluster whose objects are drilled.
 * @param central the cluster that reads it.
 * @param gatewayAddress the address of the first one's gateway.
 */
export function meshDrills(edge: string, central: string, gatewayAddress: string): Drill[] {
    const istio = { cluster: edge, namespace: ISTIO_NAMESPACE };
    return [
        ...metalLbDrills(edge, gatewayAddress),
        ...istioDrills(edge, istio),
        ...gatewayDrills(edge, istio),
        ...authorityDrills(central),
        ...roleDrills(edge, istio),
        ...edgeDrills(edge, central),
    ];
}

const gatewayService = (edge: string) =>
    `${SERVICE} ${edge}-eastwest-chart:${ISTIO_NAMESPACE}/${GATEWAY_NAME}`;

function metalLbDrills(edge: string, gatewayAddress: string): Drill[] {
    const at = { cluster: edge, namespace: METALLB_NAMESPACE };
    const child = (type: string, name: string) =>
        `${type} ${edge}-metallb-chart:${METALLB_NAMESPACE}/${name}`;
    const pool: Thing = {
        ...at,
        object: "IPAddressPool",
        ref: "ipaddresspools.metallb.io/pool",
        resource: `kubernetes:metallb.io/v1beta1:IPAddressPool ${edge}-metallb-pool`,
        shows: "{.spec.addresses}",
    };
    const advertisement: Thing = {
        ...at,
        object: "L2Advertisement",
        ref: "l2advertisements.metallb.io/l2",
        resource: `kubernetes:metallb.io/v1beta1:L2Advertisement ${edge}-metallb-l2`,
        shows: "{.spec.ipAddressPools}",
    };
    const controller: Thing = {
        ...at,
        object: "MetalLB's Deployment",
        ref: "deployments.apps/metallb-controller",
        resource: child(DEPLOYMENT, "metallb-controller"),
        shows: "{.spec}",
    };
    const speaker: Thing = {
        ...at,
        object: "MetalLB's DaemonSet",
        ref: "daemonsets.apps/metallb-speaker",
        resource: child("kubernetes:apps/v1:DaemonSet", "metallb-speaker"),
        shows: "{.spec}",
    };
    const address = "--output=jsonpath={.status.loadBalancer.ingress[*].ip}";
    const webhook = { alone: "its webhook answers for pools" };
    const level = "/spec/template/spec/containers/0/args/1";
    return [
        edited(pool, [replace("/spec/addresses/0", `${gatewayAddress}/32`)]),
        deleted(pool, {
            alone: "MetalLB takes the gateway's address away",
            settled: {
                look: [`--namespace=${ISTIO_NAMESPACE}`, "get", "service", GATEWAY_NAME, address],
                shows: "",
            },
            also: [`update ${gatewayService(edge)}`],
        }),
        edited(advertisement, [replace("/spec/ipAddressPools", [])]),
        deleted(advertisement),
        edited(controller, [replace("/spec/replicas", 0)], webhook),
        deleted(controller, webhook),
        edited(speaker, replaceKnown(level, "--log-level=info", "--log-level=debug")),
        deleted(speaker),
    ];
}

function istioDrills(edge: string, at: Pick<Thing, "cluster" | "namespace">): Drill[] {
    const child = (type: string, name: string) =>
        `${type} ${edge}-istio-istiod:${ISTIO_NAMESPACE}/${name}`;
    const namespace: Thing = {
        cluster: edge,
        object: "namespace",
        ref: `namespaces/${ISTIO_NAMESPACE}`,
        resource: `kubernetes:core/v1:Namespace ${edge}-istio-namespace`,
        shows: "{.metadata.labels}",
    };
    const istiod: Thing = {
        ...at,
        object: "istiod's Deployment",
        ref: "deployments.apps/istiod",
        resource: child(DEPLOYMENT, "istiod"),
        shows: "{.spec}",
    };
    const values: Thing = {
        ...at,
        object: "istiod's ConfigMap",
        ref: "configmaps/values",
        resource: child("kubernetes:core/v1:ConfigMap", "values"),
        shows: "{.data}",
    };
    return [
        edited(namespace, [replace("/metadata/labels/topology.istio.io~1network", "elsewhere")]),
        edited(istiod, [replace("/spec/replicas", 2)]),
        deleted(istiod, { alone: "its webhook answers for whatever is Istio's" }),
        edited(values, [replace("/data/original-values", "{}")]),
        deleted(values),
    ];
}

function gatewayDrills(edge: string, at: Pick<Thing, "cluster" | "namespace">): Drill[] {
    const crossNetwork: Thing = {
        ...at,
        object: "Gateway",
        ref: "gateways.networking.istio.io/cross-network-gateway",
        resource: `kubernetes:networking.istio.io/v1:Gateway ${edge}-eastwest-cross-network`,
        shows: "{.spec}",
    };
    const deployment: Thing = {
        ...at,
        object: "gateway's Deployment",
        ref: `deployments.apps/${GATEWAY_NAME}`,
        resource: `${DEPLOYMENT} ${edge}-eastwest-chart:${ISTIO_NAMESPACE}/${GATEWAY_NAME}`,
        shows: "{.spec}",
    };
    const service: Thing = {
        ...at,
        object: "gateway's Service",
        ref: `services/${GATEWAY_NAME}`,
        resource: gatewayService(edge),
        shows: "{.spec.ports[*].targetPort} {.status.loadBalancer.ingress[*].ip}",
    };
    const endpoints = "--output=jsonpath={.subsets[*].addresses[*].ip}";
    return [
        edited(crossNetwork, [replace("/spec/servers/0/hosts/0", "*.elsewhere.example")]),
        deleted(crossNetwork),
        edited(deployment, [replace("/spec/replicas", 2)]),
        deleted(deployment, {
            alone: "its Service then leads nowhere",
            settled: {
                look: [
                    `--namespace=${ISTIO_NAMESPACE}`,
                    "get",
                    "endpoints",
                    GATEWAY_NAME,
                    endpoints,
                ],
                shows: "",
            },
        }),
        edited(service, replaceKnown("/spec/ports/0/targetPort", 15021, 15022)),
        deleted(service, { alone: "the cluster cannot be reached meanwhile" }),
    ];
}

/** In another cluster than istiod's own drills: an istiod that starts reads it. */
function authorityDrills(central: string): Drill[] {
    const cacerts: Thing = {
        cluster: central,
        namespace: ISTIO_NAMESPACE,
        object: "cacerts",
        ref: "secrets/cacerts",
        resource: `${SECRET} ${central}-istio-cacerts`,
        shows: "{.data}",
    };
    return [
        // istiod refuses it, and goes on with what it has.
        edited(cacerts, [replace("/data/ca-key.pem", base64("not a key"))]),
        deleted(cacerts, { alone: "an istiod that starts without it has a root of its own" }),
    ];
}

function roleDrills(edge: string, at: Pick<Thing, "cluster" | "namespace">): Drill[] {
    const name = "istio-fleet-reader-of-peer";
    const clusterRole: Thing = {
        cluster: edge,
        object: "reader's ClusterRole",
        ref: `clusterroles/${name}`,
        resource: `${RBAC}:ClusterRole ${edge}.reader-of-peer-cluster`,
        shows: "{.rules}",
    };
    const role: Thing = {
        ...at,
        object: "reader's Role",
        ref: `roles/${name}`,
        resource: `${RBAC}:Role ${edge}.reader-of-peer-own`,
        shows: "{.rules}",
    };
    const less = [replace("/rules/0/verbs", ["get"])];
    return [edited(clusterRole, less), deleted(clusterRole), edited(role, less), deleted(role)];
}

function edgeDrills(edge: string, central: string): Drill[] {
    const account = readerAccount(central);
    const reader = `${edge}.reader.${central}`;
    const at = { cluster: edge, namespace: ISTIO_NAMESPACE };
    const binding: Thing = {
        cluster: edge,
        object: "reader's ClusterRoleBinding",
        ref: `clusterrolebindings/${account}`,
        resource: `${RBAC}:ClusterRoleBinding ${reader}-binding`,
        shows: "{.subjects}",
    };
    const serviceAccount: Thing = {
        ...at,
        object: "reader's ServiceAccount",
        ref: `serviceaccounts/${account}`,
        resource: `kubernetes:core/v1:ServiceAccount ${reader}-account`,
        shows: "{.metadata.name}",
    };
    const token: Thing = {
        ...at,
        object: "reader's token",
        ref: `secrets/${account}`,
        resource: `${SECRET} ${reader}-token`,
        shows: "{.type}",
    };
    const remoteSecret: Thing = {
        cluster: central,
        namespace: ISTIO_NAMESPACE,
        object: "remote secret",
        ref: `secrets/istio-remote-secret-${edge}`,
        resource: `${SECRET} ${central}.remote-secret.${edge}-secret`,
        shows: "{.data}",
    };
    const handedOn = `update ${remoteSecret.resource}`;
    return [
        edited(binding, [replace("/subjects/0/name", "nobody")]),
        deleted(binding),
        deleted(serviceAccount, {
            alone: "the remote secret gets another token",
            // Kubernetes deletes the token of an account that is gone.
            settled: {
                look: [...namespaced(at.namespace), "get", token.ref, "--ignore-not-found"],
                shows: "",
            },
            also: [`create ${token.resource}`, handedOn],
        }),
        // What Kubernetes writes into it is the same again, as long as the account is the same.
        deleted(token, { alone: "istiod may not use it meanwhile", foresees: [handedOn] }),
        // istiod refuses it, and goes on with what it has.
        edited(remoteSecret, [replace(`/data/${edge}`, base64("not a kubeconfig"))]),
        deleted(remoteSecret),
    ];
}

const namespaced = (namespace: string) => [`--namespace=${namespace}`];
