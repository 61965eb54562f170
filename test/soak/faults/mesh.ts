// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { ISTIO_NAMESPACE } from "../../../plan/namespaces";
import { parseClusterz } from "../../../verify/remoteClusters";
import { until } from "../../e2e/until";
import type { Attempt, Scene } from "./scene";

const IN_ISTIO = ["--namespace", ISTIO_NAMESPACE];
const GATEWAY = "--selector=istio=eastwestgateway";
const ISTIOD = "--selector=app=istiod";
const DOWN_MS = 5 * 60 * 1000;
const START_MS = 3 * 60 * 1000;

/** Ends every process of gateways, with no time to drain: the first one of a container takes the others along. */
const KILL_GATEWAYS = `pids=$(grep -lsz '^router$' /proc/[0-9]*/cmdline | cut -d/ -f3)
[ -n "$pids" ] && kill -KILL $pids`;

/** One request at a time is on its way, and those are lost that come before the gateway is there again. */
export function gatewayIsKilled(scene: Scene): void {
    const [here, there] = scene.clusters;
    const restarts = async () => {
        const count = "--output=jsonpath={.items[*].status.containerStatuses[*].restartCount}";
        const get = [...IN_ISTIO, "get", "pods", GATEWAY, count];
        return Number(await scene.fleet.docker.kubectl(there, ...get));
    };

    it("comes back by itself, and requests the other way do not notice", async () => {
        const fault = {
            id: "gateway",
            fault: `the gateway of ${there} killed (SIGKILL)`,
            during: "traffic",
        };
        await scene.attempt(fault, async (loss) => {
            const before = await restarts();
            const mark = scene.load.mark();
            await scene.fleet.docker.run("exec", scene.node(there), "sh", "-c", KILL_GATEWAYS);
            const restarted = async () => (await restarts()) > before;
            await until("the gateway is started again", restarted, AbortSignal.timeout(START_MS));
            await scene.load.steady();
            expect(scene.load.since(mark, [`${there} -> ${here}`]).lost).to.deep.equal([]);
            const toIt = loss().lost.length;
            await scene.recovered();
            // Once it serves again, nothing more is lost.
            expect(loss().lost.length).to.equal(toIt);
            return "by itself: verified, preview empty";
        });
    });
}

/**
 * Takes istiod away in both clusters, for as long as what comes between the two tests, and for five
 * minutes at least.
 */
export function istiodIsDown(scene: Scene, meanwhile: () => void): void {
    let attempt: Attempt;
    let since: number;
    const { clusters } = scene;
    const istiods = async () => {
        const get = [...IN_ISTIO, "get", "pods", ISTIOD, "--output=name"];
        const lists = clusters.map((cluster) => scene.fleet.docker.kubectl(cluster, ...get));
        return (await Promise.all(lists)).join("");
    };

    it("goes down in both clusters", async () => {
        attempt = scene.begin({
            id: "istiod",
            fault: "istiod of both clusters down for five minutes",
            during: "traffic",
        });
        for (const cluster of clusters) {
            const scale = ["scale", "deployment/istiod", "--replicas=0"];
            await scene.fleet.docker.kubectl(cluster, ...IN_ISTIO, ...scale);
        }
        const gone = async () => (await istiods()) === "";
        await until("no istiod runs", gone, AbortSignal.timeout(START_MS));
        since = Date.now();
    });

    meanwhile();

    it("traffic goes on for five minutes", async () => {
        await pause(Math.max(0, since + DOWN_MS - Date.now()));
        expect(await istiods()).to.equal("");
        const { sent, lost } = attempt.loss();
        expect(lost).to.deep.equal([]);
        expect(sent).to.be.greaterThan(1000);
    });

    it("comes back by one `up --refresh`, and still nothing was lost", async () => {
        await scene.fleet.stack.up("--refresh");
        await scene.recovered();
        expect(attempt.loss().lost).to.deep.equal([]);
        const { sent, lost } = attempt.loss();
        process.stdout.write(`      ${String(sent)} sent, ${String(lost.length)} lost\n`);
        attempt.end("by one `up --refresh`: verified, preview empty");
    });
}

/** Its peer's API server drops what comes from it, when istiod starts. */
export function peerIsUnreachable(scene: Scene): void {
    const [here, there] = scene.clusters;

    it("istiod serves without the peer, and takes it up by itself", async () => {
        const fault = {
            id: "peer",
            fault: `the API server of ${there} out of reach when istiod of ${here} starts`,
            during: "traffic",
        };
        await scene.attempt(fault, async () => {
            const { docker } = scene.fleet;
            const mark = scene.load.mark();
            const source = ["--source", await docker.address(scene.node(here))];
            const port = ["--protocol", "tcp", "--dport", "6443"];
            const rule = ["INPUT", ...source, ...port, "--jump", "DROP"];
            const iptables = (change: "--insert" | "--delete") =>
                docker.run("exec", scene.node(there), "iptables", "--wait", change, ...rule);
            await iptables("--insert");
            try {
                await docker.kubectl(here, ...IN_ISTIO, "delete", "pods", ISTIOD, "--wait=false");
                const timedOut = async () => (await statusOf(scene, there)) === "timeout";
                await until("istiod gives up", timedOut, AbortSignal.timeout(START_MS));
            } finally {
                await iptables("--delete");
            }
            await scene.recovered();
            expect(scene.load.since(mark, [`${there} -> ${here}`]).lost).to.deep.equal([]);
            return "by itself, once it was in reach: verified, preview empty";
        });
    });
}

/** What istiod of the first cluster says of another one; nothing while it does not answer. */
async function statusOf(scene: Scene, other: string): Promise<string | undefined> {
    const ask = ["pilot-discovery", "request", "GET", "/debug/clusterz"];
    const exec = [...IN_ISTIO, "exec", "deployment/istiod", "--", ...ask];
    try {
        const text = await scene.fleet.docker.kubectl(scene.clusters[0], ...exec);
        return parseClusterz(text).find(({ id }) => id === other)?.syncStatus;
    } catch {
        return undefined;
    }
}
