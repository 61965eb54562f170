// SPDX-License-Identifier: Apache-2.0

/** Does a step, says on standard error how long it took, and gives that in seconds, to a tenth. */
export async function seconds(what: string, step: () => Promise<unknown>): Promise<number> {
    const start = process.hrtime.bigint();
    await step();
    const time = Number((process.hrtime.bigint() - start) / 100_000_000n) / 10;
    process.stderr.write(`${what}: ${time.toFixed(1)} s\n`);
    return time;
}
