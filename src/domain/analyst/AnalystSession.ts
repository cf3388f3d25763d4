/**
 * An analyst's chat session as everybody talks about it: actor `session/{session_id}` takes questions one at a time, its
 * dialogue is the documented list, its answers come from an effect. What the session keeps is dialogue and an e-mail address
 * (U23, U24): evidence, media and records are refused at the door and have no place in these shapes.
 */
import * as Schema from "effect/Schema"

/** U1. */
export const sessionMessagesKey = (sessionId: string): string => `session:${sessionId}:messages`

/** Where an earlier version of the upstream kept its dialogue, as `User: …` and `AI: …` (C18). Read once, never written. */
export const formerHistoryKey = (sessionId: string): string => `chat_history:${sessionId}`

/** U2-U5: an entry of the list, oldest first. Other tools read it, so its fields and their order stay. */
export const SessionMessage = Schema.Struct({
  role: Schema.Literals(["user", "assistant", "system"]),
  content: Schema.String,
  /** ISO 8601 with `Z`. */
  timestamp: Schema.String,
  metadata: Schema.optionalKey(Schema.Record(Schema.String, Schema.Json))
})
export type SessionMessage = typeof SessionMessage.Type

/** What operators set. */
export interface SessionPolicy {
  /** Messages kept, 2-1000 (U6, `DEFAULT_MESSAGE_LIMIT`). */
  readonly messageLimit: number
  /** Milliseconds from the last message (U7, `SESSION_TTL_SECONDS`). */
  readonly ttlMs: number
}

export const defaultSessionPolicy: SessionPolicy = { messageLimit: 30, ttlMs: 7 * 86_400_000 }

/** Longest question, in characters (code points). */
export const MAX_QUERY = 8_000
/** Questions that may wait for their turn in one session; one more is refused as `busy`. */
export const MAX_WAITING = 16

/** Longest answer that is kept, in UTF-16 code units; what a model writes beyond it is cut off. */
export const MAX_ANSWER = 32_000
/** Longest summary, in UTF-16 code units. */
export const MAX_SUMMARY = 4_000

export interface AnalystQuery {
  /** Names this question among those of the session: what an answer is waited for by. */
  readonly requestId: string
  readonly query: string
  readonly emailId: string | null
  /** The client's own time for its message, when it sent a valid one; ISO 8601 with `Z` (C31). */
  readonly clientTimestamp: string | null
  /** The service's time, epoch milliseconds. */
  readonly at: number
}

export type AnalystSessionEvent =
  /** Answers `QueryTaken`. The message is in the list with this turn's commit, or waits in the record for its turn (U16). */
  | ({ readonly type: "QUERY_RECEIVED" } & AnalystQuery)
  /** Answers `SessionLook`; changes nothing. */
  | { readonly type: "LOOK" }

export interface QueryTaken {
  readonly taken: boolean
  readonly because: "busy" | null
}

/** The last questions that were answered, so that whoever waits finds theirs; bounded, newest last. */
export interface AnsweredQuery {
  readonly requestId: string
  /** `null` = it could not be answered; then `code` says why. */
  readonly answer: string | null
  readonly code: string | null
}

export interface SessionLook {
  readonly waiting: number
  readonly answered: ReadonlyArray<AnsweredQuery>
  /** Of the oldest messages, before they leave the list; `null` = nothing was about to. */
  readonly summary: string | null
}

/** What the actor emits once an answer is committed; the answer itself is read with `LOOK`. */
export interface AnswerCommitted {
  readonly type: "ANSWERED"
  readonly requestId: string
}

/** What a running `answer` effect emits: the next piece of an answer that is being written. At most once; may have gaps. */
export interface AnswerPart {
  readonly type: "ANSWER_PART"
  readonly requestId: string
  readonly text: string
}

/** Effects of the session, by invoke `src`. */
export interface AnalystEffects {
  /** Reads the dialogue where it lives and answers the newest question in it. */
  readonly answer: {
    readonly input: { readonly sessionId: string; readonly requestId: string; readonly summary: string | null }
    /**
     * `null` = it could not be answered; then `code` says why. An outcome and no failure, because a failure's dead letter
     * would keep the summary longer than the session may.
     */
    readonly output: { readonly text: string | null; readonly code: string | null }
  }
  /** Folds the newest `count` messages of the list, which no summary covers, and the summary before them into one. */
  readonly summarise: {
    readonly input: { readonly sessionId: string; readonly summary: string | null; readonly count: number }
    /** `null` = it could not be made this time. */
    readonly output: { readonly summary: string | null; readonly count: number }
  }
  /** Reads what an earlier version kept under this id; empty when there is nothing, or the list already exists (C18). */
  readonly importFormer: {
    readonly input: { readonly sessionId: string }
    readonly output: {
      readonly messages: ReadonlyArray<SessionMessage>
      /** Entries the list has already, of an earlier life or of another tool: they are still to be summarised. */
      readonly listed: number
    }
  }
}
