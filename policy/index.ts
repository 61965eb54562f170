// SPDX-License-Identifier: Apache-2.0
import { PolicyPack } from "@pulumi/policy";
import { policies } from "./policies";

/** Serves the rules to `pulumi preview --policy-pack policy`. */
new PolicyPack("istio-fleet", { enforcementLevel: "mandatory", policies: policies() });
