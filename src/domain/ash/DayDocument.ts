/**
 * Reads the document of a day, `ash:metrics:daily:{date}`, of this service or an older one that kept the documented fields
 * only (M13). What is missing or unusable counts as nothing; a report shows what there is.
 */
import { type AlertGroups, type AlertTally, GROUPINGS, rising } from "./AlertTally.ts"
import { type DayMetrics, dayMetrics } from "./DayMetrics.ts"
import type { CrisisSeverity } from "./Severity.ts"
import { isSnowflake, type Snowflake } from "./Snowflake.ts"

/** Most durations an average stands for; a document that says more alerts in a day is not believed. */
const MAX_ALERTS = 10_000

/**
 * The numbers of a day. Where only an average is known, it stands for each alert of the day, so that a week weighs its days
 * by their alerts. `null` when the text is no document.
 */
export const parseDayMetrics = (date: string, text: string): DayMetrics | null => {
  const found = parseRecord(text)
  if (found === null) return null
  const total = naturalOf(found["total_alerts"])
  const average = (field: string): number | null => (isNatural(found[field]) ? found[field] : null)
  const durations = (field: string, mean: number | null): ReadonlyArray<number> => {
    const list = found[field]
    if (Array.isArray(list)) return rising(list.filter(isNatural))
    return mean === null ? [] : Array.from({ length: Math.min(total, MAX_ALERTS) }, () => mean)
  }
  const acknowledge = average("avg_acknowledge_seconds")
  const ashContact = average("avg_ash_contact_seconds")
  const response = average("avg_response_seconds")
  const resolve = average("avg_resolve_seconds")
  const hours = found["by_hour"]
  const sessions = recordOf(found["sessions"])
  return {
    date,
    total_alerts: total,
    by_severity: severitiesOf(found["by_severity"]),
    by_opening_severity: severitiesOf(found["by_opening_severity"] ?? found["by_severity"]),
    avg_acknowledge_seconds: acknowledge,
    avg_ash_contact_seconds: ashContact,
    avg_response_seconds: response,
    avg_resolve_seconds: resolve,
    auto_initiated_count: naturalOf(found["auto_initiated_count"]),
    user_optout_count: naturalOf(found["user_optout_count"]),
    acknowledge_seconds: durations("acknowledge_seconds", acknowledge),
    ash_contact_seconds: durations("ash_contact_seconds", ashContact),
    response_seconds: durations("response_seconds", response),
    resolve_seconds: durations("resolve_seconds", resolve),
    never_acknowledged_count: naturalOf(found["never_acknowledged_count"]),
    expired_count: naturalOf(found["expired_count"]),
    false_positive_count: naturalOf(found["false_positive_count"]),
    within_goal: severitiesOf(found["within_goal"]),
    by_hour: Array.isArray(hours) && hours.length === 24 ? hours.map(naturalOf) : [],
    by_channel: countsOf(found["by_channel"]),
    by_responder: countsOf(found["by_responder"]),
    groups: groupsOf(found["groups"]),
    sessions: {
      started: naturalOf(sessions["started"]),
      manual: naturalOf(sessions["manual"]),
      auto: naturalOf(sessions["auto"]),
      requested: naturalOf(sessions["requested"]),
      completed: naturalOf(sessions["completed"]),
      duration_seconds: durationsOf(sessions["duration_seconds"])
    }
  }
}

/** The numbers of a day on which nothing happened. */
export const emptyDay = (date: string): DayMetrics => dayMetrics(date, [], [])

const isNatural = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0

const naturalOf = (value: unknown): number => (isNatural(value) ? value : 0)

const recordOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : {}

const durationsOf = (value: unknown): ReadonlyArray<number> =>
  Array.isArray(value) ? rising(value.filter(isNatural)) : []

const groupsOf = (value: unknown): AlertGroups | null => {
  const found = recordOf(value)
  if (!GROUPINGS.every((grouping) => grouping in found)) return null
  const { severity, channel, hour } = found
  return { severity: talliesOf(severity), channel: talliesOf(channel), hour: talliesOf(hour) }
}

const talliesOf = (value: unknown): Readonly<Record<string, AlertTally>> =>
  Object.fromEntries(
    Object.entries(recordOf(value)).flatMap(([name, tally]) =>
      GROUP_NAME.test(name) ? [[name, tallyOf(recordOf(tally))] as const] : []
    )
  )

/** A severity, the id of a channel, or an hour: never somebody's words. */
const GROUP_NAME = /^[a-z0-9]{1,20}$/

const tallyOf = (found: Readonly<Record<string, unknown>>): AlertTally => ({
  total_alerts: naturalOf(found["total_alerts"]),
  acknowledge_seconds: durationsOf(found["acknowledge_seconds"]),
  ash_contact_seconds: durationsOf(found["ash_contact_seconds"]),
  response_seconds: durationsOf(found["response_seconds"]),
  resolve_seconds: durationsOf(found["resolve_seconds"]),
  never_acknowledged_count: naturalOf(found["never_acknowledged_count"]),
  within_goal_count: naturalOf(found["within_goal_count"])
})

const parseRecord = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? { ...value } : null
  } catch {
    return null
  }
}

const severitiesOf = (value: unknown): Record<CrisisSeverity, number> => {
  const { low, medium, high, critical } = recordOf(value)
  return { low: naturalOf(low), medium: naturalOf(medium), high: naturalOf(high), critical: naturalOf(critical) }
}

/** How often each id occurs. */
const countsOf = (value: unknown): Readonly<Record<Snowflake, number>> =>
  Object.fromEntries(
    Object.entries(recordOf(value)).filter(
      (entry): entry is [Snowflake, number] => isSnowflake(entry[0]) && isNatural(entry[1])
    )
  )
