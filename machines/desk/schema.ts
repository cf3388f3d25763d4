/**
 * The shapes of a guild's desk: what it remembers, and what it hears beyond the common words. Plain JSON, bounded, no
 * member's words.
 */
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { DeskEvent, DeskStatus, OpenAlert, OperatorNotice } from "#domain/ash/Desk.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

/** Bounds of the context; beyond, the alert that needs people least and the responder unseen for longest go. */
export const MAX_OPEN = 200
export const MAX_RESPONDERS = 200
/** Beyond, owed messages are counted without their ids. */
export const MAX_OWED = 500

const MINUTE = 60_000
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** The same trouble is told again after this long at the earliest. */
export const TELL_AGAIN_MS = HOUR
/** A classifier that comes and goes is told as a new silence after this long at the earliest. */
export const NEW_SILENCE_MS = 10 * MINUTE
/** No message without text for this long: the bot sees again. */
export const SIGHTED_AFTER_MS = HOUR
/** Owed messages nobody speaks of for this long are written off: their members have been forgotten. */
export const WRITTEN_OFF_AFTER_MS = 3 * DAY
/** An open alert counts as lost when nothing was heard of it for this many times its expiry, and this much longer. */
export const LOST_PATIENCE = 4
export const LOST_GRACE_MS = DAY

export interface DeskInput {
  readonly guildId: Snowflake
}

export interface KnownAlert extends OpenAlert {
  /** When it was last heard of, epoch milliseconds. */
  readonly newsAt: number
}

export interface DeskContext {
  readonly guildId: Snowflake
  /** The time of the newest event, epoch milliseconds. */
  readonly heardAt: number
  /** Oldest first. */
  readonly open: ReadonlyArray<KnownAlert>
  /** The one seen last comes last. */
  readonly responders: DeskStatus["responders"]
  /** Messages that are owed an analysis, and how many more there are beyond the bound. */
  readonly owed: ReadonlyArray<Snowflake>
  readonly owedMore: number
  /** When operators were last told of the silence, and whether they were in the present one. */
  readonly silence: { readonly toldAt: number | null; readonly said: boolean }
  readonly blind: { readonly since: number | null; readonly toldAt: number | null }
}

/** The results of `tellOperators` as the runtime reports them: a failure carries what could not be told. */
export type HeardEvent =
  | Exclude<DeskEvent, { readonly type: "OPERATORS_NOT_TOLD" }>
  | {
      readonly type: "OPERATORS_NOT_TOLD"
      readonly code: string
      readonly at: number
      readonly params?: { readonly notice: OperatorNotice }
    }

export const contextOf = (view: ActorView): DeskContext => view.context
