// SPDX-License-Identifier: Apache-2.0
import { halfAnUpIsKilled, halfAnUpIsStopped } from "./faults/halfUps";
import { gatewayIsKilled, istiodIsDown, peerIsUnreachable } from "./faults/mesh";
import { dockerIsRestarted, nodeCrashes, nodeIsKilled } from "./faults/nodes";
import { restartDocker } from "./faults/engine";
import { FLEET_FAULTS } from "./faults/faults";
import { FaultReport } from "./faults/report";
import { Scene } from "./faults/scene";
import { diskIsFull } from "./faults/smallDisk";
import { stateIsLost, stateIsTruncated } from "./faults/state";

const NETWORK = "istio-fleet-faults";
const CLUSTERS = ["fault-1", "fault-2"] as const;
const [A, B] = CLUSTERS;
/** Each debounce is another istiod, and nothing else changes. */
const config = (debounce = "100ms") => ({
    clusters: CLUSTERS.map((name) => ({ name })),
    network: { name: NETWORK, subnet: "172.16.0.0/20" },
    values: { istiod: { env: { PILOT_DEBOUNCE_AFTER: debounce } } },
});

describe("faults of a fleet with traffic both ways", () => {
    const report = new FaultReport("faults", FLEET_FAULTS);
    const edges = [
        [A, B],
        [B, A],
    ] as const;
    const scene = new Scene("e2e-faults", CLUSTERS, config(), edges, report);
    before(() => scene.open());
    after(async () => {
        await scene.close();
        process.stdout.write(`    ${await report.write()}\n`);
    });

    it("comes up, with traffic", async () => {
        await scene.fleet.stack.up();
        await scene.fleet.verify();
        await scene.startTraffic();
        await scene.rememberSecrets();
    });

    describe("a gateway's pod is killed under load", () => {
        gatewayIsKilled(scene);
    });

    describe("istiod is down for five minutes, and beside it another fleet half-way", () => {
        istiodIsDown(scene, () => {
            halfAnUpIsStopped(scene);
            halfAnUpIsKilled(scene);
        });
    });

    describe("the API server of a peer is unreachable at istiod's start", () => {
        peerIsUnreachable(scene);
    });

    describe("the state file is truncated", () => {
        stateIsTruncated(scene, config("110ms"));
    });

    describe("a node's container crashes", () => {
        nodeCrashes(scene);
    });

    describe("a node's container is killed", () => {
        nodeIsKilled(scene);
    });

    describe("docker is restarted", () => {
        dockerIsRestarted(scene, NETWORK, config("120ms"));
    });

    describe("the disk of a node is full", () => {
        diskIsFull(scene);
    });

    describe("the state is lost", () => {
        stateIsLost(scene);
    });

    describe("the end", () => {
        it("has let no secret out", async () => {
            await scene.rememberSecrets();
            await scene.expectNoLeaks();
        });

        it("is destroyed with one cluster gone and docker just restarted, and leaves nothing", async () => {
            const fault = {
                id: "destroy-docker",
                fault: "one of two clusters gone, and docker just restarted",
                during: "`destroy`",
            };
            await scene.attempt(fault, async () => {
                const { docker } = scene.fleet;
                await docker.remove(scene.node(B));
                const what = await restartDocker(docker, [scene.node(A)]);
                await scene.fleet.destroy();
                return `\`pulumi destroy\` left nothing (${what})`;
            });
        });
    });
});
