// SPDX-License-Identifier: Apache-2.0
import { HOSTILE } from "./hostile";

/** All hostile texts in one, and those that only do harm alone: for scripts that take their time. */
export const WORST: readonly string[] = [HOSTILE.join(""), "-rf", "--all", "*", "a\nb", " a"];
