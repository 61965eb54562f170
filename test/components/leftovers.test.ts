// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { Leftovers } from "../../components";
import { DELETE_LEFTOVERS } from "../../components/leftovers";
import { FakeCommands } from "../helpers/fakeCommands";
import { FakeMachine } from "../helpers/fakeMachine";
import { type Recording, record, settled } from "../helpers/mocks";
import { shape } from "../helpers/shape";

const COMMAND = "command:local:Command";
const access = { KIND_NODE: "", KUBECONFIG: "/some/kubeconfig", KUBE_CONTEXT: "a b" } as const;
const ACCESS = "--kubeconfig=/some/kubeconfig --context=a b";

describe("Leftovers", () => {
    let leftovers: Leftovers;
    let recording: Recording;
    before(async () => {
        ({ result: leftovers, recording } = await record(
            () => new Leftovers("l", { access, identity: "uid" }),
        ));
    });

    it("is one command, which does nothing before it is deleted", () => {
        expect(shape(recording)).to.deep.equal([
            " > istio-fleet:index:Leftovers l",
            `l > ${COMMAND} l-delete`,
        ]);
        expect(recording.get(COMMAND, "l-delete").inputs).to.deep.equal({
            create: ":",
            update: ":",
            delete: DELETE_LEFTOVERS,
            environment: { ...access, CLUSTER_UID: "uid" },
            triggers: ["uid"],
            addPreviousOutputInEnv: false,
            logging: "none",
        });
    });

    it("gives what is deleted last", async () => {
        expect(await settled(leftovers.last.urn)).to.deep.include({
            value: recording.get(COMMAND, "l-delete").urn,
        });
    });
});

describe("DELETE_LEFTOVERS", () => {
    it("deletes what istiod writes to every namespace, and nothing else", async () => {
        const machine = new FakeMachine();
        const commands = new FakeCommands().add(
            "kubectl",
            `printf '%s\\n' "$*" >>"$FAKE/asked"
            case "$*" in *" get namespace "*) printf uid ;; *" get "*) printf 'default istio-ca-root-cert\\ndefault other\\na istio-ca-crl\\n' ;; esac`,
        );
        try {
            const environment = { ...access, CLUSTER_UID: "uid", PATH: process.env.PATH ?? "" };
            const outcome = await machine.run(DELETE_LEFTOVERS, environment);
            expect(outcome).to.deep.include({ code: 0, stdout: "" });
            const [, get, ...deletes] = (machine.read("asked") ?? "").trimEnd().split("\n");
            expect(get).to.contain(`${ACCESS} get configmaps --all-namespaces `);
            expect(deletes).to.deep.equal([
                `${ACCESS} --namespace=default delete configmap istio-ca-root-cert --ignore-not-found`,
                `${ACCESS} --namespace=a delete configmap istio-ca-crl --ignore-not-found`,
            ]);
        } finally {
            commands.remove();
            machine.remove();
        }
    });
});
