/**
 * The session's row of the registry: one actor per `session_id`, which lives exactly as long as its list. Forgetting it
 * removes the dialogue, and what an earlier version may still keep of it (U14, U18).
 */
import type { ActorDefinition, ActorView } from "#domain/ActorDefinition.ts"
import { formerHistoryKey, sessionMessagesKey, type SessionPolicy } from "#domain/analyst/AnalystSession.ts"
import { sessionMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { contextOf, type SessionInput, VERSION } from "./schema.ts"

/** How long a session is kept that was looked at and in which nothing was ever asked. */
const EMPTY_TTL_MS = 60_000

/** Looking at a session does not keep it: what it remembers goes with the list. */
const ttlOf = (view: ActorView, ttlMs: number): number => {
  const { lastAt } = contextOf(view)
  return lastAt === null ? EMPTY_TTL_MS : Math.min(ttlMs, Math.max(EMPTY_TTL_MS, lastAt + ttlMs - view.at))
}

export const sessionDefinition = (policy: SessionPolicy): ActorDefinition => ({
  type: "session",
  machine: sessionMachine(policy),
  version: VERSION,
  migrations,
  ttlMs: (view) => ttlOf(view, policy.ttlMs),
  input: (sessionId): SessionInput => ({ sessionId }),
  projectionKeys: ({ id }) => [sessionMessagesKey(id), formerHistoryKey(id)]
})
