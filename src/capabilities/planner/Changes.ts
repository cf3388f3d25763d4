/**
 * What a list of changes adds up to. A texter may swap rice for quinoa and later quinoa for rice: only what stands at the
 * end is binding. Shared by the planners and the check of their plans. Pure.
 */
import type { Modification, Weekday } from "#domain/MealPlan.ts"
import { mentions } from "./Foods.ts"
import { phrase } from "./Words.ts"

export interface Swap {
  readonly old: string
  readonly new: string
}

/** The newcomer ends up in titles, so it is cut; what goes may be a whole title ("swap 2 for tacos"). */
const LONGEST = { old: 120, new: 60 }

const tidy = (text: string, longest: number): string =>
  text
    .replace(/[\p{C}\s]+/gu, " ")
    .trim()
    .slice(0, longest)
    .trim()

/** The swaps in order, tidied. One that names nothing, or the same food twice, is kept: a planner says so in its notes. */
export const swapsOf = (changes: ReadonlyArray<Modification>): ReadonlyArray<Swap> =>
  changes.flatMap((change) =>
    change.type === "swap"
      ? [{ old: tidy(change.details.old, LONGEST.old), new: tidy(change.details.new, LONGEST.new) }]
      : []
  )

/** Whether a swap asks for anything. */
export const isReal = ({ old, new: wanted }: Swap): boolean =>
  phrase(old).length > 0 && phrase(wanted).length > 0 && phrase(old).join(" ") !== phrase(wanted).join(" ")

/** What must be on no plate after this swap. "Rice for brown rice" bans nothing: brown rice is rice. */
export const banAfter = (
  banned: ReadonlyArray<ReadonlyArray<string>>,
  swap: Swap
): ReadonlyArray<ReadonlyArray<string>> => {
  const kept = banned.filter((one) => !mentions(swap.new, one))
  const old = phrase(swap.old)
  return mentions(swap.new, old) ? kept : [...kept, old]
}

/** What must be on no plate after all swaps. */
export const bannedBy = (swaps: ReadonlyArray<Swap>): ReadonlyArray<ReadonlyArray<string>> =>
  swaps.filter(isReal).reduce(banAfter, [])

/** The days without dinner. */
export const skippedBy = (changes: ReadonlyArray<Modification>): ReadonlySet<Weekday> =>
  new Set(changes.flatMap((change) => (change.type === "skip" ? change.details.days : [])))
