// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { parseCertificates, rootBehind } from "../../plan/certificates";
import { type Issuer, certificate } from "../helpers/certificates";

describe("rootBehind", () => {
    const root = certificate({ commonName: "root" });
    const upper = certificate({ commonName: "upper" }, root);
    const lower = certificate({ commonName: "lower" }, upper);

    /** The fingerprint of the root that is found, and of certificates. */
    function found(of: Issuer, ...pool: Issuer[]): string | undefined {
        const [first, ...others] = parseCertificates([of, ...pool].map(({ pem }) => pem).join(""));
        return first && rootBehind(first, others)?.fingerprint256;
    }
    const fingerprint = ({ pem }: Issuer) => parseCertificates(pem)[0]?.fingerprint256;

    it("is found over all that is between, in whatever order", () => {
        expect(found(lower, root, upper)).to.equal(fingerprint(root));
        expect(found(upper, root)).to.equal(fingerprint(root));
    });

    it("is the certificate itself where that is one", () => {
        expect(found(root)).to.equal(fingerprint(root));
    });

    it("is not found where a part is missing", () => {
        expect(found(lower, root)).to.equal(undefined);
        expect(found(lower, upper)).to.equal(undefined);
    });

    it("is not one of the same name and another key", () => {
        const other = certificate({ commonName: "root" });
        expect(found(upper, other)).to.equal(undefined);
        expect(found(upper, other, root)).to.equal(fingerprint(root));
    });

    it("is the root itself, not as another one has signed it", () => {
        const other = certificate({ commonName: "other" });
        const crossed = certificate({ commonName: "root" }, other, root.key);
        expect(found(upper, crossed, other, root)).to.equal(fingerprint(root));
        expect(found(upper, crossed, other)).to.equal(fingerprint(other));
    });

    it("is none where two signed each other", () => {
        const a = certificate({ commonName: "a" });
        const b = certificate({ commonName: "b" }, a);
        const turned = certificate({ commonName: "a" }, b, a.key);
        expect(found(b, turned)).to.equal(undefined);
    });
});
