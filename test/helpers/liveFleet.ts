// SPDX-License-Identifier: Apache-2.0
import { planEdges } from "../../plan/edges";
import type { VerifyContext } from "../../verify/context";
import { type LiveFleet, parseFleet } from "../../verify/fleet";
import type { Kube } from "../../verify/kube";
import { type Pod, parsePod } from "../../verify/pods";
import { probeName } from "../../verify/probeManifests";

/** A cluster of a live fleet, where it isn't a primary on a network of its own. */
export interface LiveClusterOptions {
    readonly primary?: string;
    readonly network?: string;
    readonly gatewayAddress?: string | null;
    /** Names of its ready istiods. Defaults to `istiod-<cluster>` in a primary, and none in a remote. */
    readonly istiods?: readonly string[];
    /** Names of its ready gateways. Defaults to `gateway-<cluster>`. */
    readonly gateways?: readonly string[];
    /** Answers of commands in its pods, by `<pod> <last argument>`. Any other command fails. */
    readonly answers?: Readonly<Record<string, string>>;
}

type Clusters = Readonly<Record<string, LiveClusterOptions>>;

/** Namespace of the probes. */
export const NAMESPACE = "v1";

/** Address of a cluster's probe's pod. */
export const podAddress = (cluster: string) => `10.0.0.${String(cluster.charCodeAt(0))}`;

/** The outputs of a fleet of these clusters, with the edges that a config would have. */
export function liveFleet(clusters: Clusters, edges: readonly string[] = []): LiveFleet {
    const entries = Object.entries(clusters);
    return parseFleet("dev", {
        mesh: { id: "fleet", trustDomain: "cluster.local", probeImage: "agnhost:1" },
        clusters: Object.fromEntries(
            entries.map(([name, { primary = name, network = name, gatewayAddress }], i) => [
                name,
                {
                    network,
                    primary,
                    apiServer: "https://127.0.0.1:20001",
                    peerApiServer: `https://${name}-control-plane:6443`,
                    gatewayAddress:
                        gatewayAddress === undefined
                            ? `172.30.128.${String(i + 1)}`
                            : gatewayAddress,
                },
            ]),
        ),
        edges: planEdges(edges, Object.keys(clusters)).edges,
        kubeconfigs: Object.fromEntries(entries.map(([name]) => [name, `kubeconfig ${name}`])),
    });
}

/** A context in which every cluster is reached and has a probe, and that waits for nothing. */
export function liveContext(clusters: Clusters, edges: readonly string[] = []): VerifyContext {
    const fleet = liveFleet(clusters, edges);
    const kubes = new Map(
        Object.entries(clusters).map(([name, options]) => [
            name,
            { ok: true as const, value: fakeKube(name, options) },
        ]),
    );
    const probes = new Map(
        [...kubes].map(([name, { value: kube }]) => {
            const pod = readyPod(probeName(name), NAMESPACE, podAddress(name));
            return [name, { ok: true as const, value: { kube, pod, address: name } }];
        }),
    );
    return {
        fleet,
        run: { namespace: NAMESPACE, host: "here", pid: 1 },
        kubes,
        probes,
        patience: { seconds: 0, intervalMs: 1 },
    };
}

/** The same context, but a cluster cannot be reached. */
export function without(context: VerifyContext, cluster: string): VerifyContext {
    const gone = { ok: false as const, reason: `${cluster} cannot be reached` };
    return {
        ...context,
        kubes: new Map([...context.kubes, [cluster, gone]]),
        probes: new Map([...context.probes, [cluster, gone]]),
    };
}

function fakeKube(cluster: string, options: LiveClusterOptions): Kube {
    const { istiods, gateways = [`gateway-${cluster}`], answers = {} } = options;
    const pods: Record<string, readonly string[]> = {
        "app=istiod": istiods ?? (options.primary === undefined ? [`istiod-${cluster}`] : []),
        "istio=eastwestgateway": gateways,
    };
    return {
        cluster,
        text: (_method, path) => Promise.resolve(answerDial(cluster, path)),
        json: (_method, path) => {
            const labels = new URL(path, "http://kube/").searchParams.get("labelSelector") ?? "";
            const items = (pods[labels] ?? []).map((name) => readyPod(name, "istio-system"));
            return Promise.resolve({ items });
        },
        exec: ({ pod }, command) => {
            const asked = `${pod} ${command.at(-1) ?? ""}`;
            const answer = answers[asked];
            return answer === undefined
                ? Promise.reject(new Error(`${cluster} has no answer to ${asked}`))
                : Promise.resolve(answer);
        },
    };
}

/** What agnhost says when every probe is reached rightly; probes are addressed by their cluster. */
function answerDial(from: string, path: string): string {
    const { searchParams } = new URL(path, "http://kube/");
    const to = searchParams.get("host") ?? "";
    const identity = (cluster: string) =>
        `spiffe://cluster.local/ns/${NAMESPACE}/sa/${probeName(cluster)}`;
    const body =
        searchParams.get("request") === "hostname"
            ? probeName(to)
            : `By=${identity(to)};URI=${identity(from)}`;
    return JSON.stringify({ responses: [body] });
}

function readyPod(name: string, namespace: string, podIP?: string): Pod {
    return parsePod({
        metadata: { name, namespace },
        spec: { containers: [{ name: "istio-proxy" }] },
        status: { podIP, conditions: [{ type: "Ready", status: "True" }] },
    });
}
