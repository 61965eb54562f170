// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import * as fc from "fast-check";
import { parseXfcc } from "../../verify/xfcc";

const SERVER = "spiffe://cluster.local/ns/v/sa/probe-b";
const CLIENT = "spiffe://cluster.local/ns/v/sa/probe-a";

describe("parseXfcc", () => {
    it("reads what a sidecar writes", () => {
        const header = `By=${SERVER};Hash=5d9e;Subject="";URI=${CLIENT}`;
        expect(parseXfcc(header)).to.deep.equal([{ by: SERVER, uri: CLIENT }]);
    });

    it("reads several elements in order", () => {
        const header = `By=x;URI=y,By=${SERVER};URI=${CLIENT}`;
        expect(parseXfcc(header).at(-1)).to.deep.equal({ by: SERVER, uri: CLIENT });
    });

    it("is not misled by separators and quotes inside a quoted value", () => {
        const header = `Subject="CN=\\"a,b\\";By=evil,URI=evil";By=${SERVER};URI="${CLIENT}"`;
        expect(parseXfcc(header)).to.deep.equal([{ by: SERVER, uri: CLIENT }]);
    });

    it("takes the first of two pairs with one key", () => {
        expect(parseXfcc(`By=${SERVER};By=evil`)).to.deep.equal([{ by: SERVER }]);
    });

    it("finds nothing in nothing", () => {
        expect(parseXfcc("")).to.deep.equal([]);
        expect(parseXfcc(" , ")).to.deep.equal([]);
    });

    it("gives back any quoted subject's neighbours", () => {
        fc.assert(
            fc.property(fc.string(), (subject) => {
                const quoted = subject.replaceAll(/["\\]/g, "\\$&");
                const header = `Subject="${quoted}";By=${SERVER};URI=${CLIENT}`;
                expect(parseXfcc(header)).to.deep.equal([{ by: SERVER, uri: CLIENT }]);
            }),
        );
    });
});
