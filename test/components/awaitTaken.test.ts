// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { AWAIT_TAKEN } from "../../components/tokenHandover";
import { Recorder } from "../helpers/recorder";
import { WORST } from "../helpers/worst";

const CHANGED = "2030-01-01T10:00:00Z";
const BEFORE = "2030-01-01T09:59:59Z";
const AFTER = "2030-01-01T10:00:01Z";

/** A kubectl that counts how often it was asked for the istiods, and then answers from $FAKE. */
const KUBECTL = `
tries=$(cat "$FAKE/tries" 2>/dev/null || echo 0)
case "$*" in
*" get secret "*) [ -n "\${NO_SECRET-}" ] && exit 3; printf '%s' "$TIMES" ;;
*" get pods "*)
    echo $((tries + 1)) >"$FAKE/tries"
    [ -n "\${NO_PODS-}" ] && exit 4; printf "$PODS" ;;
*" logs "*)
    [ -n "\${NO_LOGS-}" ] && exit 5
    [ "$tries" -lt "\${LOGGED_AT:-1}" ] || printf "$LOG" ;;
*" exec "*)
    [ -n "\${NO_DEBUG-}" ] && exit 6
    if [ "$tries" -lt "\${SYNCED_AT:-1}" ]; then printf "$EARLIER"; else printf "$CLUSTERZ"; fi ;;
esac`;

/** A clock that goes on by so many seconds whenever it is looked at. */
const clock = (step: number) =>
    `now=$(cat "$FAKE/now" 2>/dev/null || echo 1000); echo "$now"; echo $((now + ${String(step)})) >"$FAKE/now"`;

const logged = (action: string, secret: string) =>
    `2030-01-01T10:00:00.5Z\\tinfo\\tmodel\\t${action} cluster\\tcluster=east config=istio-system/${secret}\\n`;
const clusterz = (...clusters: [id: string, syncStatus: string][]) =>
    JSON.stringify(
        [["west", "synced"], ...clusters].map(([id, syncStatus]) => ({
            id,
            secretName: `istio-system/istio-remote-secret-${id ?? ""}`,
            syncStatus,
        })),
        undefined,
        2,
    ).replaceAll("\n", "\\n");

const environment = {
    KIND_NODE: "",
    KUBECONFIG: "/some/kubeconfig",
    KUBE_CONTEXT: "",
    NAMESPACE: "istio-system",
    REMOTE_SECRET: "istio-remote-secret-east",
    OBSERVED: "east",
    TIMES: CHANGED,
    PODS: `istiod-1 ${BEFORE}\\n`,
    LOG: logged("Update", "istio-remote-secret-east"),
    EARLIER: clusterz(["east", "syncing"]),
    CLUSTERZ: clusterz(["east", "synced"]),
};

const AT = ["kubectl", "--kubeconfig=/some/kubeconfig", "--namespace=istio-system"];
const SECRET = [
    ...["get", "secret", "istio-remote-secret-east"],
    "--output=jsonpath={.metadata.managedFields[*].time}",
];
const PODS = [
    ...["get", "pods", "--selector=app=istiod", "--field-selector=status.phase=Running"],
    '--output=jsonpath={range .items[*]}{.metadata.name} {.status.startTime}{"\\n"}{end}',
];
const logs = (pod: string, since = CHANGED) => [
    ...["logs", pod, "--container=discovery", `--since-time=${since}`],
];
const debug = (pod: string) => [
    ...["exec", pod, "--container=discovery", "--"],
    ...["pilot-discovery", "request", "GET", "/debug/clusterz"],
];
const late = (...istiods: string[]) =>
    `token: these istiods do not use the new token of east after 120 s: ${istiods.join("\n")}\n`;

describe("AWAIT_TAKEN", () => {
    let recorder: Recorder;
    beforeEach(() => {
        recorder = new Recorder().add("sleep").add("date", clock(50));
        recorder.add("kubectl", KUBECTL).add("docker", KUBECTL);
    });
    afterEach(() => {
        recorder.remove();
    });
    const run = (others: Readonly<Record<string, string>> = {}) =>
        recorder.run(AWAIT_TAKEN, { ...environment, ...others });
    /** What kubectl was asked, after how it reaches the cluster. */
    const asked = () =>
        recorder
            .takeCalls()
            .filter(([command]) => command === "kubectl")
            .map((call) => call.slice(AT.length));

    it("ends when istiod says that it took the change, and that it synced after it", async () => {
        expect(await run()).to.deep.equal({ code: 0, stdout: "", stderr: "" });
        const calls = recorder.takeCalls().filter(([command]) => command !== "date");
        expect(calls).to.deep.equal(
            [SECRET, PODS, logs("istiod-1"), debug("istiod-1")].map((call) => [...AT, ...call]),
        );
    });

    it("asks in the node of a kind cluster", async () => {
        expect((await run({ KIND_NODE: "west-control-plane" })).code).to.equal(0);
        const calls = recorder.takeCalls().filter(([command]) => command !== "date");
        const node = ["docker", "exec", "--interactive", "west-control-plane", "kubectl"];
        const admin = ["--kubeconfig", "/etc/kubernetes/admin.conf", "--namespace=istio-system"];
        expect(calls).to.deep.equal(
            [SECRET, PODS, logs("istiod-1"), debug("istiod-1")].map((call) => [
                ...node,
                ...admin,
                ...call,
            ]),
        );
    });

    it("counts from the newest change of the remote secret", async () => {
        await run({ TIMES: `${BEFORE} ${AFTER} ${CHANGED}` });
        expect(asked()[2]).to.deep.equal(logs("istiod-1", AFTER));
    });

    it("takes a cluster that istiod adds for one that it took, too", async () => {
        const { code } = await run({ LOG: logged("Add", "istio-remote-secret-east") });
        expect(code).to.equal(0);
    });

    it("needs no word of an istiod that started after the change", async () => {
        expect((await run({ PODS: `istiod-1 ${AFTER}\\n`, LOG: "" })).code).to.equal(0);
        expect(asked()).to.deep.equal([SECRET, PODS, debug("istiod-1")]);
    });

    it("needs the word of one that started in the same second", async () => {
        expect((await run({ PODS: `istiod-1 ${CHANGED}\\n`, LOG: "" })).stderr).to.equal(
            late("istiod-1"),
        );
    });

    it("asks again until istiod took the change", async () => {
        expect((await run({ LOGGED_AT: "3" })).code).to.equal(0);
        expect(asked()).to.deep.equal([
            SECRET,
            ...[PODS, logs("istiod-1")],
            ...[PODS, logs("istiod-1")],
            ...[PODS, logs("istiod-1"), debug("istiod-1")],
        ]);
    });

    it("asks again until istiod synced", async () => {
        expect((await run({ SYNCED_AT: "2" })).code).to.equal(0);
        const once = [PODS, logs("istiod-1"), debug("istiod-1")];
        expect(asked()).to.deep.equal([SECRET, ...once, ...once]);
    });

    it("asks every istiod", async () => {
        const both = `istiod-1 ${BEFORE}\\nistiod-2 ${BEFORE}\\n`;
        expect((await run({ PODS: both })).code).to.equal(0);
        expect(asked()).to.deep.equal([
            ...[SECRET, PODS],
            ...[logs("istiod-1"), debug("istiod-1")],
            ...[logs("istiod-2"), debug("istiod-2")],
        ]);
    });

    const unfit: [string, Record<string, string>, string[]][] = [
        ["istiod says nothing of it", { LOG: "" }, ["istiod-1"]],
        [
            "istiod skips it",
            { LOG: logged("skipping update of", "istio-remote-secret-east") },
            ["istiod-1"],
        ],
        [
            "istiod took another secret, whose name begins like it",
            { LOG: logged("Update", "istio-remote-secret-east2") },
            ["istiod-1"],
        ],
        [
            "istiod took another secret, whose name ends like it",
            { LOG: logged("Update", "my-istio-remote-secret-east") },
            ["istiod-1"],
        ],
        ["istiod does not sync", { CLUSTERZ: clusterz(["east", "timeout"]) }, ["istiod-1"]],
        [
            "only another cluster is synced",
            { CLUSTERZ: clusterz(["east2", "synced"], ["east", "syncing"]) },
            ["istiod-1"],
        ],
        ["istiod knows no such cluster", { CLUSTERZ: clusterz() }, ["istiod-1"]],
        ["istiod's log cannot be read", { NO_LOGS: "1" }, ["istiod-1"]],
        ["istiod does not answer", { NO_DEBUG: "1" }, ["istiod-1"]],
        [
            "one of two istiods did not start since",
            { LOG: "", PODS: `istiod-1 ${AFTER}\\nistiod-2 ${BEFORE}\\n` },
            ["istiod-2"],
        ],
        [
            "two of two do not answer",
            { NO_DEBUG: "1", PODS: `istiod-1 ${AFTER}\\nistiod-2 ${BEFORE}\\n` },
            ["istiod-1", "istiod-2"],
        ],
        ["there is no istiod", { PODS: "" }, ["(no istiod runs)"]],
        ["nobody says which istiods there are", { NO_PODS: "1" }, ["(they cannot be listed)"]],
    ];
    for (const [what, others, istiods] of unfit) {
        it(`fails after two minutes when ${what}`, async () => {
            expect(await run(others)).to.deep.equal({
                code: 1,
                stdout: "",
                stderr: late(...istiods),
            });
        });
    }

    it("fails at once when it cannot be told when the remote secret changed", async () => {
        expect((await run({ NO_SECRET: "1" })).code).to.equal(3);
        expect(asked()).to.deep.equal([SECRET]);
    });

    it("gives kubectl every value as it is, and runs nothing else", async () => {
        recorder.add("date", clock(1000));
        for (const text of WORST) {
            const access = { KUBECONFIG: text, KUBE_CONTEXT: text, NAMESPACE: text };
            await run({ ...access, REMOTE_SECRET: text, OBSERVED: text });
            const calls = recorder.takeCalls();
            const known = ["date", "kubectl", "sleep"];
            expect(calls.filter(([command = ""]) => !known.includes(command))).to.deep.equal([]);
            const [secret] = calls.filter(([command]) => command === "kubectl");
            expect(secret).to.deep.equal([
                ...["kubectl", `--kubeconfig=${text}`, `--context=${text}`],
                ...[`--namespace=${text}`, "get", "secret", text, SECRET[3]],
            ]);
        }
    });
});
