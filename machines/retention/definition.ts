/**
 * The retention actor's row of the registry: there is one, `main`. It tells readers of the last clean-up at
 * `ash:retention:last`; its timer keeps it alive while it is set.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { RETENTION_REPORT_KEY } from "#domain/ash/RetentionRules.ts"
import { retentionMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { VERSION } from "./schema.ts"

/** How long it is kept after its last turn while nothing is due. */
export const RETENTION_TTL_MS = 90 * 86_400_000

export const retentionDefinition = (): ActorDefinition => ({
  type: "retention",
  machine: retentionMachine(),
  version: VERSION,
  migrations,
  ttlMs: RETENTION_TTL_MS,
  // Once, however late: what was due while nobody ran is still to be done (M47).
  lateTimers: { atOnce: "fire", due: "fire" },
  projectionKeys: () => [RETENTION_REPORT_KEY]
})
