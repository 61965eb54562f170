// SPDX-License-Identifier: Apache-2.0
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect } from "chai";
import { load } from "js-yaml";
import type { ReachableCluster } from "../../plan/existingFacts";
import { formatProblem } from "../../plan/problem";
import { RULES } from "../../policy/rules";
import { type WrittenResource, checkDeletedWith } from "../../policy/rules/deletedWith";
import { type PolicyResource, keyOf } from "../../policy/rules/rule";
import type { Path } from "../../policy/rules/tree";
import { reachable } from "../helpers/existing";
import { type ClusterInput, configOf } from "../helpers/fleets";
import type { Recording, Registration } from "../helpers/mocks";
import { defaultsOf } from "../helpers/policies";
import { SHIPPED_STACKS } from "../helpers/shippedStacks";
import { EMPTY, type Fleet, recordFleet } from "../helpers/stacks";

const ROOT = resolve(__dirname, "../..");
const PROVIDER = "pulumi:providers:kubernetes";

interface ShippedCluster {
    readonly name: string;
    readonly existing?: object;
}

/** The fleet of a stack's file, with existing clusters that have nothing in them. */
async function shipped(stack: string): Promise<Fleet> {
    const text = readFileSync(join(ROOT, `Pulumi.${stack}.yaml`), "utf8");
    const { config } = load(text) as { config: Record<string, unknown> };
    const { clusters, ...others } = Object.fromEntries(
        Object.entries(config).map(([key, value]) => [key.replace("istio-fleet:", ""), value]),
    );
    const existing = (clusters as ShippedCluster[])
        .filter((cluster) => cluster.existing !== undefined)
        .map(({ name }): [string, ReachableCluster] => [name, reachable({ uid: `uid-${name}` })]);
    return await recordFleet(configOf(clusters as ClusterInput[], others), {
        host: { ...EMPTY, existing: new Map(existing) },
    });
}

/** A value of the engine's request that comes from an ancestor where a resource has none itself. */
function inherited(
    recording: Recording,
    one: Registration,
    own: (one: Registration) => string | undefined,
): string {
    const value = own(one) ?? "";
    const parent = recording.all.find(({ urn }) => urn === one.parent);
    return value === "" && parent ? inherited(recording, parent, own) : value;
}

function providerOf(recording: Recording, one: Registration): Registration | undefined {
    if (!one.custom || !one.type.startsWith("kubernetes:")) return undefined;
    const name = inherited(recording, one, ({ custom, provider, providers }) =>
        custom ? provider : providers.kubernetes,
    );
    return recording.all.find((other) => other.type === PROVIDER && other.name === name);
}

/** Paths of secrets: the mocks write them with dots, which keys have too. */
function secretKeys({ inputs, secrets }: Registration): ReadonlySet<string> {
    const wanted = new Set(secrets);
    const keys = new Set<string>();
    const visit = (value: unknown, path: Path) => {
        if (wanted.has(path.join("."))) keys.add(keyOf(path));
        if (typeof value !== "object" || value === null) return;
        for (const [key, item] of Object.entries(value)) {
            visit(item, [...path, Array.isArray(value) ? Number(key) : key]);
        }
    };
    visit(inputs, []);
    return keys;
}

function violations({ recording }: Fleet): string[] {
    return recording.all.flatMap((one) => {
        const provider = providerOf(recording, one);
        const resource: PolicyResource = {
            type: one.type,
            props: one.inputs,
            secrets: secretKeys(one),
            ...(provider && { provider: { name: provider.name, props: provider.inputs } }),
        };
        return RULES.flatMap((rule) =>
            rule
                .check(resource, defaultsOf(rule))
                .map((problem) => `${rule.name} of ${one.name}: ${formatProblem(problem)}`),
        );
    });
}

/** Everything as it would be in the state. */
function written({ recording }: Fleet): WrittenResource[] {
    return recording.all.map((one) => {
        const provider = providerOf(recording, one);
        return {
            urn: one.urn,
            type: one.type,
            inputs: one.inputs,
            deletedWith: inherited(recording, one, ({ deletedWith }) => deletedWith),
            ...(provider && { provider: `${provider.urn}::id` }),
        };
    });
}

/** What charts render is not here: test/e2e/ looks at it. */
describe("the policy pack on what the program makes", () => {
    it("has stacks to look at", () => {
        expect(SHIPPED_STACKS).to.include.members(["dev", "existing", "three-clusters"]);
    });

    for (const stack of SHIPPED_STACKS) {
        it(`has nothing against stack ${stack}`, async () => {
            const fleet = await shipped(stack);
            expect(violations(fleet)).to.deep.equal([]);
            expect(checkDeletedWith(written(fleet))).to.deep.equal([]);
        });
    }

    it("would find an object that stays when its kind cluster goes", async () => {
        const all = written(await shipped("dev")).map((one) =>
            one.urn.endsWith("::cluster-1-istio-namespace") ? { ...one, deletedWith: "" } : one,
        );
        expect(checkDeletedWith(all).map(({ urn }) => urn.split("::")[3])).to.deep.equal([
            "cluster-1-istio-namespace",
        ]);
    });
});
