// SPDX-License-Identifier: Apache-2.0
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { upstream } from "../bundle";
import { ownRoot } from "./helpers/certificates";
import { FakeCommands } from "./helpers/fakeCommands";
import { messageOf, thrownBy } from "./helpers/errors";
import { record } from "./helpers/mocks";
import { GET_PODS, GET_TRUST, inNode, trustObjects } from "./helpers/trustAnswers";

const program = createRequire(__filename)("../index") as () => Promise<Record<string, unknown>>;

const EMPTY = {
    "network ls --quiet --no-trunc": "",
    "container ls --all --quiet --filter label=io.x-k8s.kind.role=control-plane": "",
};
const CLUSTERS = '[{"name":"west"},{"name":"east"}]';

/** A subnet that no machine has a route to (RFC 2544): the routes are this machine's own. */
const NETWORK = '{"subnet":"198.18.0.0/16"}';

/** Runs the program for stack `dev` with a config of the namespace istio-fleet. */
function run(config: Readonly<Record<string, string>>) {
    return record(() => {
        pulumi.runtime.setAllConfig(
            Object.fromEntries(
                Object.entries({ network: NETWORK, ...config }).map(([key, value]) => [
                    `istio-fleet:${key}`,
                    value,
                ]),
            ),
        );
        return program();
    }, "dev");
}

/** Puts variables of the environment back, those that were not set too. */
function restore(variables: Readonly<Record<string, string | undefined>>): void {
    for (const [name, value] of Object.entries(variables)) {
        if (value === undefined) Reflect.deleteProperty(process.env, name);
        else process.env[name] = value;
    }
}

describe("the program", () => {
    const { ISTIO_FLEET_BUNDLE, ISTIO_FLEET_CACHE } = process.env;
    let cache: string;
    let commands: FakeCommands;
    beforeEach(() => {
        commands = new FakeCommands().alone();
        commands.answer("docker", EMPTY).answer("kind", { version: "kind v0.33.0" });
        delete process.env.ISTIO_FLEET_BUNDLE;
        cache = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
        process.env.ISTIO_FLEET_CACHE = cache;
    });
    afterEach(() => {
        commands.remove();
        pulumi.runtime.setAllConfig({});
        rmSync(cache, { recursive: true });
        restore({ ISTIO_FLEET_BUNDLE, ISTIO_FLEET_CACHE });
    });

    it("makes the fleet of its config from the upstream sources", async () => {
        const { recording, result } = await run({ clusters: CLUSTERS, edges: '["west -> east"]' });
        expect(recording.names("istio-fleet:index:KindCluster")).to.deep.equal(["east", "west"]);
        expect(recording.names("istio-fleet:index:RemoteSecret")).to.deep.equal([
            "west.remote-secret.east",
        ]);
        expect(result.mesh).to.deep.equal({
            id: "fleet",
            trustDomain: "cluster.local",
            probeImage: upstream.probeImage,
        });
    });

    it("gives each cluster the CRDs of its charts, from a file of the cache", async () => {
        const { recording } = await run({ clusters: CLUSTERS });
        const [west, east] = ["west", "east"].map(
            (name) => recording.get("command:local:Command", `${name}-crds-apply`).inputs,
        );
        const { FILE: file = "" } = west?.environment as Record<string, string>;
        const list = JSON.parse(readFileSync(join(cache, "crds", `${file}.json`), "utf8")) as {
            items: { kind: string; metadata: { name: string; labels: object } }[];
        };
        const labels = { "istio-fleet.io/crd": "istio-fleet.dev" };
        expect(list.items).to.deep.equal([
            { kind: "CustomResourceDefinition", metadata: { name: "metallb", labels } },
            { kind: "CustomResourceDefinition", metadata: { name: "base", labels } },
        ]);
        expect([west?.environment, east?.environment]).to.deep.equal([
            { KIND_NODE: "west-control-plane", FILE: file },
            { KIND_NODE: "east-control-plane", FILE: file },
        ]);
    });

    it("measures the fleet where its config says so, and keeps metrics in its object store", async () => {
        const objectStore = join(cache, "bucket.yaml");
        writeFileSync(objectStore, "type: FILESYSTEM\nconfig: {directory: /x}\n");
        const metrics = JSON.stringify({ central: "east", objectStore });
        const { recording, result } = await run({ clusters: CLUSTERS, metrics });
        expect(result.metrics).to.deep.equal({
            central: "east",
            senders: ["east", "west"],
            scrapeSeconds: 15,
        });
        const secret = recording.get("kubernetes:core/v1:Secret", "east-thanos-store-objstore");
        expect(secret.inputs.stringData).to.deep.equal({
            "objstore.yaml": "type: FILESYSTEM\nconfig: {directory: /x}\n",
        });
    });

    it("gives the clusters of a measured fleet the CRDs of Prometheus Operator too", async () => {
        const { recording } = await run({ clusters: CLUSTERS, metrics: '{"central":"east"}' });
        const charts = recording.calls.map(({ args }) => {
            const { chart } = JSON.parse(String(args.jsonOpts)) as { chart: string };
            return chart;
        });
        expect(charts).to.have.members(["metallb", "base", "prometheus-operator-crds"]);
    });

    it("refuses an object store that cannot be read", async () => {
        const objectStore = join(cache, "missing.yaml");
        const metrics = JSON.stringify({ central: "east", objectStore });
        expect(await messageOf(() => run({ clusters: CLUSTERS, metrics }))).to.equal(
            "Pulumi.dev.yaml cannot be used (istio-fleet:):\n" +
                `  - metrics.objectStore: "${objectStore}" must be a file that can be read (ENOENT). ` +
                "See https://thanos.io/tip/thanos/storage.md/ for what it holds.",
        );
    });

    it("labels the network with the project and the stack", async () => {
        const { recording } = await run({ clusters: CLUSTERS });
        const network = recording.get("docker:index/network:Network", "network-istio-fleet");
        expect(network.inputs.labels).to.deep.equal([
            { label: "istio-fleet.stack", value: "istio-fleet/dev" },
        ]);
    });

    it("refuses a bad config, with everything that is wrong, and the file to change", async () => {
        const config = { clusters: '[{"name":"a"},{"name":"a"}]', meshId: "A", edges: '["a"]' };
        const message = await messageOf(() => run(config));
        expect(message.replaceAll(/(must|is) .*/g, "$1 …")).to.equal(
            "Pulumi.dev.yaml cannot be used (istio-fleet:):\n" +
                '  - meshId: "A" must …\n' +
                '  - clusters[1].name: "a" is …\n' +
                '  - edges[0]: "a" must …',
        );
    });

    it("refuses a subnet that another docker network has", async () => {
        const other = { Id: "id", Name: "other", IPAM: { Config: [{ Subnet: "198.18.1.0/24" }] } };
        commands.answer("docker", {
            ...EMPTY,
            "network ls --quiet --no-trunc": "id\n",
            "network inspect id": JSON.stringify([other]),
        });
        expect(await messageOf(() => run({ clusters: CLUSTERS }))).to.equal(
            "Pulumi.dev.yaml cannot be used (istio-fleet:):\n" +
                '  - network.subnet: "198.18.0.0/16" overlaps 198.18.1.0/24, ' +
                'which docker network "other" has on this machine. ' +
                "Choose a network.subnet that is free here.",
        );
    });

    it("refuses a stage of a rotation that the live fleet is not ready for", async () => {
        const network = {
            Id: "id",
            Name: "istio-fleet",
            IPAM: { Config: [{ Subnet: "198.18.0.0/16" }] },
            Labels: { "istio-fleet.stack": "istio-fleet/dev" },
        };
        const node = {
            State: { Running: true },
            Config: { Labels: { "io.x-k8s.kind.cluster": "east" } },
            Mounts: [{ Destination: "/kind/istio-fleet/0badcafe-0123456789ab" }],
            NetworkSettings: { Networks: { "istio-fleet": {} } },
        };
        commands.answer("docker", {
            "network ls --quiet --no-trunc": "id\n",
            "network inspect id": JSON.stringify([network]),
            "container ls --all --quiet --filter label=io.x-k8s.kind.role=control-plane": "node\n",
            "container inspect node": JSON.stringify([node]),
            [`${inNode("east")} ${GET_TRUST}`]: trustObjects(ownRoot(1)),
            [`${inNode("east")} ${GET_PODS}`]: "",
        });
        const trust = '{"rotation":"issue-next"}';
        expect(await messageOf(() => run({ clusters: CLUSTERS, trust }))).to.equal(
            "Pulumi.dev.yaml cannot be used (istio-fleet:):\n" +
                '  - trust.rotation: "issue-next" cannot be used yet: ' +
                "in east root 2 is not in ConfigMap istio-ca-root-cert. " +
                "Use trust.root 1 with trust.rotation trust-next until every proxy has what that brings; " +
                "`npm run rotate -- --root` takes a stage, and waits for that.",
        );
        const { recording } = await run({ clusters: CLUSTERS });
        expect(recording.names("istio-fleet:index:KindCluster")).to.deep.equal(["east", "west"]);
    });

    it("refuses without a stack trace, which would take Node ten seconds", async () => {
        const error = (await thrownBy(() => run({ clusters: "[]" }))) as Error;
        expect(pulumi.RunError.isInstance(error)).to.equal(true);
        expect(error.stack).to.equal(undefined);
    });

    const bundles: [string, Record<string, string>, string][] = [
        ["its environment", {}, "/environment/bundle.json"],
        [
            "its config before its environment",
            { bundle: "/config/bundle.json" },
            "/config/bundle.json",
        ],
    ];
    for (const [where, config, path] of bundles) {
        it(`looks for a bundle where ${where} says`, async () => {
            process.env.ISTIO_FLEET_BUNDLE = "/environment/bundle.json";
            const message = await messageOf(() => run({ clusters: CLUSTERS, ...config }));
            expect(message).to.match(new RegExp(`^bundle: "${path}" must be a readable JSON file`));
        });
    }

    it("says what is wrong with docker, and no more: no stack trace", async () => {
        commands.add("docker", "echo 'Cannot connect to the Docker daemon' >&2; exit 1");
        const error = await thrownBy(() => run({ clusters: CLUSTERS }));
        expect(pulumi.RunError.isInstance(error)).to.equal(true);
        expect((error as Error).message).to.match(
            /^docker: a running docker engine is needed, but Cannot connect to the Docker daemon\. /,
        );
        expect((error as Error).stack).to.equal(undefined);
    });
});
