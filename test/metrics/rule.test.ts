// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { clusterAlerts } from "../../metrics/clusterAlerts";
import { fleetAlerts } from "../../metrics/fleetAlerts";
import { type RuleGroup, oneOf, plain, quoted } from "../../metrics/rule";
import { alertsOf } from "./alertTests";

const STRING = /"(?:[^"\\]|\\.)*"/g;

/** All rules in which there are names from the config. */
function groupsOf(name: string): RuleGroup[] {
    return [
        ...clusterAlerts({
            cluster: name,
            isPrimary: true,
            remoteClusters: [name],
            gateway: true,
            sends: true,
            thanosServices: [name],
            scrapeSeconds: 15,
            expiryDays: 14,
            behindSeconds: 120,
        }),
        ...fleetAlerts({
            senders: [name],
            edges: [{ observing: name, observed: name }],
            reportSeconds: 120,
            edgeSilentMinutes: 15,
        }),
    ];
}

/** The expressions, with nothing in their strings. */
const skeletons = (name: string): string[] =>
    groupsOf(name).flatMap(({ rules }) => rules.map(({ expr }) => expr.replaceAll(STRING, '""')));

const anyText = fc.oneof(
    fc.string(),
    fc.string({ unit: "binary" }),
    fc.constantFrom('c1"} or vector(1) or x{y="', "\\", '\\"', "a|b", ".*", "{{ $value }}", "\n"),
);

describe("texts in rules", () => {
    it("are quoted as PromQL has it", () => {
        expect(quoted("c1")).to.equal('"c1"');
        expect(quoted('a"b\\c\n')).to.equal('"a\\"b\\\\c\\n"');
    });

    it("are alternatives of which nothing is a pattern", () => {
        expect(oneOf(["c1", "c2"])).to.equal('"c1|c2"');
        expect(oneOf(["a.b"])).to.equal('"a\\\\.b"');
    });

    it("begin no template", () => {
        expect(plain("c1")).to.equal("c1");
        expect(plain("{{ $value }}")).to.equal('{{"{{"}} $value }}');
    });

    it("never change an expression", () => {
        const expected = skeletons("c1");
        fc.assert(
            fc.property(anyText, (name) => {
                expect(skeletons(name)).to.deep.equal(expected);
            }),
        );
    });

    it("match themselves, and nothing else", () => {
        fc.assert(
            fc.property(fc.array(anyText, { minLength: 1 }), anyText, (texts, other) => {
                const pattern = new RegExp(`^(?:${JSON.parse(oneOf(texts)) as string})$`, "s");
                for (const text of texts) expect(pattern.test(text)).to.equal(true);
                expect(pattern.test(other)).to.equal(texts.includes(other));
            }),
        );
    });

    it("are no templates in labels and annotations", () => {
        const templates = (name: string): string[] =>
            alertsOf(groupsOf(name)).flatMap(({ labels, annotations }) =>
                [...Object.values(labels), ...Object.values(annotations)].flatMap(
                    (text) =>
                        text
                            .split('{{"{{"}}')
                            .join("")
                            .match(/\{\{.*?\}\}/gs) ?? [],
                ),
            );
        const expected = templates("c1");
        expect(expected.length).to.be.greaterThan(0);
        fc.assert(
            fc.property(anyText, (name) => {
                expect(templates(name)).to.deep.equal(expected);
            }),
        );
    });
});
