/**
 * The last check before words that nobody reviewed reach a person in crisis (B25). It refuses; it never rewrites meaning: a
 * text with one forbidden thing in it is not sent at all, because half of an unsafe answer is no safe one. Better to refuse
 * ten good texts than to pass one bad: a reviewed one takes their place. Reads plain English, and refuses what is not.
 *
 * Held by tests: a text passes only if it claims no human was told (unless one was), promises nothing, names neither methods
 * nor medicines, diagnoses nobody, and names no number or link outside the catalogue of resources. `SafeRules` lists what is
 * never said, `SafeSentences` what may be said of Ash and of helpers at all. It is a net and no proof: words can always be
 * found that slip through one.
 */
import { breakMentions, splitText } from "./MessageParts.ts"
import { isPlainEnglish } from "./PlainEnglish.ts"
import { KNOWN_HOSTS, KNOWN_NUMBERS } from "./Resources.ts"
import { ALWAYS, HUMAN_TOLD } from "./SafeRules.ts"
import { actsItself, speaksForOthers } from "./SafeSentences.ts"

export type UnsafeBecause =
  | "empty"
  | "too_long"
  | "not_english"
  | "claims_human_told"
  | "claims_help_comes"
  | "claims_to_be_human"
  | "promise"
  | "secrecy"
  | "method"
  | "harmful"
  | "diagnosis"
  | "medication"
  | "discourages_help"
  | "asks_identity"
  | "about_itself"
  | "acts_itself"
  | "unknown_number"
  | "unknown_link"

export type Guarded =
  | { readonly ok: true; readonly parts: ReadonlyArray<string> }
  | { readonly ok: false; readonly why: UnsafeBecause }

export interface GuardFacts {
  /** A call for a person stands in the team's channel. */
  readonly humanTold: boolean
}

/** A reply longer than this is no reply: units. */
export const MAX_REPLY = 4000

/** Lower case with plain quotes; without what hides a word from a reader of letters: marks, emphasis, odd spaces. */
const normalise = (text: string): string =>
  text
    .normalize("NFKD")
    .replace(/[\p{M}\p{Cf}]/gu, "")
    .toLowerCase()
    .replace(/[\u2018\u2019\u02bc\u00b4\u2032]/gu, "'")
    .replace(/[*_~|`\\"“”]|(?<!\p{L})'|'(?!\p{L})/gu, "")
    .replace(/[\u2010-\u2015\u2212]/gu, "-")
    .replace(/[,;:()[\]{}<>…]+/gu, " ")
    .replace(/\s+/gu, " ")
    .trim()

/** Breathing and grounding exercises count; everything else with three digits or more may be taken for a number to call. */
const EXERCISES = new Set(["478", "444", "4444", "54321", "333"])
const NUMBER = /\+?\d(?:[\d().\-\u00a0 ]*\d)?/gu

const unknownNumber = (text: string): boolean =>
  [...text.matchAll(NUMBER)].some(([found]) => {
    const digits = found.replace(/\D/gu, "")
    return digits.length >= 3 && !KNOWN_NUMBERS.has(digits) && !EXERCISES.has(digits)
  })

const LINK =
  /(?:[a-z][a-z0-9+.-]*:\/\/|www\.|mailto:)\S*|(?<![\p{L}\p{N}.])[a-z0-9-]+(?:\.[a-z0-9-]+)*\.[a-z]{2,}(?![\p{L}\p{N}])/giu

const hostOf = (link: string): string =>
  link
    .toLowerCase()
    .replace(/^[a-z][a-z0-9+.-]*:\/\//u, "")
    .replace(/^www\./u, "")
    .replace(/[/?#:)\]>,.]*(?:\/.*|$)/u, "")

const unknownLink = (text: string): boolean =>
  text.includes("discord.gg") ||
  /[\p{L}\p{N}]@[\p{L}\p{N}]/u.test(text) ||
  [...text.matchAll(LINK)].some(([link]) => !KNOWN_HOSTS.has(hostOf(link)))

const matches = (text: string, among: ReadonlyArray<RegExp>): boolean => among.some((rule) => rule.test(text))

/** Things that may stand for a method, or for help that was sent. */
const PICTURES =
  /[\u{1f52a}\u{1f5e1}\u2694\u{1f52b}\u{1f48a}\u{1f489}\u{1fa78}\u{1fa92}\u{1faa2}\u{1f4a3}\u2620\u{1f480}\u26b0\u{1faa6}\u{1f691}\u{1f693}\u{1f694}\u{1f6a8}]/u

const DIGIT_WORD = "(?:zero|oh|one|two|three|four|five|six|seven|eight|nine)"
/** A number read out; not the countdown of an exercise. */
const SPOKEN_NUMBER = new RegExp(
  `(?<!\\p{L})(?!five four three two one)${DIGIT_WORD}(?: ${DIGIT_WORD}){2,}(?!\\p{L})`,
  "u"
)

/** Of a prompt or an answer's form, not of an answer. */
const MARKUP = /[{}]|<\/?[a-z]+>/iu

/** Sentences as they are, each with whether it asks. */
const sentencesOf = (text: string): ReadonlyArray<{ readonly said: string; readonly asks: boolean }> =>
  [...text.matchAll(/([^.!?\n;…]*(?:[.!?…](?!\s|$)[^.!?\n;…]*)*)([.!?\n;…]*)/gu)]
    .map(([, words = "", end = ""]) => ({ said: normalise(words).replaceAll("-", " "), asks: end.includes("?") }))
    .filter(({ said }) => said !== "")

const saysTooMuch = (text: string, humanTold: boolean): UnsafeBecause | null => {
  for (const { asks, said } of sentencesOf(text)) {
    if (speaksForOthers(said, { asks, humanTold })) return humanTold ? "claims_help_comes" : "claims_human_told"
    if (actsItself(said)) return "acts_itself"
  }
  return null
}

/** What is wrong with a text, or `null`. */
export const unsafeBecause = (text: string, { humanTold }: GuardFacts): UnsafeBecause | null => {
  if (text.length > MAX_REPLY) return "too_long"
  const said = normalise(text)
  if (!/\p{L}/u.test(said)) return "empty"
  const readings = [said, said.replace(/[-/]/gu, " ")]
  const found = ALWAYS.find(([, among]) => readings.some((reading) => matches(reading, among)))
  if (found !== undefined) return found[0]
  if (PICTURES.test(text)) return "method"
  if (MARKUP.test(text)) return "about_itself"
  if (!humanTold && readings.some((reading) => matches(reading, HUMAN_TOLD))) return "claims_human_told"
  if (unknownLink(text)) return "unknown_link"
  if (unknownNumber(text) || SPOKEN_NUMBER.test(said)) return "unknown_number"
  if (!isPlainEnglish(text)) return "not_english"
  return saysTooMuch(text, humanTold)
}

/** The text as messages that may be sent, or why it may not. Total. */
export const guard = (text: string, facts: GuardFacts): Guarded => {
  const why = unsafeBecause(text, facts)
  return why === null ? { ok: true, parts: splitText(breakMentions(text)) } : { ok: false, why }
}
