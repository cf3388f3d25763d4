/**
 * Hearing: turns a text message into words, clauses and the few facts the intents are read from. Tolerant of case, curly
 * quotes, full-width letters, emoji and missing apostrophes; total, so no message can make it throw. It decides nothing.
 */

export interface Said {
  /** Lower case, plain quotes, no emoji, single spaces; punctuation kept. */
  readonly plain: string
  /** Clauses between punctuation (and "but", "so", "then"), as words with contractions opened: `don't` is `do not`. */
  readonly clauses: ReadonlyArray<ReadonlyArray<string>>
  /** All words with single spaces, hyphens opened, without "please" and "thanks" at the ends: for whole-message words. */
  readonly whole: string
  /** The emoji of the message, in order. */
  readonly emoji: string
}

/** Longer texts are cut here: the most a provider hands on (wire.md 1.1). */
export const MAX_TEXT = 1600

const EMOJI = /[\p{Extended_Pictographic}\p{Emoji_Modifier}\p{Regional_Indicator}\u200d\ufe0e\ufe0f\u20e3]/gu
const WORD = /[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|['-](?=[\p{L}\p{N}]))*/gu

const NOT_FORMS =
  /^(do|does|did|is|was|are|were|would|should|could|has|have|had|need)n'?t$|^(wo|ca|sha)n'?t$|^(can)not$|^(ain)'?t$/u

/** `don't`, `dont` → `do not`. Forms that are words of their own (`want`, `wont` aside) stay whole. */
const open = (word: string): ReadonlyArray<string> => {
  const match = NOT_FORMS.exec(word)
  return match === null ? [word] : [match[1] ?? match[2] ?? match[3] ?? match[4] ?? word, "not"]
}

export const wordsOf = (text: string): ReadonlyArray<string> => [...text.matchAll(WORD)].map(([word]) => word)

/** Slips of the fingers in the words that matter; all of them are no words themselves. */
const SLIPS: ReadonlyMap<string, string> = new Map(
  ["plan:plna,paln", "swap:swpa,sawp,sawpa,swop", "skip:skpi,sikp,skipp", "help:hlep,hepl", "stop:sotp,stpo,stopp"]
    .concat(["yes:yse,eys", "recipes:recipies,recepies,reciepes", "recipe:recipie,reciepe", "replace:repalce"])
    .flatMap((row) => {
      const [word = "", slips = ""] = row.split(":")
      return slips.split(",").map((slip) => [slip, word] as const)
    })
)
const SLIP = new RegExp(`(?<![\\p{L}\\p{N}'-])(?:${[...SLIPS.keys()].join("|")})(?![\\p{L}\\p{N}'-])`, "gu")

const POLITE =
  /^(?:(?:please|pls|plz|ok|okay|hi|hello|hey|hola) )+|(?: (?:please|pls|plz|thanks|thx|ty|thank you|gracias|por favor))+$/gu

export const hear = (text: string): Said => {
  const folded = text
    .slice(0, MAX_TEXT)
    .normalize("NFKC")
    .toLowerCase()
    .replace(/[\u2018\u2019\u201b\u02bc\u00b4`]/g, "'")
    .replace(/[\u201c\u201d\u201f]/g, '"')
    .replace(/[\u2010-\u2015]/g, "-")
    .replace(/[\u200b\u2060\ufeff]/g, "")
  const emoji = [...folded.matchAll(EMOJI)].map(([one]) => one).join("")
  const plain = folded
    .replace(EMOJI, " ")
    .replace(/[^\S\n]+/gu, " ")
    .replace(SLIP, (slip) => SLIPS.get(slip) ?? slip)
    .trim()
  const clauses = plain
    .split(/[.,;:!?\n()]+|(?<![\p{L}\p{N}])(?:but|so|then|however)(?![\p{L}\p{N}'])/u)
    .map((clause) => wordsOf(clause).flatMap(open))
    .filter((words) => words.length > 0)
  const all = wordsOf(plain).join(" ").replaceAll("-", " ")
  const whole = all.replace(POLITE, "").trim()
  return { plain, clauses, whole: whole === "" ? all : whole, emoji }
}

const NEGATORS = new Set(["not", "no", "never", "nope", "nah", "without", "neither", "nor", "hardly", "stop"])

/** Whether the word at `index` of its clause stands under a "no" or "not" within the five words before it. */
export const isNegated = (clause: ReadonlyArray<string>, index: number): boolean =>
  clause.slice(Math.max(0, index - 5), index).some((word) => NEGATORS.has(word))

/** Whether one of `words` is said, and not negated. */
export const says = (said: Said, words: ReadonlySet<string>): boolean =>
  said.clauses.some((clause) => clause.some((word, index) => words.has(word) && !isNegated(clause, index)))

/** Whether the phrase (one or more words) is said in one clause, and not negated. */
export const saysPhrase = (said: Said, phrase: RegExp): boolean =>
  said.clauses.some((clause) => {
    const text = clause.join(" ")
    const match = phrase.exec(text)
    if (match === null) return false
    const before = text.slice(0, match.index).split(" ").filter(Boolean)
    return !isNegated([...before, ""], before.length)
  })
