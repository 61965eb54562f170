// SPDX-License-Identifier: Apache-2.0

/** What tests read of the `spec` of a StatefulSet or a Deployment. */
export interface Workload {
    readonly replicas: number;
    readonly template: PodTemplate;
    readonly volumeClaimTemplates?: unknown;
    readonly persistentVolumeClaimRetentionPolicy?: unknown;
}

interface PodTemplate {
    readonly metadata: { readonly labels: unknown; readonly annotations: unknown };
    readonly spec: {
        readonly serviceAccountName?: string;
        readonly automountServiceAccountToken: boolean;
        readonly securityContext: unknown;
        readonly terminationGracePeriodSeconds: number;
        readonly containers: readonly Container[];
        readonly volumes: readonly { readonly name: string }[];
    };
}

interface Container {
    readonly args: readonly string[];
    readonly resources: unknown;
    readonly securityContext: unknown;
    readonly readinessProbe: unknown;
    readonly livenessProbe: unknown;
    readonly volumeMounts: readonly unknown[];
}

export function templateOf({ template }: Workload): PodTemplate {
    return template;
}

/** The command line of the one container. */
export function argsOf({ template }: Workload): readonly string[] {
    const [container, ...others] = template.spec.containers;
    if (!container || others.length > 0) throw new Error("a Thanos pod has one container");
    return container.args;
}
