/** Exact results of single turns: what they ask for, under which ids, what they refuse, and what they drop as stale. */
import { describe, expect, it } from "vitest"
import { assign, cancel, enqueueActions, fromPromise, raise, sendTo, setup, stopChild } from "xstate"
import { MAX_OUTBOX, MAX_TIMERS } from "#kernel/Turn.ts"
import { row } from "./charts/row.ts"
import { Bench, entryOf, NOW, timerOf, works } from "./harness.ts"

type Event =
  | { type: "GO" }
  | { type: "OUT" }
  | { type: "AGAIN" }
  | { type: "DO"; n: number }
  | { type: "DONE" }
  | { type: "REPLY"; with: ReadonlyArray<Params> }
  | { type: "KEEP"; value: unknown }
  | { type: "SEND"; event: { type: string } }
  | { type: "TELL"; params: Params }
  | { type: "MANY"; timers: number; effects: number }
  | { type: "ECHO" }
  | { type: "SPIN" }
  | { type: "RAISE_LOOP" }
  | { type: "LATER"; ms: number }
  | { type: "BELL" }
  | { type: "SENT" }
  | { type: "THROW" }

/** XState's types do not take a function for params of type `unknown`. */
type Params = object | string | number | null | undefined

const machine = setup({
  types: {
    context: {} as { heard: Array<unknown>; kept: unknown },
    events: {} as Event,
    output: {} as { kept: unknown }
  },
  actors: { job: fromPromise<number, { n: number }>(async () => 1) },
  actions: {
    act: (_, _params: Params) => {},
    ship: (_, _params: Params) => {},
    reply: (_, _params: Params) => {},
    tell: (_, _params: Params) => {},
    hear: assign({ heard: ({ context, event }) => [...context.heard, event] }),
    keep: assign({ kept: ({ event }) => (event.type === "KEEP" ? event.value : null) })
  },
  delays: { soon: 1_000 }
}).createMachine({
  id: "m",
  context: { heard: [], kept: null },
  initial: "idle",
  output: ({ context }) => ({ kept: context.kept }),
  on: {
    KEEP: { actions: "keep" },
    DO: { actions: { type: "act", params: ({ event }) => ({ n: event.n }) } },
    SENT: { actions: "hear" },
    BELL: { actions: "hear" },
    REPLY: {
      actions: enqueueActions(({ enqueue, event }) => {
        for (const params of event.with) enqueue({ type: "reply", params })
      })
    },
    SEND: {
      actions: sendTo(
        ({ self }) => self,
        ({ event }) => event.event as Event
      )
    },
    TELL: { actions: { type: "tell", params: ({ event }) => event.params } },
    ECHO: { actions: sendTo(({ self }) => self, { type: "ECHO" }) },
    RAISE_LOOP: { actions: raise({ type: "RAISE_LOOP" }) },
    SPIN: ".spin",
    LATER: { actions: raise({ type: "BELL" }, { id: "bell", delay: ({ event }) => event.ms }) },
    THROW: {
      actions: assign({
        kept: () => {
          throw new RangeError("a chart's own")
        }
      })
    },
    MANY: {
      actions: enqueueActions(({ enqueue, event }) => {
        for (let n = 0; n < event.timers; n++) enqueue.raise({ type: "BELL" }, { delay: n })
        for (let n = 0; n < event.effects; n++) enqueue({ type: "act", params: n })
      })
    },
    DONE: ".end"
  },
  states: {
    idle: { on: { GO: "busy" } },
    busy: {
      entry: [
        { type: "act", params: { at: "entry" } },
        { type: "ship", params: "box" }
      ],
      invoke: {
        id: "job",
        src: "job",
        input: { n: 1 },
        onDone: { target: "idle", actions: "hear" },
        onError: { target: "idle", actions: "hear" }
      },
      after: { soon: { target: "idle", actions: "hear" } },
      on: { OUT: "idle", AGAIN: { target: "busy", reenter: true } },
      exit: cancel("bell")
    },
    spin: { always: { target: "spun" } },
    spun: { always: { target: "spin" } },
    end: { type: "final" }
  }
})

const results = { act: { done: "SENT", failed: "SENT" } }
const bench = () => new Bench([row("m", machine, { lanes: { ship: "parcels" }, results })])
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
      recent: [
        { type: "NOTHING", at: NOW },
        { type: "GO", at: NOW + 5 }
      ]
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

  it("keeps the last twenty events, types and times only", () => {
    const b = bench()
    let state = born(b)
    for (let n = 0; n < 25; n++) state = b.event(state, { type: "DO", n }, NOW + n).state
    expect(state.meta.recent).toEqual(Array.from({ length: 20 }, (_, n) => ({ type: "DO", at: NOW + n + 5 })))
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
      { type: "SENT", effect: "act", at: NOW + 3, output: { id: "x" } }
    ],
    [
      { ok: false, code: "refused", error: null },
      { type: "SENT", effect: "act", at: NOW + 3, code: "refused" }
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

describe("events of XState's own", () => {
  it.each([
    { type: "xstate.done.actor.job", actorId: "job", output: 5 },
    { type: "xstate.done.actor.job", output: 5 },
    { type: "xstate.done.actor.job", actorId: "job", generation: 1, output: 5 },
    { type: "xstate.done.actor.job", actorId: "constructor" },
    { type: "xstate.error.actor.job", actorId: "nobody" },
    { type: "xstate.after.soon.m.busy" },
    { type: "xstate.after.soon.m.busy", actorId: "job", generation: 2 },
    { type: "xstate.done.state.m" },
    { type: "xstate.stop" },
    { type: "xstate.init" }
  ])("from outside are dropped: %j", (event) => {
    const b = bench()
    const busy = b.event(born(b), "GO").state
    const { state } = b.event(busy, event)
    expect(state.snapshot).toBe(busy.snapshot)
    expect(state.meta).toEqual({ ...busy.meta, revision: 3, turn: "turn-3" })
  })

  it("cannot be sent by a chart, except for a route", () => {
    const b = bench()
    const send = (type: string) => ({ kind: "event", event: { type: "SEND", event: { type } } }) as const
    expect(b.refusal(born(b), send("xstate.stop")).code).toBe("reserved_event")
    expect(b.turn(born(b), send("xstate.route")).state.snapshot.status).toBe("active")
    const params = { to: { type: "m", id: "2" }, event: { type: "xstate.done.actor.x" } }
    expect(b.refusal(born(b), { kind: "event", event: { type: "TELL", params } }).code).toBe("reserved_event")
  })

  it("make no new actor", () => {
    const b = bench()
    const busy = b.event(born(b), "GO").state
    const timer = timerOf(busy, "xstate.after.soon.m.busy")
    expect(b.refusal(null, { kind: "timer", timer }).code).toBe("no_actor")
    expect(b.refusal(null, { kind: "stop" }).code).toBe("no_actor")
    const entry = entryOf(busy)
    expect(b.refusal(null, { kind: "settled", entry, outcome: { ok: true, output: 1 } }).code).toBe("no_actor")
    const event = { type: "xstate.done.actor.job", actorId: "job", generation: 2 }
    expect(b.refusal(null, { kind: "event", event }).code).toBe("no_actor")
  })
})

describe("tell", () => {
  it.each([
    [{ to: { type: "m", id: "2" }, event: { type: "HI", n: 1 } }, "normal"],
    [{ to: { type: "m", id: "2" }, event: { type: "HI", n: 1 }, priority: "high" }, "high"]
  ])("%j becomes a message of priority %s", (params, priority) => {
    const b = bench()
    const { state } = b.event(born(b), { type: "TELL", params })
    expect(entryOf(state)).toMatchObject({
      lane: "to:m/2",
      work: { kind: "message", to: { type: "m", id: "2" }, event: { type: "HI", n: 1 }, priority }
    })
  })

  it.each([
    [undefined, "bad_tell"],
    [{}, "bad_tell"],
    [{ to: { type: "m", id: "2" } }, "bad_tell"],
    [{ to: { type: "m", id: "2" }, event: { type: "" } }, "bad_tell"],
    [{ to: { type: "m", id: "2" }, event: { type: 7 } }, "bad_tell"],
    [{ to: { type: "m", id: "2" }, event: { type: "HI" }, priority: "urgent" }, "bad_tell"],
    [{ to: { type: "No Type", id: "2" }, event: { type: "HI" } }, "bad_address"],
    [{ to: { type: "m", id: "" }, event: { type: "HI" } }, "bad_address"],
    [{ to: { type: "m", id: "2" }, event: { type: "HI", at: new Date(0) } }, "not_json"]
  ])("%j is refused as %s", (params, code) => {
    const b = bench()
    expect(b.refusal(born(b), { kind: "event", event: { type: "TELL", params } }).code).toBe(code)
  })
})

describe("what is not JSON", () => {
  const secret = "+1 555 0100"
  it.each([
    [{ type: "DO", n: new Date(0) }, `params of action "act".n is not a plain object`],
    [{ type: "DO", n: [1, { deep: 1n }] }, `params of action "act".n[1].deep is a bigint`],
    [{ type: "KEEP", value: { [secret]: () => secret } }, "context.kept.* is a function"],
    [{ type: "KEEP", value: [Symbol(secret)] }, "context.kept[0] is a symbol"],
    [{ type: "REPLY", with: [new Set([secret])] }, "reply is not a plain object"],
    [{ type: "TELL", params: { to: secret, event: new Error(secret) } }, "tell.event is not a plain object"]
  ])("is refused with the path to it and never with what it is: %#", (event, place) => {
    const b = bench()
    const { code, message } = b.refusal(born(b), { kind: "event", event })
    expect(message).toBe(`not_json: ${place}`)
    expect(code).toBe("not_json")
    expect(message).not.toContain(secret)
  })

  it("a value within itself is refused, and 60 levels are not", () => {
    const b = bench()
    const loop: Record<string, unknown> = {}
    loop["again"] = loop
    expect(b.refusal(born(b), { kind: "event", event: { type: "KEEP", value: loop } }).message).toMatch(
      /is nested deeper than 64 levels or refers to itself$/
    )
    let deep: unknown = 1
    for (let n = 0; n < 60; n++) deep = [deep]
    expect(b.event(born(b), { type: "KEEP", value: deep }).state.snapshot.context.kept).toBe(deep)
  })
})

describe("bounds", () => {
  it(`${MAX_TIMERS} timers and ${MAX_OUTBOX} effects are kept, one more is refused`, () => {
    const b = bench()
    const full = b.event(born(b), { type: "MANY", timers: MAX_TIMERS, effects: MAX_OUTBOX }).state
    expect([full.meta.timers.length, full.meta.outbox.length]).toEqual([256, 512])
    const refusal = (timers: number, effects: number) =>
      b.refusal(full, { kind: "event", event: { type: "MANY", timers, effects } }).code
    expect(refusal(1, 0)).toBe("too_many_timers")
    expect(refusal(0, 1)).toBe("too_many_effects")
    expect(b.fire(full, full.meta.timers[0] as never).state.meta.timers).toHaveLength(255)
  })

  it("an actor that is over them already may work off what it has", () => {
    const b = bench()
    const full = b.event(born(b), { type: "MANY", timers: 0, effects: MAX_OUTBOX }).state
    const extra = { ...entryOf(full), id: "replayed" }
    const over = { ...full, meta: { ...full.meta, outbox: [...full.meta.outbox, extra, { ...extra, id: "another" }] } }
    const worked = b.settle(over, entryOf(over), { ok: true, output: null }).state
    expect(worked.meta.outbox).toHaveLength(513)
    expect(b.refusal(over, { kind: "event", event: { type: "DO", n: 1 } }).code).toBe("too_many_effects")
  })

  it("an actor that keeps sending to itself is refused", () => {
    const b = bench()
    expect(b.refusal(born(b), { kind: "event", event: { type: "ECHO" } }).code).toBe("self_event_loop")
  })

  it.each(["SPIN", "RAISE_LOOP"])("a loop of microsteps is refused: %s", (type) => {
    const b = bench()
    expect(() => b.event(born(b), type)).toThrow(/^Infinite loop detected: .* more than 1000 microsteps/)
  })
})

describe("the end of an actor", () => {
  it("drops timers and promises, and keeps what it owes", () => {
    const b = bench()
    const busy = b.event(b.event(born(b), "GO").state, {
      type: "TELL",
      params: { to: { type: "m", id: "2" }, event: { type: "HI" } }
    }).state
    const { state } = b.event(busy, "DONE")
    expect(state.snapshot.status).toBe("done")
    expect(state.meta.timers).toEqual([])
    expect(state.meta.children).toEqual({})
    expect(works(state).map(({ kind }) => kind)).toEqual(["action", "action", "message"])
  })

  it("ignores what comes after it", () => {
    const b = bench()
    const done = b.event(b.event(born(b), "GO").state, "DONE").state
    const later = b.event(done, { type: "MANY", timers: 1, effects: 1 }).state
    expect(later.snapshot).toBe(done.snapshot)
    expect(later.meta.outbox).toEqual(done.meta.outbox)
    expect(later.meta.timers).toEqual([])
  })

  it("stops on demand: without exit actions, as in XState", () => {
    const b = bench()
    const busy = b.event(b.event(born(b), "GO").state, { type: "LATER", ms: 5 }).state
    const { state } = b.turn(busy, { kind: "stop" })
    expect(state.snapshot.status).toBe("stopped")
    expect(state.meta).toMatchObject({ timers: [], children: {} })
    expect(works(state).map(({ kind }) => kind)).toEqual(["action", "action"])
  })

  it("by an error nobody handles", () => {
    const fails = setup({ actors: { job: fromPromise(async () => 1) } }).createMachine({
      id: "f",
      invoke: { id: "job", src: "job" },
      on: { STOP: { actions: stopChild("job") } }
    })
    const b = new Bench([row("f", fails)])
    const first = b.event(null, "NOTHING").state
    const { state } = b.settle(first, entryOf(first), { ok: false, code: "refused", error: { code: "refused" } })
    expect(state.snapshot).toMatchObject({ status: "error", error: { code: "refused" } })
    const stopped = b.event(first, "STOP").state
    expect(stopped.meta).toMatchObject({ children: {}, outbox: [] })
  })
})
