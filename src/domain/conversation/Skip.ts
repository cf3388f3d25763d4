/**
 * Reading "skip Monday" in the ways people write it: several days, common abbreviations, ranges, weekends (S18, S33). Days
 * come out capitalised and in week order. Answers `null` when the text asks for no such thing, and no days when it does
 * but names none.
 */
import { WEEKDAYS, type Weekday } from "../MealPlan.ts"
import { isNegated, wordsOf, type Said } from "./Words.ts"

export interface SkipRead {
  /** Empty: which day was meant is not said. */
  readonly days: ReadonlyArray<Weekday>
}

const DAY_INDEX: ReadonlyMap<string, number> = new Map(
  [
    ["mon", "monday", "mondays"],
    ["tue", "tues", "tuesday", "tuesdays"],
    ["wed", "weds", "wednesday", "wednesdays"],
    ["thu", "thur", "thurs", "thursday", "thursdays"],
    ["fri", "friday", "fridays"],
    ["sat", "saturday", "saturdays"],
    ["sun", "sunday", "sundays"]
  ].flatMap((names, index) => names.map((name) => [name, index] as const))
)

const GROUPS: ReadonlyMap<string, ReadonlyArray<number>> = new Map([
  ["weekend", [5, 6]],
  ["weekends", [5, 6]],
  ["weekday", [0, 1, 2, 3, 4]],
  ["weekdays", [0, 1, 2, 3, 4]]
])

const THROUGH = new Set(["to", "through", "thru", "until", "till"])
/** Words after which the days are no longer the ones to skip. */
const ENDS = new Set(["but", "keep", "except", "not", "only", "swap", "replace", "leave", "instead"])

/** The day a text names, when it names one and nothing else: "tuesday", "Tue's dinner". */
export const dayNamed = (text: string): Weekday | null => {
  const name = /^(\p{L}+?)(?:'?s)?(?: (?:dinner|meal|recipe|one))?$/u.exec(text.toLowerCase())?.[1] ?? ""
  return WEEKDAYS[DAY_INDEX.get(name) ?? DAY_INDEX.get(`${name}s`) ?? -1] ?? null
}

/** The days named in a list of words, in week order. "sun dried" is no day; "fri to mon" goes round the week. */
const daysIn = (words: ReadonlyArray<string>): ReadonlyArray<Weekday> => {
  const found = new Set<number>()
  const indexAt = (at: number): number | undefined => {
    const word = words[at]?.replace(/'s?$/u, "")
    return word === undefined || (word === "sun" && words[at + 1] === "dried") ? undefined : DAY_INDEX.get(word)
  }
  words.forEach((word, at) => {
    for (const day of GROUPS.get(word) ?? []) found.add(day)
    const from = indexAt(at)
    if (from === undefined) return
    found.add(from)
    const to = THROUGH.has(words[at + 1] ?? "") ? indexAt(at + 2) : undefined
    if (to !== undefined) for (let day = from; day !== to; day = (day + 1) % 7) found.add(day)
    if (to !== undefined) found.add(to)
  })
  return WEEKDAYS.filter((_, day) => found.has(day))
}

const VERB =
  /(?<![\p{L}\p{N}-])(?:skip|remove|drop|delete|cancel|take (?:out|off)|leave out|get rid of)(?![\p{L}\p{N}'])/u
/** Verbs that ask for a skip even when no day is named. */
const SURE = /^(?:skip|remove)/u
const NO_DAY = /(?<![\p{L}\p{N}])(?:no|not)(?: (?:on|for|dinner|lunch|meals?|food|cooking))* ([\p{L}']+)/u

/** `mon-wed`, `mon/tue` and `mon & tue` as separate words. */
const spread = (text: string): ReadonlyArray<string> =>
  wordsOf(text.replace(/(?<=\p{L})\s*-\s*(?=(?:mon|tue|wed|thu|fri|sat|sun))/gu, " to "))

/** Reads a skip from what was said. "Don't skip Monday" is none. */
export const readSkip = (said: Said): SkipRead | null => {
  const text = said.plain.replace(/(?<=(?<!\p{L})(?:mon|tues?|weds?|thur?s?|fri|sat|sun))\./gu, "")
  for (const sentence of text.split(/[.;!?\n]+/u)) {
    const match = VERB.exec(sentence)
    if (match === null) {
      const day = NO_DAY.exec(sentence)?.[1]
      if (day !== undefined && DAY_INDEX.has(day)) return { days: daysIn(spread(sentence)) }
      continue
    }
    const before = wordsOf(sentence.slice(0, match.index)).map((word) => (/n'?t$/u.test(word) ? "not" : word))
    if (isNegated([...before, ""], before.length)) return null
    const words = spread(sentence.slice(match.index + match[0].length))
    const end = words.findIndex((word) => ENDS.has(word))
    const days = daysIn(end < 0 ? words : words.slice(0, end))
    if (days.length > 0 || SURE.test(match[0])) return { days }
  }
  return null
}
