// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";

const CRD = "kubernetes:apiextensions.k8s.io/v1:CustomResourceDefinition";

/**
 * Takes the descriptions out of a chart's CRDs, as the Prometheus Operator's stripped-down CRDs do.
 * A CRD is three times in the state, the CRDs are four fifths of it, and a local backend writes all
 * of it twice for every resource that it makes. What is lost is the text of `kubectl explain`.
 */
export const leanCrds: pulumi.ResourceTransform = ({ type, props, opts }) =>
    type === CRD ? { props: { ...props, spec: withoutDescriptions(props.spec) }, opts } : undefined;

/** The value without the descriptions of its schemas. A property that is called so stays. */
export function withoutDescriptions(value: unknown): unknown {
    if (Array.isArray(value)) return value.map(withoutDescriptions);
    if (typeof value !== "object" || value === null) return value;
    const kept = Object.entries(value).filter(
        ([key, content]) => !(key === "description" && typeof content === "string"),
    );
    return Object.fromEntries(kept.map(([key, content]) => [key, withoutDescriptions(content)]));
}
