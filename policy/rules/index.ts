// SPDX-License-Identifier: Apache-2.0
import { noClusterAdmin } from "./clusterAdmin";
import { containerResources } from "./containerResources";
import { explicitProvider } from "./explicitProvider";
import { pinnedImages } from "./pinnedImages";
import { noPlaintextSecrets } from "./plaintextSecrets";
import type { Rule } from "./rule";

/** Everything that the policy pack looks for. */
export const RULES: readonly Rule[] = [
    pinnedImages,
    containerResources,
    noPlaintextSecrets,
    explicitProvider,
    noClusterAdmin,
];
