/**
 * The developer's row of the registry: the actor's id is the user. It lives while an action of theirs is open, and a little
 * longer; it writes no document.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { developerMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { VERSION } from "./schema.ts"

/** After the last turn; a timer keeps it as long as something is open. */
export const DEVELOPER_TTL_MS = 60_000

export const developerDefinition = (): ActorDefinition => ({
  type: "developer",
  machine: developerMachine(),
  version: VERSION,
  migrations,
  ttlMs: DEVELOPER_TTL_MS,
  lateTimers: { firstExpiry: "fire" },
  projectionKeys: () => []
})
