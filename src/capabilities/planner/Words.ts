/**
 * Words of a kitchen text, compared the way people mean them: case, accents and plurals do not matter. Tokens keep their
 * place in the text, so that a phrase found can also be replaced. Pure.
 */
export interface Token {
  readonly stem: string
  readonly start: number
  readonly end: number
}

const irregular = new Map([
  ["leaves", "leaf"],
  ["loaves", "loaf"],
  ["halves", "half"]
])

const singular = (word: string): string => {
  if (word.length < 4 || /(ss|us|is)$/.test(word)) return word
  if (/(oes|ches|shes|xes|zes|sses)$/.test(word)) return word.slice(0, -2)
  return word.endsWith("s") ? word.slice(0, -1) : word
}

/** Berries, berry and berrie are one stem; so are cookies and cookie. */
const stemOf = (word: string): string => {
  const plain = word
    .normalize("NFKD")
    .replace(/\p{M}/gu, "")
    .toLowerCase()
    .replace(/['’]s?$/, "")
  return irregular.get(plain) ?? singular(plain).replace(/ie$/, "y")
}

/** The words of a text in order, each with its place. */
export const tokens = (text: string): ReadonlyArray<Token> =>
  Array.from(text.matchAll(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*(?:['’]\p{L}+)?/gu), (match) => ({
    stem: stemOf(match[0]),
    start: match.index,
    end: match.index + match[0].length
  }))

/** Words that open a request without naming anything: "the salmon" means salmon. */
const openers = new Set(["the", "a", "an", "my", "our", "some", "any", "all", "that", "those", "these", "this", "of"])

/** What a phrase means, as stems without its opening words; empty when nothing is left. */
export const phrase = (text: string): ReadonlyArray<string> => {
  const stems = tokens(text).map(({ stem }) => stem)
  const first = stems.findIndex((stem) => !openers.has(stem))
  return first < 0 ? [] : stems.slice(first)
}

/** Whether `words` has `wanted` at `index`. */
export const occursAt = (
  words: ReadonlyArray<{ readonly stem: string }>,
  wanted: ReadonlyArray<string>,
  index: number
): boolean => wanted.length > 0 && wanted.every((stem, offset) => words[index + offset]?.stem === stem)

/** Every place at which `wanted` occurs, as token indexes. */
export const occurrences = (words: ReadonlyArray<Token>, wanted: ReadonlyArray<string>): ReadonlyArray<number> =>
  words.flatMap((_, index) => (occursAt(words, wanted, index) ? [index] : []))

/** `brown rice` → `Brown Rice`. */
export const titleCase = (text: string): string =>
  text.replace(/(^|[\s-])(\p{Ll})/gu, (_, before: string, letter: string) => before + letter.toUpperCase())
