// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { saysPending, withoutSettled } from "../../cli/pending";
import { countChanges, failureLines, isNews } from "../../cli/pulumi";

describe("isNews", () => {
    const news = [
        " +  kubernetes:core/v1:Namespace a-metallb created (0.5s) ",
        "Diagnostics:",
        "Updating (dev):",
        "    error: update failed",
        " +  tls:index:PrivateKey mesh-ca-root-key created (0.01s)",
    ];
    const noise = [
        "",
        "@ updating......",
        " +  kubernetes:core/v1:Namespace a-metallb creating (0s) ",
        " +  kubernetes:apps/v1:Deployment a:istiod creating (12s) Waiting for app ReplicaSet",
        " -  kubernetes:core/v1:Secret a-token deleting (1.5s)",
        " ++ kubernetes:core/v1:Secret a-token creating replacement (1.5s) [diff: ~provider];",
    ];
    for (const line of news) it(`is "${line.trim()}"`, () => expect(isNews(line)).to.equal(true));
    for (const line of noise)
        it(`is not "${line.trim()}"`, () => expect(isNews(line)).to.equal(false));
});

describe("failureLines", () => {
    it("are the diagnostics, where there are any", () => {
        const lines = ["a", "Diagnostics:", "  x:", "    error: bad  ", ""];
        expect(failureLines(lines)).to.deep.equal(["Diagnostics:", "  x:", "    error: bad", ""]);
    });

    it("say each line once", () => {
        const lines = [
            "Diagnostics:",
            "  x:",
            "    warning: old",
            "    warning: old",
            "",
            "  y:",
            "",
        ];
        expect(failureLines(lines)).to.deep.equal([...lines.slice(0, 3), "", "  y:", ""]);
    });

    it("are the last lines otherwise", () => {
        const lines = Array.from({ length: 100 }, (_, i) => String(i));
        expect(failureLines(lines).at(-1)).to.equal("99");
        expect(failureLines(lines)).to.have.length(30);
    });
});

describe("countChanges", () => {
    it("gives what happened to how many resources", () => {
        const lines = [
            "x",
            "Resources:",
            "    + 292 created",
            "    ~ 1 updated",
            "    +-2 replaced",
        ];
        const end = ["    295 changes. 5 unchanged", "", "Duration: 10m40s"];
        expect(countChanges([...lines, ...end])).to.equal(
            "292 created, 1 updated, 2 replaced, 5 unchanged",
        );
        expect(countChanges(["Updating (dev):"])).to.equal("");
    });
});

describe("withoutSettled", () => {
    const state = (pending: object[]) =>
        JSON.stringify({
            version: 3,
            deployment: {
                manifest: { time: "now" },
                resources: [{ urn: "urn:a", outputs: { x: 1 } }, { urn: "urn:b" }],
                pending_operations: pending,
            },
        });
    const creating = (urn: string) => ({ resource: { urn, type: "t" }, type: "creating" });

    it("forgets interrupted creations that are done since, and nothing else", () => {
        const deleting = { resource: { urn: "urn:a" }, type: "deleting" };
        const text = state([creating("urn:a"), creating("urn:gone"), deleting]);
        const left = JSON.parse(withoutSettled(text) ?? "") as unknown;
        expect(left).to.deep.equal(JSON.parse(state([creating("urn:gone"), deleting])));
    });

    it("leaves a state alone that has none", () => {
        expect(withoutSettled(state([]))).to.equal(undefined);
        expect(withoutSettled(state([creating("urn:gone")]))).to.equal(undefined);
        expect(withoutSettled('{"version":3,"deployment":{}}')).to.equal(undefined);
    });

    it("is asked for by the warning of pulumi", () => {
        const warning =
            "    warning: Attempting to deploy or update resources with 2 pending operations from previous deployment.";
        expect(saysPending(warning)).to.equal(true);
        expect(saysPending("Updating (dev):")).to.equal(false);
    });
});
