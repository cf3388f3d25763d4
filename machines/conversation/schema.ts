/**
 * The shapes of a conversation: what a new one is given, what it remembers, what it hears, and the document other tools
 * read in Redis. Everything is plain JSON and bounded. The document is the seed's (S6-S8); what only the chart needs (the
 * message log, receipts, half-received messages) is not in it.
 */
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { Intent } from "#domain/conversation/Intent.ts"
import { STATUSES, type Status, type Voice } from "#domain/conversation/Guides.ts"
import { isoTime, type Line } from "#domain/conversation/Texts.ts"
import type {
  AnalysisSummary,
  CartSnapshot,
  DeliveryReported,
  MessageReceived,
  Modification,
  Preferences,
  SendSms
} from "#domain/MealPlan.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

export interface ConversationSettings extends Voice {
  /** How long a job (a whole analysis, a change, the recipes, an account look-up) may take before we say sorry. */
  readonly jobDeadlineMs: number
  /** When a texter who waits for a plan hears that it takes longer. */
  readonly progressAfterMs: number
  /** How long missing parts of a long message are waited for. */
  readonly partsWaitMs: number
}

export const defaultSettings: ConversationSettings = {
  style: "plain",
  support: "help@example.com",
  jobDeadlineMs: 120_000,
  progressAfterMs: 20_000,
  partsWaitMs: 120_000
}

export interface ConversationInput extends ConversationSettings {
  readonly phone: string
  /** Epoch milliseconds. */
  readonly at: number
}

/** Bounds of the context. */
export const MAX_LOG = 20
export const MAX_LOG_TEXT = 160
export const MAX_MODIFICATIONS = 50
export const MAX_RECEIPTS = 20
export const MAX_CART_ITEMS = 100
export const MAX_NOTES = 20
export const MAX_NOTE = 160

export interface LogEntry {
  readonly at: number
  readonly from: "texter" | "service"
  /** Cut to 160 code points. */
  readonly text: string
}

export interface Receipt {
  readonly messageId: string
  readonly status: DeliveryReported["status"]
  /** When the provider took the text, epoch milliseconds; absent while only its receipt has come. */
  readonly takenAt?: number
}

export interface Parts {
  readonly ref: string
  readonly total: number
  readonly at: number
  readonly received: ReadonlyArray<{ readonly index: number; readonly text: string }>
}

/** How this turn answers. Present only while the turn runs. */
export interface Answer {
  /** `later`: nobody waits for this turn's reply, only the texter for a text. */
  readonly via: MessageReceived["replyVia"] | "later"
  /** The provider has answered this keyword itself. */
  readonly muted: boolean
  /** What the text asked for, whatever comes of it. */
  readonly heard: string
  /** What came of it: `heard`, or `unknown` when the state has no answer to it (S24). */
  readonly intent: string
  /** `null`: silence. */
  readonly line: Line | null
}

export interface ConversationContext {
  readonly phone: string
  readonly settings: ConversationSettings
  /** When the texter was last heard, epoch milliseconds. */
  readonly heardAt: number
  readonly answer: Answer | null
  readonly user_preferences: Preferences | null
  readonly cart_snapshot: CartSnapshot | null
  readonly last_analysis: AnalysisSummary | null
  readonly modifications: ReadonlyArray<Modification>
  /** How many of the changes, from the oldest on, `last_analysis` was made with. */
  readonly planned: number
  readonly confirmation_status: "confirmed" | null
  /** When the plan was confirmed, epoch milliseconds: the recipes' timer counts from here. */
  readonly confirmedAt: number | null
  readonly recipes_sent: boolean
  /** Who wanted the recipes now: what we start ourselves respects quiet hours. */
  readonly recipesFor: SendSms["initiatedBy"]
  readonly metrics: { readonly message_count: number; readonly error_count: number; readonly analysis_count: number }
  readonly log: ReadonlyArray<LogEntry>
  readonly receipts: ReadonlyArray<Receipt>
  readonly parts: ReadonlyArray<Parts>
  /** References of long messages already handled: late parts of them are ignored. */
  readonly joined: ReadonlyArray<{ readonly ref: string; readonly at: number }>
  /** The number was subscribed again and has not been heard since: its block-list entry is taken away. */
  readonly unblock: boolean
  /** The provider itself confirmed the latest STOP. */
  readonly stopConfirmed: boolean
  /** When the number last said START, epoch milliseconds: refusals of earlier texts are old news. */
  readonly subscribedAt: number | null
}

/** What the SMS channel says, and whether the provider has answered a STOP, START or HELP itself (`OptOutType`). */
export interface ConversationMessage extends MessageReceived {
  readonly optOutHandled?: boolean
}

/** Outcomes of `sendSms`, as the runtime reports them. */
export interface SmsSent {
  readonly type: "SMS_SENT"
  /** `{ messageIds }`: one per piece the text was sent in. */
  readonly output?: unknown
  readonly at?: number
}
export interface SmsFailed {
  readonly type: "SMS_FAILED"
  /** `recipient_blocked`: the number said STOP, here or to the provider. */
  readonly code: string
  readonly at?: number
  /** When the turn asked for the text, epoch milliseconds. */
  readonly requestedAt?: number
}

/** Params of `sendSms` as this chart asks for it. */
export interface ConversationSms extends SendSms {
  /** Answers to STOP and HELP: allowed, and due, to a blocked number (B10). */
  readonly compliance?: true
}

export type ConversationEvent =
  | ConversationMessage
  | DeliveryReported
  | SmsSent
  | SmsFailed
  /** Raised by the chart itself. */
  | {
      readonly type: "TEXT_RECEIVED"
      readonly text: string
      readonly at: number
      readonly via: Answer["via"]
      readonly optOutHandled: boolean
    }
  | { readonly type: "PARTS_WAITED"; readonly ref: string; readonly firedAt?: number }
  | { readonly type: "ANSWER_DUE" }
  | { readonly type: "RECIPIENT_BLOCKED" }
  | Intent

/** The document at `conversation:{phone}` (S6-S8). Times are ISO-8601 UTC. */
export interface ConversationDocument {
  readonly phone: string
  readonly status: Status
  readonly created_at: string
  readonly last_activity: string
  readonly context: {
    /** A summary; the whole analysis is under its `ref` (S51). */
    readonly last_analysis: AnalysisSummary | null
    readonly cart_snapshot: CartSnapshot | null
    readonly user_preferences: Preferences | null
    readonly modifications: ReadonlyArray<Modification>
    readonly confirmation_status: "confirmed" | null
    readonly recipes_sent: boolean
  }
  readonly metrics: ConversationContext["metrics"]
}

interface ConversationValue {
  readonly plan: Status | { readonly [K in Status]?: unknown }
  readonly consent: "subscribed" | "stopped"
}

export const contextOf = (view: ActorView): ConversationContext => view.context

/** The status of a conversation. Throws when the state is none of the seven. */
export const statusOf = (view: Pick<ActorView, "value">): Status => {
  const { plan } = view.value as ConversationValue
  const name = typeof plan === "string" ? plan : Object.keys(plan)[0]
  const status = STATUSES.find((known) => known === name)
  if (status === undefined) throw new TypeError("a conversation is in none of its seven statuses")
  return status
}

export const isStopped = (view: Pick<ActorView, "value">): boolean =>
  (view.value as ConversationValue).consent === "stopped"

export const document = (view: ActorView): ConversationDocument => {
  const context = contextOf(view)
  return {
    phone: context.phone,
    status: statusOf(view),
    created_at: isoTime(view.createdAt),
    last_activity: isoTime(view.at),
    context: {
      last_analysis: context.last_analysis,
      cart_snapshot: context.cart_snapshot,
      user_preferences: context.user_preferences,
      modifications: context.modifications,
      confirmation_status: context.confirmation_status,
      recipes_sent: context.recipes_sent
    },
    metrics: context.metrics
  }
}
