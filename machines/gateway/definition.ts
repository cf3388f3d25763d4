/**
 * The gateway's row of the registry. While the store is away a checkpoint is refused: it says what is durable, so what came
 * since is heard again.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { gatewayMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { VERSION } from "./schema.ts"

const DAY = 86_400_000

/** How long a shard's checkpoint is kept after its last turn. Beyond it, a start hears only what is new. */
export const GATEWAY_TTL_MS = 30 * DAY

export const gatewayDefinition = (): ActorDefinition => ({
  type: "gateway",
  machine: gatewayMachine(),
  version: VERSION,
  migrations,
  ttlMs: GATEWAY_TTL_MS
})
