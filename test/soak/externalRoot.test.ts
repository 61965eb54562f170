// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { FleetUnderTest, details } from "../e2e/fleetUnderTest";
import { RootKeeper } from "../e2e/rootKeeper";
import { Traffic } from "../e2e/traffic";
import { until } from "../e2e/until";

const CLUSTERS = ["elsewhere-1", "elsewhere-2"] as const;
const [A, B] = CLUSTERS;
const NETWORK = "istio-fleet-elsewhere";
/** A kubelet may take two minutes to bring a Secret to its pods. */
const SERVED_MS = 7 * 60 * 1000;

describe("a root that is kept elsewhere: certificate in, requests out, intermediates in", () => {
    let keeper: RootKeeper;
    let fleet: FleetUnderTest;
    let traffic: Traffic | undefined;
    let requests: Record<string, string>;
    before(async () => {
        keeper = await RootKeeper.create();
        await keeper.make("1");
        await keeper.trust("1");
        fleet = await FleetUnderTest.create("e2e-elsewhere", {
            clusters: CLUSTERS.map((name) => ({ name })),
            network: { name: NETWORK, subnet: "172.16.64.0/20" },
            trust: { externalRoot: keeper.externalRoot },
        });
    });
    after(async () => {
        await traffic?.stop();
        await fleet.cleanUp();
        await keeper.remove();
    });

    const sign = async (root: string, ...clusters: string[]) => {
        for (const name of clusters) await keeper.sign(root, name, requests[name] ?? "");
    };
    /** What an update is refused with. */
    const refusal = async () =>
        fleet.stack.up().then(
            () => "went on",
            (reason: unknown) => String(reason),
        );
    /** An update that waits until every proxy is ready for it. */
    const upWhenServed = async () => {
        const goesOn = async () => {
            const reason = await refusal();
            if (reason === "went on") return true;
            if (!reason.includes("cannot be used yet")) throw new Error(reason);
            return false;
        };
        await until("the roots are served", goesOn, AbortSignal.timeout(SERVED_MS));
    };
    const rootsByCluster = async () => details(await fleet.verify(), "root-certificate");

    /** Fails if a request was lost since the traffic began. */
    function expectNoneLost(): void {
        for (const [edge, sent] of Object.entries(traffic?.sent ?? {})) {
            process.stdout.write(`      ${edge}: ${String(sent.requests)} requests\n`);
            expect(sent.requests, edge).to.be.greaterThan(20);
            expect(sent.lost, edge).to.deep.equal([]);
        }
    }

    it("makes requests and no cluster while nothing is signed", async () => {
        const said = await fleet.stack.up();
        expect(said).to.contain("Left out until an intermediate is signed");
        for (const name of CLUSTERS) expect(said).to.contain(`- ${name}: `);
        const outputs = (await fleet.stack.outputs()) as {
            certificateRequests: Record<string, string>;
        };
        requests = outputs.certificateRequests;
        expect(Object.keys(requests).sort()).to.deep.equal(CLUSTERS);
        for (const name of CLUSTERS) {
            expect(requests[name]).to.match(/^-----BEGIN CERTIFICATE REQUEST-----\n/);
            expect(await fleet.docker.containers(`${name}-`)).to.deep.equal([]);
        }
        expect(await fleet.docker.networks()).to.not.include(NETWORK);
        await fleet.stack.previewNothing();
    });

    it("makes the cluster whose intermediate is signed, and leaves the other out", async () => {
        await sign("1", A);
        expect(await fleet.stack.up()).to.contain(`- ${B}: `);
        expect(await fleet.docker.containers(`${B}-`)).to.deep.equal([]);
        expect((await rootsByCluster())[A]).to.contain(
            '"Intermediate elsewhere-1" under "Mesh Root 1"',
        );
    });

    it("makes the mesh when all are signed, under the same requests", async () => {
        await sign("1", B);
        expect(await fleet.stack.up()).to.not.contain("Left out");
        const found = await rootsByCluster();
        for (const name of CLUSTERS) {
            expect(found[name]).to.contain(`"Intermediate ${name}" under "Mesh Root 1"`);
        }
        const outputs = (await fleet.stack.outputs()) as { certificateRequests: object };
        expect(outputs.certificateRequests).to.deep.equal(requests);
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
    });

    it("never has the root's key in its state", async () => {
        const state = await fleet.stack.exportedInTheClear();
        // Keys are there in the clear: an intermediate's.
        expect(state.includes("PRIVATE KEY"), "it has keys in the clear").to.equal(true);
        const line = await keeper.secretLine("1");
        expect(line.length).to.equal(64);
        expect(state.includes(line), "it has the root's key").to.equal(false);
    });

    it("refuses to remove a cluster whose file has gone", async () => {
        await keeper.without(A, async () => {
            expect(await refusal()).to.contain(`without it ${A} would be removed`);
        });
        await fleet.stack.previewNothing();
    });

    it("refuses a certificate for another key, and shows the request", async () => {
        await keeper.sign("1", A, await keeper.strangersRequest(`Intermediate ${A}`));
        const reason = await refusal();
        expect(reason).to.contain("begins with a certificate for another key");
        expect(reason).to.contain((requests[A] ?? "").split("\n")[1]);
        await sign("1", A);
        await fleet.stack.up();
        await fleet.recovers();
    });

    it("refuses to change the root in one step", async () => {
        await keeper.make("2");
        await keeper.trust("2");
        await sign("2", ...CLUSTERS);
        expect(await refusal()).to.contain("cannot be used yet");
        await keeper.trust("1");
        await sign("1", ...CLUSTERS);
    });

    it("trusts the next root too, under traffic", async () => {
        await fleet.stack.up();
        traffic = await Traffic.start(await fleet.live(), [
            [A, B],
            [B, A],
        ]);
        await keeper.trust("1", "2");
        await fleet.stack.up();
        expectNoneLost();
    });

    it("has intermediates by the next root, one cluster after the other", async () => {
        for (const name of CLUSTERS) {
            await sign("2", name);
            await upWhenServed();
        }
        expectNoneLost();
    });

    it("forgets the first root, and has nothing more to do", async () => {
        await keeper.trust("2");
        await upWhenServed();
        await fleet.recovers();
        const found = await rootsByCluster();
        for (const name of CLUSTERS) {
            expect(found[name]).to.contain(`"Intermediate ${name}" under "Mesh Root 2"`);
        }
        expectNoneLost();
        await fleet.stack.previewNothing();
        await fleet.stack.previewNothing("--refresh");
    });

    it("destroys, and leaves nothing", async () => {
        await traffic?.stop();
        traffic = undefined;
        await fleet.destroy();
    });
});
