/**
 * The statuses of a conversation and what each lets a texter do: the guidance that follows an answer (S43), and HELP
 * (S34-S37, B10). One table keyed by status, with the names of the older help formatter mapped (C32).
 */
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

/**
 * What a texter can do now (S34-S37). While a plan is in the making there is only one thing to know; a confirmed plan whose
 * recipes failed still has them to give. All other statuses use the idle one.
 */
export const GUIDES = {
  idle: "Reply 'plan' for a meal plan, 'new' to set up your account, 'help' for help.",
  analysis_sent: "Reply 'yes' to confirm, 'swap X for Y', 'skip Monday' or 'help'.",
  confirmed: "Reply 'recipes now', or get them the day before delivery. 'help' for help.",
  working: "I will text you your plan when it is ready.",
  recipes_failed: "Reply 'recipes now' for your recipes, 'plan' for a new plan, 'help' for help."
} as const

/** What guidance goes by: the status, or the one situation in which it alone would mislead. */
export type Situation = Status | "recipes_failed"

/** Names of the older help formatter (C32), and statuses that share a guidance. */
const SHARED: Readonly<Record<string, keyof typeof GUIDES>> = {
  greeting: "idle",
  plan_ready: "analysis_sent",
  default: "idle",
  modifying: "working",
  analyzing: "working"
}

/** The guidance of a status, by its name or its legacy name. */
export const guideFor = (status: string): string => {
  const key = SHARED[status] ?? status
  return Object.hasOwn(GUIDES, key) ? GUIDES[key as keyof typeof GUIDES] : GUIDES.idle
}

const WORKING = "Your plan is on its way."
/** The idle help (S34, S37) in few words. */
const COMMANDS = "Words I know: 'plan', 'new' (set up your account), 'help'."

/** HELP: who we are, what to say now, whom to reach, how to stop (B10). */
export const helpText = (status: string, { style, support }: Voice): string => {
  const ending = `Contact: ${support}. STOP to end.`
  const working = SHARED[status] === "working"
  if (style === "emoji") return `${working ? `${WORKING}\n` : ""}${emojiTexts.guide(status)}\n${BRAND}. ${ending}`
  return `${BRAND}: ${working ? `${WORKING} ${COMMANDS}` : guideFor(status)} ${ending}`
}
