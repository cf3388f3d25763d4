/**
 * A member's stored messages, in the documented shape: sorted set `ash:history:{guild}:{user}`, score = Unix seconds,
 * member = JSON of exactly five fields (A15-A22). Written by the member's turns, read by whoever analyses or shows a
 * message. The writer is strict, the reader tolerant: other versions of Ash wrote these sets too.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { Projection } from "../Projection.ts"
import type { AshPolicy } from "./AshPolicy.ts"
import type { SeenMessage } from "./Member.ts"
import { type CrisisSeverity, parseSeverity, type Severity } from "./Severity.ts"
import type { Snowflake } from "./Snowflake.ts"

/** A18. */
export const HISTORY_TEXT_MAX = 500

/** A29: how many earlier messages a classifier is given. */
export const HISTORY_FOR_ANALYSIS = 20

/**
 * Whose message it is, `{guild}:{user}`: Discord names only the message when one is deleted. Written with the
 * entry and for every proxied post, with the same time to live.
 */
export const messageAuthorKey = (messageId: Snowflake): string => `ash:message:${messageId}`

export interface Owner {
  readonly guildId: Snowflake
  readonly userId: Snowflake
}

export const historyKey = (guildId: Snowflake, userId: Snowflake): string => `ash:history:${guildId}:${userId}`

/** Cuts by code points, so that no surrogate pair is split (C6). */
export const cutToHistory = (text: string): string => {
  if (text.length <= HISTORY_TEXT_MAX) return text
  return Array.from(text).slice(0, HISTORY_TEXT_MAX).join("")
}

export interface HistoryEntry {
  readonly message: string
  /** ISO 8601 in UTC. */
  readonly timestamp: string
  readonly crisis_score: number | null
  readonly severity: Severity | null
  readonly message_id: Snowflake | null
}

/** Stores a message, replacing an earlier text of it, and keeps the set within age, number and time to live. */
export const storeInHistory = (
  { guildId, userId }: Owner,
  message: SeenMessage,
  analysis: { readonly score: number | null; readonly severity: CrisisSeverity },
  { ttlMs, maxMessages, maxAgeMs }: AshPolicy["history"],
  now: number
): ReadonlyArray<Projection> => [
  {
    op: "addToSortedSet",
    key: historyKey(guildId, userId),
    score: message.at / 1000,
    member: JSON.stringify({
      message: cutToHistory(message.text),
      timestamp: isoTime(message.at).replace("Z", "+00:00"),
      crisis_score: analysis.score ?? 0,
      severity: analysis.severity,
      message_id: message.messageId
    }),
    keep: maxMessages,
    minScore: maxAgeMs === null ? null : (now - maxAgeMs) / 1000,
    ttlMs,
    replaces: { field: "message_id", value: message.messageId }
  },
  noteAuthor({ guildId, userId }, message.messageId, ttlMs)
]

/** Writes down whose message it is, without a word of it. */
export const noteAuthor = ({ guildId, userId }: Owner, messageId: Snowflake, ttlMs: number): Projection => ({
  op: "put",
  key: messageAuthorKey(messageId),
  value: `${guildId}:${userId}`,
  ttlMs
})

/** Takes messages out. Whose they were is left to its time to live: a few ids, no words. */
export const removeFromHistory = ({ guildId, userId }: Owner, messageIds: ReadonlyArray<Snowflake>): Projection => ({
  op: "removeFromSortedSet",
  key: historyKey(guildId, userId),
  field: "message_id",
  values: messageIds
})

/** Reads one entry; `null` when it is broken (A30). A time without a zone is UTC (C7). */
export const parseHistoryEntry = (member: string): HistoryEntry | null => {
  const found = parseObject(member)
  if (found === null) return null
  const { message, timestamp, crisis_score, severity, message_id } = found
  if (typeof message !== "string" || typeof timestamp !== "string") return null
  const at = readTime(timestamp)
  if (at === null) return null
  return {
    message,
    timestamp: isoTime(at),
    crisis_score: typeof crisis_score === "number" && crisis_score >= 0 && crisis_score <= 1 ? crisis_score : null,
    severity: typeof severity === "string" ? parseSeverity(severity) : null,
    message_id: typeof message_id === "string" ? message_id : null
  }
}

const isoTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at))

const readTime = (text: string): number | null => {
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(text) ? text : `${text}Z`
  return Option.getOrNull(Option.map(DateTime.make(zoned), DateTime.toEpochMillis))
}

const parseObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null ? { ...value } : null
  } catch {
    return null
  }
}
