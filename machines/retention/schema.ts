/**
 * The shapes of the retention actor: when it cleans up, what is running, and what the last times came to. Plain JSON, counts
 * only: no key and nobody's id.
 */
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { CleanUpReport, RetentionEvent, RetentionSchedule, RetentionStatus } from "#domain/RetentionReport.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

export interface RetentionContext {
  readonly schedule: RetentionSchedule | null
  /** The moment the clock is set to, epoch milliseconds. */
  readonly dueAt: number | null
  /** The UTC day on which a clean-up was due last: no second one on it. */
  readonly lastDay: string | null
  readonly running: RetentionStatus["running"]
  /** One came due while another was running. */
  readonly dueNext: boolean
  readonly last: CleanUpReport | null
  readonly lastDryRun: CleanUpReport | null
  readonly failed: RetentionStatus["failed"]
}

export type HeardEvent =
  | RetentionEvent
  /** Raised by the chart itself. */
  | { readonly type: "CLEAN_UP_DUE" }

export const contextOf = (view: Pick<ActorView, "context">): RetentionContext => view.context
