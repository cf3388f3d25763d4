/**
 * Turns the port's milliseconds into what a database accepts: whole numbers. A time to live is at least one millisecond,
 * rounded up, so that nothing expires earlier than it was promised. Anything that is no number is a programming error and
 * throws before a store is touched.
 */

const whole = (value: number, what: string): number => {
  const rounded = Math.ceil(value)
  if (!Number.isSafeInteger(rounded)) throw new RangeError(`${what} must be a finite number of milliseconds`)
  return rounded
}

/** A moment as whole epoch milliseconds, rounded up. Throws when it is not finite. */
export const instant = (epochMs: number): number => whole(epochMs, "a moment")

/** A time to live as whole milliseconds, at least 1. Throws when it is not finite. */
export const lifetime = (ttlMs: number): number => Math.max(1, whole(ttlMs, "a time to live"))

/** The moment at which something written at `now` expires; `null` = never. */
export const expiry = (now: number, ttlMs: number | null): number | null =>
  ttlMs === null ? null : now + lifetime(ttlMs)
