/**
 * Reading a message as the keyword net does: words in one spelling, whatever their case, script style, apostrophes,
 * stretched or spaced letters, digits for letters or stars in the middle. Total for any text, and linear in its length:
 * every expression below reads on without ever going back, and every look-up is bounded by the longest phrase.
 */
import { FILLERS, INTENSIFIERS, PAIRS, SPELLINGS, TURNS } from "./Lexicon.ts"

export interface Word {
  readonly text: string
  /** Words of one clause carry the same number. */
  readonly clause: number
  /** Something stressed it. */
  readonly stressed: boolean
}

/** What the reader must know of the lexicon to undo disguises. */
export interface Vocabulary {
  readonly words: ReadonlySet<string>
  /** Phrases without their spaces → their words. */
  readonly joined: ReadonlyMap<string, ReadonlyArray<string>>
}

/** Longer texts are cut here; the longest message Discord knows has 4,000 characters. */
const MAX_TEXT = 10_000

/** Discord's mentions and emoji, and addresses: nobody's words. */
const NOT_WORDS = /<[@#:at][^<>\s]{1,80}>|https?:\/\/\S+/g
const INVISIBLE = /[\p{M}\p{Cf}]/gu
const APOSTROPHES = /['\u2018\u2019\u201b\u02bc\u00b4\u0060\uff07]/g
/** A word with digits or signs in it, or what ends a clause. */
const PIECES = /[$@]?[\p{L}\p{N}]+(?:[@$!|*]+[\p{L}\p{N}]+)*|[.!?;,:()\n\u2014\u2026]/gu
const ONLY_LETTERS = /^\p{L}+$/u

/** How the text is compared with laughter that is no word. */
export const LAUGHING = /[\u{1F602}\u{1F923}\u{1F480}\u{1F639}\u2620]/u

const plain = (text: string): string =>
  text
    .slice(0, MAX_TEXT)
    .replace(NOT_WORDS, " ")
    .normalize("NFKD")
    .toLowerCase()
    .replace(INVISIBLE, "")
    .replace(APOSTROPHES, "")

/** Each as the first, or as the second. */
const LOOKALIKES: ReadonlyMap<string, readonly [string, string]> = new Map([
  ["0", ["o", "o"]],
  ["1", ["i", "l"]],
  ["3", ["e", "e"]],
  ["4", ["a", "a"]],
  ["5", ["s", "s"]],
  ["7", ["t", "t"]],
  ["8", ["b", "ate"]],
  ["@", ["a", "a"]],
  ["$", ["s", "s"]],
  ["!", ["i", "l"]],
  ["|", ["l", "i"]]
])

const letters = (word: string, which: 0 | 1): string =>
  Array.from(word, (char) => LOOKALIKES.get(char)?.[which] ?? char).join("")

/** `dieeee` as `diee` and as `die`. */
const shortened = (word: string, to: "$1" | "$1$1"): string => word.replace(/(\p{L})\1{2,}/gu, to)

const MAX_STARRED = 16

/** `k*ll`: the one word of the lexicon that fits, when at least half of it is there. */
const unstarred = (word: string, { words }: Vocabulary): string | undefined => {
  const shown = word.replaceAll("*", "").length
  if (word.length > MAX_STARRED || shown * 2 < word.length || shown < 2) return undefined
  return [...words].find(
    (known) =>
      known.length === word.length && Array.from(known).every((char, at) => word[at] === "*" || word[at] === char)
  )
}

/** The spelling the lexicon knows, else the word itself. */
const spelled = (word: string, vocabulary: Vocabulary): string => {
  const knows = (one: string): boolean => vocabulary.words.has(one) || SPELLINGS.has(one)
  if (knows(word)) return word
  if (word.includes("*")) return unstarred(word, vocabulary) ?? word.replaceAll("*", "")
  const asLetters = ONLY_LETTERS.test(word) || /^\p{N}+$/u.test(word) ? [word] : [letters(word, 0), letters(word, 1)]
  const forms = asLetters.flatMap((form) => [form, shortened(form, "$1$1"), shortened(form, "$1")])
  return forms.find(knows) ?? word
}

const JOINED_LONGEST = 40
const JOINED_SHORTEST = 8

/** Phrases written as one word: `killmyself`, `wannakillmyself`. */
const taken = (blob: string, { joined }: Vocabulary): ReadonlyArray<string> => {
  const found: Array<string> = []
  for (let from = 0; from + JOINED_SHORTEST <= blob.length; from++) {
    for (let length = JOINED_SHORTEST; length <= JOINED_LONGEST && from + length <= blob.length; length++) {
      const phrase = joined.get(blob.slice(from, from + length))
      if (phrase !== undefined) found.push(...phrase)
    }
  }
  return found
}

interface Piece {
  readonly text: string
  readonly clause: number
}

const pieces = (text: string): ReadonlyArray<Piece> => {
  const found: Array<Piece> = []
  let clause = 0
  for (const [piece] of plain(text).matchAll(PIECES)) {
    if (/^[.!?;,:()\n\u2014\u2026]$/.test(piece)) clause += 1
    else found.push({ text: piece, clause })
  }
  return found
}

/** `k i l l` and `k.m.s` as words again. One or two single letters are left alone: "I", "a", "u". */
const unspaced = (found: ReadonlyArray<Piece>, vocabulary: Vocabulary): ReadonlyArray<Piece> => {
  const out: Array<Piece> = []
  for (let at = 0; at < found.length; at++) {
    let end = at
    while (end < found.length && /^\p{L}$/u.test(found[end]?.text ?? "")) end += 1
    const run = found.slice(at, end)
    const first = run[0]
    if (first === undefined || run.length < 3) {
      const piece = found[at]
      if (piece !== undefined) out.push(piece)
      continue
    }
    const blob = run.map(({ text }) => text).join("")
    const rest = blob.startsWith("i") ? blob.slice(1) : blob
    const known = [blob, rest].find((word) => vocabulary.words.has(word) || SPELLINGS.has(word))
    const read = known === undefined ? taken(blob, vocabulary) : [known]
    out.push(...(read.length === 0 ? run : read.map((text) => ({ text, clause: first.clause }))))
    at = end - 1
  }
  return out
}

/** The words of a text that matter to the net, in order; what only stresses is a mark on its neighbour. */
export const readWords = (text: string, vocabulary: Vocabulary): ReadonlyArray<Word> => {
  const singles = unspaced(pieces(text), vocabulary).flatMap(({ text, clause }) => {
    const word = spelled(text, vocabulary)
    const known = vocabulary.words.has(word) || SPELLINGS.has(word)
    const phrase = known || word.length < JOINED_SHORTEST ? [] : taken(letters(word, 0), vocabulary)
    const as = phrase.length > 0 ? phrase : (SPELLINGS.get(word) ?? word).split(" ")
    return as.map((one) => ({ text: one, clause }))
  })
  const out: Array<Word> = []
  let stressed = false
  let turns = 0
  for (let at = 0; at < singles.length; at++) {
    const piece = singles[at]
    if (piece === undefined) break
    const pair = PAIRS.get(`${piece.text} ${singles[at + 1]?.text ?? ""}`)
    const word = pair ?? piece.text
    if (pair !== undefined) at += 1
    if (TURNS.has(word)) turns += 1
    if (INTENSIFIERS.has(word)) {
      stressed = true
      continue
    }
    if (FILLERS.has(word)) continue
    out.push({ text: word, clause: piece.clause + turns, stressed })
    stressed = false
  }
  return out
}
