/**
 * How a day takes in what it is told: pure functions from context to context. The order of what comes, and how often it
 * comes, makes no difference to the numbers (C27).
 */
import { type DayAlert, dayAlertOf } from "#domain/ash/AlertTally.ts"
import { type DayMetrics, dayMetrics, type DaySession, sessionTag } from "#domain/ash/DayMetrics.ts"
import type { MetricsDayEvent, Rebuilt } from "#domain/ash/ReportPolicy.ts"
import { type KnownAlert, MAX_ALERTS, MAX_SESSIONS, type MetricsDayContext, type MetricsDayInput } from "./schema.ts"

type Context = MetricsDayContext
type Change = Partial<Context>
type Heard<Type extends MetricsDayEvent["type"]> = Extract<MetricsDayEvent, { readonly type: Type }>

/** A day that was told nothing yet. */
export const newborn = ({ date }: MetricsDayInput): Context => ({
  date,
  alerts: {},
  sessions: {},
  changes: 0,
  refused: 0
})

/** Takes over an alert's metrics, unless newer ones are known. */
export const alertMeasured = (context: Context, { metrics, version }: Heard<"ALERT_MEASURED">): Change => {
  const { alerts } = context
  const known = own(alerts, metrics.alert_id)
  if (!isOf(context, metrics.alert_created_at)) return refuse(context)
  if (known === undefined && isFull(alerts, MAX_ALERTS)) return refuse(context)
  if (known !== undefined && known.version >= version) return {}
  return { alerts: { ...alerts, [metrics.alert_id]: alertOf(metrics, version) }, changes: context.changes + 1 }
}

/** Takes over a conversation; of two accounts of one, the longer. */
export const sessionMeasured = (context: Context, { summary }: Heard<"SESSION_MEASURED">): Change => {
  const { sessions } = context
  const tag = sessionTag(summary.session_id)
  const known = own(sessions, tag)
  if (!isOf(context, summary.started_at)) return refuse(context)
  if (known === undefined && isFull(sessions, MAX_SESSIONS)) return refuse(context)
  if (known !== undefined && known.duration_seconds >= summary.duration_seconds) return {}
  return { sessions: { ...sessions, [tag]: sessionOf(summary) }, changes: context.changes + 1 }
}

/**
 * What the records say of their alerts and conversations counts; of others, what was told of them. An alert that is known
 * keeps its version, so that an older one stays old.
 */
export const rebuilt = (context: Context, heard: Heard<"REBUILT">): Change => {
  const alerts = { ...context.alerts }
  const sessions = { ...context.sessions }
  let { refused } = context
  for (const alert of heard.alerts) {
    const known = own(alerts, alert.alert_id)
    if (!isOf(context, alert.alert_created_at) || (known === undefined && isFull(alerts, MAX_ALERTS))) refused++
    else alerts[alert.alert_id] = alertOf(alert, known?.version ?? 0)
  }
  for (const session of heard.sessions) {
    const known = own(sessions, session.tag)
    if (!isOf(context, session.started_at) || (known === undefined && isFull(sessions, MAX_SESSIONS))) refused++
    else sessions[session.tag] = sessionOf(session)
  }
  return { alerts, sessions, refused, changes: context.changes + 1 }
}

/** How the day stands after a rebuild, or without one. */
export const standing = ({ alerts, sessions, changes }: Context, rebuilt: boolean): Rebuilt => ({
  rebuilt,
  changes,
  alerts: Object.keys(alerts).length,
  sessions: Object.keys(sessions).length
})

/** The numbers of the day as it is known. */
export const numbers = ({ date, alerts, sessions }: Context): DayMetrics =>
  dayMetrics(date, Object.values(alerts), Object.values(sessions))

/** Records belong to the UTC day of their beginning, to its last millisecond. */
const isOf = ({ date }: Context, beginning: string): boolean => beginning.slice(0, 10) === date

const refuse = ({ refused }: Context): Change => ({ refused: refused + 1 })

const isFull = (records: object, most: number): boolean => Object.keys(records).length >= most

const own = <A>(records: Readonly<Record<string, A>>, id: string): A | undefined =>
  Object.hasOwn(records, id) ? records[id] : undefined

const alertOf = (metrics: DayAlert, version: number): KnownAlert => ({ version, ...dayAlertOf(metrics) })

const sessionOf = ({ started_at, started_by, ended_by, duration_seconds }: DaySession): DaySession => ({
  started_at,
  started_by,
  ended_by,
  duration_seconds
})
