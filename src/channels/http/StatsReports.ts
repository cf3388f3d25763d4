/**
 * The numbers of some days as an operator is told them: as a whole, by one thing they share, and what a rebuild came to.
 * Counts and seconds, dates and channel ids: nobody's words, and no id of a person.
 */
import * as Schema from "effect/Schema"
import { type AlertTally, type Grouping, rising, sumOfTallies } from "#domain/ash/AlertTally.ts"
import { averageOf, type DayMetrics, isAveragesOnly, percentileOf } from "#domain/ash/DayMetrics.ts"
import { type CrisisSeverity, SEVERITIES } from "#domain/ash/Severity.ts"

const BySeverity = Schema.Struct({
  critical: Schema.Int,
  high: Schema.Int,
  medium: Schema.Int,
  low: Schema.Int
})

const Spread = Schema.Struct({
  count: Schema.Int,
  averageSeconds: Schema.NullOr(Schema.Int),
  medianSeconds: Schema.NullOr(Schema.Int),
  p90Seconds: Schema.NullOr(Schema.Int)
}).annotate({ identifier: "Spread" })

/** What numbers may be told by. */
export const By = Schema.Literals(["channel", "hour", "day", "severity"])

export const GroupReport = Schema.Struct({
  name: Schema.String.annotate({
    description: "A channel's id or `unknown`, an hour `00` to `23` (UTC), a date, or a severity"
  }),
  alerts: Schema.Int,
  withinGoal: Schema.Int,
  neverAcknowledged: Schema.Int,
  acknowledged: Spread,
  ashContact: Spread,
  response: Spread,
  resolved: Spread
}).annotate({ identifier: "StatsGroup" })

export const StatsReport = Schema.Struct({
  from: Schema.String,
  to: Schema.String,
  measuring: Schema.Boolean.annotate({
    description: "false: `BOT_METRICS_ENABLED` is off, and nothing new is counted"
  }),
  alerts: Schema.Int,
  bySeverity: BySeverity.annotate({
    description: "As grave as alerts became: raised by later messages, or set by a responder"
  }),
  openedAs: BySeverity.annotate({ description: "By the severity alerts were opened with" }),
  withinGoal: BySeverity.annotate({
    description:
      "Acknowledged within 2 min (critical), 10 min (high) or 2 h, by the severity they were opened with: that is when the clock began"
  }),
  acknowledged: Spread,
  ashContact: Spread,
  response: Spread,
  resolved: Spread,
  neverAcknowledged: Schema.Int,
  expired: Schema.Int,
  falsePositives: Schema.Int,
  autoInitiated: Schema.Int,
  averagesOnlyDays: Schema.Int.annotate({ description: "Days of an older service, of which only averages are known" }),
  groups: Schema.NullOr(
    Schema.Struct({
      by: By,
      rows: Schema.Array(GroupReport),
      daysLeftOut: Schema.Int.annotate({
        description: "Days with alerts of which only the whole is known: none of them is in the rows"
      })
    })
  ).annotate({ description: "null unless `by` was asked for" })
}).annotate({ identifier: "Stats" })

/** What is told of alerts that share something. */
export type Group = typeof GroupReport.Type
type Stats = typeof StatsReport.Type

const nothing = { count: 0, averageSeconds: null, medianSeconds: null, p90Seconds: null }
const once = (seconds: number) => ({
  ...{ count: 1, averageSeconds: seconds, medianSeconds: seconds, p90Seconds: seconds }
})
const times = {
  acknowledged: { count: 2, averageSeconds: 450, medianSeconds: 120, p90Seconds: 780 },
  ...{ ashContact: nothing, response: once(180), resolved: once(3600) }
}

/** A day with two alerts, for the description of the API. */
export const EXAMPLE_GROUP: Group = { name: "2026-11-20", alerts: 2, withinGoal: 1, neverAcknowledged: 0, ...times }
export const EXAMPLE: Stats = {
  ...{ from: "2026-11-20", to: "2026-11-20", measuring: true, alerts: 2 },
  bySeverity: { critical: 1, high: 1, medium: 0, low: 0 },
  openedAs: { critical: 0, high: 2, medium: 0, low: 0 },
  withinGoal: { critical: 0, high: 1, medium: 0, low: 0 },
  ...{ ...times, neverAcknowledged: 0, expired: 0, falsePositives: 0, autoInitiated: 0, averagesOnlyDays: 0 },
  groups: { by: "day", rows: [EXAMPLE_GROUP], daysLeftOut: 0 }
}

const spreadOf = (values: ReadonlyArray<number>): typeof Spread.Type => ({
  count: values.length,
  averageSeconds: averageOf(values),
  medianSeconds: percentileOf(values, 0.5),
  p90Seconds: percentileOf(values, 0.9)
})

const reportOfGroup = (name: string, tally: AlertTally): Group => ({
  name,
  alerts: tally.total_alerts,
  withinGoal: tally.within_goal_count,
  neverAcknowledged: tally.never_acknowledged_count,
  acknowledged: spreadOf(tally.acknowledge_seconds),
  ashContact: spreadOf(tally.ash_contact_seconds),
  response: spreadOf(tally.response_seconds),
  resolved: spreadOf(tally.resolve_seconds)
})

const wholeDay = (day: DayMetrics): AlertTally => ({
  ...day,
  within_goal_count: Object.values(day.within_goal).reduce((sum, kept) => sum + kept, 0)
})

/** Names that have a row even where nothing happened, in the order of the rows; channels have none. */
const NAMES: Readonly<Record<Grouping, ReadonlyArray<string>>> = {
  severity: SEVERITIES.filter((severity) => severity !== "safe").toReversed(),
  hour: Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0")),
  channel: []
}

/** The numbers of days by what their alerts share; channels with most alerts first. */
export const groupsOf = (days: ReadonlyArray<DayMetrics>, by: typeof By.Type): NonNullable<Stats["groups"]> => {
  if (by === "day") {
    return { by, rows: days.map((day) => reportOfGroup(day.date, wholeDay(day))), daysLeftOut: 0 }
  }
  const known = days.flatMap(({ groups }) => (groups === null ? [] : [groups[by]]))
  const found = Map.groupBy(
    known.flatMap((day) => Object.entries(day)),
    ([name]) => name
  )
  const row = (name: string): Group =>
    reportOfGroup(name, sumOfTallies((found.get(name) ?? []).map(([, tally]) => tally)))
  const others = [...found.keys()].filter((name) => !NAMES[by].includes(name)).map(row)
  const daysLeftOut = days.filter(({ groups, total_alerts }) => groups === null && total_alerts > 0).length
  return { by, rows: [...NAMES[by].map(row), ...others.toSorted(busiestFirst)], daysLeftOut }
}

const busiestFirst = (one: Group, other: Group): number => other.alerts - one.alerts || (one.name < other.name ? -1 : 1)

/** Numbers over days in their order; at least one. */
export const statsOf = (
  days: ReadonlyArray<DayMetrics>,
  { by, measuring }: { readonly by: typeof By.Type | undefined; readonly measuring: boolean }
): Stats => {
  const sum = (of: (day: DayMetrics) => number) => days.reduce((total, day) => total + of(day), 0)
  const each = (of: (day: DayMetrics) => Readonly<Record<CrisisSeverity, number>>) => ({
    critical: sum((day) => of(day).critical),
    high: sum((day) => of(day).high),
    medium: sum((day) => of(day).medium),
    low: sum((day) => of(day).low)
  })
  const spread = (of: (day: DayMetrics) => ReadonlyArray<number>) => spreadOf(rising(days.flatMap(of)))
  return {
    from: days[0]?.date ?? "",
    to: days.at(-1)?.date ?? "",
    measuring,
    alerts: sum((day) => day.total_alerts),
    bySeverity: each((day) => day.by_severity),
    openedAs: each((day) => day.by_opening_severity),
    withinGoal: each((day) => day.within_goal),
    acknowledged: spread((day) => day.acknowledge_seconds),
    ashContact: spread((day) => day.ash_contact_seconds),
    response: spread((day) => day.response_seconds),
    resolved: spread((day) => day.resolve_seconds),
    neverAcknowledged: sum((day) => day.never_acknowledged_count),
    expired: sum((day) => day.expired_count),
    falsePositives: sum((day) => day.false_positive_count),
    autoInitiated: sum((day) => day.auto_initiated_count),
    averagesOnlyDays: days.filter(isAveragesOnly).length,
    groups: by === undefined ? null : groupsOf(days, by)
  }
}
