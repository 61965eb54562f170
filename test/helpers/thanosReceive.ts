// SPDX-License-Identifier: Apache-2.0
import { ThanosReceive, type ThanosReceiveArgs } from "../../components";
import { inCluster } from "./inCluster";
import { type Recording, record } from "./mocks";
import type { Workload } from "./thanos";

/** Arguments of one replica. */
const base: ThanosReceiveArgs = {
    image: "thanos:1",
    retentionHours: 24,
    storage: { sizeGiB: 10, persistent: false },
};

/** What a ThanosReceive makes. */
export async function receive(args: Partial<ThanosReceiveArgs> = {}): Promise<Recording> {
    const program = () => new ThanosReceive("r", { ...base, ...args }, inCluster());
    return (await record(program)).recording;
}

/** The `spec` of a StatefulSet or a Deployment. */
export const spec = (recording: Recording, type: string, name: string) =>
    recording.get(type, name).inputs.spec as Workload;

/** Command line of an ingestor that listens for remote write on an address. */
export const ingestorArgs = (address: string) => [
    "receive",
    "--http-address=0.0.0.0:10902",
    "--enable-auto-gomemlimit",
    "--grpc-address=0.0.0.0:10901",
    `--remote-write.address=${address}:19291`,
    "--receive.capnproto-address=127.0.0.1:19391",
    "--tsdb.path=/var/thanos/receive",
    "--tsdb.retention=24h",
    "--tsdb.max-retention-bytes=8200MB",
    "--tsdb.out-of-order.time-window=3h",
    "--tsdb.too-far-in-future.time-window=10m",
    '--label=receive_replica="$(POD_NAME)"',
];

/** The file of limits. */
export const LIMITS =
    '{"write":{"global":{"max_concurrency":32},"default":{"request":{"size_bytes_limit":16777216,"series_limit":10000,"samples_limit":10000}}}}';

/** Annotations of what has a sidecar for remote write alone. */
export const SIDECAR = {
    "traffic.sidecar.istio.io/includeInboundPorts": "19291",
    "traffic.sidecar.istio.io/includeOutboundIPRanges": "",
    "sidecar.istio.io/proxyCPU": "10m",
    "sidecar.istio.io/proxyMemory": "40Mi",
    "sidecar.istio.io/proxyMemoryLimit": "512Mi",
};
