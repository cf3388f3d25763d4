/**
 * The weekly report of the crisis team: seven whole UTC days in the text the team knows (M23-M29), and a page of what the
 * averages hide (B23). Pure: days and names in, text out. It names responders only as the guild shows them, and nobody else.
 */
import { ACKNOWLEDGE_GOAL_SECONDS } from "./AlertTally.ts"
import { averageOf, type DayMetrics, isAveragesOnly, percentileOf } from "./DayMetrics.ts"
import { weekdayOf } from "./ReportCalendar.ts"
import type { CrisisSeverity } from "./Severity.ts"
import type { Snowflake } from "./Snowflake.ts"

/** Seven days in their order; days without any alert are days too. */
export interface Week {
  readonly days: ReadonlyArray<DayMetrics>
}

const RULE = "═".repeat(59)
const LINE = "─".repeat(60)
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December"
]
/** Discord's own bound of a nickname, in characters. */
const NAME_MAX = 32

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]
const PLACES = 3

const sum = (values: ReadonlyArray<number>): number => values.reduce((total, value) => total + value, 0)

/** `2m 45s`, `1h 5m 0s`; a dash when there was nothing to measure. */
export const inWords = (seconds: number | null): string => {
  if (seconds === null) return "-"
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)]
  return `${hours > 0 ? `${hours}h ` : ""}${hours > 0 || minutes > 0 ? `${minutes}m ` : ""}${seconds % 60}s`
}

const count = (label: string, width: number, value: number): string => `${label.padEnd(width)}${value}`
const rightAligned = (label: string, value: number): string => `${label}${String(value).padStart(25 - label.length)}`
const time = (label: string, seconds: number | null): string => `${label.padEnd(29)}${inWords(seconds)}`
const alertsInWords = (n: number): string => `${n} ${n === 1 ? "alert" : "alerts"}`

const dayInWords = (date: string, withYear: boolean): string => {
  const [year = "", month = "", day = ""] = date.split("-")
  return `${MONTHS[Number(month) - 1]} ${Number(day)}${withYear ? `, ${year}` : ""}`
}

const hourInWords = (hour: number): string => `${hour % 12 === 0 ? 12 : hour % 12} ${hour % 24 < 12 ? "AM" : "PM"}`

/** The index of the largest value, the first of equals; `null` when all are 0. */
const peakOf = (values: ReadonlyArray<number>): number | null => {
  const most = Math.max(0, ...values)
  return most === 0 ? null : values.indexOf(most)
}

const durations = (days: ReadonlyArray<DayMetrics>, of: (day: DayMetrics) => ReadonlyArray<number>) =>
  days.flatMap(of).toSorted((a, b) => a - b)

const respondersOf = (days: ReadonlyArray<DayMetrics>): ReadonlyArray<readonly [Snowflake, number]> => {
  const totals = new Map<Snowflake, number>()
  for (const { by_responder } of days) {
    for (const [id, times] of Object.entries(by_responder)) totals.set(id, (totals.get(id) ?? 0) + times)
  }
  return [...totals].toSorted(([one, a], [other, b]) => b - a || (one < other ? -1 : 1))
}

/** A name of one line that turns no text around. */
const shownName = (name: string): string =>
  Array.from(name.replaceAll(/[\p{Cc}\u2028-\u202e\u2066-\u2069]+/gu, " ").trim())
    .slice(0, NAME_MAX)
    .join("")

/** The responders a report names: those with the most acknowledgements, best first (M28). */
export const respondersIn = ({ days }: Week): ReadonlyArray<Snowflake> =>
  respondersOf(days)
    .slice(0, PLACES)
    .map(([id]) => id)

/**
 * The report, line by line. `names` are responders as the guild shows them; who is not among them is called by their place.
 */
export const renderWeeklyReport = ({ days }: Week, names: Readonly<Record<Snowflake, string>>): string => {
  const total = sum(days.map((day) => day.total_alerts))
  const of = (severity: CrisisSeverity) => sum(days.map((day) => day.by_severity[severity]))
  const sessions = (of: Exclude<keyof DayMetrics["sessions"], "duration_seconds">) =>
    sum(days.map((day) => day.sessions[of]))
  const first = days[0]?.date ?? ""
  const last = days.at(-1)?.date ?? ""
  const perDay = days.map((day) => day.total_alerts)
  const perHour = Array.from({ length: 24 }, (_, hour) => sum(days.map((day) => day.by_hour[hour] ?? 0)))
  const peakDay = peakOf(perDay)
  const peakHour = peakOf(perHour)
  const responders = respondersOf(days).slice(0, PLACES)
  return [
    RULE,
    "📊 Weekly Crisis Response Report",
    `Week of ${dayInWords(first, first.slice(0, 4) !== last.slice(0, 4))} - ${dayInWords(last, true)}`,
    RULE,
    "",
    "📈 ALERT SUMMARY",
    LINE,
    rightAligned("Total Alerts:", total),
    rightAligned("├─ 🔴 Critical:", of("critical")),
    rightAligned("├─ 🟠 High:", of("high")),
    rightAligned("├─ 🟡 Medium:", of("medium")),
    rightAligned("└─ 🟢 Low:", of("low")),
    ...(total === 0 ? ["No alerts this week."] : []),
    "",
    "⏱️ RESPONSE TIMES",
    LINE,
    time("Avg. Time to Acknowledge:", averageOf(durations(days, (day) => day.acknowledge_seconds))),
    time("Avg. Time to Ash Contact:", averageOf(durations(days, (day) => day.ash_contact_seconds))),
    time("Avg. Time to Human Response:", averageOf(durations(days, (day) => day.response_seconds))),
    "",
    "🤖 ASH ENGAGEMENT",
    LINE,
    count("Ash Sessions Started:", 30, sessions("started")),
    count("├─ Manual (button):", 29, sessions("manual")),
    count("├─ Auto-initiated:", 29, sessions("auto")),
    ...(sessions("requested") === 0 ? [] : [count("├─ Asked for by members:", 29, sessions("requested"))]),
    count("└─ User Opted Out:", 29, sum(days.map((day) => day.user_optout_count))),
    "",
    count("Sessions Completed:", 30, sessions("completed")),
    time("Avg. Session Duration:", averageOf(durations(days, (day) => day.sessions.duration_seconds))),
    "",
    "📅 BUSIEST TIMES",
    LINE,
    `Peak Day:    ${peakDay === null ? "-" : `${weekdayName(days[peakDay]?.date ?? "")} (${alertsInWords(perDay[peakDay] ?? 0)})`}`,
    `Peak Hour:   ${peakHour === null ? "-" : `${hourInWords(peakHour)} - ${hourInWords(peakHour + 1)} (${alertsInWords(perHour[peakHour] ?? 0)})`}`,
    "",
    "🏆 CRT RESPONDERS",
    LINE,
    ...(responders.length === 0 ? ["No acknowledgments this week."] : []),
    ...responders.map(([id, times], index) => {
      const name = shownName(names[id] ?? "")
      const acknowledged = times === 1 ? "acknowledgment" : "acknowledgments"
      return `${index + 1}. ${name === "" ? `Responder ${index + 1}` : `@${name}`} - ${times} ${acknowledged}`
    }),
    "",
    RULE,
    "Generated by Ash-Bot v5.0 | The Alphabet Cartel",
    RULE
  ].join("\n")
}

const weekdayName = (date: string): string => WEEKDAYS[weekdayOf(date)] ?? ""

/** What averages hide: medians, the slowest tenth, goals kept, alerts nobody acknowledged (B23, B32). */
export const renderReportDetails = ({ days }: Week): string => {
  const spread = (label: string, of: (day: DayMetrics) => ReadonlyArray<number>): string => {
    const values = durations(days, of)
    return `${label.padEnd(20)}${inWords(percentileOf(values, 0.5)).padEnd(12)}${inWords(percentileOf(values, 0.9))}`
  }
  const goal = (severity: CrisisSeverity): string => {
    const all = sum(days.map((day) => day.by_opening_severity[severity]))
    const kept = sum(days.map((day) => day.within_goal[severity]))
    const share = all === 0 ? "-" : `${kept} of ${all} (${Math.round((100 * kept) / all)} %)`
    return `${`${severity}, within ${inWords(ACKNOWLEDGE_GOAL_SECONDS[severity])}`.padEnd(32)}${share}`
  }
  const averagesOnly = days.filter(isAveragesOnly).length
  return [
    `${"".padEnd(20)}${"median".padEnd(12)}p90`,
    spread("Acknowledged", (day) => day.acknowledge_seconds),
    spread("Ash contact", (day) => day.ash_contact_seconds),
    spread("Human response", (day) => day.response_seconds),
    spread("Resolved", (day) => day.resolve_seconds),
    "",
    "Acknowledged within the goal",
    goal("critical"),
    goal("high"),
    goal("medium"),
    "",
    `Never acknowledged: ${sum(days.map((day) => day.never_acknowledged_count))}`,
    `Expired unresolved: ${sum(days.map((day) => day.expired_count))}`,
    `Marked as false alarms: ${sum(days.map((day) => day.false_positive_count))}`,
    ...(averagesOnly === 0 ? [] : ["", `Days of which only averages are known: ${averagesOnly}`])
  ].join("\n")
}

const FENCE = "```"
/** Drawn as nothing, and keeps two backticks apart. */
const NOTHING = "\u200b"

/**
 * A text of even columns as messages of at most `max` UTF-16 units, each a whole code block of whole lines, in their order.
 * Only a line that is longer than a message is cut. `max` is at least 20.
 */
export const splitReport = (text: string, max = 2000): ReadonlyArray<string> => {
  const room = max - 2 * (FENCE.length + 1)
  const parts: Array<Array<string>> = []
  let left = 0
  for (const line of text
    .replaceAll(/`(?=`)/g, `\`${NOTHING}`)
    .split("\n")
    .flatMap(cutAt(room))) {
    if (parts.length === 0 || line.length + 1 > left) {
      parts.push([])
      left = room + 1
    }
    parts.at(-1)?.push(line)
    left -= line.length + 1
  }
  return parts.map((lines) => `${FENCE}\n${lines.join("\n")}\n${FENCE}`)
}

const cutAt =
  (units: number) =>
  (line: string): ReadonlyArray<string> => {
    if (line.length <= units) return [line]
    const end = /[\ud800-\udbff]$/.test(line.slice(0, units)) ? units - 1 : units
    return [line.slice(0, end), ...cutAt(units)(line.slice(end))]
  }
