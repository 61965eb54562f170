// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkCheckpoints, checkExistingClusters } from "../../plan/existingCheck";
import type { ReachableCluster } from "../../plan/existingFacts";
import { existingPlan, reachable } from "../helpers/existing";

const OWNER = "istio-fleet.dev";

function check(facts: Partial<ReachableCluster>, addressPool?: string) {
    const cluster = existingPlan({ addressPool });
    return checkExistingClusters(
        [{ cluster, index: 1, observed: true, facts: reachable(facts) }],
        OWNER,
    );
}

const namespace = (name: string, owner?: string) => ({ name, owner });

describe("an Istio of somebody else's", () => {
    const RULE =
        "leads to a cluster with an Istio, or what is left of one, that this stack did not make: ";
    const REASON =
        ", or leave this cluster out of the fleet: two Istios would change, and delete, each other's objects.";

    it("is refused, with what there is of it and what to do", () => {
        const facts = {
            namespaces: [namespace("istio-system")],
            istiods: [{ namespace: "istio-system", name: "istiod" }],
            injectors: [{ name: "istio-sidecar-injector", namespace: "istio-system" }],
            otherCrds: ["gateways.networking.istio.io", "pools.metallb.io"],
        };
        expect(check(facts)).to.deep.equal([
            {
                property: "clusters[1].existing.kubeconfig",
                value: "./a.kubeconfig",
                rule: `${RULE}namespace istio-system; Deployment istio-system/istiod; MutatingWebhookConfiguration istio-sidecar-injector; CustomResourceDefinitions gateways.networking.istio.io`,
                fix: `Take it out with what put it in, CustomResourceDefinitions included${REASON}`,
            },
        ]);
    });

    it("is refused as another stack's, with how that is taken out", () => {
        const facts = { namespaces: [namespace("istio-system", "istio-fleet.other")] };
        expect(check(facts).map(({ rule, fix }) => [rule, fix])).to.deep.equal([
            [
                `${RULE}namespace istio-system of stack istio-fleet.other`,
                `Take it out by "pulumi destroy" of stack istio-fleet.other${REASON}`,
            ],
        ]);
    });

    const beside = [namespace("istio-system", OWNER)];
    const cases: [string, Partial<ReachableCluster>, string][] = [
        [
            "an istiod in another namespace",
            { istiods: [{ namespace: "mesh", name: "istiod-1" }] },
            "Deployment mesh/istiod-1",
        ],
        [
            "an istiod beside ours",
            {
                namespaces: beside,
                istiods: [
                    { namespace: "istio-system", name: "istiod" },
                    { namespace: "mesh", name: "istiod" },
                ],
            },
            "Deployment mesh/istiod",
        ],
        [
            "an injector beside ours",
            {
                namespaces: beside,
                injectors: [
                    { name: "istio-sidecar-injector", namespace: "istio-system" },
                    { name: "istio-sidecar-injector-mesh", namespace: "mesh" },
                ],
            },
            "MutatingWebhookConfiguration istio-sidecar-injector-mesh",
        ],
        [
            "an injector that calls a URL, without a namespace of ours",
            { injectors: [{ name: "istio-sidecar-injector", namespace: undefined }] },
            "MutatingWebhookConfiguration istio-sidecar-injector",
        ],
        [
            "CRDs alone, for to delete them would delete all objects of their kinds",
            {
                otherCrds: [
                    "wasmplugins.extensions.istio.io",
                    "gateways.networking.istio.io",
                    "peerauthentications.security.istio.io",
                    "telemetries.telemetry.istio.io",
                    "istiooperators.install.istio.io",
                ],
            },
            "CustomResourceDefinitions wasmplugins.extensions.istio.io, gateways.networking.istio.io, peerauthentications.security.istio.io and 1 more",
        ],
    ];
    for (const [what, facts, expected] of cases) {
        it(`is ${what}`, () => {
            expect(check(facts).map(({ rule }) => rule)).to.deep.equal([`${RULE}${expected}`]);
        });
    }

    it("cannot be told from ours where namespaces may not be read", () => {
        const facts = {
            uid: "",
            istiods: [{ namespace: "istio-system", name: "istiod" }],
            metalLbs: [{ namespace: "metallb-system", name: "controller" }],
        };
        expect(check(facts, "10.0.0.1-10.0.0.2")).to.deep.equal([]);
    });
});

describe("a MetalLB of somebody else's", () => {
    const POOL = "10.0.0.10-10.0.0.20";
    const RULE =
        "asks for MetalLB in a cluster with one, or what is left of one, that this stack did not make: ";
    const PROVIDED = "Say loadBalancer: provided if it gives services their addresses; otherwise ";

    const facts = {
        namespaces: [namespace("metallb-system")],
        metalLbs: [{ namespace: "metallb-system", name: "controller" }],
        otherCrds: ["ipaddresspools.metallb.io", "frrconfigurations.frrk8s.metallb.io"],
    };

    it("is refused, with what there is of it and what to do", () => {
        expect(check(facts, POOL)).to.deep.equal([
            {
                property: "clusters[1].existing.loadBalancer",
                value: { addresses: POOL },
                rule: `${RULE}namespace metallb-system; Deployment metallb-system/controller; CustomResourceDefinitions ipaddresspools.metallb.io`,
                fix: `${PROVIDED}take it out with what put it in, CustomResourceDefinitions included.`,
            },
        ]);
    });

    it("may be there where the cluster balances load itself", () => {
        expect(check(facts)).to.deep.equal([]);
    });

    it("is refused as another stack's, with how that is taken out", () => {
        const others = { namespaces: [namespace("metallb-system", "istio-fleet.other")] };
        expect(check(others, POOL).map(({ rule, fix }) => [rule, fix])).to.deep.equal([
            [
                `${RULE}namespace metallb-system of stack istio-fleet.other`,
                `${PROVIDED}take it out by "pulumi destroy" of stack istio-fleet.other.`,
            ],
        ]);
    });

    it("is one beside ours", () => {
        const beside = {
            namespaces: [namespace("metallb-system", OWNER)],
            metalLbs: [
                { namespace: "metallb-system", name: "metallb-controller" },
                { namespace: "kube-system", name: "controller" },
            ],
        };
        expect(check(beside, POOL).map(({ rule }) => rule)).to.deep.equal([
            `${RULE}Deployment kube-system/controller`,
        ]);
    });
});

describe("a cluster that the stack has already", () => {
    const has = (member?: string) => ({
        namespaces: [{ name: "istio-system", owner: OWNER, member }],
    });

    for (const member of ["b.primary", "a.remote"]) {
        it(`is refused under another name or in another role than ${member}`, () => {
            expect(check(has(member))).to.deep.equal([
                {
                    property: "clusters[1]",
                    value: { name: "a", primary: "a" },
                    rule: `is a cluster that this stack has as "${member.replace(".", '", a ')}, and would become "a", a primary`,
                    fix: "Leave it out for one `pulumi up`, which takes everything out of it, and add it again.",
                },
            ]);
        });
    }

    it("is as it was under its name and in its role, and before it had the label", () => {
        expect([check(has("a.primary")), check(has())]).to.deep.equal([[], []]);
    });
});

describe("checkCheckpoints", () => {
    const existing = { clusters: [existingPlan()] };

    for (const setting of ["true", "1"]) {
        it(`refuses ${setting}: a killed run would leave what no state knows of`, () => {
            expect(checkCheckpoints(existing, setting)).to.deep.equal([
                {
                    property: "PULUMI_SKIP_CHECKPOINTS",
                    value: setting,
                    rule: "must not be set for a fleet with existing clusters: a killed run would leave in them what no state knows of",
                    fix: "unset PULUMI_SKIP_CHECKPOINTS",
                },
            ]);
        });
    }

    it("lets every other run be", () => {
        expect(checkCheckpoints(existing, undefined)).to.deep.equal([]);
        expect(checkCheckpoints(existing, "false")).to.deep.equal([]);
        expect(checkCheckpoints({ clusters: [] }, "true")).to.deep.equal([]);
    });
});
