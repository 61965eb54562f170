// SPDX-License-Identifier: Apache-2.0
import { z } from "zod";

/** A request that a probe is told to send. */
export interface DialRequest {
    /** An address. A name would be resolved before the probe's proxy sees the request. */
    readonly host: string;
    readonly port: number;
    /** Path and query on the server, without the leading slash. */
    readonly request: string;
}

/** What came of it: the body, or the error that the probe's client saw. */
export interface DialAnswer {
    readonly body?: string;
    readonly error?: string;
}

const answer = z.object({
    responses: z.array(z.string()).optional(),
    errors: z.array(z.string()).optional(),
});

/**
 * Path of agnhost's `/dial`, which sends one request and gives the answer back. `/dial` opens a new
 * connection every time and gives up after 5 s.
 */
export function dialPath({ host, port, request }: DialRequest): string {
    const query = new URLSearchParams({
        host,
        port: String(port),
        protocol: "http",
        request,
        tries: "1",
    });
    return `dial?${query.toString()}`;
}

/** Reads the answer of `/dial`. An empty body is left out by agnhost, so it reads as "". */
export function parseDial(text: string): DialAnswer {
    const { responses = [], errors = [] } = answer.parse(JSON.parse(text));
    const [error] = errors;
    return error === undefined ? { body: responses[0] ?? "" } : { error };
}

/** The answer in a sentence: bodies of strangers can be long. */
export function describeAnswer({ body, error }: DialAnswer): string {
    if (error !== undefined) return `no answer: ${shorten(error)}`;
    return body ? `the answer was "${shorten(body)}"` : "the answer was empty";
}

function shorten(text: string): string {
    const line = text.replaceAll(/\s+/g, " ").trim();
    return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
