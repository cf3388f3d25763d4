/**
 * Quiet hours (B27): what nobody asked for just now goes out between 08:00 and 21:00 only. Pure; the zone is one setting
 * for all texters, because a number does not say where its owner is.
 */
import * as DateTime from "effect/DateTime"

const OPENS = 8
const CLOSES = 21

/** Milliseconds from `now` (epoch) until messages may start again in this zone; 0 = now. Follows daylight saving. */
export const msUntilOpen = (now: number, timeZone: DateTime.TimeZone): number => {
  const local = DateTime.makeZonedUnsafe(now, { timeZone })
  const hour = DateTime.getPart(local, "hour")
  if (hour >= OPENS && hour < CLOSES) return 0
  const day = hour < OPENS ? local : DateTime.add(local, { days: 1 })
  const opens = DateTime.setParts(day, { hour: OPENS, minute: 0, second: 0, millisecond: 0 })
  return DateTime.toEpochMillis(opens) - now
}
