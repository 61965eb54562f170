// SPDX-License-Identifier: Apache-2.0
import { performance } from "node:perf_hooks";
import { expect } from "chai";
import { type Config, FleetUnderTest } from "../../e2e/fleetUnderTest";
import { LeakSearch, changedFiles } from "../../e2e/leaks";
import { Load, type Loss, type Pair } from "./load";
import type { FaultReport, Row } from "./report";

/** What is known of a fault before it comes. */
export interface Fault extends Pick<Row, "id" | "fault" | "during"> {
    /** The edges whose requests count, as `a -> b`. Defaults to all. */
    readonly edges?: readonly string[];
}

/** A fault that has come. */
export interface Attempt {
    /** Requests since it came. */
    readonly loss: () => Loss;
    /** Writes down how it ended. */
    readonly end: (text: string) => void;
}

/** What must still be there after a fault, by its UID. */
const KINDS = "deployments,services,secrets,configmaps,serviceaccounts";
const UIDS =
    'jsonpath={range .items[*]}{.metadata.namespace}/{.kind}/{.metadata.name} {.metadata.uid}{"\\n"}{end}';

/** A fleet, the traffic across its edges, and what is done to them. */
export class Scene {
    private readonly since = Date.now();
    private readonly secrets = new LeakSearch();
    private opened: FleetUnderTest | undefined;
    private running: Load | undefined;

    /**
     * @param stack its name, which begins with `e2e-`.
     * @param clusters names of those that stay.
     * @param edges those with traffic.
     * @param report takes down what came of its faults.
     */
    constructor(
        readonly stack: string,
        readonly clusters: readonly [string, string],
        private readonly config: Config,
        private readonly edges: readonly Pair[],
        private readonly report: FaultReport,
    ) {}

    get fleet(): FleetUnderTest {
        if (!this.opened) throw new Error("the scene is not open");
        return this.opened;
    }

    get load(): Load {
        if (!this.running) throw new Error("there is no traffic");
        return this.running;
    }

    node(cluster: string): string {
        return `${cluster}-control-plane`;
    }

    get nodes(): [string, string] {
        return [this.node(this.clusters[0]), this.node(this.clusters[1])];
    }

    /** Makes the stack, and nothing on it yet. */
    async open(): Promise<void> {
        this.opened = await FleetUnderTest.create(this.stack, this.config);
    }

    async startTraffic(): Promise<void> {
        this.running = await Load.start(this.fleet, this.edges);
    }

    async stopTraffic(): Promise<void> {
        const load = this.running;
        this.running = undefined;
        await load?.stop();
    }

    async close(): Promise<void> {
        await this.stopTraffic().catch(() => undefined);
        await this.opened?.cleanUp();
    }

    /** Begins a fault: from now on its requests and its time are counted. */
    begin({ edges, ...row }: Fault): Attempt {
        const load = this.running;
        const mark = load?.mark() ?? {};
        const start = performance.now();
        const loss = () => load?.since(mark, edges) ?? { sent: 0, lost: [] };
        const end = (text: string) => {
            const { sent, lost } = loss();
            const requests = load ? { sent, lost: lost.length } : {};
            const seconds = (performance.now() - start) / 1000;
            this.report.add({ ...row, ...requests, seconds, end: text });
        };
        end("FAILED: it did not end");
        return { loss, end };
    }

    /** Has a fault come and go, and writes down how it ended: what the function says, or its error. */
    async attempt(fault: Fault, act: (loss: () => Loss) => Promise<string>): Promise<void> {
        if (this.running?.isOld === true) {
            await this.stopTraffic();
            await this.startTraffic();
        }
        const attempt = this.begin(fault);
        try {
            const text = await act(attempt.loss);
            attempt.end(text);
            const { sent, lost } = attempt.loss();
            process.stdout.write(
                `      ${text} (${String(sent)} sent, ${String(lost.length)} lost)\n`,
            );
        } catch (error) {
            attempt.end(`FAILED: ${String(error).split("\n", 1).join("").slice(0, 120)}`);
            throw error;
        }
    }

    /** What is in the clusters that stay, but for probes. */
    async objects(): Promise<string[]> {
        const get = ["get", KINDS, "--all-namespaces", "--output", UIDS];
        const lists = await Promise.all(
            this.clusters.map((cluster) => this.fleet.docker.kubectl(cluster, ...get)),
        );
        return lists
            .flatMap((list) => list.split("\n"))
            .filter((line) => line !== "" && !line.startsWith("istio-fleet-"))
            .sort();
    }

    /** Waits until the fleet is verified and its traffic steady; then nothing is left to do. */
    async recovered(...flags: string[]): Promise<void> {
        await this.fleet.recovers();
        await this.running?.steady();
        await this.fleet.stack.previewNothing(...flags);
    }

    /** Remembers the secrets that the fleet has now, to look for them at the end. */
    async rememberSecrets(): Promise<void> {
        this.secrets.addState(await this.fleet.stack.exportedInTheClear());
    }

    /** Looks for secrets in the backend, with its copies of the state. */
    async lookAtBackend(): Promise<void> {
        await this.secrets.lookAtAll(changedFiles([this.fleet.stack.folder], this.since));
    }

    /** Fails where a secret is in what was printed, or in the backend. */
    async expectNoLeaks(): Promise<void> {
        for (const { command, text } of this.fleet.stack.said) {
            this.secrets.look({ name: command, content: text });
        }
        await this.lookAtBackend();
        this.report.addSecrets(this.secrets.secrets, this.secrets.found.length);
        process.stdout.write(`      ${this.secrets.extent}\n`);
        expect(this.secrets.secrets).to.be.greaterThan(0);
        expect(this.secrets.found).to.deep.equal([]);
    }
}
