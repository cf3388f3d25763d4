/**
 * The shapes of an alert's actor: what a new one is given, what it remembers and what it hears. Everything is plain JSON
 * and bounded, and none of it holds words of the member: those pass through `MEMBER_SAID` and `THREAD_MESSAGE` into what
 * leaves, and are gone with it (C8). What others see is `AlertView`, made in `facts.ts`.
 */
import type {
  AlertEffects,
  AlertEvent,
  AlertId,
  AlertRequest,
  AlertResult,
  AlertView,
  Notice,
  RefusedBecause
} from "#domain/ash/Alert.ts"
import type { EscalationStep } from "#domain/ash/AshPolicy.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

export interface AlertInput {
  readonly alertId: AlertId
  /** Epoch milliseconds. */
  readonly at: number
}

/** Bounds of the context. */
export const MAX_REFUSALS = 20
export const MAX_ASSIGNED = 10
export const MAX_UNHEARD = 5
/** Messages as grave as before are said this far apart at least. */
export const AGAIN_MS = 60_000
/** A post is replaced this often: whoever deletes it each time means it. */
export const MAX_REPOSTS = 3
/** In code points. */
export const MAX_NOTE = 500

/** All that is known of an opened alert. Its state is no fact of its own: it follows from the steps taken. */
export interface Facts extends Omit<AlertView, "alertId" | "state"> {
  readonly expiredAt: number | null
  /** The severity it was opened with, for the metrics (B19). */
  readonly openedAs: CrisisSeverity
  /** Who first sent Ash to the member, and whether Ash got there. */
  readonly ashContact: {
    readonly at: number
    readonly by: Snowflake | null
    readonly auto: boolean
    readonly reached: boolean
  } | null
  readonly firstResponse: { readonly by: Snowflake; readonly at: number } | null
  /** Taken over from another service's post: where the member wrote is not known. */
  readonly adopted: boolean
  /** The member wishes to be forgotten. */
  readonly forgotten?: true
}

/** A request that was refused, kept as a fact (B3). */
export interface Refusal {
  readonly type: AlertRequest["type"]
  readonly by: Snowflake
  readonly at: number
  readonly because: RefusedBecause
}

/** A chain of calls, with the steps as they were when the alert was opened, raised or overridden (B5). */
export interface Escalation {
  readonly steps: ReadonlyArray<EscalationStep>
  /** Which of them comes next. */
  readonly next: number
  /** Known from its first step on, epoch milliseconds. */
  readonly startedAt: number | null
}

export interface AlertContext {
  readonly alertId: AlertId
  /** When this actor was first spoken to, epoch milliseconds. */
  readonly bornAt: number
  /** `null` until the alert is opened. */
  readonly facts: Facts | null
  readonly escalation: Escalation
  /** Reminders since it was acknowledged. */
  readonly reminders: number
  /** When Ash goes by itself, epoch milliseconds; `null` when it does not. */
  readonly ashDueAt: number | null
  /** The post that was last asked for calls people because a person is wanted. */
  readonly humanInPost: boolean
  /** In a row. */
  readonly failedPosts: number
  /** The newest message that was said although it did not raise the alert, epoch milliseconds; absent before the first. */
  readonly toldAgainAt?: number
  /** When a person last did anything about it, epoch milliseconds; absent before the first time. */
  readonly attendedAt?: number
  /** How often it was posted again because its post had been deleted; absent before the first time. */
  readonly reposts?: number
  /** In a row. */
  readonly failedCalls: number
  /** Calls for people that reached nobody yet; one of a kind. */
  readonly unheard: ReadonlyArray<Notice>
  /** The newest. */
  readonly refusals: ReadonlyArray<Refusal>
  /** The post does not show the facts as they are. */
  readonly unshown: boolean
  /** The metrics do not say the facts as they are. */
  readonly unrecorded: boolean
  /** How often the metrics were written: tells a day which of two records is newer. */
  readonly measured: number
}

/** What the chart says to itself. */
export type InnerEvent =
  /** A request was decided: the reply is due. `by`: `null` for a look. */
  | {
      readonly type: "ANSWER_DUE"
      readonly asked: AlertRequest["type"]
      readonly by: Snowflake | null
      readonly at: number
      readonly because: RefusedBecause | null
    }
  /** A message raised it, or a responder set it before anybody took it: the chain of calls is a new one. */
  | { readonly type: "SEVERITY_CHANGED"; readonly at: number }
  /** Somebody took it, or it is over: nobody need be called any more. */
  | { readonly type: "ATTENDED" }
  /** A timer came so late that its alert is history (B32). */
  | { readonly type: "STALE"; readonly at: number }
  /** Ash shall go to the member. `by`: `null` when it goes by itself. */
  | { readonly type: "ASH_WANTED"; readonly by: Snowflake | null; readonly at: number }
  | { readonly type: "TAKEN_OVER" }

/** Results of `editAlert`. */
export type EditResult =
  | { readonly type: "EDITED"; readonly output: AlertEffects["editAlert"]["output"] }
  | { readonly type: "EDIT_FAILED" }

export type AlertChartEvent = AlertEvent | AlertResult | EditResult | InnerEvent
