// SPDX-License-Identifier: Apache-2.0
import type { Docker } from "./docker";

const NAME = "minio";
const BUCKET = "thanos";
const KEYS = { user: "thanos-test", password: "a-secret-of-the-test" };
const IMAGE = "docker.io/minio/minio:RELEASE.2025-09-07T16-13-09Z";
/** Something with a shell, which every kind node has for its volumes. */
const SHELL_IMAGE = "docker.io/kindest/local-path-helper:v20260131-7181c60a";

/** A real S3 server in a cluster, with an empty bucket. */
export class Minio {
    private constructor(
        private readonly docker: Docker,
        private readonly cluster: string,
    ) {}

    static async start(docker: Docker, cluster: string): Promise<Minio> {
        const input = JSON.stringify({ apiVersion: "v1", kind: "List", items: objects });
        await docker.kubectlWith(input, cluster, "create", "--filename=-");
        const minio = new Minio(docker, cluster);
        await minio.kubectl("wait", "--for=condition=Ready", `pod/${NAME}`, "--timeout=120s");
        return minio;
    }

    /** What Thanos needs to know of it. */
    readonly objectStore = [
        "type: S3",
        "config:",
        `  bucket: ${BUCKET}`,
        `  endpoint: ${NAME}.${NAME}.svc.cluster.local:9000`,
        `  access_key: ${KEYS.user}`,
        `  secret_key: ${KEYS.password}`,
        "  insecure: true",
        "",
    ].join("\n");

    /** The key that must appear nowhere. */
    readonly secret = KEYS.password;

    /** Names of the blocks in the bucket. */
    async blocks(): Promise<string[]> {
        const list = ["exec", NAME, "--container=shell", "--", "ls", `/data/${BUCKET}`];
        const names = (await this.kubectl(...list)).split("\n");
        return names.filter((name) => /^[0-9A-Z]{26}$/.test(name));
    }

    private async kubectl(...args: string[]): Promise<string> {
        return await this.docker.kubectl(this.cluster, "--namespace", NAME, ...args);
    }
}

const labels = { app: NAME };
const metadata = { name: NAME, namespace: NAME, labels };
const volumeMounts = [{ name: "data", mountPath: "/data" }];

const objects = [
    { apiVersion: "v1", kind: "Namespace", metadata: { name: NAME } },
    {
        apiVersion: "v1",
        kind: "Service",
        metadata,
        spec: { selector: labels, ports: [{ name: "http", port: 9000 }] },
    },
    {
        apiVersion: "v1",
        kind: "Pod",
        metadata,
        spec: {
            initContainers: [
                {
                    name: "bucket",
                    image: SHELL_IMAGE,
                    command: ["/bin/mkdir", "-p", `/data/${BUCKET}`],
                    volumeMounts,
                },
            ],
            containers: [
                {
                    name: NAME,
                    image: IMAGE,
                    args: ["server", "/data"],
                    env: [
                        { name: "MINIO_ROOT_USER", value: KEYS.user },
                        { name: "MINIO_ROOT_PASSWORD", value: KEYS.password },
                        { name: "HOME", value: "/tmp" },
                    ],
                    readinessProbe: { httpGet: { path: "/minio/health/ready", port: 9000 } },
                    volumeMounts,
                },
                {
                    name: "shell",
                    image: SHELL_IMAGE,
                    command: ["/bin/sleep", "infinity"],
                    volumeMounts,
                },
            ],
            terminationGracePeriodSeconds: 1,
            volumes: [{ name: "data", emptyDir: {} }],
        },
    },
];
