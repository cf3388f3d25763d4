/**
 * The lexicon, compiled once: every phrase as a path through a tree of words, so that a message is searched in one pass
 * whose cost is its number of words times the longest phrase. Where phrases begin alike, the longest one counts.
 */
import type { Vocabulary, Word } from "./KeywordText.ts"
import { FIGURATIVE, FILLERS, INTENSIFIERS, type PhraseGroup, SPELLINGS } from "./Lexicon.ts"
import { DISTRESS } from "./LexiconDistress.ts"
import { HARM } from "./LexiconHarm.ts"
import { SUICIDE } from "./LexiconSuicide.ts"
import { WISHES } from "./LexiconWishes.ts"
import { isHigher } from "./Severity.ts"

export const GROUPS: ReadonlyArray<PhraseGroup> = [
  ...SUICIDE,
  ...WISHES,
  ...HARM.map((group): PhraseGroup => ({ ...group, byOthers: true })),
  ...DISTRESS
]

/** Every way to say a line of the lexicon, word by word, without what the reader leaves out. */
export const expand = (line: string): ReadonlyArray<ReadonlyArray<string>> =>
  line
    .trim()
    .split(/\s+/)
    .reduce<ReadonlyArray<ReadonlyArray<string>>>(
      (rows, slot) => rows.flatMap((row) => slot.split("|").map((word) => [...row, word])),
      [[]]
    )

const reduced = (row: ReadonlyArray<string>): ReadonlyArray<string> =>
  row
    .flatMap((word) => (SPELLINGS.get(word) ?? word).split(" "))
    .filter((word) => !FILLERS.has(word) && !INTENSIFIERS.has(word))

export const linesOf = (phrases: string): ReadonlyArray<string> =>
  phrases.split("\n").filter((line) => line.trim() !== "")

interface Node {
  readonly next: Map<string, Node>
  group: PhraseGroup | null
}

const plant = (root: Node, row: ReadonlyArray<string>, group: PhraseGroup): void => {
  let node = root
  for (const word of row) {
    const known = node.next.get(word)
    const next = known ?? { next: new Map(), group: null }
    if (known === undefined) node.next.set(word, next)
    node = next
  }
  if (node.group === null || isHigher(group.severity, node.group.severity)) node.group = group
}

const makeTree = (groups: ReadonlyArray<PhraseGroup>): Node => {
  const root: Node = { next: new Map(), group: null }
  for (const group of groups) {
    for (const line of linesOf(group.phrases)) for (const row of expand(line)) plant(root, reduced(row), group)
  }
  return root
}

const PHRASES = makeTree(GROUPS)
const FIGURES = makeTree([{ label: "figure of speech", severity: "low", phrases: FIGURATIVE }])

export interface Found {
  readonly group: PhraseGroup
  readonly from: number
  /** Behind the last word. */
  readonly to: number
}

const longestAt = (root: Node, words: ReadonlyArray<Word>, from: number): Found | null => {
  let node: Node | undefined = root
  let found: Found | null = null
  for (let at = from; node !== undefined; at++) {
    if (node.group !== null) found = { group: node.group, from, to: at }
    node = node.next.get(words[at]?.text ?? "")
  }
  return found
}

const allOf = (root: Node, words: ReadonlyArray<Word>): ReadonlyArray<Found> =>
  words.flatMap((_, from) => longestAt(root, words, from) ?? [])

/** The phrases in a message but those that are part of a figure of speech. */
export const findPhrases = (words: ReadonlyArray<Word>): ReadonlyArray<Found> => {
  const figures = allOf(FIGURES, words)
  return allOf(PHRASES, words).filter(
    ({ from, to }) => !figures.some((figure) => figure.from < to && from < figure.to && figure.to >= to)
  )
}

/** Only what is serious is looked for inside words: `killmyself`, never a word that happens to hold another. */
const joined = new Map(
  GROUPS.filter(({ severity }) => isHigher(severity, "medium")).flatMap(({ phrases }) =>
    linesOf(phrases)
      .flatMap(expand)
      .filter((row) => row.length > 1)
      .flatMap((row) => [row, reduced(row)])
      .map((row) => [row.join(""), reduced(row)] as const)
  )
)

const wordsIn = (text: string): ReadonlyArray<string> => linesOf(text).flatMap((line) => expand(line).flat())

export const VOCABULARY: Vocabulary = {
  words: new Set([
    ...GROUPS.flatMap(({ phrases }) => wordsIn(phrases)),
    ...wordsIn(FIGURATIVE),
    ...FILLERS,
    ...INTENSIFIERS
  ]),
  joined
}
