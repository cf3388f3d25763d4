/**
 * Hearing a developer's command: text becomes whole words, with spoken numbers as digits, addresses of repositories in one
 * piece and the many spellings of one word as one. Every word remembers where it stood, so that what is quoted can be cut
 * out unchanged. Total and linear in the length of the text.
 */

export interface Heard {
  /** Lower case, normalised: `pr`, `summarize`, `123`, `owner/name`. */
  readonly word: string
  /** As written. */
  readonly raw: string
  /** Where it stood in `Speech.text`. */
  readonly start: number
  readonly end: number
}

export interface Speech {
  /** The text the positions of the words are in. */
  readonly text: string
  readonly words: ReadonlyArray<Heard>
}

/** Longer texts are cut here; the door refuses them before. */
export const MAX_COMMAND = 2000

/** A sign before a number is part of it: nobody's pull request is called so. */
const WORD = /(?:@|(?<![\p{L}\p{N}])[-+](?=\p{N}))?[\p{L}\p{N}](?:[\p{L}\p{M}\p{N}]|[._/'-](?=[\p{L}\p{N}]))*/gu

/** Links and references become `owner/name 12`; punctuation that people do not say goes. */
const flattened = (text: string): string =>
  text
    .normalize("NFKC")
    .replace(/[\u2018\u2019\u201b\u02bc`]/g, "'")
    .replace(/[\u2010-\u2015]/g, "-")
    .replace(
      /(?<![\p{L}\p{N}@/.-])(?:https?:\/\/)?(?:www\.)?github\.com\/([\w-]{1,39}\/[\w.-]{1,100})(?:\/(?:pull|issues)\/(\d{1,20})(?:[/?#]\S*)?)?/giu,
      " $1 $2 "
    )
    .replace(/(\d),(?=\d{3}(?!\d))/g, "$1")
    .replace(/(?<![\p{L}\p{N}])(p\.r)\.?(?![\p{L}\p{N}])/giu, "pr")

/** A command up to where its comment begins. */
const DICTATION = /\b(?:comment|reply)\b[\s\S]*?(?:\bsay(?:ing|s)\b|:(?=\s|["“]|$))/iu

/** What is dictated stays as it was written. */
const heardText = (said: string): string => {
  const text = said.slice(0, MAX_COMMAND)
  const dictation = DICTATION.exec(text)
  const end = dictation === null ? text.length : dictation.index + dictation[0].length
  return flattened(text.slice(0, end)) + text.slice(end)
}

const OPENED: ReadonlyMap<string, ReadonlyArray<string>> = new Map<string, ReadonlyArray<string>>([
  ...["do", "does", "did", "is", "was", "are", "were", "would", "should", "could", "has", "have", "need"].flatMap(
    (verb) => [`${verb}n't`, `${verb}nt`].map((form) => [form, [verb, "not"]] as const)
  ),
  ["won't", ["will", "not"]],
  ["can't", ["can", "not"]],
  ["cant", ["can", "not"]],
  ["cannot", ["can", "not"]],
  ["what's", ["what", "is"]],
  ["whats", ["what", "is"]],
  ["how's", ["how", "is"]],
  ["hows", ["how", "is"]],
  ["that's", ["that", "is"]],
  ["i'd", ["i", "would"]],
  ["let's", ["let", "us"]],
  ["nevermind", ["never", "mind"]]
])

/** One spelling for words that mean the same, British and American. */
const SPELLINGS: ReadonlyMap<string, string> = new Map(
  [
    "summarize:summarise,summerize,summerise,summarizes,summarises,summarizing,summarising",
    "summary:summaries",
    "pr:p-r,pull-request",
    "prs:pull-requests",
    "checks:ci,pipeline,pipelines,builds,build,tests",
    "rerun:re-run,retrigger,re-trigger,rerunning",
    "inbox:in-box",
    "reviewer:reviewers",
    "agent:agents,copilot",
    "prioritize:prioritise",
    "cancel:cancelled,canceled,cancelling,canceling",
    "squash:squashing,squashed",
    "rebase:rebasing,rebased"
  ].flatMap((row) => {
    const [word = "", others = ""] = row.split(":")
    return others.split(",").map((other) => [other, word] as const)
  })
)

/** Signs that are said as words; what stands on both sides is one word. */
const SIGNS: ReadonlyMap<string, string> = new Map([
  ["slash", "/"],
  ["dash", "-"],
  ["hyphen", "-"],
  ["dot", "."]
])
const JOINS_NOTHING = new Set("pr um uh er erm ah saying says comment reply merge from by at in on and".split(" "))

/** Two words that are one. */
const PAIRS: ReadonlyMap<string, string> = new Map([
  ["pull request", "pr"],
  ["pull requests", "prs"],
  ["p r", "pr"],
  ["re run", "rerun"],
  ["in box", "inbox"],
  ["sum up", "summarize"],
  ["code review", "review"]
])

const SMALL = "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
const UNITS: ReadonlyMap<string, number> = new Map(
  `${SMALL} seventeen eighteen nineteen`.split(" ").map((word, value) => [word, value])
)
const TENS: ReadonlyMap<string, number> = new Map(
  "twenty thirty forty fifty sixty seventy eighty ninety".split(" ").map((word, index) => [word, (index + 2) * 10])
)
const SCALES: ReadonlyMap<string, number> = new Map([
  ["hundred", 100],
  ["thousand", 1000]
])
const POINTING = new Set(["this", "that", "next", "another", "which", "last"])

const isNumberWord = (word: string): boolean =>
  UNITS.has(word) || TENS.has(word) || SCALES.has(word) || /^\d$/.test(word)

/** `one hundred and twenty three` and `one two three` are both 123, `twelve thirty four` is 1234. */
const valueOf = (words: ReadonlyArray<string>): string => {
  if (words.some((word) => SCALES.has(word))) {
    let total = 0
    let part = 0
    for (const word of words) {
      const scale = SCALES.get(word)
      if (scale === 1000) {
        total += Math.max(part, 1) * 1000
        part = 0
      } else if (scale === 100) part = Math.max(part, 1) * 100
      else part += UNITS.get(word) ?? TENS.get(word) ?? Number(word)
    }
    return String(total + part)
  }
  let digits = ""
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? ""
    const tens = TENS.get(word)
    const unit = UNITS.get(words[at + 1] ?? "")
    if (tens !== undefined && unit !== undefined && unit > 0 && unit < 10) {
      digits += String(tens + unit)
      at++
    } else digits += String(tens ?? UNITS.get(word) ?? word)
  }
  return digits
}

const withNumbers = (words: ReadonlyArray<Heard>): ReadonlyArray<Heard> => {
  const result: Array<Heard> = []
  for (let at = 0; at < words.length;) {
    const first = words[at]
    if (first === undefined) break
    const run: Array<Heard> = []
    let next = at
    for (let here = words[next]; here !== undefined; here = words[next]) {
      const scaled = run.some(({ word }) => SCALES.has(word))
      const joins = here.word === "and" && scaled && isNumberWord(words[next + 1]?.word ?? "")
      const isOh = run.length > 0 && (here.word === "oh" || here.word === "o")
      if (!joins && !isOh && !isNumberWord(here.word)) break
      if (!joins) run.push(isOh ? { ...here, word: "zero" } : here)
      next++
    }
    const last = run.at(-1)
    const isPointedAt = run.length === 1 && first.word === "one" && POINTING.has(words[at - 1]?.word ?? "")
    if (last === undefined) {
      result.push(first)
      at++
    } else {
      const word = isPointedAt ? "one" : valueOf(run.map(({ word }) => word))
      result.push({ ...first, word, end: last.end })
      at = next
    }
  }
  return result
}

/** `pr123`, `pr-123` and `#123` hold their number in themselves. */
const REFERENCE = /^(?:pr|pull)-?(\d{1,9})$/

const opened = (heard: Heard): ReadonlyArray<Heard> => {
  const reference = REFERENCE.exec(heard.word)
  if (reference?.[1] !== undefined)
    return [
      { ...heard, word: "pr" },
      { ...heard, word: reference[1] }
    ]
  const parts = OPENED.get(heard.word) ?? [SPELLINGS.get(heard.word) ?? heard.word]
  return parts.flatMap((word) => {
    const [tens = "", unit = "", ...more] = word.split("-")
    return TENS.has(tens) && UNITS.has(unit) && more.length === 0
      ? [
          { ...heard, word: tens },
          { ...heard, word: unit }
        ]
      : [{ ...heard, word }]
  })
}

const paired = (words: ReadonlyArray<Heard>): ReadonlyArray<Heard> => {
  const result: Array<Heard> = []
  for (let at = 0; at < words.length; at++) {
    const here = words[at]
    const next = words[at + 1]
    if (here === undefined) break
    const before = result.at(-1)
    const sign = SIGNS.get(here.word)
    if (sign !== undefined && before !== undefined && next !== undefined && !JOINS_NOTHING.has(before.word)) {
      const joined = { word: before.word + sign + next.word, raw: before.raw + sign + next.raw }
      result.splice(-1, 1, { ...before, ...joined, end: next.end })
      at++
      continue
    }
    const pair = next === undefined ? undefined : PAIRS.get(`${here.word} ${next.word}`)
    if (pair !== undefined && next !== undefined) {
      result.push({ ...here, word: pair, end: next.end })
      at++
    } else result.push(here)
  }
  return result
}

export const hearCommand = (said: string): Speech => {
  const text = heardText(said)
  const found = [...text.matchAll(WORD)]
    .map((match) => ({ raw: match[0], start: match.index, end: match.index + match[0].length }))
    // Of an address, how it is fetched says nothing.
    .filter(({ end }) => !text.startsWith("://", end))
    .flatMap((one) => opened({ word: one.raw.toLowerCase(), ...one }))
  return { text, words: withNumbers(paired(found)) }
}
