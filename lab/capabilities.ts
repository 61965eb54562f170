/** CAP_SYS_RESOURCE's number in the kernel's `capability.h`. */
const sysResource = 24n;

/**
 * Whether a process may ever have CAP_SYS_RESOURCE, by the bounding set in its `/proc/<pid>/status`.
 * Some sandboxes take it away, and then no container can be given every capability (`--privileged`).
 */
export function mayHaveSysResource(status: string): boolean {
    const bounding = /^CapBnd:\s*([0-9a-f]+)$/m.exec(status)?.[1];
    if (bounding === undefined) {
        throw new Error(`/proc/self/status has no CapBnd line, so this is not a Linux kernel's`);
    }
    return ((BigInt(`0x${bounding}`) >> sysResource) & 1n) === 1n;
}
