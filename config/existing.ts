// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";
import { parseRange } from "../plan/ipv4";
import { broken, pathText, strict, urlText } from "./rules";

/*
 * The part `existing` of a cluster in the stack's config: one that somebody else made.
 */

const noPath = broken("must be the path of a kubeconfig", "For example ./cluster-1.kubeconfig.");
const noContext = broken(
    "must be the name of a context",
    "kubectl config get-contexts lists them.",
);
const notServer = broken(
    "must be the URL of an API server that other clusters reach",
    "For example https://10.0.0.5:6443.",
);
const serverUser = broken(
    "must have no user and no password: other clusters read with a token of their own",
    "For example https://10.0.0.5:6443.",
);
const notAddresses = broken(
    'must be IPv4 addresses as "first-last" or a CIDR block',
    "For example 10.0.0.10-10.0.0.50.",
);
const loadBalancerMessage = broken(
    'must be "provided" or a map with addresses',
    "For example loadBalancer: {addresses: 10.0.0.10-10.0.0.50} for MetalLB, or provided where the cluster balances load itself.",
);

export const existing = strict({
    kubeconfig: pathText(noPath).describe("Path of a kubeconfig, from this folder."),
    context: pathText(noContext)
        .optional()
        .describe("Context of the kubeconfig. Defaults to its current one."),
    server: urlText(/^https$/, notServer, serverUser)
        .optional()
        .describe(
            "URL of the API server for the other clusters. Defaults to the kubeconfig's, unless that is local to a machine.",
        ),
    loadBalancer: z
        .union(
            [
                z.literal("provided"),
                strict({
                    addresses: z
                        .string(notAddresses)
                        .refine((text) => parseRange(text) !== undefined, notAddresses),
                }),
            ],
            loadBalancerMessage,
        )
        .describe(
            "Who gives services their addresses: the cluster itself (provided), or MetalLB with these addresses.",
        ),
});

/** A cluster that somebody else made. */
export type ExistingConfig = z.output<typeof existing>;
