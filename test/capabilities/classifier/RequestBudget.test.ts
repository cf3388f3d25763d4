/** When requests may go out: never more than the server counts in a minute, always some left for what is urgent. */
import * as fc from "fast-check"
import { type Lane, makeBudget, pause, spend, waitFor } from "#capabilities/classifier/RequestBudget.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

/** Sends as soon as allowed, for each lane wanted in turn; answers when each went out. */
const flood = (
  perMinute: number,
  lanes: ReadonlyArray<Lane>
): ReadonlyArray<{ readonly at: number; readonly lane: Lane }> => {
  let budget = makeBudget(perMinute)
  let now = 0
  return lanes.map((lane) => {
    now += waitFor(budget, lane, now)
    budget = spend(budget, lane, now)
    return { at: now, lane }
  })
}

const most = (times: ReadonlyArray<number>, windowMs: number): number =>
  Math.max(...times.map((from) => times.filter((at) => at >= from && at < from + windowMs).length))

describe("RequestBudget", () => {
  it("never exceeds the limit in any 60 seconds", () => {
    const lanes = fc.array(fc.constantFrom<Lane>("urgent", "shared"), { minLength: 1, maxLength: 300 })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 120 }), lanes, (perMinute, lanes) => {
        const sent = flood(perMinute, lanes)
        expect(
          most(
            sent.map(({ at }) => at),
            60_000
          )
        ).toBeLessThanOrEqual(perMinute)
      })
    )
  })

  it("leaves a fifth to urgent requests, whatever the others do", () => {
    const shared = flood(
      60,
      Array.from({ length: 200 }, () => "shared" as const)
    )
    expect(
      most(
        shared.map(({ at }) => at),
        60_000
      )
    ).toBeLessThanOrEqual(48)
    let budget = makeBudget(60)
    let now = 0
    for (let sent = 0; sent < 100; sent++) {
      now += waitFor(budget, "shared", now)
      budget = spend(budget, "shared", now)
    }
    for (let urgent = 0; urgent < 12; urgent++) {
      expect(waitFor(budget, "urgent", now)).toBe(0)
      budget = spend(budget, "urgent", now)
    }
  })

  it("spreads a flood: eight at once, then one every second and a half, without a long silence", () => {
    const times = flood(
      60,
      Array.from({ length: 400 }, () => "shared" as const)
    ).map(({ at }) => at)
    expect(times.slice(0, 8)).toEqual([0, 0, 0, 0, 0, 0, 0, 0])
    const gaps = times.slice(8).map((at, index) => at - (times[index + 7] ?? 0))
    expect(Math.max(...gaps)).toBeLessThan(2000)
    expect(Math.max(...times)).toBeLessThan((400 / 38) * 60_000)
  })

  it("knows no limit at 0, but keeps a pause the server asked for", () => {
    const free = makeBudget(0)
    expect(waitFor(spend(free, "shared", 0), "shared", 0)).toBe(0)
    const paused = pause(free, 60_000)
    expect([
      waitFor(paused, "shared", 0),
      waitFor(paused, "urgent", 59_000),
      waitFor(paused, "urgent", 60_000)
    ]).toEqual([60_000, 1000, 0])
    expect(pause(paused, 10).pausedUntil).toBe(60_000)
  })

  it("works with one request a minute", () => {
    expect(flood(1, ["shared", "urgent", "shared"]).map(({ at }) => at)).toEqual([0, 61_000, 122_000])
  })
})
