/**
 * Any sequence of what can happen to an action, held against a model of a dozen lines: it is never performed without its
 * owner's confirmation in time, never twice, and never leaves an end. Every turn is from the text of the one before, timers
 * may be late, outcomes may come late.
 */
import * as fc from "fast-check"
import { expect, it } from "vitest"
import type { ActionState } from "#domain/developer/PendingAction.ts"
import type { OutboxEntry } from "#kernel/ActorRecord.ts"
import { stateOf } from "#machines/pending-action/memory.ts"
import { ActionDriver, ANN, BOB, DONE, PREPARED, REFUSED } from "./Driver.ts"

const ENDS: ReadonlyArray<string> = ["done", "failed", "expired", "cancelled"]
const WORK_MS = 1_800_000

const by = fc.constantFrom(ANN, ANN, BOB)
const act = fc.oneof(
  { weight: 2, arbitrary: fc.record({ do: fc.constant("create" as const), ms: fc.constantFrom(1_000, 60_000, 0) }) },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant("confirm" as const), by, key: fc.constantFrom(null, "a", "b") })
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("cancel" as const), by }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("look" as const) }) },
  {
    weight: 3,
    arbitrary: fc.record({
      do: fc.constant("pass" as const),
      ms: fc.constantFrom(1, 999, 1_000, 30_000, 60_000, WORK_MS)
    })
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("wake" as const) }) },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("settle" as const),
      as: fc.constantFrom("ok", "ok", "refused", "error", "stale"),
      pick: fc.nat(1)
    })
  }
)
type Act = typeof act extends fc.Arbitrary<infer A> ? A : never

/** What must be so, from what happened alone. */
class Model {
  state: ActionState | "absent" = "absent"
  endsAt = 0
  confirmedAt = 0
  key: string | null = null

  get isOver(): boolean {
    return ENDS.includes(this.state)
  }
  expects(one: Extract<Act, { do: "confirm" | "cancel" }>, now: number): "yes" | "again" | "expired" | "not_yours" {
    if (this.state === "pending" && now < this.endsAt) return one.by === ANN ? "yes" : "not_yours"
    const wasConfirmed = this.confirmedAt > 0 && now < this.confirmedAt + 86_400_000
    const repeats = one.do === "confirm" && one.by === ANN && one.key !== null && one.key === this.key
    return wasConfirmed && repeats ? "again" : "expired"
  }
}

const run = (action: ActionDriver, model: Model, one: Act, ever: ReadonlyArray<OutboxEntry>): void => {
  switch (one.do) {
    case "create": {
      action.create({ expiresInMs: one.ms })
      if (model.state !== "absent" || one.ms === 0) return
      model.state = "pending"
      model.endsAt = action.now + one.ms
      return
    }
    case "confirm":
    case "cancel": {
      const expected = model.expects(one, action.now)
      const answer = one.do === "confirm" ? action.confirm(one.by, one.key) : action.cancel(one.by)
      if (expected === "yes" && one.do === "confirm") {
        expect(answer).toMatchObject({ accepted: true, repeated: false, look: { state: "confirmed" } })
        Object.assign(model, { state: "confirmed", confirmedAt: action.now, key: one.key })
      } else if (expected === "yes") {
        expect(answer).toMatchObject({ cancelled: true, look: { state: "cancelled" } })
        model.state = "cancelled"
      } else if (expected === "again") expect(answer).toMatchObject({ accepted: true, repeated: true })
      else {
        expect(answer).toEqual({ [one.do === "confirm" ? "accepted" : "cancelled"]: false, because: expected })
        if (expected === "expired" && model.state === "pending") model.state = "expired"
      }
      return
    }
    case "look":
      expect(action.look()?.state ?? "absent").toBe(model.state)
      return
    case "pass":
      action.now += one.ms
      return
    case "wake": {
      if (action.state === null) return
      action.wake()
      if (model.state === "pending" && action.now >= model.endsAt) model.state = "expired"
      const isWorking = model.state === "confirmed" || model.state === "executing"
      if (isWorking && action.now >= model.confirmedAt + WORK_MS) model.state = "failed"
      return
    }
    case "settle": {
      if (one.as === "stale") {
        const earlier = ever[one.pick]
        const isStale = earlier !== undefined && action.running?.id !== earlier.id
        if (isStale) action.hearLate(earlier, { ok: true, output: DONE })
        return
      }
      if (action.running === undefined) return
      const wasPreparing = model.state === "confirmed"
      if (one.as === "error") action.fail("unreachable")
      else if (one.as === "ok") action.done(wasPreparing ? PREPARED : DONE)
      else action.done(wasPreparing ? { result: REFUSED } : REFUSED)
      model.state = one.as !== "ok" ? "failed" : wasPreparing ? "executing" : "done"
    }
  }
}

it("never performs without a confirmation in time, never twice, and never leaves an end", () => {
  const seen = new Set<string>()
  fc.assert(
    fc.property(fc.array(act, { maxLength: 25, size: "max" }), (acts) => {
      const action = new ActionDriver()
      const model = new Model()
      const ever: Array<OutboxEntry> = []
      for (const one of acts) {
        const wasOver = model.isOver ? model.state : null
        const asked = action.asked.length
        run(action, model, one, ever)
        const { running } = action
        if (running !== undefined && running.id !== ever.at(-1)?.id) ever.push(running)
        if (action.state === null) continue
        seen.add(model.state)
        expect(action.context.order === null ? "absent" : stateOf(action.context)).toBe(model.state)
        const { value } = action
        expect(value).toEqual(
          model.state === "confirmed" || model.state === "executing" ? { working: model.state } : model.state
        )
        if (wasOver !== null) {
          expect(model.state).toBe(wasOver)
          expect(action.asked).toHaveLength(asked)
        }
        // Readers see it exactly while it can be confirmed, as far as the actor has been told the time.
        expect(action.document !== null).toBe(model.state === "pending")
        expect(action.running !== undefined).toBe(model.state === "confirmed" || model.state === "executing")
        expect(action.count("prepare")).toBe(model.confirmedAt > 0 ? 1 : 0)
        expect(action.count("perform")).toBeLessThanOrEqual(action.count("prepare"))
        expect(action.everEmitted).toHaveLength(model.isOver ? 1 : 0)
        const closed = action.asked.filter(({ kind }) => kind === "message")
        expect(closed).toHaveLength(model.state === "absent" || model.state === "pending" ? 0 : 1)
        expect(action.timers).toHaveLength(model.isOver || model.state === "absent" ? 0 : 1)
        expect(action.context.result !== null).toBe(model.state === "done" || model.state === "failed")
      }
    }),
    { numRuns: 250 }
  )
  expect([...seen].toSorted()).toEqual(["absent", "confirmed", "executing", "pending", ...ENDS].toSorted())
})
