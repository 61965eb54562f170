// SPDX-License-Identifier: Apache-2.0
import { expect } from "chai";
import { report } from "../../policy/deletedWith";
import type { Stack } from "./stack";

/** As a program, for the lab's language host cannot run packs. */
export const PACK = "policy/pulumi-analyzer-istio-fleet";

/**
 * Fails when the policy pack has anything against a stack, be it advice. What charts render is looked
 * at where the clusters are up: before, Pulumi does not render them.
 */
export async function meetsPolicy(stack: Stack): Promise<void> {
    const preview = await stack.preview("--policy-pack", PACK);
    // It would be ❌ with a violation, and ⚠️ with advice.
    expect(preview).to.match(/^ +✅ istio-fleet@v/m);
    expect(report(await stack.preview("--json", "--show-sames"))).to.deep.equal([]);
}
