/** What an actor waits for: who may go next in each lane, who holds what, when to wake, and that nothing is lost or doubled. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { createMachine } from "xstate"
import type { LatePolicy } from "#domain/ActorDefinition.ts"
import type { OutboxEntry, Timer } from "#kernel/ActorRecord.ts"
import {
  claimReady,
  deferEffect,
  dropEffect,
  dropTimer,
  extendClaim,
  isHeld,
  isTooLate,
  lastPendingAt,
  nextDueTimer,
  requeueEffect,
  restamp,
  wakeAt
} from "#kernel/Pending.ts"
import type { ActorState } from "#kernel/Turn.ts"
import { row } from "./charts/row.ts"
import { Bench, frozen } from "./harness.ts"

const blank = new Bench([row("m", createMachine({}))]).event(null, "NOTHING").state

const entry = (id: string, lane: string, more: Partial<OutboxEntry> = {}): OutboxEntry => ({
  id,
  lane,
  work: { kind: "action", name: "act", params: null },
  generation: 1,
  requestedAt: 0,
  attempts: 0,
  readyAt: 0,
  claim: null,
  lastError: null,
  ...more
})
const timer = (id: string, dueAt: number, generation = 1): Timer => ({
  id,
  dueAt,
  event: { type: id },
  target: { kind: "self" },
  generation
})
const stateOf = (outbox: ReadonlyArray<OutboxEntry>, timers: ReadonlyArray<Timer> = []): ActorState =>
  frozen({ snapshot: blank.snapshot, meta: { ...blank.meta, outbox: [...outbox], timers: [...timers] } })
const idsOf = ({ meta }: ActorState) => meta.outbox.map(({ id }) => id)
const hold = () => 10

describe("wakeAt and lastPendingAt", () => {
  const held = { by: "p", until: 90 }
  it.each<[string, ReadonlyArray<OutboxEntry>, ReadonlyArray<Timer>, number | null, number | null]>([
    ["nothing", [], [], null, null],
    ["timers", [], [timer("a", 30), timer("b", 20), timer("c", 40)], 20, 40],
    ["an entry", [entry("a", "x", { readyAt: 50 })], [], 50, 50],
    ["a claim counts until it runs out", [entry("a", "x", { readyAt: 5, claim: held })], [], 90, 90],
    [
      "who waits behind another does not wake",
      [entry("a", "x", { readyAt: 50 }), entry("b", "x", { readyAt: 1 })],
      [],
      50,
      50
    ],
    ["but is pending", [entry("a", "x", { readyAt: 50 }), entry("b", "x", { readyAt: 70 })], [], 50, 70],
    ["each lane has its own first", [entry("a", "x", { readyAt: 50 }), entry("b", "y", { readyAt: 9 })], [], 9, 50],
    ["both", [entry("a", "x", { readyAt: 50 })], [timer("t", 60)], 50, 60]
  ])("%s", (_, outbox, timers, wake, last) => {
    const { meta } = stateOf(outbox, timers)
    expect([wakeAt(meta), lastPendingAt(meta)]).toEqual([wake, last])
  })
})

describe("claimReady", () => {
  it("claims the first of each lane that may go now, and nobody behind it", () => {
    const state = stateOf([
      entry("a1", "a"),
      entry("b1", "b", { readyAt: 21 }),
      entry("a2", "a"),
      entry("c1", "c", { readyAt: 20 }),
      entry("b2", "b"),
      entry("d1", "d", { claim: { by: "q", until: 21 } }),
      entry("e1", "e", { claim: { by: "q", until: 20 } })
    ])
    const { claimed, state: next } = claimReady(state, "p", 20, ({ id }) => (id === "a1" ? 5 : 7))
    expect(claimed.map(({ id, claim }) => [id, claim])).toEqual([
      ["a1", { by: "p", until: 25 }],
      ["c1", { by: "p", until: 27 }],
      ["e1", { by: "p", until: 27 }]
    ])
    expect(idsOf(next)).toEqual(idsOf(state))
    expect(next.meta.outbox.filter(({ claim }) => claim?.by === "p")).toEqual(claimed)
    expect(claimReady(next, "p", 20, hold).claimed).toEqual([])
  })

  it("gives the very same state back when there is nothing to claim", () => {
    const state = stateOf([entry("a", "x", { readyAt: 21 })])
    expect(claimReady(state, "p", 20, hold).state).toBe(state)
  })
})

describe("a held entry", () => {
  const claim = { by: "p", until: 30 }
  const state = stateOf([entry("a", "x", { claim, attempts: 2 }), entry("b", "x")])

  it.each([
    ["its holder", state, "a", claim, true],
    ["its holder, after the claim was extended", extendClaim(state, "a", 60), "a", claim, true],
    ["another process", state, "a", { by: "q", until: 30 }, false],
    ["a claim of its holder's that is newer than what is stored", state, "a", { by: "p", until: 31 }, false],
    ["nobody's", state, "b", claim, false],
    ["gone", dropEffect(state, "a"), "a", claim, false],
    ["taken over", claimReady(state, "q", 30, hold).state, "a", claim, false]
  ])("isHeld: %s", (_, of, id, by, expected) => expect(isHeld(of, id, by)).toBe(expected))

  it("that failed waits with what is known of it, at its place", () => {
    const deferred = deferEffect(state, "a", { readyAt: 400, attempts: 3, code: "timeout" })
    expect(deferred.meta.outbox).toEqual([
      entry("a", "x", { readyAt: 400, attempts: 3, lastError: "timeout" }),
      entry("b", "x")
    ])
    expect(claimReady(deferred, "p", 399, hold).claimed).toEqual([])
    expect(claimReady(deferred, "p", 400, hold).claimed.map(({ id }) => id)).toEqual(["a"])
  })

  it("extendClaim leaves the others and the unclaimed alone", () => {
    expect(extendClaim(state, "b", 99).meta.outbox).toEqual(state.meta.outbox)
    expect(extendClaim(state, "a", 99).meta.outbox[0]?.claim).toEqual({ by: "p", until: 99 })
  })
})

describe("timers", () => {
  it("the one due first goes first; of equals, the one set first", () => {
    const { meta } = stateOf([], [timer("c", 30), timer("a", 10), timer("b", 10), timer("d", 31)])
    const order: Array<string> = []
    let left = meta
    for (let due = nextDueTimer(left, 30); due !== null; due = nextDueTimer(left, 30)) {
      order.push(due.id)
      left = dropTimer({ snapshot: blank.snapshot, meta: left }, due).meta
    }
    expect(order).toEqual(["a", "b", "c"])
    expect(nextDueTimer(left, 30)).toBeNull()
    expect(left.timers.map(({ id }) => id)).toEqual(["d"])
  })

  it("dropping one leaves a newer one of the same id", () => {
    const state = stateOf([], [timer("a", 10, 2)])
    expect(dropTimer(state, timer("a", 10, 1)).meta.timers).toEqual(state.meta.timers)
    expect(dropTimer(state, timer("a", 9, 2)).meta.timers).toEqual(state.meta.timers)
    expect(dropTimer(state, timer("a", 10, 2)).meta.timers).toEqual([])
  })

  it.each<[LatePolicy, number, boolean]>([
    ["fire", 1e12, false],
    ["skip", 60_000, false],
    ["skip", 60_001, true],
    [{ fireIfYoungerThanMs: 5 }, 5, false],
    [{ fireIfYoungerThanMs: 5 }, 6, true],
    [{ fireIfYoungerThanMs: 0 }, 0, false]
  ])("%j, %i ms late: dropped %s", (policy, late, expected) => {
    expect(isTooLate(policy, timer("a", 1_000), 1_000 + late)).toBe(expected)
  })
})

describe("requeueEffect", () => {
  const dead = entry("a", "x", { attempts: 8, lastError: "timeout", claim: { by: "p", until: 5 }, readyAt: 3 })

  it("puts a dead letter's effect at the end, as if it had never been tried", () => {
    const { meta } = requeueEffect(stateOf([entry("b", "x")]), dead, 77)
    expect(meta.outbox).toEqual([entry("b", "x"), entry("a", "x", { readyAt: 77 })])
  })

  it("does nothing when it is pending already", () => {
    const once = requeueEffect(stateOf([]), dead, 77)
    expect(requeueEffect(once, dead, 78)).toBe(once)
  })
})

it("restamp counts on and names the turn, and nothing else", () => {
  const state = stateOf([entry("a", "x")], [timer("t", 5)])
  expect(restamp(state, "t-9")).toEqual({ ...state, meta: { ...state.meta, revision: 2, turn: "t-9" } })
})

it("however attempts go, every entry is carried out, in the order of its lane, until it succeeds exactly once", () => {
  const attempt = fc.constantFrom("done", "failed", "lost")
  const lanes = fc.array(fc.constantFrom("a", "b", "c"), { minLength: 1, maxLength: 20 })
  fc.assert(
    fc.property(lanes, fc.array(attempt, { maxLength: 60 }), (lane, attempts) => {
      let state = stateOf(lane.map((name, index) => entry(String(index), name)))
      const succeeded: Array<OutboxEntry> = []
      let now = 0
      for (let round = 0; state.meta.outbox.length > 0; round++) {
        expect(round).toBeLessThan(200)
        now = Math.max(now, wakeAt(state.meta) as number)
        const { claimed, state: next } = claimReady(state, `p${round % 2}`, now, hold)
        expect(claimed.length).toBeGreaterThan(0)
        expect(new Set(claimed.map((one) => one.lane)).size).toBe(claimed.length)
        state = next
        for (const one of claimed) {
          const became = attempts.pop() ?? "done"
          expect(isHeld(state, one.id, one.claim as never)).toBe(true)
          if (became === "failed") {
            const retry = { readyAt: now + 3, attempts: one.attempts + 1, code: "no" }
            state = deferEffect(state, one.id, retry)
          }
          if (became === "done") {
            succeeded.push(one)
            state = dropEffect(state, one.id)
          }
        }
      }
      expect(wakeAt(state.meta)).toBeNull()
      for (const name of ["a", "b", "c"]) {
        const expected = lane.flatMap((of, index) => (of === name ? [String(index)] : []))
        expect(succeeded.filter((one) => one.lane === name).map(({ id }) => id)).toEqual(expected)
      }
    })
  )
})
