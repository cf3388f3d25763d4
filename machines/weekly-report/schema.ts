/**
 * The shapes of the weekly report's actor: its schedule, the reports being made, and what became of the last one. Plain JSON,
 * bounded, nobody's name.
 */
import type { ActorView } from "#domain/ActorDefinition.ts"
import type { ReportSchedule, ReportStatus, WeeklyReportEvent, WeeklyReportResult } from "#domain/ash/ReportPolicy.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"

/** Version of the stored snapshot; raise it with a migration. */
export const VERSION = 1

/** Channels a report is posted in at most. */
export const MAX_CHANNELS = 50

export interface WeeklyReportInput {
  /** `null` = the community the service watches. */
  readonly guildId: Snowflake | null
}

/** A report that is being made. */
export interface Making {
  /** The ISO week in which it was due, or the id it was asked for with. */
  readonly report: string
  /** Seven, oldest first. */
  readonly dates: ReadonlyArray<string>
}

export interface WeeklyReportContext {
  readonly guildId: Snowflake | null
  readonly schedule: ReportSchedule | null
  /** The moment the clock is set to, epoch milliseconds. */
  readonly dueAt: number | null
  /** The ISO week in which a report was due last: no second one in it. */
  readonly lastWeek: string | null
  readonly due: Making | null
  /** The newest wish, also when it has been met. */
  readonly wanted: Making | null
  readonly last: ReportStatus["last"]
}

export type HeardEvent =
  | WeeklyReportEvent
  | WeeklyReportResult
  /** Raised by the chart itself. */
  | { readonly type: "REPORT_DUE" }

export const contextOf = (view: Pick<ActorView, "context">): WeeklyReportContext => view.context
