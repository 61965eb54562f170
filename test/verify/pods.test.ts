// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { type Pod, describePod, hasProxy, isReady, parsePod } from "../../verify/pods";

const pod = (status: object, spec: object = {}): Pod =>
    parsePod({
        metadata: { name: "probe-a", namespace: "v1" },
        spec: { containers: [{ name: "server" }], ...spec },
        status,
    });

describe("pods", () => {
    it("finds the proxy where native sidecars are, and where they were", () => {
        expect(hasProxy(pod({}))).to.equal(false);
        expect(hasProxy(pod({}, { initContainers: [{ name: "istio-proxy" }] }))).to.equal(true);
        expect(hasProxy(pod({}, { containers: [{ name: "istio-proxy" }] }))).to.equal(true);
    });

    it("is ready when Kubernetes says so", () => {
        expect(isReady(pod({ conditions: [{ type: "Ready", status: "True" }] }))).to.equal(true);
        expect(isReady(pod({ conditions: [{ type: "Ready", status: "False" }] }))).to.equal(false);
        expect(isReady(pod({}))).to.equal(false);
    });

    it("says why a pod is not ready", () => {
        const waiting = { reason: "ErrImageNeverPull", message: "no image" };
        const told = describePod(
            pod({
                initContainerStatuses: [{ name: "istio-init", state: { waiting } }],
                containerStatuses: [
                    { name: "server", state: { waiting: { reason: "PodInitializing" } } },
                ],
            }),
        );
        expect(told).to.contain("container istio-init: ErrImageNeverPull no image");
    });

    it("says that a pod finds no node", () => {
        const condition = { type: "PodScheduled", status: "False", message: "0/1 nodes available" };
        expect(describePod(pod({ conditions: [condition] }))).to.contain("0/1 nodes available");
    });

    it("names the containers that are not ready yet", () => {
        const statuses = [
            { name: "server", ready: true },
            { name: "client", ready: false },
        ];
        expect(describePod(pod({ containerStatuses: statuses }))).to.contain(
            "not ready yet: client",
        );
    });
});
