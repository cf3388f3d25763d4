/**
 * How far a Discord shard has been heard, and which process listens to it: actor `gateway/{shard}`. A checkpoint moves past
 * a message only when the turn it asked for is committed, so what a crash interrupts is sent again by Discord, or caught up
 * over HTTP. The newest process that claims a shard has it; the others stand by until it is released or its time runs out.
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

/** What `RENEW` is answered with. */
export interface GatewayHold {
  /** False: another process has the shard, or nobody does. */
  readonly held: boolean
}

/** `holder` names a process, one for each start. The time of a hold is the store's: `at` plus `forMs`, epoch milliseconds. */
export type GatewayEvent =
  /**
   * Moves forward only, whoever tells it: an older sequence of the same session and older messages change nothing, and
   * another session takes the place of the known one only when the shard's holder tells it.
   */
  | {
      readonly type: "CHECKPOINT"
      readonly holder: string
      readonly session: GatewaySession | null
      readonly channels: Readonly<Record<Snowflake, Snowflake>>
      readonly at: number
    }
  /** Discord refused the session: it cannot be resumed. */
  | { readonly type: "SESSION_LOST"; readonly sessionId: string; readonly at: number }
  /** Takes the shard; `ifFree`: only when nobody else holds it. Answers `GatewayCheckpoint`, `null` when it is not granted. */
  | {
      readonly type: "CLAIM"
      readonly holder: string
      readonly ifFree: boolean
      readonly forMs: number
      readonly at: number
    }
  /** Holds on to the shard. Answers `GatewayHold`. */
  | { readonly type: "RENEW"; readonly holder: string; readonly forMs: number; readonly at: number }
  /** Frees the shard, if it is this process that holds it. */
  | { readonly type: "RELEASE"; readonly holder: string }
  /** Answers `GatewayCheckpoint`. */
  | { readonly type: "LOOK" }
