/**
 * Reading all the changes one message asks for: "skip monday and friday, and replace rice with quinoa" is a skip and a swap,
 * in that order. The text is cut where a new change begins, and each piece is read by itself. What asks for more than was
 * understood is answered as a whole with a question (`partly`): nothing a texter wants is done by half without a word.
 */
import type { Weekday } from "../MealPlan.ts"
import { readSkip } from "./Skip.ts"
import { DAY, readSwap } from "./Swap.ts"
import { hear, isNegated, wordsOf, type Said } from "./Words.ts"

export type ChangeAsked =
  /** `everyDay`: a day was named ("on Tuesday"), but a swap goes for the whole plan. */
  | { readonly type: "swap"; readonly old: string; readonly new: string; readonly everyDay: boolean }
  | { readonly type: "skip"; readonly days: ReadonlyArray<Weekday> }

export type ChangesRead =
  | { readonly kind: "clear"; readonly changes: readonly [ChangeAsked, ...ReadonlyArray<ChangeAsked>] }
  /** `old` is what should go, when that much was said. */
  | { readonly kind: "swap_unclear"; readonly old: string | null }
  | { readonly kind: "skip_unclear" }
  /** Several things were asked for, and not all of them were understood. */
  | { readonly kind: "partly" }

const SURE = "swap|replace|switch|substitute|skip|remove"
const FILLER =
  "(?:(?:please|pls|also|then|and|but|so|to|just|can|could|would|will|you|we|i|i'd|like|want|need|let's|yes|no|ok|okay) )*"
const START_ANYWHERE = new RegExp(`(?<![\\p{L}\\p{N}'-])(?:${SURE})(?![\\p{L}\\p{N}'-])`, "gu")
const SURE_VERB = new RegExp(START_ANYWHERE.source, "u")
const START_OF_ATOM = new RegExp(
  `^${FILLER}(?:sub|trade|exchange|change|drop|delete|cancel|take (?:out|off)|leave out|get rid of|(?:no|not)(?: on)? (?:${DAY}))(?![\\p{L}\\p{N}'-])`,
  "u"
)
const ATOM_END = /[,&+]|(?<![\p{L}\p{N}])(?:and|but|then|plus|also)(?![\p{L}\p{N}'])/gu
/** Demands that are no change we know. */
const DEMAND = new RegExp(
  `^${FILLER}(?:(?:some|me) )?(?:add|include|double|triple|move|put|give|make|more|less|fewer|extra|without|avoid|no(?! (?:problem|worries|rush|thanks?|thank|need|hurry|big|please|${DAY})(?!\\p{L}))) \\p{L}`,
  "u"
)
/** Demands wherever they are said; "make it so" is none. */
const EXTRA =
  /(?<!\p{L})(?:add|adding|include|extra|double|also|plus|vegetarian|vegan|gluten|dairy|kosher|halal|make (?:it|them|that|mine)(?! (?:so|happen|work)(?!\p{L})) \p{L})/u
const VERB = new RegExp(
  `(?<![\\p{L}\\p{N}'-])(?:${SURE}|sub|trade|exchange|change)(?: (?:in|out))?(?![\\p{L}\\p{N}'-])`,
  "u"
)
const NAMES_DAY = new RegExp(`(?<!\\p{L})(?:on|for) (?:${DAY})(?!\\p{L})`, "u")
const NO_DAY = new RegExp(`(?<!\\p{L})(?:no|not)(?: on)? (?:${DAY})(?!\\p{L})`, "gu")
/** "For dinner" and the like: what a meal is for, not what it is swapped for. */
const PURPOSE = new RegExp(
  ` (?:dinner|lunch|tonight|us|me|everyone|everybody|two|four|\\d+(?: people)?|${DAY})(?: please)?$`,
  "u"
)
const TRAILING_JOINER = /(?:[\s,&+]|(?<![\p{L}\p{N}])(?:and|but|then|plus|also))$/u
const NUMBERS = /^\d(?: (?:and|&) \d)+$/u
/** "Tues." is no end of a sentence. */
const SHORT_DAY = /(?<=(?<!\p{L})(?:mon|tues?|weds?|thur?s?|fri|sat|sun))\./gu

interface Atom {
  readonly text: string
  readonly from: number
}

/** The pieces of a sentence between commas and "and". */
const atomsOf = (sentence: string): ReadonlyArray<Atom> => {
  const atoms: Array<Atom> = []
  let from = 0
  for (const { 0: joiner, index } of sentence.matchAll(ATOM_END)) {
    atoms.push({ text: sentence.slice(from, index).trim(), from })
    from = index + joiner.length
  }
  return [...atoms, { text: sentence.slice(from).trim(), from }].filter(({ text }) => text !== "")
}

/** Whether what follows this text stands under its "don't". The no of "no Monday" denies nothing else. */
const isDenied = (text: string): boolean => {
  const words = wordsOf(text.replace(NO_DAY, " ")).map((word) => (/n'?t$/u.test(word) ? "not" : word))
  return isNegated([...words, ""], words.length)
}

const linkOf = (text: string): string | undefined => / (for|with|by|to) /u.exec(text)?.[1]

/** "… and 3 for pasta" after "swap 2 for tacos": the same verb once more. */
const impliedVerb = (command: string, atom: string): string | null => {
  const verb = VERB.exec(command)
  if (verb === null || VERB.test(atom)) return null
  const link = linkOf(command.slice(verb.index + verb[0].length))
  return link !== undefined && linkOf(atom) === link && !PURPOSE.test(atom) ? verb[0] : null
}

/** A sentence cut where new changes begin. What "don't" stands before stays one piece. */
const commandsOf = (sentence: string): ReadonlyArray<string> => {
  const atoms = atomsOf(sentence)
  const verbs = [...sentence.matchAll(START_ANYWHERE)].map(({ index }) => index)
  const commands: Array<string> = []
  let from = 0
  let open = false
  let prefix = ""
  const close = (until: number): void => {
    let text = sentence.slice(from, until)
    while (TRAILING_JOINER.test(text)) text = text.replace(TRAILING_JOINER, "")
    commands.push(`${prefix}${text.trim()}`)
    from = until
    prefix = ""
  }
  atoms.forEach((atom, at) => {
    const end = atoms[at + 1]?.from ?? sentence.length
    const comma = /[,&+]\s*$/u.test(sentence.slice(0, atom.from).replace(/(?:and|but|then|plus|also)\s*$/u, ""))
    const before = (until: number) => `${prefix}${sentence.slice(from, until)}`
    const starts = verbs.filter((index) => index >= atom.from && index < end)
    const implied = open && starts.length === 0 ? impliedVerb(before(atom.from), atom.text) : null
    if (START_OF_ATOM.test(atom.text) || / instead of /u.test(atom.text)) {
      if (open && (comma || !isDenied(before(atom.from)))) close(atom.from)
      open = true
    } else if (implied !== null) {
      close(atom.from)
      prefix = `${implied} `
    }
    starts.forEach((index, nth) => {
      const cut = nth === 0 ? atom.from : index
      if (open && from < cut && ((nth === 0 && comma) || !isDenied(before(index)))) close(cut)
      open = true
    })
  })
  close(sentence.length)
  return commands.filter((command) => command !== "")
}

const readCommand = (text: string): ChangesRead | null => {
  const said = hear(text)
  const swap = readSwap(said)
  if (swap?.clear === true) {
    if (SURE_VERB.test(`${swap.old} ${swap.new}`)) return { kind: "partly" }
    const everyDay = NAMES_DAY.test(said.plain)
    const olds = NUMBERS.test(swap.old) ? (swap.old.match(/\d/gu) ?? []) : [swap.old]
    const [first = swap.old, ...others] = olds
    const change = (old: string): ChangeAsked => ({ type: "swap", old, new: swap.new, everyDay })
    return { kind: "clear", changes: [change(first), ...others.map(change)] }
  }
  const skip = readSkip(said)
  if (skip !== null && skip.days.length > 0) return { kind: "clear", changes: [{ type: "skip", days: skip.days }] }
  if (swap !== null) return { kind: "swap_unclear", old: swap.old }
  return skip === null ? null : { kind: "skip_unclear" }
}

/** Whether more is asked for than a yes or a no can say: "yes, add dessert". */
export const demandsMore = ({ plain }: Said): boolean =>
  EXTRA.test(plain) ||
  plain
    .split(/[.;!?\n]+/u)
    .some((sentence) =>
      atomsOf(sentence).some(
        ({ text }) => DEMAND.test(text) && !/^(?:.* )?make (?:it|them|that)(?: (?:so|happen|work))?$/u.test(text)
      )
    )

/** Reads every change of a message; `null` when it asks for none. */
export const readChanges = ({ plain }: Said): ChangesRead | null => {
  const sentences = plain.replace(SHORT_DAY, "").split(/[.;!?\n]+/u)
  const reads = sentences.flatMap(commandsOf).flatMap((command) => readCommand(command) ?? [])
  const [only, second] = reads
  if (only === undefined || (second === undefined && only.kind !== "clear")) return only ?? null
  const [first, ...others] = reads.flatMap((read) => (read.kind === "clear" ? read.changes : []))
  if (first === undefined) return only
  const unmet = sentences.some((sentence) => atomsOf(sentence).some(({ text }) => DEMAND.test(text)))
  if (unmet || reads.some(({ kind }) => kind !== "clear")) return { kind: "partly" }
  return { kind: "clear", changes: [first, ...others] }
}
