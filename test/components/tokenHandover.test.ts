// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type EdgeEnd, TokenHandover } from "../../components";
import { Provider } from "../../components/kubernetes";
import { AWAIT_TAKEN, REVOKE_ALL, REVOKE_OTHERS } from "../../components/tokenHandover";
import { type Recording, record } from "../helpers/mocks";
import { Recorder } from "../helpers/recorder";
import { nameOf, shape } from "../helpers/shape";
import { WORST } from "../helpers/worst";

const COMMAND = "command:local:Command";

describe("TokenHandover", () => {
    const made = (kinds: { observing: boolean; observed: boolean }) =>
        record(() => {
            const end = (name: string, kind: boolean): EdgeEnd => ({
                access: { KIND_NODE: `${name}-control-plane` },
                identity: `${name} identity`,
                deletedWith: kind ? new Provider(name, { kubeconfig: "x" }) : undefined,
            });
            return new TokenHandover("h", {
                observing: end("west", kinds.observing),
                observed: { ...end("east", kinds.observed), clusterName: "east" },
                remoteSecret: "istio-remote-secret-east",
                account: "istio-reader-west",
                boundTo: "istio-reader-west-0123456789",
            });
        });
    let recording: Recording;
    before(async () => {
        ({ recording } = await made({ observing: false, observed: false }));
    });
    const common = { addPreviousOutputInEnv: false, logging: "none" };

    it("is two commands", () => {
        expect(shape(recording)).to.deep.equal(
            [
                " > istio-fleet:index:TokenHandover h",
                `h > ${COMMAND} h-taken`,
                `h > ${COMMAND} h-revoked`,
            ].sort(),
        );
    });

    it("waits where the token is used, for the first one and for each that comes after", () => {
        expect(recording.get(COMMAND, "h-taken").inputs).to.deep.equal({
            create: AWAIT_TAKEN,
            update: AWAIT_TAKEN,
            environment: {
                KIND_NODE: "west-control-plane",
                NAMESPACE: "istio-system",
                REMOTE_SECRET: "istio-remote-secret-east",
                OBSERVED: "east",
                BOUND_NAME: "istio-reader-west-0123456789",
            },
            triggers: ["west identity"],
            ...common,
        });
    });

    it("revokes where the token is valid: the others when one comes, all of them in the end", () => {
        expect(recording.get(COMMAND, "h-revoked").inputs).to.deep.equal({
            create: ":",
            update: REVOKE_OTHERS,
            delete: REVOKE_ALL,
            environment: {
                KIND_NODE: "east-control-plane",
                CLUSTER_UID: "east identity",
                NAMESPACE: "istio-system",
                SELECTOR: "istio-fleet.io/token-of=istio-reader-west",
                BOUND_NAME: "istio-reader-west-0123456789",
            },
            triggers: ["east identity"],
            ...common,
        });
    });

    it("revokes nothing before the new token is taken", () => {
        const revoked = recording.get(COMMAND, "h-revoked");
        expect(recording.dependencyNames(revoked)).to.deep.equal(["h-taken"]);
    });

    // REVOKE_ALL of the old node would revoke the token of the new one, which has its name.
    for (const kinds of [
        { observing: true, observed: true },
        { observing: true, observed: false },
        { observing: false, observed: true },
        { observing: false, observed: false },
    ]) {
        const { observing, observed } = kinds;
        it(`lets each command go with its own cluster: ${JSON.stringify(kinds)}`, async () => {
            const both = (await made(kinds)).recording;
            const goesWith = (name: string) => nameOf(both.get(COMMAND, name).deletedWith);
            expect(goesWith("h-taken")).to.equal(observing ? "west" : "");
            expect(goesWith("h-revoked")).to.equal(observed ? "east" : "");
        });
    }
});

describe("REVOKE_OTHERS and REVOKE_ALL", () => {
    /** A kubectl, alone or in a node, of a cluster with the names of $FOUND. */
    const KUBECTL = `case "$*" in
        *" kube-system "*) [ -n "\${NO_UID-}" ] && exit 3; printf uid ;;
        *" get secrets "*) [ -n "\${NO_LIST-}" ] && exit 4; printf "$FOUND" ;;
        *"$STAYS "*) exit 5 ;;
        esac`;
    const FOUND = "reader-old\\nreader-new\\nreader-older\\n";
    const environment = {
        NAMESPACE: "istio-system",
        SELECTOR: "istio-fleet.io/token-of=reader",
        BOUND_NAME: "reader-new",
        CLUSTER_UID: "uid",
        FOUND,
        STAYS: "nothing",
    };
    const KIND = { KIND_NODE: "east-control-plane" };
    const IN_NODE = [
        ...["docker", "exec", "--interactive", "east-control-plane", "kubectl"],
        ...["--kubeconfig", "/etc/kubernetes/admin.conf"],
    ];
    const EXISTING = { KIND_NODE: "", KUBECONFIG: "/some/kubeconfig", KUBE_CONTEXT: "a b" };
    const BY_KUBECONFIG = ["kubectl", "--kubeconfig=/some/kubeconfig", "--context=a b"];
    const WHO = ["get", "namespace", "kube-system", "--output=jsonpath={.metadata.uid}"];
    const list = (selector: string, namespace = "istio-system") => [
        ...[`--namespace=${namespace}`, "get", "secrets", `--selector=${selector}`],
        '--output=jsonpath={range .items[*]}{.metadata.name}{"\\n"}{end}',
    ];
    const LIST = list("istio-fleet.io/token-of=reader");
    const remove = (name: string, namespace = "istio-system") => [
        ...[`--namespace=${namespace}`, "delete", "secret", name, "--ignore-not-found"],
    ];

    let recorder: Recorder;
    beforeEach(() => {
        recorder = new Recorder().add("docker", KUBECTL).add("kubectl", KUBECTL);
    });
    afterEach(() => {
        recorder.remove();
    });
    const run = (script: string, others: Readonly<Record<string, string>>) =>
        recorder.run(script, { ...environment, ...others });

    const scripts: [string, string, string[]][] = [
        ["REVOKE_OTHERS", REVOKE_OTHERS, ["reader-old", "reader-older"]],
        ["REVOKE_ALL", REVOKE_ALL, ["reader-old", "reader-new", "reader-older"]],
    ];
    for (const [name, script, revoked] of scripts) {
        it(`${name} deletes ${revoked.join(", ")} in a node`, async () => {
            expect(await run(script, KIND)).to.deep.equal({ code: 0, stdout: "", stderr: "" });
            const asked = [LIST, ...revoked.map((one) => remove(one))];
            expect(recorder.takeCalls()).to.deep.equal(asked.map((call) => [...IN_NODE, ...call]));
        });

        it(`${name} deletes the same in an existing cluster, if that is still the one`, async () => {
            expect((await run(script, EXISTING)).code).to.equal(0);
            const asked = [WHO, LIST, ...revoked.map((one) => remove(one))];
            expect(recorder.takeCalls()).to.deep.equal(
                asked.map((call) => [...BY_KUBECONFIG, ...call]),
            );
        });

        it(`${name} leaves another cluster alone that is behind the kubeconfig by now`, async () => {
            const outcome = await run(script, { ...EXISTING, CLUSTER_UID: "another" });
            expect(outcome).to.deep.equal({
                code: 0,
                stdout: "",
                stderr: "/some/kubeconfig a b: another cluster by now, left alone\n",
            });
            expect(recorder.takeCalls()).to.deep.equal([[...BY_KUBECONFIG, ...WHO]]);
        });

        it(`${name} deletes nothing where nothing is found`, async () => {
            expect((await run(script, { ...KIND, FOUND: "" })).code).to.equal(0);
            expect(recorder.takeCalls()).to.deep.equal([[...IN_NODE, ...LIST]]);
        });

        it(`${name} fails when it cannot be told which cluster it is`, async () => {
            expect((await run(script, { ...EXISTING, NO_UID: "1" })).code).to.equal(3);
            expect(recorder.takeCalls()).to.deep.equal([[...BY_KUBECONFIG, ...WHO]]);
        });

        it(`${name} fails when it cannot be told what there is`, async () => {
            expect((await run(script, { ...KIND, NO_LIST: "1" })).code).to.equal(4);
            expect(recorder.takeCalls()).to.deep.equal([[...IN_NODE, ...LIST]]);
        });

        it(`${name} fails when one stays, wherever in the list that is`, async () => {
            for (const STAYS of ["reader-old", "reader-older"]) {
                expect((await run(script, { ...KIND, STAYS })).code).to.equal(5);
            }
        });

        it(`${name} gives kubectl every value as it is`, async () => {
            const [first = ""] = revoked;
            for (const text of WORST) {
                const access = { KIND_NODE: "", KUBECONFIG: text, KUBE_CONTEXT: text };
                const values = { NAMESPACE: text, SELECTOR: text, BOUND_NAME: "reader-new" };
                const FOUND = `${first}\\n`;
                expect((await run(script, { ...access, ...values, FOUND })).code).to.equal(0);
                const at = ["kubectl", `--kubeconfig=${text}`, `--context=${text}`];
                expect(recorder.takeCalls()).to.deep.equal([
                    [...at, ...WHO],
                    [...at, ...list(text, text)],
                    [...at, ...remove(first, text)],
                ]);
            }
        });
    }

    it("REVOKE_OTHERS spares exactly what the token is bound to, whatever it is called", async () => {
        for (const BOUND_NAME of ["reader-*", "reader-ol?", "[r]eader-old", "reader", ""]) {
            expect((await run(REVOKE_OTHERS, { ...KIND, BOUND_NAME })).code).to.equal(0);
            expect(recorder.takeCalls()).to.have.length(4);
        }
    });
});
