// SPDX-License-Identifier: Apache-2.0
import { setTimeout as pause } from "node:timers/promises";
import { expect } from "chai";
import { until } from "../../e2e/until";
import type { Scene } from "./scene";

/*
 * A full disk that is one node's alone. The disk of a kind node is the machine's, so filling that would
 * fill everybody's. Here a node gets a small disk of its own, in memory, for what has to be written for it to
 * live: etcd, the kubelet with the pods' volumes and Secrets, and all logs. A service mounts it at the
 * node's start, before any of them runs. It is in the node's own mount namespace, so it ends with the
 * node, and no more than its size can ever be written. Images and containers' own layers stay where they
 * are: with kind's image they would be gigabytes in memory.
 */

const FULL_MS = 30_000;
const START_MS = 3 * 60 * 1000;
/** Nothing counts that is in a namespace of this prefix. */
const NAMESPACE = "istio-fleet-full";

const PROGRAM = `#!/bin/sh
set -eu
used=$(du --summarize --total --block-size=1M /var/lib/etcd /var/lib/kubelet /var/log | awk 'END { print $1 }')
mkdir -p /mnt/small
mount -t tmpfs -o "size=$((used + 200))m,mode=755" small /mnt/small
for folder in lib/etcd lib/kubelet log; do
    mkdir -p "/mnt/small/$folder"
    cp -a "/var/$folder/." "/mnt/small/$folder"
    mount --bind "/mnt/small/$folder" "/var/$folder"
done
umount /mnt/small
`;

const UNIT = `[Unit]
Description=A small disk for what this node writes, by a test of istio-fleet
Before=containerd.service kubelet.service

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/local/sbin/small-disk

[Install]
RequiredBy=containerd.service kubelet.service
`;

const INSTALL = `set -eu
printf '%s' "$PROGRAM" >/usr/local/sbin/small-disk
chmod 755 /usr/local/sbin/small-disk
printf '%s' "$UNIT" >/etc/systemd/system/small-disk.service
systemctl enable small-disk.service`;

/** Writes until nothing more can be written; fails where the disk is not the small one, or not full. */
const FILL = `set -eu
[ "$(stat --file-system --format=%T /var/lib/etcd)" = tmpfs ]
for size in 64K 4K; do dd if=/dev/zero of="/var/log/full-$size" bs="$size" status=none || true; done
[ "$(df --output=avail --block-size=1K /var/lib/kubelet | tail -n 1)" -lt 64 ]
head -c 900000 /dev/zero | tr '\\0' x >/tmp/large`;

/** Sends the API server something large to keep, until it does not. */
const WRITE = `exec kubectl --kubeconfig=/etc/kubernetes/admin.conf --namespace="$NAMESPACE" \\
    create configmap "large-$(date +%s%N)" --from-file=/tmp/large --request-timeout=10s`;

/** What a kubectl says where etcd, or the API server with it, has stopped. */
const STOPPED = /unavailable|etcdserver|refused|time.?out|timed out|deadline|EOF|no space/i;

/**
 * Gives the second cluster's node a small disk, and fills it. From then on the node must not be started
 * anew: its disk would be as it was before.
 */
export function diskIsFull(scene: Scene): void {
    const [here, there] = scene.clusters;
    const node = scene.node(there);
    const inNode = (script: string, env: Readonly<Record<string, string>> = {}) => {
        const variables = Object.entries(env).flatMap(([name, value]) => [
            "--env",
            `${name}=${value}`,
        ]);
        return scene.fleet.docker.run("exec", ...variables, node, "sh", "-c", script);
    };

    it("the node gets a disk of its own, a small one", async () => {
        await inNode(INSTALL, { PROGRAM, UNIT });
        await scene.fleet.docker.run("restart", node);
        await scene.recovered();
        await scene.fleet.docker.kubectl(there, "create", "namespace", NAMESPACE);
    });

    it("the API server refuses to write, requests go on, and with room again all is well", async () => {
        const before = await scene.objects();
        const fault = {
            id: "disk",
            fault: `the disk of the node of ${there} full`,
            during: `traffic from ${here} into it`,
            // Who asks is told to by its API server, so requests from the full node prove nothing.
            edges: [`${here} -> ${there}`],
        };
        await scene.attempt(fault, async (loss) => {
            await inNode(FILL);
            const refused = () =>
                inNode(WRITE, { NAMESPACE }).then(
                    () => false,
                    (error: unknown) => STOPPED.test(String(error)),
                );
            await until("nothing more is kept", refused, AbortSignal.timeout(START_MS));
            await pause(FULL_MS);
            expect(loss().lost).to.deep.equal([]);
            await inNode("rm /var/log/full-* /tmp/large");
            await scene.recovered();
            expect(loss().lost).to.deep.equal([]);
            return "by itself, once there was room: verified, preview empty";
        });
        await scene.fleet.docker.kubectl(there, "delete", "namespace", NAMESPACE, "--wait=false");
        expect(await scene.objects()).to.deep.equal(before);
    });
}
