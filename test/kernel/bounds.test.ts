/** What a turn refuses or ignores: what only XState may say, what is not JSON, what is too much, and what comes after the end. */
import { describe, expect, it } from "vitest"
import { fromPromise, setup, stopChild } from "xstate"
import { MAX_OUTBOX, MAX_TIMERS } from "#kernel/Turn.ts"
import { row } from "./charts/row.ts"
import { worker } from "./charts/worker.ts"
import { Bench, entryOf, timerOf, works } from "./harness.ts"

const bench = () => new Bench([worker])
const born = (b: Bench) => b.event(null, "NOTHING").state

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
