// SPDX-License-Identifier: Apache-2.0
import { join } from "node:path";
import { expect } from "chai";
import {
    type LabTools,
    type Uses,
    joinPath,
    ownEnvironment,
    readingEnvironment,
    usesOf,
    variablesFor,
} from "../../cli/environment";
import { ROOT, pathsOf } from "../../cli/paths";

const paths = pathsOf({ ISTIO_FLEET_CACHE: "/cache" });
const lab: LabTools = { schema: 1, bin: "/cache/lab/bin", plugins: [] };
const every = (use: Uses["kind"]): Uses => ({ kind: use, pulumi: use, plugins: use, images: use });
const env = { PATH: "/usr/bin:/bin" };
const bin = join(ROOT, "node_modules", ".bin");

describe("variablesFor", () => {
    it("puts the lab's tools first, its bundle in, and downloads off", () => {
        expect(variablesFor(every("lab"), paths, lab, env)).to.deep.equal({
            PATH: `/cache/lab/bin:${bin}:/usr/bin:/bin`,
            PULUMI_HOME: "/cache/pulumi",
            PULUMI_BACKEND_URL: "file:///cache/state",
            PULUMI_CONFIG_PASSPHRASE_FILE: "/cache/passphrase",
            PULUMI_SKIP_UPDATE_CHECK: "true",
            PULUMI_PARALLEL: "64",
            PULUMI_SKIP_CHECKPOINTS: "true",
            PULUMI_K8S_ENABLE_PATCH_FORCE: "true",
            PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION: "true",
            ISTIO_FLEET_BUNDLE: "/cache/lab/bundle.json",
        });
    });

    it("lets pulumi get its plugins where the lab's are not used", () => {
        const variables = variablesFor(every("release"), paths, undefined, env);
        expect(variables).not.to.have.any.keys(
            "PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION",
            "ISTIO_FLEET_BUNDLE",
        );
        expect(variables.PATH).to.match(
            /^\/cache\/tools\/kind-[\d.]+:\/cache\/tools\/pulumi-[\d.]+:/,
        );
    });

    it("keeps a bundle of the user's own, but not one that an earlier `env` has set", () => {
        const bundle = (given: string) =>
            variablesFor(every("path"), paths, lab, { ...env, ISTIO_FLEET_BUNDLE: given })
                .ISTIO_FLEET_BUNDLE;
        expect(bundle("/mine/bundle.json")).to.equal("/mine/bundle.json");
        expect(bundle(paths.labBundle)).to.equal(undefined);
    });

    it("is the same when it is evaluated twice", () => {
        const once = variablesFor(every("lab"), paths, lab, env);
        expect(variablesFor(every("lab"), paths, lab, { ...env, ...once })).to.deep.equal(once);
    });
});

describe("joinPath", () => {
    it("names each folder once and leaves out what npm added for its script", () => {
        const npm = "/repo/node_modules/.bin:/node_modules/.bin:/npm/bin/node-gyp-bin:/a:/bin";
        expect(joinPath(["/a", "/b"], npm)).to.equal("/a:/b:/bin");
    });
});

describe("ownEnvironment", () => {
    it("never works on the user's own stacks", () => {
        const theirs = {
            HOME: "/root",
            PULUMI_HOME: "/root/.pulumi",
            PULUMI_BACKEND_URL: "https://api.pulumi.com",
            PULUMI_CONFIG_PASSPHRASE: "x",
            PULUMI_ACCESS_TOKEN: "x",
            PULUMI_STACK: "prod",
        };
        const ours = { PULUMI_HOME: "/cache/pulumi", PULUMI_BACKEND_URL: "file:///cache/state" };
        expect(ownEnvironment(theirs, ours)).to.deep.equal({ HOME: "/root", ...ours });
    });

    it("keeps how parallel the user wants it", () => {
        const made = ownEnvironment({ PULUMI_PARALLEL: "4" }, { PULUMI_PARALLEL: "64" });
        expect(made.PULUMI_PARALLEL).to.equal("4");
    });
});

describe("readingEnvironment", () => {
    const ours = {
        PATH: "/lab:/bin",
        PULUMI_HOME: "/cache/pulumi",
        PULUMI_BACKEND_URL: "file:///c",
    };

    it("takes a backend that the user has set, with all that is set for pulumi", () => {
        const theirs = { PULUMI_BACKEND_URL: "file:///mine", PULUMI_CONFIG_PASSPHRASE: "p" };
        expect(readingEnvironment({ ...env, ...theirs }, ours, true)).to.deep.equal({
            ...ours,
            ...theirs,
        });
    });

    it("takes our backend for a stack that it knows", () => {
        const made = readingEnvironment({ ...env, PULUMI_HOME: "/other" }, ours, true);
        expect(made).to.deep.equal(ours);
    });

    it("looks where plain pulumi would for any other stack", () => {
        expect(readingEnvironment({ ...env, HOME: "/root" }, ours, false)).to.deep.equal({
            HOME: "/root",
            PATH: "/lab:/bin",
        });
    });
});

describe("usesOf", () => {
    it("is `none` for what was not chosen", () => {
        const uses = usesOf([{ name: "kind", use: "path", reason: "" }]);
        expect(uses).to.deep.equal({ ...every("none"), kind: "path" });
    });
});
