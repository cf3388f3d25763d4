/** Forgetting goes by what is stored, not by what this process remembers, and works on what nobody can read. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { assign, setup } from "xstate"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition, ActorView } from "#domain/ActorDefinition.ts"
import type { ActorRecord } from "#kernel/ActorRecord.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { makeWorld, type World } from "./World.ts"

interface Member {
  readonly barred: boolean
  readonly pages: ReadonlyArray<string>
}
const contextOf = (view: ActorView) => view.context as Member
const keysOf = (view: ActorView) => contextOf(view).pages.map((page) => `page:${page}`)

/** Writes pages; what it must still know when it was forgotten is that it was barred. */
const member: ActorDefinition = {
  type: "member",
  version: 1,
  ttlMs: null,
  machine: setup({
    types: {} as {
      context: Member
      events: { readonly type: "BAR" | "READ" } | { readonly type: "WRITE"; readonly page: string }
    },
    actions: { reply: (_, _params: Member) => {} }
  }).createMachine({
    context: { barred: false, pages: [] },
    on: {
      BAR: { actions: assign({ barred: true }) },
      WRITE: { actions: assign({ pages: ({ context, event }) => [...context.pages, event.page] }) },
      READ: { actions: { type: "reply", params: ({ context }) => context } }
    }
  }),
  project: (view) => keysOf(view).map((key) => ({ op: "put", key, value: key, ttlMs: null })),
  projectionKeys: keysOf,
  afterForget: (view) => (contextOf(view).barred ? { type: "BAR" } : null)
}

const me = address("member", "a")
const actors = [member]
const write = (page: string) => ({ type: "WRITE", page })
const read = { type: "READ" }
const left = (world: World) =>
  Effect.all([world.store.readDocument("page:old"), world.store.readDocument("page:new"), world.store.load(me)])

describeDurable("forgetting", (durable) => {
  durable("knows what another process has written since this one looked", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      const two = yield* world.process({ actors, config: config() })
      yield* one.tell(me, write("old"), { id: "1" })
      yield* two.tell(me, write("new"), { id: "2" })
      yield* two.tell(me, { type: "BAR" }, { id: "3" })
      yield* one.forget(me)
      expect((yield* left(world)).slice(0, 2)).toEqual([null, null])
      expect(yield* one.ask(me, read, { id: "4" })).toEqual({ barred: true, pages: [] })
    })
  )

  durable("knows what another process writes while this one is looking", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      const two = yield* world.process({ actors, config: config() })
      yield* one.tell(me, write("old"), { id: "1" })
      const until = yield* Deferred.make<void>()
      one.faults.next("load", { kind: "answerLate", until })
      const forgetting = yield* Effect.forkChild(one.forget(me), { startImmediately: true })
      yield* Effect.repeat(Effect.yieldNow, { until: () => one.faults.pending() === 0 })
      yield* two.tell(me, write("new"), { id: "2" })
      yield* two.tell(me, { type: "BAR" }, { id: "3" })
      yield* Deferred.succeed(until, undefined)
      yield* Fiber.join(forgetting)
      expect((yield* left(world)).slice(0, 2)).toEqual([null, null])
      expect(yield* one.ask(me, read, { id: "4" })).toEqual({ barred: true, pages: [] })
    })
  )

  durable("keeps no word of one that was let in again by another process", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      const two = yield* world.process({ actors, config: config() })
      yield* one.tell(me, { type: "BAR" }, { id: "1" })
      yield* two.forget(me)
      yield* world.store.forget(me, [])
      yield* two.tell(me, write("new"), { id: "2" })
      expect(yield* one.forget(me)).toBeGreaterThan(0)
      expect(yield* left(world)).toEqual([null, null, null])
    })
  )

  durable("removes a record that nobody here can read", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* one.tell(me, write("old"), { id: "1" })
      const known = (yield* world.record(me)) as ActorRecord
      for (const [n, record] of ["{ not json", JSON.stringify({ ...known, version: 2 })].entries()) {
        yield* world.store.forget(me, [])
        const next = { revision: 9, turn: "theirs.1", record, ttlMs: null }
        const rest = { wakeAt: null, mark: null, projections: [], deadLetters: [] }
        yield* world.store.commit([{ address: me, expected: null, next, ...rest }])
        expect(yield* one.forget(me)).toBe(1)
        expect(yield* world.store.load(me)).toBeNull()
        yield* one.tell(me, write("fresh"), { id: `${n}` })
        expect(yield* one.ask(me, read, { id: `r${n}` })).toEqual({ barred: false, pages: ["fresh"] })
      }
    })
  )
})
