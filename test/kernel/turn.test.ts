/** Exact results of single turns: what they ask for, under which ids, and what they drop as stale. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { readRecent, remember } from "#kernel/RecentEvents.ts"
import { worker } from "./charts/worker.ts"
import { Bench, entryOf, NOW, timerOf, works } from "./harness.ts"

const bench = () => new Bench([worker])
const born = (b: Bench) => b.event(null, "NOTHING").state
const birth = NOW.toString(36)

describe("a turn", () => {
  it("asks for exactly this, under these ids", () => {
    const b = bench()
    const { state, reply, emitted, logs, projections } = b.event(born(b), "GO", NOW + 5)
    const common = { generation: 2, requestedAt: NOW + 5, attempts: 0, readyAt: NOW + 5, claim: null, lastError: null }
    expect(state.meta).toEqual({
      version: 1,
      createdAt: NOW,
      updatedAt: NOW + 5,
      revision: 2,
      turn: "turn-2",
      parent: null,
      children: { job: { src: "job", generation: 2, address: null } },
      timers: [
        {
          id: "xstate.after.soon.m.busy",
          dueAt: NOW + 1_005,
          event: { type: "xstate.after.soon.m.busy" },
          target: { kind: "self" },
          generation: 2
        }
      ],
      outbox: [
        {
          id: `${birth}-2.0`,
          lane: "default",
          work: { kind: "action", name: "act", params: { at: "entry" } },
          ...common
        },
        { id: `${birth}-2.1`, lane: "parcels", work: { kind: "action", name: "ship", params: "box" }, ...common },
        {
          id: `${birth}-2.2`,
          lane: "invoke:job",
          work: { kind: "invoke", name: "job", params: { n: 1 }, child: "job" },
          ...common
        }
      ],
      recent: `${NOW} NOTHING\n${NOW + 5} GO\n`
    })
    expect({ reply, emitted, logs, projections }).toEqual({ reply: undefined, emitted: [], logs: [], projections: [] })
  })

  it("that is run again gives the same, but for its own name", () => {
    const b = bench()
    const before = born(b)
    const [first, second] = [b.event(before, "GO"), b.event(before, "GO")]
    expect(second.state.meta).toEqual({ ...first.state.meta, turn: second.state.meta.turn })
    expect(second.state.snapshot.value).toEqual(first.state.snapshot.value)
  })

  it("gives ids that no other revision and no other life of the address gives", () => {
    const b = bench()
    const seen = new Set<string>()
    let count = 0
    for (const life of [NOW, NOW + 1]) {
      let state = b.event(null, { type: "MANY", timers: 2, effects: 2 }, life).state
      for (let turn = 0; turn < 3; turn++) state = b.event(state, { type: "MANY", timers: 2, effects: 2 }, life).state
      for (const { id } of state.meta.outbox) seen.add(id)
      count += state.meta.outbox.length
      expect(new Set(state.meta.timers.map(({ id }) => id)).size).toBe(8)
    }
    expect(count).toBe(16)
    expect(seen.size).toBe(16)
  })

  it("never changes the state it was given, even when it is refused", () => {
    const b = bench()
    const before = b.event(born(b), "GO").state
    const text = JSON.stringify(before.meta)
    b.event(before, "AGAIN")
    expect(() => b.event(before, "THROW")).toThrow(RangeError)
    expect(b.refusal(before, { kind: "event", event: { type: "KEEP", value: new Date(0) } }).code).toBe("not_json")
    expect(JSON.stringify(before.meta)).toBe(text)
    expect(before.snapshot.value).toBe("busy")
  })

  it("keeps the last events, types and times only", () => {
    const b = bench()
    let state = born(b)
    for (let n = 0; n < 60; n++) state = b.event(state, { type: "DO", n }, NOW + n).state
    const recent = readRecent(state.meta.recent)
    expect(recent.length).toBeGreaterThan(20)
    expect(recent).toEqual(recent.map((_, n) => ({ type: "DO", at: NOW + 60 - recent.length + n })))
    expect(state.meta.recent.length).toBeLessThanOrEqual(400)
  })

  it("keeps whole lines of whatever types it is sent", () => {
    fc.assert(
      fc.property(fc.array(fc.string({ maxLength: 150 }), { maxLength: 40 }), (types) => {
        const text = types.reduce((recent, type, n) => remember(recent, type, NOW + n), "")
        const kept = types.map((type, n) => ({ type: type.slice(0, 100).replaceAll("\n", " "), at: NOW + n }))
        const read = readRecent(text)
        expect(text.length).toBeLessThanOrEqual(400)
        expect(read).toEqual(kept.slice(kept.length - read.length))
        expect(read.length).toBeGreaterThanOrEqual(Math.min(types.length, 3))
      })
    )
  })
})

describe("replies", () => {
  it.each([
    [[], undefined],
    [[{ a: 1 }], { a: 1 }],
    [[null], null],
    [[undefined], null],
    [[0], 0]
  ])("%j answers %j", (params, reply) => {
    const b = bench()
    expect(b.event(born(b), { type: "REPLY", with: params }).reply).toStrictEqual(reply)
  })

  it.each([[[1, 2]], [[null, null]], [[undefined, 1]]])("a second one is refused: %j", (params) => {
    const b = bench()
    expect(b.refusal(born(b), { kind: "event", event: { type: "REPLY", with: params } })).toEqual({
      code: "second_reply",
      message: "second_reply: a turn answers once"
    })
  })
})

describe("timers", () => {
  it("fire once, with the times of their firing", () => {
    const b = bench()
    const busy = b.event(born(b), "GO").state
    const timer = timerOf(busy, "xstate.after.soon.m.busy")
    const fired = b.fire(busy, timer, timer.dueAt + 70)
    expect(fired.state.snapshot.value).toBe("idle")
    expect(fired.state.snapshot.context.heard).toEqual([
      { type: "xstate.after.soon.m.busy", scheduledAt: NOW + 1_000, firedAt: NOW + 1_070 }
    ])
    expect(fired.state.meta.timers).toEqual([])
    const again = b.fire(fired.state, timer)
    expect(again.state.snapshot).toBe(fired.state.snapshot)
  })

  it("of an earlier visit to a state are dropped, and leave the new one alone", () => {
    const b = bench()
    const first = b.event(born(b), "GO").state
    const stale = timerOf(first, "xstate.after.soon.m.busy")
    const second = b.event(first, "AGAIN", NOW + 400).state
    const renewed = timerOf(second, "xstate.after.soon.m.busy")
    expect(second.meta.timers).toEqual([{ ...stale, dueAt: NOW + 1_400, generation: 3 }])
    const { state } = b.fire(second, stale)
    expect(state.snapshot.value).toBe("busy")
    expect(state.meta.timers).toEqual([renewed])
    expect(b.fire(state, renewed).state.snapshot.value).toBe("idle")
  })

  it("set again under the same id replace the one that is pending", () => {
    const b = bench()
    const first = b.event(born(b), { type: "LATER", ms: 50 }).state
    const second = b.event(first, { type: "LATER", ms: 20 }).state
    expect(second.meta.timers).toMatchObject([{ id: "bell", dueAt: NOW + 20, generation: 3 }])
    expect(b.fire(second, timerOf(first, "bell")).state.snapshot.context.heard).toEqual([])
  })

  it.each([
    [-5, NOW],
    [0, NOW],
    [0.6, NOW + 1],
    [40 * 24 * 3_600_000, NOW + 40 * 24 * 3_600_000]
  ])("a delay of %s ms is due at %s", (ms, dueAt) => {
    const b = bench()
    expect(timerOf(b.event(born(b), { type: "LATER", ms }).state, "bell").dueAt).toBe(dueAt)
  })

  it.each([Number.NaN, Infinity, 1e300])("a delay of %s ms is refused", (ms) => {
    const b = bench()
    expect(b.refusal(born(b), { kind: "event", event: { type: "LATER", ms } })).toEqual({
      code: "bad_delay",
      message: `bad_delay: delay of event "BELL"`
    })
  })
})

describe("outcomes of effects", () => {
  const outcomes = [
    [
      { ok: true, output: 7 },
      { type: "xstate.done.actor.job", actorId: "job", at: NOW + 9, output: 7 }
    ],
    [
      { ok: true, output: undefined },
      { type: "xstate.done.actor.job", actorId: "job", at: NOW + 9, output: undefined }
    ],
    [
      { ok: false, code: "refused", error: { code: "refused" } },
      { type: "xstate.error.actor.job", actorId: "job", at: NOW + 9, error: { code: "refused" } }
    ],
    [
      { ok: false, code: "defect", error: new RangeError("why") },
      { type: "xstate.error.actor.job", actorId: "job", at: NOW + 9, error: { name: "RangeError", message: "why" } }
    ],
    [
      { ok: false, code: "defect", error: new Map() },
      {
        type: "xstate.error.actor.job",
        actorId: "job",
        at: NOW + 9,
        error: { name: "Error", message: "the error was not plain data" }
      }
    ]
  ] as const
  it.each(outcomes)("%j of a promise is heard as %j", (outcome, event) => {
    const b = bench()
    const busy = b.event(born(b), "GO").state
    const { state } = b.settle(busy, entryOf(busy, 2), outcome, NOW + 9)
    expect(state.snapshot.context.heard).toEqual([event])
    expect(state.meta.outbox.map(({ id }) => id)).toEqual([`${birth}-2.0`, `${birth}-2.1`])
  })

  it.each([
    [
      { ok: true, output: { id: "x" } },
      { type: "SENT", effect: "act", requestedAt: NOW, at: NOW + 3, output: { id: "x" } }
    ],
    [
      { ok: false, code: "refused", error: null },
      { type: "SENT", effect: "act", requestedAt: NOW, at: NOW + 3, code: "refused", params: { at: "entry" } }
    ]
  ] as const)("%j of an action that has results is heard as %j", (outcome, event) => {
    const b = bench()
    const busy = b.event(born(b), "GO").state
    expect(b.settle(busy, entryOf(busy, 0), outcome, NOW + 3).state.snapshot.context.heard).toEqual([event])
    const shipped = b.settle(busy, entryOf(busy, 1), outcome, NOW + 3).state
    expect(shipped.snapshot).toBe(busy.snapshot)
    expect(shipped.meta.outbox).toHaveLength(2)
  })

  it("of a promise whose state was left or entered again are dropped", () => {
    const b = bench()
    const busy = b.event(born(b), "GO").state
    const stale = entryOf(busy, 2)
    for (const after of ["OUT", "AGAIN"]) {
      const { state } = b.event(busy, after)
      const settled = b.settle(state, stale, { ok: true, output: 1 }).state
      expect(settled.snapshot).toBe(state.snapshot)
      expect(settled.meta.outbox).toEqual(state.meta.outbox)
    }
    expect(works(b.event(busy, "OUT").state).map(({ kind }) => kind)).toEqual(["action", "action"])
  })

  it("that come a second time are dropped", () => {
    const b = bench()
    const busy = b.event(born(b), "GO").state
    const entry = entryOf(busy, 0)
    const once = b.settle(busy, entry, { ok: true, output: 1 }).state
    expect(b.settle(once, entry, { ok: true, output: 2 }).state.snapshot).toBe(once.snapshot)
  })

  it("that JSON would change are refused", () => {
    const b = bench()
    const busy = b.event(born(b), "GO").state
    const outcome = { ok: true, output: { when: new Date(0) } } as const
    const refusal = (index: number) =>
      b.refusal(busy, { kind: "settled", entry: entryOf(busy, index), outcome }).message
    expect(refusal(0)).toBe(`not_json: output of action "act".when is not a plain object`)
    expect(refusal(2)).toBe(`not_json: output of child source "job".when is not a plain object`)
  })
})
