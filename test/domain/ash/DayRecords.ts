/** Alerts and conversations of a day, one at a time and at random. */
import * as fc from "fast-check"
import type { AlertMetrics } from "#domain/ash/AlertMetrics.ts"
import type { SessionSummary } from "#domain/ash/AshSession.ts"
import { sessionTag } from "#domain/ash/DayMetrics.ts"
import type { RecordedAlert, RecordedSession } from "#domain/ash/ReportPolicy.ts"

export const DATE = "2026-01-05"

export const alertOf = (change: Partial<AlertMetrics> = {}): AlertMetrics => ({
  alert_id: "alert_000000000001",
  alert_message_id: "1100000000000000001",
  user_id: "1100000000000000002",
  channel_id: "1100000000000000003",
  severity: "high",
  channel_sensitivity: 1,
  alert_created_at: `${DATE}T12:00:00Z`,
  acknowledged_at: null,
  ash_contacted_at: null,
  first_response_at: null,
  resolved_at: null,
  expired_at: null,
  time_to_acknowledge_seconds: null,
  time_to_ash_seconds: null,
  time_to_response_seconds: null,
  time_to_resolve_seconds: null,
  was_auto_initiated: false,
  user_opted_out: false,
  false_positive: false,
  guild_id: "1100000000000000004",
  acknowledged_by: null,
  ash_contacted_by: null,
  first_response_by: null,
  resolved_by: null,
  final_severity: change.severity ?? "high",
  signals: 1,
  ...change
})

/** Acknowledged by somebody so many seconds later. */
export const acknowledgedBy = (by: string, seconds: number): Partial<AlertMetrics> => ({
  acknowledged_at: `${DATE}T13:00:00Z`,
  acknowledged_by: by,
  time_to_acknowledge_seconds: seconds
})

export const sessionOf = (change: Partial<SessionSummary> = {}): SessionSummary => ({
  session_id: "1100000000000000002-mk0abc12",
  user_id: "1100000000000000002",
  guild_id: "1100000000000000004",
  alert_id: null,
  started_by: "button",
  started_at: `${DATE}T12:00:00Z`,
  ended_at: `${DATE}T12:05:00Z`,
  ended_by: "idle",
  duration_seconds: 300,
  messages_from_member: 3,
  messages_from_ash: 4,
  human_wanted: false,
  ...change
})

const id = fc.constantFrom("1100000000000000005", "1100000000000000006", "99", "100")
const seconds = fc.option(fc.nat({ max: 20_000 }))
const hour = fc.nat({ max: 23 }).map((hour) => `${DATE}T${String(hour).padStart(2, "0")}:59:59Z`)

/** Alerts with ids of their own. */
export const alerts = (created = hour): fc.Arbitrary<ReadonlyArray<AlertMetrics>> =>
  fc.uniqueArray(
    fc
      .record({
        number: fc.nat({ max: 999 }),
        severity: fc.constantFrom("low", "medium", "high", "critical"),
        final_severity: fc.constantFrom("low", "medium", "high", "critical"),
        channel_id: fc.option(id),
        alert_created_at: created,
        acknowledged_by: fc.option(id),
        acknowledge: seconds,
        time_to_ash_seconds: seconds,
        time_to_response_seconds: seconds,
        time_to_resolve_seconds: seconds,
        expired: fc.boolean(),
        was_auto_initiated: fc.boolean(),
        user_opted_out: fc.boolean(),
        false_positive: fc.boolean()
      })
      .map(({ number, acknowledge, acknowledged_by, expired, ...rest }) =>
        alertOf({
          ...rest,
          alert_id: `alert_${String(number).padStart(12, "0")}`,
          ...(acknowledge === null ? {} : acknowledgedBy(acknowledged_by ?? "100", acknowledge)),
          expired_at: expired ? `${DATE}T23:00:00Z` : null
        })
      ),
    { maxLength: 15, selector: ({ alert_id }) => alert_id }
  )

/** Conversations with ids of their own. */
export const sessions: fc.Arbitrary<ReadonlyArray<SessionSummary>> = fc.uniqueArray(
  fc
    .record({
      number: fc.nat({ max: 999 }),
      started_by: fc.constantFrom("button", "auto", "request", "follow_up"),
      ended_by: fc.constantFrom("idle", "maximum", "member", "unreachable"),
      duration_seconds: fc.nat({ max: 1800 }),
      started_at: hour
    })
    .map(({ number, ...rest }) => sessionOf({ ...rest, session_id: `1100000000000000002-mk0a${1000 + number}` })),
  { maxLength: 15, selector: ({ session_id }) => session_id }
)

/** The same things in some other order. */
export const shuffled = <A>(things: ReadonlyArray<A>): fc.Arbitrary<ReadonlyArray<A>> =>
  fc.shuffledSubarray([...things], { minLength: things.length })

/** Records as a rebuild hands them to their day. */
export const recorded = (alerts: ReadonlyArray<RecordedAlert>, sessions: ReadonlyArray<SessionSummary>) => ({
  alerts,
  sessions: sessions.map((summary): RecordedSession => ({ ...summary, tag: sessionTag(summary.session_id) }))
})
