// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { ThanosRuler, type ThanosRulerArgs } from "../../components";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record } from "../helpers/mocks";
import { shape } from "../helpers/shape";
import { type Workload, argsOf, templateOf } from "../helpers/thanos";

const SET = "kubernetes:apps/v1:StatefulSet";
const SERVICE = "kubernetes:core/v1:Service";
const CONFIG = "kubernetes:core/v1:ConfigMap";

const base: ThanosRulerArgs = {
    image: "thanos:1",
    groups: [{ name: "fleet", rules: [{ record: "fleet:up", expr: "sum(up)" }] }],
    retentionHours: 48,
    storage: { sizeGiB: 1, persistent: false },
};

async function ruler(args: Partial<ThanosRulerArgs> = {}): Promise<Recording> {
    const program = () => new ThanosRuler("a", { ...base, ...args }, inCluster());
    return (await record(program)).recording;
}

const workload = (recording: Recording) => recording.get(SET, "a-set").inputs.spec as Workload;

describe("ThanosRuler", () => {
    let recording: Recording;
    before(async () => {
        recording = await ruler();
    });

    it("is a StatefulSet with its Service and rules", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:ThanosRuler a",
                `a > ${CONFIG} a-config`,
                `a > ${SERVICE} a-service`,
                `a > ${SET} a-set`,
            ].sort(),
        );
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("evaluates the rules over what Query answers", () => {
        expect(argsOf(workload(recording))).to.deep.equal([
            "rule",
            "--http-address=0.0.0.0:10902",
            "--enable-auto-gomemlimit",
            "--grpc-address=0.0.0.0:10901",
            "--data-dir=/var/thanos/rule",
            "--rule-file=/etc/thanos/config/rules.yaml",
            "--query=http://thanos-query.monitoring.svc.cluster.local:10902",
            "--eval-interval=30s",
            "--tsdb.retention=48h",
            '--label=ruler_replica="$(POD_NAME)"',
            "--alert.label-drop=ruler_replica",
        ]);
    });

    it("has the rules in a ConfigMap that never changes", () => {
        const { metadata, immutable, data } = recording.get(CONFIG, "a-config").inputs;
        expect({ immutable, data }).to.deep.equal({
            immutable: true,
            data: {
                "rules.yaml":
                    '{"groups":[{"name":"fleet","rules":[{"record":"fleet:up","expr":"sum(up)"}]}]}',
            },
        });
        const { name } = metadata as { name: string };
        expect(templateOf(workload(recording)).spec.volumes[0]).to.deep.equal({
            name: "config",
            configMap: { name },
        });
    });

    it("rolls with other rules", async () => {
        const changed = await ruler({ groups: [] });
        const volumeOf = (made: Recording) => templateOf(workload(made)).spec.volumes[0];
        expect(volumeOf(changed)).not.to.deep.equal(volumeOf(recording));
    });

    it("tells Alertmanagers, asks another Query and is as quick as it is told", async () => {
        const told = await ruler({
            queryUrl: "https://query.example",
            alertmanagers: ["http://one:9093", "http://two:9093"],
            evaluationSeconds: 5,
        });
        expect(argsOf(workload(told)).slice(6)).to.deep.equal([
            "--query=https://query.example",
            "--eval-interval=5s",
            "--tsdb.retention=48h",
            '--label=ruler_replica="$(POD_NAME)"',
            "--alert.label-drop=ruler_replica",
            "--alertmanagers.url=http://one:9093",
            "--alertmanagers.url=http://two:9093",
        ]);
    });
});
