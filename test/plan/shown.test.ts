// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import fc from "fast-check";
import { cut, jsonOf, printable, withoutUser } from "../../plan/shown";

describe("cut", () => {
    it("leaves a text that fits, and ends a longer one with dots", () => {
        expect(cut("abcdef", 6)).to.equal("abcdef");
        expect(cut("abcdefg", 6)).to.equal("abc...");
    });
});

describe("printable", () => {
    const cases: Record<string, string> = {
        "line feeds": "a\nb\tc|a\\u000ab\\u0009c",
        "what terminals obey": "\u001b[31m\u009b2J|\\u001b[31m\\u009b2J",
        "what turns the line around": "a\u202eb|a\\u202eb",
        "what nobody sees": "a\u200bb\u2028c\0|a\\u200bb\\u2028c\\u0000",
        "halves of characters": "\ud83d|\\ud83d",
        "rare planes": "\u{e0001}|\\u{e0001}",
    };
    for (const [what, texts] of Object.entries(cases)) {
        const [text = "", shown] = texts.split("|");
        it(`shows ${what}`, () => expect(printable(text)).to.equal(shown));
    }

    it("leaves what can be seen", () => {
        const text = "a b ä 😀 \"'\\ →";
        expect(printable(text)).to.equal(text);
    });

    it("gives one line of any text", () => {
        fc.assert(
            fc.property(fc.string({ unit: "binary" }), (text) => {
                expect(printable(text)).to.match(/^[^\n\r\p{Cs}\p{Zl}\p{Zp}]*$/u);
            }),
        );
    });
});

describe("withoutUser", () => {
    const cases: [text: string, shown: string][] = [
        ["https://u:p@h:1/x", "https://***@h:1/x"],
        ["http://u@h", "http://***@h"],
        ["https://u:p/w@x@h", "https://***@h"],
        ["https://u:p\nw@h", "https://***@h"],
        ["//u:p@h", "//***@h"],
        ["u:p@h", "***@h"],
        ["u:p//w@h", "***@h"],
        ["https://10.0.0.5:6443", "https://10.0.0.5:6443"],
        ["admin@lan", "admin@lan"],
        ["./me@home/kubeconfig", "./me@home/kubeconfig"],
        ["a: b", "a: b"],
        ["@", "@"],
        ["", ""],
    ];
    for (const [text, shown] of cases) {
        it(`makes ${JSON.stringify(shown)} of ${JSON.stringify(text)}`, () => {
            expect(withoutUser(text)).to.equal(shown);
        });
    }
});

describe("jsonOf", () => {
    it("is JSON, where that fits", () => {
        const finite = fc.jsonValue().filter((value) => !JSON.stringify(value).includes("@"));
        fc.assert(
            fc.property(finite, (value) => {
                expect(jsonOf(value, 1e6)).to.equal(JSON.stringify(value));
            }),
            { examples: [[{ a: [1, { b: null }], c: {}, d: [] }]] },
        );
    });

    it("names numbers that JSON has not", () => {
        expect(jsonOf([Number.NaN, Infinity, 10n], 80)).to.equal("[NaN,Infinity,10]");
    });

    it("shows no user of a URL at any depth, also where it cuts", () => {
        expect(jsonOf({ a: ["https://u:p@h"] }, 80)).to.equal('{"a":["https://***@h"]}');
        const long = `https://u:${"p".repeat(100)}@h`;
        expect(jsonOf([long], 80)).to.equal('["https://***@h"]');
    });

    it("shows the beginning of what holds itself, or is huge", () => {
        const endless: unknown[] = [];
        endless.push(endless);
        expect(jsonOf(endless, 10)).to.equal("[[[[[[[...");
        const small = Array.from({ length: 1000 }, () => "x");
        const wide = Array.from({ length: 1000 }, () => small);
        const wider = Array.from({ length: 1000 }, () => wide);
        expect(jsonOf(wider, 12)).to.equal('[[["x","x...');
    });
});
