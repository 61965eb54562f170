// SPDX-License-Identifier: Apache-2.0
import { ISTIO_NAMESPACE } from "../../plan/namespaces";
import { type Kube, KubeError, connect } from "../../verify/kube";
import type { LiveFleet } from "../../verify";

/** Something that an account may or may not do. */
export interface Attempt {
    readonly verb: string;
    /** Plural name, with its group: endpointslices.discovery.k8s.io. */
    readonly resource: string;
    readonly namespace?: string;
    readonly name?: string;
}

/** Whoever has the credential of a remote secret. */
export class Thief {
    private constructor(
        private readonly kube: Kube,
        /** The stolen token. */
        readonly token: string,
    ) {}

    /** Takes the remote secret of an edge, as somebody could who reads Secrets in the observing cluster. */
    static async steal(fleet: LiveFleet, observing: string, observed: string): Promise<Thief> {
        const admin = connect(observing, fleet.kubeconfigs[observing] ?? "");
        const path = `/api/v1/namespaces/${ISTIO_NAMESPACE}/secrets/istio-remote-secret-${observed}`;
        const { data } = (await admin.json("GET", path)) as { data: Record<string, string> };
        const text = Buffer.from(data[observed] ?? "", "base64").toString("utf8");
        const config = JSON.parse(text) as {
            clusters: { cluster: { server: string } }[];
            users: { user: { token: string } }[];
        };
        for (const { cluster } of config.clusters) {
            cluster.server = fleet.clusters[observed]?.apiServer ?? "";
        }
        const token = config.users[0]?.user.token ?? "";
        return new Thief(connect(observed, JSON.stringify(config)), token);
    }

    /** Whether it is allowed, as `kubectl auth can-i` asks. */
    async may({ verb, resource, namespace, name }: Attempt): Promise<boolean> {
        const [plural, ...group] = resource.split(".");
        const attributes = { verb, resource: plural, group: group.join("."), namespace, name };
        const review = {
            apiVersion: "authorization.k8s.io/v1",
            kind: "SelfSubjectAccessReview",
            spec: { resourceAttributes: attributes },
        };
        const path = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews";
        const { status } = (await this.kube.json("POST", path, review)) as {
            status: { allowed: boolean };
        };
        return status.allowed;
    }

    /** HTTP status of a request. */
    async status(path: string): Promise<number> {
        try {
            await this.kube.text("GET", path);
            return 200;
        } catch (error) {
            if (error instanceof KubeError) return error.status;
            throw error;
        }
    }
}

/** What istiod needs in a cluster that another primary serves. */
export const NEEDED: readonly Attempt[] = [
    ...["namespaces", "nodes", "pods", "services", "endpointslices.discovery.k8s.io"],
    "workloadentries.networking.istio.io",
    "gateways.gateway.networking.k8s.io",
    "customresourcedefinitions.apiextensions.k8s.io",
].flatMap((resource) => ["list", "watch"].map((verb) => ({ verb, resource })));

/** What istiod needs of single objects. */
export const NEEDED_BY_NAME: readonly Attempt[] = [
    { verb: "get", resource: "namespaces", name: ISTIO_NAMESPACE },
    ...["list", "watch"].map((verb) => ({
        verb,
        resource: "configmaps",
        namespace: ISTIO_NAMESPACE,
        name: "istio",
    })),
];

/** Every verb that there is, of the ones that are asked here. */
export const VERBS = [
    ...["get", "list", "watch", "create", "update", "patch", "delete", "deletecollection"],
    ...["impersonate", "bind", "escalate", "approve"],
] as const;
