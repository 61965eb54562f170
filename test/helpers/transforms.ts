// SPDX-License-Identifier: Apache-2.0
import type * as pulumi from "@pulumi/pulumi";
import type { Properties } from "./wire";

/** What the engine gives a transform for a resource in a chart. */
export function transformArgs(type: string, props: Properties): pulumi.ResourceTransformArgs {
    return { custom: true, type, name: "rendered", props, opts: { protect: true } };
}
