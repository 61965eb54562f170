// SPDX-License-Identifier: Apache-2.0
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import { type LiveFleet, type VerifyReport, parseFleet, verifyFleet } from "../../verify";
import { Docker } from "./docker";
import { fleetEnvironment } from "./environment";
import { leftFiles } from "./files";
import { Stack } from "./stack";
import { until } from "./until";

const ROOT = resolve(__dirname, "../..");
/** How long a fleet may take to recover: nodes start, and every pod in them. */
const RECOVERY_MS = 5 * 60 * 1000;
const PREFIX = "istio-fleet:";

/** Values of the namespace istio-fleet. */
export type Config = Readonly<Record<string, unknown>>;

/** The config of a stack that is shipped, for a test to use as it is. */
export async function shippedConfig(stack: string): Promise<Config> {
    const text = await readFile(join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
    const { config } = load(text) as { config: Record<string, unknown> };
    return Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace(PREFIX, ""), value]),
    );
}

/** Whether there are clusters that outlive the fleet: every step of such a run has to be recorded. */
export function outlived({ clusters }: Config): boolean {
    return (clusters as { existing?: object }[]).some(({ existing }) => existing !== undefined);
}

/** A stack of a test's own, and what was on this machine before it. */
export class FleetUnderTest {
    private constructor(
        readonly stack: Stack,
        readonly docker: Docker,
        private readonly temporary: string,
        private readonly filesBefore: readonly string[],
        private readonly volumesBefore: readonly string[],
        private readonly containersBefore: readonly string[],
        private readonly networksBefore: readonly string[],
    ) {}

    /** @param before made before the stack, and kept out of what it must not leave. */
    static async create(
        name: string,
        config: Config,
        before?: (docker: Docker) => Promise<void>,
    ): Promise<FleetUnderTest> {
        // A folder for temporary files that nobody else on this machine uses.
        const temporary = await mkdtemp(join(tmpdir(), "istio-fleet-e2e-"));
        const environment: NodeJS.ProcessEnv = { ...(await fleetEnvironment()), TMPDIR: temporary };
        if (outlived(config)) environment.PULUMI_SKIP_CHECKPOINTS = "false";
        const docker = new Docker(environment);
        await docker.removeEarlier(name);
        await before?.(docker);
        return new FleetUnderTest(
            await Stack.create(name, config, environment),
            docker,
            temporary,
            await leftFiles(temporary),
            await docker.volumes(),
            await docker.containers(""),
            await docker.networks(),
        );
    }

    async live(): Promise<LiveFleet> {
        return parseFleet(this.stack.name, await this.stack.outputs());
    }

    /** Verifies the fleet, and fails with everything that does not hold. */
    async verify(): Promise<VerifyReport> {
        const report = await verifyFleet(await this.live());
        expect(report.checks.filter(({ ok }) => !ok)).to.deep.equal([]);
        return report;
    }

    /** Verifies a fleet that was disturbed again and again, until it holds. */
    async recovers(): Promise<void> {
        let last: unknown;
        const holds = () =>
            this.verify().then(
                () => true,
                (error: unknown) => {
                    last = error;
                    return false;
                },
            );
        try {
            await until("the fleet is verified", holds, AbortSignal.timeout(RECOVERY_MS));
        } catch {
            throw last;
        }
    }

    /** Destroys the fleet, and fails when anything of it is left on this machine. */
    async destroy(): Promise<void> {
        await this.stack.destroy();
        expect(await this.docker.containers("")).to.deep.equal(this.containersBefore);
        expect(await this.docker.networks()).to.have.members(this.networksBefore);
        expect(await this.docker.volumes()).to.deep.equal(this.volumesBefore);
        expect(await leftFiles(this.temporary)).to.deep.equal(this.filesBefore);
    }

    async cleanUp(): Promise<void> {
        await this.stack.cleanUp();
        await rm(this.temporary, { recursive: true, force: true });
    }
}

/** The subjects of a report's checks with an id, sorted. */
export function subjects({ checks }: VerifyReport, id: string): string[] {
    return checks
        .filter((check) => check.id === id)
        .map(({ subject }) => subject)
        .sort();
}

/** The details of a report's checks with an id, by their subjects. */
export function details({ checks }: VerifyReport, id: string): Record<string, string> {
    return Object.fromEntries(
        checks.filter((check) => check.id === id).map(({ subject, detail }) => [subject, detail]),
    );
}
