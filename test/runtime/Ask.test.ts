/** What a caller may rely on: a reply says that the turn is durable, and the same id never counts twice (G2, G4). */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { describeDurable, type Mode } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { add, ledger, post, read } from "./charts/ledger.ts"
import { makeWorld } from "./World.ts"

const book = address("ledger", "a")

/** Answers at once and writes a second later: the mistake that "commit before effect" rules out. */
const writeBehind = (store: ActorStoreService): ActorStoreService => ({
  ...store,
  commit: (batch) =>
    Effect.forkDetach(Effect.delay(store.commit(batch), "1 second")).pipe(
      Effect.as(batch.map(() => ({ _tag: "Committed" }) as const))
    )
})

/** Posts one entry, and says for everything that left the system whether the entry was in the store by then. */
const whatLeftDurably = ({ config }: Mode, wrap: (store: ActorStoreService) => ActorStoreService) =>
  Effect.gen(function* () {
    const world = yield* makeWorld
    const one = yield* world.process({
      actors: [ledger],
      config: config(),
      wrap,
      handlers: { ledger: { post: world.handler("post"), side: world.handler("side") } }
    })
    const isStored = Effect.map(world.record(book), (record) => {
      const { entries = [] } = (record?.snapshot.context ?? {}) as { entries?: ReadonlyArray<string> }
      return entries.length > 0
    })
    const emitted = yield* one.emitted.pipe(
      Stream.take(1),
      Stream.mapEffect(() => isStored),
      Stream.runCollect,
      Effect.forkChild({ startImmediately: true })
    )
    yield* one.ask(book, add("x"), { id: "1" })
    const reply = yield* isStored
    yield* one.ask(book, post("y"), { id: "2" })
    yield* Effect.repeat(Effect.yieldNow, { until: () => world.calls.length === 2 })
    const effects = world.calls.map(({ durable }) => durable)
    return { reply, emitted: yield* Fiber.join(emitted), effects }
  })

describeDurable("asking an actor", (durable) => {
  durable("answers with the chart's reply, and with null where there is none", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config() })
      expect(yield* one.ask(book, add("x"), { id: "1" })).toEqual({ count: 1 })
      expect(yield* one.ask(book, add("y"), { id: "2" })).toEqual({ count: 2 })
      expect(yield* one.ask(book, { type: "UNHEARD_OF" }, { id: "3" })).toBe(null)
      const told = yield* one.ask(book, read, { id: "4" })
      expect(told).toEqual({ entries: ["x", "y"], results: [] })
      return told
    })
  )

  durable("lets nothing out before the commit: no reply, no emitted event, no effect", (mode) =>
    Effect.gen(function* () {
      const left = yield* whatLeftDurably(mode, (store) => store)
      expect(left).toEqual({ reply: true, emitted: [true], effects: [true, true] })
    })
  )

  durable("is seen to let things out too early over a store that writes behind (negative control)", (mode) =>
    Effect.gen(function* () {
      const left = yield* whatLeftDurably(mode, writeBehind)
      expect(left).toEqual({ reply: false, emitted: [false], effects: [false, false] })
    })
  )

  durable("gives the first reply again for the same id, also after a restart, for 24 hours", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const options = { actors: [ledger], config: config({ pollIntervalMs: 3_600_000 }) }
      const one = yield* world.process(options)
      expect(yield* one.ask(book, add("x"), { id: "1" })).toEqual({ count: 1 })
      expect(yield* one.ask(book, add("y"), { id: "2" })).toEqual({ count: 2 })
      expect(yield* one.ask(book, add("x"), { id: "1" })).toEqual({ count: 1 })
      yield* one.stop
      const two = yield* world.process(options)
      yield* TestClock.adjust("23 hours")
      expect(yield* two.ask(book, add("x"), { id: "1" })).toEqual({ count: 1 })
      yield* TestClock.adjust("1 hour")
      expect(yield* two.ask(book, add("x"), { id: "1" })).toEqual({ count: 3 })
      return yield* two.ask(book, read, { id: "3" })
    })
  )

  durable("applies concurrent deliveries of one id once, and answers all of them alike", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config() })
      const two = yield* world.process({ actors: [ledger], config: config() })
      const replies = yield* Effect.all(
        [one, two, one, two].map((system) => system.ask(book, add("x"), { id: "1" })),
        { concurrency: "unbounded" }
      )
      expect(replies).toEqual([1, 1, 1, 1].map((count) => ({ count })))
    })
  )

  durable(
    "applies a turn once when the commit's answer is lost, and when the batch was written in part",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* world.process({ actors: [ledger], config: config() })
        const other = address("ledger", "b")
        one.faults.next("commit", { kind: "loseAnswer" }, 2)
        const first = yield* Effect.forkChild(one.ask(book, add("x"), { id: "1" }), { startImmediately: true })
        yield* TestClock.adjust("1 second")
        expect(yield* Fiber.join(first)).toEqual({ count: 1 })
        one.faults.next("commit", { kind: "split", count: 1 })
        const both = yield* Effect.forkChild(
          Effect.all([one.ask(book, add("y"), { id: "2" }), one.ask(other, add("z"), { id: "2" })], {
            concurrency: "unbounded"
          }),
          { startImmediately: true }
        )
        yield* TestClock.adjust("1 second")
        expect(yield* Fiber.join(both)).toEqual([{ count: 2 }, { count: 1 }])
        expect(one.faults.pending()).toBe(0)
        return [yield* one.ask(book, read, { id: "3" }), yield* one.ask(other, read, { id: "3" })]
      })
  )

  durable(
    "says StoreUnavailable when the outcome stays unknown, and counts the same id once when told again",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* world.process({ actors: [ledger], config: config({ commitRetries: 2 }) })
        yield* one.ask(book, add("w"), { id: "0" })
        for (const fault of ["refuse", "loseAnswer"] as const) {
          one.faults.next("commit", { kind: fault }, 3)
          const failing = yield* Effect.forkChild(Effect.flip(one.ask(book, add(fault), { id: fault })), {
            startImmediately: true
          })
          yield* TestClock.adjust("10 seconds")
          expect((yield* Fiber.join(failing))._tag).toBe("StoreUnavailable")
          expect(yield* one.ask(book, add(fault), { id: fault })).toEqual({ count: fault === "refuse" ? 2 : 3 })
        }
        return yield* one.ask(book, read, { id: "r" })
      })
  )

  durable("refuses what is too large, unregistered or the runtime's own, and keeps nothing of it", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config({ maxEventBytes: 100 }) })
      const large = yield* Effect.flip(one.tell(book, add("ü".repeat(50)), { id: "1" }))
      expect(large).toMatchObject({ _tag: "PayloadTooLarge", limit: 100, bytes: 125 })
      const unknown = yield* Effect.flip(one.tell(address("stranger", "a"), add("x"), { id: "1" }))
      expect(unknown).toMatchObject({ _tag: "UnknownActorType", type: "stranger" })
      expect(yield* Effect.exit(one.tell(book, { type: "xstate.stop" }, { id: "1" }))).toMatchObject({
        _tag: "Failure"
      })
      expect(yield* world.record(book)).toBe(null)
      expect(yield* one.ask(book, add("x"), { id: "1" })).toEqual({ count: 1 })
    })
  )

  durable("forgets an actor with its record, marks and documents", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config() })
      yield* one.ask(book, add("x"), { id: "1" })
      expect(yield* world.store.readDocument("ledger:a")).toBe('["x"]')
      expect(yield* one.forget(book)).toBe(3)
      expect(yield* world.store.readDocument("ledger:a")).toBe(null)
      expect(yield* one.inspect(book)).toBe(null)
      expect(yield* one.forget(book)).toBe(0)
      expect(yield* one.ask(book, add("y"), { id: "1" })).toEqual({ count: 1 })
    })
  )

  durable("shows states and times of an actor to an operator, and none of its words", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config() })
      yield* TestClock.adjust("5 seconds")
      yield* one.ask(book, post("a secret"), { id: "1" })
      yield* one.drained
      const seen = yield* one.inspect(book)
      expect(seen).toMatchObject({ status: "active", value: "open", version: 1, createdAt: 5000 })
      expect(seen?.recent.map(({ type }) => type)).toContain("POST")
      expect(JSON.stringify(seen)).not.toContain("secret")
      expect(yield* one.inspect(address("ledger", "nobody"))).toBe(null)
    })
  )
})
