/**
 * The session's row of the registry: the actor's id is the session id. It writes the documented `session_context:{id}` when it
 * is said what the session is about (P10, P11), and is kept for an hour after its last turn.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { SESSION_CONTEXT_TTL_MS, sessionContextKey } from "#domain/developer/Developer.ts"
import { developerSessionMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import {
  contextOf,
  defaultSettings,
  type DeveloperSessionInput,
  type DeveloperSessionSettings,
  VERSION
} from "./schema.ts"

/** A session that nobody has said anything in is gone again after a minute. */
export const NOBODYS_TTL_MS = 60_000

/** The row, for the given settings: a new setting applies from each session's next turn. */
export const developerSessionDefinition = (settings: Partial<DeveloperSessionSettings> = {}): ActorDefinition => ({
  type: "developer-session",
  machine: developerSessionMachine({ ...defaultSettings, ...settings }),
  version: VERSION,
  migrations,
  ttlMs: (view) => (contextOf(view).owner === null ? NOBODYS_TTL_MS : SESSION_CONTEXT_TTL_MS),
  input: (id): DeveloperSessionInput => ({ id }),
  lateTimers: { contextEnds: "fire" },
  projectionKeys: ({ id }) => [sessionContextKey(id)]
})
