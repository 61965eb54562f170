// SPDX-License-Identifier: Apache-2.0
import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { text } from "node:stream/consumers";
import { expect } from "chai";
import { type Way, choosePlace, parsePort, stay } from "../../cli/open";
import { StepError } from "../../cli/steps";
import { messageOf, thrownBy } from "../helpers/errors";
import { liveFleet } from "../helpers/liveFleet";

const bare = liveFleet({ c1: {}, c2: {} });
const fleet = { ...bare, metrics: { central: "c2", senders: ["c1", "c2"], scrapeSeconds: 15 } };

describe("choosePlace", () => {
    const places: Record<string, [string, string | undefined, string, string]> = {
        "Thanos in the central cluster": ["thanos", undefined, "c2", "thanos-query-frontend"],
        "Grafana in the central cluster": ["grafana", "c2", "c2", "grafana"],
        "a cluster's collector": ["collector", "c1", "c1", "prometheus-collector"],
        "a cluster's federation": ["federation", "c1", "c1", "prometheus-federation"],
        "the central cluster's collector, if none is named": [
            "collector",
            undefined,
            "c2",
            "prometheus-collector",
        ],
    };
    for (const [what, [target, cluster, where, service]] of Object.entries(places)) {
        it(`finds ${what}`, () => {
            expect(choosePlace(fleet, target, cluster)).to.deep.equal({ cluster: where, service });
        });
    }

    it("says how to get a metrics stack", async () => {
        expect(await messageOf(() => choosePlace(bare, "thanos"))).to.equal(
            "stack dev has no metrics: metrics.central is not set. Name the cluster that is to have " +
                "Thanos, `pulumi config set --path istio-fleet:metrics.central c1 --stack dev`, and " +
                "run `npm start -- --stack dev`.",
        );
    });

    const wrong: Record<string, [string, string | undefined, string]> = {
        "an unknown target": [
            "prometheus",
            undefined,
            '"prometheus" cannot be opened: thanos, grafana, collector and federation can.',
        ],
        "a slip": [
            "tanos",
            undefined,
            '"tanos" cannot be opened: thanos, grafana, collector and federation can. Did you mean "thanos"?',
        ],
        "a cluster that is not there": [
            "collector",
            "d1",
            'stack dev has no cluster "d1", only c1 and c2. Did you mean "c1"?',
        ],
        "Thanos of another cluster": [
            "thanos",
            "c1",
            "thanos is in c2, the central cluster, only: leave out --cluster.",
        ],
    };
    for (const [what, [target, cluster, message]] of Object.entries(wrong)) {
        it(`refuses ${what}`, async () => {
            const error = await thrownBy(() => choosePlace(fleet, target, cluster));
            expect(error).to.be.instanceOf(StepError);
            expect(error).to.have.property("message", message);
        });
    }
});

describe("parsePort", () => {
    it("takes a number, and none for any", () => {
        expect([undefined, "1", "65535"].map(parsePort)).to.deep.equal([0, 1, 65_535]);
    });

    for (const typed of ["0", "65536", "http", "", "-1", "1.5", "1e3"]) {
        it(`refuses "${typed}"`, async () => {
            expect(await messageOf(() => parsePort(typed))).to.equal(
                `--port "${typed}" must be a number from 1 to 65535.`,
            );
        });
    }
});

describe("stay", () => {
    const backend = (pod: string) => ({ namespace: "monitoring", pod, port: 9090 });
    /** What connections say that come through: the pod that they got to. */
    const forward: Way["forward"] = ({ pod }, socket) => {
        socket.end(pod);
        return Promise.resolve();
    };
    const ask = (url: string) => text(connect(Number(new URL(url).port), "127.0.0.1"));

    /** Opens a port, does something with its URL, and ends. Gives what was told. */
    async function during(
        way: Pick<Way, "find" | "forward">,
        act: (url: string) => Promise<void>,
        port = 0,
    ): Promise<string[]> {
        const controller = new AbortController();
        const patience = { seconds: 0.2, intervalMs: 1, signal: controller.signal };
        const told: string[] = [];
        let acted = Promise.resolve();
        const onOpen = (url: string) => {
            acted = act(url).finally(() => {
                controller.abort(new Error("Ctrl-C"));
            });
        };
        await stay({ ...way, patience }, port, onOpen, (line) => told.push(line));
        await acted;
        return told;
    }

    it("takes connections on the loopback interface until it is stopped", async () => {
        const find = () => Promise.resolve(backend("p1"));
        let opened = "";
        const told = await during({ find, forward }, async (url) => {
            opened = url;
            expect(url).to.match(/^http:\/\/127\.0\.0\.1:\d+$/);
            expect(await ask(url)).to.equal("p1");
        });
        expect(told).to.deep.equal([]);
        expect(await messageOf(() => ask(opened))).to.contain("ECONNREFUSED");
    });

    it("takes the port that it is told", async () => {
        const free = createServer().listen(0, "127.0.0.1");
        await once(free, "listening");
        const { port } = free.address() as AddressInfo;
        free.close();
        await once(free, "close");
        const find = () => Promise.resolve(backend("p1"));
        const act = (url: string) => {
            expect(url).to.equal(`http://127.0.0.1:${String(port)}`);
            return Promise.resolve();
        };
        expect(await during({ find, forward }, act, port)).to.deep.equal([]);
    });

    it("goes on with another pod, and says so", async () => {
        let pod = "p1";
        const find = () => Promise.resolve(backend(pod));
        const told = await during({ find, forward }, async (url) => {
            expect(await ask(url)).to.equal("p1");
            pod = "p2";
            expect([await ask(url), await ask(url)]).to.deep.equal(["p2", "p2"]);
        });
        expect(told).to.deep.equal(["Connections go to pod p2 now."]);
    });

    it("lets a connection wait for a pod that is being replaced", async () => {
        let asked = 0;
        const find = () =>
            ++asked > 1 && asked < 5
                ? Promise.reject(new Error("no ready pod"))
                : Promise.resolve(backend("p1"));
        const told = await during({ find, forward }, async (url) => {
            expect(await ask(url)).to.equal("p1");
        });
        expect([asked, told]).to.deep.equal([5, []]);
    });

    it("ends a connection that no pod comes for, says why, and takes the next", async () => {
        let gone = false;
        const find = () =>
            gone ? Promise.reject(new Error("no ready pod")) : Promise.resolve(backend("p1"));
        const told = await during({ find, forward }, async (url) => {
            gone = true;
            expect(await ask(url)).to.equal("");
            gone = false;
            expect(await ask(url)).to.equal("p1");
        });
        expect(told).to.deep.equal(["A connection failed: no ready pod. Waited 0.2 s for it."]);
    });

    it("says why a connection could not be carried", async () => {
        const find = () => Promise.resolve(backend("p1"));
        const refuse = () => Promise.reject(new Error("connection refused"));
        const told = await during({ find, forward: refuse }, async (url) => {
            expect(await ask(url)).to.equal("");
        });
        expect(told).to.deep.equal(["A connection failed: connection refused"]);
    });

    it("ends what is still connected when it is stopped", async () => {
        const find = () => Promise.resolve(backend("p1"));
        const hold: Way["forward"] = async (_, socket) => {
            await once(socket.resume(), "close");
        };
        let answer = Promise.resolve("not asked");
        await during({ find, forward: hold }, async (url) => {
            const client = connect(Number(new URL(url).port), "127.0.0.1");
            await once(client, "connect");
            answer = text(client);
        });
        expect(await answer).to.equal("");
    });

    it("opens no port when there is no pod at first", async () => {
        const find = () => Promise.reject(new Error("no ready pod"));
        const opening = () => during({ find, forward }, () => Promise.resolve());
        expect(await messageOf(opening)).to.equal("no ready pod");
    });

    it("says that a port is in use", async () => {
        const other = createServer().listen(0, "127.0.0.1");
        await once(other, "listening");
        const { port } = other.address() as AddressInfo;
        const find = () => Promise.resolve(backend("p1"));
        const opening = () => during({ find, forward }, () => Promise.resolve(), port);
        expect(await messageOf(opening)).to.equal(
            `port ${String(port)} of 127.0.0.1 is in use. Say another one with --port, or none for a free one.`,
        );
        other.close();
    });
});
