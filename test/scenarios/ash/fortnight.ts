/**
 * A fortnight of the crisis desk that always comes to the same numbers: what its turns have left in a store, and the report
 * of its second week, letter by letter. The layout is the source document's.
 */
import { type AlertMetrics, alertMetricsKey, alertsOfDayKey } from "#domain/ash/AlertMetrics.ts"
import type { SessionSummary } from "#domain/ash/AshSession.ts"
import { dayMetrics, dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import { weekBefore } from "#domain/ash/ReportCalendar.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import type { Projection } from "#domain/Projection.ts"
import { alertOf, sessionOf } from "#test/domain/ash/DayRecords.ts"
import { ASH, RESPONDERS } from "#test/harness/AshGuild.ts"

interface Alert {
  /** Of the fortnight, the first is 0. */
  readonly day: number
  readonly hour: number
  readonly severity: CrisisSeverity
  /** Seconds to each, if it came. */
  readonly acknowledged?: readonly [responder: number, seconds: number]
  readonly ash?: number
  readonly response?: number
  readonly optedOut?: boolean
}

const ALERTS: ReadonlyArray<Alert> = [
  // The week before, of which nothing may be counted.
  { day: 0, hour: 5, severity: "critical", acknowledged: [4, 4000], ash: 4000, response: 4000 },
  { day: 3, hour: 5, severity: "critical", acknowledged: [4, 4000], ash: 4000, response: 4000 },
  { day: 6, hour: 5, severity: "critical", acknowledged: [4, 4000], optedOut: true },
  // The week of the report.
  { day: 7, hour: 22, severity: "high", acknowledged: [0, 165], ash: 60, response: 510 },
  { day: 8, hour: 3, severity: "low", acknowledged: [1, 100], optedOut: true },
  { day: 9, hour: 22, severity: "medium", acknowledged: [0, 245], response: 500 },
  { day: 9, hour: 8, severity: "medium", acknowledged: [1, 165] },
  { day: 11, hour: 22, severity: "critical", acknowledged: [0, 60], ash: 84, response: 520 },
  { day: 13, hour: 14, severity: "low", acknowledged: [2, 165] },
  { day: 13, hour: 23, severity: "medium" }
]

const SESSIONS: ReadonlyArray<readonly [day: number, Partial<SessionSummary>]> = [
  [6, { started_by: "button", duration_seconds: 4000 }],
  [7, { started_by: "button", duration_seconds: 700 }],
  [11, { started_by: "auto", duration_seconds: 770 }],
  [12, { started_by: "button", duration_seconds: 3, ended_by: "unreachable" }]
]

const put = (key: string, value: unknown): Projection => ({
  ...{ op: "put", key, value: JSON.stringify(value), ttlMs: null }
})

const index = (date: string, { alert_id, alert_created_at }: AlertMetrics): Projection => ({
  ...{ op: "addToSortedSet", key: alertsOfDayKey(date), score: Date.parse(alert_created_at) / 1000, member: alert_id },
  ...{ keep: null, minScore: null, ttlMs: null, replaces: null }
})

const measured = ({ acknowledged, ash, day, hour, optedOut, response, severity }: Alert, date: string): AlertMetrics =>
  alertOf({
    alert_id: `alert_${String(day * 100 + hour).padStart(12, "0")}`,
    alert_created_at: `${date}T${String(hour).padStart(2, "0")}:30:00Z`,
    ...{ severity, final_severity: severity, guild_id: ASH.guild, user_id: ASH.mia },
    ...(acknowledged === undefined
      ? {}
      : { acknowledged_by: RESPONDERS[acknowledged[0]] ?? null, acknowledged_at: `${date}T23:50:00Z` }),
    ...{ time_to_acknowledge_seconds: acknowledged?.[1] ?? null, time_to_ash_seconds: ash ?? null },
    ...{ time_to_response_seconds: response ?? null, user_opted_out: optedOut ?? false }
  })

/** What a store holds of the fortnight before `date`: alerts, their indexes, the days' documents. Nothing expires. */
export const fortnightBefore = (date: string): ReadonlyArray<Projection> => {
  const second = weekBefore(date)
  return [...weekBefore(second[0] ?? ""), ...second].flatMap((date, day) => {
    const alerts = ALERTS.filter((alert) => alert.day === day).map((alert) => measured(alert, date))
    const sessions = SESSIONS.filter((session) => session[0] === day).map(([, session]) => sessionOf(session))
    return [
      put(dayMetricsKey(date), dayMetrics(date, alerts, sessions)),
      ...alerts.flatMap((alert) => [put(alertMetricsKey(alert.alert_id), alert), index(date, alert)])
    ]
  })
}

const inWords = (date: string, year: boolean): string =>
  new Intl.DateTimeFormat("en-US", {
    ...{ timeZone: "UTC", month: "long", day: "numeric" },
    ...(year ? { year: "numeric" } : {})
  }).format(new Date(date))

/** The report posted on the Monday `date`. `name` is how a responder is called, by place. */
export const reportOn = (
  date: string,
  name = (place: number): string => `@responder-${place - 1}`
): ReadonlyArray<string> => {
  const [first = "", last = ""] = [weekBefore(date)[0], weekBefore(date).at(-1)]
  const week = `Week of ${inWords(first, first.slice(0, 4) !== last.slice(0, 4))} - ${inWords(last, true)}`
  return `═══════════════════════════════════════════════════════════
📊 Weekly Crisis Response Report
${week}
═══════════════════════════════════════════════════════════

📈 ALERT SUMMARY
────────────────────────────────────────────────────────────
Total Alerts:           7
├─ 🔴 Critical:         1
├─ 🟠 High:             1
├─ 🟡 Medium:           3
└─ 🟢 Low:              2

⏱️ RESPONSE TIMES
────────────────────────────────────────────────────────────
Avg. Time to Acknowledge:    2m 30s
Avg. Time to Ash Contact:    1m 12s
Avg. Time to Human Response: 8m 30s

🤖 ASH ENGAGEMENT
────────────────────────────────────────────────────────────
Ash Sessions Started:         3
├─ Manual (button):          2
├─ Auto-initiated:           1
└─ User Opted Out:           1

Sessions Completed:           2
Avg. Session Duration:       12m 15s

📅 BUSIEST TIMES
────────────────────────────────────────────────────────────
Peak Day:    Wednesday (2 alerts)
Peak Hour:   10 PM - 11 PM (3 alerts)

🏆 CRT RESPONDERS
────────────────────────────────────────────────────────────
1. ${name(1)} - 3 acknowledgments
2. ${name(2)} - 2 acknowledgments
3. ${name(3)} - 1 acknowledgment

═══════════════════════════════════════════════════════════
Generated by Ash-Bot v5.0 | The Alphabet Cartel
═══════════════════════════════════════════════════════════`.split("\n")
}
