// SPDX-License-Identifier: Apache-2.0
import { type Container, type Pod, isInjected, podsOf } from "./pods";
import type { PolicyResource, Rule } from "./rule";
import { type Path, UNKNOWN, formatPath, isMap, listAt } from "./tree";

interface Settings {
    requireDigest: boolean;
    floatingTags: readonly string[];
}

/** Every image is what it was when somebody looked at it. */
export const pinnedImages: Rule<Settings> = {
    name: "pinned-images",
    description: "Every image has a digest, or a tag that stays the same.",
    settings: {
        requireDigest: {
            type: "boolean",
            description: "Whether a tag is not enough.",
            default: false,
        },
        floatingTags: {
            type: "array",
            items: { type: "string" },
            description: "Tags that move, by themselves or as the first word: stable, stable-slim.",
            default: ["latest", "stable", "edge", "nightly", "main", "master", "dev", "canary"],
        },
    },
    check: (resource, settings) =>
        imagesOf(resource).flatMap(({ path, image }) => {
            const rule = broken(image, settings);
            if (rule === undefined) return [];
            return [{ property: formatPath(path), value: image, rule, fix: fix(settings) }];
        }),
};

interface Image {
    readonly path: Path;
    readonly image: unknown;
}

/** The images that a resource names. What is not known yet is looked at when it is. */
function imagesOf(resource: PolicyResource): Image[] {
    return podsOf(resource)
        .flatMap((pod) => [
            ...pod.containers.flatMap((container) => imagesOfContainer(container, pod)),
            ...volumeImages(resource, pod),
        ])
        .filter(({ image }) => image !== UNKNOWN);
}

function imagesOfContainer(container: Container, pod: Pod): Image[] {
    const { path, props, whole } = container;
    const { image } = props;
    if (image === undefined && !whole) return reloaders(container);
    if (isAutomatic(container, pod)) return [];
    return [{ path: [...path, "image"], image }, ...reloaders(container)];
}

/**
 * Istio's gateway chart says `image: auto`, and istiod fills in the proxy that it was built with. Where
 * nothing is injected nobody does.
 */
function isAutomatic({ name, props: { image } }: Container, pod: Pod): boolean {
    return image === "auto" && name === "istio-proxy" && isInjected(pod);
}

/** The image that Prometheus Operator puts beside every Prometheus, which it takes as a flag. */
function reloaders({ path, props }: Container): Image[] {
    return listAt(props, "args").flatMap((flag, i) => {
        const image =
            typeof flag === "string"
                ? /^--prometheus-config-reloader=(.*)$/.exec(flag)?.[1]
                : undefined;
        return image === undefined ? [] : [{ path: [...path, "args", i], image }];
    });
}

/** Volumes that are images. */
function volumeImages({ props }: PolicyResource, { specPath }: Pod): Image[] {
    return listAt(props, ...specPath, "volumes").flatMap((volume, i) => {
        if (!isMap(volume) || !isMap(volume.image)) return [];
        const path = [...specPath, "volumes", i, "image", "reference"];
        return [{ path, image: volume.image.reference }];
    });
}

/** The rule that an image breaks. */
function broken(image: unknown, { requireDigest, floatingTags }: Settings): string | undefined {
    if (typeof image !== "string") return "must name an image";
    if (/@sha(256|512):[0-9a-f]{64,}$/.test(image)) return undefined;
    if (requireDigest) return "must have a digest";
    const tag = /:([^:/]+)$/.exec(image.replace(/@.*$/, ""))?.[1];
    if (tag === undefined) return "must have a tag or a digest: without, it is the newest";
    const [word = ""] = tag.split("-");
    // "8" is each release of it in turn, "20241104" is one.
    if (floatingTags.includes(word) || /^v?\d{1,3}$/.test(tag)) {
        return "must have a digest, or a tag that stays the same";
    }
    return undefined;
}

function fix({ requireDigest }: Settings): string {
    return requireDigest
        ? "Add its digest, as in name:v1.2.3@sha256:…"
        : "Give the release that was tested, as in name:v1.2.3, or its digest.";
}
