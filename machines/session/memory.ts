/**
 * What a session remembers and how each happening changes it: small pure functions, and the entries of the list as other
 * tools read them.
 */
import {
  type AnalystQuery,
  type AnsweredQuery,
  MAX_ANSWER,
  MAX_SUMMARY,
  MAX_WAITING,
  type SessionLook,
  type SessionMessage,
  type SessionPolicy
} from "#domain/analyst/AnalystSession.ts"
import { cutTo, messageTime } from "#domain/analyst/Dialogue.ts"
import type { SessionContext, SessionInput } from "./schema.ts"

type Context = SessionContext
type Change = Partial<Context>

/** Answers that are kept for whoever waits for one. */
const MAX_ANSWERED = 16
/** All of them together, in UTF-16 code units: the record has a bound, and the newest matters most. */
const ANSWERED_LENGTH = 64_000

/** Nothing was asked yet. */
export const newborn = ({ sessionId }: SessionInput): Context => ({
  sessionId,
  imported: false,
  waiting: [],
  answering: null,
  answered: [],
  summary: null,
  unsummarised: 0,
  lastAt: null
})

/** An entry of the list: fields in the documented order (U2). */
export const entryOf = ({ role, content, timestamp, metadata }: SessionMessage): string =>
  JSON.stringify({ role, content, timestamp, ...(metadata === undefined ? {} : { metadata }) })

/** The analyst's message: their own time when it was valid, and then the service's beside it (C31). */
export const questionOf = ({ at, clientTimestamp, emailId, query }: AnalystQuery): SessionMessage => {
  const metadata = {
    ...(emailId === null ? {} : { email_id: emailId }),
    ...(clientTimestamp === null ? {} : { server_time: messageTime(at) })
  }
  return {
    role: "user",
    content: query,
    timestamp: clientTimestamp ?? messageTime(at),
    ...(Object.keys(metadata).length === 0 ? {} : { metadata })
  }
}

export const answerOf = (text: string): string => cutTo(MAX_ANSWER, text)

export const answerMessage = (text: string, at: number): SessionMessage => ({
  role: "assistant",
  content: text,
  timestamp: messageTime(at)
})

/** Waiting, being answered, or answered a while ago: asked once is enough. */
export const isKnown = ({ answered, answering, waiting }: Context, requestId: string): boolean =>
  answering === requestId ||
  waiting.some((one) => one.requestId === requestId) ||
  answered.some((one) => one.requestId === requestId)

export const isFull = ({ waiting }: Context): boolean => waiting.length >= MAX_WAITING

export const queued = (
  { waiting }: Context,
  { requestId, query, emailId, clientTimestamp, at }: AnalystQuery
): Change => ({
  waiting: [...waiting, { requestId, query, emailId, clientTimestamp, at }],
  lastAt: at
})

/** That many messages have come into the list. */
export const appended = ({ unsummarised }: Context, count: number, at: number): Change => ({
  unsummarised: unsummarised + count,
  lastAt: at
})

/** The next question's turn. */
export const taken = ({ waiting: [next, ...waiting] }: Context): Change =>
  next === undefined ? {} : { waiting, answering: next.requestId }

const remembered = (answered: ReadonlyArray<AnsweredQuery>, newest: AnsweredQuery): ReadonlyArray<AnsweredQuery> => {
  const kept: Array<AnsweredQuery> = [newest]
  let length = newest.answer?.length ?? 0
  for (const one of answered.toReversed()) {
    length += one.answer?.length ?? 0
    if (kept.length === MAX_ANSWERED || length > ANSWERED_LENGTH) break
    kept.unshift(one)
  }
  return kept
}

export const settled = ({ answered, answering }: Context, answer: string | null, code: string | null): Change =>
  answering === null ? {} : { answering: null, answered: remembered(answered, { requestId: answering, answer, code }) }

/** What became of an effect: a code, never a person's words. */
export const codeOf = (error: unknown): string => {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined
  return typeof code === "string" ? code : "unknown"
}

/** Messages that may be left without a summary: the list has room for the next question and its answer, and some to spare. */
const quota = ({ messageLimit }: SessionPolicy): number =>
  messageLimit - Math.max(2, Math.min(10, Math.ceil(messageLimit / 2)))

/**
 * Whether it is time to summarise. Who waits goes first, as long as nothing leaves the list by it; a summary that failed is
 * tried again after the next answer.
 */
export const isLong = ({ unsummarised, waiting }: Context, policy: SessionPolicy): boolean =>
  unsummarised > quota(policy) && (waiting.length === 0 || unsummarised + 2 > policy.messageLimit)

/** Nothing was appended meanwhile: it covers all there is. */
export const summarised = (summary: string): Change => ({ summary: cutTo(MAX_SUMMARY, summary), unsummarised: 0 })

/** What `LOOK` is answered with. */
export const look = ({ answered, answering, summary, waiting }: Context): SessionLook => ({
  waiting: waiting.length + (answering === null ? 0 : 1),
  answered,
  summary
})
