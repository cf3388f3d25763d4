/**
 * Reading "swap X for Y" in the ways people write it: several words on either side, replace/switch/change/substitute,
 * "Y instead of X", courtesies and punctuation around (S17, S32, X9). Answers `null` when the text is no swap at all, and
 * an unclear swap, never a guess, when a side is missing.
 */
import { isNegated, wordsOf, type Said } from "./Words.ts"

export type SwapRead =
  | { readonly clear: true; readonly old: string; readonly new: string }
  /** `old` is what should go, when that much was said. */
  | { readonly clear: false; readonly old: string | null }

/** Longest name kept, in code points. */
const MAX_NAME = 60

/** A day's name, as part of a pattern. */
export const DAY = "mon|tues?|weds?|thur?s?|fri|sat|sun|(?:mon|tues|wednes|thurs|fri|satur|sun)days?"
const LEADING = /^(?:the|my|a|an|some|any|that|this|those|your|our|all|out|meal|number|option)(?= \S)/u
const TRAILING = new RegExp(
  `(?:^| )(?:please|pls|plz|thanks|thank you|thx|ty|instead|ok|okay|if possible|if you can|for me|(?:on|for) (?:dinner|lunch|tonight|us|everyone|everybody)|(?:on|for) (?:${DAY})(?:(?: and| &|,) (?:${DAY}))*)$`,
  "u"
)
const EDGES = /^[\s"'()[\]*_:/-]+|[\s"'()[\]*_:/-]+$/gu

const tidy = (side: string): string => {
  let text = side.replace(EDGES, "")
  for (let before = ""; before !== text;) {
    before = text
    text = text.replace(LEADING, "").replace(TRAILING, "").replace(EDGES, "")
  }
  return [...text.replace(/\s+/gu, " ")].slice(0, MAX_NAME).join("").trim()
}

/** What names nothing that could be bought. */
const VAGUE =
  /^(?:it|that|this|them|something|anything|else|other|another|one|(?:something|anything|someone) (?:else|other|different|new|better)|another one|other one|x|y|what|or|and|with|for|to)?$/u
const WHOLE_PLAN = /^(?:(?:meal )?plans?|meals?|everything|all|mind|address|delivery|number|name|order|box|cart)$/u

interface Rule {
  readonly verb: RegExp
  /** Words between the two sides, the likeliest first. */
  readonly links: ReadonlyArray<string>
  /** Links after which the new thing was named first: "substitute tofu for chicken". */
  readonly reversed: ReadonlyArray<string>
  /** Whether the verb alone already asks for a swap. */
  readonly alone: boolean
}

const rule = (verb: string, links: string, reversed = "", alone = true): Rule => ({
  verb: new RegExp(`(?<![\\p{L}\\p{N}-])(?:${verb})(?![\\p{L}\\p{N}'])`, "u"),
  links: links.split(" "),
  reversed: reversed.split(" ").filter(Boolean),
  alone
})

const RULES: ReadonlyArray<Rule> = [
  rule("(?:swap|switch|sub|trade) in|substitute|sub", "for with by", "for"),
  rule("swap|switch", "for with to"),
  rule("replace", "with by for"),
  rule("exchange|trade", "for with", "", false),
  rule("change", "to into for with", "", false)
]

const sidesOf = (body: string, links: ReadonlyArray<string>): readonly [string, string, string] | null => {
  const padded = ` ${body} `
  for (const link of links) {
    const at = padded.indexOf(` ${link} `)
    if (at >= 0) return [tidy(padded.slice(0, at)), tidy(padded.slice(at + link.length + 2)), link]
  }
  return null
}

const judge = (before: string, after: string): SwapRead => {
  const old = VAGUE.test(before) ? null : before
  if (old === null || VAGUE.test(after) || isDay(after) || before === after) return { clear: false, old }
  return { clear: true, old: before, new: after }
}

const readClause = (clause: string): SwapRead | null => {
  for (const { verb, links, reversed, alone } of RULES) {
    const match = verb.exec(clause)
    if (match === null) continue
    const before = wordsOf(clause.slice(0, match.index)).map((word) => (/n'?t$/u.test(word) ? "not" : word))
    if (isNegated([...before, ""], before.length)) return null
    const body = clause.slice(match.index + match[0].length).trim()
    const sides = sidesOf(body, links)
    if (!alone && (sides === null || WHOLE_PLAN.test(sides[0]) || isDay(sides[0]) || VAGUE.test(sides[0]))) return null
    if (sides === null) {
      const named = tidy(body)
      return { clear: false, old: VAGUE.test(named) ? null : named }
    }
    return reversed.includes(sides[2]) ? judge(sides[1], sides[0]) : judge(sides[0], sides[1])
  }
  return null
}

const isDay = (text: string): boolean => new RegExp(`^(?:${DAY})$`, "u").test(text)

const INSTEAD = /^(?:.*(?<!\p{L})(?:use|have|want|like|do|get|put|prefer|with) )?(.+?) instead of (.+)$/u

/** Reads a swap from what was said. "Don't swap anything" is none. */
export const readSwap = (said: Said): SwapRead | null => {
  for (const clause of said.plain.split(/[.,;!?\n]+/u)) {
    const text = clause.trim()
    const read = readClause(text)
    if (read !== null) return read
    const instead = INSTEAD.exec(text)
    if (instead !== null) return judge(tidy(instead[2] ?? ""), tidy(instead[1] ?? ""))
  }
  return null
}
