// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type ReaderOf, ReaderRole } from "../../components";
import { readerRules } from "../../components/readerRole";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const CLUSTER_ROLE = "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole";
const ROLE = "kubernetes:rbac.authorization.k8s.io/v1:Role";

type Rules = ReturnType<typeof readerRules>["cluster"];

/** Every right that rules give, a line each: `verb resource.group name`. */
function rights(rules: Rules): string[] {
    return rules
        .flatMap(({ apiGroups, resources, verbs, resourceNames = [""] }) =>
            apiGroups.flatMap((group) =>
                resources.flatMap((resource) =>
                    verbs.flatMap((verb) =>
                        resourceNames.map((name) => {
                            const what = group === "" ? resource : `${resource}.${group}`;
                            return `${verb} ${what} ${name}`.trimEnd();
                        }),
                    ),
                ),
            ),
        )
        .sort();
}

/** Rights to look at something all the time. */
const watching = (...what: string[]) => what.flatMap((one) => [`list ${one}`, `watch ${one}`]);

const PEER = [
    ...watching(
        "customresourcedefinitions.apiextensions.k8s.io",
        "endpointslices.discovery.k8s.io",
        "gateways.gateway.networking.k8s.io",
        "namespaces",
        "nodes",
        "pods",
        "services",
        "workloadentries.networking.istio.io",
    ),
    "get namespaces istio-system",
];
const REMOTE = [
    ...PEER,
    "create tokenreviews.authentication.k8s.io",
    "create configmaps",
    ...watching(
        "configmaps istio-ca-root-cert",
        "configmaps istio-ca-crl",
        "mutatingwebhookconfigurations.admissionregistration.k8s.io",
    ),
    "update configmaps istio-ca-root-cert",
    "update configmaps istio-ca-crl",
];
const OWN_OF_PEER = watching("configmaps istio");
const ELECTION = [
    "get configmaps istio-namespace-controller-election",
    "update configmaps istio-namespace-controller-election",
];

describe("readerRules", () => {
    const cases: [string, ReaderOf, boolean, string[], string[]][] = [
        ["a peer", "peer", false, PEER, OWN_OF_PEER],
        [
            "a peer whose istiod lists Secrets",
            "peer",
            true,
            [...PEER, ...watching("secrets")],
            OWN_OF_PEER,
        ],
        ["a remote", "remote", false, REMOTE, [...OWN_OF_PEER, ...ELECTION]],
        [
            "a remote whose istiod lists Secrets",
            "remote",
            true,
            [...REMOTE, ...watching("secrets"), "create subjectaccessreviews.authorization.k8s.io"],
            [...OWN_OF_PEER, ...ELECTION],
        ],
    ];
    for (const [what, readerOf, readsSecrets, cluster, namespaced] of cases) {
        it(`give the reader of ${what} what istiod does there, and nothing else`, () => {
            const rules = readerRules({ readerOf, readsSecrets });
            expect(rights(rules.cluster)).to.deep.equal([...cluster].sort());
            expect(rights(rules.namespaced)).to.deep.equal([...namespaced].sort());
        });
    }
});

for (const readerOf of ["peer", "remote"] as const) {
    describe(`ReaderRole of a ${readerOf}`, () => {
        const args = { readerOf, readsSecrets: false };
        const roleName = `istio-fleet-reader-of-${readerOf}`;
        let role: ReaderRole;
        let recording: Recording;
        before(async () => {
            ({ result: role, recording } = await record(
                () => new ReaderRole("r", args, inCluster()),
            ));
        });

        it("is a role for the cluster, and one for Istio's namespace", () => {
            expect(shape(recording)).to.deep.equal(
                [
                    ` > pulumi:providers:kubernetes ${PROVIDER}`,
                    " > istio-fleet:index:ReaderRole r",
                    `r > ${CLUSTER_ROLE} r-cluster`,
                    `r > ${ROLE} r-own`,
                ].sort(),
            );
        });

        it("puts both in the cluster that it is given", () => {
            expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
        });

        it("gives both one name, and their rules", () => {
            const { cluster, namespaced } = readerRules(args);
            const { metadata, rules } = recording.get(CLUSTER_ROLE, "r-cluster").inputs;
            expect({ metadata, rules }).to.deep.equal({
                metadata: { name: roleName },
                rules: cluster,
            });
            const own = recording.get(ROLE, "r-own").inputs;
            expect({ metadata: own.metadata, rules: own.rules }).to.deep.equal({
                metadata: { name: roleName, namespace: "istio-system" },
                rules: namespaced,
            });
        });

        it("gives that name", async () => {
            expect(await settled(role.roleName)).to.deep.equal({ value: roleName, secret: false });
        });
    });
}
