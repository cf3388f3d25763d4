/**
 * How long each kind of Ash's data lives (M40-M44), as rules over the keys other tools read. Age is counted from the last
 * thing a record tells of, which is also when its time to live began: so cleaning up takes nothing that an intact time to
 * live would have kept, and what a shortened setting no longer allows goes the next night.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { EndsAt, FoundKey, RetentionRule } from "../Retention.ts"
import { parseAlertMetrics } from "./AlertMetrics.ts"
import type { AshPolicy } from "./AshPolicy.ts"
import type { ReportPolicy } from "./ReportPolicy.ts"

const DAY = 86_400_000

/** How long things live, milliseconds. */
export interface RetentionTerms {
  readonly alertMetricsMs: number
  readonly aggregatesMs: number
  readonly historyMs: number
  /** Whose a stored message is. */
  readonly authorsMs: number
  readonly sessionDataMs: number
  /** From an alert's post to the alert. */
  readonly lookUpsMs: number
  /** An alert to which Ash is about to go, from the moment it was to go. */
  readonly pendingMs: number
  /** A no-contact wish that does not say until when; `null` = it stays. */
  readonly optOutMs: number | null
}

/** The terms under the policies of this process. A message lives no longer than its key would (C1). */
export const retentionTerms = (
  ash: AshPolicy,
  { aggregateTtlMs }: Pick<ReportPolicy, "aggregateTtlMs">,
  messageHistoryMs: number
): RetentionTerms => ({
  alertMetricsMs: ash.alerts.metrics.ttlMs,
  aggregatesMs: aggregateTtlMs,
  historyMs: Math.min(messageHistoryMs, ash.history.ttlMs),
  authorsMs: ash.history.ttlMs,
  sessionDataMs: ash.ash.sessionDataTtlMs,
  lookUpsMs: ash.alerts.keepMs,
  pendingMs: ash.alerts.staleAfterMs,
  optOutMs: ash.optOut.ttlMs
})

/** How long the report of a clean-up is kept. */
export const RETENTION_REPORT_TTL_MS = 30 * DAY

/** JSON: what the last clean-up did. */
export const RETENTION_REPORT_KEY = "ash:retention:last"

const ID = /^[0-9]{1,20}$/
const NAME = /^[\w-]{1,100}$/
const DATE = /^\d{4}-\d\d-\d\d$/

/** The rules under these terms. No two of them share a key. */
export const ashRetentionRules = (terms: RetentionTerms): ReadonlyArray<RetentionRule> => {
  const { aggregatesMs, alertMetricsMs, authorsMs, historyMs, lookUpsMs, optOutMs, pendingMs, sessionDataMs } = terms
  return [
    scored("message_history", "ash:history:", /^[0-9]{1,20}:[0-9]{1,20}$/, historyMs),
    text("message_authors", "ash:message:", ID, authorsMs, unsaid),
    text("alert_metrics", "ash:metrics:alert:", NAME, alertMetricsMs, after(alertMetricsMs, lastOfAlert)),
    scored("alert_index", "ash:metrics:alerts:", DATE, alertMetricsMs),
    text("alert_lookups", "ash:metrics:alert_lookup:", ID, lookUpsMs, unsaid),
    text("daily_aggregates", "ash:metrics:daily:", DATE, aggregatesMs, after(aggregatesMs, endOfDay)),
    text("session_data", "ash:session:meta:", NAME, sessionDataMs, after(sessionDataMs, field("ended_at"))),
    {
      ...text("session_notes", "ash:session:notes:", NAME, sessionDataMs, after(sessionDataMs, field("at"))),
      shape: "list"
    },
    text(
      "follow_ups",
      "ash:followup:",
      /^(?:scheduled|last|pending):[0-9]{1,20}$/,
      sessionDataMs,
      after(sessionDataMs, field("due_at", "asked_at"))
    ),
    text("pending_alerts", "ash:pending_alert:", ID, pendingMs, after(pendingMs, field("due_at"))),
    text("opt_outs", "ash:optout:", ID, optOutMs, endOfOptOut),
    text("retention_reports", "ash:retention:", /^last$/, RETENTION_REPORT_TTL_MS, unsaid)
  ]
}

const text = (
  dataType: string,
  prefix: string,
  rest: RegExp,
  ttlMs: number | null,
  endsAt: (found: FoundKey) => EndsAt
) => ({ dataType, prefix, rest, ttlMs, endsAt, shape: "text" }) as const

const scored = (dataType: string, prefix: string, rest: RegExp, entriesMs: number): RetentionRule => ({
  ...{ dataType, prefix, rest, entriesMs },
  ttlMs: entriesMs,
  shape: "sortedSet"
})

const unsaid = (): EndsAt => null

const after =
  (keepMs: number, moment: (found: FoundKey) => number | null) =>
  (found: FoundKey): EndsAt => {
    const at = moment(found)
    return at === null ? null : at + keepMs
  }

/** The first of the JSON object's fields that is a time. */
const field =
  (...names: ReadonlyArray<string>) =>
  ({ text }: FoundKey): number | null => {
    const found = objectOf(text)
    for (const name of names) {
      const at = timeOf(found?.[name])
      if (at !== null) return at
    }
    return null
  }

/** The last thing that happened to the alert. */
const lastOfAlert = ({ text }: FoundKey): number | null => {
  const metrics = text === null ? null : parseAlertMetrics(text)
  if (metrics === null) return null
  const { acknowledged_at, alert_created_at, ash_contacted_at, expired_at, first_response_at, resolved_at } = metrics
  const times = [alert_created_at, acknowledged_at, ash_contacted_at, first_response_at, resolved_at, expired_at]
  return Math.max(...times.flatMap((time) => timeOf(time) ?? []))
}

const endOfDay = ({ key }: FoundKey): number | null => {
  const midnight = timeOf(key.slice(-"YYYY-MM-DD".length))
  return midnight === null ? null : midnight + DAY
}

/** `until: null` says for good (C28). One that does not say is given the usual time, if there is one. */
const endOfOptOut = ({ text }: FoundKey): EndsAt => {
  const found = objectOf(text)
  return found?.["until"] === null ? "never" : timeOf(found?.["until"])
}

const objectOf = (text: string | null): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text ?? "null")
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

/** Epoch milliseconds of an ISO time or date; without a zone it is UTC (C7). `null` when it is none. */
const timeOf = (value: unknown): number | null => {
  if (typeof value !== "string" || !/^\d{4}-\d\d-\d\d/.test(value)) return null
  const zoned = /^\d{4}-\d\d-\d\d$|(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`
  return Option.getOrNull(Option.map(DateTime.make(zoned), DateTime.toEpochMillis))
}
