/** Records as text: what was ever written is read again, through migrations where the machine has moved on, or not at all. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { assign, createMachine, setup } from "xstate"
import type { Migration } from "#domain/ActorDefinition.ts"
import { type ActorRecord, RecordUndecodable } from "#kernel/ActorRecord.ts"
import { firstUnsafe } from "#kernel/Json.ts"
import { registerActor, type RegisteredActor } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState, VersionUnknown } from "#kernel/SnapshotCodec.ts"
import { keeper, keeperHelper } from "./charts/keeper.ts"
import { row } from "./charts/row.ts"
import { Bench, entryOf, NOW, timerOf, works } from "./harness.ts"

type Fixture = "active" | "closed" | "done" | "error" | "child"
const stored = (format: 1 | 2) =>
  JSON.parse(
    readFileSync(new URL(`../fixtures/snapshots/kernel/v${format}.json`, import.meta.url), "utf8")
  ) as Readonly<Record<Fixture, ActorRecord>>
const fixtures = stored(2)
const bench = () => new Bench([keeper, keeperHelper], "7")
const thawed = (b: Bench, name: Fixture, from = fixtures) => decodeState(b.actor, JSON.stringify(from[name]))
const names = Object.keys(fixtures) as ReadonlyArray<Fixture>
const benchOf = (name: Fixture) =>
  name === "child" ? new Bench([keeper, keeperHelper], "keeper/7/helper", "helper") : bench()

describe("stored records", () => {
  it.each(names)("%s is read, and written as it was", (name) => {
    expect(JSON.parse(encodeState(thawed(benchOf(name), name)))).toEqual(fixtures[name])
  })

  it.each(names)("%s is read from format 1, and written in today's", (name) => {
    expect(JSON.parse(encodeState(thawed(benchOf(name), name, stored(1))))).toEqual(fixtures[name])
  })

  it("odd recent events of format 1 are no reason to refuse a record", () => {
    const odd = { ...stored(1).active, recent: [null, 5, { type: 7 }, { type: {}, at: NOW }, { type: "A" }] }
    const { meta, snapshot } = decodeState(bench().actor, JSON.stringify(odd))
    expect([snapshot.status, meta.recent]).toEqual(["active", ""])
  })

  it("an actor goes on from one: timers, promises, children and history", () => {
    const b = bench()
    const state = thawed(b, "active")
    expect(state.snapshot.value).toEqual({ open: { desk: "busy", shelf: "full" } })
    const invoke = state.meta.outbox.findIndex(({ work }) => work.kind === "invoke")
    const fetched = b.settle(state, entryOf(state, invoke), { ok: true, output: "Emma" }).state
    expect(fetched.snapshot.context).toEqual({ books: ["Emma"], heard: 0 })
    const helped = b.fire(fetched, timerOf(fetched, "help")).state
    expect(works(helped).at(-1)).toMatchObject({ kind: "message", to: { type: "helper" }, event: { type: "HELP" } })
    const closed = b.fire(helped, timerOf(helped, "xstate.after.closing.keeper.open")).state
    expect(closed.snapshot.value).toBe("closed")
    expect(b.event(closed, "OPEN").state.snapshot.value).toEqual({ open: { desk: "free", shelf: "full" } })
    const gone = { type: "xstate.error.actor.helper", actorId: "helper", generation: 1, error: "gone" }
    expect(b.event(helped, gone).state.snapshot).toMatchObject({ status: "error", error: "gone" })
  })

  it("history of a closed one is found again", () => {
    const b = bench()
    expect(b.event(thawed(b, "closed"), "OPEN").state.snapshot.value).toEqual({ open: { desk: "busy", shelf: "full" } })
  })

  it("one that has ended stays so", () => {
    const b = bench()
    for (const name of ["done", "error"] as const) {
      const state = thawed(b, name)
      expect(state.snapshot.status).toBe(name)
      expect(b.event(state, "OPEN").state.snapshot).toBe(state.snapshot)
    }
  })
})

const codeOf = (actor: RegisteredActor, text: string): string => {
  try {
    decodeState(actor, text)
  } catch (error) {
    if (error instanceof RecordUndecodable) return error.reason
    if (error instanceof VersionUnknown) return `version ${error.found}`
    throw error
  }
  return "it was read"
}

describe("what cannot be read is refused as", () => {
  const { actor } = bench()
  const changed = (change: object, snapshot: object = {}) =>
    JSON.stringify({ ...fixtures.active, snapshot: { ...fixtures.active.snapshot, ...snapshot }, ...change })

  it.each<readonly [string, string]>([
    ["", "not_json"],
    ["{", "not_json"],
    ["null", "unknown_record_format"],
    ["7", "unknown_record_format"],
    ['"text"', "unknown_record_format"],
    ["[]", "unknown_record_format"],
    ["{}", "unknown_record_format"],
    [changed({ format: 3 }), "unknown_record_format"],
    [changed({ format: "1" }), "unknown_record_format"],
    ...[
      "version",
      "revision",
      "turn",
      "createdAt",
      "updatedAt",
      "parent",
      "children",
      "timers",
      "outbox",
      "recent"
    ].map((field) => [changed({ [field]: undefined }), "missing_field"] as const),
    [changed({ version: 0 }), "missing_field"],
    [changed({ version: 1.5 }), "missing_field"],
    [changed({ revision: -1 }), "missing_field"],
    [changed({ children: [] }), "missing_field"],
    [changed({ snapshot: null }), "missing_field"],
    [changed({ snapshot: undefined }), "missing_field"],
    [changed({}, { status: "asleep" }), "missing_field"],
    [changed({}, { value: 5 }), "missing_field"],
    [changed({}, { value: null }), "missing_field"],
    [changed({ version: 2 }), "version 2"],
    [changed({}, { value: "gone" }), "state_not_in_machine"],
    [changed({}, { value: { open: { desk: "gone", shelf: "full" } } }), "state_not_in_machine"],
    [changed({}, { value: { open: { desk: "busy" } } }), "state_not_in_machine"],
    [changed({}, { value: "open" }), "state_not_in_machine"],
    [changed({}, { value: {} }), "state_not_in_machine"],
    [changed({ children: { x: { src: "nobody", generation: 1, address: null } } }), "child_source_gone"]
  ])("%#: %s", (text, code) => expect(codeOf(actor, text)).toBe(code))

  it("whatever the text is, nothing else is thrown", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.json()), (text) => {
        expect(codeOf(actor, text)).toMatch(/^(not_json|unknown_record_format)$/)
      })
    )
  })

  it("whatever one field is, nothing else is thrown", () => {
    const fields = fc.constantFrom(...Object.keys(fixtures.active).filter((field) => field !== "format"))
    fc.assert(
      fc.property(fields, fc.jsonValue(), (field, value) => {
        codeOf(actor, JSON.stringify({ ...fixtures.active, [field]: value }))
      })
    )
  })
})

describe("migrations", () => {
  const v1 = setup({}).createMachine({
    id: "shop",
    initial: "opened",
    context: { n: 1 },
    on: { SHUT: ".closed" },
    states: {
      opened: { after: { 500: "closed" }, initial: "busy", states: { busy: {}, last: { type: "history" } } },
      closed: { on: { OPEN: "opened.last" } }
    }
  })
  const v3 = setup({}).createMachine({
    id: "shop",
    initial: "open",
    context: { count: 0, since: "v2" },
    on: { SHUT: ".closed" },
    states: {
      open: { after: { 500: "closed" }, initial: "busy", states: { busy: {}, last: { type: "history" } } },
      closed: { on: { OPEN: "open.last" } }
    }
  })
  const rename = (value: unknown): unknown =>
    value === "opened"
      ? "open"
      : value !== null && typeof value === "object"
        ? { open: (value as { opened: unknown }).opened }
        : value
  const addSince: Migration = (state) => ({ ...state, context: { ...(state.context as object), since: "v2" } })
  const renameState: Migration = (state) => ({
    value: rename(state.value as { opened: unknown }),
    context: { count: (state.context as { n: number }).n, since: (state.context as { since: string }).since },
    historyValue: JSON.parse(JSON.stringify(state.historyValue).replaceAll("shop.opened", "shop.open")),
    timers: state.timers.map(({ dueAt }) => ({
      id: "xstate.after.500.shop.open",
      dueAt,
      event: { type: "xstate.after.500.shop.open" }
    }))
  })
  const old = new Bench([row("shop", v1)])
  const opened = old.event(null, "NOTHING").state
  const now = new Bench([row("shop", v3, { version: 3, migrations: [addSince, renameState] })])

  it("from 1 to 3 rename a state in value, timers and history", () => {
    const state = decodeState(now.actor, encodeState(opened))
    expect(state.meta).toMatchObject({ version: 3, revision: 1, createdAt: NOW })
    expect(state.snapshot.value).toEqual({ open: "busy" })
    expect(state.snapshot.context).toEqual({ count: 1, since: "v2" })
    expect(state.meta.timers).toEqual([
      {
        id: "xstate.after.500.shop.open",
        dueAt: NOW + 500,
        event: { type: "xstate.after.500.shop.open" },
        target: { kind: "self" },
        generation: 1
      }
    ])
    expect(now.fire(state, state.meta.timers[0] as never).state.snapshot.value).toBe("closed")
    expect(now.event(state, "SHUT").state.meta.timers).toEqual([])
    expect(JSON.parse(encodeState(state))).toMatchObject({ version: 3, snapshot: { value: { open: "busy" } } })
    const shut = decodeState(now.actor, encodeState(old.event(opened, "SHUT").state))
    expect(now.event(shut, "OPEN").state.snapshot.value).toEqual({ open: "busy" })
  })

  it("start where the record stands: from 2 only the second one runs, from 3 none", () => {
    const text = (version: number, context: object, value: unknown) => {
      const record = JSON.parse(encodeState(opened)) as ActorRecord
      return JSON.stringify({ ...record, version, timers: [], snapshot: { ...record.snapshot, context, value } })
    }
    const fromTwo = decodeState(now.actor, text(2, { n: 5, since: "earlier" }, { opened: "busy" }))
    expect(fromTwo.snapshot.context).toEqual({ count: 5, since: "earlier" })
    const fromThree = decodeState(now.actor, text(3, { count: 6, since: "x" }, { open: "busy" }))
    expect(fromThree.snapshot.context).toEqual({ count: 6, since: "x" })
    expect(codeOf(now.actor, text(4, {}, {}))).toBe("version 4")
  })

  it("keep a timer's target and generation unless they name another", () => {
    const same: Migration = (state) => ({
      ...state,
      timers: state.timers.map((timer) => ({ ...timer, dueAt: NOW + 9 }))
    })
    const record = JSON.parse(encodeState(opened)) as ActorRecord
    const timers = [{ id: "t", dueAt: 1, event: { type: "T" }, target: { kind: "parent" }, generation: 77 }]
    const actor = registerActor(row("shop", v1, { version: 2, migrations: [same] }))
    const state = decodeState(actor, JSON.stringify({ ...record, revision: 90, timers }))
    expect(state.meta.timers).toEqual([{ ...timers[0], dueAt: NOW + 9 }])
  })

  it.each<[string, Migration]>([
    [
      "throws",
      () => {
        throw new RangeError("somebody's words")
      }
    ],
    ["gives nothing", () => undefined as never],
    ["forgets the timers", (state) => ({ ...state, timers: undefined as never })],
    ["gives half a timer", (state) => ({ ...state, timers: [{ id: "x", dueAt: Number.NaN, event: { type: "X" } }] })],
    ["gives no state value", (state) => ({ ...state, value: null })],
    ["gives what JSON would change", (state) => ({ ...state, context: { at: new Date(0) } })]
  ])("one that %s is refused", (_, migration) => {
    const actor = registerActor(row("shop", v1, { version: 2, migrations: [migration] }))
    expect(codeOf(actor, encodeState(opened))).toBe("migration_failed")
  })

  it("one that leads to no state of the machine is refused", () => {
    const migration: Migration = (state) => ({ ...state, value: "nowhere" })
    const actor = registerActor(row("shop", v1, { version: 2, migrations: [migration] }))
    expect(codeOf(actor, encodeState(opened))).toBe("state_not_in_machine")
  })
})

describe("contexts", () => {
  const store = setup({
    types: { context: {} as { kept: unknown }, events: {} as { type: "KEEP"; value: unknown } }
  }).createMachine({
    id: "store",
    context: { kept: null },
    on: { KEEP: { actions: assign({ kept: ({ event }) => event.value }) } }
  })

  it("come back as they were, whatever JSON they hold", () => {
    const b = new Bench([row("store", store)])
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const plain = JSON.parse(JSON.stringify(value)) as unknown
        const { state } = b.event(null, { type: "KEEP", value: plain })
        expect(decodeState(b.actor, encodeState(state)).snapshot.context).toStrictEqual({ kept: plain })
      })
    )
  })

  it("come back as they were even when they look like XState's actor references", () => {
    const b = new Bench([row("store", store)])
    const value = { ref: { xstate$$type: 1, id: "nobody" } }
    const { state } = b.event(null, { type: "KEEP", value })
    expect(decodeState(b.actor, encodeState(state)).snapshot.context).toEqual({ kept: value })
  })

  it("are refused exactly when JSON would change them", () => {
    const odd = fc.oneof(fc.constantFrom(undefined, Number.NaN, -Infinity, 1n), fc.date(), fc.func(fc.nat()))
    const values = fc.oneof(
      fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as unknown),
      fc.tuple(fc.jsonValue(), odd).map((pair) => ({ pair })),
      fc.array(odd, { minLength: 1 })
    )
    fc.assert(
      fc.property(values, (value) => {
        const unsafe = firstUnsafe(value, "value")
        if (unsafe === null) expect(JSON.parse(JSON.stringify(value))).toEqual(value)
        else expect(() => expect(JSON.parse(JSON.stringify(value))).toStrictEqual(value)).toThrow(/expected|serialize/)
      })
    )
  })
})

it("a record without children or history is small", () => {
  const b = new Bench([row("m", createMachine({ id: "m" }))])
  expect(encodeState(b.event(null, "A").state)).toBe(
    `{"format":2,"version":1,"createdAt":${NOW},"updatedAt":${NOW},"revision":1,"turn":"turn-1","parent":null,` +
      `"children":{},"timers":[],"outbox":[],"recent":"${NOW} A\\n",` +
      `"snapshot":{"status":"active","value":{},"context":{},"historyValue":{}}}`
  )
})
