import type { GoCacheUse } from "../disk";

/** What each module's first build added to Go's caches: measured with Go 1.26 on amd64. */
export const goCacheUses: readonly GoCacheUse[] = [];
