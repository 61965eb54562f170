// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Right, describeRights, rightsFor } from "../../plan/existingRights";
import type { MetricsRole } from "../../plan/metricsRole";
import { existingPlan } from "../helpers/existing";

const MANAGE = "get, list, watch, create, patch, delete";
const RBAC = "rbac.authorization.k8s.io";

const CLUSTER_WIDE = [
    `${MANAGE} namespaces, customresourcedefinitions.apiextensions.k8s.io, ` +
        "mutatingwebhookconfigurations.admissionregistration.k8s.io, " +
        "validatingwebhookconfigurations.admissionregistration.k8s.io, " +
        `clusterrolebindings.${RBAC}`,
    `${MANAGE}, escalate, bind clusterroles.${RBAC}`,
    "list, delete configmaps",
    "list nodes, deployments.apps",
];

function inNamespace(namespace: string, others: string, awaited = ""): string[] {
    return [
        `${MANAGE} secrets, serviceaccounts, configmaps, services, deployments.apps, ` +
            `rolebindings.${RBAC}, ${others} in namespace ${namespace}`,
        `${MANAGE}, escalate, bind roles.${RBAC} in namespace ${namespace}`,
        `list, watch pods, persistentvolumeclaims, replicasets.apps${awaited} in namespace ${namespace}`,
    ];
}

/** With volumes, whose storage class is looked for. */
const MEASURED_CLUSTER_WIDE = [
    ...CLUSTER_WIDE.slice(0, -1),
    "list nodes, deployments.apps, storageclasses.storage.k8s.io",
];

const PROMETHEUS =
    "prometheuses.monitoring.coreos.com, servicemonitors.monitoring.coreos.com, " +
    "podmonitors.monitoring.coreos.com, prometheusrules.monitoring.coreos.com, " +
    "scrapeconfigs.monitoring.coreos.com";

const ISTIO = "gateways.networking.istio.io, virtualservices.networking.istio.io";

describe("rightsFor", () => {
    it("are what Istio takes in a primary that balances load itself", () => {
        expect(describeRights(rightsFor(existingPlan())).split("; ")).to.deep.equal([
            ...CLUSTER_WIDE,
            ...inNamespace("istio-system", ISTIO),
        ]);
    });

    it("are what MetalLB takes too, where there are addresses for it", () => {
        const cluster = existingPlan({ addressPool: "10.0.0.1-10.0.0.2" });
        expect(describeRights(rightsFor(cluster)).split("; ")).to.deep.equal([
            ...CLUSTER_WIDE,
            ...inNamespace("istio-system", ISTIO),
            ...inNamespace(
                "metallb-system",
                "daemonsets.apps, ipaddresspools.metallb.io, l2advertisements.metallb.io",
            ),
        ]);
    });

    it("are endpoint slices too in a remote", () => {
        const cluster = existingPlan({ primary: "b" });
        expect(describeRights(rightsFor(cluster)).split("; ")).to.deep.equal([
            ...CLUSTER_WIDE,
            ...inNamespace("istio-system", `${ISTIO}, endpointslices.discovery.k8s.io`),
        ]);
    });

    it("are what measuring takes too, where the fleet is measured", () => {
        const cluster = existingPlan({ measured: true, claimsVolumes: true });
        expect(describeRights(rightsFor(cluster)).split("; ")).to.deep.equal([
            ...MEASURED_CLUSTER_WIDE,
            ...inNamespace("istio-system", ISTIO),
            ...inNamespace("monitoring", PROMETHEUS, ", endpoints"),
        ]);
    });

    it("are what tokens that expire take too: to ask for one, and istiod whether it uses it", () => {
        const found = describeRights(rightsFor(existingPlan({ expiringTokens: true }))).split("; ");
        const without = describeRights(rightsFor(existingPlan())).split("; ");
        expect(found.filter((text) => !without.includes(text))).to.deep.equal([
            "create serviceaccounts/token in namespace istio-system",
            "get pods/log in namespace istio-system",
            "get, create pods/exec in namespace istio-system",
        ]);
    });

    it("are no look at storage classes where the metrics have no volumes", () => {
        const cluster = existingPlan({ measured: true });
        expect(describeRights(rightsFor(cluster)).split("; ")).to.include.members(CLUSTER_WIDE);
    });

    const POLICIES =
        "authorizationpolicies.security.istio.io, peerauthentications.security.istio.io";
    const THANOS =
        "statefulsets.apps, poddisruptionbudgets.policy, networkpolicies.networking.k8s.io";
    const roles: [string, Partial<MetricsRole>, string][] = [
        ["what Thanos takes too, in the central cluster", { keepsMetrics: true }, THANOS],
        ["the policies too, in the central cluster's primary", { admitsSenders: true }, POLICIES],
        [
            "all of these in a central cluster with an istiod",
            { keepsMetrics: true, admitsSenders: true },
            `${THANOS}, ${POLICIES}`,
        ],
    ];
    for (const [what, role, expected] of roles) {
        it(`are ${what}`, () => {
            const cluster = existingPlan({ measured: true, claimsVolumes: true, ...role });
            expect(describeRights(rightsFor(cluster)).split("; ")).to.deep.equal([
                ...MEASURED_CLUSTER_WIDE,
                ...inNamespace("istio-system", ISTIO),
                ...inNamespace("monitoring", `${PROMETHEUS}, ${expected}`, ", endpoints"),
            ]);
        });
    }

    it("are each asked for once", () => {
        const all = rightsFor(
            existingPlan({
                primary: "b",
                addressPool: "10.0.0.1-10.0.0.2",
                measured: true,
                claimsVolumes: true,
                keepsMetrics: true,
                admitsSenders: true,
            }),
        );
        const texts = all.map((right) => JSON.stringify(right));
        expect(texts.filter((text, i) => texts.indexOf(text) !== i)).to.deep.equal([]);
    });
});

describe("describeRights", () => {
    const right = (verb: string, name: string, namespace?: string): Right => {
        const [resource = "", ...group] = name.split(".");
        const scope = namespace === undefined ? {} : { namespace };
        return { verb, group: group.join("."), resource, ...scope };
    };

    const cases: [string, Right[], string][] = [
        ["one right", [right("create", "namespaces")], "create namespaces"],
        [
            "the group of a resource",
            [right("bind", `clusterroles.${RBAC}`)],
            "bind clusterroles.rbac.authorization.k8s.io",
        ],
        [
            "what has the same verbs together",
            [
                right("get", "secrets"),
                right("patch", "secrets"),
                right("get", "services"),
                right("patch", "services"),
                right("get", "nodes"),
            ],
            "get, patch secrets, services; get nodes",
        ],
        [
            "namespaces apart",
            [
                right("get", "secrets", "b"),
                right("get", "secrets"),
                right("get", "services", "b"),
                right("get", "secrets", "a"),
            ],
            "get secrets, services in namespace b; get secrets; get secrets in namespace a",
        ],
    ];
    for (const [what, rights, expected] of cases) {
        it(`says ${what}`, () => {
            expect(describeRights(rights)).to.equal(expected);
        });
    }
});
