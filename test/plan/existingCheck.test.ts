// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
    type ExistingCluster,
    checkExistingClusters,
    existingIdentity,
} from "../../plan/existingCheck";
import type { ExistingFacts, ReachableCluster } from "../../plan/existingFacts";
import type { ExistingClusterPlan } from "../../plan/fleet";
import { formatProblem } from "../../plan/problem";
import { existingPlan, reachable } from "../helpers/existing";

const OWNER = "istio-fleet.dev";
const POOL = "10.0.0.10-10.0.0.20";

function check(facts: ExistingFacts, plan: Partial<ExistingClusterPlan> = {}, observed = true) {
    return checkExistingClusters(
        [{ cluster: existingPlan(plan), index: 1, observed, facts }],
        OWNER,
    );
}

/** What is said of a cluster, as it is printed. */
function said(facts: Partial<ReachableCluster>, plan: Partial<ExistingClusterPlan> = {}): string[] {
    return check(reachable(facts), plan).map(formatProblem);
}

const ours = (name: string) => ({ name, owner: OWNER });

describe("checkExistingClusters", () => {
    it("accepts a cluster with nothing of Istio's or MetalLB's", () => {
        expect(said({}, { addressPool: POOL })).to.deep.equal([]);
    });

    it("accepts a cluster with what this stack has put in", () => {
        const facts = {
            namespaces: [ours("istio-system"), ours("metallb-system")],
            istiods: [{ namespace: "istio-system", name: "istiod" }],
            injectors: [
                { name: "istio-sidecar-injector", namespace: "istio-system" },
                { name: "istio-revision-tag-default", namespace: undefined },
            ],
            metalLbs: [{ namespace: "metallb-system", name: "metallb-controller" }],
            otherCrds: ["certificates.cert-manager.io", "istios.sailoperator.io", "istio.io"],
        };
        expect(said(facts, { addressPool: POOL })).to.deep.equal([]);
    });

    const unreachable: [ExistingFacts & { reachable: false }, string | undefined, string][] = [
        [
            { reachable: false, why: "kubectl", reason: "it is not installed" },
            undefined,
            'clusters[1].existing.kubeconfig: "./a.kubeconfig" is used through kubectl, but it is not installed. ' +
                "Install kubectl: https://kubernetes.io/docs/tasks/tools/.",
        ],
        [
            { reachable: false, why: "kubeconfig", reason: "there is no such file" },
            "admin",
            'clusters[1].existing.kubeconfig: "./a.kubeconfig" must be a kubeconfig that kubectl can use, but there is no such file. ' +
                "Give its path, from this folder or absolute.",
        ],
        [
            { reachable: false, why: "context", reason: "it has none of that name" },
            "admin",
            'clusters[1].existing.context: "admin" must be a context of ./a.kubeconfig, but it has none of that name. ' +
                '"kubectl config get-contexts --kubeconfig=./a.kubeconfig" lists them.',
        ],
        [
            { reachable: false, why: "context", reason: "it has no current one" },
            undefined,
            "clusters[1].existing.context: nothing must be a context of ./a.kubeconfig, but it has no current one. " +
                '"kubectl config get-contexts --kubeconfig=./a.kubeconfig" lists them.',
        ],
        [
            { reachable: false, why: "server", reason: "Unable to connect to the server" },
            'it\'s "mine"',
            'clusters[1].existing.kubeconfig: "./a.kubeconfig" must lead to a cluster that answers, but Unable to connect to the server. ' +
                `"kubectl --kubeconfig=./a.kubeconfig '--context=it'\\''s "mine"' get namespaces" has to work first.`,
        ],
    ];
    for (const [facts, context, expected] of unreachable) {
        it(`says why a cluster cannot be looked at: ${facts.why}, ${facts.reason}`, () => {
            expect(check(facts, { context }).map(formatProblem)).to.deep.equal([expected]);
        });
    }

    it("names every missing right in one problem", () => {
        const clusterRoles = { group: "rbac.authorization.k8s.io", resource: "clusterroles" };
        const missing = [
            { ...clusterRoles, verb: "create" },
            { ...clusterRoles, verb: "delete" },
            { group: "", resource: "secrets", verb: "create", namespace: "istio-system" },
        ];
        expect(check(reachable({ missing }), { context: "admin" })).to.deep.equal([
            {
                property: "clusters[1].existing.kubeconfig",
                value: "./a.kubeconfig",
                rule:
                    "has a user that may not create, delete clusterroles.rbac.authorization.k8s.io; " +
                    "create secrets in namespace istio-system",
                fix:
                    "Bind that user to cluster-admin, or to a role with these rights. " +
                    '"kubectl --kubeconfig=./a.kubeconfig --context=admin auth can-i --list" shows what it has.',
            },
        ]);
    });

    it("refuses a server that other clusters cannot use only where one reads from it", () => {
        const facts = reachable({ server: "https://127.0.0.1:6443" });
        const properties = (observed: boolean) =>
            check(facts, {}, observed).map(({ property }) => property);
        expect(properties(true)).to.deep.equal(["clusters[1].existing.server"]);
        expect(properties(false)).to.deep.equal([]);
    });

    it("refuses addresses of nodes", () => {
        const nodes = [{ name: "n", addresses: ["10.0.0.10"], podCidrs: [] }];
        expect(check(reachable({ nodes }), { addressPool: POOL })).to.deep.equal([
            {
                property: "clusters[1].existing.loadBalancer.addresses",
                value: POOL,
                rule: "has addresses of nodes: 10.0.0.10 (n)",
                fix: "Choose addresses of the nodes' network that nothing else has.",
            },
        ]);
    });

    it("says everything that is wrong, of all clusters", () => {
        const facts = reachable({
            server: "https://localhost:6443",
            missing: [{ group: "", resource: "nodes", verb: "list" }],
            namespaces: [
                { name: "istio-system", owner: undefined },
                { name: "metallb-system", owner: undefined },
            ],
            nodes: [{ name: "n", addresses: ["10.0.0.10"], podCidrs: [] }],
        });
        const found = checkExistingClusters(
            [0, 2].map((index) => ({
                cluster: existingPlan({ addressPool: POOL }),
                index,
                observed: true,
                facts: { ...facts, uid: `uid-${String(index)}` },
            })),
            OWNER,
        );
        const keys = [
            "kubeconfig",
            "server",
            "kubeconfig",
            "loadBalancer",
            "loadBalancer.addresses",
        ];
        expect(found.map(({ property }) => property)).to.deep.equal([
            ...keys.map((key) => `clusters[0].existing.${key}`),
            ...keys.map((key) => `clusters[2].existing.${key}`),
        ]);
    });

    describe("with two of a cluster", () => {
        const existing = (name: string, index: number, facts: ExistingFacts): ExistingCluster => ({
            cluster: existingPlan({ name, kubeconfig: `./${name}` }),
            index,
            observed: true,
            facts,
        });

        it("refuses each but the first", () => {
            const clusters = [
                existing("a", 0, reachable()),
                existing("b", 1, reachable({ uid: "uid-b" })),
                existing("c", 2, reachable()),
                existing("d", 3, reachable()),
            ];
            expect(checkExistingClusters(clusters, OWNER).map(formatProblem)).to.deep.equal([
                'clusters[2].existing.kubeconfig: "./c" leads to the cluster of "a" too. Name every cluster once.',
                'clusters[3].existing.kubeconfig: "./d" leads to the cluster of "a" too. Name every cluster once.',
            ]);
        });

        it("says nothing of clusters whose identity may not be read", () => {
            const clusters = [
                existing("a", 0, reachable({ uid: "" })),
                existing("b", 1, reachable({ uid: "" })),
            ];
            expect(checkExistingClusters(clusters, OWNER)).to.deep.equal([]);
        });
    });
});

describe("existingIdentity", () => {
    it("is the UID", () => {
        expect(existingIdentity(reachable({ uid: "uid-1" }))).to.equal("uid-1");
    });

    const refused: ExistingFacts[] = [
        { reachable: false, why: "server", reason: "" },
        reachable({ uid: "" }),
    ];
    for (const facts of refused) {
        it(`is not there for a cluster that was refused (reachable: ${String(facts.reachable)})`, () => {
            expect(() => existingIdentity(facts)).to.throw(
                "a cluster that was refused has no identity",
            );
        });
    }
});
