// SPDX-License-Identifier: Apache-2.0
import { createHash } from "node:crypto";
import * as pulumi from "@pulumi/pulumi";
import * as k8s from "./kubernetes";
import { type ConfigFolder, configPath, thanosMetadata } from "./thanosPod";

/*
 * Files for Thanos. Their object is named after their content and never changes: a change is a new
 * object, with which the pods roll, and the old one goes when no pod has it any more. A pod that starts
 * in between still finds what the others of its kind have, and no hash need be kept in a pod.
 */

const OBJSTORE = "objstore";
const OBJSTORE_FILE = "objstore.yaml";

/** Flag that names the file of objstoreFolder. */
export const OBJSTORE_FLAG = `--objstore.config-file=${configPath(OBJSTORE, OBJSTORE_FILE)}`;

/** Arguments for the state, which keeps them: with the object store's configuration as a secret. */
export function sealed(args: { objstoreConfig?: pulumi.Input<string> }): pulumi.Inputs {
    const { objstoreConfig: config } = args;
    return config === undefined ? args : { ...args, objstoreConfig: pulumi.secret(config) };
}

/** A name that changes with the content. */
export function nameByContent(name: string, content: string): string {
    return `${name}-${createHash("sha256").update(content).digest("hex").slice(0, 10)}`;
}

/** Folder `config` of a component, with files in clear. */
export function configFolder(
    name: string,
    component: string,
    data: Readonly<Record<string, string>>,
    opts: pulumi.CustomResourceOptions,
): ConfigFolder {
    const object = nameByContent(`${component}-config`, JSON.stringify(data));
    const config = new k8s.ConfigMap(
        `${name}-config`,
        { metadata: { ...thanosMetadata(component), name: object }, immutable: true, data },
        opts,
    );
    return { folder: "config", configMap: { name: config.metadata.name } };
}

/**
 * Folder with the object store's configuration, which has keys in it, from a Secret; none without one.
 *
 * @param config Thanos' own YAML.
 */
export function objstoreFolders(
    name: string,
    component: string,
    config: pulumi.Input<string> | undefined,
    opts: pulumi.CustomResourceOptions,
): ConfigFolder[] {
    if (config === undefined) return [];
    const content = pulumi.secret(config);
    // Forty bits of a hash give nothing of the keys away; kept secret, they would hide every pod.
    const object = pulumi.unsecret(
        content.apply((text) => nameByContent(`${component}-${OBJSTORE}`, text)),
    );
    const secret = new k8s.Secret(
        `${name}-${OBJSTORE}`,
        {
            metadata: { ...thanosMetadata(component), name: object },
            immutable: true,
            stringData: { [OBJSTORE_FILE]: content },
        },
        opts,
    );
    return [{ folder: OBJSTORE, secret: { secretName: secret.metadata.name } }];
}
