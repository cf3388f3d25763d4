/**
 * Every text the service sends, as a table of lines (S26-S37, S43, C32, B10). A line says what is meant; `render` words it
 * for the style and the status. Plain style is GSM-7 and one segment wherever the content allows; what a texter or a shop
 * wrote keeps its own letters. Texts promise only what the chart then does.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { AnalysisSummary, Weekday } from "../MealPlan.ts"
import { cost, toPlain } from "../SmsSegments.ts"
import { emojiTexts } from "./EmojiTexts.ts"
import { BRAND, GUIDES, guideFor, helpText, type Voice } from "./Guides.ts"
import { changesText, fits, notesText, planText, shorten, type ChangeInWords, type PlanInWords } from "./PlanTexts.ts"

/** Lines that need nothing but their name. */
export type SimpleKey =
  | "analyzing"
  | "analyzing_anew"
  | "already_working"
  | "still_working"
  | "progress"
  | "skip_unclear"
  | "changes_unclear"
  | "no_meals"
  | "too_many_changes"
  | "what_to_change"
  | "locked"
  | "plan_first"
  | "no_recipes_yet"
  | "confirm_first"
  | "sending_recipes"
  | "already_sending"
  | "enjoy"
  | "plan_failed"
  | "change_failed"
  | "change_refused"
  | "recipes_failed"
  | "account_failed"
  | "reset"
  | "human"
  | "emergency"
  | "allergy"
  | "default"
  | "thanks"
  | "greeting"
  | "later"
  | "undo"
  | "nothing_to_confirm"
  | "help"
  | "account_checking"
  | "account_ready"
  | "stopped"
  | "subscribed"
  | "already_subscribed"
  | "help_stopped"

/** What is meant. `due: null` = the recipes go out at once. */
export type Line =
  | { readonly key: SimpleKey }
  | ({ readonly key: "plan_ready" } & PlanInWords)
  /** What a plan's text had no room for. */
  | { readonly key: "plan_notes"; readonly notes: ReadonlyArray<string> }
  | { readonly key: "confirmed" | "all_set"; readonly due: string | null }
  /** `everyDay`: a day was named, but the swap goes for all of them. */
  | { readonly key: "swapping"; readonly old: string; readonly new: string; readonly everyDay?: boolean }
  /** `said`: what the texter called `old`. */
  | { readonly key: "swap_unclear"; readonly old: string | null; readonly said: string | null }
  | { readonly key: "skipping"; readonly days: ReadonlyArray<Weekday> }
  | { readonly key: "changing"; readonly changes: ReadonlyArray<ChangeInWords> }
  | { readonly key: "recipes"; readonly url: string }
  | { readonly key: "onboarding"; readonly account: "unknown" | "unlinked"; readonly url: string }

export type LineKey = Line["key"]
type LineOf<K extends LineKey> = Line & { readonly key: K }
export type Wording = { readonly [K in LineKey]?: (line: LineOf<K>, voice: Voice) => string }

const planReady = (plan: PlanInWords): string =>
  plan.meals.length === 0
    ? [`Your ${BRAND} plan has no meals left. Reply 'start over' to begin again.`, ...plan.notes].join(" ")
    : planText(`Your ${BRAND} meal plan:`, plan, GUIDES.analysis_sent)

const plainTexts: Required<Wording> = {
  analyzing: () => `Analyzing your ${BRAND} cart...`,
  analyzing_anew: () =>
    `Analyzing your ${BRAND} cart... This is a new plan: the changes to your confirmed one are not in it.`,
  already_working: () => "Already working on your meal plan. One moment...",
  still_working: () => "Still working on your meal plan. I will text you when it is ready; please tell me then.",
  progress: () => "Still working on your meal plan, it takes a little longer today. I will text you when it is ready.",
  plan_ready: planReady,
  plan_notes: ({ notes }) => notesText(notes),
  confirmed: ({ due }) =>
    due === null
      ? "Perfect! Generating your detailed recipes, the link comes in a moment."
      : `Perfect! Your detailed recipes come ${due}. Reply 'recipes now' to get them right away.`,
  all_set: ({ due }) =>
    due === null
      ? "You are all set. Your recipes are on their way."
      : `You are all set. Your recipes come ${due}. Reply 'recipes now' to get them right away.`,
  swapping: ({ old, new: wanted, everyDay }) =>
    `Swapping ${shorten(old, 40)} for ${shorten(wanted, 40)}${everyDay === true ? " on every day" : ""}...`,
  swap_unclear: ({ old, said }) =>
    old === null
      ? "What would you like to swap? For example: 'swap salmon for chicken'."
      : `What would you like instead of ${shorten(old, 40)}? For example: 'swap ${shorten(said ?? old, 24)} for tacos'.`,
  changing: ({ changes }) => changesText(changes),
  skipping: ({ days }) => `Removing ${days.join(", ")} from your meal plan...`,
  skip_unclear: () =>
    "Which day would you like to skip? For example: 'skip Monday'. To change food: 'swap salmon for chicken'.",
  changes_unclear: () =>
    "I did not get all of that, so nothing is changed yet. Send one change at a time, like 'swap rice for beans' or " +
    "'skip Monday', or 'yes' to confirm.",
  no_meals: () => "Your plan has no meals left. Reply 'start over' to begin again.",
  too_many_changes: () =>
    "That is more changes than I can keep, so it is not done; the earlier ones are. Reply 'yes' to confirm the plan or " +
    "'start over'.",
  what_to_change: () => "What would you like to change? Reply 'swap X for Y', 'skip Monday' or 'start over'.",
  locked: () => "Your plan is confirmed already. Reply 'plan' to make a new one.",
  no_recipes_yet: () => "Recipes come with a confirmed plan. Please reply 'plan' first.",
  plan_first: () => "Please reply 'plan' first. When your meal plan is there, I can change it.",
  confirm_first: () => "Please confirm your plan first: reply 'yes', then 'recipes now'.",
  sending_recipes: () => "Sending your recipe PDF now, the link comes in a moment.",
  already_sending: () => "Already preparing your recipes, the link comes in a moment.",
  enjoy: () => "Enjoy your meals!",
  recipes: ({ url }) => `Your ${BRAND} recipes: ${url}`,
  plan_failed: () => "Sorry, we had trouble analyzing your cart. Reply 'plan' to try again.",
  change_failed: () => "Sorry, we had trouble changing your plan. Reply 'plan' to try again with your changes.",
  change_refused: () =>
    "Sorry, I could not change your plan like that, so this change is dropped. Reply 'plan' for your plan without it.",
  recipes_failed: () => "Sorry, we had trouble making your recipes. Reply 'recipes now' to try again.",
  account_failed: () => "Sorry, we could not look up your account. Reply 'new' to try again.",
  reset: () => "Starting over: your plan and changes are gone, your preferences are kept.",
  human: ({}, { support }) => `I am an automated service. For our support please contact ${support}.`,
  emergency: () =>
    "I am a meal service and no person reads this. In an emergency call 911 or your local number now. In the US, call or text 988 in a crisis.",
  allergy: ({}, { support }) =>
    `I cannot take allergies by text: nothing was stored, and a plan may hold what you must avoid. Please tell ${support}.`,
  default: () => "Sorry, I did not understand that.",
  thanks: () => "You are welcome!",
  greeting: () => `Hello from ${BRAND}!`,
  later: () => "All right.",
  undo: () => "I cannot take back a single change. Reply 'start over' for a plan without any.",
  nothing_to_confirm: () => "I have no plan waiting for your yes.",
  help: () => "",
  account_checking: () => "Looking up your account. One moment...",
  account_ready: () => "Your account is set up. Reply 'help' to see what I can do.",
  onboarding: ({ account, url }) =>
    account === "unknown"
      ? `Welcome to ${BRAND}! Set up your account: ${url} Then reply 'plan'.`
      : `Please link your ${BRAND} store login: ${url} Then reply 'plan'.`,
  stopped: () => `${BRAND}: you are unsubscribed and will get no more messages. Reply START to resubscribe.`,
  subscribed: () => `${BRAND}: you are subscribed again. Reply 'plan' for a meal plan or STOP to unsubscribe.`,
  already_subscribed: () => `${BRAND}: you are subscribed. Reply STOP to unsubscribe.`,
  help_stopped: ({}, { support }) =>
    `${BRAND}: you are unsubscribed. Reply START to resubscribe. Help: ${support}. Reply STOP to stay unsubscribed.`
}

/** Lines that say what to do next themselves, or must say nothing more (opt-out confirmations). */
const COMPLETE: ReadonlySet<LineKey> = new Set([
  "plan_ready",
  "plan_notes",
  "confirmed",
  "all_set",
  "swap_unclear",
  "skip_unclear",
  "changes_unclear",
  "no_meals",
  "too_many_changes",
  "what_to_change",
  "still_working",
  "locked",
  "plan_first",
  "no_recipes_yet",
  "confirm_first",
  "sending_recipes",
  "already_sending",
  "undo",
  "account_checking",
  "account_ready",
  "recipes",
  "human",
  "emergency",
  "allergy",
  "help",
  "onboarding",
  "plan_failed",
  "change_failed",
  "change_refused",
  "recipes_failed",
  "account_failed",
  "stopped",
  "subscribed",
  "already_subscribed",
  "help_stopped",
  "enjoy",
  "progress"
])

const word = <K extends LineKey>(line: LineOf<K>, voice: Voice): string => {
  const key = line.key as K
  const seed = voice.style === "emoji" ? (emojiTexts.lines[key] as Wording[K]) : undefined
  const wording = seed ?? (plainTexts[key] as NonNullable<Wording[K]>)
  return wording(line, voice)
}

/** Whether a plan's notes have room in its own text. */
export const notesFit = (plan: PlanInWords): boolean => fits(planReady(plan))

/** Words a line for a status; adds the status's guidance where the whole still fits one segment (S43). */
export const render = (line: Line, status: string, voice: Voice): string => {
  if (line.key === "help") return helpText(status, voice)
  const text = word(line, voice)
  if (voice.style === "emoji") return text
  const plain = toPlain(text)
  if (COMPLETE.has(line.key)) return plain
  const guided = `${plain} ${guideFor(status)}`
  return cost(guided).segments === 1 ? guided : plain
}

const MONTHS = "January February March April May June July August September October November December".split(" ")
const SIX_DAYS = 6 * 86_400_000

const WEEKDAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const

/** When a plan's recipes go out, in words; `null` when that time has passed at `at` (epoch milliseconds). */
export const dueInWords = (analysis: AnalysisSummary, at: number): string | null => {
  if (analysis.recipes_due_at <= at) return null
  return Option.match(DateTime.make(analysis.delivery_date), {
    onNone: () => "the day before your delivery",
    onSome: (delivery) => {
      const before = DateTime.toPartsUtc(DateTime.add(delivery, { days: -1 }))
      // A weekday alone names a day of this week.
      const date = analysis.recipes_due_at - at > SIX_DAYS ? ` ${MONTHS[before.month - 1] ?? ""} ${before.day}` : ""
      return `${WEEKDAY_NAMES[before.weekDay] ?? ""}${date}, the day before your delivery`
    }
  })
}

/** Epoch milliseconds as ISO-8601 UTC. */
export const isoTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at))
