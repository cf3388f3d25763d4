/** A developer's open actions: noted, bounded, closed by word or by time; the row; and what is stored wakes up. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { MAX_OPEN_ACTIONS } from "#domain/developer/Developer.ts"
import { decodeRecord } from "#kernel/ActorRecord.ts"
import { registerActors } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { developerDefinition } from "#machines/developer/definition.ts"
import { VERSION } from "#machines/developer/schema.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { Ann, T0 } from "./Driver.ts"

describe("a developer", () => {
  it("has nothing open, and asking leaves nothing behind", () => {
    const ann = new Ann()
    expect(ann.tokens).toEqual([])
    expect(ann.close("unknown").tokens).toEqual([])
    expect(ann.timers).toEqual([])
  })

  it("knows what is open, oldest first, until it is told otherwise", () => {
    const ann = new Ann()
    expect(ann.open("a", 60_000)).toEqual({ noted: true })
    expect(ann.at(1).open("b", 60_000)).toEqual({ noted: true })
    expect(ann.open("a", 90_000)).toEqual({ noted: true })
    expect(ann.tokens).toEqual(["a", "b"])
    expect(ann.close("a").tokens).toEqual(["b"])
    expect(ann.close("a").close("b").tokens).toEqual([])
    expect(ann.timers).toEqual([])
  })

  it("leaves out what is past its time, at that very millisecond, though nobody told", () => {
    const ann = new Ann()
    ann.open("long", 90_000)
    ann.open("short", 60_000)
    expect(ann.at(59_999).tokens).toEqual(["long", "short"])
    expect(ann.at(60_000).tokens).toEqual(["long"])
    expect(ann.timers).toEqual([90_000])
    expect(ann.at(90_000).tokens).toEqual([])
    expect(ann.timers).toEqual([])
    expect(ann.open("late", 0)).toEqual({ noted: false })
  })

  it("may have 50 open at once; what expired makes room though its timer is late", () => {
    const ann = new Ann()
    for (let n = 0; n < MAX_OPEN_ACTIONS; n++) {
      expect(ann.open(`t${n}`, n === 0 ? 1_000 : 60_000)).toEqual({ noted: true })
    }
    expect(ann.open("more", 60_000)).toEqual({ noted: false })
    ann.now = T0 + 1_000
    expect(ann.open("more", 60_000)).toEqual({ noted: true })
    expect(ann.tokens).toHaveLength(MAX_OPEN_ACTIONS)
    expect(ann.tokens.at(-1)).toBe("more")
  })
})

const row = developerDefinition()

it("has a row that the kernel accepts, with its timer's policy", () => {
  const actor = registerActors([row]).get("developer")
  expect(Object.values(actor?.delayNames ?? {})).toEqual(Object.keys(row.lateTimers ?? {}))
  expect(row.migrations).toHaveLength(row.version - 1)
})

it("knows exactly what was opened, not closed and not past its time, whatever the order", () => {
  const step = fc.record({
    what: fc.constantFrom("open", "open", "close", "pass"),
    token: fc.constantFrom("a", "b", "c", "d"),
    ms: fc.integer({ min: 1, max: 50 })
  })
  fc.assert(
    fc.property(fc.array(step, { maxLength: 40, size: "max" }), (steps) => {
      const ann = new Ann()
      const open = new Map<string, number>()
      for (const { ms, token, what } of steps) {
        if (what === "open") {
          expect(ann.open(token, ms)).toEqual({ noted: true })
          if (!open.has(token)) open.set(token, ann.now + ms)
        } else if (what === "close") {
          ann.close(token)
          open.delete(token)
        } else ann.at(ann.now - T0 + ms)
        for (const [token, endsAt] of open) if (endsAt <= ann.now) open.delete(token)
        expect(ann.tokens).toEqual([...open.keys()])
        expect(ann.timers).toHaveLength(open.size === 0 ? 0 : 1)
      }
    }),
    { numRuns: 100 }
  )
})

it("means the same in live XState, with a restart after every turn", () =>
  conformance(
    { rows: [row], id: "ann" },
    {
      events: fc.oneof(
        fc.record({
          type: fc.constant("ACTION_OPENED"),
          token: fc.constantFrom("a", "b", "c"),
          expiresAt: fc.integer({ min: EPOCH - 100, max: EPOCH + 2_000 }),
          at: fc.constant(EPOCH)
        }),
        fc.record({ type: fc.constant("ACTION_CLOSED"), token: fc.constantFrom("a", "b", "c") }),
        fc.constant({ type: "LOOK" })
      )
    },
    { numRuns: 100 }
  ))

describe("a stored developer of version 1", () => {
  const frozen = readFileSync(new URL("../../fixtures/snapshots/developer/v1.json", import.meta.url), "utf8")
  const woken = () => {
    const ann = new Ann()
    ann.state = decodeState(ann.bench.actor, frozen)
    return ann
  }

  it("wakes up with what is open, until its time", () => {
    expect(woken().tokens).toEqual(["a", "b"])
    expect(woken().at(60_000).tokens).toEqual(["b"])
  })

  it("is written as it was read", () => {
    expect(VERSION).toBe(1)
    const { state, bench } = woken()
    if (state === null) throw new Error("it did not wake up")
    expect(JSON.parse(encodeState(decodeState(bench.actor, encodeState(state))))).toEqual(decodeRecord(frozen))
  })
})
