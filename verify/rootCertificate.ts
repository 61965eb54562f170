// SPDX-License-Identifier: Apache-2.0
import type { X509Certificate } from "node:crypto";
import {
    commonName,
    isIssuedBy,
    isValidAt,
    parseCertificates,
    rootBehind,
    shortFingerprint,
    uriNames,
} from "../plan/certificates";
import { PROXY_SECRETS, type ServedCertificates, parseSecrets } from "../plan/proxySecrets";
import type { Roles } from "../plan/roles";
import { type VerifyContext, outcomeOf } from "./context";
import { clusterNames, primaryOf, rolesOf } from "./fleet";
import { askProxy } from "./pods";
import type { Probe } from "./probes";
import { probeIdentity } from "./probeManifests";
import { type Check, type Finding, fails, holds, reasonOf, toCheck } from "./report";

const ID = "root-certificate";

/** What a cluster serves to its workloads, as its probe was really issued it. */
export interface Served {
    readonly cluster: string;
    readonly leaf: X509Certificate;
    readonly intermediate: X509Certificate;
    /** What is between the intermediate and its root, where that is kept elsewhere. */
    readonly between: readonly X509Certificate[];
    /** Every root that the workload trusts. */
    readonly roots: readonly X509Certificate[];
}

/** Whom a workload's certificate must be for, and by whom. */
export interface Expected {
    readonly identity: string;
    /** Cluster whose intermediate must have signed it: the one with the istiod. */
    readonly signer: string;
}

/**
 * Every cluster serves the same root, and its primary's intermediate. The probes' proxies are asked,
 * not the Secret `cacerts`: istiod reads that only when it starts, and without it makes a CA of its
 * own.
 */
export async function checkRootCertificates(context: VerifyContext): Promise<Check[]> {
    const { fleet, run } = context;
    const served: Served[] = [];
    const checks = await Promise.all(
        clusterNames(fleet).map(async (cluster) => {
            const probe = outcomeOf(context.probes, cluster);
            if (!probe.ok) return toCheck(ID, cluster, fails(probe.reason));
            const expected: Expected = {
                identity: probeIdentity(fleet.mesh.trustDomain, run, cluster),
                signer: primaryOf(fleet, cluster),
            };
            try {
                const certificates = readServed(cluster, await ask(probe.value));
                served.push(certificates);
                return toCheck(ID, cluster, judgeChain(certificates, expected, Date.now()));
            } catch (error) {
                return toCheck(ID, cluster, fails(reasonOf(error)));
            }
        }),
    );
    return [...checks, toCheck(ID, "all clusters", judgeTogether(served, rolesOf(fleet)))];
}

async function ask({ kube, pod }: Probe): Promise<ServedCertificates> {
    return parseSecrets(await askProxy(kube, pod.metadata, PROXY_SECRETS));
}

/** The certificates of a workload by what they are. */
export function readServed(cluster: string, { chain, roots }: ServedCertificates): Served {
    const [leaf, intermediate, ...issuers] = parseCertificates(chain);
    if (!leaf) throw new Error("the workload's certificate chain is empty");
    if (!intermediate) {
        const issuer = leaf.issuer.replaceAll("\n", ", ");
        throw new Error(
            `the workload's certificate comes without an intermediate, straight from "${issuer}"`,
        );
    }
    // istiod has the root after them, which counts only where it is served as one.
    const between = issuers.filter((issuer) => !isIssuedBy(issuer, issuer));
    return { cluster, leaf, intermediate, between, roots: parseCertificates(roots) };
}

/** Whether a workload's certificate leads over the right cluster's intermediate to a root. */
export function judgeChain(
    { leaf, intermediate, between, roots }: Served,
    { identity, signer }: Expected,
    time: number,
): Finding {
    const name = commonName(intermediate);
    const behind = rootBehind(intermediate, [...between, ...roots]);
    const root = roots.find(({ fingerprint256 }) => fingerprint256 === behind?.fingerprint256);
    const problems: string[] = [];
    if (!uriNames(leaf).includes(identity)) {
        problems.push(`the certificate is for ${uriNames(leaf).join(", ")}, not for ${identity}`);
    }
    if (!isIssuedBy(leaf, intermediate)) problems.push(`"${name}" did not sign the certificate`);
    if (!intermediate.ca) problems.push(`"${name}" is not a CA`);
    if (!name.endsWith(signer)) {
        problems.push(`the intermediate "${name}" is not ${signer}'s: its name must end in it`);
    }
    if (!root) problems.push(`no root that is served signed "${name}"`);
    for (const certificate of [leaf, intermediate, ...between, ...(root ? [root] : [])]) {
        if (isValidAt(certificate, time)) continue;
        const { validFrom, validTo } = certificate;
        problems.push(
            `"${commonName(certificate) || identity}" is valid ${validFrom} to ${validTo} only`,
        );
    }
    if (problems.length > 0 || !root) return fails(`${problems.join("; ")}.`);
    return holds(
        `Workloads are certified by "${name}" under "${commonName(root)}" (${shortFingerprint(root)}).`,
    );
}

/** Whether all clusters trust the same roots, and share an intermediate if they share a primary. */
export function judgeTogether(served: readonly Served[], roles: Roles): Finding {
    const silent = [...roles.keys()].filter(
        (name) => !served.some(({ cluster }) => cluster === name),
    );
    if (silent.length > 0) return fails(`Nothing is known of ${silent.join(", ")}.`);
    const rootsOf = (one: Served) => fingerprints(one.roots).sort().join(" and ");
    const byRoots = groupBy(served, rootsOf);
    if (byRoots.size > 1) {
        const groups = [...byRoots].map(([roots, group]) => `${namesOf(group)} serve ${roots}`);
        return fails(`The roots differ: ${groups.join("; ")}.`);
    }
    const problems = judgeIntermediates(served, roles);
    if (problems.length > 0) return fails(problems.join(" "));
    const [roots = ""] = byRoots.keys();
    const primaries = new Set(roles.values()).size;
    const each = primaries === roles.size ? "in each" : "for each primary and its remotes";
    return holds(
        `The same root (${roots}) in ${namesOf(served)}, and an intermediate of its own ${each}.`,
    );
}

function judgeIntermediates(served: readonly Served[], roles: Roles): string[] {
    const intermediateOf = (one: Served) => one.intermediate.fingerprint256;
    const signerOf = ({ cluster }: Served) => roles.get(cluster) ?? cluster;
    const shared = [...groupBy(served, intermediateOf).values()].filter(
        (group) => groupBy(group, signerOf).size > 1,
    );
    const split = [...groupBy(served, signerOf)].filter(
        ([, group]) => groupBy(group, intermediateOf).size > 1,
    );
    return [
        ...shared.map((group) => `These share an intermediate: ${namesOf(group)}.`),
        ...split.map(
            ([signer, group]) =>
                `These do not share the intermediate of ${signer}: ${namesOf(group)}.`,
        ),
    ];
}

function groupBy(served: readonly Served[], keyOf: (one: Served) => string): Map<string, Served[]> {
    const groups = new Map<string, Served[]>();
    for (const one of served) {
        const key = keyOf(one);
        groups.set(key, [...(groups.get(key) ?? []), one]);
    }
    return groups;
}

function fingerprints(certificates: readonly X509Certificate[]): string[] {
    return [...new Set(certificates.map(shortFingerprint))];
}

function namesOf(served: readonly Served[]): string {
    return served
        .map(({ cluster }) => cluster)
        .sort()
        .join(", ");
}
