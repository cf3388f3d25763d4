/**
 * What the retention actor remembers and how each happening changes it: small pure functions. Times of the clock are
 * computed from the hour and the exact time of a timer's turn, never from the time before.
 */
import { dayOf } from "#domain/ash/AlertMetrics.ts"
import type { CleanUpReport, RetentionSchedule, RetentionStatus } from "#domain/RetentionReport.ts"
import type { RetentionContext } from "./schema.ts"

type Context = RetentionContext
type Change = Partial<Context>

const HOUR = 3_600_000
const DAY = 24 * HOUR

/** Nothing is scheduled yet. */
export const newborn = (): Context => ({
  schedule: null,
  dueAt: null,
  lastDay: null,
  running: null,
  dueNext: false,
  last: null,
  lastDryRun: null,
  failed: null
})

export const scheduleOf = ({ enabled, hour }: RetentionSchedule): RetentionSchedule => ({ enabled, hour })

export const isScheduled = ({ schedule }: Context, told: RetentionSchedule): boolean =>
  schedule?.enabled === told.enabled && schedule.hour === told.hour

/** The first full hour of that name after `now`. */
const nextAt = (hour: number, now: number): number => (Math.floor((now - hour * HOUR) / DAY) + 1) * DAY + hour * HOUR

/** The next moment after `now`, on a day that has had no clean-up. */
export const armed = ({ lastDay, schedule }: Context, now: number): Change => {
  if (schedule === null) return {}
  const next = nextAt(schedule.hour, now)
  return { dueAt: dayOf(next) === lastDay ? next + DAY : next }
}

/** One clean-up, however many moments have passed unseen. */
export const cameDue = ({ dueAt }: Context, now: number): Change =>
  dueAt === null
    ? {}
    : { lastDay: dayOf(dueAt + Math.max(0, Math.floor((now - dueAt) / DAY)) * DAY), dueAt: null, dueNext: true }

/** What is due begins. */
export const begun: Change = { running: { dryRun: false }, dueNext: false }

export const wished = (dryRun: boolean): Change => ({ running: { dryRun } })

export const finished = (report: CleanUpReport): Change => ({
  ...(report.dryRun ? { lastDryRun: report } : { last: report, failed: null }),
  running: null
})

/** `error` is what became of the effect: a code, never a person's words. */
export const gaveUp = (error: unknown, at: number): Change => {
  const code = typeof error === "object" && error !== null && "code" in error ? error.code : undefined
  return { failed: { at, code: typeof code === "string" ? code : "unknown" }, running: null }
}

/** What `LOOK` is answered with. */
export const status = ({ dueAt, failed, last, lastDryRun, running, schedule }: Context): RetentionStatus => ({
  ...{ schedule, dueAt, running, last, lastDryRun, failed }
})
