// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import {
    isLeftover,
    namespaceManifest,
    podManifest,
    probeIdentity,
} from "../../verify/probeManifests";

const run = { namespace: "istio-fleet-verify-1", host: "here", pid: 42 };
const HOUR = 3600 * 1000;

describe("probe manifests", () => {
    it("name the cluster in the identity", () => {
        expect(probeIdentity("cluster.local", run, "b")).to.equal(
            "spiffe://cluster.local/ns/istio-fleet-verify-1/sa/probe-b",
        );
    });

    it("never need a registry when the image is there, and no privilege", () => {
        const text = JSON.stringify(podManifest("a", "agnhost:1"));
        expect(text.match(/"imagePullPolicy":"IfNotPresent"/g)).to.have.length(2);
        expect(text.match(/"allowPrivilegeEscalation":false/g)).to.have.length(2);
        expect(text).to.contain('"runAsNonRoot":true');
    });
});

describe("isLeftover", () => {
    const made = namespaceManifest(run) as {
        metadata: { name: string; annotations: Record<string, string> };
    };
    const found = (age: number, more = {}) => ({
        metadata: {
            ...made.metadata,
            creationTimestamp: new Date(Date.parse("2026-01-01") - age).toISOString(),
            ...more,
        },
    });
    const now = (host: string, alive: boolean) => ({
        host,
        time: Date.parse("2026-01-01"),
        isAlive: (pid: number) => pid === 42 && alive,
    });

    it("is what a process of this host left when it was killed", () => {
        expect(isLeftover(found(1000), now("here", false))).to.equal(true);
    });

    it("is not a run that is still going", () => {
        expect(isLeftover(found(1000), now("here", true))).to.equal(false);
    });

    it("is not a young run of another host", () => {
        expect(isLeftover(found(1000), now("there", false))).to.equal(false);
    });

    it("is whatever is older than any run", () => {
        expect(isLeftover(found(HOUR), now("there", true))).to.equal(true);
    });

    it("is not what is being deleted already", () => {
        const deleting = found(HOUR, { deletionTimestamp: "2026-01-01T00:00:00Z" });
        expect(isLeftover(deleting, now("here", false))).to.equal(false);
    });

    it("is not something young without annotations", () => {
        expect(isLeftover(found(1000, { annotations: undefined }), now("here", false))).to.equal(
            false,
        );
    });
});
