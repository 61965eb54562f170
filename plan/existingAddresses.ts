// SPDX-License-Identifier: Apache-2.0
import type { ReachableCluster } from "./existingFacts";
import type { ExistingClusterPlan } from "./fleet";
import { type Range, overlaps, parseAddress, parseCidr, parseRange } from "./ipv4";
import type { Problem } from "./problem";
import { several } from "./several";

/**
 * A server address that other clusters cannot use.
 *
 * @param property path of `server` in the stack's file.
 */
export function checkServer(
    { peerApiServer }: Pick<ExistingClusterPlan, "peerApiServer">,
    property: string,
    { server }: Pick<ReachableCluster, "server">,
): Problem[] {
    const url = peerApiServer ?? server;
    if (!isLocal(url)) return [];
    const whose = peerApiServer === undefined ? "(from the kubeconfig) " : "";
    return [
        {
            property,
            value: url,
            rule: `${whose}is an address of this machine alone, and other clusters have to reach the API server`,
            fix: "Give server: a URL that works from the other clusters, for example https://10.0.0.5:6443, of a host in the API server's certificate.",
        },
    ];
}

/** Whether a URL means another machine, or none, wherever it is used. */
function isLocal(url: string): boolean {
    // kubectl takes a host and a port too.
    const { hostname = "" } = URL.parse(/^\w+:\/\//.test(url) ? url : `https://${url}`) ?? {};
    const host = hostname.replace(/\.$/, "");
    return (
        /^127\.\d+\.\d+\.\d+$/.test(host) ||
        ["0.0.0.0", "[::1]", "[::]", "localhost"].includes(host) ||
        // Docker Desktop's names for the machine that it runs on.
        /\.(localhost|docker\.internal)$/.test(host)
    );
}

/**
 * Addresses for load balancers that nodes or pods have.
 *
 * @param property path of `loadBalancer.addresses` in the stack's file.
 */
export function checkAddresses(
    { addressPool }: Pick<ExistingClusterPlan, "addressPool">,
    property: string,
    { nodes }: Pick<ReachableCluster, "nodes">,
): Problem[] {
    const pool = addressPool === undefined ? undefined : parseRange(addressPool);
    if (!pool) return [];
    const fix = "Choose addresses of the nodes' network that nothing else has.";
    const taken = (what: string, of: readonly string[]): Problem[] =>
        of.length === 0
            ? []
            : [{ property, value: addressPool, rule: `has ${what}: ${several(of)}`, fix }];
    return [
        ...taken(
            "addresses of nodes",
            nodes.flatMap(({ name, addresses }) =>
                addresses
                    .filter((address) => clash(pool, addressRange(address)))
                    .map((address) => `${address} (${name})`),
            ),
        ),
        ...taken(
            "addresses of pods",
            nodes.flatMap(({ name, podCidrs }) =>
                podCidrs
                    .filter((cidr) => clash(pool, parseCidr(cidr)))
                    .map((cidr) => `${cidr} (on ${name})`),
            ),
        ),
    ];
}

function addressRange(text: string): Range | undefined {
    const address = parseAddress(text);
    return address === undefined ? undefined : { first: address, last: address };
}

/** Whether a range overlaps another; what is not of IPv4 overlaps nothing. */
function clash(range: Range, other: Range | undefined): boolean {
    return other !== undefined && overlaps(range, other);
}
