/**
 * What a developer's words mean: one of the intents, with how sure that is. A small grammar over whole words, tolerant of
 * politeness and noise. It would rather not be sure than be wrong about something that changes the world: a negation, a
 * condition, a second verb or words it does not know lower the confidence until it is asked back. Pure, total, linear.
 */
import { commentIn, handedIn, namedIn, type Quoted } from "./GrammarEntities.ts"
import {
  COURTESIES,
  FILLERS,
  GLUE,
  HESITATIONS,
  HOLDS,
  NEGATIONS,
  PHRASES,
  type Rule,
  RULES,
  SIDE_EFFECTS,
  VERBS,
  NO,
  YES
} from "./GrammarRules.ts"
import { type Heard, hearCommand, type Speech } from "./GrammarWords.ts"
import type { Intent, IntentName } from "./Intent.ts"

const EXACT = 1
const WITH_NOISE = 0.9
const PER_LEFT_OVER = 0.12
const LOWEST = 0.3
/** A side effect with words left over; one fewer makes it surer, and still not sure enough. */
const MAYBE_TARGET = 0.78
/** Two things are asked at once. */
const COMPETING = 0.5
/** A condition, a question or a report about a side effect. */
const HELD = 0.4

const unknown = (confidence: number): Intent => ({ name: "unknown", confidence, entities: {} })

const startsWith = (words: ReadonlyArray<Heard>, at: number, phrase: ReadonlyArray<string>): boolean =>
  phrase.every((word, index) => words[at + index]?.word === word)

/** "In hello" names a place, though hello is noise elsewhere; "in, uh, octo/hello" does not. */
const isNamedPlace = (words: ReadonlyArray<Heard>, at: number): boolean =>
  words[at - 1]?.word === "in" && !HESITATIONS.has(words[at]?.word ?? "") && !words[at + 1]?.raw.includes("/")

/** Without politeness and noise; a whole message of them stays as it is. */
const withoutNoise = (words: ReadonlyArray<Heard>): ReadonlyArray<Heard> => {
  const kept: Array<Heard> = []
  for (let at = 0; at < words.length;) {
    const heard = words[at]
    if (heard === undefined) break
    if (isNamedPlace(words, at)) {
      kept.push(heard)
      at++
      continue
    }
    const courtesy = COURTESIES.find((phrase) => startsWith(words, at, phrase))
    if (courtesy !== undefined) at += courtesy.length
    else {
      if (!FILLERS.has(heard.word)) kept.push(heard)
      at++
    }
  }
  return kept.length === 0 ? words : kept
}

const isMet = ({ needs }: Rule, said: ReadonlySet<string>): boolean =>
  needs.every((group) => [...group].some((word) => said.has(word)))

const knows = ({ also, needs }: Rule, word: string): boolean => also.has(word) || needs.some((group) => group.has(word))

interface Reading {
  readonly name: IntentName
  readonly entities: Readonly<Record<string, unknown>>
  readonly leftOver: ReadonlyArray<string>
  readonly ambiguous: boolean
}

const readingBy = (rule: Rule, words: ReadonlyArray<Heard>): Reading => {
  const isKnown = ({ word }: Heard): boolean => GLUE.has(word) || knows(rule, word)
  const { ambiguous, entities, used } = namedIn(words, { wantsReviewers: rule.name === "pr.request_review", isKnown })
  const leftOver = words.filter((heard) => !used.has(heard) && !isKnown(heard)).map(({ word }) => word)
  return { name: rule.name, entities, leftOver, ambiguous }
}

/** The reading that leaves the fewest words over; the first of equals. */
const bestOf = (words: ReadonlyArray<Heard>): Reading | undefined => {
  const said = new Set(words.map(({ word }) => word))
  return RULES.filter((rule) => isMet(rule, said))
    .map((rule) => readingBy(rule, words))
    .reduce<Reading | undefined>(
      (best, next) => (best === undefined || next.leftOver.length < best.leftOver.length ? next : best),
      undefined
    )
}

const confidenceOf = (reading: Reading, words: ReadonlyArray<Heard>, isNoisy: boolean): number => {
  const { ambiguous, leftOver, name } = reading
  const isSideEffect = SIDE_EFFECTS.has(name)
  if (isSideEffect && words.some(({ word }) => HOLDS.has(word))) return HELD
  if ((isSideEffect && ambiguous) || leftOver.some((word) => VERBS.has(word))) return COMPETING
  if (leftOver.length === 0) return isNoisy ? WITH_NOISE : EXACT
  // Any of them may name what it should be done to.
  const most = isSideEffect ? MAYBE_TARGET : WITH_NOISE
  return Math.max(LOWEST, Math.round((most - PER_LEFT_OVER * leftOver.length) * 100) / 100)
}

const isNegated = (words: ReadonlyArray<Heard>): boolean => words.some(({ word }) => NEGATIONS.has(word))

/** The entities an intent may carry, so that a number in passing is none of a system command's. */
const wanted = (name: IntentName, entities: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> => {
  const drop = name.startsWith("system.")
    ? ["repo", "pr_number", "issue_number", "reviewers", "merge_method"]
    : ["profile", ...(name === "pr.merge" ? [] : ["merge_method"]), ...(name === "inbox.list" ? ["pr_number"] : [])]
  return Object.fromEntries(Object.entries(entities).filter(([key]) => !drop.includes(key)))
}

const delegated = ({ head, quoted }: Quoted, all: ReadonlyArray<Heard>, isNoisy: boolean): Intent => {
  if (isNegated(head)) return unknown(LOWEST)
  const { pr_number, issue_number, repo } = namedIn(all, { wantsReviewers: false, isKnown: () => true }).entities
  const entities = Object.fromEntries(
    Object.entries({ instruction: quoted, repo, pr_number, issue_number }).filter(
      ([, value]) => value !== undefined && value !== null
    )
  )
  const [first = ""] = (quoted ?? "").toLowerCase().split(/\W/, 1)
  const isHeld = HOLDS.has(first) || head.some(({ word }) => HOLDS.has(word))
  return { name: "agent.delegate", confidence: isHeld ? HELD : isNoisy ? WITH_NOISE : EXACT, entities }
}

const whole = (words: ReadonlyArray<Heard>): string => words.map(({ word }) => word).join(" ")

/** "Yeah, confirm", "no, cancel it, no": a yes or no around what says the same. */
const affirmed = (words: ReadonlyArray<Heard>): IntentName | undefined => {
  if (words.length === 0) return undefined
  for (const [name, same] of [
    ["system.confirm", YES],
    ["system.cancel", NO]
  ] as const) {
    const first = words.findIndex(({ word }) => !same.has(word))
    const last = words.findLastIndex(({ word }) => !same.has(word))
    if (first < 0 || PHRASES.get(whole(words.slice(first, last + 1))) === name) return name
  }
  return undefined
}

const understood = (speech: Speech): Intent => {
  const clean = withoutNoise(speech.words)
  const isNoisy = clean.length < speech.words.length
  const phrase = PHRASES.get(whole(speech.words)) ?? PHRASES.get(whole(clean)) ?? affirmed(clean)
  if (phrase !== undefined) {
    return { name: phrase, confidence: PHRASES.has(whole(speech.words)) ? EXACT : WITH_NOISE, entities: {} }
  }
  const handed = handedIn({ text: speech.text, words: clean })
  if (handed !== null) return delegated(handed, clean, isNoisy)
  const { head, quoted } = commentIn({ text: speech.text, words: clean })
  if (isNegated(head)) return unknown(LOWEST)
  const reading = bestOf(head)
  if (reading === undefined) return unknown(0)
  const entities = wanted(reading.name, reading.entities)
  return {
    name: reading.name,
    confidence: confidenceOf(reading, head, isNoisy),
    entities: quoted === null || reading.name !== "pr.comment" ? entities : { ...entities, body: quoted }
  }
}

/** What these words are taken to mean. Never throws; texts beyond `MAX_COMMAND` characters are cut there. */
export const intentOf = (text: string): Intent => understood(hearCommand(text))
