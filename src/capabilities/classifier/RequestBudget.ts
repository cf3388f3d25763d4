/**
 * How many requests may go out, and when. Ash-NLP counts the requests of a client over the last 60 s, so the same is
 * counted here; a bucket that refills would pass twice as many in a minute that begins full. A fifth is kept for urgent
 * messages, and the rest is spread over the minute, so that a flood finds a request every second or so instead of a minute
 * of silence. Pure: the time is an argument.
 */

export type Lane = "urgent" | "shared"

export interface RequestBudget {
  /** Requests a minute; 0 = no limit. */
  readonly perMinute: number
  /** What went out in the last minute, oldest first. */
  readonly sent: ReadonlyArray<{ readonly at: number; readonly lane: Lane }>
  /** When the shared lane is owed its next request, by its pace. */
  readonly paceAt: number
  /** Nothing goes out before then: the server asked for it. */
  readonly pausedUntil: number
}

/** A minute, and a second for requests that arrive later than they were sent. */
const WINDOW_MS = 61_000

export const makeBudget = (perMinute: number): RequestBudget => ({ perMinute, sent: [], paceAt: 0, pausedUntil: 0 })

const shareOf = (perMinute: number): number => perMinute - Math.floor(perMinute / 5)

/** Requests the shared lane may send at once before its pace holds it. */
const burstOf = (perMinute: number): number => Math.max(1, Math.floor(shareOf(perMinute) / 6))

const paceOf = (perMinute: number): number => WINDOW_MS / Math.max(1, shareOf(perMinute) - burstOf(perMinute))

/** How long until fewer than `limit` of these lie within the window. */
const untilFree = (times: ReadonlyArray<number>, limit: number, now: number): number => {
  const blocking = times.filter((at) => at > now - WINDOW_MS)
  const freed = blocking[blocking.length - limit]
  return freed === undefined ? 0 : freed + WINDOW_MS - now
}

/** Milliseconds until a request of this lane may go out; 0 = now. */
export const waitFor = (budget: RequestBudget, lane: Lane, now: number): number => {
  const paused = Math.max(0, budget.pausedUntil - now)
  const { perMinute, sent, paceAt } = budget
  if (perMinute === 0) return paused
  const all = untilFree(
    sent.map(({ at }) => at),
    perMinute,
    now
  )
  if (lane === "urgent") return Math.max(paused, all)
  const shared = untilFree(
    sent.filter(({ lane }) => lane === "shared").map(({ at }) => at),
    shareOf(perMinute),
    now
  )
  const pace = Math.max(0, paceAt - (burstOf(perMinute) - 1) * paceOf(perMinute) - now)
  return Math.ceil(Math.max(paused, all, shared, pace))
}

/** The budget after a request. */
export const spend = (budget: RequestBudget, lane: Lane, now: number): RequestBudget => {
  if (budget.perMinute === 0) return budget
  const sent = [...budget.sent.filter(({ at }) => at > now - WINDOW_MS), { at: now, lane }]
  const paceAt = lane === "shared" ? Math.max(now, budget.paceAt) + paceOf(budget.perMinute) : budget.paceAt
  return { ...budget, sent, paceAt }
}

/** The budget after the server asked for a pause. */
export const pause = (budget: RequestBudget, until: number): RequestBudget => ({
  ...budget,
  pausedUntil: Math.max(budget.pausedUntil, until)
})
