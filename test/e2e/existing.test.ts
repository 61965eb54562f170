// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { ExistingClusters } from "./existingClusters";
import { type Config, FleetUnderTest, shippedConfig, subjects } from "./fleetUnderTest";
import { meetsPolicy } from "./meetsPolicy";

const NAMES = ["vm-1", "vm-2"];

interface ShippedCluster {
    name: string;
    existing: { kubeconfig: string };
}

/** The shipped stack's config, with the paths of this run's kubeconfigs. */
async function configFor(clusters: ExistingClusters): Promise<Config> {
    const config = await shippedConfig("existing");
    const shipped = config.clusters as ShippedCluster[];
    return {
        ...config,
        clusters: shipped.map((cluster) => ({
            ...cluster,
            existing: { ...cluster.existing, kubeconfig: clusters.kubeconfig(cluster.name) },
        })),
    };
}

describe("stack existing: two clusters that somebody else made", () => {
    let clusters: ExistingClusters;
    let fleet: FleetUnderTest;
    const contents = async () => Promise.all(NAMES.map((name) => clusters.content(name)));
    let contentsBefore: string[][];

    before(async () => {
        clusters = await ExistingClusters.create(NAMES, "istio-fleet-vms", "172.22.0.0/16");
        contentsBefore = await contents();
        fleet = await FleetUnderTest.create("e2e-existing", await configFor(clusters));
    });
    after(async () => {
        await fleet.cleanUp();
        await clusters.remove();
    });

    async function refusal(): Promise<string> {
        return await fleet.stack.preview().then(
            () => "was not refused",
            (reason: unknown) => String(reason),
        );
    }

    it("refuses an Istio that is not ours, before anything is made", async () => {
        await clusters.docker.kubectl("vm-2", "create", "namespace", "istio-system");
        try {
            expect(await refusal()).to.match(/clusters\[1\]\.existing.*istio-system/);
        } finally {
            await clusters.docker.kubectl("vm-2", "delete", "namespace", "istio-system");
        }
    });

    it("refuses a user that may too little, and says what, and an API server that is not there", async () => {
        const config = await configFor(clusters);
        const [first, second] = config.clusters as ShippedCluster[];
        const files = {
            small: await clusters.smallKubeconfig("vm-1"),
            absent: await clusters.absentKubeconfig("vm-2"),
        };
        await fleet.stack.configure({
            ...config,
            clusters: [
                { ...first, existing: { ...first?.existing, kubeconfig: files.small } },
                { ...second, existing: { ...second?.existing, kubeconfig: files.absent } },
            ],
        });
        const error = await refusal();
        await fleet.stack.configure(config);
        expect(error).to.match(
            /clusters\[0\]\.existing\.kubeconfig: .* may not .*create.* namespaces.*clusterroles/,
        );
        expect(error).to.match(
            /clusters\[1\]\.existing\.kubeconfig: .*must lead to a cluster that answers/,
        );
    });

    it("comes up in one go", async () => {
        await fleet.stack.up();
    });

    it("is verified", async () => {
        const report = await fleet.verify();
        expect(subjects(report, "edge")).to.deep.equal(["vm-1 -> vm-2", "vm-2 -> vm-1"]);
    });

    it("has nothing more to do, with a refresh and without", async () => {
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
    });

    it("meets the policy pack, with what its charts render", async () => {
        await meetsPolicy(fleet.stack);
    });

    it("makes a pool shorter, and touches nothing else", async () => {
        const config = await configFor(clusters);
        const [first, ...others] = config.clusters as ShippedCluster[];
        const loadBalancer = { addresses: "172.22.255.10-172.22.255.18" };
        const longer = { ...first, existing: { ...first?.existing, loadBalancer } };
        await fleet.stack.configure({ ...config, clusters: [longer, ...others] });
        const preview = await fleet.stack.preview();
        expect(preview.match(/^ *[-+~]+ +kubernetes.*$/gm)).to.have.length(1);
        expect(preview).to.match(
            /~ +kubernetes:metallb.io\/v1beta1:IPAddressPool +vm-1-metallb-pool +update/,
        );
        await fleet.stack.up();
        await fleet.verify();
    });

    it("destroys, and leaves the clusters there, with what was in them and nothing else", async () => {
        await fleet.destroy();
        expect(await fleet.docker.containers("vm-")).to.deep.equal(
            NAMES.map((name) => `${name}-control-plane`),
        );
        const after = await contents();
        NAMES.forEach((name, i) => {
            const [was = [], is = []] = [contentsBefore[i], after[i]];
            expect(
                is.filter((line) => !was.includes(line)),
                `left in ${name}`,
            ).to.deep.equal([]);
            expect(
                was.filter((line) => !is.includes(line)),
                `gone from ${name}`,
            ).to.deep.equal([]);
        });
    });
});
