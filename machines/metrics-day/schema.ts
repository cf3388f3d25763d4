/**
 * The shapes of a day's numbers: what it is counted from. Plain JSON, bounded, and nothing in it says who a member is: a
 * person who is forgotten need not be looked for here.
 */
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { AlertId } from "#domain/ash/Alert.ts"
import type { DayAlert } from "#domain/ash/AlertTally.ts"
import type { DaySession } from "#domain/ash/DayMetrics.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 2

/** Bounds of a day; what comes beyond them is refused. */
export const MAX_ALERTS = 1_000
export const MAX_SESSIONS = 1_000

export interface MetricsDayInput {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string
}

export interface KnownAlert extends DayAlert {
  /** Of the alert's metrics; 0 = from the index, which knows none. */
  readonly version: number
}

export interface MetricsDayContext {
  readonly date: string
  readonly alerts: Readonly<Record<AlertId, KnownAlert>>
  /** By a tag made from the session's id: the id itself names the member. */
  readonly sessions: Readonly<Record<string, DaySession>>
  /** How often the numbers may have changed; 0 = the day was never told anything. */
  readonly changes: number
  /** Records of another day, or beyond the bounds. */
  readonly refused: number
}

export const contextOf = (view: Pick<ActorView, "context">): MetricsDayContext => view.context
