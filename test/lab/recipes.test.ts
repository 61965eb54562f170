import { expect } from "chai";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parseBundle, upstream } from "../../bundle";
import { describeBundle } from "../../lab/bundle";
import { readCatalog, type Catalog } from "../../lab/catalog";
import { engineArguments } from "../../lab/engine";
import { buildArguments } from "../../lab/goProgram";
import { nodeImageTag, restrictOomScore } from "../../lab/nodeImage";
import { ociConfig, withLine, type Image } from "../../lab/oci";
import { keyOf } from "../../lab/part";
import { labPaths, cacheFolder } from "../../lab/paths";
import { unused } from "../../lab/prune";
import { goCacheUses } from "../../lab/recipes/disk";
import { prometheusOperatorCrds } from "../../lab/recipes/files";
import { images, metricsImages, pauseImage, storageImages } from "../../lab/recipes/images";
import { debootstrapArguments } from "../../lab/rootfs";
import { inOrder } from "../../lab/schedule";
import { envoyFilterSpec, metricRelabelings } from "../../lab/telemetry";
import { describeTools, pluginVersions } from "../../lab/tools";

describe("recipes", () => {
    let catalog: Catalog;
    const paths = labPaths("/cache");

    before(async () => {
        catalog = await readCatalog();
    });

    it("have a name each, and a key that does not change by itself", async () => {
        const parts = inOrder(catalog.wanted);
        expect(new Set(parts.map(({ name }) => name)).size).to.equal(parts.length);
        const again = inOrder((await readCatalog()).wanted);
        expect(again.map(keyOf)).to.deep.equal(parts.map(keyOf));
    });

    it("say what each Go module adds to Go's caches", () => {
        const known = goCacheUses.map(({ folder }) => folder);
        const programs = Object.values(catalog.programs).map(({ goModule }) => goModule);
        // The lab's own programs need nothing but Go itself.
        expect(new Set(programs.filter((f) => f !== "programs"))).to.deep.equal(new Set(known));
    });

    it("put every image that is baked in under one reference", () => {
        const references = images.map(({ reference }) => reference);
        expect(new Set(references).size).to.equal(references.length);
        expect(references).to.include(pauseImage);
        for (const reference of references) expect(reference).to.match(/^[^:]+\/[^:]+:[^:]+$/);
    });

    it("start every image by a program that is in it", () => {
        for (const { reference, base, sources, config } of images) {
            const files = sources.map(({ to }) => `/${to}`);
            if (base === "net") files.push("/bin/sh");
            expect(files, reference).to.include(config.entrypoint[0]);
        }
    });

    it("run the metrics stack by the users and programs of its upstream images", () => {
        const starts = Object.values(metricsImages).map((wanted) => {
            const found = images.find(({ reference }) => reference === wanted);
            return [found?.config.entrypoint, found?.config.user];
        });
        expect(starts).to.deep.equal([
            [["/bin/operator"], "65534"],
            [["/bin/prometheus-config-reloader"], "65534"],
            [["/bin/prometheus"], "65534"],
            [["/bin/thanos"], "1001"],
        ]);
        const prometheus = images.find(({ reference }) => reference === metricsImages.prometheus);
        expect(prometheus?.folders).to.deep.include({
            path: "prometheus",
            mode: 0o775,
            uid: 65534,
        });
    });

    it("bake in what the node's default storage asks for, and nothing else for it", () => {
        const file = join(__dirname, "../../lab/node/default-storage.yaml");
        const text = readFileSync(file, "utf8");
        const named = text.match(/docker\.io\/\S+/g) ?? [];
        expect(new Set(named)).to.deep.equal(new Set(Object.values(storageImages)));
        const references = images.map(({ reference }) => reference);
        expect(references).to.include.members(Object.values(storageImages));
    });

    it("make a chart of the operator's CRDs that says their version", () => {
        const { added, files } = prometheusOperatorCrds;
        expect(files).to.deep.equal({
            "example/prometheus-operator-crd": "prometheus-operator-crds/crds",
        });
        expect(added).to.deep.equal({
            "prometheus-operator-crds/Chart.yaml":
                "apiVersion: v2\nname: prometheus-operator-crds\nversion: 0.85.0\nappVersion: v0.85.0\n",
        });
    });

    it("put on the PATH what people and tests call", () => {
        expect(catalog.bin.needs.map(({ name }) => name)).to.have.members([
            "kind",
            "kubectl",
            "istioctl",
            "promtool",
            "pulumi",
            "pulumi-language-nodejs",
        ]);
    });

    it("build with no paths, no version control, and the variables of the recipe", () => {
        const program = { name: "x", module: "m", package: "a/x", megabytes: 1 };
        const variables = { "a/v.Version": "1", "a/v.Tag": "2" };
        expect(buildArguments({ ...program, variables, tags: ["t", "u"] }, "/o")).to.deep.equal([
            "build",
            "-mod=readonly",
            "-trimpath",
            "-buildvcs=false",
            "-tags=t,u",
            "-ldflags",
            "-s -w -X a/v.Version=1 -X a/v.Tag=2",
            "-o",
            "/o",
            "a/x",
        ]);
    });

    it("leave debootstrap its own mirror unless the user names one", () => {
        const root = { name: "r", suite: "s", packages: ["b", "c"], megabytes: 1 };
        expect(debootstrapArguments(root, "/t", {}).slice(2)).to.deep.equal([
            "--include=b,c",
            "s",
            "/t",
        ]);
        const env = { ISTIO_FLEET_DEBIAN_MIRROR: "http://mirror.example" };
        expect(debootstrapArguments(root, "/t", env).at(-1)).to.equal("http://mirror.example");
    });

    it("make tools.json name each plugin by the version that its npm package asks for", async () => {
        const tools = await describeTools(catalog.programs, catalog.bin, paths);
        const text = readFileSync(join(__dirname, "../../package.json"), "utf8");
        const versions = pluginVersions(text);
        expect(tools.plugins.map(({ name, version }) => [name, version])).to.deep.equal(
            Object.entries(versions),
        );
        expect(
            tools.plugins.filter(({ standIn }) => !standIn).map(({ name }) => name),
        ).to.deep.equal(["kubernetes"]);
        for (const { path, name } of tools.plugins) {
            expect(path).to.match(new RegExp(`^/cache/lab/out/.*/pulumi-resource-${name}$`));
        }
    });

    it("refuse a package.json that pins no exact plugin version", () => {
        const text = JSON.stringify({ dependencies: { "@pulumi/kubernetes": "^4.0.0" } });
        expect(() => pluginVersions(text)).to.throw('@pulumi/kubernetes "^4.0.0"');
    });

    it("make a bundle whose paths are relative to it", () => {
        const bundle = describeBundle(catalog, paths) as {
            charts: Record<string, string>;
            kind: { nodeImage: string };
        };
        const folders = {
            base: "base",
            istiod: "istiod",
            gateway: "gateway",
            metallb: "metallb",
            prometheusOperatorCrds: "prometheus-operator-crds",
        };
        expect(Object.keys(bundle.charts)).to.have.members(Object.keys(folders));
        for (const [name, folder] of Object.entries(folders)) {
            expect(bundle.charts[name]).to.match(new RegExp(`^out/[^/]+/${folder}$`));
        }
        expect(bundle.kind.nodeImage).to.equal(nodeImageTag(catalog.nodeImage));
        expect(bundle.kind.nodeImage).to.match(/^istio-fleet\/node:[0-9a-f]{16}$/);
    });

    it("make a bundle that the program reads, with upstream's images but for Grafana's", () => {
        const sources = parseBundle(describeBundle(catalog, paths), "/cache/lab");
        const { grafana, ...built } = upstream.metricsImages;
        expect(grafana).to.be.a("string");
        expect(sources.metricsImages).to.deep.equal(built);
        expect(sources.telemetry).to.deep.equal({ envoyFilterSpec, metricRelabelings });
        expect(sources.istio).to.deep.equal({
            hub: "docker.io/istio",
            tag: "1.32-dev",
            readsRemoteSecrets: false,
        });
    });
});

describe("images", () => {
    const image: Image = {
        reference: "r:1",
        files: [],
        folders: [],
        config: { entrypoint: ["/x"], command: ["a"], user: "1337:1337" },
    };

    it("are configured as OCI has it", () => {
        const layers = [{ digest: "sha256:1", size: 1 }];
        expect(ociConfig(image, layers, "x64")).to.deep.equal({
            architecture: "amd64",
            os: "linux",
            config: {
                Env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
                Entrypoint: ["/x"],
                Cmd: ["a"],
                User: "1337:1337",
            },
            rootfs: { type: "layers", diff_ids: ["sha256:1"] },
        });
    });

    it("get an account as one more line", () => {
        expect(withLine("root:x:0\n", "a:x:1")).to.equal("root:x:0\na:x:1\n");
        expect(withLine("root:x:0", "a:x:1")).to.equal("root:x:0\na:x:1\n");
    });

    it("change kind's containerd configuration, or say that it has changed", () => {
        expect(restrictOomScore("a\n  restrict_oom_score_adj = false\n")).to.equal(
            "a\n  restrict_oom_score_adj = true\n",
        );
        expect(() => restrictOomScore("version = 3")).to.throw("adapt the lab to it");
    });
});

describe("places", () => {
    it("are below the project's cache folder, which the user may choose", () => {
        expect(cacheFolder({ ISTIO_FLEET_CACHE: "/c" })).to.equal("/c");
        expect(cacheFolder({ ISTIO_FLEET_CACHE: "" })).to.match(/\/\.cache\/istio-fleet$/);
        expect(labPaths("/c").toolsJson).to.equal("/c/lab/tools.json");
    });

    it("lose only what no recipe uses", () => {
        expect(unused(["a-1", "a-2", "b-1"], ["a-2", "b-1", "c-1"])).to.deep.equal(["a-1"]);
    });

    it("give the engine the wrapper only where it is needed", () => {
        const paths = labPaths("/c");
        expect(engineArguments(paths, undefined)).not.to.include("--add-runtime");
        expect(engineArguments(paths, "/w").slice(-4)).to.deep.equal([
            "--add-runtime",
            "without-sys-resource=/w",
            "--default-runtime",
            "without-sys-resource",
        ]);
    });
});
