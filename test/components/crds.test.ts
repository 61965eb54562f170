// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { Crds } from "../../components";
import { APPLY_CRDS, DELETE_CRDS } from "../../components/crds";
import { FakeMachine } from "../helpers/fakeMachine";
import { ours } from "../helpers/kindCalls";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const COMMAND = "command:local:Command";

const args = { access: { KIND_NODE: "east-control-plane" }, identity: "1-2", file: "0abc" };

describe("Crds", () => {
    let crds: Crds;
    let recording: Recording;
    before(async () => {
        ({ result: crds, recording } = await record(() => new Crds("c", args)));
    });

    it("is one command", () => {
        expect(shape(recording)).to.deep.equal([
            " > istio-fleet:index:Crds c",
            `c > ${COMMAND} c-apply`,
        ]);
    });

    it("applies the file when the cluster is made, and when the file is another", () => {
        expect(recording.get(COMMAND, "c-apply").inputs).to.deep.equal({
            create: APPLY_CRDS,
            update: APPLY_CRDS,
            environment: { KIND_NODE: "east-control-plane", FILE: "0abc" },
            triggers: ["1-2"],
            addPreviousOutputInEnv: false,
            logging: "none",
        });
    });

    it("deletes them in a cluster that stays", async () => {
        const stays = await record(
            () => new Crds("c", { ...args, deleteOwner: "istio-fleet.test" }),
        );
        const { inputs } = stays.recording.get(COMMAND, "c-apply");
        expect(inputs.delete).to.equal(DELETE_CRDS);
        expect(inputs.environment).to.deep.include({
            OWNER: "istio-fleet.test",
            CLUSTER_UID: "1-2",
        });
    });

    it("gives what stands for the CRDs being served", async () => {
        expect(await settled(crds.served.urn)).to.deep.include({
            value: recording.get(COMMAND, "c-apply").urn,
        });
    });
});

describe("APPLY_CRDS", () => {
    const IN_NODE =
        "docker|exec|--interactive|east-control-plane|kubectl|--kubeconfig|/etc/kubernetes/admin.conf";
    const APPLIED =
        `${IN_NODE}|apply|--server-side|--force-conflicts|--field-manager=istio-fleet` +
        "|--validate=false|--filename=-";
    const LOOKED =
        `${IN_NODE}|get|--filename=-` +
        '|--output=jsonpath={range .items[*]}{.status.conditions[?(@.type=="Established")].status}{"\\n"}{end}';
    const FILE = "0abc";

    let machine: FakeMachine;
    beforeEach(() => {
        machine = new FakeMachine();
        machine.addCluster("east", ours);
        const folder = join(machine.folder, "home", ".cache", "istio-fleet", "crds");
        mkdirSync(folder, { recursive: true });
        writeFileSync(join(folder, `${FILE}.json`), "some CRDs");
    });
    afterEach(() => {
        machine.remove();
    });
    const run = (environment: Record<string, string> = {}) =>
        machine.run(APPLY_CRDS, { KIND_NODE: "east-control-plane", FILE, ...environment });

    it("applies the file server-side, and looks whether its kinds are served", async () => {
        expect(await run()).to.deep.include({ code: 0, stdout: "" });
        expect(machine.calls()).to.deep.equal([APPLIED, LOOKED]);
        expect(machine.read("applied")).to.equal("some CRDs");
    });

    it("looks again until every kind is served", async () => {
        machine.refuse(2);
        expect((await run()).code).to.equal(0);
        expect(machine.calls()).to.deep.equal([APPLIED, LOOKED, LOOKED, LOOKED]);
    });

    it("finds the file in the cache of ISTIO_FLEET_CACHE", async () => {
        const folder = join(machine.folder, "cache");
        mkdirSync(join(folder, "crds"), { recursive: true });
        writeFileSync(join(folder, "crds", `${FILE}.json`), "other CRDs");
        expect((await run({ ISTIO_FLEET_CACHE: folder })).code).to.equal(0);
        expect(machine.read("applied")).to.equal("other CRDs");
    });

    it("fails without the file, and does nothing in the cluster", async () => {
        expect((await run({ FILE: "another" })).code).not.to.equal(0);
        expect(machine.calls()).to.deep.equal([]);
    });

    it("fails when the API server does not answer", async () => {
        machine.set("engine-is-down");
        expect((await run()).code).not.to.equal(0);
        expect(machine.calls()).to.deep.equal([APPLIED]);
    });
});

describe("DELETE_CRDS", () => {
    let machine: FakeMachine;
    beforeEach(() => {
        machine = new FakeMachine();
    });
    afterEach(() => {
        machine.remove();
    });

    const OTHER = { KUBECONFIG: "/some/kubeconfig", OWNER: "p.s" };
    const deleted = () => machine.calls().filter((call) => call.includes("|delete|"));

    it("deletes what has our label, in the context of the kubeconfig", async () => {
        const environment = { ...OTHER, KUBE_CONTEXT: "a b", CLUSTER_UID: "fake-uid" };
        expect((await machine.run(DELETE_CRDS, environment)).code).to.equal(0);
        expect(deleted()).to.deep.equal([
            "kubectl|/some/kubeconfig|--kubeconfig=/some/kubeconfig|--context=a b|delete|customresourcedefinitions" +
                "|--selector=istio-fleet.io/crd=p.s|--ignore-not-found",
        ]);
    });

    it("leaves another cluster alone that is behind the kubeconfig by now", async () => {
        const environment = { ...OTHER, KUBE_CONTEXT: "", CLUSTER_UID: "another" };
        expect((await machine.run(DELETE_CRDS, environment)).code).to.equal(0);
        expect(deleted()).to.deep.equal([]);
    });

    it("fails when it cannot be told which cluster it is", async () => {
        machine.set("api-is-down");
        const environment = { ...OTHER, KUBE_CONTEXT: "", CLUSTER_UID: "fake-uid" };
        expect((await machine.run(DELETE_CRDS, environment)).code).not.to.equal(0);
        expect(deleted()).to.deep.equal([]);
    });
});
