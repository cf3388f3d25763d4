/**
 * How far a Discord shard has been heard: actor `gateway/{shard}`. A checkpoint moves past a message only when the turn it
 * asked for is committed, so what a crash interrupts is sent again by Discord, or caught up over HTTP.
 */
import type { Snowflake } from "./Snowflake.ts"

export interface GatewaySession {
  readonly sessionId: string
  readonly resumeUrl: string
  /** Everything up to this has been handled. */
  readonly sequence: number
}

export interface GatewayCheckpoint {
  readonly session: GatewaySession | null
  /** Monitored channel or thread → the newest message of it before which everything has been handled. */
  readonly channels: Readonly<Record<Snowflake, Snowflake>>
  /** Epoch milliseconds of the checkpoint; 0 = there never was one. */
  readonly at: number
}

export type GatewayEvent =
  /** Moves forward only: an older sequence of the same session and older messages change nothing. */
  | {
      readonly type: "CHECKPOINT"
      readonly session: GatewaySession | null
      readonly channels: Readonly<Record<Snowflake, Snowflake>>
      readonly at: number
    }
  /** Discord refused the session: it cannot be resumed. */
  | { readonly type: "SESSION_LOST"; readonly sessionId: string; readonly at: number }
  /** Answers `GatewayCheckpoint`. */
  | { readonly type: "LOOK" }
