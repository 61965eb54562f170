// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkExistingClusters } from "../../plan/existingCheck";
import type { ReachableCluster } from "../../plan/existingFacts";
import { existingPlan, reachable } from "../helpers/existing";

const OWNER = "istio-fleet.dev";

function check(facts: Partial<ReachableCluster>, measured = true) {
    const cluster = existingPlan({ measured });
    return checkExistingClusters(
        [{ cluster, index: 1, observed: true, facts: reachable(facts) }],
        OWNER,
    );
}

const namespace = (owner?: string) => ({ name: "monitoring", owner });

describe("monitoring of somebody else's", () => {
    const RULE =
        "leads to a cluster with monitoring, or what is left of it, that this stack did not make: ";
    const REASON =
        ", or leave this cluster out of the fleet, or drop `metrics`: " +
        "this stack would change what is there, and delete it with the fleet.";
    const OUT = "Take it out with what put it in, CustomResourceDefinitions included";

    const facts = {
        namespaces: [namespace()],
        otherCrds: [
            "alertmanagers.monitoring.coreos.com",
            "certificates.cert-manager.io",
            "podmonitors.monitoring.coreos.com",
            "probes.monitoring.coreos.com",
            "prometheuses.monitoring.coreos.com",
        ],
    };

    it("is refused, with what there is of it and what to do", () => {
        expect(check(facts)).to.deep.equal([
            {
                property: "clusters[1].existing.kubeconfig",
                value: "./a.kubeconfig",
                rule: `${RULE}namespace monitoring; CustomResourceDefinitions alertmanagers.monitoring.coreos.com, podmonitors.monitoring.coreos.com, probes.monitoring.coreos.com and 1 more`,
                fix: `${OUT}${REASON}`,
            },
        ]);
    });

    it("may be there where the fleet is not measured", () => {
        expect(check(facts, false)).to.deep.equal([]);
    });

    it("is refused as another stack's, with how that is taken out", () => {
        const others = { namespaces: [namespace("istio-fleet.other")] };
        expect(check(others).map(({ rule, fix }) => [rule, fix])).to.deep.equal([
            [
                `${RULE}namespace monitoring of stack istio-fleet.other`,
                `Take it out by "pulumi destroy" of stack istio-fleet.other${REASON}`,
            ],
        ]);
    });

    const cases: [string, Partial<ReachableCluster>, string][] = [
        ["a namespace alone", { namespaces: [namespace()] }, "namespace monitoring"],
        [
            "CRDs alone",
            { otherCrds: ["prometheuses.monitoring.coreos.com"] },
            "CustomResourceDefinitions prometheuses.monitoring.coreos.com",
        ],
        [
            "CRDs beside our namespace",
            {
                namespaces: [namespace(OWNER)],
                otherCrds: ["probes.monitoring.coreos.com"],
            },
            "CustomResourceDefinitions probes.monitoring.coreos.com",
        ],
    ];
    for (const [what, found, expected] of cases) {
        it(`is ${what}`, () => {
            expect(check(found).map(({ rule, fix }) => [rule, fix])).to.deep.equal([
                [`${RULE}${expected}`, `${OUT}${REASON}`],
            ]);
        });
    }

    const accepted: [string, Partial<ReachableCluster>][] = [
        ["a cluster with none", {}],
        ["what this stack has put in", { namespaces: [namespace(OWNER)] }],
        [
            "CRDs of other groups that look alike",
            { otherCrds: ["x.azmonitoring.coreos.com", "x.a.monitoring.coreos.com", "coreos.com"] },
        ],
        [
            "what cannot be told from ours, for namespaces may not be read",
            { uid: "", otherCrds: ["probes.monitoring.coreos.com"] },
        ],
    ];
    for (const [what, found] of accepted) {
        it(`is not ${what}`, () => {
            expect(check(found)).to.deep.equal([]);
        });
    }
});
