// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { FleetUnderTest } from "./fleetUnderTest";
import { Measured } from "./measured";
import { Minio } from "./minio";
import { until } from "./until";

const CLUSTER = "store-1";
const INGESTOR = "thanos-receive-ingestor";
const unmeasured = {
    clusters: [{ name: CLUSTER }],
    network: { name: "istio-fleet-store", subnet: "172.19.0.0/16" },
};
const config = (metrics: object) => ({
    ...unmeasured,
    metrics: { central: CLUSTER, scrapeSeconds: 5, ...metrics },
});

describe("metrics that come, move to an object store and three replicas, and go", () => {
    let folder: string;
    let fleet: FleetUnderTest;
    let measured: Measured;
    let minio: Minio;
    before(async () => {
        folder = await mkdtemp(join(tmpdir(), "istio-fleet-bucket-"));
        fleet = await FleetUnderTest.create("e2e-store", unmeasured);
    });
    after(async () => {
        await fleet.cleanUp();
        await rm(folder, { recursive: true, force: true });
    });
    const heartbeat = () => measured.number("time() - max(heartbeat)").catch(() => undefined);
    const reports = (milliseconds: number) =>
        until(
            "the cluster reports",
            async () => ((await heartbeat()) ?? Infinity) < 30,
            AbortSignal.timeout(milliseconds),
        );
    const kubectl = (...args: string[]) =>
        fleet.docker.kubectl(CLUSTER, "--namespace", "monitoring", ...args);

    it("is added to a fleet that was not measured, and changes nothing of it", async () => {
        await fleet.stack.up();
        await fleet.stack.configure(config({}));
        const preview = await fleet.stack.preview();
        const lines = preview.matchAll(/^ *([-+~]+) +([\w-]+:[\w./-]+:\w+) +(\S+)/gm);
        // What is not new: the stack's outputs, and the one command that applies CRDs.
        const changed = [...lines].filter(
            ([, operation, type]) => operation !== "+" && !/:(Stack|Crds)$/.test(type ?? ""),
        );
        expect(changed.map(([, operation, , name]) => [operation, name])).to.deep.equal([
            ["~", `${CLUSTER}-crds-apply`],
        ]);
        await fleet.stack.up();
        measured = Measured.of(await fleet.live());
        minio = await Minio.start(fleet.docker, CLUSTER);
        await reports(120_000);
    });

    it("refuses an object store that cannot be read, and shows nothing of it", async () => {
        const path = join(folder, "wrong.yaml");
        await writeFile(path, "key: of-somebody\n");
        await fleet.stack.configure(config({ objectStore: path }));
        const refusal = await fleet.stack.preview().then(
            () => "was not refused",
            (reason: unknown) => String(reason),
        );
        expect(refusal).to.contain("metrics.objectStore");
        expect(refusal).to.contain("must be YAML with a type and a config");
        expect(refusal).not.to.contain("of-somebody");
    });

    it("moves to three replicas and an object store, and keeps what it had", async () => {
        const [first] = await measured.thanos.query("time()");
        const path = join(folder, "bucket.yaml");
        await writeFile(path, minio.objectStore, { mode: 0o600 });
        await fleet.stack.configure(config({ objectStore: path, receiveReplicas: 3 }));
        const up = await fleet.stack.up();
        expect(up).not.to.contain(minio.secret);
        expect(await fleet.stack.exported()).not.to.contain(minio.secret);
        await reports(180_000);
        const before = await measured.number(`max(heartbeat @ ${String(first?.time)})`);
        expect(before).to.be.greaterThan(0);
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
    });

    it("keeps every sample three times, and goes on while one replica is away", async () => {
        await kubectl("delete", "pod", `${INGESTOR}-1`, "--wait=false");
        const [{ time } = { time: 0 }] = await measured.local(
            CLUSTER,
            "prometheus-federation-0",
            "time()",
        );
        const failed = "sum(increase(prometheus_remote_storage_samples_failed_total[2m]))";
        await kubectl("wait", "--for=condition=Ready", `pod/${INGESTOR}-1`, "--timeout=180s");
        await until(
            "what came meanwhile is there",
            async () => ((await measured.number(`max(heartbeat)`).catch(() => 0)) ?? 0) > time + 30,
            AbortSignal.timeout(180_000),
        );
        const copies = await measured.replicas(
            `heartbeat{prometheus_replica="prometheus-federation-0"}`,
        );
        expect(new Set(copies.map(({ labels }) => labels.receive_replica)).size).to.equal(3);
        expect(await measured.number(failed)).to.equal(0);
    });

    it("puts blocks into the object store, and answers from there alone", async () => {
        const [{ time } = { time: 0 }] = await measured.thanos.query("time()");
        // An ingestor that ends writes what it has in memory to a block, and uploads it.
        await kubectl("scale", `statefulset/${INGESTOR}`, "--replicas=0");
        await until(
            "blocks are in the bucket",
            async () => (await minio.blocks()).length > 0,
            AbortSignal.timeout(180_000),
        );
        const store = `max(heartbeat @ ${(time - 30).toFixed(0)})`;
        await until(
            "the Store Gateway answers",
            async () => ((await measured.number(store).catch(() => 0)) ?? 0) > 0,
            AbortSignal.timeout(300_000),
        );
    });

    it("is taken out again, and leaves the mesh as it was", async () => {
        await fleet.stack.configure(unmeasured);
        await fleet.stack.up();
        const namespaces = ["get", "namespaces", "--output", "name"];
        const left = (await fleet.docker.kubectl(CLUSTER, ...namespaces)).split("\n");
        expect(left).not.to.include("namespace/monitoring");
        const volumes = () => fleet.docker.kubectl(CLUSTER, "get", "pv", "--output", "name");
        await until(
            "the volumes have gone",
            async () => (await volumes()) === "",
            AbortSignal.timeout(60_000),
        );
        await fleet.verify();
        await fleet.stack.previewNothing("--refresh");
    });

    it("destroys, and leaves nothing", async () => {
        await fleet.destroy();
    });
});
