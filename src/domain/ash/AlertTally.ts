/**
 * What can be counted of any number of alerts: how many, how long each took, how many were in time. A day is tallied as a
 * whole and by channel, hour and severity; tallies add up, so a week of days is as exact as its alerts (C26). Pure.
 */
import type { AlertMetrics } from "./AlertMetrics.ts"
import type { CrisisSeverity } from "./Severity.ts"

/** What members were promised: an acknowledgement within this many seconds. */
export const ACKNOWLEDGE_GOAL_SECONDS: Readonly<Record<CrisisSeverity, number>> = {
  critical: 120,
  high: 600,
  medium: 7200,
  low: 7200
}

/** What is counted of an alert: nothing in it says whose it is. */
export type DayAlert = Pick<
  AlertMetrics,
  | "severity"
  | "final_severity"
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

/** What is counted of an alert, and nothing else of what is known of it. */
export const dayAlertOf = (metrics: DayAlert): DayAlert => ({
  severity: metrics.severity,
  final_severity: metrics.final_severity,
  channel_id: metrics.channel_id,
  alert_created_at: metrics.alert_created_at,
  acknowledged_at: metrics.acknowledged_at,
  acknowledged_by: metrics.acknowledged_by,
  expired_at: metrics.expired_at,
  time_to_acknowledge_seconds: metrics.time_to_acknowledge_seconds,
  time_to_ash_seconds: metrics.time_to_ash_seconds,
  time_to_response_seconds: metrics.time_to_response_seconds,
  time_to_resolve_seconds: metrics.time_to_resolve_seconds,
  was_auto_initiated: metrics.was_auto_initiated,
  user_opted_out: metrics.user_opted_out,
  false_positive: metrics.false_positive
})

export interface AlertTally {
  readonly total_alerts: number
  /** All durations in seconds, rising: medians and percentiles of any period are counted from them. */
  readonly acknowledge_seconds: ReadonlyArray<number>
  readonly ash_contact_seconds: ReadonlyArray<number>
  readonly response_seconds: ReadonlyArray<number>
  readonly resolve_seconds: ReadonlyArray<number>
  readonly never_acknowledged_count: number
  /** Alerts acknowledged within the goal of the severity they were opened with. */
  readonly within_goal_count: number
}

export const GROUPINGS = ["severity", "channel", "hour"] as const
export type Grouping = (typeof GROUPINGS)[number]

/** The alerts of a day, tallied by what they share; names in rising order, and only those that occur. */
export type AlertGroups = Readonly<Record<Grouping, Readonly<Record<string, AlertTally>>>>

/** Alerts taken over from another service do not say where the member wrote. */
export const UNKNOWN_CHANNEL = "unknown"

export const tallyOf = (alerts: ReadonlyArray<DayAlert>): AlertTally => {
  const seconds = (of: (alert: DayAlert) => number | null) => rising(alerts.map(of).filter((value) => value !== null))
  return {
    total_alerts: alerts.length,
    acknowledge_seconds: seconds((alert) => alert.time_to_acknowledge_seconds),
    ash_contact_seconds: seconds((alert) => alert.time_to_ash_seconds),
    response_seconds: seconds((alert) => alert.time_to_response_seconds),
    resolve_seconds: seconds((alert) => alert.time_to_resolve_seconds),
    never_acknowledged_count: alerts.filter(({ acknowledged_at }) => acknowledged_at === null).length,
    within_goal_count: alerts.filter(isWithinGoal).length
  }
}

/** The tally of all that these count, none of them twice. */
export const sumOfTallies = (tallies: ReadonlyArray<AlertTally>): AlertTally => {
  const sum = (of: (tally: AlertTally) => number) => tallies.reduce((total, tally) => total + of(tally), 0)
  const all = (of: (tally: AlertTally) => ReadonlyArray<number>) => rising(tallies.flatMap(of))
  return {
    total_alerts: sum((tally) => tally.total_alerts),
    acknowledge_seconds: all((tally) => tally.acknowledge_seconds),
    ash_contact_seconds: all((tally) => tally.ash_contact_seconds),
    response_seconds: all((tally) => tally.response_seconds),
    resolve_seconds: all((tally) => tally.resolve_seconds),
    never_acknowledged_count: sum((tally) => tally.never_acknowledged_count),
    within_goal_count: sum((tally) => tally.within_goal_count)
  }
}

export const groupsOf = (alerts: ReadonlyArray<DayAlert>): AlertGroups => ({
  severity: tallied(alerts, ({ final_severity }) => final_severity),
  channel: tallied(alerts, ({ channel_id }) => channel_id ?? UNKNOWN_CHANNEL),
  hour: tallied(alerts, hourOf)
})

const tallied = (alerts: ReadonlyArray<DayAlert>, nameOf: (alert: DayAlert) => string): Record<string, AlertTally> => {
  const groups = Map.groupBy(alerts, nameOf)
  return Object.fromEntries([...groups.keys()].toSorted().map((name) => [name, tallyOf(groups.get(name) ?? [])]))
}

/** The clock of an alert that was raised began with the severity it was opened with. */
export const isWithinGoal = ({ severity, time_to_acknowledge_seconds: taken }: DayAlert): boolean =>
  taken !== null && taken <= ACKNOWLEDGE_GOAL_SECONDS[severity]

/** The hour of the UTC day, `00` to `23`. */
export const hourOf = ({ alert_created_at }: DayAlert): string => alert_created_at.slice(11, 13)

/** Smallest first. */
export const rising = (values: ReadonlyArray<number>): ReadonlyArray<number> => values.toSorted((a, b) => a - b)
