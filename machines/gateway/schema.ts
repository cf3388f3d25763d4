/**
 * The shapes of a shard's memory: how far it was heard, and which process listens. Plain JSON, bounded by the number of channels.
 */
import type { GatewaySession } from "#domain/ash/Gateway.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 2

/** Channels and threads remembered; beyond, the one that has been silent longest is forgotten. */
export const MAX_CHANNELS = 2_000

export interface GatewayContext {
  readonly session: GatewaySession | null
  readonly channels: Readonly<Record<Snowflake, Snowflake>>
  /** Epoch milliseconds of the newest checkpoint; 0 = there never was one. */
  readonly at: number
  /** The session Discord refused last: a checkpoint of it that comes late does not bring it back. */
  readonly lost: string | null
  /** The process that listens, until when unless it says so again (the store's time, epoch milliseconds); `null` = nobody. */
  readonly holder: { readonly id: string; readonly until: number } | null
}
