// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import type { InjectorFacts, NamespaceFacts, NodeFacts, ObjectName } from "../plan/existingFacts";
import { DEFAULT_CLASS_ANNOTATION } from "../plan/existingStorage";
import { ISTIO_NAMESPACE, METALLB_NAMESPACE, MONITORING_NAMESPACE } from "../plan/namespaces";
import { CRD_LABEL, MEMBER_LABEL, NAMESPACE_LABEL } from "../plan/labels";
import { type Access, NoAnswer, kubectl } from "./kubectl";

/*
 * What is in a cluster, in as few processes as there are label selectors. `get --raw` needs no
 * discovery, so it is quick, and says in one line why there is no answer.
 */

const SYSTEM = "kube-system";

const labels = z.record(z.string(), z.string()).optional();

const namespaceList = z.object({
    items: z.array(z.object({ metadata: z.object({ name: z.string(), uid: z.string(), labels }) })),
});

const nodeList = z.object({
    items: z.array(
        z.object({
            metadata: z.object({ name: z.string() }),
            spec: z.object({ podCIDRs: z.array(z.string()).optional() }),
            status: z.object({
                addresses: z.array(z.object({ type: z.string(), address: z.string() })).optional(),
            }),
        }),
    ),
});

const webhook = z.object({
    clientConfig: z.object({ service: z.object({ namespace: z.string() }).optional() }),
});

const objectList = z.object({
    items: z.array(
        z.object({
            kind: z.string().optional(),
            metadata: z.object({ name: z.string(), namespace: z.string().optional(), labels }),
            webhooks: z.array(webhook).optional(),
        }),
    ),
});

const storageClassList = z.object({
    items: z.array(
        z.object({
            metadata: z.object({ annotations: z.record(z.string(), z.string()).optional() }),
        }),
    ),
});

/** The cluster's identity, and those of the fleet's namespaces that are there. */
export async function readNamespaces(
    cluster: Access,
): Promise<{ uid: string; namespaces: NamespaceFacts[] }> {
    const names = [SYSTEM, ISTIO_NAMESPACE, METALLB_NAMESPACE, MONITORING_NAMESPACE];
    const selector = `kubernetes.io/metadata.name in (${names.join(",")})`;
    const { items } = await raw(cluster, "/api/v1/namespaces", namespaceList, selector);
    const found = items.map(({ metadata }) => metadata);
    const system = found.find(({ name }) => name === SYSTEM);
    if (!system) throw new NoAnswer("server", `it has no namespace ${SYSTEM}`);
    return {
        uid: system.uid,
        namespaces: found
            .filter(({ name }) => name !== SYSTEM)
            .map(({ name, labels }) => ({
                name,
                owner: labels?.[NAMESPACE_LABEL],
                member: labels?.[MEMBER_LABEL],
            })),
    };
}

export async function readNodes(cluster: Access): Promise<NodeFacts[]> {
    const { items } = await raw(cluster, "/api/v1/nodes", nodeList);
    return items.map(({ metadata, spec, status }) => ({
        name: metadata.name,
        addresses: (status.addresses ?? [])
            .filter(({ type }) => type === "InternalIP")
            .map(({ address }) => address),
        podCidrs: spec.podCIDRs ?? [],
    }));
}

/** What has the label `app` of an Istio or a MetalLB. */
export interface Controllers {
    readonly istiods: readonly ObjectName[];
    readonly metalLbs: readonly ObjectName[];
    readonly injectors: readonly InjectorFacts[];
}

/** istiod, MetalLB's controller as its manifests have it, and injectors. */
export async function readControllers(cluster: Access): Promise<Controllers> {
    const kinds = [
        "deployments.apps",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    ];
    const text = await kubectl(cluster, [
        "get",
        kinds.join(","),
        "--all-namespaces",
        "--selector=app in (istiod,metallb,sidecar-injector)",
        "--output=json",
    ]);
    const { items } = parse(objectList, text);
    const deployments = (app: string) =>
        items
            .filter(({ kind, metadata }) => kind === "Deployment" && metadata.labels?.app === app)
            .map(nameOf);
    return {
        istiods: deployments("istiod"),
        metalLbs: deployments("metallb"),
        injectors: items
            .filter(({ kind }) => kind === "MutatingWebhookConfiguration")
            .map(({ metadata: { name }, webhooks = [] }) => ({
                name,
                namespace: webhooks[0]?.clientConfig.service?.namespace,
            })),
    };
}

/** MetalLB's controller as its chart has it. */
export async function readMetalLbs(cluster: Access): Promise<ObjectName[]> {
    const path = "/apis/apps/v1/deployments";
    const { items } = await raw(cluster, path, objectList, "app.kubernetes.io/name=metallb");
    return items.map(nameOf);
}

/** Names of the CRDs that the stack of an owner did not apply. As a table: the objects are megabytes. */
export async function readOtherCrds(cluster: Access, owner: string): Promise<string[]> {
    const text = await kubectl(cluster, [
        "get",
        "customresourcedefinitions.apiextensions.k8s.io",
        `--selector=${CRD_LABEL}!=${owner}`,
        "--no-headers",
    ]);
    const lines = text.split("\n").filter((line) => line !== "");
    return lines.map((line) => line.split(/\s/)[0] ?? "");
}

/** Kubernetes heeds the annotation by its old name too. */
const DEFAULT_CLASS = [
    DEFAULT_CLASS_ANNOTATION,
    "storageclass.beta.kubernetes.io/is-default-class",
];

/** Whether a volume gets a storage class by itself. */
export async function readDefaultStorageClass(cluster: Access): Promise<boolean> {
    const path = "/apis/storage.k8s.io/v1/storageclasses";
    const { items } = await raw(cluster, path, storageClassList);
    return items.some(({ metadata: { annotations = {} } }) =>
        DEFAULT_CLASS.some((key) => annotations[key] === "true"),
    );
}

async function raw<T>(
    cluster: Access,
    path: string,
    schema: z.ZodType<T>,
    selector?: string,
): Promise<T> {
    const query = selector === undefined ? "" : `?labelSelector=${encodeURIComponent(selector)}`;
    return parse(schema, await kubectl(cluster, ["get", "--raw", `${path}${query}`]));
}

/** Parsers quote what they cannot read, so what they say is not passed on. */
function parse<T>(schema: z.ZodType<T>, text: string): T {
    try {
        return schema.parse(JSON.parse(text));
    } catch {
        throw new NoAnswer("server", "what it says cannot be read");
    }
}

function nameOf({ metadata }: z.output<typeof objectList>["items"][number]): ObjectName {
    return { namespace: metadata.namespace ?? "", name: metadata.name };
}
