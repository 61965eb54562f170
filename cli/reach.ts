// SPDX-License-Identifier: Apache-2.0
import type { Ping } from "./releases";
import { reasonOf } from "../verify/report";

/** Time for one answer. Where egress is intercepted a connection may be made and then stay silent. */
const ANSWER_MS = 8000;

/** What came back, as far as a ping looks at it. */
export interface PingAnswer {
    readonly status: number;
    header(name: string): string | null;
}

/** Why an answer is not the one that the source itself would give; undefined when it is. */
export function judgePing({ url, status, header }: Ping, answer: PingAnswer): string | undefined {
    const host = new URL(url).host;
    if (answer.status !== status) return `${host} answers with ${String(answer.status)}`;
    if (header && !header.value.test(answer.header(header.name) ?? "")) {
        return `something else answers for ${host}`;
    }
    return undefined;
}

/** Why a source cannot be reached; undefined when everything that it needs answers. */
export async function whyUnreachable(pings: readonly Ping[]): Promise<string | undefined> {
    const reasons = await Promise.all(pings.map(ping));
    return reasons.find((reason) => reason !== undefined);
}

async function ping(what: Ping): Promise<string | undefined> {
    try {
        const signal = AbortSignal.timeout(ANSWER_MS);
        // Not HEAD: what a release's download is redirected to may be signed for GET only.
        const response = await fetch(what.url, { signal });
        await response.body?.cancel();
        const header = (name: string) => response.headers.get(name);
        return judgePing(what, { status: response.status, header });
    } catch (error) {
        const cause = error instanceof Error && error.cause ? error.cause : error;
        return `${new URL(what.url).host} cannot be reached (${reasonOf(cause)})`;
    }
}
