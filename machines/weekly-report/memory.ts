/**
 * What the weekly report's actor remembers and how each happening changes it: small pure functions. Times of the clock are
 * computed from the calendar and the exact time of a timer's turn, never from the time before (M38).
 */
import { dayOf } from "#domain/ash/AlertMetrics.ts"
import { datesOf, isoWeekOf, newestOf, nextPosting, WEEK_MS, weekBefore } from "#domain/ash/ReportCalendar.ts"
import type { ReportAnswer, ReportSchedule, ReportStatus, WeeklyReportEvent } from "#domain/ash/ReportPolicy.ts"
import { type Making, MAX_CHANNELS, type WeeklyReportContext, type WeeklyReportInput } from "./schema.ts"

type Context = WeeklyReportContext
type Change = Partial<Context>
type Heard<Type extends WeeklyReportEvent["type"]> = Extract<WeeklyReportEvent, { readonly type: Type }>

/** Nothing is scheduled yet. */
export const newborn = ({ guildId }: WeeklyReportInput): Context => ({
  guildId,
  schedule: null,
  dueAt: null,
  lastWeek: null,
  due: null,
  wanted: null,
  last: null
})

export const scheduleOf = ({ enabled, day, hour, channels }: ReportSchedule): ReportSchedule => ({
  enabled,
  day,
  hour,
  channels: [...new Set(channels)].slice(0, MAX_CHANNELS)
})

export const isScheduled = ({ schedule }: Context, told: ReportSchedule): boolean =>
  schedule !== null && JSON.stringify(schedule) === JSON.stringify(scheduleOf(told))

export const channelsOf = ({ schedule }: Context): ReportSchedule["channels"] => schedule?.channels ?? []

/** The next posting moment after `now`, in a week that has had no report. */
export const armed = ({ schedule, lastWeek }: Context, now: number): Change => {
  if (schedule === null) return {}
  const next = nextPosting(schedule, now)
  return { dueAt: isoWeekOf(next) === lastWeek ? next + WEEK_MS : next }
}

/** The report of the newest moment that has come. One that comes late is still about the days before its moment. */
export const cameDue = ({ dueAt }: Context, now: number): Change => {
  if (dueAt === null) return {}
  const moment = newestOf(dueAt, now)
  const week = isoWeekOf(moment)
  return { due: { report: week, dates: weekBefore(dayOf(moment)) }, lastWeek: week, dueAt: null }
}

/** The wish as a report to make, or why not. */
export const wish = (
  context: Context,
  { id, week, at }: Heard<"REPORT_NOW">
): Making | Exclude<ReportAnswer["because"], null> => {
  if (channelsOf(context).length === 0) return "no_channel"
  const today = dayOf(at)
  const dates = week === null ? weekBefore(today) : datesOf(week)
  if (dates === null) return "unknown_week"
  return dates.every((date) => date < today) ? { report: id, dates } : "week_not_over"
}

/** One more post of a report was settled; news of an older report than the last changes nothing. */
export const settled = ({ last }: Context, report: string, outcome: "posted" | "notPosted"): Change =>
  last?.report === report ? { last: { ...last, [outcome]: last[outcome] + 1 } } : {}

/** What `LOOK` is answered with. */
export const status = ({ schedule, dueAt, lastWeek, last }: Context): ReportStatus => ({
  schedule,
  dueAt,
  lastWeek,
  last
})
