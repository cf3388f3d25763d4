/** Which residents are given up: the longest unused, whatever the clock does meanwhile. */
import { describe, expect, it } from "vitest"
import { address } from "#domain/ActorAddress.ts"
import { registerActor } from "#kernel/RegisteredActor.ts"
import { makeResident, Residents } from "#runtime/Resident.ts"
import { ledger } from "./charts/ledger.ts"

const actor = registerActor(ledger)
const make = (key: string) => () => makeResident(address("ledger", key), actor)
const HOUR = 3_600_000

describe("residents", () => {
  it("a clock that was set back keeps none of them for ever", () => {
    const residents = new Residents(100)
    const keys = Array.from({ length: 50 }, (_, n) => `${n}`)
    for (const key of keys) residents.touch(key, make(key), 2 * HOUR)
    for (const key of keys) residents.touch(key, make(key), HOUR)
    residents.passivateIdle(HOUR + 1)
    expect(residents.size).toBe(0)
  })

  it("one that is at work stays, and so does one that was just touched", () => {
    const residents = new Residents(128)
    const busy = residents.touch("busy", make("busy"), 0)
    busy.running = true
    for (let n = 0; n < 1000; n++) {
      const one = residents.touch(`${n}`, make(`${n}`), n)
      expect(residents.touch(`${n}`, make(`${n}`), n)).toBe(one)
      expect(residents.size).toBeLessThanOrEqual(128)
    }
    expect(residents.touch("busy", make("busy"), 1000)).toBe(busy)
  })
})
