// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { noClusterAdmin } from "../../policy/rules/clusterAdmin";
import { resource, verdicts } from "../helpers/policies";

const RBAC = "kubernetes:rbac.authorization.k8s.io/v1";

describe("no-cluster-admin", () => {
    for (const kind of ["ClusterRoleBinding", "RoleBinding"]) {
        const bind = (name: string) =>
            verdicts(noClusterAdmin, resource(`${RBAC}:${kind}`, { roleRef: { name } }));

        it(`refuses a ${kind} to cluster-admin`, () => {
            expect(bind("cluster-admin")).to.deep.equal([
                'roleRef.name: "cluster-admin" must not be the role that may do everything. ' +
                    "Make a role with the verbs and resources that are needed, and bind to that.",
            ]);
        });

        it(`takes a ${kind} to another role`, () => {
            expect(bind("istio-reader")).to.deep.equal([]);
        });
    }

    for (const kind of ["ClusterRole", "Role"]) {
        const grant = (...rules: object[]) =>
            verdicts(noClusterAdmin, resource(`${RBAC}:${kind}`, { rules }));

        it(`takes a ${kind} with every verb on some resources, or some on every`, () => {
            const some = { apiGroups: ["apps"], resources: ["statefulsets"], verbs: ["*"] };
            const every = { apiGroups: ["*"], resources: ["*"], verbs: ["get", "list"] };
            expect(grant(some, every)).to.deep.equal([]);
        });

        for (const all of ["*", "*/*"]) {
            it(`refuses a ${kind} with every verb on ${all}`, () => {
                const rule = { apiGroups: ["a"], resources: ["pods", all], verbs: ["get", "*"] };
                expect(grant({ resources: ["pods"], verbs: ["get"] }, rule)).to.deep.equal([
                    `rules[1]: {"apiGroups":["a"],"resources":["pods","${all}"],` +
                        `"verbs":["get","*"]} must not allow every verb on every resource. ` +
                        "Name the resources, and the verbs that are needed of each.",
                ]);
            });
        }
    }

    it("leaves other kinds alone", () => {
        const props = { roleRef: { name: "cluster-admin" } };
        expect(
            verdicts(noClusterAdmin, resource("kubernetes:example.com/v1:RoleBinding", props)),
        ).to.deep.equal([]);
    });
});
