// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect } from "chai";
import { findOrphans, removeScratch } from "../../cli/orphans";
import { MARK } from "../../plan/generation";

const network = (name: string, stack?: string) => ({
    id: name,
    name,
    subnets: [],
    labels: stack === undefined ? {} : { "istio-fleet.stack": stack },
});
const node = (cluster: string, ...networks: string[]) => ({
    cluster,
    networks,
    running: true,
    mounts: [`${MARK}/1a2b3c4d-0123456789ab`],
});

describe("findOrphans", () => {
    it("finds the stack's networks by their label, and the clusters on them", () => {
        const dockerNetworks = [
            network("fleet", "istio-fleet/dev"),
            network("other", "istio-fleet/prod"),
            network("kind"),
        ];
        const kindNodes = [
            node("a", "fleet"),
            node("b", "other"),
            node("c", "kind"),
            node("d", "x", "fleet"),
        ];
        expect(findOrphans("dev", { dockerNetworks, kindNodes })).to.deep.equal({
            clusters: ["a", "d"],
            networks: ["fleet"],
        });
    });

    it("leaves a kind cluster that has no mark of ours, though it is on the stack's network", () => {
        const dockerNetworks = [network("fleet", "istio-fleet/dev")];
        const theirs = (mounts: string[]) => ({ ...node("theirs", "kind", "fleet"), mounts });
        for (const mounts of [[], ["/var", "/lib/modules"], [`${MARK}-not/x`]]) {
            const host = { dockerNetworks, kindNodes: [theirs(mounts), node("a", "fleet")] };
            expect(findOrphans("dev", host).clusters).to.deep.equal(["a"]);
        }
    });

    it("finds nothing where nothing is the stack's", () => {
        const host = { dockerNetworks: [network("fleet")], kindNodes: [node("a", "fleet")] };
        expect(findOrphans("dev", host)).to.deep.equal({ clusters: [], networks: [] });
    });
});

describe("removeScratch", () => {
    it("takes away the files of the clusters that are named, and no others", async () => {
        const cache = await mkdtemp(join(tmpdir(), "istio-fleet-scratch-"));
        try {
            const locks = join(cache, "locks");
            for (const name of ["a_tmp", "b_tmp"]) {
                await mkdir(join(locks, name), { recursive: true });
                await writeFile(join(locks, name, "kubeconfig"), "a key");
            }
            for (const name of ["a", "a-b"]) await writeFile(join(locks, name), "");
            await removeScratch({ cache }, ["a", "not-there"]);
            expect((await readdir(locks)).sort()).to.deep.equal(["a-b", "b_tmp"]);
        } finally {
            await rm(cache, { recursive: true });
        }
    });
});
