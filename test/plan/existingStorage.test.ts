// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { checkExistingClusters } from "../../plan/existingCheck";
import { storageWarnings } from "../../plan/existingStorage";
import { existingPlan, reachable } from "../helpers/existing";
import { configOf, planOf } from "../helpers/fleets";

describe("the default storage class of an existing cluster", () => {
    const check = (defaultStorageClass: boolean | undefined, claimsVolumes = true) => {
        const cluster = existingPlan({ measured: true, claimsVolumes, context: "admin" });
        const facts = reachable({ defaultStorageClass });
        return checkExistingClusters([{ cluster, index: 1, observed: true, facts }], "p.dev");
    };

    it("is missed where volumes are claimed, with what to do", () => {
        expect(check(false)).to.deep.equal([
            {
                property: "clusters[1].existing.kubeconfig",
                value: "./a.kubeconfig",
                rule: "leads to a cluster without a default storage class, which the metrics' volumes need",
                fix:
                    'Make one of its storage classes the default by "kubectl --kubeconfig=./a.kubeconfig --context=admin ' +
                    'annotate --overwrite storageclass NAME storageclass.kubernetes.io/is-default-class=true", ' +
                    "or say metrics.volumes: false: samples are then lost with their pods.",
            },
        ]);
    });

    const accepted: [string, boolean | undefined, boolean][] = [
        ["where there is one", true, true],
        ["where none is claimed", false, false],
        ["where it may not be read, which is a missing right", undefined, true],
    ];
    for (const [where, defaultStorageClass, claimsVolumes] of accepted) {
        it(`is not missed ${where}`, () => {
            expect(check(defaultStorageClass, claimsVolumes)).to.deep.equal([]);
        });
    }
});

describe("storageWarnings", () => {
    const warnings = (metrics?: object) =>
        storageWarnings(planOf(configOf(["a", "b"], metrics ? { metrics } : {})));

    it("say what is lost without volumes", () => {
        expect(warnings({ central: "b", volumes: false })).to.deep.equal([
            "metrics.volumes is false: when a pod is replaced its cluster's metrics are lost, " +
                'and in the central cluster "b" those of the fleet.',
        ]);
    });

    it("say that the object store keeps what is in it", () => {
        const metrics = { central: "b", volumes: false, objectStore: "./bucket.yaml" };
        expect(warnings(metrics)).to.deep.equal([
            "metrics.volumes is false: when a pod is replaced its cluster's metrics are lost, " +
                'and in the central cluster "b" those of the fleet that are not in the object store yet.',
        ]);
    });

    it("are none with volumes", () => {
        expect(warnings({ central: "b" })).to.deep.equal([]);
    });

    it("are none where the fleet is not measured", () => {
        expect(warnings()).to.deep.equal([]);
    });
});
