/**
 * Response metrics and the weekly report as everybody talks about them: a day's numbers at actor `metrics-day/{YYYY-MM-DD}`,
 * the report at `weekly-report/{guild}` (or `main`). What operators set is `ReportPolicy`; names, ranges and defaults of the
 * variables: `app/ReportConfig.ts`.
 */
import type { AlertId } from "./Alert.ts"
import type { AlertMetrics } from "./AlertMetrics.ts"
import type { DayAlert } from "./AlertTally.ts"
import type { SessionSummary } from "./AshSession.ts"
import type { DayMetrics, DaySession } from "./DayMetrics.ts"
import type { PostingTime } from "./ReportCalendar.ts"
import type { Snowflake } from "./Snowflake.ts"

/** When the report is posted, and where. */
export interface ReportSchedule extends PostingTime {
  readonly enabled: boolean
  /** Posted to each; empty = nothing is posted, and each week a warning says so (M37). */
  readonly channels: ReadonlyArray<Snowflake>
}

export interface ReportPolicy {
  /** How long a day is kept after it was told or asked anything, milliseconds. */
  readonly aggregateTtlMs: number
  readonly schedule: ReportSchedule
}

const DAY = 86_400_000

export const defaultReportPolicy: ReportPolicy = {
  aggregateTtlMs: 365 * DAY,
  schedule: { enabled: true, day: 1, hour: 9, channels: [] }
}

/** What is told to the day on which the alert was created, or the conversation began, in UTC. In any order, any number of times. */
export type MetricsDayEvent =
  /** From an alert, whenever its metrics changed. `version` grows with each change; an older one changes nothing. */
  | { readonly type: "ALERT_MEASURED"; readonly metrics: AlertMetrics; readonly version: number }
  /** From a conversation that has ended. */
  | { readonly type: "SESSION_MEASURED"; readonly summary: SessionSummary }
  /** Answers `DayLook`. */
  | { readonly type: "LOOK" }
  /**
   * What the stored records of the day say, instead of what was told of the same alerts and conversations. Whatever they do
   * not name stays as it was told: records go before the day does. A day may be rebuilt in parts. Answers `Rebuilt`.
   */
  | {
      readonly type: "REBUILT"
      readonly alerts: ReadonlyArray<RecordedAlert>
      readonly sessions: ReadonlyArray<RecordedSession>
      /** As `LOOK` answered before the records were read, or the part before this one. */
      readonly changes: number
    }

export interface RecordedAlert extends DayAlert {
  readonly alert_id: AlertId
}

export interface RecordedSession extends DaySession {
  /** Made by `sessionTag`. */
  readonly tag: string
}

export interface Rebuilt {
  /** `false`: something was told since, and nothing is changed; look and read again. */
  readonly rebuilt: boolean
  readonly changes: number
  /** How many are counted now. */
  readonly alerts: number
  readonly sessions: number
}

/** A day's numbers, and how often they were changed. */
export interface DayLook extends DayMetrics {
  readonly changes: number
}

export type WeeklyReportEvent =
  /** The operator's settings, told at every start. The same ones again change nothing. */
  | ({ readonly type: "SCHEDULE"; readonly at: number } & ReportSchedule)
  /**
   * Somebody wants a report now: of an ISO week such as `2026-W47`, or of the seven days that ended yesterday. Answers
   * `ReportAnswer`. The same `id` again is the same wish.
   */
  | {
      readonly type: "REPORT_NOW"
      readonly id: string
      readonly week: string | null
      /** Who wants it; not kept. */
      readonly by: string
      readonly at: number
    }
  /** Answers `ReportStatus`. */
  | { readonly type: "LOOK" }

export interface ReportAnswer {
  readonly accepted: boolean
  /** `null` when it was. */
  readonly because: "busy" | "no_channel" | "unknown_week" | "week_not_over" | null
}

export interface ReportStatus {
  readonly schedule: ReportSchedule | null
  /** When the next report is due, epoch milliseconds; `null` = none is. */
  readonly dueAt: number | null
  /** The ISO week in which a report was due last. */
  readonly lastWeek: string | null
  /** What became of the posts of the newest report. */
  readonly last: { readonly report: string; readonly posted: number; readonly notPosted: number } | null
}

/** Effects of the weekly report, by name. `buildReport` is an invoke, the others are actions of the Discord channel. */
export interface WeeklyReportEffects {
  readonly buildReport: {
    readonly input: {
      /** Whose members the responders are; `null` = the community the service watches. */
      readonly guildId: Snowflake | null
      /** Seven dates, oldest first. */
      readonly dates: ReadonlyArray<string>
    }
    readonly output: {
      readonly text: string
      readonly details: string
    }
  }
  /** One channel's posts. Results: `POSTED`, `NOT_POSTED`. */
  readonly postReport: {
    readonly params: {
      readonly channelId: Snowflake
      /** Which report it is: the ISO week in which it was due, or the id it was asked for with. */
      readonly report: string
      readonly text: string
      readonly details: string
    }
    readonly output: { readonly report: string }
  }
  /** A report was due, and there is no channel to post it in. */
  readonly warnNoReportChannel: { readonly params: { readonly week: string } }
}

export type WeeklyReportResult =
  | { readonly type: "POSTED"; readonly output: WeeklyReportEffects["postReport"]["output"]; readonly at: number }
  | {
      readonly type: "NOT_POSTED"
      readonly params: WeeklyReportEffects["postReport"]["params"]
      readonly code: string
      readonly at: number
    }
