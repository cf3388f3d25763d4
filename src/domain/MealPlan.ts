/**
 * Vocabulary of the meal-plan product (requirements S6-S9, S44, S51): what a cart, a plan and a change to it are. Plain
 * JSON, shared by the conversation chart, the capabilities and the documents in Redis.
 */
export const WEEKDAYS = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"] as const
export type Weekday = (typeof WEEKDAYS)[number]

export interface CartItem {
  readonly name: string
  readonly quantity: number
  readonly unit: string
}

export interface CartSnapshot {
  readonly items: ReadonlyArray<CartItem>
  /** The day the box arrives, `YYYY-MM-DD`, in the texter's time zone. */
  readonly delivery_date: string
  /** Where it was read: `sample` names the embedded sample cart. */
  readonly source: string
}

/** What the user directory knows of a texter's tastes. Open: unknown keys are kept. */
export interface Preferences {
  readonly [key: string]: unknown
}

/** S9. `timestamp` is ISO-8601 UTC. */
export type Modification =
  | {
      readonly type: "swap"
      readonly details: { readonly old: string; readonly new: string }
      readonly timestamp: string
    }
  | { readonly type: "skip"; readonly details: { readonly days: ReadonlyArray<Weekday> }; readonly timestamp: string }

export interface PlannedMeal {
  readonly day: Weekday
  readonly title: string
}

/**
 * What the conversation keeps of an analysis. The whole analysis (ingredients, steps, substitutions) is stored apart
 * under `ref` (S51).
 */
export interface AnalysisSummary {
  /** Store key of the whole analysis. */
  readonly ref: string
  readonly meals: ReadonlyArray<PlannedMeal>
  readonly delivery_date: string
  /** When the recipes go out by themselves: 10:00 local time on the day before delivery (S58), epoch milliseconds. */
  readonly recipes_due_at: number
  /** What the person should know of this plan, in sentences for them. May quote their words: never logged. */
  readonly notes?: ReadonlyArray<string>
}

/** The whole analysis as stored under `AnalysisSummary.ref`. */
export interface Analysis {
  readonly meals: ReadonlyArray<AnalysedMeal>
  readonly delivery_date: string
  /** Which planner made it; `embedded rules` names the built-in one. */
  readonly planner: string
}

export interface AnalysedMeal extends PlannedMeal {
  readonly servings: number
  readonly minutes: number
  readonly ingredients: ReadonlyArray<string>
  readonly steps: ReadonlyArray<string>
}

/** Inputs and outputs of the jobs the conversation invokes, by invoke `src`. */
export interface ConversationJobs {
  readonly readUser: {
    readonly input: { readonly phone: string }
    readonly output:
      | { readonly account: "ready"; readonly preferences: Preferences }
      /** Not registered, or no store login linked: `url` is the onboarding link (carries `?phone=`). */
      | { readonly account: "unknown" | "unlinked"; readonly url: string }
  }
  readonly readCart: {
    readonly input: { readonly phone: string; readonly preferences: Preferences }
    readonly output: CartSnapshot
  }
  readonly planMeals: {
    readonly input: {
      readonly phone: string
      readonly cart: CartSnapshot
      readonly preferences: Preferences
      /** Every change the texter asked for so far, oldest first. */
      readonly modifications: ReadonlyArray<Modification>
      /** The analysis to change; `null` plans from nothing. */
      readonly previous: AnalysisSummary | null
    }
    readonly output: AnalysisSummary
  }
  readonly makeRecipes: {
    readonly input: { readonly phone: string; readonly analysis: AnalysisSummary }
    /** An unguessable link to the PDF. */
    readonly output: { readonly url: string }
  }
}

/** Params of the `sendSms` action. */
export interface SendSms {
  /** E.164. */
  readonly to: string
  readonly text: string
  /** `us`: nobody asked for it just now, so quiet hours hold it back. */
  readonly initiatedBy: "texter" | "us"
}

/** What the SMS channel tells a conversation. */
export interface MessageReceived {
  readonly type: "MESSAGE_RECEIVED"
  readonly text: string
  readonly messageId: string
  /** Epoch milliseconds. */
  readonly at: number
  /** `answer`: the reply rides on the webhook's response. `send`: the reply must go out through the provider's API. */
  readonly replyVia: "answer" | "send"
  /** One part of a long message that the provider delivers in pieces; `index` counts from 1. */
  readonly part?: { readonly ref: string; readonly index: number; readonly total: number }
}

/** A delivery receipt. Receipts come late, twice and out of order: a status only moves forward. */
export interface DeliveryReported {
  readonly type: "DELIVERY_REPORTED"
  readonly messageId: string
  readonly status: "accepted" | "sent" | "delivered" | "failed"
  /** The provider's error code, when it gave one. */
  readonly code?: string
  readonly at: number
}

/** Store key of a blocked number (B10). Has no expiry: a person who said STOP stays unbothered. */
export const blockedKey = (phone: string): string => `sms:blocked:${phone}`

/** The reply of a conversation's turn (S12). `text: null` = stay silent. */
export interface ConversationReply {
  readonly text: string | null
  readonly status: string
  readonly intent: string
}
