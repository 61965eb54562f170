// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { planNetwork } from "../../plan/addresses";
import { planIndexes } from "../../plan/clusterIndex";
import { type MaybeExisting, checkKindKeys, checkPools } from "../../plan/existingConfig";

const kind = (name: string, index: number): MaybeExisting => ({ name, index, workers: 0 });

function existing(name: string): MaybeExisting {
    return { name, workers: 0, existing: { kubeconfig: name, loadBalancer: "provided" } };
}

function pooled(name: string, addresses: string): MaybeExisting {
    return { name, workers: 0, existing: { kubeconfig: name, loadBalancer: { addresses } } };
}

describe("checkKindKeys", () => {
    it("accepts kind clusters with an index and workers, and existing ones without", () => {
        const clusters = [{ ...kind("a", 0), workers: 3 }, existing("b")];
        expect(checkKindKeys(clusters)).to.deep.equal([]);
    });

    it("refuses workers and an index of an existing cluster", () => {
        const clusters = [kind("a", 0), { ...existing("b"), workers: 1, index: 0 }];
        expect(checkKindKeys(clusters)).to.deep.equal([
            {
                property: "clusters[1].workers",
                value: 1,
                rule: "is for kind clusters, and this one exists",
                fix: "Remove it: an existing cluster has the nodes that it has.",
            },
            {
                property: "clusters[1].index",
                value: 0,
                rule: "is for kind clusters, and this one exists",
                fix: "Remove it: an existing cluster has its own addresses.",
            },
        ]);
    });
});

describe("checkPools", () => {
    const network = planNetwork("172.30.0.0/16");
    if ("rule" in network) throw new Error(network.rule);
    const check = (...clusters: MaybeExisting[]) =>
        checkPools(clusters, network, planIndexes(clusters, network.indexes).indexes);

    it("accepts addresses that nobody has", () => {
        const problems = check(
            kind("k", 0),
            pooled("a", "192.168.7.0/24"),
            existing("b"),
            pooled("c", "192.168.8.1-192.168.8.9"),
        );
        expect(problems).to.deep.equal([]);
    });

    it("accepts addresses of the docker network that no cluster has", () => {
        // Index 1's.
        expect(check(kind("k", 0), pooled("a", "172.30.128.16/28"))).to.deep.equal([]);
    });

    it("accepts addresses of the docker network where no cluster is on it", () => {
        expect(check(pooled("a", "172.30.0.0/24"))).to.deep.equal([]);
    });

    const ofKind: [string, string][] = [
        ["172.30.127.255/32", "172.30.0.0/17, where the nodes of kind clusters are"],
        ["10.0.15.255-10.0.16.0", '10.0.0.0/20, where the pods of "k" are'],
        ["10.128.0.0/24", '10.128.0.0/20, where the services of "k" are'],
        ["172.30.128.14/32", '172.30.128.1-172.30.128.14, the load balancers of "k"'],
    ];
    for (const [addresses, what] of ofKind) {
        it(`refuses addresses in ${what}`, () => {
            expect(check(pooled("a", addresses), kind("k", 0))).to.deep.equal([
                {
                    property: "clusters[0].existing.loadBalancer.addresses",
                    value: addresses,
                    rule: `overlaps ${what}`,
                    fix: "Choose addresses that nothing else in the fleet has.",
                },
            ]);
        });
    }

    it("refuses addresses of another existing cluster, for the later one", () => {
        const problems = check(
            pooled("a", "192.168.7.0/28"),
            pooled("b", "192.168.7.15-192.168.7.20"),
        );
        expect(problems).to.deep.equal([
            {
                property: "clusters[1].existing.loadBalancer.addresses",
                value: "192.168.7.15-192.168.7.20",
                rule: 'overlaps 192.168.7.0-192.168.7.15, the addresses of "a"',
                fix: "Choose addresses that nothing else in the fleet has.",
            },
        ]);
    });

    it("says nothing of a cluster beyond the subnet, which is refused for that", () => {
        // Where the pods of index 2048 would be, if there were one.
        expect(check(kind("k", 2048), pooled("a", "10.128.0.0/24"))).to.deep.equal([]);
    });
});
