// SPDX-License-Identifier: Apache-2.0
import { text } from "node:stream/consumers";
import { formatProblem } from "../plan/problem";
import { checkDeletedWith, writtenResources } from "./rules/deletedWith";

/**
 * What `npm run -s deleted-with` says of a state or a preview, a line for each resource.
 *
 * @throws Error when the text is neither.
 */
export function report(content: string): string[] {
    const findings = checkDeletedWith(writtenResources(parsed(content)));
    return findings.map(({ urn, problem }) => `${urn}: ${formatProblem(problem)}`);
}

function parsed(content: string): unknown {
    try {
        return JSON.parse(content);
    } catch {
        return undefined;
    }
}

async function main(): Promise<void> {
    try {
        const lines = report(await text(process.stdin));
        for (const line of lines) process.stdout.write(`${line}\n`);
        if (lines.length > 0) process.exitCode = 1;
    } catch (error) {
        const reason = error instanceof Error ? error.message : String(error);
        process.stderr.write(`deleted-with: standard input ${reason}\n`);
        process.exitCode = 2;
    }
}

if (require.main === module) void main();
