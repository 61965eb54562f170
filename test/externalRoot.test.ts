// SPDX-License-Identifier: Apache-2.0
import { X509Certificate, generateKeyPairSync } from "node:crypto";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import { type Issuer, certificate } from "./helpers/certificates";
import { messageOf } from "./helpers/errors";
import { FakeCommands } from "./helpers/fakeCommands";
import { record, settled } from "./helpers/mocks";

const program = createRequire(__filename)("../index") as () => Promise<Record<string, unknown>>;

const NODES = "container ls --all --quiet --filter label=io.x-k8s.kind.role=control-plane";
const EMPTY = { "network ls --quiet --no-trunc": "", [NODES]: "" };
/** What docker says where cluster west is there already, stopped. */
const WEST_IS_THERE = {
    "network ls --quiet --no-trunc": "n\n",
    "network inspect n": JSON.stringify([
        {
            Id: "n",
            Name: "istio-fleet",
            IPAM: { Config: [{ Subnet: "198.18.0.0/16" }] },
            Labels: { "istio-fleet.stack": "istio-fleet/dev" },
        },
    ]),
    [NODES]: "c\n",
    "container inspect c": JSON.stringify([
        {
            State: { Running: false },
            Config: { Labels: { "io.x-k8s.kind.cluster": "west" } },
            Mounts: [{ Destination: "/kind/istio-fleet/abc-def" }],
            NetworkSettings: { Networks: { "istio-fleet": {} } },
        },
    ]),
};

const newKey = () => generateKeyPairSync("ed25519").privateKey;
const [east, west] = [newKey(), newKey()];
/** The keys that the provider makes. */
const states = new Map(
    Object.entries({ east, west }).map(([name, key]) => [
        `mesh-ca-${name}-key`,
        { privateKeyPem: key.export({ type: "pkcs8", format: "pem" }) },
    ]),
);
const root = certificate({ commonName: "root" });

describe("the program, with a root that is kept elsewhere", () => {
    const { ISTIO_FLEET_BUNDLE, ISTIO_FLEET_CACHE } = process.env;
    const { warn } = pulumi.log;
    let folder: string;
    let commands: FakeCommands;
    let warnings: string[];
    beforeEach(() => {
        commands = new FakeCommands().alone();
        commands.answer("docker", EMPTY).answer("kind", { version: "kind v0.33.0" });
        delete process.env.ISTIO_FLEET_BUNDLE;
        folder = mkdtempSync(join(tmpdir(), "istio-fleet-test-"));
        process.env.ISTIO_FLEET_CACHE = folder;
        mkdirSync(join(folder, "signed"));
        writeFileSync(join(folder, "roots.pem"), root.pem);
        warnings = [];
        setWarn((text) => {
            warnings.push(text);
            return Promise.resolve();
        });
    });
    afterEach(() => {
        commands.remove();
        pulumi.runtime.setAllConfig({});
        rmSync(folder, { recursive: true });
        if (ISTIO_FLEET_BUNDLE !== undefined) process.env.ISTIO_FLEET_BUNDLE = ISTIO_FLEET_BUNDLE;
        if (ISTIO_FLEET_CACHE === undefined) delete process.env.ISTIO_FLEET_CACHE;
        else process.env.ISTIO_FLEET_CACHE = ISTIO_FLEET_CACHE;
        setWarn(warn);
    });

    function setWarn(log: (text: string) => Promise<void>): void {
        (pulumi.log as { warn: typeof log }).warn = log;
    }
    const signed = (cluster: string) => join(folder, "signed", `${cluster}.pem`);
    const sign = (cluster: string, key = newKey(), issuer: Issuer = root) => {
        const { pem } = certificate({ commonName: `Intermediate ${cluster}` }, issuer, key);
        writeFileSync(signed(cluster), pem);
    };
    const run = (its: typeof states = states) =>
        record(
            () => {
                const externalRoot = {
                    certificates: join(folder, "roots.pem"),
                    intermediates: join(folder, "signed"),
                };
                pulumi.runtime.setAllConfig({
                    "istio-fleet:clusters": '[{"name":"west"},{"name":"east"}]',
                    "istio-fleet:network": '{"subnet":"198.18.0.0/16"}',
                    "istio-fleet:trust": JSON.stringify({ externalRoot }),
                });
                return program();
            },
            "dev",
            its,
        );

    it("makes no more than keys and requests while nothing is signed", async () => {
        const { recording, result } = await run();
        expect(recording.counts()).to.deep.equal({
            "istio-fleet:index:ExternalCa": 1,
            "tls:index/privateKey:PrivateKey": 2,
            "tls:index/certRequest:CertRequest": 2,
        });
        expect(recording.calls).to.deep.equal([]);
        expect(await settled(pulumi.output(result.certificateRequests))).to.deep.equal({
            value: {
                east: "request of mesh-ca-east-request\n",
                west: "request of mesh-ca-west-request\n",
            },
            secret: false,
        });
        expect(result.clusters).to.deep.equal({});
        expect(warnings.length).to.equal(1);
        expect(warnings[0]?.split("\n").slice(1)).to.deep.equal([
            `  - east: ${signed("east")}`,
            `  - west: ${signed("west")}`,
        ]);
    });

    it("makes what is signed, and keeps the keys of the rest", async () => {
        sign("east", east);
        const { recording, result } = await run();
        expect(recording.names("istio-fleet:index:KindCluster")).to.deep.equal(["east"]);
        expect(recording.names("istio-fleet:index:RemoteSecret")).to.deep.equal([]);
        expect(recording.names("tls:index/certRequest:CertRequest")).to.include.members([
            "mesh-ca-east-request",
            "mesh-ca-west-request",
        ]);
        expect(Object.keys(result.clusters as object)).to.deep.equal(["east"]);
        expect(warnings[0]?.split("\n").slice(1)).to.deep.equal([`  - west: ${signed("west")}`]);
    });

    it("makes the whole mesh of what is signed, with the given root", async () => {
        sign("east", east);
        sign("west", west);
        const { recording } = await run();
        expect(recording.names("istio-fleet:index:RemoteSecret")).to.deep.equal([
            "east.remote-secret.west",
            "west.remote-secret.east",
        ]);
        const { inputs } = recording.get("kubernetes:core/v1:Secret", "east-istio-cacerts");
        const files = inputs.stringData as Record<string, string>;
        const text = new X509Certificate(root.pem).toString();
        expect(files["root-cert.pem"]).to.equal(text);
        expect(recording.names("tls:index/selfSignedCert:SelfSignedCert")).to.not.include(
            "mesh-ca-root",
        );
        expect(warnings).to.deep.equal([]);
    });

    it("refuses files that are wrong", async () => {
        sign("east", east, certificate({ commonName: "stranger" }));
        expect(await messageOf(() => run())).to.equal(
            "Pulumi.dev.yaml cannot be used (istio-fleet:):\n" +
                `  - trust.externalRoot.intermediates: "${signed("east")}" must lead to a root of trust.externalRoot.certificates. ` +
                "After the intermediate comes what is between it and that root. A new root is trusted first.",
        );
    });

    it("refuses a certificate for another key, before any cluster is made", async () => {
        sign("east");
        sign("west", west);
        const made: string[] = [];
        const noting = new Map(states);
        noting.get = (name) => {
            made.push(name);
            return states.get(name);
        };
        expect(await messageOf(() => run(noting))).to.contain(
            `"${signed("east")}" begins with a certificate for another key`,
        );
        expect(made.sort()).to.deep.equal([
            "mesh-ca",
            "mesh-ca-east-key",
            "mesh-ca-east-request",
            "mesh-ca-west-key",
            "mesh-ca-west-request",
        ]);
    });

    it("refuses to remove a cluster whose file has gone", async () => {
        commands.answer("docker", WEST_IS_THERE);
        expect(await messageOf(() => run())).to.equal(
            "Pulumi.dev.yaml cannot be used (istio-fleet:):\n" +
                `  - trust.externalRoot.intermediates: "${signed("west")}" is not there, and without it west would be removed. ` +
                "Put it back: the request is in stack output certificateRequests. Or take west out of clusters.",
        );
        expect(warnings).to.deep.equal([]);
    });
});
