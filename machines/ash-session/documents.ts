/**
 * The documents a person's actor writes for other tools, under the keys of the service Ash follows: session facts and notes,
 * the no-contact wish, follow-ups. None holds a word of what was said; each has a time to live, but a wish that is for good.
 */
import { ashSessionId, type AshSessionId, type SessionSummary } from "#domain/ash/AshSession.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { Projection } from "#domain/Projection.ts"
import { isoTime } from "./memory.ts"
import { type AshSessionContext, type FollowUp, MAX_NOTES, type OptOut } from "./schema.ts"

export const metaKey = (id: AshSessionId): string => `ash:session:meta:${id}`
export const notesKey = (id: AshSessionId): string => `ash:session:notes:${id}`
export const optOutKey = (userId: Snowflake): string => `ash:optout:${userId}`
export const followUpKey = (which: "scheduled" | "last" | "pending", userId: Snowflake): string =>
  `ash:followup:${which}:${userId}`

const put = (key: string, value: object, ttlMs: number | null): Projection => ({
  op: "put",
  key,
  value: JSON.stringify(value),
  ttlMs: ttlMs === null ? null : Math.max(1, ttlMs)
})
const gone = (key: string): Projection => ({ op: "delete", key })

export const metaDocument = (summary: SessionSummary, ttlMs: number): Projection =>
  put(metaKey(summary.session_id), summary, ttlMs)

/** A responder's note; the newest are kept. */
export const noteDocument = (
  id: AshSessionId,
  note: { readonly by: Snowflake; readonly text: string; readonly at: number },
  ttlMs: number
): Projection => ({
  op: "appendToList",
  key: notesKey(id),
  values: [JSON.stringify({ by: note.by, text: note.text, at: isoTime(note.at) })],
  keep: MAX_NOTES,
  ttlMs
})

export const optOutDocument = (userId: Snowflake, { at, until, by }: OptOut): Projection =>
  put(
    optOutKey(userId),
    { opted_out_at: isoTime(at), until: until === null ? null : isoTime(until), by },
    until === null ? null : until - at
  )

export const noOptOutDocument = (userId: Snowflake): Projection => gone(optOutKey(userId))

export const scheduledDocument = (
  userId: Snowflake,
  { sessionId, severity, dueAt }: FollowUp,
  ttlMs: number
): Projection =>
  put(followUpKey("scheduled", userId), { session_id: sessionId, severity, due_at: isoTime(dueAt) }, ttlMs)

/** The question went out: it is the last one asked, and waits for its answer. */
export const askedDocuments = (
  userId: Snowflake,
  { sessionId }: FollowUp,
  at: number,
  { windowMs, keepMs }: { readonly windowMs: number; readonly keepMs: number }
): ReadonlyArray<Projection> => [
  gone(followUpKey("scheduled", userId)),
  put(followUpKey("pending", userId), { session_id: sessionId, asked_at: isoTime(at) }, windowMs),
  put(followUpKey("last", userId), { session_id: sessionId, asked_at: isoTime(at) }, keepMs)
]

export const noFollowUpDocuments = (userId: Snowflake): ReadonlyArray<Projection> => [
  gone(followUpKey("scheduled", userId)),
  gone(followUpKey("pending", userId))
]

/** The documents of a session that is too old to be remembered. */
export const forgottenDocuments = (userId: Snowflake, startedAt: number): ReadonlyArray<Projection> => {
  const id = ashSessionId(userId, startedAt)
  return [gone(metaKey(id)), gone(notesKey(id))]
}

/** Every key this person may have; the no-contact wish is not among them while it stands. */
export const keysOf = ({ userId, sessions, optOut }: AshSessionContext): ReadonlyArray<string> => [
  ...sessions.flatMap((startedAt) => {
    const id = ashSessionId(userId, startedAt)
    return [metaKey(id), notesKey(id)]
  }),
  ...(["scheduled", "last", "pending"] as const).map((which) => followUpKey(which, userId)),
  ...(optOut === null ? [optOutKey(userId)] : [])
]
