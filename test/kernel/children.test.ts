/** Spawned actors: what parent and child send each other, and what is stale once a child has ended, gone or begun anew. */
import { describe, expect, it } from "vitest"
import { assign, fromPromise, sendParent, sendTo, setup, spawnChild, stopChild } from "xstate"
import type { ActorState } from "#kernel/Turn.ts"
import { row } from "./charts/row.ts"
import { Bench, entryOf, NOW, works } from "./harness.ts"

const grand = setup({}).createMachine({ id: "grand" })

type KidEvent =
  | { type: "HI" }
  | { type: "DO" }
  | { type: "END" }
  | { type: "WAIT" }
  | { type: "BORE" }
  | { type: "SENT" }
const kid = setup({
  types: {
    context: {} as { seed: number; sent: number },
    input: {} as { seed: number } | undefined,
    output: {} as { seed: number },
    events: {} as KidEvent
  },
  actors: { grand, job: fromPromise<number>(async () => 1) },
  actions: { act: () => {} }
}).createMachine({
  id: "kid",
  context: ({ input }) => ({ seed: input === undefined ? -1 : input.seed, sent: 0 }),
  output: ({ context }) => ({ seed: context.seed }),
  initial: "on",
  invoke: { id: "job", src: "job" },
  on: {
    SENT: { actions: assign({ sent: ({ context }) => context.sent + 1 }) },
    DO: { actions: "act" },
    HI: { actions: sendParent({ type: "HELLO" }) },
    WAIT: { actions: sendParent({ type: "HELLO" }, { delay: 20, id: "late" }) },
    BORE: { actions: spawnChild("grand", { id: "g" }) },
    END: ".end"
  },
  states: { on: {}, end: { type: "final" } }
})

type ParentEvent =
  | { type: "SPAWN"; seed: number }
  | { type: "STOP" }
  | { type: "BOTH" }
  | { type: "WRITE" }
  | { type: "LATER" }
  | { type: "HELLO" }
const parent = setup({
  types: { context: {} as { heard: Array<string> }, events: {} as ParentEvent },
  actors: { kid }
}).createMachine({
  id: "parent",
  context: { heard: [] },
  on: {
    "*": { actions: assign({ heard: ({ context, event }) => [...context.heard, JSON.stringify(event)] }) },
    SPAWN: {
      actions: spawnChild("kid", { id: "k", input: ({ event }) => ({ seed: (event as { seed: number }).seed }) })
    },
    STOP: { actions: stopChild("k") },
    BOTH: {
      actions: [spawnChild("kid", { id: "k" }), sendTo("k", { type: "HI" }), stopChild("k")]
    },
    WRITE: { actions: sendTo("k", { type: "HI" }) },
    LATER: { actions: sendTo("k", { type: "HI" }, { delay: 30, id: "later" }) }
  }
})

const rows = [row("parent", parent), row("kid", kid, { results: { act: { done: "SENT" } } }), row("grand", grand)]
const place = { type: "kid", id: "parent/1/k" }
const elders = () => new Bench(rows, "1")
const kids = () => new Bench(rows, place.id, "kid")
const first = (b: Bench): ActorState => b.event(null, { type: "SPAWN", seed: 1 }).state
const parentOf = (generation: number) => ({ address: elders().address, child: "k", generation })
const start = (b: Bench, state: ActorState | null, generation: number, now = NOW) =>
  b.turn(state, { kind: "start", input: { seed: generation }, parent: parentOf(generation) }, now)
const ended = (generation: number) => ({ type: "xstate.done.actor.k", actorId: "k", generation, at: NOW, output: 1 })

describe("the parent's side", () => {
  it("a spawn is a start in the child's lane, with its input and its generation", () => {
    const { meta } = first(elders())
    expect(meta.children).toEqual({ k: { src: "kid", generation: 1, address: place } })
    expect(meta.outbox).toMatchObject([
      { lane: "to:kid/parent/1/k", generation: 1, work: { kind: "start", to: place, input: { seed: 1 }, child: "k" } }
    ])
  })

  it("messages to the child keep their place behind the start", () => {
    const b = elders()
    const { state } = b.event(first(b), "WRITE")
    expect(state.meta.outbox.map(({ lane, work }) => [lane, work.kind])).toEqual([
      ["to:kid/parent/1/k", "start"],
      ["to:kid/parent/1/k", "message"]
    ])
  })

  it("the end of the child is heard once, while it is this very child", () => {
    const b = elders()
    const spawned = first(b)
    for (const generation of [0, 2, undefined]) {
      expect(b.event(spawned, { ...ended(1), generation }).state.snapshot).toBe(spawned.snapshot)
    }
    const heard = b.event(spawned, ended(1)).state
    expect(heard.snapshot.context.heard).toEqual([
      JSON.stringify({ type: "xstate.done.actor.k", actorId: "k", at: NOW, output: 1 })
    ])
    const stopped = b.event(spawned, "STOP").state
    expect(b.event(stopped, ended(1)).state.snapshot.context.heard).toEqual([])
  })

  it("a child that has ended hears nothing, has nothing to be stopped, and keeps its id until then", () => {
    const b = elders()
    const over = b.event(b.event(first(b), "LATER").state, ended(1)).state
    expect(over.meta.children).toEqual({ k: { src: "kid", generation: 1, address: null } })
    expect(over.meta.timers).toEqual([])
    const written = b.event(over, "WRITE").state
    expect(written.meta.outbox).toEqual(over.meta.outbox)
    const stopped = b.event(written, "STOP").state
    expect(stopped.meta.children).toEqual({})
    expect(stopped.meta.outbox).toEqual(over.meta.outbox)
  })

  it("a spawn over a running child stops it first, and its end is stale", () => {
    const b = elders()
    const again = b.event(b.event(first(b), "LATER").state, { type: "SPAWN", seed: 2 }).state
    expect(works(again).map(({ kind }) => kind)).toEqual(["start", "stop", "start"])
    expect(again.meta.children["k"]?.generation).toBe(3)
    expect(again.meta.timers).toEqual([])
    expect(b.event(again, ended(1)).state.snapshot).toBe(again.snapshot)
    expect(b.event(again, ended(3)).state.snapshot).not.toBe(again.snapshot)
  })

  it("a child that is stopped in the turn that spawned it never starts, and an older one is stopped all the same", () => {
    const b = elders()
    expect(b.event(null, "BOTH").state.meta).toMatchObject({ children: {}, outbox: [] })
    expect(works(b.event(first(b), "BOTH").state).map(({ kind }) => kind)).toEqual(["start", "stop"])
  })

  it("a start that fails for good is the child's error", () => {
    const b = elders()
    const spawned = first(b)
    const outcome = { ok: false, code: "refused", error: { code: "refused" } } as const
    const failed = b.settle(spawned, entryOf(spawned), outcome).state
    expect(failed.snapshot.context.heard).toEqual([
      JSON.stringify({ type: "xstate.error.actor.k", actorId: "k", at: NOW, error: { code: "refused" } })
    ])
    expect(failed.meta.children["k"]?.address).toBeNull()
    const again = b.event(spawned, { type: "SPAWN", seed: 2 }).state
    expect(b.settle(again, entryOf(spawned), outcome).state.snapshot).toBe(again.snapshot)
  })

  it("a message to nobody is refused", () => {
    const b = elders()
    const born = b.event(null, "HELLO").state
    expect(() => b.event(born, "WRITE")).toThrow("Unable to send event to actor 'k'")
  })

  it.each([
    [
      ["a", "b/c"],
      ["a/b", "c"]
    ],
    [
      ["a", "b%2Fc"],
      ["a", "b/c"]
    ],
    [
      ["a/b", "c"],
      ["a", "b/c"]
    ]
  ])("children of different parents never share an address: %j and %j", (one, other) => {
    const addressOf = ([id, child]: ReadonlyArray<string>) => {
      const machine = setup({ actors: { kid } }).createMachine({ entry: spawnChild("kid", { id: child as string }) })
      const b = new Bench([row("any", machine), ...rows.slice(1)], id as string)
      return b.event(null, "HELLO").state.meta.children[child as string]?.address
    }
    expect(addressOf(one)).toBeDefined()
    expect(addressOf(one)).not.toEqual(addressOf(other))
  })

  it("parents of different types with the same id have different children", () => {
    const machine = setup({ actors: { kid } }).createMachine({ entry: spawnChild("kid", { id: "k" }) })
    const b = new Bench([row("other", machine), ...rows.slice(1)], "1")
    expect(b.event(null, "HELLO").state.meta.children["k"]?.address).toEqual({ type: "kid", id: "other/1/k" })
  })

  it("a child whose address would be too long is refused", () => {
    const b = new Bench(rows, "i".repeat(250))
    expect(b.refusal(null, { kind: "event", event: { type: "SPAWN", seed: 1 } }).code).toBe("bad_address")
  })
})

describe("the child's side", () => {
  it("starts with its input and remembers whose child it is", () => {
    const b = kids()
    const { state } = start(b, null, 4)
    expect(state.snapshot.context).toEqual({ seed: 4, sent: 0 })
    expect(state.meta).toMatchObject({ revision: 1, createdAt: NOW, parent: parentOf(4) })
    expect(state.meta.recent).toBe(`${NOW} xstate.init\n`)
  })

  it("without input it is given none", () => {
    const b = kids()
    const { state } = b.turn(null, { kind: "start", input: undefined, parent: parentOf(1) })
    expect(state.snapshot.context).toEqual({ seed: -1, sent: 0 })
  })

  it("writes to its parent, now and later", () => {
    const b = kids()
    const state = start(b, null, 4).state
    const to = { type: "parent", id: "1" }
    expect(works(b.event(state, "HI").state).at(-1)).toMatchObject({ kind: "message", to, event: { type: "HELLO" } })
    const waiting = b.event(state, "WAIT").state
    expect(waiting.meta.timers).toMatchObject([{ id: "late", dueAt: NOW + 20, target: { kind: "parent" } }])
    const late = b.fire(waiting, waiting.meta.timers[0] as never).state
    const event = { type: "HELLO", scheduledAt: NOW + 20, firedAt: NOW + 20 }
    expect(works(late).at(-1)).toMatchObject({ kind: "message", to, event })
  })

  it("tells its parent how it ended, under the generation it was given", () => {
    const b = kids()
    const done = b.event(start(b, null, 4).state, "END", NOW + 7).state
    expect(works(done)).toEqual([
      {
        kind: "message",
        to: { type: "parent", id: "1" },
        priority: "normal",
        event: { type: "xstate.done.actor.k", actorId: "k", generation: 4, at: NOW + 7, output: { seed: 4 } }
      }
    ])
  })

  it("tells its parent of an error, and nothing when it was stopped", () => {
    const b = kids()
    const running = start(b, null, 4).state
    const failed = b.settle(running, entryOf(running), { ok: false, code: "c", error: "why" }).state
    expect(works(failed)).toMatchObject([{ event: { type: "xstate.error.actor.k", generation: 4, error: "why" } }])
    expect(works(b.turn(running, { kind: "stop" }).state)).toEqual([])
  })

  it("without a parent it cannot write to one", () => {
    const b = kids()
    const orphan = b.event(null, "DO").state
    expect(() => b.event(orphan, "HI")).toThrow("Unable to send event to actor '#_parent'")
  })

  it("that begins anew owes what the earlier one owed, and ends that one's children", () => {
    const b = kids()
    let old = start(b, null, 1).state
    for (const type of ["DO", "BORE", "WAIT", "HI"]) old = b.event(old, type).state
    const fresh = start(b, old, 9, NOW + 50).state
    expect(fresh.meta).toMatchObject({ revision: 6, createdAt: NOW + 50, parent: parentOf(9), timers: [] })
    expect(fresh.snapshot.context).toEqual({ seed: 9, sent: 0 })
    expect(works(fresh)).toMatchObject([
      { kind: "action", name: "act" },
      { kind: "start", child: "g" },
      { kind: "message", event: { type: "HELLO" } },
      { kind: "stop", to: { type: "grand" } },
      { kind: "invoke", child: "job" }
    ])
    expect(fresh.meta.outbox.at(-1)?.generation).toBe(6)
    expect(new Set(fresh.meta.outbox.map(({ id }) => id)).size).toBe(5)
    expect(Object.keys(fresh.meta.children)).toEqual(["job"])
  })

  it("does not hear what came of the earlier one's actions and promises", () => {
    const b = kids()
    const old = b.event(start(b, null, 1).state, "DO").state
    const fresh = b.event(start(b, old, 2, NOW + 50).state, "DO").state
    const [theirs, , ours] = fresh.meta.outbox
    const output = { ok: true, output: 1 } as const
    const after = b.settle(fresh, theirs as never, output).state
    expect(after.snapshot.context.sent).toBe(0)
    expect(after.meta.outbox).toHaveLength(2)
    expect(b.settle(after, ours as never, output).state.snapshot.context.sent).toBe(1)
    expect(b.settle(fresh, entryOf(old), output).state.snapshot).toBe(fresh.snapshot)
  })
})
