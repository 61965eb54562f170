// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { report } from "../../policy/deletedWith";
import { type WrittenResource, checkDeletedWith } from "../../policy/rules/deletedWith";
import { messageOf } from "../helpers/errors";

const urn = (type: string, name: string) => `urn:pulumi:s::p::${type}::${name}`;
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const COMMAND = "command:local:Command";
const PROVIDER = "pulumi:providers:kubernetes";
const CLUSTER = urn(COMMAND, "a-kind");

function written(type: string, name: string, others: Partial<WrittenResource>): WrittenResource {
    return { urn: urn(type, name), type, ...others };
}

const kind = written(PROVIDER, "a@1", {
    // The engine writes a provider's inputs as texts.
    inputs: { deleteUnreachable: "true" },
    deletedWith: CLUSTER,
});
const existing = written(PROVIDER, "b@2", { inputs: { upsertExistingObjects: "true" } });

/** An object in the cluster of a provider. */
const object = (provider: WrittenResource, deletedWith?: string) =>
    written(CONFIG_MAP, "object", {
        provider: `${provider.urn}::0123-id`,
        ...(deletedWith === undefined ? {} : { deletedWith }),
    });

const RULE = "must be the kind cluster that it is in";
const FIX = "Give it, or the component around it, cluster.inCluster of stacks/clusters.ts.";

/** `name: property value rule` of all that is wrong. */
function found(...resources: WrittenResource[]): string[] {
    return checkDeletedWith(resources).map(
        ({ urn, problem: { property, value, rule } }) =>
            `${urn.split("::")[3] ?? ""}: ${property} ${String(value)} ${rule}`,
    );
}

describe("checkDeletedWith", () => {
    it("takes what goes with its kind cluster", () => {
        expect(found(kind, object(kind, CLUSTER))).to.deep.equal([]);
    });

    it("refuses what does not, or goes with something else", () => {
        expect(found(kind, object(kind))).to.deep.equal([`object: deletedWith undefined ${RULE}`]);
        expect(found(kind, object(kind, ""))).to.deep.equal([
            `object: deletedWith undefined ${RULE}`,
        ]);
        const other = urn(COMMAND, "b-kind");
        expect(found(kind, object(kind, other))).to.deep.equal([
            `object: deletedWith ${other} ${RULE}`,
        ]);
    });

    it("leaves existing clusters alone, in which everything is deleted by itself", () => {
        expect(found(existing, object(existing))).to.deep.equal([]);
    });

    it("refuses a kind cluster's provider that outlives it, once", () => {
        const alone = written(PROVIDER, "a@1", { inputs: { deleteUnreachable: true } });
        expect(found(alone, object(alone))).to.deep.equal([`a@1: deletedWith undefined ${RULE}`]);
    });

    it("wants the same of commands that run in a kind node", () => {
        const inNode = (deletedWith: string) =>
            written(COMMAND, "crds", { inputs: { environment: { KIND_NODE: "a" } }, deletedWith });
        expect(found(inNode(CLUSTER))).to.deep.equal([]);
        expect(found(inNode(""))).to.deep.equal([`crds: deletedWith undefined ${RULE}`]);
        const elsewhere = { environment: { KIND_NODE: "" } };
        expect(found(written(COMMAND, "crds", { inputs: elsewhere }))).to.deep.equal([]);
    });

    it("leaves alone what has no provider, other packages, and what is about to be deleted", () => {
        expect(
            found(
                kind,
                written("kubernetes:helm.sh/v4:Chart", "chart", {}),
                written("tls:index/privateKey:PrivateKey", "key", { provider: "x::y" }),
                { ...object(kind), delete: true },
            ),
        ).to.deep.equal([]);
    });

    it("refuses to judge without the provider", () => {
        expect(found(object(kind, CLUSTER))).to.deep.equal([
            `object: provider ${kind.urn}::0123-id ` +
                "must be among the resources, for it says whether the cluster is kind's",
        ]);
    });
});

describe("npm run -s deleted-with", () => {
    const line = `${urn(CONFIG_MAP, "object")}: deletedWith: nothing ${RULE}. ${FIX}`;

    it("reads a state", () => {
        const state = { version: 3, deployment: { resources: [kind, object(kind)] } };
        expect(report(JSON.stringify(state))).to.deep.equal([line]);
    });

    it("reads a state without resources", () => {
        expect(report('{"deployment":{}}')).to.deep.equal([]);
    });

    it("reads a preview: what is there afterwards, each once", () => {
        const steps = [
            { op: "same", newState: kind },
            { op: "create-replacement", newState: object(kind) },
            { op: "replace", newState: object(kind) },
            { op: "delete", oldState: { ...object(kind), urn: "urn:gone" } },
        ];
        expect(report(JSON.stringify({ steps }))).to.deep.equal([line]);
    });

    it("refuses anything else", async () => {
        for (const text of ["[]", "{}", "{", ""]) {
            expect(await messageOf(() => report(text)), text).to.equal(
                "must be the JSON of pulumi stack export, or of pulumi preview --json",
            );
        }
    });
});
