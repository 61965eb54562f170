// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { ThanosCompactor, ThanosStore } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record } from "../helpers/mocks";
import { shape } from "../helpers/shape";
import { type Workload, argsOf, templateOf } from "../helpers/thanos";

const SET = "kubernetes:apps/v1:StatefulSet";
const SERVICE = "kubernetes:core/v1:Service";
const SECRET = "kubernetes:core/v1:Secret";

const base = {
    image: "thanos:1",
    objstoreConfig: "type: S3\nconfig: {secret_key: hidden}\n",
    storage: { sizeGiB: 10, persistent: false },
};

const workload = (recording: Recording, name: string) =>
    recording.get(SET, name).inputs.spec as Workload;

/** Whatever has the object store's keys in it. */
function knowing({ all }: Recording): string[] {
    const objects = all.filter(({ type }) => type.startsWith("kubernetes:"));
    return objects
        .filter(({ inputs }) => JSON.stringify(inputs).includes("hidden"))
        .map(({ name }) => name);
}

describe("ThanosStore", () => {
    let recording: Recording;
    before(async () => {
        ({ recording } = await record(() => new ThanosStore("s", base, inCluster())));
    });

    it("is a StatefulSet with its Service and the object store's keys", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:ThanosStore s",
                `s > ${SECRET} s-objstore`,
                `s > ${SERVICE} s-service`,
                `s > ${SET} s-set`,
            ].sort(),
        );
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("serves the object store, within its memory", () => {
        expect(argsOf(workload(recording, "s-set"))).to.deep.equal([
            "store",
            "--http-address=0.0.0.0:10902",
            "--enable-auto-gomemlimit",
            "--grpc-address=0.0.0.0:10901",
            "--data-dir=/var/thanos/store",
            "--objstore.config-file=/etc/thanos/objstore/objstore.yaml",
            "--sync-block-duration=3m",
            "--index-cache-size=128MB",
            "--chunk-pool-size=512MB",
            "--store.enable-index-header-lazy-reader",
            "--disable-admin-operations",
        ]);
    });

    it("has the keys in its Secret, and nowhere else", () => {
        expect(knowing(recording)).to.deep.equal(["s-objstore"]);
        expect(recording.get(SECRET, "s-objstore").secrets).to.deep.equal(["stringData"]);
        expect(recording.get("istio-fleet:index:ThanosStore", "s").secrets).to.deep.equal([
            "objstoreConfig",
        ]);
    });

    it("rolls with other keys", async () => {
        const other = { ...base, objstoreConfig: "type: S3\n" };
        const changed = await record(() => new ThanosStore("s", other, inCluster()));
        const volume = (made: Recording) => templateOf(workload(made, "s-set")).spec.volumes[0];
        expect(volume(recording)).to.deep.equal({
            name: "objstore",
            secret: { secretName: "thanos-store-objstore-e17fff93d2" },
        });
        expect(volume(changed.recording)).not.to.deep.equal(volume(recording));
    });
});

describe("ThanosCompactor", () => {
    const compactor = async (retentionHours: number) => {
        const args = { ...base, retentionHours };
        return (await record(() => new ThanosCompactor("c", args, inCluster()))).recording;
    };
    let recording: Recording;
    before(async () => {
        recording = await compactor(8760);
    });
    const argsWith = (hours: number, ...more: string[]) => [
        "compact",
        "--http-address=0.0.0.0:10902",
        "--enable-auto-gomemlimit",
        "--wait",
        "--data-dir=/var/thanos/compact",
        "--objstore.config-file=/etc/thanos/objstore/objstore.yaml",
        `--retention.resolution-raw=${String(hours)}h`,
        `--retention.resolution-5m=${String(hours)}h`,
        `--retention.resolution-1h=${String(hours)}h`,
        ...more,
        "--consistency-delay=30m",
        "--compact.enable-vertical-compaction",
        "--disable-admin-operations",
    ];

    it("is one StatefulSet with its Service and the object store's keys", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:ThanosCompactor c",
                `c > ${SECRET} c-objstore`,
                `c > ${SERVICE} c-service`,
                `c > ${SET} c-set`,
            ].sort(),
        );
        expect(knowing(recording)).to.deep.equal(["c-objstore"]);
    });

    it("is one: two would spoil the object store", () => {
        expect(workload(recording, "c-set").replicas).to.equal(1);
    });

    it("keeps samples for their time, and makes coarse copies of old ones", () => {
        expect(argsOf(workload(recording, "c-set"))).to.deep.equal(argsWith(8760));
    });

    it("makes no coarse copies of what does not get old enough", async () => {
        const short = await compactor(240);
        expect(argsOf(workload(short, "c-set"))).to.deep.equal(
            argsWith(240, "--downsampling.disable"),
        );
    });
});
