/**
 * Every text the service sends, as a table of lines (S26-S37, S43, C32, B10). A line says what is meant; `render` words it
 * for the style and the status. Plain style is GSM-7 and one segment wherever the content allows; what a texter or a shop
 * wrote keeps its own letters. Texts promise only what the chart then does.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { AnalysisSummary, PlannedMeal, Weekday } from "../MealPlan.ts"
import { cost, toPlain } from "../SmsSegments.ts"
import { emojiTexts } from "./EmojiTexts.ts"

/** S10. */
export const STATUSES = [
  "idle",
  "analyzing",
  "analysis_sent",
  "modifying",
  "confirmed",
  "recipes_sent",
  "error"
] as const
export type Status = (typeof STATUSES)[number]

export const BRAND = "Farm to People"

/** `plain`: GSM-7, cheapest. `emoji`: the seed's own wording where it has one. */
export type Style = "plain" | "emoji"

export interface Voice {
  readonly style: Style
  /** Where people are reached: an e-mail address, a number or a page. */
  readonly support: string
}

/** Lines that need nothing but their name. */
export type SimpleKey =
  | "analyzing"
  | "already_working"
  | "still_working"
  | "progress"
  | "skip_unclear"
  | "too_many_changes"
  | "what_to_change"
  | "locked"
  | "plan_first"
  | "confirm_first"
  | "sending_recipes"
  | "already_sending"
  | "enjoy"
  | "plan_failed"
  | "change_failed"
  | "recipes_failed"
  | "account_failed"
  | "reset"
  | "human"
  | "default"
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
  | { readonly key: "plan_ready"; readonly meals: ReadonlyArray<PlannedMeal> }
  | { readonly key: "confirmed" | "all_set"; readonly due: string | null }
  | { readonly key: "swapping"; readonly old: string; readonly new: string }
  | { readonly key: "swap_unclear"; readonly old: string | null }
  | { readonly key: "skipping"; readonly days: ReadonlyArray<Weekday> }
  | { readonly key: "recipes"; readonly url: string }
  | { readonly key: "onboarding"; readonly account: "unknown" | "unlinked"; readonly url: string }

export type LineKey = Line["key"]
type LineOf<K extends LineKey> = Line & { readonly key: K }
export type Wording = { readonly [K in LineKey]?: (line: LineOf<K>, voice: Voice) => string }

/** What a texter can do now (S34-S37). Other statuses use the idle one. */
const GUIDES = {
  idle: "Reply 'plan' for a meal plan, 'new' to set up your account, 'help' for help.",
  analysis_sent: "Reply 'yes' to confirm, 'swap X for Y', 'skip Monday' or 'help'.",
  confirmed: "Reply 'recipes now', or get them the day before delivery. 'help' for help."
} as const

/** Status names of the older help formatter (C32). */
const LEGACY: Readonly<Record<string, keyof typeof GUIDES>> = {
  greeting: "idle",
  plan_ready: "analysis_sent",
  default: "idle"
}

/** The guidance of a status, by its name or its legacy name. */
export const guideFor = (status: string): string => {
  const key = LEGACY[status] ?? status
  return key === "analysis_sent" || key === "confirmed" ? GUIDES[key] : GUIDES.idle
}

const cut = (text: string, points: number): string => [...text].slice(0, points).join("").trim()

const listed = (meals: ReadonlyArray<PlannedMeal>): string =>
  meals
    .slice(0, 7)
    .map(({ day, title }, index) => `${index + 1} ${day.slice(0, 3)}: ${cut(title, 38)}`)
    .join("\n")

const WORK = "One moment."

const plainTexts: Required<Wording> = {
  analyzing: () => `Analyzing your ${BRAND} cart...`,
  already_working: () => `Already working on your meal plan. ${WORK}`,
  still_working: () => "Still working on your meal plan. I will text you when it is ready; please send changes then.",
  progress: () => "Still working on your meal plan, it takes a little longer today. I will text you when it is ready.",
  plan_ready: ({ meals }) =>
    meals.length === 0
      ? `Your ${BRAND} plan has no meals left. Reply 'start over' to begin again.`
      : `Your ${BRAND} meal plan:\n${listed(meals)}\n${GUIDES.analysis_sent}`,
  confirmed: ({ due }) =>
    due === null
      ? "Perfect! Generating your detailed recipes, the link comes in a moment."
      : `Perfect! Your detailed recipes come ${due}. Reply 'recipes now' to get them right away.`,
  all_set: ({ due }) =>
    due === null
      ? "You are all set. Your recipes are on their way."
      : `You are all set. Your recipes come ${due}. Reply 'recipes now' to get them right away.`,
  swapping: ({ old, new: wanted }) => `Swapping ${cut(old, 40)} for ${cut(wanted, 40)}...`,
  swap_unclear: ({ old }) =>
    old === null
      ? "What would you like to swap? For example: 'swap salmon for chicken'."
      : `What would you like instead of ${cut(old, 40)}? For example: 'swap ${cut(old, 24)} for chicken'.`,
  skipping: ({ days }) => `Removing ${days.join(", ")} from your meal plan...`,
  skip_unclear: () =>
    "Which day would you like to skip? For example: 'skip Monday'. To change food: 'swap salmon for chicken'.",
  too_many_changes: () => "That is more changes than I can keep. Reply 'yes' to confirm or 'start over'.",
  what_to_change: () => "What would you like to change? Reply 'swap X for Y', 'skip Monday' or 'start over'.",
  locked: () => "Your plan is confirmed already. Reply 'plan' to make a new one.",
  plan_first: () => "Please reply 'plan' first. When your meal plan is there, I can change it.",
  confirm_first: () => "Please confirm your plan first: reply 'yes', then 'recipes now'.",
  sending_recipes: () => "Sending your recipes now...",
  already_sending: () => `Already preparing your recipes. ${WORK}`,
  enjoy: () => "Enjoy your meals!",
  recipes: ({ url }) => `Your ${BRAND} recipes: ${url}`,
  plan_failed: () => "Sorry, we had trouble analyzing your cart. Reply 'plan' to try again.",
  change_failed: () => "Sorry, we had trouble changing your plan. Reply 'plan' to try again with your changes.",
  recipes_failed: () => "Sorry, we had trouble making your recipes. Reply 'recipes now' to try again.",
  account_failed: () => "Sorry, we could not look up your account. Reply 'new' to try again.",
  reset: () => "Starting over. Your preferences are kept.",
  human: ({}, { support }) => `I am an automated service. For our support please contact ${support}.`,
  default: () => "Sorry, I did not understand that.",
  help: () => "",
  account_checking: () => "Looking up your account...",
  account_ready: () => "Your account is set up.",
  onboarding: ({ account, url }) =>
    account === "unknown"
      ? `Welcome to ${BRAND}! Set up your account: ${url} Then reply 'plan'.`
      : `Please link your ${BRAND} store login: ${url} Then reply 'plan'.`,
  stopped: () => `${BRAND}: you are unsubscribed and will get no more messages. Reply START to resubscribe.`,
  subscribed: () => `${BRAND}: you are subscribed again. Reply STOP to unsubscribe.`,
  already_subscribed: () => `${BRAND}: you are subscribed. Reply STOP to unsubscribe.`,
  help_stopped: ({}, { support }) =>
    `${BRAND}: you are unsubscribed. Reply START to resubscribe. Help: ${support}. Reply STOP to stay unsubscribed.`
}

/** Lines that say what to do next themselves, or must say nothing more (opt-out confirmations). */
const COMPLETE: ReadonlySet<LineKey> = new Set([
  "plan_ready",
  "confirmed",
  "all_set",
  "swap_unclear",
  "skip_unclear",
  "too_many_changes",
  "what_to_change",
  "recipes",
  "human",
  "help",
  "onboarding",
  "plan_failed",
  "change_failed",
  "recipes_failed",
  "account_failed",
  "stopped",
  "subscribed",
  "already_subscribed",
  "help_stopped",
  "enjoy",
  "progress"
])

/** HELP: who we are, what to say now, whom to reach, how to stop (B10). */
const helpText = (status: string, { style, support }: Voice): string => {
  const ending = `Contact: ${support}. STOP to end.`
  const seed = style === "emoji" ? emojiTexts.guide(status) : null
  return seed === null ? `${BRAND}: ${guideFor(status)} ${ending}` : `${seed}\n${BRAND}. ${ending}`
}

const word = <K extends LineKey>(line: LineOf<K>, voice: Voice): string => {
  const key = line.key as K
  const seed = voice.style === "emoji" ? (emojiTexts.lines[key] as Wording[K]) : undefined
  const wording = seed ?? (plainTexts[key] as NonNullable<Wording[K]>)
  return wording(line, voice)
}

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

const WEEKDAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"] as const

/** When a plan's recipes go out, in words; `null` when that time has passed at `at` (epoch milliseconds). */
export const dueInWords = (analysis: AnalysisSummary, at: number): string | null => {
  if (analysis.recipes_due_at <= at) return null
  return Option.match(DateTime.make(analysis.delivery_date), {
    onNone: () => "the day before your delivery",
    onSome: (delivery) => {
      const day = DateTime.getPartUtc(DateTime.add(delivery, { days: -1 }), "weekDay")
      return `${WEEKDAY_NAMES[day] ?? ""}, the day before your delivery`
    }
  })
}

/** Epoch milliseconds as ISO-8601 UTC. */
export const isoTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at))
