/**
 * The desk's row of the registry. It writes no documents: what it knows is asked for with `LOOK`.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { deskMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { type DeskInput, VERSION } from "./schema.ts"

/** How long a desk is kept after its last turn. */
export const DESK_TTL_MS = 90 * 86_400_000

export const deskDefinition = (policy: AshPolicy): ActorDefinition => ({
  type: "desk",
  machine: deskMachine(policy),
  version: VERSION,
  migrations,
  ttlMs: DESK_TTL_MS,
  input: (guildId): DeskInput => ({ guildId }),
  // What operators are told waits for nothing and keeps its order.
  lanes: { tellOperators: "operators" },
  results: { tellOperators: { done: "OPERATORS_TOLD", failed: "OPERATORS_NOT_TOLD" } },
  lateTimers: { lost: "fire", writtenOff: "fire", sighted: "fire" }
})
