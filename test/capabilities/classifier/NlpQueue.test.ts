/** Who goes next, and with whom. */
import * as fc from "fast-check"
import { PRIORITIES } from "#capabilities/classifier/CrisisClassifier.ts"
import {
  MAX_BATCH,
  nextBatchLimit,
  nextStep,
  type QueueState,
  type Waiting
} from "#capabilities/classifier/NlpQueue.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

interface Named extends Waiting {
  readonly name: string
}

const one = (name: string, changes: Partial<Named> = {}): Named => ({
  name,
  priority: "normal",
  readyAt: 0,
  shareWith: MAX_BATCH,
  ...changes
})

const state = (waiting: ReadonlyArray<Named>, changes: Partial<QueueState<Named>> = {}): QueueState<Named> => ({
  waiting,
  now: 1000,
  budget: { urgent: 0, shared: 0 },
  underWay: { urgent: 0, shared: 0 },
  batchLimit: MAX_BATCH,
  probing: false,
  ...changes
})

const sent = (given: QueueState<Named>): string => {
  const step = nextStep(given)
  return step.kind === "send" ? `${step.lane}: ${step.items.map(({ name }) => name).join(" ")}` : `wait ${step.ms}`
}

const urgent = one("crisis", { priority: "urgent", shareWith: 1 })

describe("nextStep", () => {
  it("sends urgent ones first, alone, oldest first, even while the shared lane is busy or out of budget", () => {
    const waiting = [one("a"), urgent, one("crisis 2", { priority: "urgent", shareWith: 1 })]
    expect(sent(state(waiting))).toBe("urgent: crisis")
    expect(sent(state(waiting, { underWay: { urgent: 1, shared: 1 }, budget: { urgent: 0, shared: 500 } }))).toBe(
      "urgent: crisis"
    )
  })

  it("sends what waits together, normal before backlog, within the limit", () => {
    const waiting = [one("old", { priority: "backlog" }), one("a"), one("b"), one("c")]
    expect(sent(state(waiting))).toBe("shared: a b c old")
    expect(sent(state(waiting, { batchLimit: 2 }))).toBe("shared: a b")
    expect(sent(state([one("a")]))).toBe("shared: a")
  })

  it("sends one whose history matters alone, in its turn", () => {
    const serious = one("serious", { shareWith: 1 })
    expect(sent(state([serious, one("a"), one("b")]))).toBe("shared: serious")
    expect(sent(state([one("a"), serious, one("b")]))).toBe("shared: a b")
  })

  it("keeps to the smallest batch anyone in it may be part of", () => {
    const waiting = [one("a"), one("b", { shareWith: 2 }), one("c"), one("d")]
    expect(sent(state(waiting))).toBe("shared: a b")
    expect(sent(state([one("a", { shareWith: 3 }), ...waiting.slice(2)]))).toBe("shared: a c d")
  })

  it("waits for budget, for the next attempt, or for a change", () => {
    expect(sent(state([]))).toBe("wait null")
    expect(sent(state([one("a")], { budget: { urgent: 0, shared: 700 } }))).toBe("wait 700")
    expect(sent(state([one("a", { readyAt: 3000 }), one("b", { readyAt: 1500 })]))).toBe("wait 500")
    expect(sent(state([one("a")], { underWay: { urgent: 0, shared: 1 } }))).toBe("wait null")
  })

  it("tries a service that was left alone with one request at a time", () => {
    expect(sent(state([one("a"), one("b")], { probing: true }))).toBe("shared: a")
    expect(sent(state([urgent], { probing: true, underWay: { urgent: 0, shared: 1 } }))).toBe("wait null")
  })

  it("sends each at most once, never one that is not ready, never a batch with one that goes alone", () => {
    const items = fc.array(
      fc.record({
        priority: fc.constantFrom(...PRIORITIES),
        readyAt: fc.integer({ min: 0, max: 2000 }),
        shareWith: fc.integer({ min: 1, max: MAX_BATCH }),
        name: fc.string()
      }),
      { maxLength: 200 }
    )
    fc.assert(
      fc.property(items, fc.integer({ min: 1, max: MAX_BATCH }), (waiting, batchLimit) => {
        const step = nextStep(state(waiting, { batchLimit }))
        if (step.kind === "wait") {
          expect(waiting.every(({ readyAt }) => readyAt > 1000)).toBe(true)
          return
        }
        expect(new Set(step.items).size).toBe(step.items.length)
        expect(step.items.length).toBeGreaterThan(0)
        for (const item of step.items) {
          expect(item.readyAt).toBeLessThanOrEqual(1000)
          expect(step.items.length).toBeLessThanOrEqual(item.shareWith)
        }
      })
    )
  })
})

describe("nextBatchLimit", () => {
  it("grows while full batches are quick, shrinks to what is quick when they are slow", () => {
    expect(nextBatchLimit(25, 25, 200)).toBe(50)
    expect(nextBatchLimit(25, 10, 200)).toBe(25)
    expect(nextBatchLimit(80, 80, 100)).toBe(MAX_BATCH)
    expect(nextBatchLimit(50, 50, 1500)).toBe(50)
    expect(nextBatchLimit(100, 100, 14_500)).toBe(6)
    expect(nextBatchLimit(1, 2, 90_000)).toBe(1)
  })
})
