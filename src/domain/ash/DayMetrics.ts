/**
 * A day of the crisis desk in numbers, in the documented shape: JSON at `ash:metrics:daily:{date}` (M12, M13). It is a pure
 * function of the alerts created and the sessions begun on that UTC day, so it can be counted anew at any time and comes
 * out the same in whatever order, and however often, they are told (C27). The fields beyond the documented ones are what a
 * week needs to be exact: sums and counts instead of averages of averages, hours, responders (C26).
 */
import type { AlertMetrics } from "./AlertMetrics.ts"
import type { SessionSummary } from "./AshSession.ts"
import type { CrisisSeverity } from "./Severity.ts"
import type { Snowflake } from "./Snowflake.ts"

export const dayMetricsKey = (date: string): string => `ash:metrics:daily:${date}`

/** What members were promised: an acknowledgement within this many seconds. */
export const ACKNOWLEDGE_GOAL_SECONDS: Readonly<Record<CrisisSeverity, number>> = {
  critical: 120,
  high: 600,
  medium: 7200,
  low: 7200
}

export interface DayMetrics {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string
  readonly total_alerts: number
  /** By the severity an alert was opened with. */
  readonly by_severity: Readonly<Record<CrisisSeverity, number>>
  /** Whole seconds; `null` when there is nothing to average. */
  readonly avg_acknowledge_seconds: number | null
  readonly avg_ash_contact_seconds: number | null
  readonly avg_response_seconds: number | null
  readonly avg_resolve_seconds: number | null
  readonly auto_initiated_count: number
  readonly user_optout_count: number

  /** All durations of the day in seconds, rising: medians and percentiles of a week are counted from them. */
  readonly acknowledge_seconds: ReadonlyArray<number>
  readonly ash_contact_seconds: ReadonlyArray<number>
  readonly response_seconds: ReadonlyArray<number>
  readonly resolve_seconds: ReadonlyArray<number>
  readonly never_acknowledged_count: number
  readonly expired_count: number
  readonly false_positive_count: number
  /** Alerts acknowledged within their goal. */
  readonly within_goal: Readonly<Record<CrisisSeverity, number>>
  /** Alerts created in each hour of the UTC day; empty where only averages are known. */
  readonly by_hour: ReadonlyArray<number>
  readonly by_channel: Readonly<Record<Snowflake, number>>
  /** Acknowledgements by responder. */
  readonly by_responder: Readonly<Record<Snowflake, number>>
  readonly sessions: {
    readonly started: number
    /** By a responder's click. */
    readonly manual: number
    readonly auto: number
    /** The member wrote first, or answered a follow-up. */
    readonly requested: number
    /** Ended otherwise than by failing to reach the member. */
    readonly completed: number
    /** Of the completed ones, rising. */
    readonly duration_seconds: ReadonlyArray<number>
  }
}

/** What a day counts of an alert: nothing in it says whose it is. */
export type DayAlert = Pick<
  AlertMetrics,
  | "severity"
  | "channel_id"
  | "alert_created_at"
  | "acknowledged_at"
  | "acknowledged_by"
  | "expired_at"
  | "time_to_acknowledge_seconds"
  | "time_to_ash_seconds"
  | "time_to_response_seconds"
  | "time_to_resolve_seconds"
  | "was_auto_initiated"
  | "user_opted_out"
  | "false_positive"
>

/** What a day counts of a conversation with Ash. */
export type DaySession = Pick<SessionSummary, "started_at" | "started_by" | "ended_by" | "duration_seconds">

/** Counts a day. Records of other days, and older versions of one alert or session, must not be among them. */
export const dayMetrics = (
  date: string,
  alerts: ReadonlyArray<DayAlert>,
  sessions: ReadonlyArray<DaySession>
): DayMetrics => {
  const seconds = (of: (alert: DayAlert) => number | null) => rising(alerts.map(of).filter((value) => value !== null))
  const acknowledge = seconds((alert) => alert.time_to_acknowledge_seconds)
  const ashContact = seconds((alert) => alert.time_to_ash_seconds)
  const response = seconds((alert) => alert.time_to_response_seconds)
  const resolve = seconds((alert) => alert.time_to_resolve_seconds)
  const startedBy = (...by: ReadonlyArray<DaySession["started_by"]>) =>
    sessions.filter(({ started_by }) => by.includes(started_by)).length
  const completed = sessions.filter(({ ended_by }) => ended_by !== "unreachable")
  return {
    date,
    total_alerts: alerts.length,
    by_severity: bySeverity(alerts),
    avg_acknowledge_seconds: averageOf(acknowledge),
    avg_ash_contact_seconds: averageOf(ashContact),
    avg_response_seconds: averageOf(response),
    avg_resolve_seconds: averageOf(resolve),
    auto_initiated_count: alerts.filter(({ was_auto_initiated }) => was_auto_initiated).length,
    user_optout_count: alerts.filter(({ user_opted_out }) => user_opted_out).length,
    acknowledge_seconds: acknowledge,
    ash_contact_seconds: ashContact,
    response_seconds: response,
    resolve_seconds: resolve,
    never_acknowledged_count: alerts.filter(({ acknowledged_at }) => acknowledged_at === null).length,
    expired_count: alerts.filter(({ expired_at }) => expired_at !== null).length,
    false_positive_count: alerts.filter(({ false_positive }) => false_positive).length,
    within_goal: bySeverity(alerts.filter(isWithinGoal)),
    by_hour: Array.from({ length: 24 }, (_, hour) => alerts.filter((alert) => hourOf(alert) === hour).length),
    by_channel: tally(alerts.map(({ channel_id }) => channel_id)),
    by_responder: tally(alerts.map(({ acknowledged_by }) => acknowledged_by)),
    sessions: {
      started: sessions.length,
      manual: startedBy("button"),
      auto: startedBy("auto"),
      requested: startedBy("request", "follow_up"),
      completed: completed.length,
      duration_seconds: rising(completed.map(({ duration_seconds }) => duration_seconds))
    }
  }
}

const isWithinGoal = ({ severity, time_to_acknowledge_seconds: taken }: DayAlert): boolean =>
  taken !== null && taken <= ACKNOWLEDGE_GOAL_SECONDS[severity]

const hourOf = ({ alert_created_at }: DayAlert): number => Number(alert_created_at.slice(11, 13))

const bySeverity = (alerts: ReadonlyArray<DayAlert>): Record<CrisisSeverity, number> => {
  const of = (severity: CrisisSeverity) => alerts.filter((alert) => alert.severity === severity).length
  return { low: of("low"), medium: of("medium"), high: of("high"), critical: of("critical") }
}

/** How often each id occurs; ids in rising order, so that the same day is always the same text. */
const tally = (ids: ReadonlyArray<Snowflake | null>): Record<Snowflake, number> => {
  const counts: Record<Snowflake, number> = {}
  for (const id of ids.toSorted()) if (id !== null) counts[id] = (counts[id] ?? 0) + 1
  return counts
}

/** Smallest first. */
export const rising = (values: ReadonlyArray<number>): ReadonlyArray<number> => values.toSorted((a, b) => a - b)

/** The mean in whole seconds; `null` of nothing. */
export const averageOf = (values: ReadonlyArray<number>): number | null =>
  values.length === 0 ? null : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)

/**
 * The value below which the given share (0 to 1) of rising values lies, by nearest rank; `null` of nothing. Half is the
 * median.
 */
export const percentileOf = (values: ReadonlyArray<number>, share: number): number | null =>
  values[Math.max(0, Math.ceil(share * values.length - ROUNDING) - 1)] ?? null

/** What a product of a share in binary may exceed its true value by: 0.55 of a hundred is a little more than 55. */
const ROUNDING = 1e-9

/** Whether the day was written by a service that kept averages only. */
export const isAveragesOnly = ({ by_hour }: DayMetrics): boolean => by_hour.length === 0
