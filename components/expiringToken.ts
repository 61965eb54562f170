// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import * as command from "@pulumi/command";
import * as pulumi from "@pulumi/pulumi";
import * as tls from "@pulumi/tls";
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import type { EdgeTokensPlan } from "../plan/trust";
import * as k8s from "./kubernetes";
import { type ClusterAccess, KUBECTL } from "./kubectl";

/** Label of what tokens are bound to: the account that they are of. */
export const TOKEN_ACCOUNT_LABEL = "istio-fleet.io/token-of";

/** Inputs of ExpiringToken. */
export interface ExpiringTokenArgs {
    /** How kubectl reaches the cluster. */
    access: ClusterAccess;
    /** Name of the service account, in Istio's namespace. */
    account: string;
    /** How long the token lives, and when it is replaced. */
    life: EdgeTokensPlan;
    /** Key of the certificate that keeps the time. Nothing is ever signed or encrypted with it. */
    termKeyPem: pulumi.Input<string>;
}

/**
 * A token of a service account that expires. An update with less than the notice left makes a new one,
 * beside the old one, which stays valid until what it is bound to is deleted: TokenHandover does that.
 *
 * No resource of Kubernetes' provider knows of expiry, so a certificate that nobody uses keeps the
 * time: provider tls replaces what nears its end (earlyRenewalHours), and the token goes with it.
 */
export class ExpiringToken extends pulumi.ComponentResource {
    /** The token. Secret. */
    public readonly token: pulumi.Output<string>;
    /** When it expires, ISO 8601. */
    public readonly expires: pulumi.Output<string>;
    /** Certificate authority of the API server, PEM. */
    public readonly caCertPem: pulumi.Output<string>;
    /** Name of the Secret that the token is bound to: it is valid for as long as that is there. */
    public readonly boundTo: pulumi.Output<string>;

    constructor(name: string, args: ExpiringTokenArgs, opts?: pulumi.ComponentResourceOptions) {
        super("istio-fleet:index:ExpiringToken", name, args, opts);
        const term = new tls.SelfSignedCert(
            `${name}-term`,
            {
                privateKeyPem: args.termKeyPem,
                subject: { organization: "istio-fleet", commonName: args.account },
                validityPeriodHours: args.life.lifeHours,
                earlyRenewalHours: args.life.noticeHours,
                allowedUses: [],
            },
            { parent: this },
        );
        const bound = boundSecret(`${name}-bound`, args.account, term.certPem, this);
        const made = tokenCommand(`${name}-token`, args, bound, this);
        const granted = made.stdout.apply((text) => readToken(text, args));
        this.token = pulumi.secret(granted.apply(({ token }) => token));
        this.expires = pulumi.unsecret(granted.apply(({ expires }) => expires));
        this.caCertPem = pulumi.unsecret(granted.apply(({ caCertPem }) => caCertPem));
        this.boundTo = bound.metadata.name;
        this.registerOutputs({
            token: this.token,
            expires: this.expires,
            caCertPem: this.caCertPem,
            boundTo: this.boundTo,
        });
    }
}

/**
 * An empty Secret with a name of this term's own. The engine keeps it when a new term begins: its token
 * is revoked by TokenHandover, when nobody uses it any more.
 */
function boundSecret(
    name: string,
    account: string,
    termPem: pulumi.Output<string>,
    parent: pulumi.Resource,
): k8s.Secret {
    const term = termPem.apply((pem) =>
        createHash("sha256").update(pem).digest("hex").slice(0, 10),
    );
    return new k8s.Secret(
        name,
        {
            metadata: {
                name: pulumi.interpolate`${account}-${term}`,
                namespace: ISTIO_NAMESPACE,
                labels: { [TOKEN_ACCOUNT_LABEL]: account },
            },
        },
        { parent, retainOnDelete: true },
    );
}

/** Asks for a token, and for another one when it is bound to something else. */
function tokenCommand(
    name: string,
    { access, account, life }: ExpiringTokenArgs,
    bound: k8s.Secret,
    parent: pulumi.Resource,
): command.local.Command {
    return new command.local.Command(
        name,
        {
            create: CREATE_TOKEN,
            environment: {
                ...access,
                NAMESPACE: ISTIO_NAMESPACE,
                ACCOUNT: account,
                BOUND_NAME: bound.metadata.name,
                BOUND_UID: bound.metadata.uid,
                HOURS: String(life.lifeHours),
            },
            triggers: [bound.metadata.uid],
            addPreviousOutputInEnv: false,
            logging: command.local.Logging.None,
        },
        { parent, additionalSecretOutputs: ["stdout", "stderr"] },
    );
}

/**
 * Prints the authority of the API server and a new token as one JSON array. The token comes last:
 * the error of a script that fails holds everything that it printed.
 */
export const CREATE_TOKEN = `set -eu
${KUBECTL}printf '['
in_cluster --namespace="$NAMESPACE" get configmap kube-root-ca.crt --output=json
printf ','
in_cluster --namespace="$NAMESPACE" create token "$ACCOUNT" --duration="\${HOURS}h" --output=json \\
    --bound-object-kind=Secret --bound-object-name="$BOUND_NAME" --bound-object-uid="$BOUND_UID"
printf ']'
`;

/** What CREATE_TOKEN prints. */
interface Granted {
    readonly token: string;
    readonly expires: string;
    readonly caCertPem: string;
}

const SECONDS_PER_HOUR = 3600;

/**
 * Reads what CREATE_TOKEN printed. A token that an API server gives for a shorter time than it was asked
 * for is an error: it would expire before its time is thought to be over.
 */
export function readToken(text: string, { account, life }: ExpiringTokenArgs): Granted {
    const [authority, request] = JSON.parse(text) as [
        { data: { "ca.crt": string } },
        { status: { token: string; expirationTimestamp: string } },
    ];
    const { token, expirationTimestamp: expires } = request.status;
    const { iat, exp } = claims(token);
    const hours = (exp - iat) / SECONDS_PER_HOUR;
    if (hours < life.lifeHours) {
        throw new pulumi.RunError(
            `trust.edgeTokenHours: ${String(life.lifeHours)} is more than the API server that ` +
                `${account} is in grants, which is ${String(Math.floor(hours))}. Ask for that at most, or raise ` +
                "its --service-account-max-token-expiration.",
        );
    }
    return { token, expires, caCertPem: authority.data["ca.crt"] };
}

/** The times of a JSON web token, in seconds since 1970. */
function claims(token: string): { iat: number; exp: number } {
    const payload = token.split(".")[1] ?? "";
    return JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as {
        iat: number;
        exp: number;
    };
}
