// SPDX-License-Identifier: Apache-2.0
import { type KeyObject, createPublicKey, generateKeyPairSync, sign } from "node:crypto";

/*
 * Real certificates, of any subject and chain: Node reads them, but makes none. DER is as X.690 and
 * RFC 5280 have it, as little of it as a certificate takes.
 */

/** A certificate and the key that it is of. */
export interface Issuer {
    readonly pem: string;
    readonly key: KeyObject;
    /** Its subject, DER. */
    readonly subject: Buffer;
}

/** What is in a subject. */
export interface Subject {
    readonly organization?: string;
    readonly commonName: string;
}

const SEQUENCE = 0x30;
const SET = 0x31;
const INTEGER = 0x02;
const BIT_STRING = 0x03;
const OCTET_STRING = 0x04;
const UTF8_STRING = 0x0c;
const GENERALIZED_TIME = 0x18;
/** The field of extensions. */
const EXTENSIONS = 0xa3;
/** Of an alternative name. */
const URI = 0x86;
const TRUE = Buffer.from([0x01, 0x01, 0xff]);
/** Object identifiers, with tag and length. */
const ED25519 = Buffer.from("06032b6570", "hex");
const COMMON_NAME = Buffer.from("0603550403", "hex");
const ORGANIZATION = Buffer.from("060355040a", "hex");
const ALTERNATIVE_NAMES = Buffer.from("0603551d11", "hex");
const BASIC_CONSTRAINTS = Buffer.from("0603551d13", "hex");

function der(tag: number, ...parts: readonly Buffer[]): Buffer {
    const content = Buffer.concat(parts);
    const { length } = content;
    const size = length < 0x80 ? [length] : [0x82, length >> 8, length & 0xff];
    return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function text(tag: number, value: string): Buffer {
    return der(tag, Buffer.from(value));
}

function nameOf({ organization, commonName }: Subject): Buffer {
    const part = (type: Buffer, value: string) =>
        der(SET, der(SEQUENCE, type, text(UTF8_STRING, value)));
    const first = organization === undefined ? [] : [part(ORGANIZATION, organization)];
    return der(SEQUENCE, ...first, part(COMMON_NAME, commonName));
}

const ALGORITHM = der(SEQUENCE, ED25519);
const START = "20200101000000Z";
const END = "21200101000000Z";
/** Extensions: that it is an authority, and the identity of a workload. */
const AUTHORITY = der(SEQUENCE, BASIC_CONSTRAINTS, TRUE, der(OCTET_STRING, der(SEQUENCE, TRUE)));
const identity = (uri: string) =>
    der(SEQUENCE, ALTERNATIVE_NAMES, der(OCTET_STRING, der(SEQUENCE, text(URI, uri))));

let serial = 0;

/**
 * A certificate of a subject, by an issuer or, without one, by itself.
 *
 * @param options.end of its validity, as GeneralizedTime. It begins in 2020.
 * @param options.authority whether it may sign others.
 * @param options.uri identity that it is for.
 */
export function certificate(
    subject: Subject,
    issuer?: Issuer,
    key = newKey(),
    { end = END, authority = true, uri }: { end?: string; authority?: boolean; uri?: string } = {},
): Issuer {
    const name = nameOf(subject);
    const signer = issuer ?? { key, subject: name };
    const extensions = [...(authority ? [AUTHORITY] : []), ...(uri ? [identity(uri)] : [])];
    const number = Buffer.alloc(4);
    number.writeUInt32BE(++serial);
    const body = der(
        SEQUENCE,
        // Version 3.
        der(0xa0, der(INTEGER, Buffer.from([2]))),
        der(INTEGER, Buffer.from([1]), number),
        ALGORITHM,
        signer.subject,
        der(SEQUENCE, text(GENERALIZED_TIME, START), text(GENERALIZED_TIME, end)),
        name,
        createPublicKey(key).export({ type: "spki", format: "der" }),
        ...(extensions.length > 0 ? [der(EXTENSIONS, der(SEQUENCE, ...extensions))] : []),
    );
    const signature = der(BIT_STRING, Buffer.from([0]), sign(null, body, signer.key));
    const lines = der(SEQUENCE, body, ALGORITHM, signature)
        .toString("base64")
        .match(/.{1,64}/g);
    const pem = ["-----BEGIN CERTIFICATE-----", ...(lines ?? []), "-----END CERTIFICATE-----", ""];
    return { pem: pem.join("\n"), key, subject: name };
}

function newKey(): KeyObject {
    return generateKeyPairSync("ed25519").privateKey;
}

const own = new Map<number, Issuer>();

/** One of the fleet's own roots, the same each time. */
export function ownRoot(number: number): Issuer {
    const commonName = number === 1 ? "Root CA" : `Root CA ${String(number)}`;
    const root = own.get(number) ?? certificate({ organization: "istio-fleet", commonName });
    own.set(number, root);
    return root;
}

/** What a workload is given: its certificate, and the intermediate and the root that it is by. */
export function workloadChain(root: Issuer): string {
    const intermediate = certificate({ commonName: "Intermediate" }, root);
    return certificate({ commonName: "" }, intermediate).pem + intermediate.pem + root.pem;
}
