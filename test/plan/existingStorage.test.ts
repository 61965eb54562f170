// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import type { ExistingFacts } from "../../plan/existingFacts";
import { storageWarnings } from "../../plan/existingStorage";
import { reachable } from "../helpers/existing";
import { configOf, planOf } from "../helpers/fleets";

/** A fleet of a kind cluster and existing ones, the first of them with a context. */
function plan(metrics?: object) {
    const existing = (name: string, keys: object = {}) => ({
        name,
        existing: { kubeconfig: `./${name}.kubeconfig`, loadBalancer: "provided", ...keys },
    });
    const clusters = [existing("lan", { context: "admin" }), "kind", existing("cloud")];
    return planOf(configOf(clusters, metrics ? { metrics } : {}));
}

const facts = (lan: ExistingFacts, cloud: ExistingFacts) =>
    new Map([
        ["lan", lan],
        ["cloud", cloud],
    ]);

const WITH = reachable({ defaultStorageClass: true });
const WITHOUT = reachable({ defaultStorageClass: false });

const whatToDo = (kubectl: string) =>
    `"${kubectl} get storageclasses" lists what it has; to keep metrics make one the default: ` +
    `"${kubectl} annotate --overwrite storageclass NAME storageclass.kubernetes.io/is-default-class=true".`;
const CLOUD = whatToDo("kubectl --kubeconfig=./cloud.kubeconfig");
const LAN = whatToDo("kubectl --kubeconfig=./lan.kubeconfig --context=admin");

describe("storageWarnings", () => {
    it("say of each cluster without a default storage class what is lost, and what to do", () => {
        expect(storageWarnings(plan({ central: "kind" }), facts(WITHOUT, WITHOUT))).to.deep.equal([
            `cluster "cloud" has no default storage class: its metrics are lost when a pod is replaced. ${CLOUD}`,
            `cluster "lan" has no default storage class: its metrics are lost when a pod is replaced. ${LAN}`,
        ]);
    });

    it("say of the central cluster that the fleet's metrics are lost", () => {
        expect(storageWarnings(plan({ central: "lan" }), facts(WITHOUT, WITH))).to.deep.equal([
            `cluster "lan" has no default storage class: its metrics, and those of the fleet, are lost when a pod is replaced. ${LAN}`,
        ]);
    });

    it("say that the object store keeps what is in it", () => {
        const metrics = { central: "lan", objectStore: "./bucket.yaml" };
        expect(storageWarnings(plan(metrics), facts(WITHOUT, WITHOUT))).to.deep.equal([
            `cluster "cloud" has no default storage class: its metrics are lost when a pod is replaced. ${CLOUD}`,
            `cluster "lan" has no default storage class: its metrics, and those of the fleet that are not in the object store yet, are lost when a pod is replaced. ${LAN}`,
        ]);
    });

    it("are none where every existing cluster has one", () => {
        expect(storageWarnings(plan({ central: "lan" }), facts(WITH, WITH))).to.deep.equal([]);
    });

    it("are none where the fleet is not measured", () => {
        expect(storageWarnings(plan(), facts(WITHOUT, WITHOUT))).to.deep.equal([]);
    });

    it("are none of a cluster that could not be looked at, which is refused", () => {
        const unreachable: ExistingFacts = { reachable: false, why: "server", reason: "" };
        expect(storageWarnings(plan({ central: "kind" }), facts(unreachable, WITH))).to.deep.equal(
            [],
        );
    });
});
