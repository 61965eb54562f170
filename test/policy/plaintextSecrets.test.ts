// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { noPlaintextSecrets } from "../../policy/rules/plaintextSecrets";
import { type Props, UNKNOWN } from "../../policy/rules/tree";
import { deployment, resource, secretsAt, verdicts } from "../helpers/policies";

const SECRET = "kubernetes:core/v1:Secret";
const CONFIG_MAP = "kubernetes:core/v1:ConfigMap";
const COMMAND = "command:local:Command";
const IN_STATE = "Make it secret where it appears, by pulumi.secret.";
const KEY = "-----BEGIN EC PRIVATE KEY-----\nMHcCAQEEIB\n-----END EC PRIVATE KEY-----\n";
const CERTIFICATE = "-----BEGIN CERTIFICATE-----\nMIIDBTCCAe2g\n-----END CERTIFICATE-----\n";
const KUBECONFIG = "apiVersion: v1\nkind: Config\nusers:\n- user:\n    token: abc\n";

describe("no-plaintext-secrets", () => {
    describe("of a Secret", () => {
        it("takes values that are secret in the state, one by one or together", () => {
            const props = { stringData: { a: "1", b: "2" } };
            const together = secretsAt(["stringData"]);
            const each = secretsAt(["stringData", "a"], ["stringData", "b"]);
            for (const secrets of [together, each]) {
                expect(
                    verdicts(noPlaintextSecrets, resource(SECRET, props, secrets)),
                ).to.deep.equal([]);
            }
        });

        it("refuses others, and shows none of them", () => {
            const props = { data: { "ca.crt": "eA==", token: "eQ==" }, stringData: { c: "z" } };
            const some = resource(SECRET, props, secretsAt(["data", "token"]));
            expect(verdicts(noPlaintextSecrets, some)).to.deep.equal([
                `data: ["ca.crt"] must be secret in the state. ${IN_STATE}`,
                `stringData: ["c"] must be secret in the state. ${IN_STATE}`,
            ]);
        });

        it("waits for what is not known yet", () => {
            for (const data of [UNKNOWN, { a: UNKNOWN }]) {
                expect(verdicts(noPlaintextSecrets, resource(SECRET, { data }))).to.deep.equal([]);
            }
        });

        it("takes an object of the fleet's that is called a secret", () => {
            const about = resource("istio-fleet:index:RemoteSecret", { data: { a: "1" } });
            expect(verdicts(noPlaintextSecrets, about)).to.deep.equal([]);
        });
    });

    describe("of a container's environment", () => {
        const ofVariable = (variable: Props, settings = {}) =>
            verdicts(
                noPlaintextSecrets,
                deployment({ containers: [{ name: "a", env: [{ name: "A" }, variable] }] }),
                settings,
            );

        const names = ["DB_PASSWORD", "apiToken", "CLIENT_SECRET", "AWS_ACCESS_KEY", "PASSWD"];
        for (const name of names) {
            it(`refuses ${name}, though it be secret in the state`, () => {
                const env = [{ name, value: "hunter2" }];
                const path = ["spec", "template", "spec", "containers", 0];
                const about = deployment({ containers: [{ name: "a", env }] });
                const expected = [
                    "spec.template.spec.containers[0].env[0].value: " +
                        `"(not shown)" must not be written out, for ${name} is a secret's name. ` +
                        "Take it from a Secret, by valueFrom.secretKeyRef; " +
                        "a name that is none goes into allowedNames.",
                ];
                expect(verdicts(noPlaintextSecrets, about)).to.deep.equal(expected);
                const secret = { ...about, ...secretsAt([...path, "env"]) };
                expect(verdicts(noPlaintextSecrets, secret)).to.deep.equal(expected);
            });
        }

        const harmless: Props[] = [
            { name: "DB_PASSWORD", valueFrom: { secretKeyRef: { name: "db", key: "x" } } },
            { name: "METALLB_ML_SECRET_KEY_PATH", value: "etc/ml_secret_key" },
            { name: "METALLB_ML_SECRET_NAME", value: "metallb-memberlist" },
            { name: "GF_PLUGINS_PUBLIC_KEY_RETRIEVAL_DISABLED", value: "true" },
            { name: "TOKEN_REVIEWS", value: "false" },
            { name: "TOKEN_SECONDS", value: "3600" },
            { name: "TOKEN", value: "/var/run/secrets/token" },
            { name: "TOKEN", value: "" },
            { name: "TOKEN", value: UNKNOWN },
            { name: "GOGC", value: "thirty" },
        ];
        for (const variable of harmless) {
            it(`takes ${JSON.stringify(variable)}`, () => {
                expect(ofVariable(variable)).to.deep.equal([]);
            });
        }

        it("takes a name that is said to be none", () => {
            const variable = { name: "MONKEY", value: "banana" };
            expect(ofVariable(variable)).to.have.length(1);
            expect(ofVariable(variable, { allowedNames: ["MONKEY"] })).to.deep.equal([]);
        });
    });

    describe("of a command's environment", () => {
        const about = (secrets = {}) =>
            resource(COMMAND, { environment: { TOKEN: "abc", CLUSTER: "a" } }, secrets);

        it("takes what is secret in the state", () => {
            const secret = about(secretsAt(["environment", "TOKEN"]));
            expect(verdicts(noPlaintextSecrets, secret)).to.deep.equal([]);
        });

        it("refuses what is not", () => {
            expect(verdicts(noPlaintextSecrets, about())).to.deep.equal([
                'environment.TOKEN: "(not shown)" must be secret in the state, ' +
                    `for its name says so. ${IN_STATE}`,
            ]);
        });
    });

    describe("of any text", () => {
        const json = JSON.stringify({
            kind: "Config",
            users: [{ user: { "client-key-data": "QUJD" } }],
        });
        const bad: [string, string, string][] = [
            ["a private key", KEY, "a private key"],
            ["one in base64", Buffer.from(KEY).toString("base64"), "a private key"],
            ["one amid other text", `-----\n${CERTIFICATE}${KEY}`, "a private key"],
            ["a kubeconfig", KUBECONFIG, "a kubeconfig with credentials"],
            ["one as JSON", json, "a kubeconfig with credentials"],
        ];
        for (const [what, text, named] of bad) {
            it(`refuses ${what}, unless it is secret in the state`, () => {
                const props = { data: { list: [{ "a.b": text }] } };
                expect(verdicts(noPlaintextSecrets, resource(CONFIG_MAP, props))).to.deep.equal([
                    `data.list[0]["a.b"]: "(not shown)" must not hold ${named} in clear. ${IN_STATE}`,
                ]);
                const around = secretsAt(["data", "list", 0]);
                expect(
                    verdicts(noPlaintextSecrets, resource(CONFIG_MAP, props, around)),
                ).to.deep.equal([]);
            });
        }

        it("looks at resources that are not Kubernetes'", () => {
            expect(verdicts(noPlaintextSecrets, resource(COMMAND, { stdin: KEY }))).to.deep.equal([
                `stdin: "(not shown)" must not hold a private key in clear. ${IN_STATE}`,
            ]);
        });

        const good: [string, unknown][] = [
            ["a certificate", CERTIFICATE],
            ["a kubeconfig without credentials", "kind: Config\nusers: []\n"],
            ["other YAML", "kind: ConfigMap\ntoken: x\n"],
            ["a path", "/root/.kube/config"],
            ["a number", 1],
            ["nothing", null],
            ["what is not known yet", UNKNOWN],
        ];
        for (const [what, value] of good) {
            it(`takes ${what}`, () => {
                expect(
                    verdicts(noPlaintextSecrets, resource(CONFIG_MAP, { data: { a: value } })),
                ).to.deep.equal([]);
            });
        }
    });
});
