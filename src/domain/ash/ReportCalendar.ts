/**
 * The calendar of the weekly report, in UTC: which seven days a report is about, which ISO week a moment lies in, and when
 * the next report is due. Pure arithmetic on epoch milliseconds, so a due time is the same however often it is computed and
 * never drifts (M38).
 */
import * as DateTime from "effect/DateTime"
import { dayOf } from "./AlertMetrics.ts"

const HOUR = 3_600_000
const DAY = 24 * HOUR
const DAYS = 7
export const WEEK_MS = DAYS * DAY

/** 1970-01-04, the first Sunday. */
const FIRST_SUNDAY = 3 * DAY

/** When in the week a report is posted: weekday (0 = Sunday) and full hour (0-23), UTC. */
export interface PostingTime {
  readonly day: number
  readonly hour: number
}

/** The first posting moment after `now`. */
export const nextPosting = ({ day, hour }: PostingTime, now: number): number => {
  const first = FIRST_SUNDAY + day * DAY + hour * HOUR
  return first + (Math.floor((now - first) / WEEK_MS) + 1) * WEEK_MS
}

/** The newest moment of a weekly series at or before `now`, given an earlier one of that series. */
export const newestOf = (earlier: number, now: number): number =>
  earlier + Math.max(0, Math.floor((now - earlier) / WEEK_MS)) * WEEK_MS

/** Midnight at which a day begins. */
const midnightOf = (date: string): number => DateTime.toEpochMillis(DateTime.makeUnsafe(`${date}T00:00:00Z`))

/** The dates of the seven whole days before `date`, oldest first (C24). All are `YYYY-MM-DD`, UTC. */
export const weekBefore = (date: string): ReadonlyArray<string> => {
  const end = midnightOf(date)
  return Array.from({ length: DAYS }, (_, index) => dayOf(end - (DAYS - index) * DAY))
}

/** Monday of an ISO week such as `2026-W47`, as `YYYY-MM-DD`; `null` when there is no such week. */
export const mondayOf = (week: string): string | null => {
  const match = /^([0-9]{4})-W([0-9]{2})$/.exec(week)
  if (match === null) return null
  const [, year = "", number = ""] = match
  // The week of 4 January is the first one.
  const fourth = midnightOf(`${year}-01-04`)
  const monday = fourth + ((Number(number) - 1) * DAYS - daysSinceMonday(fourth)) * DAY
  return isoWeekOf(monday) === week ? dayOf(monday) : null
}

/** The seven dates of an ISO week, Monday first; `null` when there is no such week. */
export const datesOf = (week: string): ReadonlyArray<string> | null => {
  const monday = mondayOf(week)
  return monday === null ? null : weekBefore(dayOf(midnightOf(monday) + WEEK_MS))
}

/** The ISO week of a moment: `2026-W47`. A week belongs to the year of its Thursday. */
export const isoWeekOf = (at: number): string => {
  const thursday = at + (3 - daysSinceMonday(at)) * DAY
  const year = dayOf(thursday).slice(0, 4)
  const number = Math.floor((thursday - midnightOf(`${year}-01-01`)) / WEEK_MS) + 1
  return `${year}-W${String(number).padStart(2, "0")}`
}

/** 0 = Sunday. */
export const weekdayOf = (date: string): number => DateTime.toPartsUtc(DateTime.makeUnsafe(midnightOf(date))).weekDay

const daysSinceMonday = (at: number): number => (weekdayOf(dayOf(at)) + 6) % DAYS
