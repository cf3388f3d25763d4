/** The clock of the weekly report: absolute times, once a week, however late, whatever restarts in between. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { at, DAY, MONDAY_NINE, ReportDriver, SECOND } from "./Driver.ts"

/** A service started in the week before, on a Thursday, whose clock is set to Monday 2026-01-12, 09:00. */
const running = () => new ReportDriver("2026-01-08T17:23:45.678Z").start()
const WEEK = ["05", "06", "07", "08", "09", "10", "11"].map((day) => `2026-01-${day}`)
const build = { guildId: "900", dates: WEEK }

describe("the clock", () => {
  it("is set to the calendar's moment, to the millisecond", () =>
    expect(running().due).toBe("2026-01-12T09:00:00.000Z"))

  it("is set by the time of the turn, not by what an event says", () => {
    const report = new ReportDriver("2026-01-08T17:23:45.678Z")
    report.hear({ type: "SCHEDULE", ...MONDAY_NINE, at: report.now - 5 * DAY }).wake()
    expect(report.due).toBe("2026-01-12T09:00:00.000Z")
  })

  it.each([
    ["2026-01-12T08:59:59.999Z", 0],
    ["2026-01-12T09:00:00.000Z", 1],
    ["2026-01-12T09:00:01.000Z", 1],
    ["2026-01-18T23:59:59.999Z", 1]
  ])("at %s has asked for %i reports", (time, reports) => {
    const report = running().until(time).wake()
    expect(report.builds).toEqual(Array.from({ length: reports }, () => build))
    expect(report.due).toBe(reports === 0 ? "2026-01-12T09:00:00.000Z" : "2026-01-19T09:00:00.000Z")
  })

  it.each(["2026-01-12T08:59:59.000Z", "2026-01-12T09:00:00.000Z", "2026-01-12T09:00:01.000Z"])(
    "gives one report when the service starts again at %s",
    (time) => {
      const report = running().until(time).start()
      const early = report.builds.length
      report.until("2026-01-12T09:00:02.000Z").start()
      expect(early + report.builds.length).toBe(1)
      expect(report.pending("buildReport")).toHaveLength(1)
    }
  )

  it("after several missed weeks gives only the newest report", () => {
    const report = running().until("2026-02-04T12:00:00Z").start()
    expect(report.builds).toEqual([
      {
        guildId: "900",
        dates: ["26", "27", "28", "29", "30", "31"].map((day) => `2026-01-${day}`).concat("2026-02-01")
      }
    ])
    expect(report.due).toBe("2026-02-09T09:00:00.000Z")
  })

  it("takes a timer once, though two processes deliver it", () => {
    const report = running().until("2026-01-12T09:00:00Z")
    const timer = report.timers[0]
    if (timer === undefined) throw new Error("no timer is set")
    const revision = report.took(report.bench.fire(report.live, timer, report.now)).live.meta.revision
    report.took(report.bench.fire(report.live, timer, report.now))
    expect([report.builds, report.live.meta.revision]).toEqual([[], revision + 1])
    expect([report.pending("buildReport").length, report.due]).toEqual([1, "2026-01-19T09:00:00.000Z"])
  })

  it("of a process whose own clock lags does not come to the same week twice", () => {
    const report = running().until("2026-01-12T09:00:00Z").wake().until("2026-01-12T08:59:59Z")
    report.start({ ...MONDAY_NINE, channels: ["72"] })
    expect(report.due).toBe("2026-01-19T09:00:00.000Z")
  })
})

describe("a schedule", () => {
  it("told again changes nothing", () => {
    const report = running()
    const timers = report.timers
    expect(report.until("2026-01-09T00:00:00Z").start().timers).toEqual(timers)
    expect(report.start({ ...MONDAY_NINE, channels: ["70", "71", "70"] }).timers).toEqual(timers)
  })

  it("that is another one sets the clock anew", () => {
    expect(running().start({ ...MONDAY_NINE, day: 0, hour: 0 }).due).toBe("2026-01-11T00:00:00.000Z")
    expect(running().start({ ...MONDAY_NINE, day: 4, hour: 17 }).due).toBe("2026-01-15T17:00:00.000Z")
    expect(running().start({ ...MONDAY_NINE, day: 4, hour: 18 }).due).toBe("2026-01-08T18:00:00.000Z")
  })

  it("brings no second report in a week that has had one", () => {
    const report = running().until("2026-01-12T09:00:00Z").wake().built()
    expect(report.until("2026-01-13T00:00:00Z").start({ ...MONDAY_NINE, day: 3 }).due).toBe("2026-01-21T09:00:00.000Z")
  })

  it("that replaces one whose moment passed unseen still brings that report", () => {
    const report = running()
      .until("2026-01-12T09:30:00Z")
      .start({ ...MONDAY_NINE, hour: 10 })
    expect(report.builds).toEqual([build])
    expect(report.due).toBe("2026-01-19T10:00:00.000Z")
  })

  it("that is off ends the clock and what is being made; on again it brings nothing of the past", () => {
    const report = running()
      .until("2026-01-12T09:00:00Z")
      .wake()
      .start({ ...MONDAY_NINE, enabled: false })
    expect([report.timers, report.pending("buildReport")]).toEqual([[], []])
    expect(report.until("2026-02-04T00:00:00Z").start().builds).toEqual([])
    expect(report.due).toBe("2026-02-09T09:00:00.000Z")
  })

  it("that was never on sets no clock", () =>
    expect(new ReportDriver("2026-01-08T00:00:00Z").start({ ...MONDAY_NINE, enabled: false }).timers).toEqual([]))
})

describe("any downtimes and restarts", () => {
  const steps = fc.array(
    fc.record({
      pauseMs: fc.oneof(fc.nat({ max: 3 * DAY }), fc.nat({ max: 20 * DAY }), fc.constantFrom(0, 1, SECOND)),
      restart: fc.boolean(),
      day: fc.option(fc.nat({ max: 6 }), { freq: 4 }),
      hour: fc.nat({ max: 23 })
    }),
    { maxLength: 20 }
  )

  it("give one report a week at most, none early, and none missing while somebody looks daily", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const report = new ReportDriver("2026-01-08T17:23:45.678Z").start()
        let schedule = MONDAY_NINE
        const seen = new Set<string>()
        for (const { pauseMs, restart, day, hour } of sequence) {
          const dueAt = report.context.dueAt ?? 0
          report.now += pauseMs
          if (restart && day !== null) schedule = { ...schedule, day, hour }
          if (restart) report.start(schedule)
          else report.took({ ...turnOf(report) }).wake()
          const came = report.now >= dueAt
          expect(report.builds).toHaveLength(came ? 1 : 0)
          if (came) {
            const week = report.context.lastWeek ?? ""
            expect(seen.has(week)).toBe(false)
            seen.add(week)
            expect(report.builds[0]?.dates.at(-1)).toBe(dayBefore(dueAt, report.now))
          }
          expect(report.context.dueAt).toBeGreaterThan(report.now)
          expect(report.timers).toHaveLength(1)
          if (report.pending("buildReport").length > 0) report.built()
        }
      })
    )
  })
})

/** A look: a turn that asks for nothing. */
const turnOf = (report: ReportDriver) => report.bench.event(report.live, "LOOK", report.now)

/** The day before the newest moment of the series that has come. */
const dayBefore = (dueAt: number, now: number): string => {
  let moment = dueAt
  while (moment + 7 * DAY <= now) moment += 7 * DAY
  return new Date(moment - DAY).toISOString().slice(0, 10)
}

describe("the first moment", () => {
  it("is the next one of the calendar, whenever the service starts for the first time", () => {
    fc.assert(
      fc.property(fc.nat({ max: 6 }), fc.nat({ max: 23 }), fc.nat({ max: 400 * DAY }), (day, hour, offset) => {
        const report = new ReportDriver(new Date(at("2025-12-01T00:00:00Z") + offset).toISOString())
        const dueAt = report.start({ ...MONDAY_NINE, day, hour }).context.dueAt ?? 0
        const due = new Date(dueAt)
        expect([due.getUTCDay(), due.getUTCHours(), dueAt % 3_600_000]).toEqual([day, hour, 0])
        expect(dueAt - report.now).toBeGreaterThan(0)
        expect(dueAt - report.now).toBeLessThanOrEqual(7 * DAY)
        expect(report.builds).toEqual([])
      })
    )
  })
})
