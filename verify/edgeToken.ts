// SPDX-License-Identifier: Apache-2.0
import { ISTIO_NAMESPACE } from "../plan/namespaces";
import { type VerifyContext, outcomeOf } from "./context";
import { type LiveFleet, observedBy, primaryNames } from "./fleet";
import { KubeError, connect } from "./kube";
import { type Check, type Finding, fails, holds, reasonOf, toCheck } from "./report";

const ID = "edge-token";
const MS_PER_HOUR = 3_600_000;
const UNAUTHORIZED = 401;

/**
 * For each remote secret: the API server that it leads to accepts its token, and the token has more
 * life left than the notice. Read from the live Secret, which may not be the one of the last update.
 *
 * @param reach opens an access by a kubeconfig.
 */
export async function checkEdgeTokens(context: VerifyContext, reach = connect): Promise<Check[]> {
    const { fleet } = context;
    const edges = primaryNames(fleet).flatMap((observing) =>
        observedBy(fleet, observing).map((observed) => ({ observing, observed })),
    );
    return Promise.all(
        edges.map(async ({ observing, observed }) => {
            const finding = await ask(context, observing, observed, reach).catch((error: unknown) =>
                fails(`${reasonOf(error)}.`),
            );
            return toCheck(ID, `${observing} -> ${observed}`, finding);
        }),
    );
}

async function ask(
    { fleet, kubes }: VerifyContext,
    observing: string,
    observed: string,
    reach: typeof connect,
): Promise<Finding> {
    const kube = outcomeOf(kubes, observing);
    if (!kube.ok) return fails(kube.reason);
    const path = `/api/v1/namespaces/${ISTIO_NAMESPACE}/secrets/istio-remote-secret-${observed}`;
    const secret = (await kube.value.json("GET", path)) as RemoteSecretObject;
    const kubeconfig = Buffer.from(secret.data?.[observed] ?? "", "base64").toString("utf8");
    if (kubeconfig === "") {
        return fails(`Secret istio-remote-secret-${observed} in ${observing} has no kubeconfig.`);
    }
    const { text, token } = asSeenFromHere(kubeconfig, fleet.clusters[observed]?.apiServer ?? "");
    try {
        await reach(observed, text).text("GET", "/api/v1/namespaces?limit=1");
    } catch (error) {
        if (!(error instanceof KubeError) || error.status !== UNAUTHORIZED) throw error;
        return fails(`The API server of ${observed} no longer accepts the token. ${FIX}`);
    }
    return judgeExpiry(expiryOf(token), noticeHours(fleet), Date.now());
}

interface RemoteSecretObject {
    readonly data?: Readonly<Record<string, string>>;
}

/** A remote secret's kubeconfig, which is JSON. */
interface RemoteKubeconfig {
    readonly clusters: readonly { readonly cluster: object }[];
    readonly users: readonly { readonly user: { readonly token: string } }[];
}

/** The kubeconfig with the API server's address for this machine, and its token. */
function asSeenFromHere(kubeconfig: string, server: string): { text: string; token: string } {
    const config = JSON.parse(kubeconfig) as RemoteKubeconfig;
    const clusters = config.clusters.map((one) => ({
        ...one,
        cluster: { ...one.cluster, server },
    }));
    const token = config.users[0]?.user.token ?? "";
    return { text: JSON.stringify({ ...config, clusters }), token };
}

const FIX = "`npm run rotate -- --edges` makes a new one.";

/** Whether a token that expires at a time, in ms since 1970, lives for longer than the notice. */
export function judgeExpiry(
    expires: number | undefined,
    noticeHours: number | undefined,
    now: number,
): Finding {
    if (expires === undefined) return holds("The token is accepted, and does not expire.");
    const left = (expires - now) / MS_PER_HOUR;
    const when = `${new Date(expires).toISOString()}, in ${left.toFixed(1)} h`;
    const notice = noticeHours ?? 0;
    if (left >= notice) return holds(`The token is accepted, and expires ${when}.`);
    return fails(
        `The token expires ${when}, which is less than the notice of ${String(notice)} h. ` +
            `Any update makes a new one; ${FIX}`,
    );
}

/** When a JSON web token expires, in ms since 1970; undefined for never. */
export function expiryOf(token: string): number | undefined {
    const payload = token.split(".")[1] ?? "";
    const { exp } = JSON.parse(Buffer.from(payload, "base64url").toString("utf8")) as {
        exp?: number;
    };
    return exp === undefined ? undefined : exp * 1000;
}

function noticeHours({ trust }: LiveFleet): number | undefined {
    return trust?.edgeTokenNoticeHours ?? undefined;
}
