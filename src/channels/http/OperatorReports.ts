/**
 * The bodies of the routes an operator's command line asks: alerts, who waits, what a record would do, numbers. As with the
 * other reports, what is left out is the point: nobody's words, and no id that says who a member is.
 */
import * as Schema from "effect/Schema"
import type { AlertMetrics } from "#domain/ash/AlertMetrics.ts"
import { rising } from "#domain/ash/AlertTally.ts"
import { averageOf, type DayMetrics, isAveragesOnly, percentileOf } from "#domain/ash/DayMetrics.ts"
import type { OpenAlert } from "#domain/ash/Desk.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import type { Waiting } from "#runtime/ports/ActorStore.ts"
import type { Rehearsal } from "./OperatorViews.ts"
import { iso } from "./Reports.ts"
import { shownId } from "./ShownIds.ts"

const CrisisSeverities = Schema.Literals(["critical", "high", "medium", "low"])
const BySeverity = Schema.Struct({
  critical: Schema.Int,
  high: Schema.Int,
  medium: Schema.Int,
  low: Schema.Int
})

export const AlertReport = Schema.Struct({
  alertId: Schema.String,
  severity: CrisisSeverities,
  state: Schema.Literals(["open", "acknowledged", "resolved", "expired"]),
  openedAt: Schema.String,
  acknowledgedBy: Schema.NullOr(Schema.String).annotate({ description: "The responder's Discord id" }),
  closedAt: Schema.NullOr(Schema.String)
}).annotate({ identifier: "Alert" })

/** The part of a desk's answer that is shown. */
export const OpenAlerts = Schema.Struct({
  open: Schema.Array(
    Schema.Struct({
      alertId: Schema.String,
      severity: CrisisSeverities,
      openedAt: Schema.Number,
      acknowledgedBy: Schema.NullOr(Schema.String)
    })
  )
})

export const WaitingReport = Schema.Struct({
  actor: Schema.String.annotate({ description: "The actor's fingerprint, as in the logs" }),
  type: Schema.String,
  id: Schema.NullOr(Schema.String).annotate({ description: "null where the id says who a person is" }),
  wakeAt: Schema.String
}).annotate({ identifier: "Waiting" })

export const RehearsalReport = Schema.Struct({
  actor: Schema.String,
  type: Schema.String,
  bytes: Schema.Int,
  storedVersion: Schema.NullOr(Schema.Int),
  knownVersion: Schema.Int,
  unreadable: Schema.NullOr(Schema.String).annotate({ description: "Why the record cannot be read, as a code" }),
  state: Schema.Json,
  next: Schema.NullOr(
    Schema.Struct({
      kind: Schema.Literals(["timer", "effect"]),
      name: Schema.String,
      dueAt: Schema.String,
      turn: Schema.NullOr(
        Schema.Union([
          Schema.Struct({
            outcome: Schema.Literal("moves"),
            state: Schema.Json,
            effects: Schema.Array(Schema.String),
            timers: Schema.Array(Schema.String)
          }),
          Schema.Struct({ outcome: Schema.Literal("dropped") }),
          Schema.Struct({ outcome: Schema.Literal("refused"), reason: Schema.String })
        ])
      )
    })
  )
}).annotate({ identifier: "Rehearsal" })

const Spread = Schema.Struct({
  count: Schema.Int,
  averageSeconds: Schema.NullOr(Schema.Int),
  medianSeconds: Schema.NullOr(Schema.Int),
  p90Seconds: Schema.NullOr(Schema.Int)
}).annotate({ identifier: "Spread" })

export const StatsReport = Schema.Struct({
  from: Schema.String,
  to: Schema.String,
  alerts: Schema.Int,
  bySeverity: BySeverity,
  withinGoal: BySeverity,
  acknowledged: Spread,
  ashContact: Spread,
  response: Spread,
  resolved: Spread,
  neverAcknowledged: Schema.Int,
  expired: Schema.Int,
  falsePositives: Schema.Int,
  autoInitiated: Schema.Int,
  averagesOnlyDays: Schema.Int.annotate({ description: "Days of an older service, of which only averages are known" })
}).annotate({ identifier: "Stats" })

export const WeekReport = Schema.Struct({
  week: Schema.String,
  from: Schema.String,
  to: Schema.String,
  text: Schema.String,
  details: Schema.String
}).annotate({ identifier: "WeeklyReport" })

export const PostAccepted = Schema.Struct({ status: Schema.Literal("accepted") })

export const reportOfWaiting = ({ address, wakeAt }: Waiting): typeof WaitingReport.Type => ({
  actor: fingerprint(address),
  type: address.type,
  id: shownId(address),
  wakeAt: iso(wakeAt)
})

export const reportOfOpen = (alert: OpenAlert): typeof AlertReport.Type => ({
  alertId: alert.alertId,
  severity: alert.severity,
  state: alert.acknowledgedBy === null ? "open" : "acknowledged",
  openedAt: iso(alert.openedAt),
  acknowledgedBy: alert.acknowledgedBy,
  closedAt: null
})

export const reportOfMeasured = (alert: AlertMetrics): typeof AlertReport.Type => ({
  alertId: alert.alert_id,
  severity: alert.final_severity,
  state: stateOf(alert),
  openedAt: alert.alert_created_at,
  acknowledgedBy: alert.acknowledged_by,
  closedAt: alert.resolved_at ?? alert.expired_at
})

const stateOf = (alert: AlertMetrics): (typeof AlertReport.Type)["state"] => {
  if (alert.resolved_at !== null) return "resolved"
  if (alert.expired_at !== null) return "expired"
  return alert.acknowledged_at === null ? "open" : "acknowledged"
}

export const reportOfRehearsal = ({
  address,
  known,
  next,
  state,
  ...rest
}: Rehearsal): typeof RehearsalReport.Type => ({
  actor: fingerprint(address),
  type: address.type,
  ...rest,
  knownVersion: known,
  state: state as Schema.Json,
  next:
    next === null
      ? null
      : {
          ...next,
          dueAt: iso(next.dueAt),
          turn: next.turn?.outcome === "moves" ? { ...next.turn, state: next.turn.state as Schema.Json } : next.turn
        }
})

/** Numbers over days in their order; at least one. */
export const statsOf = (days: ReadonlyArray<DayMetrics>): typeof StatsReport.Type => {
  const sum = (of: (day: DayMetrics) => number) => days.reduce((total, day) => total + of(day), 0)
  const each = (of: (day: DayMetrics) => Readonly<Record<CrisisSeverity, number>>) => ({
    critical: sum((day) => of(day).critical),
    high: sum((day) => of(day).high),
    medium: sum((day) => of(day).medium),
    low: sum((day) => of(day).low)
  })
  const spread = (of: (day: DayMetrics) => ReadonlyArray<number>): typeof Spread.Type => {
    const values = rising(days.flatMap(of))
    return {
      count: values.length,
      averageSeconds: averageOf(values),
      medianSeconds: percentileOf(values, 0.5),
      p90Seconds: percentileOf(values, 0.9)
    }
  }
  return {
    from: days[0]?.date ?? "",
    to: days.at(-1)?.date ?? "",
    alerts: sum((day) => day.total_alerts),
    bySeverity: each((day) => day.by_severity),
    withinGoal: each((day) => day.within_goal),
    acknowledged: spread((day) => day.acknowledge_seconds),
    ashContact: spread((day) => day.ash_contact_seconds),
    response: spread((day) => day.response_seconds),
    resolved: spread((day) => day.resolve_seconds),
    neverAcknowledged: sum((day) => day.never_acknowledged_count),
    expired: sum((day) => day.expired_count),
    falsePositives: sum((day) => day.false_positive_count),
    autoInitiated: sum((day) => day.auto_initiated_count),
    averagesOnlyDays: days.filter(isAveragesOnly).length
  }
}
