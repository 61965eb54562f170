// SPDX-License-Identifier: Apache-2.0

const SECONDS_PER_HOUR = 3600;

/** When tokens of the mocks expire: an hour into 2030, whatever their life. */
export const EXPIRES = "2030-01-01T01:00:00Z";

/** A JSON web token of these claims. The signature is a text, for tests to find it again. */
export function webToken(claims: object, signature = "signature"): string {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
    return [part({ alg: "RS256" }), part(claims), signature].join(".");
}

/** A token that lives for so many hours. */
export function tokenFor(hours: number, signature?: string): string {
    const iat = Date.parse(EXPIRES) / 1000 - hours * SECONDS_PER_HOUR;
    return webToken({ iat, exp: iat + hours * SECONDS_PER_HOUR }, signature);
}

/** What CREATE_TOKEN prints: a ConfigMap with the authority, and a TokenRequest. */
export function printedToken(token: string, caCertPem: string): string {
    return JSON.stringify([
        { kind: "ConfigMap", data: { "ca.crt": caCertPem } },
        { kind: "TokenRequest", status: { token, expirationTimestamp: EXPIRES } },
    ]);
}
