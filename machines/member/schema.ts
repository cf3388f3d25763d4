/**
 * The shapes of a member's actor: what a new one is given, what it remembers, what it says to itself. Plain JSON, bounded.
 * Of the member's words it holds only what an analysis under way may still need.
 */
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { AlertId, Signal } from "#domain/ash/Alert.ts"
import type { MemberEvent } from "#domain/ash/Member.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

const DAY = 86_400_000

/** How long a proxy has to take a deleted message's place, before it counts as taken back by its author (B16). */
export const PROXY_GRACE_MS = 15_000
/** An alert counts as an earlier one for this long (B20). */
export const EARLIER_MS = 7 * DAY

/** Bounds of the context, besides those of `pending.ts`; beyond, the oldest go. */
export const MAX_ALERTS = 20
export const MAX_PROXIES = 200
/** Deleted messages within their grace; beyond, they are removed at once. */
export const MAX_DELETED = 500
/** Messages taken back, remembered for signals of them that come back. */
export const MAX_GONE = 100
/** Messages whose author is forgotten in one turn. */
export const MAX_FORGOTTEN = 200
/** Signals an alert was given because another one had not heard them. */
export const MAX_FORWARDED = 100

export interface MemberInput {
  readonly guildId: Snowflake
  readonly userId: Snowflake
}

/** One text of a message whose analysis is under way. `messageId` and `at` tell the texts of one message apart. */
export interface Pending {
  readonly messageId: Snowflake
  /** When this text was posted or changed, epoch milliseconds. */
  readonly at: number
  readonly effect: "classify" | "classifyLater"
  /** UTF-16 units it costs the record. */
  readonly size: number
  /** The text where it is longer than what a result repeats: an analysis that is owed needs all of it. */
  readonly whole: string | null
  /** It may go into the history: no newer text took its place, nobody removed it. */
  readonly storable: boolean
  /** It may no longer be shown. */
  readonly gone: boolean
  /** The alert that heard what the keyword net guessed of it. */
  readonly heardBy: AlertId | null
}

/** An alert about this member, open or closed. */
export interface KnownAlert {
  readonly alertId: AlertId
  /** The message that opened it, and when that text was posted or changed, epoch milliseconds. */
  readonly messageId: Snowflake
  readonly messageAt: number
  /** The highest it was told of. */
  readonly severity: CrisisSeverity
  readonly openedAt: number
  readonly closedAt: number | null
}

export interface OpenAlert {
  readonly alertId: AlertId
  /** Keys of the signals it must not give back: the one that opened it, and those another alert had given back before. */
  readonly given: ReadonlyArray<string>
}

export interface MemberContext {
  readonly guildId: Snowflake
  readonly userId: Snowflake
  /** In the order in which they were asked for. */
  readonly pending: ReadonlyArray<Pending>
  /** Messages deleted in the running grace, and since it began. */
  readonly deleted: ReadonlyArray<Snowflake>
  readonly deletedSince: ReadonlyArray<Snowflake>
  readonly proxies: ReadonlyArray<{ readonly original: Snowflake; readonly proxy: Snowflake }>
  /** Messages taken back last, and when the member left: what was said until then is not shown any more. */
  readonly gone: ReadonlyArray<Snowflake>
  readonly leftAt: number | null
  /** Oldest first. */
  readonly alerts: ReadonlyArray<KnownAlert>
  /** `null` while calm. */
  readonly open: OpenAlert | null
}

/** What a responder who clears the history is answered. */
export interface HistoryCleared {
  readonly cleared: true
}

export interface Signalled {
  readonly type: "SIGNALLED"
  readonly signal: Signal
  /** When the member's actor learned of it, epoch milliseconds. */
  readonly at: number
  /** The words may not be shown. */
  readonly textGone: boolean
  /** An alert had closed before it could hear it. */
  readonly unheard: boolean
  /** A real analysis: the alert that heard the net's guess of the same text. */
  readonly guessedFor: AlertId | null
}

/** What the chart says to itself. */
export type InnerEvent =
  | Signalled
  /** From the life before this one: an open alert is not forgotten with the rest, so that there is never a second. */
  | {
      readonly type: "ALERT_KEPT"
      readonly open: OpenAlert
      readonly alert: KnownAlert | null
      readonly leftAt: number | null
    }
  | { readonly type: "TEXTS_GONE"; readonly messageIds: ReadonlyArray<Snowflake> | "all"; readonly at: number }

export type MemberChartEvent = MemberEvent | InnerEvent

export const contextOf = (view: ActorView): MemberContext => view.context

/** Whether an alert about this member is open. */
export const isAlerted = (view: ActorView): boolean => contextOf(view).open !== null
