// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { missingRights } from "../../host/accessReview";
import { messageOf } from "../helpers/errors";
import { FakeCommands } from "../helpers/fakeCommands";

const CLUSTER = { kubeconfig: "./a", context: undefined };

const RIGHTS = [
    { verb: "create", group: "", resource: "namespaces" },
    { verb: "list", group: "apps", resource: "deployments", namespace: "istio-system" },
    { verb: "bind", group: "rbac.authorization.k8s.io", resource: "clusterroles" },
];

describe("missingRights", () => {
    let commands: FakeCommands;
    let folder: string;
    beforeEach(() => {
        commands = new FakeCommands();
        folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
    });
    afterEach(() => {
        commands.remove();
        rmSync(folder, { recursive: true });
    });

    /** A kubectl that notes what it reads, and answers the first and the second time. */
    function answer(first: string, second = "exit 64"): void {
        commands.add(
            "kubectl",
            `cd '${folder}'
if [ -e 1 ]; then
    printf '%s\\n' "$*" >2; cat >>2; ${second}
else
    printf '%s\\n' "$*" >1; cat >>1; ${first}
fi`,
        );
    }

    const asked = (file: string) => readFileSync(join(folder, file), "utf8").split("\n");
    const review = (resourceAttributes: object) => ({
        apiVersion: "authorization.k8s.io/v1",
        kind: "SelfSubjectAccessReview",
        spec: { resourceAttributes },
    });
    const ARGS = `--kubeconfig ./a --request-timeout=10s create --filename=- --validate=false --output=jsonpath={.status.allowed}{"\\n"}`;

    it("are none for an administrator, who is asked for everything only", async () => {
        answer("echo true");
        expect(await missingRights(CLUSTER, RIGHTS)).to.deep.equal([]);
        const [args, list = ""] = asked("1");
        expect(args).to.equal(ARGS);
        expect(JSON.parse(list)).to.deep.equal({
            apiVersion: "v1",
            kind: "List",
            items: [review({ verb: "*", group: "*", resource: "*" })],
        });
        expect(readdirSync(folder)).to.deep.equal(["1"]);
    });

    it("are those of a list that are not allowed, asked in one process", async () => {
        answer("echo false", "printf 'false\\ntrue\\nfalse\\n'");
        expect(await missingRights(CLUSTER, RIGHTS)).to.deep.equal([RIGHTS[0], RIGHTS[2]]);
        const [args, list = ""] = asked("2");
        expect(args).to.equal(ARGS);
        expect(JSON.parse(list)).to.deep.equal({
            apiVersion: "v1",
            kind: "List",
            items: RIGHTS.map(review),
        });
    });

    it("are none for somebody with all of the list", async () => {
        answer("echo false", "printf 'true\\ntrue\\ntrue\\n'");
        expect(await missingRights(CLUSTER, RIGHTS)).to.deep.equal([]);
    });

    const unreadable: [string, string][] = [
        ["too few answers", "printf 'true\\ntrue\\n'"],
        ["too many answers", "printf 'true\\ntrue\\ntrue\\ntrue\\n'"],
        ["anything but true and false", "printf 'true\\nyes\\ntrue\\n'"],
        ["nothing", ":"],
    ];
    for (const [what, script] of unreadable) {
        it(`are not guessed from ${what}`, async () => {
            answer("echo false", script);
            expect(await messageOf(() => missingRights(CLUSTER, RIGHTS))).to.equal(
                "what it says of this user's rights cannot be read",
            );
        });
    }
});
