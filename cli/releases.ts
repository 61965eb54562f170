// SPDX-License-Identifier: Apache-2.0
import { versions } from "../versions";

/*
 * Where the official tools are, and how to tell that they can be had: the only URLs in the commands.
 */

/** A machine that releases are made for. */
export interface Platform {
    readonly os: "linux" | "darwin";
    readonly arch: "amd64" | "arm64";
}

/** One downloadable file of a release. */
export interface ReleaseFile {
    readonly url: string;
    /** URL of a list of SHA-256 sums, one `<sum>  <file name>` a line. */
    readonly checksums: string;
    /** Name of the file in that list. */
    readonly fileName: string;
    /** Folder inside the archive that has the programs; absent when the file is the program. */
    readonly archiveFolder?: string;
}

/** An official tool. */
export interface Release {
    readonly version: string;
    /** The oldest version on the PATH that will do. */
    readonly minimum: string;
    file(platform: Platform): ReleaseFile;
    /** Where a person gets it. */
    readonly page: string;
}

const KIND = "0.33.0";
/** The engine that package.json's @pulumi/pulumi was made with. */
const PULUMI = "3.259.0";

const kindBase = `https://github.com/kubernetes-sigs/kind/releases/download/v${KIND}`;
const pulumiBase = `https://github.com/pulumi/pulumi/releases/download/v${PULUMI}`;

export const releases = {
    kind: {
        version: KIND,
        // Older ones write a kubeadm config that Kubernetes 1.36 no longer reads.
        minimum: "0.32.0",
        file: ({ os, arch }) => ({
            url: `${kindBase}/kind-${os}-${arch}`,
            checksums: `${kindBase}/kind-${os}-${arch}.sha256sum`,
            fileName: `kind-${os}-${arch}`,
        }),
        page: "https://kind.sigs.k8s.io/docs/user/quick-start/#installation",
    },
    pulumi: {
        version: PULUMI,
        minimum: PULUMI,
        file: ({ os, arch }) => {
            const fileName = `pulumi-v${PULUMI}-${os}-${arch === "amd64" ? "x64" : arch}.tar.gz`;
            return {
                url: `${pulumiBase}/${fileName}`,
                checksums: `${pulumiBase}/pulumi-${PULUMI}-checksums.txt`,
                fileName,
                archiveFolder: "pulumi",
            };
        },
        page: "https://www.pulumi.com/docs/install/",
    },
} as const satisfies Record<string, Release>;

/** Where docker is had: its static builds have no checksums, so it is not downloaded here. */
export const docker = { minimum: "20.10.0", page: "https://docs.docker.com/engine/install/" };

/** Something that must answer, in this way, for a source to count as reachable. */
export interface Ping {
    readonly url: string;
    readonly status: number;
    /** A header that a stranger who answers in its place would not have. */
    readonly header?: { readonly name: string; readonly value: RegExp };
}

const registry = (url: string, realm: RegExp): Ping => ({
    url,
    status: 401,
    header: { name: "www-authenticate", value: realm },
});

/** The plugins, which pulumi downloads itself. */
export function pluginPings({ os, arch }: Platform, version: string): Ping[] {
    const file = `pulumi-resource-kubernetes-v${version}-${os}-${arch}.tar.gz`;
    return [{ url: `https://get.pulumi.com/releases/plugins/${file}`, status: 200 }];
}

/** Where nodes, charts and the images in the clusters come from. */
export const imagePings: readonly Ping[] = [
    registry("https://registry-1.docker.io/v2/", /auth\.docker\.io/),
    registry("https://quay.io/v2/", /quay\.io/),
    {
        url: "https://registry.k8s.io/v2/",
        status: 200,
        header: { name: "docker-distribution-api-version", value: /^registry\/2\.0$/ },
    },
    ...[...new Set(Object.values(versions.charts).map(({ repository }) => repository))].map(
        (repository) => ({ url: `${repository}/index.yaml`, status: 200 }),
    ),
];

/** What releases call a machine; undefined where there are none for it. */
export function platformOf(os: string, arch: string): Platform | undefined {
    const arches: Readonly<Record<string, Platform["arch"]>> = { x64: "amd64", arm64: "arm64" };
    const found = arches[arch];
    return found && (os === "linux" || os === "darwin") ? { os, arch: found } : undefined;
}
