// SPDX-License-Identifier: Apache-2.0
import { RunError } from "@pulumi/pulumi";

/**
 * An error for the user, whose message is enough. It has no stack: Pulumi's tracing has Node colour it,
 * which takes ten seconds when a line of it ends in a file right below a package's scope.
 */
export function userError(message: string): RunError {
    const error = new RunError(message);
    delete error.stack;
    return error;
}
