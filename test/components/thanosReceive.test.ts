// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { PROVIDER, kubernetesProviders } from "../helpers/inCluster";
import type { Recording } from "../helpers/mocks";
import { shape } from "../helpers/shape";
import { argsOf, templateOf } from "../helpers/thanos";
import { LIMITS, SIDECAR, ingestorArgs, receive, spec } from "../helpers/thanosReceive";

const SET = "kubernetes:apps/v1:StatefulSet";
const SERVICE = "kubernetes:core/v1:Service";
const CONFIG = "kubernetes:core/v1:ConfigMap";
const SECRET = "kubernetes:core/v1:Secret";

describe("ThanosReceive with one replica", () => {
    let recording: Recording;
    before(async () => {
        recording = await receive();
    });
    const set = () => spec(recording, SET, "r-ingestor");

    it("is one StatefulSet with its Service, account and limits", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:ThanosReceive r",
                `r > ${CONFIG} r-config`,
                "r > kubernetes:core/v1:ServiceAccount r-account",
                "r > kubernetes:networking.k8s.io/v1:NetworkPolicy r-network",
                `r > ${SERVICE} r-service`,
                `r > ${SET} r-ingestor`,
            ].sort(),
        );
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("keeps its gRPC, which takes writes too, to Thanos", () => {
        const { spec } = recording.get(
            "kubernetes:networking.k8s.io/v1:NetworkPolicy",
            "r-network",
        ).inputs;
        const thanos = { podSelector: { matchLabels: { "app.kubernetes.io/part-of": "thanos" } } };
        const tcp = (port: number) => ({ port, protocol: "TCP" });
        expect((spec as { ingress: object[] }).ingress).to.deep.equal([
            { from: [thanos], ports: [tcp(10_901)] },
            { ports: [19_291, 10_902, 15_020, 15_021, 15_090].map(tcp) },
        ]);
    });

    it("takes the writes itself, within limits", () => {
        expect(argsOf(set())).to.deep.equal([
            ...ingestorArgs("0.0.0.0"),
            "--receive.limits-config-file=/etc/thanos/config/limits.yaml",
        ]);
        expect(recording.get(CONFIG, "r-config").inputs.data).to.deep.equal({
            "limits.yaml": LIMITS,
        });
    });

    it("has a sidecar for remote write alone", () => {
        expect(templateOf(set()).metadata).to.deep.equal({
            labels: {
                "app.kubernetes.io/name": "thanos-receive-ingestor",
                "app.kubernetes.io/part-of": "thanos",
                "istio-fleet.io/takes": "remote-write",
                "sidecar.istio.io/inject": "true",
            },
            annotations: SIDECAR,
        });
    });

    it("runs as itself, without rights, on a root that it cannot write", () => {
        const { serviceAccountName, automountServiceAccountToken, securityContext, containers } =
            templateOf(set()).spec;
        expect({ serviceAccountName, automountServiceAccountToken, securityContext }).to.deep.equal(
            {
                serviceAccountName: "thanos-receive",
                automountServiceAccountToken: false,
                securityContext: {
                    runAsUser: 1001,
                    runAsGroup: 1001,
                    runAsNonRoot: true,
                    fsGroup: 1001,
                    fsGroupChangePolicy: "OnRootMismatch",
                },
            },
        );
        expect(containers[0]?.securityContext).to.deep.equal({
            allowPrivilegeEscalation: false,
            capabilities: { drop: ["ALL"] },
            readOnlyRootFilesystem: true,
            seccompProfile: { type: "RuntimeDefault" },
        });
    });

    it("is ready at once, and restarted only when it is silent for a minute", () => {
        const { readinessProbe, livenessProbe } = templateOf(set()).spec.containers[0] ?? {};
        expect({ readinessProbe, livenessProbe }).to.deep.equal({
            readinessProbe: {
                httpGet: { path: "/-/ready", port: "http" },
                periodSeconds: 2,
                timeoutSeconds: 2,
            },
            livenessProbe: {
                httpGet: { path: "/-/healthy", port: "http" },
                periodSeconds: 10,
                timeoutSeconds: 5,
                failureThreshold: 6,
            },
        });
    });

    it("is found by Query and the collector through a Service that proxies do not see", () => {
        const { metadata, spec } = recording.get(SERVICE, "r-service").inputs;
        expect({ metadata, spec }).to.deep.equal({
            metadata: {
                name: "thanos-receive-ingestor",
                namespace: "monitoring",
                labels: {
                    "app.kubernetes.io/name": "thanos-receive-ingestor",
                    "app.kubernetes.io/part-of": "thanos",
                },
                annotations: {
                    "networking.istio.io/exportTo": "~",
                    "pulumi.com/skipAwait": "true",
                },
            },
            spec: {
                clusterIP: "None",
                publishNotReadyAddresses: true,
                selector: { "app.kubernetes.io/name": "thanos-receive-ingestor" },
                ports: [
                    { name: "http", port: 10902, targetPort: "http" },
                    { name: "grpc", port: 10901, targetPort: "grpc" },
                ],
            },
        });
    });
});

describe("ThanosReceive's storage", () => {
    it("is in the pod, and bounded, where there are no volumes", async () => {
        const set = spec(await receive(), SET, "r-ingestor");
        expect(templateOf(set).spec.volumes[1]).to.deep.equal({
            name: "data",
            emptyDir: { sizeLimit: "10Gi" },
        });
        expect(set).not.to.have.property("volumeClaimTemplates");
    });

    it("is volumes that go with the component", async () => {
        const storage = { sizeGiB: 5, persistent: true, className: "fast" };
        const set = spec(await receive({ storage }), SET, "r-ingestor");
        expect(set.persistentVolumeClaimRetentionPolicy).to.deep.equal({
            whenDeleted: "Delete",
            whenScaled: "Retain",
        });
        expect(set.volumeClaimTemplates).to.deep.equal([
            {
                metadata: { name: "data" },
                spec: {
                    accessModes: ["ReadWriteOnce"],
                    resources: { requests: { storage: "5Gi" } },
                    storageClassName: "fast",
                },
            },
        ]);
        expect(templateOf(set).spec.volumes.map(({ name }) => name)).to.deep.equal(["config"]);
        expect(argsOf(set)).to.include("--tsdb.max-retention-bytes=4100MB");
    });
});

describe("ThanosReceive with an object store", () => {
    const objstoreConfig = "type: S3\nconfig: {secret_key: hidden}\n";
    let recording: Recording;
    before(async () => {
        recording = await receive({ objstoreConfig });
    });

    it("reads its configuration from a file", () => {
        const set = spec(recording, SET, "r-ingestor");
        expect(argsOf(set).slice(-1)).to.deep.equal([
            "--objstore.config-file=/etc/thanos/objstore/objstore.yaml",
        ]);
        expect(templateOf(set).spec.containers[0]?.volumeMounts).to.deep.include({
            name: "objstore",
            mountPath: "/etc/thanos/objstore",
            readOnly: true,
        });
    });

    it("has the keys in a Secret that never changes, and nowhere else", () => {
        const { inputs, secrets } = recording.get(SECRET, "r-objstore");
        expect(inputs.immutable).to.equal(true);
        expect(inputs.stringData).to.deep.equal({ "objstore.yaml": objstoreConfig });
        expect(secrets).to.deep.equal(["stringData"]);
        const open = recording.all.filter((one) => one.type.startsWith("kubernetes:"));
        const telling = open.filter((one) => JSON.stringify(one.inputs).includes("hidden"));
        expect(telling.map(({ name }) => name)).to.deep.equal(["r-objstore"]);
    });

    it("keeps them secret among its own arguments too", () => {
        const { inputs, secrets } = recording.get("istio-fleet:index:ThanosReceive", "r");
        expect(inputs.objstoreConfig).to.equal(objstoreConfig);
        expect(secrets).to.deep.equal(["objstoreConfig"]);
    });

    it("rolls with other keys", async () => {
        const changed = await receive({ objstoreConfig: "type: S3\n" });
        const secretOf = (made: Recording) =>
            templateOf(spec(made, SET, "r-ingestor")).spec.volumes[1];
        expect(secretOf(recording)).to.deep.equal({
            name: "objstore",
            secret: { secretName: "thanos-receive-objstore-e17fff93d2" },
        });
        expect(secretOf(changed)).not.to.deep.equal(secretOf(recording));
    });
});
