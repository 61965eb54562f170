// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { findOrphans } from "../../cli/orphans";

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
    mounts: [],
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

    it("finds nothing where nothing is the stack's", () => {
        const host = { dockerNetworks: [network("fleet")], kindNodes: [node("a", "fleet")] };
        expect(findOrphans("dev", host)).to.deep.equal({ clusters: [], networks: [] });
    });
});
