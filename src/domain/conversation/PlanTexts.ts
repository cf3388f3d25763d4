/**
 * The longest texts: a plan, what its planner wants the person to know, and several changes at once. Each stays within its
 * budget of segments; names are shortened at word ends, never in the middle of a word, and what has no room here is counted
 * out loud instead of left out in silence.
 */
import type { PlannedMeal, Weekday } from "../MealPlan.ts"
import { cost, toPlain } from "../SmsSegments.ts"

/** Segments a plan, its notes, or a list of changes may cost, each. */
const MAX_SEGMENTS = 3

export interface PlanInWords {
  readonly meals: ReadonlyArray<PlannedMeal>
  /** Sentences for the person that belong into the same text. */
  readonly notes: ReadonlyArray<string>
}

export type ChangeInWords =
  | { readonly type: "swap"; readonly old: string; readonly new: string; readonly everyDay: boolean }
  | { readonly type: "skip"; readonly days: ReadonlyArray<Weekday> }

/** Words that promise another one. */
const DANGLING = /(?:[\s,;:&+/-]|(?<=\s)(?:and|or|with|without|over|in|on|of|for|the|a|an|to|from))+$/iu

/** At most `points` code points: whole words, with ".." where some are missing. A longer first word loses its end. */
export const shorten = (text: string, points: number): string => {
  const all = [...text.trim()]
  if (all.length <= points) return text.trim()
  const room = all.slice(0, points - 2).join("")
  const whole = /\s/u.test(all[points - 2] ?? "") ? room : room.replace(/\s+\S*$/u, "")
  return `${whole.replace(DANGLING, "") || room}..`
}

/** A segment of several holds 153 of the characters below; they are counted here because real counting takes milliseconds. */
const ROOM = MAX_SEGMENTS * 153
const ONE_SEPTET_EACH = /^[\n\u0020-\u005a_a-z]*$/u

/** Whether a text stays within the budget. */
export const fits = (text: string): boolean =>
  ONE_SEPTET_EACH.test(text) ? text.length <= ROOM : text.length <= ROOM && cost(toPlain(text)).segments <= MAX_SEGMENTS

const WIDTHS = [90, 60, 50, 44, 38] as const

const written = (head: string, { meals, notes }: PlanInWords, tail: string, width: number): string =>
  [
    head,
    ...meals.slice(0, 7).map(({ day, title }, index) => `${index + 1} ${day.slice(0, 3)}: ${shorten(title, width)}`),
    ...(notes.length === 0 ? [] : [`Note: ${notes.join(" ")}`]),
    tail
  ].join("\n")

/** A plan with titles as long as the budget allows; letters beyond GSM-7 may make it cost more. */
export const planText = (head: string, plan: PlanInWords, tail: string): string => {
  const texts = WIDTHS.map((width) => written(head, plan, tail, width))
  return texts.find(fits) ?? texts.at(-1) ?? head
}

/** As many of the items as fit behind `head`, and how many there are besides. */
const bounded = (head: string, items: ReadonlyArray<string>, glue: string, rest: (left: number) => string): string => {
  for (let count = items.length; count > 1; count--) {
    const left = items.length - count
    const text = `${head}${items.slice(0, count).join(glue)}${left === 0 ? "" : rest(left)}`
    if (fits(text)) return text
  }
  return `${head}${items[0] ?? ""}${items.length < 2 ? "" : rest(items.length - 1)}`
}

/** Notes in a text of their own. The recipes print all of them. */
export const notesText = (notes: ReadonlyArray<string>): string =>
  bounded("About your plan: ", notes, " ", (left) => ` ${left} more with your recipes.`)

const changeInWords = (change: ChangeInWords): string =>
  change.type === "skip"
    ? `no ${change.days.join(", ")}`
    : `${shorten(change.new, 40)} for ${shorten(change.old, 40)}${change.everyDay ? " on every day" : ""}`

/** Several changes, all of which are made: "Changing your plan: chicken for salmon; no Monday...". */
export const changesText = (changes: ReadonlyArray<ChangeInWords>): string =>
  `${bounded("Changing your plan: ", changes.map(changeInWords), "; ", (left) => `; and ${left} more`)}...`
