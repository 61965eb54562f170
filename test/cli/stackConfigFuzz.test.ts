// SPDX-License-Identifier: Apache-2.0
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import * as pulumi from "@pulumi/pulumi";
import { expect } from "chai";
import fc from "fast-check";
import { ROOT } from "../../cli/paths";
import { parseStackConfig } from "../../cli/stackConfig";
import { readConfig } from "../../config";
import { planFleet } from "../../plan/fleet";
import { formatProblem } from "../../plan/problem";
import { fleetsWithEdges } from "../helpers/arbitraryFleets";
import { HOSTILE_NAMES } from "../helpers/hostile";
import { overlapping } from "../helpers/planBlocks";

/** The files of stacks that come with the program. */
const SHIPPED = readdirSync(ROOT)
    .filter((name) => /^Pulumi\.[\w-]+\.yaml$/.test(name))
    .map((name) => readFileSync(join(ROOT, name), "utf8"));

const SECRET = "hunter2";
/** One with what nobody is to see, right and wrong. */
const SECRETIVE = `config:
  istio-fleet:clusters:
    - name: a
      existing:
        kubeconfig: ./a
        server: "https://admin:${SECRET}@10.0.0.5:6443"
        loadBalancer: provided
  istio-fleet:metrics: {central: a, alertmanager: "http://u:${SECRET}@alerts:9093"}
  istio-fleet:values:
    istiod:
      global: {token: ${SECRET}, more: ["${SECRET}", '${SECRET}']}
      text: |
        ${SECRET}
`;

/** Wants a plan that can be made, or problems of a line each. */
function expectSense(text: string): void {
    const { plan, problems } = parseStackConfig(text);
    expect(plan === undefined).to.equal(problems.length > 0);
    for (const problem of problems) expect(problem).to.match(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
    if (plan) expect(overlapping(plan)).to.deep.equal([]);
}

/** What is special in YAML, alone and together, and what a name may be. */
const fragment = fc.oneof(
    fc.constantFrom(...Array.from("{}[],:-?!&*#|>@`%'\" \t\r\n\0\uFEFF\\")),
    fc.constantFrom("---\n", "...\n", "%YAML 1.2\n", "<<: ", "&a ", "*a", "!!str ", "!x ", ": "),
    fc.constantFrom("&a [*a, *a]", "{<<: *a}", "[".repeat(5000), "? [a]\n: b\n", "secure: v1:x"),
    fc.constantFrom(...HOSTILE_NAMES),
    fc.string({ unit: "binary", maxLength: 5 }),
);

/** A text with something put in the place of some of it. */
function edited(text: string, most: number): fc.Arbitrary<string> {
    const edit = fc.tuple(fc.nat(text.length), fc.nat(12), fragment);
    return fc.array(edit, { minLength: 1, maxLength: most }).map((edits) =>
        edits.reduce((now, [at, length, other]) => {
            const from = Math.min(at, now.length);
            return now.slice(0, from) + other + now.slice(from + length);
        }, text),
    );
}

describe("any stack's file", () => {
    it("that comes with the program is planned", () => {
        expect(SHIPPED).not.to.deep.equal([]);
        expect(SHIPPED.flatMap((text) => parseStackConfig(text).problems)).to.deep.equal([]);
    });

    it("that somebody edited is planned or refused in words", () => {
        const texts = fc.constantFrom(...SHIPPED).chain((text) => edited(text, 4));
        fc.assert(fc.property(texts, expectSense), { numRuns: 600 });
    });

    it("that is no more than some text is planned or refused in words", () => {
        const texts = fc.array(fragment).map((fragments) => fragments.join(""));
        fc.assert(fc.property(texts, expectSense), { numRuns: 300 });
    });

    it("that ends anywhere, or has one character more, shows no secret", () => {
        // But for "?", which makes a key of it, and a quote, which makes it a URL's host.
        const specials = fc.constantFrom(...Array.from("{}[],:-!&*#|>@`%' \n"), "");
        const slips = fc
            .tuple(fc.nat(SECRETIVE.length), specials, fc.boolean())
            .map(([at, special, ends]) => {
                const rest = ends ? "" : SECRETIVE.slice(at);
                return SECRETIVE.slice(0, at) + special + rest;
            });
        fc.assert(
            fc.property(slips, (text) => {
                expectSense(text);
                expect(parseStackConfig(text).problems.join("\n")).not.to.contain(SECRET);
            }),
            { numRuns: 600 },
        );
    });
});

describe("a stack's file", () => {
    afterEach(() => {
        pulumi.runtime.setAllConfig({});
    });

    /** The config of a stack as the engine hands it over. */
    function asEngine(config: Readonly<Record<string, unknown>>): Record<string, string> {
        const texts = Object.entries(config).map(([key, value]) => [
            `istio-fleet:${key}`,
            typeof value === "object" && value !== null ? JSON.stringify(value) : String(value),
        ]);
        return Object.fromEntries(texts) as Record<string, string>;
    }

    /** The same as a stack's file. JSON is YAML, once its rarer characters are escaped. */
    function asFile(config: Readonly<Record<string, unknown>>): string {
        const keys = Object.entries(config).map(([key, value]) => [`istio-fleet:${key}`, value]);
        return JSON.stringify({ config: Object.fromEntries(keys) as unknown }).replace(
            /[^ -~]/g,
            (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`,
        );
    }

    /** What the program says of a config. */
    function programSays(config: Readonly<Record<string, unknown>>): string[] {
        pulumi.runtime.setAllConfig(asEngine(config));
        const read = readConfig();
        const planned = read.config ? planFleet(read.config).problems : [];
        return [...read.problems, ...planned].map(formatProblem);
    }

    it("is read as the program reads it, scalars and structures in texts too", () => {
        const other = fc.oneof(
            fc.constantFrom<unknown>(...HOSTILE_NAMES),
            fc.constantFrom<unknown>(true, 1, 1.5, "1", "[]", "{}", "[", "null", '["a -> b"]'),
            fc.jsonValue({ maxDepth: 2 }).filter((value) => value !== null),
        );
        const keys = ["clusters", "edges", "network", "meshId", "trust", "values", "bundle"];
        const others = fc.dictionary(fc.constantFrom(...keys, "__proto__", "x"), other);
        const configs = fc
            .tuple(fleetsWithEdges({ max: 3 }), others)
            .map(([[clusters, edges], given]) => ({ clusters, edges, ...given }));
        fc.assert(
            fc.property(configs, (config) => {
                expect(parseStackConfig(asFile(config)).problems).to.deep.equal(
                    programSays(config),
                );
            }),
            { numRuns: 300 },
        );
    });
});
