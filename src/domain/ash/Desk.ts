/**
 * The crisis desk of a guild: actor `desk/{guild}`. It knows which alerts are open, which responders are there, and whether
 * the classifier answers; it holds no member's words. What it shows is what alerts and members told it, effectively once.
 */
import type { AlertId } from "./Alert.ts"
import type { CrisisSeverity } from "./Severity.ts"
import type { Snowflake } from "./Snowflake.ts"

export type DeskEvent =
  | { readonly type: "ALERT_OPENED"; readonly alertId: AlertId; readonly severity: CrisisSeverity; readonly at: number }
  | { readonly type: "ALERT_RAISED"; readonly alertId: AlertId; readonly severity: CrisisSeverity; readonly at: number }
  | { readonly type: "ALERT_ACKNOWLEDGED"; readonly alertId: AlertId; readonly by: Snowflake; readonly at: number }
  | {
      readonly type: "ALERT_CLOSED"
      readonly alertId: AlertId
      readonly how: "resolved" | "expired"
      readonly by: Snowflake | null
      readonly at: number
    }
  /** From a member: the keyword net had to decide because the classifier did not answer; and that it did later. */
  | { readonly type: "UNANALYSED"; readonly messageId: Snowflake; readonly at: number }
  | { readonly type: "ANALYSED_AT_LAST"; readonly messageId: Snowflake; readonly at: number }
  /** The bot sees messages without their text: the MessageContent intent is missing (wire.md 5). */
  | { readonly type: "BLIND"; readonly channelId: Snowflake; readonly at: number }
  /** A responder says whether they can be counted on; answered with `DeskStatus`. */
  | { readonly type: "AVAILABILITY"; readonly by: Snowflake; readonly available: boolean; readonly at: number }
  /** A responder clicked or wrote: they are known and there. */
  | { readonly type: "RESPONDER_SEEN"; readonly by: Snowflake; readonly at: number }
  /** Answers `DeskStatus`. */
  | { readonly type: "LOOK" }
  | { readonly type: "OPERATORS_TOLD"; readonly at: number }
  | { readonly type: "OPERATORS_NOT_TOLD"; readonly code: string; readonly at: number }

export interface OpenAlert {
  readonly alertId: AlertId
  readonly severity: CrisisSeverity
  readonly openedAt: number
  readonly acknowledgedBy: Snowflake | null
}

export interface DeskStatus {
  /** Oldest first. */
  readonly open: ReadonlyArray<OpenAlert>
  readonly responders: ReadonlyArray<{ readonly id: Snowflake; readonly available: boolean; readonly seenAt: number }>
  /** Messages the keyword net decided about that are still owed an analysis. */
  readonly unanalysed: number
  readonly classifier: "answering" | "silent"
  readonly blindSince: number | null
}

/** What operators are told in a channel; each at most once per trouble, and when it is over. */
export type OperatorNotice =
  | { readonly kind: "classifier_silent" }
  | { readonly kind: "classifier_back"; readonly unanalysed: number }
  | { readonly kind: "blind"; readonly channelId: Snowflake }

export interface DeskEffects {
  readonly tellOperators: {
    readonly params: { readonly guildId: Snowflake; readonly notice: OperatorNotice }
    readonly output: null
  }
}
