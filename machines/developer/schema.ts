/** The shapes of a developer: which of their actions wait for a confirmation. Tokens and times only. */
import type { OpenActions } from "#domain/developer/Developer.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

export interface DeveloperContext {
  /** Oldest first, at most `MAX_OPEN_ACTIONS`. */
  readonly open: OpenActions["open"]
}
