/** Weeks and posting moments in UTC, held against a slow walk over the calendar. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { datesOf, isoWeekOf, mondayOf, newestOf, nextPosting, WEEK_MS, weekBefore } from "#domain/ash/ReportCalendar.ts"

const DAY = 86_400_000
const iso = (at: number): string => new Date(at).toISOString().slice(0, 10)
const moments = fc.integer({ min: Date.UTC(1999, 0, 1), max: Date.UTC(2120, 0, 1) })

describe("the seven days before a date", () => {
  it.each([
    ["2026-01-08", "2026-01-01", "2026-01-07"],
    ["2026-01-05", "2025-12-29", "2026-01-04"],
    ["2028-03-01", "2028-02-23", "2028-02-29"]
  ])("%s are %s to %s (C24)", (date, first, last) => {
    const days = weekBefore(date)
    expect([days.length, days[0], days[6]]).toEqual([7, first, last])
  })
})

/** Walks from the Monday of the week with 4 January, a week at a time. */
const walked = (at: number): string => {
  for (const year of [
    new Date(at).getUTCFullYear() + 1,
    new Date(at).getUTCFullYear(),
    new Date(at).getUTCFullYear() - 1
  ]) {
    let monday = Date.UTC(year, 0, 4)
    while (new Date(monday).getUTCDay() !== 1) monday -= DAY
    if (at < monday) continue
    let number = 1
    while (monday + 7 * DAY <= at) {
      monday += 7 * DAY
      number += 1
    }
    return `${year}-W${String(number).padStart(2, "0")}`
  }
  throw new Error("no year has this day")
}

describe("an ISO week", () => {
  it.each([
    ["2026-01-01", "2026-W01"],
    ["2025-12-29", "2026-W01"],
    ["2025-12-28", "2025-W52"],
    ["2027-01-01", "2026-W53"],
    ["2027-01-03", "2026-W53"],
    ["2027-01-04", "2027-W01"],
    ["2024-12-30", "2025-W01"]
  ])("of %s is %s, from its first to its last millisecond", (date, week) => {
    const midnight = Date.parse(`${date}T00:00:00Z`)
    expect([isoWeekOf(midnight), isoWeekOf(midnight + DAY - 1)]).toEqual([week, week])
  })

  it("of any moment is found by walking, too", () => {
    fc.assert(
      fc.property(moments, (at) => {
        expect(isoWeekOf(at)).toBe(walked(at))
      })
    )
  })

  it("begins with its Monday and has seven days, all of them its own", () => {
    fc.assert(
      fc.property(moments, (at) => {
        const week = isoWeekOf(at)
        const dates = datesOf(week) ?? []
        expect([dates[0], dates.length]).toEqual([mondayOf(week), 7])
        expect(dates).toContain(iso(at))
        for (const date of dates) expect(isoWeekOf(Date.parse(`${date}T12:00:00Z`))).toBe(week)
        expect(new Date(`${dates[0]}T00:00:00Z`).getUTCDay()).toBe(1)
      })
    )
  })

  it.each(["2026-W00", "2025-W53", "2026-W54", "2026-W1", "2026W01", "", "26-W01", "2026-W01 "])("%s is none", (week) =>
    expect([mondayOf(week), datesOf(week)]).toEqual([null, null])
  )
})

describe("a posting moment", () => {
  it.each([
    ["2026-01-12T08:59:59.999Z", "2026-01-12T09:00:00.000Z"],
    ["2026-01-12T09:00:00.000Z", "2026-01-19T09:00:00.000Z"],
    ["2026-01-12T09:00:00.001Z", "2026-01-19T09:00:00.000Z"]
  ])("after %s is %s", (now, next) =>
    expect(new Date(nextPosting({ day: 1, hour: 9 }, Date.parse(now))).toISOString()).toBe(next)
  )

  it("is the first of its weekday and hour after now, as a walk hour by hour finds it", () => {
    fc.assert(
      fc.property(fc.nat({ max: 6 }), fc.nat({ max: 23 }), moments, (day, hour, now) => {
        let walk = new Date(Math.floor(now / 3_600_000) * 3_600_000 + 3_600_000)
        while (walk.getUTCDay() !== day || walk.getUTCHours() !== hour) walk = new Date(walk.getTime() + 3_600_000)
        expect(nextPosting({ day, hour }, now)).toBe(walk.getTime())
      })
    )
  })

  it("that came last is less than a week ago, in whole weeks from the first", () => {
    fc.assert(
      fc.property(moments, fc.nat({ max: 400 * DAY }), (first, later) => {
        const newest = newestOf(first, first + later)
        expect((newest - first) % WEEK_MS).toBe(0)
        expect(first + later - newest).toBeLessThan(WEEK_MS)
        expect(newest).toBeLessThanOrEqual(first + later)
      })
    )
    expect(newestOf(1_000, 0)).toBe(1_000)
  })
})
