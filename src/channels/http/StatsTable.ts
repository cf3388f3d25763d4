/**
 * Numbers as CSV (RFC 4180), for spreadsheets: one row for each day, hour, channel or severity, seconds as whole numbers, an
 * empty cell where there was nothing to measure. What a spreadsheet would change or carry out is written so that it cannot.
 */
import { isSnowflake } from "#domain/ash/Snowflake.ts"
import { EXAMPLE_GROUP, type Group } from "./StatsReports.ts"

type Cell = string | number | null

const SPREADS = [
  ["acknowledge", "acknowledged"],
  ["ash_contact", "ashContact"],
  ["response", "response"],
  ["resolve", "resolved"]
] as const

const HEAD = SPREADS.flatMap(([name]) =>
  ["count", "average_seconds", "median_seconds", "p90_seconds"].map((what) => `${name}_${what}`)
)

/** Text that begins like a formula gets an apostrophe before it; what needs quotes gets them. */
export const cellOf = (value: Cell): string => {
  if (value === null) return ""
  if (typeof value === "number") return String(value)
  const harmless = /^[=+\-@\t\r\n]/.test(value) ? `'${value}` : value
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** A channel's id with a `#`: nineteen digits would lose their last ones in a spreadsheet. An hour as a time of day. */
const nameOf = (by: string, name: string): string => {
  if (by === "channel") return isSnowflake(name) ? `#${name}` : name
  return by === "hour" ? `${name}:00` : name
}

const percent = (part: number, whole: number): number | null => (whole === 0 ? null : Math.round((100 * part) / whole))

const cellsOf = (by: string, group: Group): ReadonlyArray<Cell> => [
  nameOf(by, group.name),
  group.alerts,
  group.withinGoal,
  percent(group.withinGoal, group.alerts),
  group.neverAcknowledged,
  ...SPREADS.flatMap(([, of]) => {
    const { averageSeconds, count, medianSeconds, p90Seconds } = group[of]
    return [count, averageSeconds, medianSeconds, p90Seconds]
  })
]

/** The rows under their head, each line ended by CRLF. */
export const tableOf = ({ by, rows }: { readonly by: string; readonly rows: ReadonlyArray<Group> }): string =>
  [
    [by, "alerts", "within_goal", "within_goal_percent", "never_acknowledged", ...HEAD],
    ...rows.map((row) => cellsOf(by, row))
  ]
    .map((cells) => `${cells.map(cellOf).join(",")}\r\n`)
    .join("")

/** A day, for the description of the API. */
export const TABLE_EXAMPLE = tableOf({ by: "day", rows: [EXAMPLE_GROUP] })
