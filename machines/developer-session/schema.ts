/**
 * The shapes of a developer's session: whose it is, what it is about and what was said last. Plain JSON, bounded. What was said
 * may hold titles of pull requests; it goes with the session, an hour after its last turn.
 */
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { DecisionSettings, Situation } from "#domain/developer/Decide.ts"
import { DEFAULT_EXPIRY_MS } from "#domain/developer/PendingAction.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 2

/** Bounds of what is kept for `system.repeat` and `system.next`; what comes beyond is left out. */
export const MAX_LINES = 30
export const MAX_LINE_CHARS = 500

export type DeveloperSessionSettings = DecisionSettings

export const defaultSettings: DeveloperSessionSettings = { defaultRepo: null, confirmWithinMs: DEFAULT_EXPIRY_MS }

export interface DeveloperSessionContext extends Situation {
  readonly id: string
  /** The first who said something here; `null`: nobody yet. */
  readonly owner: string | null
}

export interface DeveloperSessionInput {
  readonly id: string
}

export const contextOf = (view: Pick<ActorView, "context">): DeveloperSessionContext => view.context
