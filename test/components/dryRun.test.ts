// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { IstiodWebhook } from "../../components";
import { AWAIT_WEBHOOK } from "../../components/dryRun";
import { FakeMachine } from "../helpers/fakeMachine";
import { inCluster } from "../helpers/inCluster";
import { ours } from "../helpers/kindCalls";
import { record } from "../helpers/mocks";

describe("AWAIT_WEBHOOK", () => {
    const TRY =
        "docker|exec|--interactive|east-control-plane|kubectl|--kubeconfig|/etc/kubernetes/admin.conf" +
        "|create|--dry-run=server|--filename=-";
    let machine: FakeMachine;
    beforeEach(() => {
        machine = new FakeMachine();
    });
    afterEach(() => {
        machine.remove();
    });
    const run = () => machine.run(AWAIT_WEBHOOK, { KIND_NODE: "east-control-plane" }, "a pool");

    it("ends when the webhook accepts the pool that it is given", async () => {
        machine.addCluster("east", ours);
        expect(await run()).to.deep.include({ code: 0, stdout: "" });
        expect(machine.calls()).to.deep.equal([TRY]);
        expect(machine.read("applied")).to.equal("a pool");
    });

    it("asks again until it does", async () => {
        machine.addCluster("east", ours);
        machine.refuse(2);
        expect((await run()).code).to.equal(0);
        expect(machine.calls()).to.deep.equal([TRY, TRY, TRY]);
    });
});

describe("IstiodWebhook", () => {
    it("asks for an object of Istio's that is not made", async () => {
        const { recording } = await record(
            () =>
                new IstiodWebhook(
                    "w",
                    { access: { KIND_NODE: "east-control-plane" }, identity: "1-2" },
                    inCluster(),
                ),
        );
        expect(recording.get("command:local:Command", "w-serves").inputs).to.deep.equal({
            create: AWAIT_WEBHOOK,
            update: ":",
            stdin: '{"apiVersion":"security.istio.io/v1","kind":"PeerAuthentication","metadata":{"generateName":"try-","namespace":"monitoring"},"spec":{"selector":{"matchLabels":{"istio-fleet.io/nothing":"has this"}}}}',
            environment: { KIND_NODE: "east-control-plane" },
            triggers: ["1-2"],
            addPreviousOutputInEnv: false,
            logging: "none",
        });
    });
});
