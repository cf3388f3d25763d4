/**
 * What a conversation remembers and how each happening changes it: small pure functions from context to context, so that
 * the chart only names them. Every list is bounded here.
 */
import type { ChangeAsked } from "#domain/conversation/Changes.ts"
import type { Intent } from "#domain/conversation/Intent.ts"
import { shorten } from "#domain/conversation/PlanTexts.ts"
import { dayNamed } from "#domain/conversation/Skip.ts"
import { isoTime, type Line, type SimpleKey } from "#domain/conversation/Texts.ts"
import type {
  AnalysisSummary,
  CartSnapshot,
  ConversationJobs,
  DeliveryReported,
  Modification
} from "#domain/MealPlan.ts"
import {
  MAX_CART_ITEMS,
  MAX_LOG,
  MAX_LOG_TEXT,
  MAX_NOTE,
  MAX_NOTES,
  MAX_RECEIPTS,
  type Answer,
  type ConversationContext,
  type ConversationInput,
  type LogEntry
} from "./schema.ts"

type Context = ConversationContext
type Change = Partial<Context>

const noPlan = {
  cart_snapshot: null,
  last_analysis: null,
  modifications: [],
  planned: 0,
  confirmation_status: null,
  confirmedAt: null,
  recipes_sent: false,
  recipesFor: "texter"
} as const satisfies Change

/** A conversation that has heard nothing yet (S7, S8). */
export const newborn = ({ phone, at, ...settings }: ConversationInput): Context => ({
  phone,
  settings,
  heardAt: at,
  answer: null,
  user_preferences: null,
  ...noPlan,
  metrics: { message_count: 0, error_count: 0, analysis_count: 0 },
  log: [],
  receipts: [],
  parts: [],
  joined: [],
  unblock: false,
  stopConfirmed: false,
  subscribedAt: null
})

/** Start over (X8): the plan goes; preferences, metrics and the message log stay. */
export const startOver = (): Change => ({ ...noPlan })

/** A new plan begins (S26): a confirmed one is closed with its changes; changes to an open one are carried over. */
export const beginPlan = ({ confirmation_status, modifications, planned, metrics }: Context): Change => ({
  confirmation_status: null,
  confirmedAt: null,
  recipes_sent: false,
  modifications: confirmation_status === null ? modifications : [],
  planned: confirmation_status === null ? planned : 0,
  metrics: { ...metrics, analysis_count: metrics.analysis_count + 1 }
})

export const keepCart = (cart: CartSnapshot): Change => ({
  cart_snapshot: { ...cart, items: cart.items.slice(0, MAX_CART_ITEMS) }
})

/** S9, X5: the changes are part of the turn that heard them, each for itself. The plan needs a new yes. */
export const addModifications = (context: Context, asked: ReadonlyArray<ChangeAsked>): Change => {
  const timestamp = isoTime(context.heardAt)
  const added = named(context, asked).map((change): Modification =>
    change.type === "swap"
      ? { type: "swap", details: { old: change.old, new: change.new }, timestamp }
      : { type: "skip", details: { days: change.days }, timestamp }
  )
  return {
    modifications: [...context.modifications, ...added],
    confirmation_status: null,
    confirmedAt: null,
    recipes_sent: false
  }
}

/** "swap 2 for tacos", "swap Tuesday for tacos": a meal of the plan as listed (B27). Anything else stands for itself. */
export const mealNamed = ({ last_analysis }: Context, old: string): string => {
  const meals = last_analysis?.meals ?? []
  if (/^[1-9]$/.test(old)) return meals[Number(old) - 1]?.title ?? old
  const day = dayNamed(old)
  return (day === null ? undefined : meals.find((meal) => meal.day === day)?.title) ?? old
}

/** The changes with meals by their titles. */
export const named = (context: Context, asked: ReadonlyArray<ChangeAsked>): ReadonlyArray<ChangeAsked> =>
  asked.map((change) => (change.type === "swap" ? { ...change, old: mealNamed(context, change.old) } : change))

/** A plan as it is kept: its notes bounded, the newest staying. */
export const keepable = ({ notes = [], ...analysis }: AnalysisSummary): AnalysisSummary => {
  const kept = notes.slice(-MAX_NOTES).map((note) => shorten(note, MAX_NOTE))
  return kept.length === 0 ? analysis : { ...analysis, notes: kept }
}

const sameChange = (a: Modification, b: Modification): boolean =>
  a.type === b.type && JSON.stringify(a.details) === JSON.stringify(b.details)

/**
 * The notes to show with a changed plan: those the texter has not read, or all when a change was asked for again, because
 * then an old note is the answer.
 */
export const unreadNotes = (
  { modifications, heardAt, last_analysis }: Context,
  { notes = [] }: AnalysisSummary
): ReadonlyArray<string> => {
  const now = isoTime(heardAt)
  const again = modifications.some(
    (change, at) =>
      change.timestamp === now && modifications.slice(0, at).some((earlier) => sameChange(earlier, change))
  )
  if (again) return notes
  const known = [...(last_analysis?.notes ?? [])]
  return notes.filter((note) => {
    const at = known.indexOf(note)
    if (at >= 0) known.splice(at, 1)
    return at < 0
  })
}

/** What is said when no state has an answer to this text (S24); `null`: nothing. The guidance of the status follows. */
export const unanswered = (intent: Intent): SimpleKey | null => {
  if (intent.type === "AGREED") return "nothing_to_confirm"
  if (intent.type === "CHANGE_REQUESTED") return "later"
  if (intent.type !== "NOT_UNDERSTOOD") return "default"
  return intent.as === "reaction" ? null : (intent.as ?? "default")
}

/** Whether a refusal speaks of a text of this time that the latest START has overtaken. An unknown time has not. */
export const isOvertaken = ({ subscribedAt }: Context, askedAt: number | undefined): boolean =>
  subscribedAt !== null && askedAt !== undefined && askedAt < subscribedAt

export const countError = ({ metrics }: Context): Change => ({
  metrics: { ...metrics, error_count: metrics.error_count + 1 }
})

const logged = (log: Context["log"], entry: LogEntry): Context["log"] => {
  const text = entry.text.length > MAX_LOG_TEXT ? [...entry.text].slice(0, MAX_LOG_TEXT).join("") : entry.text
  return [...log, { ...entry, text }].slice(-MAX_LOG)
}

/** A whole text was heard (S14, X16); its answer is open and, until a state says otherwise, `fallback` (S24). */
export const openAnswer = (
  { metrics, log }: Context,
  { text, at }: { readonly text: string; readonly at: number },
  answer: Omit<Answer, "intent" | "line">,
  fallback: SimpleKey | null
): Change => ({
  heardAt: at,
  unblock: false,
  metrics: { ...metrics, message_count: metrics.message_count + 1 },
  log: logged(log, { at, from: "texter", text }),
  answer: { ...answer, intent: "unknown", line: fallback === null ? null : { key: fallback } }
})

/** A turn that says nothing. */
export const silence = (via: Answer["via"], intent: string): Answer => ({
  via,
  muted: false,
  heard: intent,
  intent,
  line: null
})

/** Decides what this turn answers. Nothing is open when no text was heard: then there is nothing to decide. */
export const decide = ({ answer }: Context, line: Line | null): Change =>
  answer === null ? {} : { answer: { ...answer, intent: answer.heard, line } }

/** The service has sent a text. */
export const recordSent = ({ log }: Context, text: string, at: number): Change => ({
  log: logged(log, { at, from: "service", text })
})

const RANK: Readonly<Record<DeliveryReported["status"], number>> = { accepted: 0, sent: 1, delivered: 2, failed: 2 }

/** A receipt moves forward only; `null` when it is old news. The two final statuses do not replace each other. */
export const recordReceipt = (
  { receipts }: Context,
  { messageId, status }: Pick<DeliveryReported, "messageId" | "status">
): Change | null => {
  const known = receipts.find((receipt) => receipt.messageId === messageId)
  if (known !== undefined && RANK[status] <= RANK[known.status]) return null
  const others = receipts.filter((receipt) => receipt.messageId !== messageId)
  return { receipts: [...others, { ...known, messageId, status }].slice(-MAX_RECEIPTS) }
}

/** The provider took a text in these pieces. A receipt that came before this news stays. */
export const recordAccepted = ({ receipts }: Context, ids: ReadonlyArray<unknown>, takenAt: number): Change => ({
  receipts: ids
    .filter((id) => typeof id === "string")
    .reduce<Context["receipts"]>((sofar, messageId) => {
      const known = sofar.find((receipt) => receipt.messageId === messageId)
      const others = sofar.filter((receipt) => receipt.messageId !== messageId)
      return [...others, { messageId, status: known?.status ?? "accepted", takenAt }].slice(-MAX_RECEIPTS)
    }, receipts)
})

const needed = <A>(value: A | null, what: string): A => {
  if (value === null) throw new TypeError(`a conversation is in a state that needs ${what} and has none`)
  return value
}

/** Input of the recipes' job. Throws in a conversation without a plan: no state that asks for it is one. */
export const recipesInput = ({ phone, last_analysis }: Context): ConversationJobs["makeRecipes"]["input"] => ({
  phone,
  analysis: needed(last_analysis, "a plan")
})

/** Input of the planning job, with every change asked for so far. Throws without a cart, as above. */
export const planInput = (
  context: Context,
  previous: AnalysisSummary | null
): ConversationJobs["planMeals"]["input"] => ({
  phone: context.phone,
  cart: needed(context.cart_snapshot, "a cart"),
  preferences: context.user_preferences ?? {},
  modifications: context.modifications,
  previous
})
