/** The clock of the clean-up: absolute times, once a day, however late, whatever restarts in between. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { AT_THREE, DAY, HOUR, OFF, RetentionDriver } from "./Driver.ts"

/** A service started on a Thursday afternoon: the clock is set to Friday 2026-01-09, 03:00. */
const running = () => new RetentionDriver("2026-01-08T17:23:45.678Z").start()
const wet = { dryRun: false }

describe("the clock", () => {
  it("is set to the hour, to the millisecond, and by the time of the turn", () => {
    expect(running().due).toBe("2026-01-09T03:00:00.000Z")
    const lying = new RetentionDriver("2026-01-08T17:23:45.678Z")
    lying.hear({ type: "SCHEDULE", ...AT_THREE, at: 0 }).wake()
    expect(lying.due).toBe("2026-01-09T03:00:00.000Z")
  })

  it.each([
    ["2026-01-09T02:59:59.999Z", 0],
    ["2026-01-09T03:00:00.000Z", 1],
    ["2026-01-09T03:00:01.000Z", 1],
    ["2026-01-10T02:59:59.999Z", 1]
  ])("at %s has asked for %i clean-ups", (time, runs) => {
    const actor = running().until(time).wake()
    expect(actor.runs).toEqual(Array.from({ length: runs }, () => wet))
    expect(actor.due).toBe(runs === 0 ? "2026-01-09T03:00:00.000Z" : "2026-01-10T03:00:00.000Z")
  })

  it.each(["2026-01-09T02:59:59.000Z", "2026-01-09T03:00:00.000Z", "2026-01-09T03:00:01.000Z"])(
    "asks once when the service starts again at %s",
    (time) => {
      const actor = running().until(time).start()
      const early = actor.runs.length
      actor.until("2026-01-09T03:00:02.000Z").start()
      expect(early + actor.runs.length).toBe(1)
      expect(actor.pending).toHaveLength(1)
    }
  )

  it("asks once after many missed days, and is set to the next one", () => {
    const actor = running().until("2026-02-04T12:00:00Z").start()
    expect([actor.runs, actor.due]).toEqual([[wet], "2026-02-05T03:00:00.000Z"])
  })

  it("takes a timer once, though two processes deliver it", () => {
    const actor = running().until("2026-01-09T03:00:00Z")
    const [timer] = actor.timers
    if (timer === undefined) throw new Error("no timer is set")
    actor.took(actor.bench.fire(actor.live, timer, actor.now))
    actor.took(actor.bench.fire(actor.live, timer, actor.now))
    expect([actor.runs, actor.pending.length, actor.due]).toEqual([[], 1, "2026-01-10T03:00:00.000Z"])
  })

  it("of a process whose own clock lags does not come to the same day twice", () => {
    const actor = running().until("2026-01-09T03:00:00Z").wake().done().until("2026-01-09T02:59:59Z")
    expect(actor.start({ ...AT_THREE, hour: 4 }).due).toBe("2026-01-10T04:00:00.000Z")
  })
})

describe("a schedule", () => {
  it("told again changes nothing", () => {
    const actor = running()
    const { timers } = actor
    expect(actor.until("2026-01-09T00:00:00Z").start().timers).toEqual(timers)
  })

  it("with another hour sets the clock anew", () => {
    expect(running().start({ ...AT_THREE, hour: 18 }).due).toBe("2026-01-08T18:00:00.000Z")
    expect(running().start({ ...AT_THREE, hour: 17 }).due).toBe("2026-01-09T17:00:00.000Z")
    expect(running().start({ ...AT_THREE, hour: 0 }).due).toBe("2026-01-09T00:00:00.000Z")
  })

  it("that replaces one whose moment passed unseen still brings that clean-up, and no second one that day", () => {
    const actor = running()
      .until("2026-01-09T03:30:00Z")
      .start({ ...AT_THREE, hour: 10 })
    expect([actor.runs, actor.due]).toEqual([[wet], "2026-01-10T10:00:00.000Z"])
  })

  it("that is off ends the clock and what is being done (M52); on again it brings nothing of the past", () => {
    const actor = running().until("2026-01-09T03:00:00Z").wake().start(OFF)
    expect([actor.timers, actor.pending, actor.context.running]).toEqual([[], [], null])
    expect(actor.until("2026-02-04T00:00:00Z").start().runs).toEqual([])
    expect(actor.due).toBe("2026-02-04T03:00:00.000Z")
  })

  it("that was never on sets no clock", () =>
    expect(new RetentionDriver("2026-01-08T00:00:00Z").start(OFF).timers).toEqual([]))
})

describe("any downtimes and restarts", () => {
  const steps = fc.array(
    fc.record({
      pauseMs: fc.oneof(fc.nat({ max: 3 * HOUR }), fc.nat({ max: 5 * DAY }), fc.constantFrom(0, 1)),
      restart: fc.boolean(),
      hour: fc.option(fc.nat({ max: 23 }), { freq: 4 })
    }),
    { maxLength: 20 }
  )

  it("give one clean-up a day at most, none early, and none missing while somebody looks", () => {
    fc.assert(
      fc.property(steps, (sequence) => {
        const actor = running()
        let schedule = AT_THREE
        const days = new Set<string>()
        for (const { hour, pauseMs, restart } of sequence) {
          const dueAt = actor.context.dueAt ?? 0
          actor.now += pauseMs
          if (restart && hour !== null) schedule = { ...schedule, hour }
          if (restart) actor.start(schedule)
          else actor.hear({ type: "LOOK" }).wake()
          const came = actor.now >= dueAt
          expect(actor.runs).toHaveLength(came ? 1 : 0)
          if (came) {
            const day = actor.context.lastDay ?? ""
            expect(days.has(day)).toBe(false)
            days.add(day)
            actor.done()
          }
          expect(actor.context.dueAt).toBeGreaterThan(actor.now)
          expect(actor.timers).toHaveLength(1)
        }
      })
    )
  })
})
