// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { NoAnswer, kubectl } from "../../host/kubectl";
import { thrownBy } from "../helpers/errors";
import { FakeCommands } from "../helpers/fakeCommands";

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
