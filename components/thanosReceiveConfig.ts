// SPDX-License-Identifier: Apache-2.0
import { STORE_PORT } from "../metrics/names";
import { dnsName } from "./thanosService";

/** The hashrings' file, JSON. */
export const HASHRINGS_FILE = "hashrings.json";
/** The limits' file: YAML, of which JSON is a part. */
export const LIMITS_FILE = "limits.yaml";

/**
 * What one request may be. A sender whose request is refused drops it for good, so these are not for
 * ours, who send 2000 samples at most: they keep one client that is wrong or ill from taking all the
 * memory. Requests beyond `max_concurrency` wait and are not refused; with the size, it bounds what
 * lies in memory to half of a gibibyte.
 *
 * No `head_series_limit`: Thanos looks it up in a second Prometheus only, one that measures Receive
 * itself, and without one lets everything through, with an error in its log for each request.
 */
export const writeLimits = {
    write: {
        global: { max_concurrency: 32 },
        default: {
            request: {
                size_bytes_limit: 16 * 1024 * 1024,
                series_limit: 10_000,
                samples_limit: 10_000,
            },
        },
    },
} as const;

/**
 * The one hashring of all ingestors, by the stable names that they have in a headless Service. Ketama
 * moves few series when one more comes.
 */
export function hashrings(ingestors: readonly string[], service: string) {
    const endpoints = ingestors.map(
        (ingestor) => `${ingestor}.${dnsName(service)}:${String(STORE_PORT)}`,
    );
    return [{ hashring: "all", algorithm: "ketama", endpoints }];
}
