// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { hostFacts } from "../../host/facts";
import { hostRoutes } from "../../host/routes";
import { messageOf } from "../helpers/errors";
import { FakeCommands } from "../helpers/fakeCommands";

const HELP =
    "`npm run doctor` says what is missing, `npm start` gets it, " +
    'eval "$(npm run -s env)" puts it on the PATH.';

const EMPTY = {
    "network ls --quiet --no-trunc": "",
    "container ls --all --quiet --filter label=io.x-k8s.kind.role=control-plane": "",
};

describe("hostFacts", () => {
    let commands: FakeCommands;
    beforeEach(() => {
        commands = new FakeCommands().alone();
    });
    afterEach(() => {
        commands.remove();
    });

    it("are docker's networks, kind's nodes and the routes", async () => {
        const network = { Id: "id", Name: "n", IPAM: { Config: [{ Subnet: "172.30.0.0/16" }] } };
        commands.answer("kind", { version: "kind v0.33.0\n" }).answer("docker", {
            ...EMPTY,
            "network ls --quiet --no-trunc": "id\n",
            "network inspect id": JSON.stringify([network]),
        });
        expect(await hostFacts()).to.deep.equal({
            dockerNetworks: [{ id: "id", name: "n", subnets: ["172.30.0.0/16"], labels: {} }],
            kindNodes: [],
            routes: await hostRoutes(),
        });
    });

    it("say that docker is not installed", async () => {
        commands.answer("kind", { version: "" });
        expect(await messageOf(hostFacts)).to.equal(
            "docker: a running docker engine is needed, but it is not installed, or not on the PATH. " +
                HELP,
        );
    });

    it("say what docker says when its engine does not run", async () => {
        commands.answer("kind", { version: "" }).add("docker", "echo 'no daemon' >&2; exit 1");
        expect(await messageOf(hostFacts)).to.equal(
            `docker: a running docker engine is needed, but no daemon. ${HELP}`,
        );
    });

    it("say that kind is not installed", async () => {
        commands.answer("docker", EMPTY);
        expect(await messageOf(hostFacts)).to.equal(
            `kind: the kind tool is needed, but it is not installed, or not on the PATH. ${HELP}`,
        );
    });
});
