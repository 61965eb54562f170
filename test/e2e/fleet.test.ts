// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { type VerifyReport, parseFleet, verifyFleet } from "../../verify";
import { Docker } from "./docker";
import { fleetEnvironment } from "./environment";
import { leftFiles } from "./files";
import { endUpWhen } from "./interrupt";
import { Stack } from "./stack";

const NAMES = ["e2e-1", "e2e-2", "e2e-3"];
const CONFIG = {
    clusters: NAMES.map((name) => ({ name })),
    edges: ["e2e-1 <-> e2e-2", "e2e-1 -> e2e-3", "e2e-2 -> e2e-3"],
    network: { name: "istio-fleet-e2e", subnet: "172.28.0.0/16" },
};

describe("a fleet of three clusters in which one discovers nobody", () => {
    let docker: Docker;
    let stack: Stack;
    let temporary: string;
    let filesBefore: string[];
    let volumesBefore: string[];

    before(async () => {
        // A folder for temporary files that nobody else on this machine uses.
        temporary = await mkdtemp(join(tmpdir(), "istio-fleet-e2e-"));
        const environment = { ...(await fleetEnvironment()), TMPDIR: temporary };
        docker = new Docker(environment);
        await docker.removeEarlier("e2e");
        volumesBefore = await docker.volumes();
        filesBefore = await leftFiles(temporary);
        stack = await Stack.create("e2e", CONFIG, environment);
    });

    after(async () => {
        await stack.cleanUp();
        await rm(temporary, { recursive: true, force: true });
    });

    async function verify(): Promise<VerifyReport> {
        return await verifyFleet(parseFleet(stack.name, await stack.outputs()));
    }

    async function hasPods(cluster: string, namespace: string): Promise<boolean> {
        const get = ["get", "pods", "--namespace", namespace, "--output", "name"];
        return (await docker.kubectl(cluster, ...get).catch(() => "")) !== "";
    }

    it("previews the whole fleet before anything is there", async () => {
        const preview = await stack.preview();
        expect(preview).to.match(/KindCluster\s+e2e-1\s+create/);
        expect(preview).to.match(/RemoteSecret\s+e2e-2\.remote-secret\.e2e-3\s+create/);
        expect(await docker.containers("e2e-")).to.deep.equal([]);
    });

    it("refuses a subnet that another docker network has, and names both", async () => {
        await docker.run("network", "create", "--subnet", "172.28.128.0/20", "e2e-in-the-way");
        try {
            const error = await rejection(stack.preview());
            expect(error).to.contain("172.28.0.0/16");
            expect(error).to.contain('172.28.128.0/20, which docker network "e2e-in-the-way" has');
        } finally {
            await docker.run("network", "rm", "e2e-in-the-way");
        }
    });

    it("survives two kills: while kind makes the clusters, and while Istio is being installed", async () => {
        await endUpWhen(
            stack,
            "SIGKILL",
            "the node of e2e-2 exists",
            async () => (await docker.containers("e2e-2")).length > 0,
        );
        await endUpWhen(stack, "SIGKILL", "istiod's pod exists in e2e-1", () =>
            hasPods("e2e-1", "istio-system"),
        );
        await stack.up();
        expect(await docker.containers("e2e-")).to.deep.equal(
            NAMES.map((name) => `${name}-control-plane`),
        );
    });

    it("is verified, with the missing edges closed", async () => {
        const report = await verify();
        const failed = report.checks.filter(({ ok }) => !ok);
        expect(failed).to.deep.equal([]);
        const subjects = (id: string) =>
            report.checks
                .filter((check) => check.id === id)
                .map(({ subject }) => subject)
                .sort();
        expect(subjects("edge")).to.deep.equal([
            "e2e-1 -> e2e-2",
            "e2e-1 -> e2e-3",
            "e2e-2 -> e2e-1",
            "e2e-2 -> e2e-3",
        ]);
        expect(subjects("missing-edge")).to.deep.equal(["e2e-3 -> e2e-1", "e2e-3 -> e2e-2"]);
    });

    it("has nothing more to do, with a refresh and without", async () => {
        await stack.previewNothing();
        await stack.previewNothing("--refresh");
    });

    it("keeps kubeconfigs, keys and tokens out of the state in the clear", async () => {
        const state = await stack.exported();
        expect(state).not.to.match(/PRIVATE KEY/);
        expect(state).not.to.contain("client-key-data");
        expect(state).not.to.match(/\beyJhbGciOi/);
    });

    it("repairs a cluster that was deleted behind its back", async () => {
        await docker.remove("e2e-3-control-plane");
        await stack.refresh();
        await stack.up();
        const failed = (await verify()).checks.filter(({ ok }) => !ok);
        expect(failed).to.deep.equal([]);
    });

    it("finishes the replacement of a cluster that was interrupted, without a refresh", async () => {
        await docker.remove("e2e-3-control-plane");
        await endUpWhen(stack, "SIGINT", "MetalLB's pods exist in the new e2e-3", () =>
            hasPods("e2e-3", "metallb-system"),
        );
        await stack.up();
        const failed = (await verify()).checks.filter(({ ok }) => !ok);
        expect(failed).to.deep.equal([]);
    });

    it("destroys with one cluster already gone, and leaves nothing", async () => {
        await docker.remove("e2e-2-control-plane");
        await stack.destroy();
        expect(await docker.containers("e2e-")).to.deep.equal([]);
        expect(await docker.networks()).not.to.include("istio-fleet-e2e");
        expect(await docker.volumes()).to.deep.equal(volumesBefore);
        expect(await leftFiles(temporary)).to.deep.equal(filesBefore);
    });
});

/** The message that a promise is rejected with. */
async function rejection(promise: Promise<unknown>): Promise<string> {
    try {
        await promise;
    } catch (error) {
        return String(error);
    }
    throw new Error("was not refused");
}
