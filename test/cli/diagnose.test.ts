// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
    diagnoseEngine,
    diagnoseInotify,
    diagnoseMemory,
    diagnoseNetwork,
    diagnosePlugins,
    diagnosePorts,
    diagnoseTool,
    formatDiagnoses,
    isHealthy,
} from "../../cli/diagnose";
import { parseStackConfig } from "../../cli/stackConfig";
import { type FleetPlan, kindClusters } from "../../plan/fleet";

const GIB = 1024 ** 3;

function planOf(text: string): FleetPlan {
    const { plan } = parseStackConfig(text);
    if (!plan) throw new Error("the test's own config is wrong");
    return plan;
}
const plan = planOf("config:\n  istio-fleet:clusters: [{name: a}, {name: b}]\n");
const port = (i: number) => kindClusters(plan)[i]?.apiServerPort ?? 0;

describe("diagnoses", () => {
    it("miss an engine, with who can start one", () => {
        expect(diagnoseEngine(undefined, true)).to.include({ ok: false, fix: "npm start" });
        expect(diagnoseEngine(undefined, false).fix).to.match(/^https:/);
        expect(diagnoseEngine("20.10.24", true).ok).to.equal(true);
        expect(diagnoseEngine("29.1.0", true).ok).to.equal(true);
        expect(diagnoseEngine("19.3.0", true).detail).to.contain("20.10.0 or newer");
    });

    it("tell tools that are here from those that `npm start` would get", () => {
        const lab = { name: "kind", use: "lab", reason: "kind of the lab" } as const;
        expect(diagnoseTool(lab, true)).to.deep.include({ ok: true, detail: "kind of the lab" });
        expect(diagnoseTool(lab, false)).to.include({ ok: false, fix: "npm start" });
        const none = { ...lab, use: "none", reason: "kind is missing" } as const;
        expect(diagnoseTool(none, false)).to.include({ ok: false, detail: "kind is missing" });
        expect(diagnoseTool(none, false)).not.to.have.property("fix");
    });

    it("say which plugins are stand-ins", () => {
        const plugins = [
            {
                name: "kubernetes",
                version: "4.34.2",
                path: "/k",
                standIn: false,
                note: "from source",
            },
            { name: "tls", version: "5.6.1", path: "/t", standIn: true },
        ];
        expect(diagnosePlugins(plugins).map(({ detail }) => detail)).to.deep.equal([
            "4.34.2 (from source)",
            "5.6.1, a stand-in of the lab",
        ]);
    });

    it("miss inotify instances, with the command", () => {
        expect(diagnoseInotify(128, 4)[0]).to.include({
            ok: true,
            detail: "128 allows 4 kind nodes.",
        });
        expect(diagnoseInotify(128, 5)[0]).to.include({
            ok: false,
            blocking: true,
            detail: "128 allows 4 kind nodes, and 5 are to run.",
            fix: "sudo sysctl -w fs.inotify.max_user_instances=512",
        });
        expect(diagnoseInotify(undefined, 5)).to.deep.equal([]);
    });

    it("only warn of memory", () => {
        expect(diagnoseMemory(8 * GIB, 2).ok).to.equal(true);
        expect(diagnoseMemory(2 * GIB, 2)).to.include({ ok: false, blocking: false });
    });

    it("reckon memory for control planes, for workers, and for pulumi", () => {
        const details = [diagnoseMemory(4 * GIB, 2), diagnoseMemory(4 * GIB, 1, 2)].map(
            ({ detail }) => detail,
        );
        expect(details).to.deep.equal([
            "4.0 GiB available; about 3.2 GiB are needed for 2 more kind clusters, pulumi.",
            "4.0 GiB available; about 3.1 GiB are needed for 1 more kind cluster, 2 workers, pulumi.",
        ]);
        expect(diagnoseMemory(3.6 * GIB, 1, 3).ok).to.equal(true);
        expect(diagnoseMemory(3.5 * GIB, 1, 3)).to.include({
            ok: false,
            fix: "End other programs, or use fewer clusters or workers.",
        });
        expect(diagnoseMemory(0, 0)).to.include({
            detail: "0.0 GiB available; about 1.0 GiB are needed for pulumi.",
            fix: "End other programs.",
        });
    });

    it("miss a port that another program has, not one of the cluster itself", () => {
        const busy = new Set([port(0), port(1)]);
        const node = { cluster: "a", running: true, mounts: [], networks: [] };
        const [a, b] = diagnosePorts(plan, busy, [node]);
        expect(a).to.include({ subject: "a", ok: true });
        expect(b).to.include({ subject: "b", ok: false });
        expect(b?.fix).to.contain(String(port(1)));
    });

    it("miss a free subnet", () => {
        const network = { id: "1", name: "other", subnets: ["172.30.0.0/20"], labels: {} };
        const host = { dockerNetworks: [network], routes: [] };
        const [found] = diagnoseNetwork(plan, "dev", host);
        expect(found).to.include({ ok: false, blocking: true });
        expect(found?.detail).to.contain('docker network "other"');
        const free = diagnoseNetwork(plan, "dev", { dockerNetworks: [], routes: [] });
        expect(free[0]?.ok).to.equal(true);
    });

    it("make a verdict of what blocks, and a list with the fixes", () => {
        const warning = diagnoseMemory(0, 1);
        const failure = diagnoseEngine(undefined, true);
        expect(isHealthy([warning])).to.equal(true);
        expect(isHealthy([warning, failure])).to.equal(false);
        const lines = formatDiagnoses([warning, failure]).split("\n");
        expect(lines[0]).to.match(/^warn {2}memory {2}available/);
        expect(lines[2]).to.match(/^FAIL {2}docker {2}engine/);
        expect(lines[3]).to.equal("      fix: npm start");
    });
});
