/**
 * What is measured of one alert, in the documented shape: JSON at `ash:metrics:alert:{id}` (M1-M11), written by the
 * alert's own turns, with an index of each day from which that day's numbers are counted (C27). It holds ids, times and
 * severities, never words of the member (C8). The writer is strict, the reader tolerant: another service wrote these too.
 */
import * as DateTime from "effect/DateTime"
import * as Option from "effect/Option"
import type { AlertId } from "./Alert.ts"
import { type CrisisSeverity, isCrisis, parseSeverity } from "./Severity.ts"
import { isSnowflake, type Snowflake } from "./Snowflake.ts"

export const alertMetricsKey = (alertId: AlertId): string => `ash:metrics:alert:${alertId}`

/** From the alert's post to its id. */
export const alertLookupKey = (postMessageId: Snowflake): string => `ash:metrics:alert_lookup:${postMessageId}`

/** There while Ash is about to go by itself; named after the member's message. Holds a `PendingAlert`. */
export const pendingAlertKey = (messageId: Snowflake): string => `ash:pending_alert:${messageId}`

/** Sorted set of the ids of the alerts created on that UTC day; score = second of creation. */
export const alertsOfDayKey = (date: string): string => `ash:metrics:alerts:${date}`

/** The UTC day of a moment in epoch milliseconds, `YYYY-MM-DD`. */
export const dayOf = (at: number): string => DateTime.formatIsoDateUtc(DateTime.makeUnsafe(at))

/** Whether it is a day as `dayOf` writes it. */
export const isDate = (text: string): boolean =>
  /^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(text) &&
  Option.exists(DateTime.make(text), (day) => DateTime.formatIsoDateUtc(day) === text)

/** A moment in epoch milliseconds as the records write it: `2026-01-05T12:00:00Z`, cut to the second. */
export const isoSecond = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at)).replace(/\.[0-9]+Z$/, "Z")

/** Whole seconds from one moment to another, both in epoch milliseconds; never below 0. */
export const secondsBetween = (from: number, to: number): number => Math.max(0, Math.floor((to - from) / 1000))

/** Times are ISO 8601 in UTC, to the second; ids are strings (C5); `null` where there is nothing yet. */
export interface AlertMetrics {
  readonly alert_id: AlertId
  /** The alert's post; `null` until it stands. */
  readonly alert_message_id: Snowflake | null
  /** `null` when the person was forgotten. */
  readonly user_id: Snowflake | null
  /** Where the member wrote. */
  readonly channel_id: Snowflake | null
  /** When the alert was opened. */
  readonly severity: CrisisSeverity
  readonly channel_sensitivity: number

  readonly alert_created_at: string
  readonly acknowledged_at: string | null
  /** When Ash was asked to write to the member, by a click or by itself (M2). */
  readonly ash_contacted_at: string | null
  /** The first message of a person in the alert's thread (M3). */
  readonly first_response_at: string | null
  readonly resolved_at: string | null
  /** When time closed it: nobody resolved it (B32). */
  readonly expired_at: string | null

  readonly time_to_acknowledge_seconds: number | null
  readonly time_to_ash_seconds: number | null
  readonly time_to_response_seconds: number | null
  readonly time_to_resolve_seconds: number | null

  readonly was_auto_initiated: boolean
  readonly user_opted_out: boolean
  readonly false_positive: boolean

  readonly guild_id: Snowflake | null
  readonly acknowledged_by: Snowflake | null
  /** `null` when Ash went by itself (C30). */
  readonly ash_contacted_by: Snowflake | null
  readonly first_response_by: Snowflake | null
  readonly resolved_by: Snowflake | null
  /** As it stands: raised by later messages, or set by a responder (B19). */
  readonly final_severity: CrisisSeverity
  /** Messages of the member that belong to it. */
  readonly signals: number
}

/** The value at `pendingAlertKey`: Ash goes to this member at `due_at` unless somebody acknowledges before. */
export interface PendingAlert {
  readonly alert_id: AlertId
  readonly user_id: Snowflake
  readonly guild_id: Snowflake
  readonly channel_id: Snowflake
  readonly severity: CrisisSeverity
  readonly due_at: string
}

/**
 * Reads a record, of this service or an older one: ids may be JSON numbers of any size, times may lack their zone (UTC
 * then, C7), what is missing is `null`, and missing durations are counted from the times. `null` when there is no
 * telling which alert it is, how severe, or when it was created.
 */
export const parseAlertMetrics = (text: string): AlertMetrics | null => {
  const found = parseObject(text)
  if (found === null) return null
  const { alert_id } = found
  const severity = severityOf(found["severity"])
  const created = timeOf(found["alert_created_at"])
  if (typeof alert_id !== "string" || alert_id === "" || severity === null || created === null) return null
  const time = (field: string): string | null => {
    const at = timeOf(found[field])
    return at === null ? null : isoSecond(at)
  }
  const duration = (field: string, until: string): number | null => {
    const to = timeOf(found[until])
    return naturalOf(found[field]) ?? (to === null ? null : secondsBetween(created, to))
  }
  const id = (field: string): Snowflake | null => idOf(found[field])
  const sensitivity = found["channel_sensitivity"]
  return {
    alert_id,
    alert_message_id: id("alert_message_id"),
    user_id: id("user_id"),
    channel_id: id("channel_id"),
    severity,
    channel_sensitivity: typeof sensitivity === "number" && sensitivity > 0 ? sensitivity : 1,
    alert_created_at: isoSecond(created),
    acknowledged_at: time("acknowledged_at"),
    ash_contacted_at: time("ash_contacted_at"),
    first_response_at: time("first_response_at"),
    resolved_at: time("resolved_at"),
    expired_at: time("expired_at"),
    time_to_acknowledge_seconds: duration("time_to_acknowledge_seconds", "acknowledged_at"),
    time_to_ash_seconds: duration("time_to_ash_seconds", "ash_contacted_at"),
    time_to_response_seconds: duration("time_to_response_seconds", "first_response_at"),
    time_to_resolve_seconds: duration("time_to_resolve_seconds", "resolved_at"),
    was_auto_initiated: found["was_auto_initiated"] === true,
    user_opted_out: found["user_opted_out"] === true,
    false_positive: found["false_positive"] === true,
    guild_id: id("guild_id"),
    acknowledged_by: id("acknowledged_by"),
    ash_contacted_by: id("ash_contacted_by"),
    first_response_by: id("first_response_by"),
    resolved_by: id("resolved_by"),
    final_severity: severityOf(found["final_severity"]) ?? severity,
    signals: naturalOf(found["signals"]) ?? 1
  }
}

/** A whole number that a JavaScript number cannot hold, as its digits. */
class BigDigits {
  readonly digits: string
  constructor(digits: string) {
    this.digits = digits
  }
}

/** Discord's ids as JSON numbers lose their last digits in `JSON.parse`; the text they were written in has them all. */
const keepDigits = (_key: string, value: unknown, context?: { readonly source?: string }): unknown =>
  typeof value === "number" && !Number.isSafeInteger(value) && /^[0-9]+$/.test(context?.source ?? "")
    ? new BigDigits(context?.source ?? "")
    : value

const parseObject = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text, keepDigits)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

const idOf = (value: unknown): Snowflake | null => {
  const digits = value instanceof BigDigits ? value.digits : typeof value === "number" ? String(value) : value
  return typeof digits === "string" && isSnowflake(digits) ? digits : null
}

const severityOf = (value: unknown): CrisisSeverity | null => {
  const severity = typeof value === "string" ? parseSeverity(value) : null
  return severity !== null && isCrisis(severity) ? severity : null
}

/** Epoch milliseconds; `null` when it is no time. */
const timeOf = (value: unknown): number | null => {
  if (typeof value !== "string") return null
  const zoned = /(?:Z|[+-]\d\d:?\d\d)$/i.test(value) ? value : `${value}Z`
  return Option.getOrNull(Option.map(DateTime.make(zoned), DateTime.toEpochMillis))
}

const naturalOf = (value: unknown): number | null =>
  typeof value === "number" && Number.isFinite(value) && value >= 0 ? Math.floor(value) : null
