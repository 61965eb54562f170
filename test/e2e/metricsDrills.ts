// SPDX-License-Identifier: Apache-2.0
import { RECEIVE_INGESTOR } from "../../components";
import {
    COLLECTOR,
    COLLECTOR_SERVICE,
    FEDERATION,
    JOBS,
    QUERY_FRONTEND_SERVICE,
    QUERY_SERVICE,
    RECEIVE_SERVICE,
} from "../../metrics/names";
import { MONITORING_NAMESPACE } from "../../plan/namespaces";
import { type Drill, type Thing, deleted, edited, replace, replaceKnown } from "./drill";

const APPS = "kubernetes:apps/v1";
const MONITORING = "kubernetes:monitoring.coreos.com/v1";
const SERVICE = "kubernetes:core/v1:Service";

const inCluster = (cluster: string) => ({ cluster, namespace: MONITORING_NAMESPACE });

/**
 * What measures, and Thanos.
 *
 * @param edge a cluster that sends.
 * @param central the cluster that it sends to.
 */
export function metricsDrills(edge: string, central: string): Drill[] {
    return [
        ...prometheusDrills(edge),
        ...operatorDrills(edge),
        ...sendingDrills(edge, central),
        ...receiveDrills(central),
        ...queryDrills(central),
    ];
}

function prometheusDrills(cluster: string): Drill[] {
    const prometheus: Thing = {
        ...inCluster(cluster),
        object: "Prometheus",
        ref: `prometheuses.monitoring.coreos.com/${COLLECTOR}`,
        resource: `${MONITORING}:Prometheus ${cluster}-collector-prometheus`,
        shows: "{.spec}",
    };
    const rules: Thing = {
        ...inCluster(cluster),
        object: "PrometheusRule",
        ref: `prometheusrules.monitoring.coreos.com/${FEDERATION}`,
        resource: `${MONITORING}:PrometheusRule ${cluster}-federation-rules`,
        shows: "{.spec}",
    };
    const monitor: Thing = {
        ...inCluster(cluster),
        object: "ServiceMonitor",
        ref: `servicemonitors.monitoring.coreos.com/${JOBS.istiod}`,
        resource: `${MONITORING}:ServiceMonitor ${cluster}-collector-${JOBS.istiod}`,
        shows: "{.spec}",
    };
    const role: Thing = {
        cluster,
        object: "collector's ClusterRole",
        ref: `clusterroles/${COLLECTOR_SERVICE}-${MONITORING_NAMESPACE}`,
        resource: `kubernetes:rbac.authorization.k8s.io/v1:ClusterRole ${cluster}-collector-role`,
        shows: "{.rules}",
    };
    return [
        edited(prometheus, [replace("/spec/scrapeInterval", "7s")]),
        deleted(prometheus),
        edited(rules, [replace("/spec/groups/0/interval", "7s")]),
        deleted(rules),
        edited(monitor, [replace("/spec/endpoints/0/port", "elsewhere")]),
        deleted(monitor),
        edited(role, [replace("/rules/0/verbs", ["get"])]),
        deleted(role),
    ];
}

function operatorDrills(cluster: string): Drill[] {
    const operator: Thing = {
        ...inCluster(cluster),
        object: "operator's Deployment",
        ref: `deployments.apps/${JOBS.operator}`,
        resource: `${APPS}:Deployment ${cluster}-prometheus-operator-deployment`,
        shows: "{.spec}",
    };
    const why = { alone: "whatever is Prometheus' waits for it" };
    return [edited(operator, [replace("/spec/replicas", 0)], why), deleted(operator, why)];
}

function sendingDrills(edge: string, central: string): Drill[] {
    const service: Thing = {
        ...inCluster(edge),
        object: "remote write's Service",
        ref: `services/${RECEIVE_SERVICE}`,
        resource: `${SERVICE} ${edge}-remote-write-service`,
        shows: "{.spec.selector} {.spec.ports}",
    };
    const policy: Thing = {
        ...inCluster(central),
        object: "AuthorizationPolicy",
        ref: `authorizationpolicies.security.istio.io/${RECEIVE_SERVICE}-${edge}`,
        resource:
            "kubernetes:security.istio.io/v1:AuthorizationPolicy " +
            `${central}-remote-write-policy-sender-${edge}`,
        shows: "{.spec}",
    };
    const methods = "/spec/rules/0/to/0/operation/methods/0";
    return [
        edited(service, [replace("/spec/selector/istio-fleet.io~1takes", "nothing")]),
        deleted(service),
        edited(policy, replaceKnown(methods, "POST", "GET")),
        deleted(policy),
    ];
}

function receiveDrills(central: string): Drill[] {
    const set: Thing = {
        ...inCluster(central),
        object: "Receive's StatefulSet",
        ref: `statefulsets.apps/${RECEIVE_INGESTOR}`,
        resource: `${APPS}:StatefulSet ${central}-thanos-receive-ingestor`,
        shows: "{.spec}",
    };
    const network: Thing = {
        ...inCluster(central),
        object: "NetworkPolicy",
        ref: `networkpolicies.networking.k8s.io/${RECEIVE_INGESTOR}`,
        resource: `kubernetes:networking.k8s.io/v1:NetworkPolicy ${central}-thanos-receive-network`,
        shows: "{.spec}",
    };
    return [
        edited(set, [replace("/spec/replicas", 0)]),
        // Its volume goes with it, and what was in that does not come back.
        deleted(set),
        edited(network, replaceKnown("/spec/ingress/0/ports/0/port", 10_901, 10_902)),
        deleted(network),
    ];
}

function queryDrills(central: string): Drill[] {
    const query: Thing = {
        ...inCluster(central),
        object: "Query's Deployment",
        ref: `deployments.apps/${QUERY_SERVICE}`,
        resource: `${APPS}:Deployment ${central}-${QUERY_SERVICE}-deployment`,
        shows: "{.spec}",
    };
    // Nobody asks by it while a fleet is drilled.
    const service: Thing = {
        ...inCluster(central),
        object: "Query Frontend's Service",
        ref: `services/${QUERY_FRONTEND_SERVICE}`,
        resource: `${SERVICE} ${central}-${QUERY_FRONTEND_SERVICE}-service`,
        shows: "{.spec.selector} {.spec.ports}",
    };
    const interval = "--store.sd-dns-interval=";
    const flag = "/spec/template/spec/containers/0/args/9";
    const frontend = `deployment/${QUERY_FRONTEND_SERVICE}`;
    const get = [`--namespace=${MONITORING_NAMESPACE}`, "get", frontend];
    const away = {
        alone: "the Query Frontend is not ready without it",
        settled: { look: [...get, "--output=jsonpath={.status.readyReplicas}"], shows: "" },
        also: [`update ${APPS}:Deployment ${central}-${QUERY_FRONTEND_SERVICE}-deployment`],
    };
    return [
        edited(query, replaceKnown(flag, `${interval}5s`, `${interval}6s`)),
        deleted(query, away),
        edited(service, replaceKnown("/spec/ports/0/targetPort", "http", "grpc")),
        deleted(service),
    ];
}
