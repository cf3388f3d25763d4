/** What operators look at is read from records and never written: versions, timers that move, drop or throw, answers. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { assign, setup } from "xstate"
import { OperatorViews } from "#channels/http/OperatorViews.ts"
import * as Views from "#app/Views.ts"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const WORDS = "quincebeast"
const MINUTE = 60_000

/** Rings a minute after it was wound: in a way that moves on, that comes too late, or that throws. */
const machine = setup({
  types: {} as { context: { n: number }; events: { type: "WIND" | "WIND_LATE" | "WIND_BAD" | "LOOK" } },
  actions: {
    ring: (_, _params: { words: string }) => {},
    reply: (_, _params: { n: number }) => {},
    count: assign({ n: ({ context }) => context.n + 1 }),
    fail: assign(() => {
      throw new Error(WORDS)
    })
  },
  delays: { soon: MINUTE, late: MINUTE, bad: MINUTE, later: 2 * MINUTE }
}).createMachine({
  id: "bell",
  context: { n: 0 },
  initial: "still",
  on: { LOOK: { actions: ["count", { type: "reply", params: ({ context }) => context }] } },
  states: {
    still: { on: { WIND: "wound", WIND_LATE: "forgotten", WIND_BAD: "cracked" } },
    wound: { after: { soon: { target: "rung", actions: { type: "ring", params: { words: WORDS } } } } },
    forgotten: { after: { late: "rung" } },
    cracked: { after: { bad: { target: "rung", actions: "fail" } } },
    rung: { after: { later: "still" } }
  }
})

const version = (version: number): ActorDefinition => ({
  type: "bell",
  machine,
  version,
  migrations: Array.from({ length: version - 1 }, () => (state) => state),
  ttlMs: null,
  lateTimers: { late: "skip" }
})

const bell = address("bell", "one")

/** A bell that was told these events by a build of version 2, and the views of a build of another. */
const seenBy = (known: number, ...types: ReadonlyArray<string>) => {
  const system = ActorRuntime.layer({ actors: [version(2)], passive: true })
  const layer = Layer.merge(system, Views.layer([version(known)], [])).pipe(Layer.provideMerge(MemoryStore.layer))
  return Effect.gen(function* () {
    const { tell } = yield* ActorSystem
    const store = yield* ActorStore
    for (const [nth, type] of types.entries()) yield* tell(bell, { type }, { id: `${nth}` })
    return { views: yield* OperatorViews, store, stored: yield* store.load(bell) }
  }).pipe(Effect.provide(layer))
}

describe("a rehearsal", () => {
  it.effect("says where the next timer leads and what it asks for, and leaves the record as it is", () =>
    Effect.gen(function* () {
      const { store, stored, views } = yield* seenBy(2, "WIND")
      const tried = yield* views.rehearse(bell)
      expect(tried).toMatchObject({
        ...{ storedVersion: 2, known: 2, unreadable: null, state: "wound", bytes: stored?.record.length },
        next: {
          ...{ kind: "timer", name: "xstate.after.soon.bell.wound", dueAt: MINUTE },
          turn: { outcome: "moves", state: "rung", effects: ["ring"], timers: ["xstate.after.later.bell.rung"] }
        }
      })
      expect(JSON.stringify(tried)).not.toContain(WORDS)
      expect(yield* store.load(bell)).toEqual(stored)
    })
  )

  it.effect("says of a timer that comes too late that it is dropped, and of one that throws that it does", () =>
    Effect.gen(function* () {
      const late = yield* seenBy(2, "WIND_LATE")
      const bad = yield* seenBy(2, "WIND_BAD")
      yield* TestClock.adjust("10 minutes")
      expect((yield* late.views.rehearse(bell))?.next?.turn).toEqual({ outcome: "dropped" })
      expect((yield* bad.views.rehearse(bell))?.next?.turn).toEqual({ outcome: "refused", reason: "threw" })
    })
  )

  it.effect("says of an actor at rest that nothing is pending, and of none that there is none", () =>
    Effect.gen(function* () {
      const resting = yield* seenBy(2, "LOOK")
      expect((yield* resting.views.rehearse(bell))?.next).toBeNull()
      expect(yield* resting.views.rehearse(address("bell", "two"))).toBeNull()
    })
  )

  it.effect("migrates an older record on the way, and refuses a newer one and one that is none", () =>
    Effect.gen(function* () {
      const older = yield* seenBy(3, "WIND")
      expect(yield* older.views.rehearse(bell)).toMatchObject({ storedVersion: 2, known: 3, unreadable: null })
      const newer = yield* seenBy(1, "WIND")
      expect(yield* newer.views.rehearse(bell)).toMatchObject({
        ...{ storedVersion: 2, known: 1, unreadable: "version_unknown", state: null, next: null }
      })
      const next = { revision: 1, turn: "t", record: WORDS, ttlMs: null }
      const nothing = { expected: null, wakeAt: null, mark: null, projections: [], deadLetters: [] }
      const to = address("bell", "none")
      yield* newer.store.commit([{ ...nothing, address: to, next }])
      expect(yield* newer.views.rehearse(to)).toMatchObject({ storedVersion: null, unreadable: "not_json" })
    })
  )
})

describe("a look", () => {
  it.effect("is answered by a copy: the actor was told nothing", () =>
    Effect.gen(function* () {
      const { store, stored, views } = yield* seenBy(2, "LOOK")
      expect(yield* views.look(bell)).toEqual({ reply: { n: 2 } })
      expect(yield* views.look(bell)).toEqual({ reply: { n: 2 } })
      expect(yield* store.load(bell)).toEqual(stored)
      expect(yield* views.look(address("bell", "two"))).toBeNull()
    })
  )

  it.effect("fails with what keeps the record from being read", () =>
    Effect.gen(function* () {
      const { views } = yield* seenBy(1, "LOOK")
      expect(yield* Effect.flip(views.look(bell))).toMatchObject({ _tag: "UnknownMachineVersion", found: 2, known: 1 })
      expect(yield* Effect.flip(views.look(address("teapot", "1")))).toMatchObject({ _tag: "UnknownActorType" })
    })
  )
})
