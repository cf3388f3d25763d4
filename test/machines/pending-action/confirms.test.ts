/** Who may confirm, until when, and how often: once, whatever the order and the keys. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { ActionDriver, ANN, BOB, DONE, PREPARED, T0 } from "./Driver.ts"

const EXPIRED = { accepted: false, because: "expired" }
const NOT_YOURS = { accepted: false, because: "not_yours" }

describe("P8, C20: the time", () => {
  it.each([1_000, 60_000, 3_600_000])("of %i ms ends at that millisecond, by the clock alone", (expiresInMs) => {
    const inTime = new ActionDriver().create({ expiresInMs }).at(expiresInMs - 1)
    expect(inTime.confirm()).toMatchObject({ accepted: true, repeated: false })
    const tooLate = new ActionDriver().create({ expiresInMs }).at(expiresInMs)
    expect(tooLate.confirm()).toEqual(EXPIRED)
    expect(tooLate.value).toBe("expired")
    expect(tooLate.asked).toMatchObject([{ kind: "message", event: { type: "ACTION_CLOSED" } }])
    expect(tooLate.emitted).toEqual([{ type: "ACTION_SETTLED" }])
    expect(tooLate.timers).toEqual([])
    const cancelled = new ActionDriver().create({ expiresInMs }).at(expiresInMs)
    expect(cancelled.cancel()).toEqual({ cancelled: false, because: "expired" })
    expect(cancelled.value).toBe("expired")
  })

  it("ends by the timer where nobody asks, at that millisecond and however late", () => {
    const action = new ActionDriver().create().at(59_999).wake()
    expect(action.value).toBe("pending")
    expect(action.at(60_000).wake().value).toBe("expired")
    expect(action.projections).toEqual([{ op: "delete", key: action.projections[0]?.key }])
    expect(action.look()).toMatchObject({ state: "expired", confirmedAt: null, result: null })
    const late = new ActionDriver().create().at(86_000_000).wake()
    expect(late.value).toBe("expired")
    expect(late.context.lapsed).toEqual({ as: "expired", at: T0 + 86_000_000 })
  })

  it("is the first creation's: a second one changes nothing", () => {
    const action = new ActionDriver().create().at(30_000)
    const look = action.look()
    action.create({ expiresInMs: 3_600_000 })
    expect(action.reply).toEqual(look)
    expect(action.projections).toEqual([])
    expect(action.at(60_000).confirm()).toEqual(EXPIRED)
  })

  it.each([0, -1, 999, 3_600_001, 1.5, Number.MAX_SAFE_INTEGER])(
    "of %d ms is none: nothing is created",
    (expiresInMs) => {
      const action = new ActionDriver().create({ expiresInMs })
      expect([action.reply, action.value, action.projections]).toEqual([null, "absent", []])
      expect(action.confirm()).toEqual(EXPIRED)
    }
  )
})

describe("X20: the owner", () => {
  it("alone consumes; others are told so of a live action, and nothing of another", () => {
    const action = new ActionDriver().create()
    expect(action.confirm(BOB, "k")).toEqual(NOT_YOURS)
    expect(action.projections).toEqual([])
    expect(action.confirm(ANN, "k")).toMatchObject({ accepted: true })
    expect(action.confirm(BOB, "k")).toEqual(EXPIRED)
    expect(action.cancel(BOB)).toEqual({ cancelled: false, because: "expired" })
    const late = new ActionDriver().create().at(60_000)
    expect(late.confirm(BOB)).toEqual(EXPIRED)
  })

  it("has nothing to confirm where nothing was created, and asking creates nothing", () => {
    const action = new ActionDriver()
    expect(action.confirm(ANN, "k")).toEqual(EXPIRED)
    expect(action.cancel()).toEqual({ cancelled: false, because: "expired" })
    expect(action.look()).toBeNull()
    expect([action.value, action.asked, action.timers]).toEqual(["absent", [], []])
    expect(action.create().confirm(ANN, "k")).toMatchObject({ accepted: true, repeated: false })
  })
})

describe("C21: the idempotency key", () => {
  it("that consumed it is answered again, with what has come of it, for 24 hours", () => {
    const action = new ActionDriver().create().at(1_000)
    action.confirm(ANN, "k")
    expect(action.confirm(ANN, "k")).toMatchObject({ accepted: true, repeated: true, look: { state: "confirmed" } })
    action.done(PREPARED).done(DONE)
    expect(action.confirm(ANN, "k")).toMatchObject({ accepted: true, repeated: true, look: { result: DONE } })
    expect(action.at(86_400_999).confirm(ANN, "k")).toMatchObject({ accepted: true, repeated: true })
    expect(action.at(86_401_000).confirm(ANN, "k")).toEqual(EXPIRED)
    expect([action.count("prepare"), action.count("perform")]).toEqual([1, 1])
  })

  it("is no other, and none is no key", () => {
    const action = new ActionDriver().create()
    action.confirm(ANN, "k")
    expect([action.confirm(ANN, "other"), action.confirm(ANN, null)]).toEqual([EXPIRED, EXPIRED])
    const without = new ActionDriver().create()
    without.confirm(ANN, null)
    expect([without.confirm(ANN, null), without.confirm(ANN, "k")]).toEqual([EXPIRED, EXPIRED])
    const cancelled = new ActionDriver().create()
    cancelled.cancel()
    expect(cancelled.confirm(ANN, "k")).toEqual(EXPIRED)
  })
})

it("P6, P7: of 100 confirmations, in any order, by anybody, with any keys and at any time, one is the first", () => {
  const confirmation = fc.record({
    by: fc.constantFrom(ANN, ANN, BOB, "eve"),
    key: fc.constantFrom(null, "a", "b", "c"),
    at: fc.oneof({ weight: 3, arbitrary: fc.nat(59_999) }, { weight: 1, arbitrary: fc.nat(70_000) }),
    settles: fc.boolean()
  })
  const hundred = fc.array(confirmation, { minLength: 100, maxLength: 100, size: "max" })
  fc.assert(
    fc.property(hundred, fc.boolean(), (all, inOrder) => {
      const action = new ActionDriver().create()
      let first: (typeof all)[number] | null = null
      let isOver = false
      for (const one of inOrder ? all.toSorted((a, b) => a.at - b.at) : all) {
        const { at, by, key, settles } = one
        const answer = action.at(at).confirm(by, key)
        if (first !== null) {
          const repeats = by === ANN && key !== null && key === first.key
          expect(answer).toMatchObject(repeats ? { accepted: true, repeated: true } : EXPIRED)
        } else if (isOver || at >= 60_000) {
          isOver = true
          expect(answer).toEqual(EXPIRED)
        } else if (by === ANN) {
          first = one
          expect(answer).toMatchObject({ accepted: true, repeated: false })
        } else expect(answer).toEqual(NOT_YOURS)
        if (settles && action.running !== undefined) action.done(action.context.prepared === null ? PREPARED : DONE)
      }
      expect(action.count("prepare")).toBe(first === null ? 0 : 1)
      expect(action.count("perform")).toBeLessThanOrEqual(first === null ? 0 : 1)
      expect(action.asked.filter(({ kind }) => kind === "message")).toHaveLength(first !== null || isOver ? 1 : 0)
    }),
    { numRuns: 40 }
  )
})
