/**
 * The shapes of an analyst's session. The dialogue is not among them: it is the documented list, written turn by turn. The
 * record holds the questions that wait, the last answers for whoever waits for one, and a summary. Plain JSON.
 */
import type { AnalystQuery, AnalystSessionEvent, AnsweredQuery } from "#domain/analyst/AnalystSession.ts"
import type { ActorView } from "#domain/ActorDefinition.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

export interface SessionInput {
  readonly sessionId: string
}

export interface SessionContext {
  readonly sessionId: string
  /** What an earlier version kept was looked for. */
  readonly imported: boolean
  /** In the order of their turns. */
  readonly waiting: ReadonlyArray<AnalystQuery>
  /** The question in the list that is being answered, by its `requestId`. */
  readonly answering: string | null
  /** Newest last. */
  readonly answered: ReadonlyArray<AnsweredQuery>
  readonly summary: string | null
  /** Messages appended that no summary covers. */
  readonly unsummarised: number
  /** When a message was last heard or appended, epoch milliseconds: the list's time to live starts there. */
  readonly lastAt: number | null
}

export type HeardEvent = AnalystSessionEvent

export const contextOf = (view: Pick<ActorView, "context">): SessionContext => view.context
