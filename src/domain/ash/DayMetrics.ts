/**
 * A day of the crisis desk in numbers, in the documented shape: JSON at `ash:metrics:daily:{date}` (M12, M13). It is a pure
 * function of the alerts created and the sessions begun on that UTC day, so it can be counted anew at any time and comes
 * out the same in whatever order, and however often, they are told (C27). The fields beyond the documented ones are what a
 * week needs to be exact: sums and counts instead of averages of averages, hours, responders (C26).
 */
import {
  type AlertGroups,
  type AlertTally,
  type DayAlert,
  groupsOf,
  hourOf,
  isWithinGoal,
  rising,
  tallyOf
} from "./AlertTally.ts"
import type { AshSessionId, SessionSummary } from "./AshSession.ts"
import type { CrisisSeverity } from "./Severity.ts"
import type { Snowflake } from "./Snowflake.ts"

export const dayMetricsKey = (date: string): string => `ash:metrics:daily:${date}`

export interface DayMetrics extends Omit<AlertTally, "within_goal_count"> {
  /** `YYYY-MM-DD`, UTC. */
  readonly date: string
  /** As grave as an alert became: raised by later messages, or set by a responder. */
  readonly by_severity: Readonly<Record<CrisisSeverity, number>>
  /** Whole seconds; `null` when there is nothing to average. */
  readonly avg_acknowledge_seconds: number | null
  readonly avg_ash_contact_seconds: number | null
  readonly avg_response_seconds: number | null
  readonly avg_resolve_seconds: number | null
  readonly auto_initiated_count: number
  readonly user_optout_count: number

  /** By the severity an alert was opened with. */
  readonly by_opening_severity: Readonly<Record<CrisisSeverity, number>>
  readonly expired_count: number
  readonly false_positive_count: number
  /** Alerts acknowledged within the goal of the severity they were opened with, by that severity. */
  readonly within_goal: Readonly<Record<CrisisSeverity, number>>
  /** Alerts created in each hour of the UTC day; empty where only averages are known. */
  readonly by_hour: ReadonlyArray<number>
  readonly by_channel: Readonly<Record<Snowflake, number>>
  /** Acknowledgements by responder. */
  readonly by_responder: Readonly<Record<Snowflake, number>>
  /** `null` in a document that was written before there were any. */
  readonly groups: AlertGroups | null
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

/** What a day counts of a conversation with Ash. */
export type DaySession = Pick<SessionSummary, "started_at" | "started_by" | "ended_by" | "duration_seconds">

const FNV_PRIME = 0x100000001b3n
const FNV_OFFSET = 0xcbf29ce484222325n

/** What a day knows a conversation by: FNV-1a of 64 bits of its id, which names the member. */
export const sessionTag = (sessionId: AshSessionId): string => {
  let hash = FNV_OFFSET
  for (const letter of sessionId) {
    hash = BigInt.asUintN(64, (hash ^ BigInt(letter.charCodeAt(0))) * FNV_PRIME)
  }
  return hash.toString(36)
}

/** Counts a day. Records of other days, and older versions of one alert or session, must not be among them. */
export const dayMetrics = (
  date: string,
  alerts: ReadonlyArray<DayAlert>,
  sessions: ReadonlyArray<DaySession>
): DayMetrics => {
  const { total_alerts, within_goal_count: _, ...overall } = tallyOf(alerts)
  const startedBy = (...by: ReadonlyArray<DaySession["started_by"]>) =>
    sessions.filter(({ started_by }) => by.includes(started_by)).length
  const completed = sessions.filter(({ ended_by }) => ended_by !== "unreachable")
  return {
    date,
    total_alerts,
    by_severity: count(alerts.map(({ final_severity }) => final_severity)),
    avg_acknowledge_seconds: averageOf(overall.acknowledge_seconds),
    avg_ash_contact_seconds: averageOf(overall.ash_contact_seconds),
    avg_response_seconds: averageOf(overall.response_seconds),
    avg_resolve_seconds: averageOf(overall.resolve_seconds),
    auto_initiated_count: alerts.filter(({ was_auto_initiated }) => was_auto_initiated).length,
    user_optout_count: alerts.filter(({ user_opted_out }) => user_opted_out).length,
    ...overall,
    by_opening_severity: count(alerts.map(({ severity }) => severity)),
    expired_count: alerts.filter(({ expired_at }) => expired_at !== null).length,
    false_positive_count: alerts.filter(({ false_positive }) => false_positive).length,
    within_goal: count(alerts.filter(isWithinGoal).map(({ severity }) => severity)),
    by_hour: Array.from({ length: 24 }, (_, hour) => alerts.filter((alert) => Number(hourOf(alert)) === hour).length),
    by_channel: tally(alerts.map(({ channel_id }) => channel_id)),
    by_responder: tally(alerts.map(({ acknowledged_by }) => acknowledged_by)),
    groups: groupsOf(alerts),
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

const count = (severities: ReadonlyArray<CrisisSeverity>): Record<CrisisSeverity, number> => {
  const of = (severity: CrisisSeverity) => severities.filter((one) => one === severity).length
  return { low: of("low"), medium: of("medium"), high: of("high"), critical: of("critical") }
}

/** How often each id occurs; ids in rising order, so that the same day is always the same text. */
const tally = (ids: ReadonlyArray<Snowflake | null>): Record<Snowflake, number> => {
  const counts: Record<Snowflake, number> = {}
  for (const id of ids.toSorted()) if (id !== null) counts[id] = (counts[id] ?? 0) + 1
  return counts
}

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
