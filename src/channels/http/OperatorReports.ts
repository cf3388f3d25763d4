/**
 * The bodies of the routes an operator's command line asks: alerts, who waits, what a record would do, the week's report. As
 * with the other reports, what is left out is the point: nobody's words, and no id that says who a member is.
 */
import * as Schema from "effect/Schema"
import type { AlertMetrics } from "#domain/ash/AlertMetrics.ts"
import type { OpenAlert } from "#domain/ash/Desk.ts"
import { fingerprint } from "#runtime/Fingerprint.ts"
import type { Waiting } from "#runtime/ports/ActorStore.ts"
import type { Rehearsal } from "./OperatorViews.ts"
import { iso } from "./Reports.ts"
import { shownId } from "./ShownIds.ts"

const CrisisSeverities = Schema.Literals(["critical", "high", "medium", "low"])
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
