// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect } from "chai";
import { PodRoutes } from "../../components";
import { APPLY_CRDS, DELETE_CRDS } from "../../components/crds";
import { AWAIT_WEBHOOK } from "../../components/dryRun";
import { CREATE, DELETE, KUBECONFIG } from "../../components/kindScripts";
import { DELETE_LEFTOVERS } from "../../components/leftovers";
import { REMOVE_ROUTES, SET_ROUTES } from "../../components/podRouteScripts";
import { messageOf } from "../helpers/errors";
import { HOSTILE, HOSTILE_NAMES } from "../helpers/hostile";
import { environment } from "../helpers/kindCalls";
import { record } from "../helpers/mocks";
import { Recorder } from "../helpers/recorder";

/** All of them in one that may be the name of a file. */
const WORST = HOSTILE.filter((text) => !text.includes("/")).join("");

/** For scripts that take their time. */
const FEW = HOSTILE.filter((text) => /[$`;*'"\\%{/\n-]|\w \w/.test(text));

let recorder: Recorder;
beforeEach(() => {
    recorder = new Recorder();
});
afterEach(() => {
    recorder.remove();
});

describe("scripts that use kubectl, with hostile values", () => {
    const UID = "jsonpath={.metadata.uid}";
    /** A kubectl, alone or in a node, that knows the cluster's UID and finds a ConfigMap. */
    const KUBECTL =
        'case "$*" in *kube-system*) printf uid ;; *configmaps*) echo "default istio-ca-root-cert" ;; *jsonpath*) echo True ;; esac';
    const access = (text: string) => [
        "kubectl",
        `--kubeconfig=${text}`,
        ...(text === "" ? [] : [`--context=${text}`]),
    ];
    const existing = (text: string) => ({
        KIND_NODE: "",
        KUBECONFIG: text,
        KUBE_CONTEXT: text,
        CLUSTER_UID: "uid",
    });

    it("give kubectl the kubeconfig, the context and the owner as they are", async () => {
        recorder.add("kubectl", KUBECTL);
        for (const text of HOSTILE) {
            const outcome = await recorder.run(DELETE_CRDS, { ...existing(text), OWNER: text });
            expect(outcome).to.deep.equal({ code: 0, stdout: "", stderr: "" });
            const selector = `--selector=istio-fleet.io/crd=${text}`;
            expect(recorder.takeCalls()).to.deep.equal([
                [...access(text), "get", "namespace", "kube-system", `--output=${UID}`],
                [
                    ...access(text),
                    "delete",
                    "customresourcedefinitions",
                    selector,
                    "--ignore-not-found",
                ],
            ]);
        }
    });

    it("give docker the node as it is", async () => {
        recorder.add("docker", KUBECTL);
        for (const text of HOSTILE.filter((node) => node !== "")) {
            await recorder.run(DELETE_CRDS, { KIND_NODE: text, OWNER: "o", CLUSTER_UID: "uid" });
            const heads = recorder.takeCalls().map((call) => call.slice(0, 5));
            const head = ["docker", "exec", "--interactive", text, "kubectl"];
            expect(heads).to.deep.equal([head, head]);
        }
    });

    const scripts: [name: string, script: string, verbs: string[]][] = [
        ["APPLY_CRDS", APPLY_CRDS, ["apply", "get"]],
        ["AWAIT_WEBHOOK", AWAIT_WEBHOOK, ["create"]],
        ["DELETE_LEFTOVERS", DELETE_LEFTOVERS, ["get", "get", "--namespace=default"]],
    ];
    for (const [name, script, verbs] of scripts) {
        it(`give it the same, and run nothing else: ${name}`, async () => {
            recorder.add("kubectl", KUBECTL);
            mkdirSync(join(recorder.folder, "crds"));
            writeFileSync(join(recorder.folder, "crds", `${WORST}.json`), "");
            const file = { ISTIO_FLEET_CACHE: recorder.folder, FILE: WORST };
            const { code } = await recorder.run(script, { ...existing(WORST), ...file }, WORST);
            expect(code).to.equal(0);
            const calls = recorder.takeCalls().map((call) => call.slice(0, 4));
            expect(calls).to.deep.equal(verbs.map((verb) => [...access(WORST), verb]));
        });
    }

    it("say which cluster was left alone, as it is called", async () => {
        recorder.add("kubectl", "printf other");
        const { stderr } = await recorder.run(DELETE_CRDS, { ...existing("-n \\c"), OWNER: "o" });
        expect(stderr).to.equal("-n \\c -n \\c: another cluster by now, left alone\n");
    });
});

describe("scripts of a kind cluster, with hostile values", () => {
    const isPlace = (text: string) => /^\.|\/|^$/.test(text);
    beforeEach(() => {
        recorder.add("docker").add("kind");
    });
    const deeds = () => recorder.takeCalls().filter(([command]) => command !== "docker");

    it("give kind and docker the name as it is", async () => {
        for (const text of FEW.filter((name) => !isPlace(name))) {
            const { code } = await recorder.run(CREATE, environment(text, text), "{}");
            expect(code).to.equal(0);
            const calls = recorder.takeCalls();
            const [looked] = calls;
            expect(looked?.at(-1)).to.equal(`label=io.x-k8s.kind.cluster=${text}`);
            expect(calls.filter(([command]) => command !== "docker")).to.have.length(1);
            const kind = calls.find(([command]) => command === "kind");
            expect(kind?.slice(1, 5)).to.deep.equal(["create", "cluster", "--name", text]);
        }
    });

    it("ask for the kubeconfig of the name as it is", async () => {
        for (const text of FEW) {
            await recorder.run(KUBECONFIG, { CLUSTER: text });
            expect(recorder.takeCalls()).to.deep.equal([
                ["kind", "get", "kubeconfig", "--name", text],
            ]);
        }
    });

    for (const [name, script] of Object.entries({ CREATE, DELETE })) {
        it(`touch no file elsewhere: ${name}`, async () => {
            for (const text of ["../x", "/etc/passwd", ".", "..", ".x", "a/b"]) {
                const outcome = await recorder.run(script, environment(text, text), "{}");
                expect(outcome).to.deep.equal({
                    code: 1,
                    stdout: "",
                    stderr: `cluster: "${text}" cannot be the name of a file\n`,
                });
                expect(deeds()).to.deep.equal([]);
            }
        });
    }
});

describe("scripts of pod routes, with hostile values", () => {
    const NODES = "printf 'n1 10.0.0.0/24\\nn2 10.0.1.0/24\\n'";
    beforeEach(() => {
        recorder.add(
            "docker",
            `case "$2" in --interactive) cat >/dev/null ;; ls) echo n1 ;; *) ${NODES} ;; esac`,
        );
    });
    const dockers = () => {
        const calls = recorder.takeCalls();
        expect(calls.filter(([command]) => command !== "docker")).to.deep.equal([]);
        return calls.map(([, ...args]) => args);
    };

    it("ask the nodes of the names as they are, and run nothing else", async () => {
        for (const text of FEW) {
            const values = { CLUSTERS: `${text}/${text}`, ROUTES: text, JOINS: "nodes" };
            await recorder.run(SET_ROUTES, { ...values, PROGRAM: text, UNIT: text });
            const calls = dockers();
            // Others are split, which the component sees to that they are not.
            if (!/^[^\s/]+$/.test(text)) continue;
            const [asked, ...told] = calls;
            expect(asked?.slice(0, 3)).to.deep.equal(["exec", `${text}-control-plane`, "kubectl"]);
            const ends = told.map((args) => [args[6], ...args.slice(-2)]);
            expect(ends).to.deep.equal([
                ["n1", "sh", text],
                ["n2", "sh", text],
            ]);
        }
    });

    it("take routes away from the names as they are, and run nothing else", async () => {
        for (const text of FEW) {
            await recorder.run(REMOVE_ROUTES, { CLUSTERS: `${text}/g`, ROUTES: text });
            const calls = dockers();
            if (!/^[^\s/]+$/.test(text)) continue;
            const [looked, told] = calls;
            expect(looked?.at(-1)).to.equal(`label=io.x-k8s.kind.cluster=${text}`);
            expect([told?.[1], told?.at(-1)]).to.deep.equal(["n1", text]);
        }
    });
});

describe("PodRoutes", () => {
    const routes = (routesName: string, clusterName: string, group: string) =>
        messageOf(() =>
            record(() => {
                const clusters = [{ clusterName, identity: "1", group }];
                return new PodRoutes("r", { routesName, clusters, joins: "nodes" });
            }),
        );

    it("refuses names that are no plain words", async () => {
        const rule = 'must be of a-z, 0-9, "." and "-", and begin with a letter or a digit.';
        for (const text of HOSTILE_NAMES) {
            const shown = JSON.stringify(text);
            expect(await routes(text, "a", "g")).to.equal(`routesName: ${shown} ${rule}`);
            expect(await routes("r", text, "g")).to.equal(`clusterName: ${shown} ${rule}`);
            expect(await routes("r", "a", text)).to.equal(`group: ${shown} ${rule}`);
        }
    });
});
