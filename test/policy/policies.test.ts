// SPDX-License-Identifier: Apache-2.0
import { createRequire } from "node:module";
import type { ResourceValidationArgs, ResourceValidationPolicy } from "@pulumi/policy";
import { AnalyzeRequest, AnalyzerResourceOptions } from "@pulumi/pulumi/proto/analyzer_pb";
import { expect } from "chai";
import { NOTICE_SECRETS, policies } from "../../policy/policies";
import { type Properties, secret } from "../helpers/wire";

/** How the engine writes a text that it does not know yet. */
const UNKNOWN_TEXT = "04da6b54-80e4-46f7-96ec-b56ff0331ba9";

const SECRET = "kubernetes:core/v1:Secret";
const POD = "kubernetes:core/v1:Pod";

interface Answer {
    getDiagnosticsList(): { getPolicyname(): string; getMessage(): string }[];
    getRemediationsList(): unknown[];
}

type Handler = (call: unknown, answer: (error: unknown, answer: Answer) => void) => unknown;
type MakeHandler = (
    pack: string,
    version: string,
    level: string,
    policies: readonly ResourceValidationPolicy[],
) => Handler;

/** What @pulumi/policy serves to the engine. It does not say so in its types. */
const { makeAnalyzeRpcFun, makeRemediateRpcFun } = createRequire(__filename)(
    "@pulumi/policy/server",
) as { makeAnalyzeRpcFun: MakeHandler; makeRemediateRpcFun: MakeHandler };

/** A request of the engine's. */
function requestFor(type: string, props: Properties, provider?: Properties): unknown {
    const request = new AnalyzeRequest();
    request.setType(type);
    request.setName("thing");
    request.setUrn(`urn:pulumi:s::p::${type}::thing`);
    request.setOptions(new AnalyzerResourceOptions());
    const struct = (content: Properties) => ({ toJavaScript: () => content });
    const about = provider && {
        getType: () => "pulumi:providers:kubernetes",
        getUrn: () => "urn:pulumi:s::p::pulumi:providers:kubernetes::a",
        getName: () => "a",
        getProperties: () => struct(provider),
    };
    return Object.assign(request, {
        getProperties: () => struct(props),
        getProvider: () => about,
    });
}

async function call(
    make: MakeHandler,
    list: readonly ResourceValidationPolicy[],
    request: unknown,
): Promise<Answer> {
    const handler = make("istio-fleet", "1.0.0", "mandatory", list);
    return await new Promise((resolve, reject) => {
        const answered = (error: unknown, answer: Answer) => {
            if (error instanceof Error) reject(error);
            else resolve(answer);
        };
        void handler({ request }, answered);
    });
}

/** What the policies say, as `policy: message`, when the engine asks them as it does. */
async function analyzed(
    type: string,
    props: Properties,
    {
        provider,
        list = policies(),
    }: { provider?: Properties; list?: ResourceValidationPolicy[] } = {},
): Promise<string[]> {
    const request = () => requestFor(type, props, provider);
    const remediated = await call(makeRemediateRpcFun, list, request());
    expect(remediated.getRemediationsList()).to.deep.equal([]);
    const answer = await call(makeAnalyzeRpcFun, list, request());
    return answer
        .getDiagnosticsList()
        .map((one) => `${one.getPolicyname()}: ${one.getMessage().split("\n")[1] ?? ""}`);
}

const pod = (container: Properties) => ({ spec: { containers: [{ name: "a", ...container }] } });
const SIZED = { requests: { cpu: "10m", memory: "64Mi" }, limits: { memory: "1Gi" } };

describe("policies, served by @pulumi/policy", () => {
    it("are these", () => {
        expect(policies().map(({ name }) => name)).to.deep.equal([
            "notice-secrets",
            "pinned-images",
            "container-resources",
            "no-plaintext-secrets",
            "explicit-provider",
            "no-cluster-admin",
        ]);
    });

    it("see what is secret in the state, and what is not", async () => {
        const clear =
            'no-plaintext-secrets: stringData: ["b"] must be secret in the state. ' +
            "Make it secret where it appears, by pulumi.secret.";
        expect(await analyzed(SECRET, { stringData: { a: secret("1"), b: "2" } })).to.deep.equal([
            clear,
        ]);
        expect(await analyzed(SECRET, { stringData: secret({ b: "2" }) })).to.deep.equal([]);
    });

    it("see a secret inside of a list, and one that is not known yet", async () => {
        const key = "-----BEGIN PRIVATE KEY-----";
        expect(await analyzed("a:b:C", { list: ["x", secret(key), key] })).to.deep.equal([
            'no-plaintext-secrets: list[2]: "(not shown)" must not hold a private key in clear. ' +
                "Make it secret where it appears, by pulumi.secret.",
        ]);
        expect(await analyzed(SECRET, { data: secret(UNKNOWN_TEXT) })).to.deep.equal([]);
    });

    it("take every secret for plain, and say why, where nobody notices them", async () => {
        const list = policies().filter(({ name }) => name !== NOTICE_SECRETS);
        expect(await analyzed(SECRET, { data: secret({ a: "eA==" }) }, { list })).to.deep.equal([
            'no-plaintext-secrets: data: ["a"] must be secret in the state. ' +
                "Make it secret where it appears, by pulumi.secret. notice-secrets is off.",
        ]);
    });

    it("look at what is known beside what is not", async () => {
        const containers = [
            { name: "a", image: UNKNOWN_TEXT, resources: SIZED },
            { name: "b", image: "b:latest", resources: SIZED },
        ];
        expect(await analyzed(POD, { spec: { containers } })).to.deep.equal([
            'pinned-images: spec.containers[1].image: "b:latest" ' +
                "must have a digest, or a tag that stays the same. " +
                "Give the release that was tested, as in name:v1.2.3, or its digest.",
        ]);
        expect(await analyzed(POD, { spec: UNKNOWN_TEXT })).to.deep.equal([]);
    });

    it("look at a pod of which something is secret", async () => {
        const [first] = await analyzed(POD, secretPod());
        expect(first).to.match(/^pinned-images: spec\.containers\[0\]\.image: "a:latest" /);
    });

    it("see the provider, with what is not known of it", async () => {
        const good = pod({ image: "a:1.2.3", resources: SIZED });
        const known = { kubeconfig: secret(UNKNOWN_TEXT) };
        expect(await analyzed(POD, good, { provider: known })).to.deep.equal([]);
        expect(await analyzed(POD, good, { provider: {} })).to.deep.equal([
            'explicit-provider: provider.kubeconfig: nothing must be set in provider "a": ' +
                "it leads to the cluster of whoever runs it. Give it the provider of its cluster, " +
                "as cluster.inCluster of stacks/clusters.ts does for all below.",
        ]);
    });
});

function secretPod(): Properties {
    return { spec: secret({ containers: [{ name: "a", image: "a:latest", resources: SIZED }] }) };
}

describe("a policy's settings", () => {
    /** What a policy says of a resource called thing, with settings. */
    function said(name: string, props: Properties, settings: object): string[] {
        const messages: string[] = [];
        const policy = policies().find((one) => one.name === name);
        const args = {
            type: POD,
            name: "thing",
            urn: "urn",
            props,
            getConfig: () => settings,
        } as unknown as ResourceValidationArgs;
        const { validateResource: validate } = policy ?? {};
        if (typeof validate !== "function") throw new Error(`no policy ${name}`);
        void validate(args, (message) => messages.push(message));
        return messages;
    }

    it("are taken", () => {
        const props = pod({ image: "a:1.2.3" });
        expect(said("pinned-images", props, {})).to.deep.equal([]);
        expect(said("pinned-images", props, { requireDigest: true })).to.deep.equal([
            'spec.containers[0].image: "a:1.2.3" must have a digest. ' +
                "Add its digest, as in name:v1.2.3@sha256:…",
        ]);
    });

    it("leave resources alone that are exempt by their name", () => {
        const props = pod({ image: "a" });
        expect(said("pinned-images", props, { exempt: ["other"] })).to.have.length(1);
        expect(said("pinned-images", props, { exempt: ["thing"] })).to.deep.equal([]);
    });

    it("are described to the engine, with their defaults", () => {
        const schemas = policies().map(({ name, configSchema }) => [
            name,
            Object.fromEntries(
                Object.entries(configSchema?.properties ?? {}).map(([key, schema]) => [
                    key,
                    schema.default,
                ]),
            ),
        ]);
        expect(Object.fromEntries(schemas)).to.deep.equal({
            "notice-secrets": {},
            "pinned-images": {
                requireDigest: false,
                floatingTags: [
                    "latest",
                    "stable",
                    "edge",
                    "nightly",
                    "main",
                    "master",
                    "dev",
                    "canary",
                ],
                exempt: [],
            },
            "container-resources": {
                required: ["requests.cpu", "requests.memory", "limits.memory"],
                exempt: [],
            },
            "no-plaintext-secrets": { allowedNames: [], exempt: [] },
            "explicit-provider": { exempt: [] },
            "no-cluster-admin": { exempt: [] },
        });
    });
});
