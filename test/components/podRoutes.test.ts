// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { PodRoutes } from "../../components";
import {
    REMOVE_ROUTES,
    ROUTES_PROGRAM,
    ROUTES_UNIT,
    SET_ROUTES,
} from "../../components/podRouteScripts";
import { FakeCommands } from "../helpers/fakeCommands";
import { FakeMachine, type Outcome } from "../helpers/fakeMachine";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const COMMAND = "command:local:Command";

describe("PodRoutes", () => {
    let routes: PodRoutes;
    let recording: Recording;
    before(async () => {
        ({ result: routes, recording } = await record(
            () =>
                new PodRoutes("r", {
                    routesName: "clusters",
                    clusters: [
                        { clusterName: "a", identity: "1-2", group: "net" },
                        { clusterName: "b", identity: "3-4", group: "net" },
                    ],
                    joins: "clusters",
                }),
        ));
    });

    it("is one command", () => {
        expect(shape(recording)).to.deep.equal([
            " > istio-fleet:index:PodRoutes r",
            `r > ${COMMAND} r-set`,
        ]);
    });

    it("sets the routes again, in place, when a cluster comes, goes or is made anew", () => {
        expect(recording.get(COMMAND, "r-set").inputs).to.deep.equal({
            create: SET_ROUTES,
            update: SET_ROUTES,
            delete: REMOVE_ROUTES,
            environment: {
                ROUTES: "clusters",
                JOINS: "clusters",
                CLUSTERS: "a/net b/net",
                IDENTITIES: "1-2 3-4",
                PROGRAM: ROUTES_PROGRAM,
                UNIT: ROUTES_UNIT,
            },
            addPreviousOutputInEnv: false,
            logging: "none",
        });
    });

    it("gives what stands for the routes", async () => {
        expect(await settled(routes.routed.urn)).to.deep.include({
            value: recording.get(COMMAND, "r-set").urn,
        });
    });
});

describe("SET_ROUTES", () => {
    let machine: FakeMachine;
    let commands: FakeCommands;
    beforeEach(() => {
        machine = new FakeMachine();
        // Two nodes in a, one in b; what is written to a node lands in a file of its name.
        commands = new FakeCommands().add(
            "docker",
            `case "$*" in
            "exec a-control-plane kubectl "*) printf 'a-control-plane 10.0.0.0/24\\na-worker 10.0.1.0/24\\n' ;;
            "exec b-control-plane kubectl "*) printf 'b-control-plane 10.0.16.0/24\\n' ;;
            "exec --interactive --env PROGRAM --env UNIT "*) cat >"$FAKE/$7.$10" ;;
            *) exit 64 ;;
            esac`.replace("$7.$10", "${7}.routes"),
        );
    });
    afterEach(() => {
        commands.remove();
        machine.remove();
    });
    const run = (joins: string, clusters: string): Promise<Outcome> =>
        machine.run(SET_ROUTES, {
            PATH: process.env.PATH ?? "",
            ROUTES: "name",
            JOINS: joins,
            CLUSTERS: clusters,
        });
    const routesOf = (node: string) => machine.read(`${node}.routes`);

    it("joins each cluster's nodes with the other clusters' nodes", async () => {
        expect(await run("clusters", "a/net b/net")).to.deep.include({ code: 0, stdout: "" });
        expect(routesOf("a-control-plane")).to.equal("10.0.0.0/24 10.0.16.0/24 b-control-plane\n");
        expect(routesOf("a-worker")).to.equal("10.0.1.0/24 10.0.16.0/24 b-control-plane\n");
        expect(routesOf("b-control-plane")).to.equal(
            "10.0.16.0/24 10.0.0.0/24 a-control-plane\n10.0.16.0/24 10.0.1.0/24 a-worker\n",
        );
    });

    it("joins the nodes of a cluster", async () => {
        expect(await run("nodes", "a/a")).to.deep.include({ code: 0 });
        expect(routesOf("a-control-plane")).to.equal("10.0.0.0/24 10.0.1.0/24 a-worker\n");
        expect(routesOf("a-worker")).to.equal("10.0.1.0/24 10.0.0.0/24 a-control-plane\n");
    });

    it("joins no clusters of different groups, and empties their files", async () => {
        expect(await run("clusters", "a/one b/two")).to.deep.include({ code: 0 });
        expect(routesOf("a-control-plane")).to.equal("");
        expect(routesOf("b-control-plane")).to.equal("");
    });

    it("takes names of digits for texts, not for numbers", async () => {
        commands.add(
            "docker",
            `case "$*" in
            "exec 1-control-plane kubectl "*) printf '1-control-plane 10.0.0.0/24\\n' ;;
            "exec 01-control-plane kubectl "*) printf '01-control-plane 10.0.16.0/24\\n' ;;
            "exec --interactive "*) cat >"$FAKE/\${7}.routes" ;;
            esac`,
        );
        expect(await run("clusters", "1/7 01/7")).to.deep.include({ code: 0 });
        expect(routesOf("1-control-plane")).to.equal("10.0.0.0/24 10.0.16.0/24 01-control-plane\n");
        expect(await run("clusters", "1/7 01/07")).to.deep.include({ code: 0 });
        expect(routesOf("1-control-plane")).to.equal("");
    });

    it("fails when a cluster cannot be asked", async () => {
        expect((await run("clusters", "a/net c/net")).code).not.to.equal(0);
        expect(routesOf("a-control-plane")).to.equal(undefined);
    });
});

describe("REMOVE_ROUTES", () => {
    it("takes the file away in every running node of every cluster, by its name", async () => {
        const machine = new FakeMachine();
        const commands = new FakeCommands().add(
            "docker",
            `case "$*" in
            "container ls --format {{.Names}} --filter label=io.x-k8s.kind.cluster=a") printf 'a-control-plane\\na-worker\\n' ;;
            "container ls --format {{.Names}} --filter label=io.x-k8s.kind.cluster=gone") ;;
            "exec "*) echo "$2 \${7}" >>"$FAKE/removed" ;;
            *) exit 64 ;;
            esac`,
        );
        try {
            const environment = {
                PATH: process.env.PATH ?? "",
                ROUTES: "name",
                CLUSTERS: "a/net gone/net",
            };
            const outcome = await machine.run(REMOVE_ROUTES, environment);
            expect(outcome).to.deep.include({ code: 0, stdout: "" });
            expect(machine.read("removed")).to.equal("a-control-plane name\na-worker name\n");
        } finally {
            commands.remove();
            machine.remove();
        }
    });
});
