/**
 * While the store is away: a machine that says so has its events kept in the local journal, in order, over a restart, and
 * applied once when the store is back; any other machine's callers are refused.
 */
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as TestClock from "effect/testing/TestClock"
import { assign, setup } from "xstate"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import * as RuntimeConfig from "#runtime/RuntimeConfig.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import * as SqliteJournal from "#stores/sqlite/SqliteJournal.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const machine = setup({
  types: {
    context: {} as { heard: ReadonlyArray<string> },
    events: {} as { type: "SAID"; word: string; late?: boolean }
  },
  actions: { reply: (_, __: { count: number }) => {} }
}).createMachine({
  context: { heard: [] },
  on: {
    SAID: {
      actions: [
        assign({
          heard: ({ context, event }) => [...context.heard, event.late === true ? `late ${event.word}` : event.word]
        }),
        { type: "reply", params: ({ context }) => ({ count: context.heard.length }) }
      ]
    }
  }
})

const row = (type: string, extra: Partial<ActorDefinition> = {}): ActorDefinition => ({
  type,
  machine,
  version: 1,
  ttlMs: null,
  project: ({ context }) => [
    {
      op: "put",
      key: `heard:${type}`,
      value: (context as { heard: ReadonlyArray<string> }).heard.join(","),
      ttlMs: null
    }
  ],
  ...extra
})

const actors = [row("patient", { whenStoreAway: { spool: (event) => ({ ...event, late: true }) } }), row("strict")]
const patient = address("patient", "one")
const said = (word: string) => ({ type: "SAID", word })

/** A store that can be switched away; a system over it that can be killed and started again on the same journal file. */
const world = Effect.gen(function* () {
  const folder = mkdtempSync(join(tmpdir(), "spool-"))
  yield* Effect.addFinalizer(() => Effect.sync(() => rmSync(folder, { recursive: true, force: true })))
  const memory = yield* Effect.map(Layer.build(MemoryStore.layer), (context) => context)
  const inner = yield* Effect.provideContext(ActorStore, memory)
  let away = false
  const gate = <A>(effect: Effect.Effect<A, StoreUnavailable>): Effect.Effect<A, StoreUnavailable> =>
    Effect.suspend(() =>
      away ? Effect.fail(new StoreUnavailable({ store: "memory", operation: "any", reason: "connection" })) : effect
    )
  const store: ActorStoreService = {
    ...inner,
    load: (to) => gate(inner.load(to)),
    commit: (batch) => gate(inner.commit(batch)),
    claimDue: (limit, visibility) => gate(inner.claimDue(limit, visibility)),
    ping: gate(inner.ping)
  }
  const start = Effect.gen(function* () {
    const scope = yield* Scope.make()
    const live = ActorRuntime.layer({ actors }).pipe(
      Layer.provide(Layer.succeed(ActorStore, store)),
      Layer.provide(SqliteJournal.layer({ file: join(folder, "spool.db"), capacity: 3 })),
      Layer.provide(RuntimeConfig.layer({ commitRetries: 0 }))
    )
    const context = yield* Layer.buildWithScope(live, scope)
    const system: ActorSystemService = yield* Effect.provideContext(ActorSystem, context)
    return { system, kill: Scope.close(scope, Exit.void) }
  })
  const heard = (type: string) => Effect.orDie(inner.readDocument(`heard:${type}`))
  return { start, heard, setAway: (now: boolean) => (away = now) }
})

const later = TestClock.adjust("2 seconds")

/** What is read once it is as expected, or after many turns of the event loop: nobody drains by hand here. */
const settled = <A>(read: Effect.Effect<A>, expected: A) =>
  Effect.repeat(Effect.andThen(Effect.yieldNow, read), {
    times: 5000,
    until: (seen) => seen === expected
  }).pipe(Effect.andThen(read))

describe("a store that is away", () => {
  it.effect("keeps the events of a machine that says so and applies them in order", () =>
    Effect.gen(function* () {
      const { start, heard, setAway } = yield* world
      const { system } = yield* start
      expect(yield* system.ask(patient, said("a"), { id: "1" })).toEqual({ count: 1 })
      setAway(true)
      expect(yield* system.ask(patient, said("b"), { id: "2" })).toBeNull()
      expect(yield* system.ask(patient, said("c"), { id: "3" })).toBeNull()
      expect(yield* system.ask(patient, said("b"), { id: "2" })).toBeNull()
      expect(yield* system.health).toMatchObject({ spooled: 2, store: { reachable: false } })
      setAway(false)
      // What comes while older events are kept goes behind them.
      expect(yield* system.ask(patient, said("d"), { id: "4" })).toBeNull()
      yield* later
      expect(yield* settled(heard("patient"), "a,late b,late c,late d")).toBe("a,late b,late c,late d")
      expect(yield* system.health).toMatchObject({ spooled: 0 })
      expect(yield* system.ask(patient, said("e"), { id: "5" })).toEqual({ count: 5 })
      expect(yield* system.ask(patient, said("b"), { id: "2" })).toEqual({ count: 2 })
    })
  )

  it.effect("keeps them over a restart", () =>
    Effect.gen(function* () {
      const { start, heard, setAway } = yield* world
      const first = yield* start
      setAway(true)
      yield* first.system.ask(patient, said("a"), { id: "1" })
      yield* first.kill
      const { system } = yield* start
      expect(yield* system.health).toMatchObject({ spooled: 1 })
      setAway(false)
      yield* later
      expect(yield* settled(heard("patient"), "late a")).toBe("late a")
    })
  )

  it.effect("forgets what is kept of an actor, and nobody else's", () =>
    Effect.gen(function* () {
      const { start, heard, setAway } = yield* world
      const { system } = yield* start
      setAway(true)
      yield* system.ask(patient, said("a"), { id: "1" })
      yield* system.ask(address("patient", "two"), said("b"), { id: "1" })
      setAway(false)
      expect(yield* system.forget(patient)).toBe(1)
      yield* later
      expect(yield* settled(heard("patient"), "late b")).toBe("late b")
      expect(yield* system.inspect(patient)).toBeNull()
      expect(yield* system.health).toMatchObject({ spooled: 0 })
    })
  )

  it.effect("refuses what does not fit, and every event of a machine that does not say so", () =>
    Effect.gen(function* () {
      const { start, setAway } = yield* world
      const { system } = yield* start
      setAway(true)
      const refused = (effect: ReturnType<typeof system.ask>) => Effect.map(Effect.flip(effect), ({ _tag }) => _tag)
      expect(yield* refused(system.ask(address("strict", "one"), said("a"), { id: "1" }))).toBe("StoreUnavailable")
      for (const id of ["1", "2", "3"]) yield* system.ask(patient, said(id), { id })
      expect(yield* refused(system.ask(patient, said("4"), { id: "4" }))).toBe("StoreUnavailable")
    })
  )
})
