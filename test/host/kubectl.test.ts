// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { NoAnswer, kubectl } from "../../host/kubectl";
import { thrownBy } from "../helpers/errors";
import { FakeCommands } from "../helpers/fakeCommands";
import { HOSTILE } from "../helpers/hostile";

const CLUSTER = { kubeconfig: "./it's a.kubeconfig", context: undefined };

describe("kubectl", () => {
    let commands: FakeCommands;
    beforeEach(() => {
        commands = new FakeCommands().alone();
    });
    afterEach(() => {
        commands.remove();
    });

    async function refusal(script: string): Promise<[string, string]> {
        commands.add("kubectl", script);
        const error = await thrownBy(() => kubectl(CLUSTER, ["get", "pods"]));
        if (!(error instanceof NoAnswer)) throw error;
        return [error.why, error.message];
    }

    it("is run with the kubeconfig, and arguments as they are", async () => {
        commands.add("kubectl", `printf '%s|' "$@"`);
        expect(await kubectl(CLUSTER, ["get", "a b"])).to.equal(
            "--kubeconfig|./it's a.kubeconfig|--request-timeout=10s|get|a b|",
        );
    });

    it("is run with the context, if there is one", async () => {
        commands.add("kubectl", `printf '%s|' "$@"`);
        expect(await kubectl({ ...CLUSTER, context: "x y" }, ["get"])).to.equal(
            "--kubeconfig|./it's a.kubeconfig|--context|x y|--request-timeout=10s|get|",
        );
    });

    it("is given any path, context and argument as they are", async () => {
        commands.add("kubectl", `printf '%s\\0' "$@"`);
        for (const text of HOSTILE) {
            const said = await kubectl({ kubeconfig: text, context: text }, [text]);
            expect(said.split("\0").slice(0, -1)).to.deep.equal([
                "--kubeconfig",
                text,
                "--context",
                text,
                "--request-timeout=10s",
                text,
            ]);
        }
    });

    it("is not run with what no argument can hold", async () => {
        const error = await thrownBy(() => kubectl({ ...CLUSTER, context: "a\0b" }, []));
        expect(error).to.be.instanceOf(NoAnswer);
        expect(error).to.have.property("message", "kubectl fails (ERR_INVALID_ARG_VALUE)");
    });

    it("is that of a kind cluster's node, as its administrator", async () => {
        commands.add("docker", `printf '%s|' "$@"; cat`);
        const node = "a-control-plane";
        expect(await kubectl({ node }, ["get", "a b"], "text")).to.equal(
            "exec|--interactive|a-control-plane|kubectl|--kubeconfig|/etc/kubernetes/admin.conf|" +
                "--request-timeout=10s|get|a b|text",
        );
    });

    it("is given up after a while", async () => {
        commands.add("kubectl", "exec /bin/sleep 10");
        const error = await thrownBy(() => kubectl(CLUSTER, [], "", 200));
        expect(error).to.include({ why: "server", message: "it takes more than 0.2 s" });
    });

    it("reads the text it is given", async () => {
        commands.add("kubectl", "cat");
        expect(await kubectl(CLUSTER, [], "text")).to.equal("text");
    });

    it("may be missing", async () => {
        const error = await thrownBy(() => kubectl(CLUSTER, []));
        expect(error).to.include({
            why: "kubectl",
            message: "it is not installed, or not on the PATH",
        });
    });

    // What kubectl 1.34 writes.
    const LOG = `E1121 19:13:36.160161   18632 memcache.go:265] "Unhandled Error" err="error: x"`;
    const verdicts: [string, string, string][] = [
        [
            "the verdict",
            "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
            "The connection to the server 127.0.0.1:1 was refused - did you specify the right host or port?",
        ],
        [
            "the verdict after its log",
            `${LOG}\n${LOG}\nUnable to connect to the server: EOF`,
            "Unable to connect to the server: EOF",
        ],
        [
            "the verdict before advice, and after what a plugin wrote",
            "oops\nUnable to connect to the server: getting credentials: exec: executable x not found\n\nIt looks like",
            "Unable to connect to the server: getting credentials: exec: executable x not found",
        ],
        [
            "an error of its own",
            "error: You must be logged in to the server (Unauthorized)",
            "You must be logged in to the server (Unauthorized)",
        ],
        [
            "an error of the server",
            'Error from server (Forbidden): nodes is forbidden: User "x"',
            'Error from server (Forbidden): nodes is forbidden: User "x"',
        ],
        ["that it asked for a name", "error: EOF", "the kubeconfig has no credentials for it"],
        ["no more than its status, if all else is unknown", "token: s3cret", "kubectl fails (3)"],
        ["no more than its status, if it is silent", "", "kubectl fails (3)"],
    ];
    for (const [what, stderr, expected] of verdicts) {
        it(`fails with ${what}`, async () => {
            const said = await refusal(`cat >&2 <<'END'\n${stderr}\nEND\nexit 3`);
            expect(said).to.deep.equal(["server", expected]);
        });
    }

    it("never passes on what it printed", async () => {
        const said = await refusal("echo 'token: s3cret'; exit 1");
        expect(said).to.deep.equal(["server", "kubectl fails (1)"]);
    });

    it("tells what may not be asked from all else", () => {
        const forbidden = (message: string) => new NoAnswer("server", message).forbidden;
        expect(forbidden("Error from server (Forbidden): nodes is forbidden")).to.equal(true);
        expect(forbidden("Error from server (NotFound): nodes")).to.equal(false);
    });
});
