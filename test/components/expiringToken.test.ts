// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import { expect } from "chai";
import fc from "fast-check";
import { ExpiringToken, type ExpiringTokenArgs } from "../../components";
import { CREATE_TOKEN, readToken } from "../../components/expiringToken";
import { messageOf } from "../helpers/errors";
import { PROVIDER, inCluster, kubernetesProviders } from "../helpers/inCluster";
import { type Recording, record, settled } from "../helpers/mocks";
import { Recorder } from "../helpers/recorder";
import { shape } from "../helpers/shape";
import { EXPIRES, printedToken, tokenFor, webToken } from "../helpers/tokens";
import { WORST } from "../helpers/worst";

const COMMAND = "command:local:Command";
const SECRET = "kubernetes:core/v1:Secret";
const TERM = "tls:index/selfSignedCert:SelfSignedCert";

const args: ExpiringTokenArgs = {
    access: { KIND_NODE: "east-control-plane" },
    account: "istio-reader-west",
    life: { lifeHours: 24, noticeHours: 8 },
    termKeyPem: "term key",
};

describe("ExpiringToken", () => {
    let token: ExpiringToken;
    let recording: Recording;
    before(async () => {
        ({ result: token, recording } = await record(
            () => new ExpiringToken("t", args, inCluster()),
        ));
    });
    const hash = createHash("sha256").update("certificate of t-term\n").digest("hex");
    const bound = `istio-reader-west-${hash.slice(0, 10)}`;

    it("is a term, what the token is bound to, and the token", () => {
        expect(shape(recording)).to.deep.equal(
            [
                ` > pulumi:providers:kubernetes ${PROVIDER}`,
                " > istio-fleet:index:ExpiringToken t",
                `t > ${TERM} t-term`,
                `t > ${SECRET} t-bound`,
                `t > ${COMMAND} t-token`,
            ].sort(),
        );
    });

    it("puts what the token is bound to in the cluster that it is given", () => {
        expect(kubernetesProviders(recording)).to.deep.equal([PROVIDER]);
    });

    it("keeps the time by a certificate for nothing, which is replaced in time", () => {
        const { inputs, secrets } = recording.get(TERM, "t-term");
        expect(inputs).to.deep.equal({
            privateKeyPem: "term key",
            subject: { organization: "istio-fleet", commonName: "istio-reader-west" },
            validityPeriodHours: 24,
            earlyRenewalHours: 8,
            allowedUses: [],
        });
        expect(secrets).to.deep.equal(["privateKeyPem"]);
    });

    it("binds the token to an empty Secret that is called after the term", () => {
        const { metadata, data, stringData } = recording.get(SECRET, "t-bound").inputs;
        expect({ metadata, data, stringData }).to.deep.equal({
            metadata: {
                name: bound,
                namespace: "istio-system",
                labels: { "istio-fleet.io/token-of": "istio-reader-west" },
            },
            data: undefined,
            stringData: undefined,
        });
    });

    it("leaves the last term's Secret in the cluster, until its token is handed over", () => {
        expect(recording.get(SECRET, "t-bound").retainOnDelete).to.equal(true);
    });

    it("makes the token anew when it is bound to something else", () => {
        const { inputs, additionalSecretOutputs } = recording.get(COMMAND, "t-token");
        expect(inputs).to.deep.equal({
            create: CREATE_TOKEN,
            environment: {
                KIND_NODE: "east-control-plane",
                NAMESPACE: "istio-system",
                ACCOUNT: "istio-reader-west",
                BOUND_NAME: bound,
                BOUND_UID: "uid of t-bound",
                HOURS: "24",
            },
            triggers: ["uid of t-bound"],
            addPreviousOutputInEnv: false,
            logging: "none",
        });
        expect(additionalSecretOutputs).to.have.members(["stdout", "stderr"]);
    });

    it("gives the token, as a secret", async () => {
        expect(await settled(token.token)).to.deep.equal({
            value: tokenFor(24, "token-of-t-token"),
            secret: true,
        });
    });

    it("gives in the open what others have to know of it", async () => {
        const open = (value: string) => ({ value, secret: false });
        expect(await settled(token.expires)).to.deep.equal(open(EXPIRES));
        expect(await settled(token.caCertPem)).to.deep.equal(open("ca of t-token"));
        expect(await settled(token.boundTo)).to.deep.equal(open(bound));
    });

    it("registers its outputs, the token alone as secret", () => {
        const own = [...recording.outputs.values()];
        expect(own.map(({ secrets }) => secrets)).to.deep.equal([["token"]]);
    });
});

describe("readToken", () => {
    const lived = (seconds: number) =>
        printedToken(webToken({ iat: 100, exp: 100 + seconds }), "c");

    it("reads the token, its end and the authority", () => {
        const token = tokenFor(24);
        expect(readToken(printedToken(token, "authority\n"), args)).to.deep.equal({
            token,
            expires: EXPIRES,
            caCertPem: "authority\n",
        });
    });

    it("takes a token that lives exactly as long as it is to, or longer", () => {
        for (const seconds of [86_400, 86_401]) {
            expect(readToken(lived(seconds), args).expires).to.equal(EXPIRES);
        }
    });

    it("refuses a token that the API server cut short", async () => {
        for (const [seconds, hours] of [
            [86_399, 23],
            [43_200, 12],
            [600, 0],
        ] as const) {
            expect(await messageOf(() => readToken(lived(seconds), args))).to.equal(
                "trust.edgeTokenHours: 24 is more than the API server that istio-reader-west is in grants, " +
                    `which is ${String(hours)}. Ask for that at most, or raise its --service-account-max-token-expiration.`,
            );
        }
    });

    it("takes any life from the one that was asked for on, and no shorter one", () => {
        const hours = fc.integer({ min: 1, max: 87_600 });
        const seconds = fc.integer({ min: 600, max: 100_000 * 3600 });
        fc.assert(
            fc.property(hours, seconds, (lifeHours, granted) => {
                const life = { lifeHours, noticeHours: 1 };
                const read = () => readToken(lived(granted), { ...args, life });
                if (granted >= lifeHours * 3600) expect(read).not.to.throw();
                else expect(read).to.throw(`trust.edgeTokenHours: ${String(lifeHours)} is more`);
            }),
        );
    });
});

describe("CREATE_TOKEN", () => {
    const TOKEN = tokenFor(24);
    /** A kubectl, alone or in a node, that has the authority and gives tokens. */
    const KUBECTL = `case "$*" in
        *" get configmap "*) [ -n "\${NO_CA-}" ] && exit 3; printf '%s' '{"data":{"ca.crt":"authority"}}' ;;
        *" create token "*) [ -n "\${NO_TOKEN-}" ] && exit 4; printf '%s' "$ANSWER" ;;
        esac`;
    const ANSWER = JSON.stringify({ status: { token: TOKEN, expirationTimestamp: EXPIRES } });
    const environment = {
        KIND_NODE: "east-control-plane",
        NAMESPACE: "istio-system",
        ACCOUNT: "istio-reader-west",
        BOUND_NAME: "istio-reader-west-0123456789",
        BOUND_UID: "uid",
        HOURS: "24",
        ANSWER,
    };
    const IN_NODE = [
        ...["docker", "exec", "--interactive", "east-control-plane", "kubectl"],
        ...["--kubeconfig", "/etc/kubernetes/admin.conf"],
    ];
    const AUTHORITY = [
        ...["--namespace=istio-system", "get", "configmap", "kube-root-ca.crt"],
        "--output=json",
    ];
    const request = (account: string, name: string, uid: string) => [
        ...["--namespace=istio-system", "create", "token", account],
        ...["--duration=24h", "--output=json", "--bound-object-kind=Secret"],
        ...[`--bound-object-name=${name}`, `--bound-object-uid=${uid}`],
    ];

    let recorder: Recorder;
    beforeEach(() => {
        recorder = new Recorder().add("docker", KUBECTL).add("kubectl", KUBECTL);
    });
    afterEach(() => {
        recorder.remove();
    });
    const create = (others: Readonly<Record<string, string>> = {}) =>
        recorder.run(CREATE_TOKEN, { ...environment, ...others });

    it("asks for the authority, and for the token last", async () => {
        expect(await create()).to.deep.include({ code: 0, stderr: "" });
        expect(recorder.takeCalls()).to.deep.equal([
            [...IN_NODE, ...AUTHORITY],
            [...IN_NODE, ...request("istio-reader-west", "istio-reader-west-0123456789", "uid")],
        ]);
    });

    it("prints what readToken reads", async () => {
        expect(readToken((await create()).stdout, args)).to.deep.equal({
            token: TOKEN,
            expires: EXPIRES,
            caCertPem: "authority",
        });
    });

    it("gives kubectl every value as it is", async () => {
        for (const text of [...WORST, ""]) {
            const values = { ACCOUNT: text, BOUND_NAME: text, BOUND_UID: text };
            const access = { KIND_NODE: "", KUBECONFIG: text, KUBE_CONTEXT: text };
            expect((await create({ ...values, ...access })).code).to.equal(0);
            const at = ["kubectl", `--kubeconfig=${text}`, ...(text ? [`--context=${text}`] : [])];
            expect(recorder.takeCalls()).to.deep.equal([
                [...at, ...AUTHORITY],
                [...at, ...request(text, text, text)],
            ]);
        }
    });

    it("asks for no token where the authority cannot be read", async () => {
        expect(await create({ NO_CA: "1" })).to.deep.include({ code: 3, stdout: "[" });
        expect(recorder.takeCalls()).to.deep.equal([[...IN_NODE, ...AUTHORITY]]);
    });

    it("fails without a token, and with nothing that is secret in what it printed", async () => {
        expect(await create({ NO_TOKEN: "1" })).to.deep.include({
            code: 4,
            stdout: '[{"data":{"ca.crt":"authority"}},',
        });
    });

    it("runs nothing after the token that could fail: the error would hold it", () => {
        const [, after] = CREATE_TOKEN.split('--bound-object-uid="$BOUND_UID"\n');
        expect(after).to.equal("printf ']'\n");
    });
});
