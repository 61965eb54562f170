// SPDX-License-Identifier: Apache-2.0
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { expect } from "chai";
import type { Simulated } from "./scaleFleet";

/*
 * Takes half a minute of CPU, so it is not part of `npm test`: npm run test:scale.
 */
const MAX_SECONDS = 60;
const MAX_BYTES = 4 * 1024 ** 3;

const ROOT = join(__dirname, "..");
const SIMULATE = ["-r", "ts-node/register", join(__dirname, "scaleFleet.ts")];

function simulate(...args: string[]): Simulated {
    const options = { cwd: ROOT, encoding: "utf8", timeout: 4 * MAX_SECONDS * 1000 } as const;
    const simulated = execFileSync(process.execPath, [...SIMULATE, ...args], options);
    return JSON.parse(simulated) as Simulated;
}

/** Figures for docs/scale.md. */
function describeOne({ clusters, edges, seconds, cpuSeconds, peakBytes }: Simulated): string {
    const fleet = `${String(clusters)} clusters, ${String(edges)} edges`;
    const memory = `${String(Math.round(peakBytes / 1024 ** 2))} MiB`;
    return `${fleet}: ${seconds.toFixed(1)} s, ${cpuSeconds.toFixed(1)} s of CPU, ${memory}`;
}

/** So many resources of each type are there for so many clusters and edges: 32 and 7, and 4 once. */
function expectedCounts(clusters: number, edges: number): Record<string, number> {
    return {
        "command:local:Command": 4 * clusters,
        "docker:index/network:Network": 1,
        "istio-fleet:index:Crds": clusters,
        "istio-fleet:index:EastWestGateway": clusters,
        "istio-fleet:index:IstioControlPlane": clusters,
        "istio-fleet:index:KindCluster": clusters,
        "istio-fleet:index:MeshCa": 1,
        "istio-fleet:index:MetalLb": clusters,
        // Every cluster is observed by another one, and by peers alone.
        "istio-fleet:index:ReaderRole": clusters,
        "istio-fleet:index:RemoteReader": edges,
        "istio-fleet:index:RemoteSecret": edges,
        "istio-fleet:index:WebhookCertificate": clusters,
        "kubernetes:core/v1:Namespace": 2 * clusters,
        "kubernetes:core/v1:Secret": clusters + 2 * edges,
        "kubernetes:core/v1:ServiceAccount": edges,
        "kubernetes:helm.sh/v4:Chart": 4 * clusters,
        "kubernetes:metallb.io/v1beta1:IPAddressPool": clusters,
        "kubernetes:metallb.io/v1beta1:L2Advertisement": clusters,
        "kubernetes:networking.istio.io/v1:Gateway": clusters,
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRole": clusters,
        "kubernetes:rbac.authorization.k8s.io/v1:ClusterRoleBinding": edges,
        "kubernetes:rbac.authorization.k8s.io/v1:Role": clusters,
        "kubernetes:rbac.authorization.k8s.io/v1:RoleBinding": edges,
        "pulumi:providers:kubernetes": clusters,
        "tls:index/certRequest:CertRequest": 2 * clusters,
        "tls:index/locallySignedCert:LocallySignedCert": 2 * clusters,
        "tls:index/privateKey:PrivateKey": 3 * clusters + 1,
        "tls:index/selfSignedCert:SelfSignedCert": clusters + 1,
    };
}

/** What all resources wait for, added up. No square: no cluster waits for all others. */
function expectedDependencies(clusters: number, edges: number): number {
    return 1 + 49 * clusters + 24 * edges;
}

describe("a simulated fleet", function () {
    this.timeout(10 * MAX_SECONDS * 1000);

    let fleets: Simulated[];
    let largest: Simulated;
    before(() => {
        largest = simulate("make", "100", "ring");
        fleets = [simulate("make", "25", "ring"), simulate("make", "50", "ring"), largest];
        for (const fleet of fleets) process.stdout.write(`    ${describeOne(fleet)}\n`);
    });

    it("has five edges a cluster", () => {
        expect(fleets.map(({ clusters, edges }) => [clusters, edges])).to.deep.equal([
            [25, 125],
            [50, 250],
            [100, 500],
        ]);
    });

    it("has 6704 resources with 100 clusters and 500 edges", () => {
        const resources = Object.values(largest.counts).reduce((sum, count) => sum + count, 0);
        expect(resources).to.equal(4 + 32 * 100 + 7 * 500);
    });

    it("has so many resources of each type for each cluster and each edge, and no more", () => {
        expect(fleets.map(({ counts }) => counts)).to.deep.equal(
            fleets.map(({ clusters, edges }) => expectedCounts(clusters, edges)),
        );
    });

    it("has resources that wait for so many others", () => {
        expect(fleets.map(({ dependencies }) => dependencies)).to.deep.equal(
            fleets.map(({ clusters, edges }) => expectedDependencies(clusters, edges)),
        );
    });

    it("of 100 clusters and 500 edges is made within a minute and 4 GiB", () => {
        expect(largest.seconds).to.be.below(MAX_SECONDS);
        expect(largest.peakBytes).to.be.below(MAX_BYTES);
    });

    it("of 2048 clusters with 10240 edges is planned within a minute and 4 GiB", () => {
        const planned = simulate("plan", "2048", "ring");
        process.stdout.write(`    ${describeOne(planned)}\n`);
        expect(planned.edges).to.equal(10_240);
        expect(planned.seconds).to.be.below(MAX_SECONDS);
        expect(planned.peakBytes).to.be.below(MAX_BYTES);
    });

    it("of 2048 clusters in a full mesh is planned within a minute and 4 GiB", () => {
        const planned = simulate("plan", "2048", "full-mesh");
        process.stdout.write(`    ${describeOne(planned)}\n`);
        expect(planned.edges).to.equal(2048 * 2047);
        expect(planned.seconds).to.be.below(MAX_SECONDS);
        expect(planned.peakBytes).to.be.below(MAX_BYTES);
    });
});
