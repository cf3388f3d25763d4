/**
 * What can be answered from a session alone, with no language model: who said what and when, found by the question's words;
 * how much was said, the first and the last of it, and what was asked before. Pure. It quotes and counts, and adds nothing.
 */
import { MAX_SUMMARY, type SessionMessage } from "#domain/analyst/AnalystSession.ts"
import type { Asked } from "./Analyst.ts"

/** Said with every answer, so that nobody takes a search for a judgement. */
export const NO_MODEL = "No language model is connected, so this comes from the session's own messages alone."

const QUOTED = 300
const FOUND = 5
const LISTED = 10

/** A question about the session itself is a short one; matching the forms below costs more with every character. */
const SHORT_QUESTION = 200

/** Words that say nothing of what is looked for. */
const COMMON = new Set(
  `a about all an and any are as at be been before by can could did do does for from had has have he her him his how i in is it its
  me message messages my of on or our said say says she should so tell that the their them then there they this to us was we were what
  when where which who whom whose why will with would you your please show find list give`.split(/\s+/)
)

const wordsOf = (text: string): ReadonlySet<string> => new Set(text.toLowerCase().match(/[\p{L}\p{N}]+/gu))

const termsOf = (text: string): ReadonlySet<string> =>
  new Set([...wordsOf(text)].filter((word) => !COMMON.has(word) && (word.length > 1 || /\d/u.test(word))))

const WHO = { user: "the analyst", assistant: "this service", system: "the system" } as const

const short = (text: string, longest = QUOTED): string => {
  const line = text.replaceAll(/\s+/gu, " ").trim()
  const signs = [...line]
  return signs.length <= longest ? line : `${signs.slice(0, longest - 1).join("")}…`
}

const quote = ({ content, role, timestamp }: SessionMessage): string =>
  `- ${timestamp}, ${WHO[role]}: "${short(content)}"`

/** Answers of this kind quote others: they are found through those. */
const isOwn = ({ content, role }: SessionMessage): boolean => role === "assistant" && content.includes(NO_MODEL)

const plural = (count: number, one: string): string => `${count} ${one}${count === 1 ? "" : "s"}`

const counted = (dialogue: ReadonlyArray<SessionMessage>): string => {
  const by = (role: SessionMessage["role"]) => dialogue.filter((one) => one.role === role).length
  const [first] = dialogue
  const last = dialogue.at(-1)
  if (first === undefined || last === undefined) return "Before this question the session holds no messages."
  return [
    `Before this question the session holds ${plural(dialogue.length, "message")}: ${by("user")} by the analyst, ${by("assistant")} by this service.`,
    `The first:\n${quote(first)}`,
    ...(dialogue.length > 1 ? [`The last:\n${quote(last)}`] : [])
  ].join("\n")
}

const questions = (dialogue: ReadonlyArray<SessionMessage>): string => {
  const asked = dialogue.filter(({ role }) => role === "user")
  if (asked.length === 0) return "Nothing was asked in this session before."
  const shown = asked.slice(-LISTED)
  const which = shown.length < asked.length ? `the last ${shown.length} of ${asked.length}` : `${asked.length}`
  return `Asked before (${which}):\n${shown.map(quote).join("\n")}`
}

interface Match {
  readonly message: SessionMessage
  readonly terms: number
  readonly place: number
}

const found = (dialogue: ReadonlyArray<SessionMessage>, terms: ReadonlySet<string>): ReadonlyArray<SessionMessage> =>
  dialogue
    .map((message, place): Match => {
      const words = wordsOf(message.content)
      return { message, place, terms: [...terms].filter((term) => words.has(term)).length }
    })
    .filter(({ message, terms }) => terms > 0 && !isOwn(message))
    // Most of the words first, then the newest; shown in the order they were said.
    .sort((a, b) => b.terms - a.terms || b.place - a.place)
    .slice(0, FOUND)
    .sort((a, b) => a.place - b.place)
    .map(({ message }) => message)

const inSummary = (summary: string | null, terms: ReadonlySet<string>): ReadonlyArray<string> =>
  (summary ?? "").split("\n").filter((line) => [...wordsOf(line)].some((word) => terms.has(word)))

const searched = (question: string, { dialogue, summary }: Asked): string => {
  const terms = termsOf(question)
  const said = found(dialogue, terms)
  if (said.length > 0) return `What was said that matches your words:\n${said.map(quote).join("\n")}`
  const older = inSummary(summary, terms).slice(-FOUND)
  if (older.length > 0) {
    return `What matches your words in the summary of earlier messages:\n${older.map((line) => `- ${short(line.replace(/^- /, ""))}`).join("\n")}`
  }
  return "I do not know: nothing in this session matches the words of your question."
}

const asksForCount =
  /\bhow (?:many|much)\b.*\b(?:messages?|questions?|said|asked)\b|\b(?:first|last|latest) message\b/iu
const asksForQuestions =
  /\b(?:what|which)\b.*\b(?:i|we)\b.*\bask(?:ed)?\b|\b(?:earlier|previous|my|past) questions?\b|\bask(?:ed)? (?:before|earlier|so far)\b/iu

/** The answer to the dialogue's newest question; `null` = nobody asked. */
export const sessionAnswer = ({ dialogue, summary }: Asked): string | null => {
  const place = dialogue.findLastIndex(({ role }) => role === "user")
  const question = dialogue[place]
  if (question === undefined) return null
  const before = dialogue.slice(0, place)
  const asks = (form: RegExp) => question.content.length <= SHORT_QUESTION && form.test(question.content)
  const answer = asks(asksForQuestions)
    ? questions(before)
    : asks(asksForCount)
      ? counted(before)
      : searched(question.content, { dialogue: before, summary })
  return `${answer}\n\n${NO_MODEL}`
}

/** The messages as one line each, the newest that fit. Searching finds in it what has left the list. */
export const sessionSummary = ({ dialogue, summary }: Asked): string => {
  const lines = [
    ...(summary === null ? [] : summary.split("\n")),
    ...dialogue
      .filter((message) => !isOwn(message))
      .map(({ content, role, timestamp }) => `- ${timestamp}, ${WHO[role]}: ${short(content, 160)}`)
  ]
  const kept: Array<string> = []
  let length = 0
  for (const line of lines.toReversed()) {
    length += line.length + 1
    if (length > MAX_SUMMARY) break
    kept.unshift(line)
  }
  return kept.join("\n")
}
