/** Effects happen at least once, with one key, in order per lane; what fails for good is seen and heard of (G6). */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { ledger, post, read } from "./charts/ledger.ts"
import { makeWorld, type Process } from "./World.ts"

const book = address("ledger", "a")
const actors = [ledger]
const again = (more: Partial<EffectFailed> = {}) =>
  Effect.fail(new EffectFailed({ code: "away", retry: true, ...more }))
const results = (system: Process, id = "results") =>
  Effect.map(system.ask(book, read, { id }), (reply) => (reply as { results: ReadonlyArray<string> }).results)

describeDurable("an effect", (durable) => {
  durable("is carried out once, after its turn, and its result comes back as an event", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const handlers = { ledger: { post: world.handler("post"), side: world.handler("side") } }
      const one = yield* world.process({ actors, config: config(), handlers })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* one.drained
      expect(world.calls).toMatchObject([
        { name: "post", params: { entry: "x" }, attempt: 1, durable: true, requestedAt: 0 },
        { name: "side", params: { entry: "x" }, attempt: 1, durable: true }
      ])
      expect(world.calls[0]?.idempotencyKey).toMatch(/^[0-9a-f]{32}$/)
      expect(world.calls[0]?.idempotencyKey).not.toBe(world.calls[1]?.idempotencyKey)
      expect(yield* results(one)).toEqual(["done"])
      expect((yield* world.record(book))?.outbox).toEqual([])
    })
  )

  durable("tells listeners of its own process how it is coming along, before it has an outcome", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const gate = yield* Deferred.make<void>()
      const handlers = {
        ledger: {
          post: world.handler("post", (call) =>
            Effect.andThen(call.emit({ type: "HALF_WAY", entry: call.params.entry }), Deferred.await(gate))
          ),
          side: world.handler("side")
        }
      }
      const one = yield* world.process({ actors, config: config(), handlers })
      const heard = yield* one.emitted.pipe(
        Stream.filter(({ event }) => event.type === "HALF_WAY"),
        Stream.runHead,
        Effect.forkChild({ startImmediately: true })
      )
      yield* one.tell(book, post("x"), { id: "1" })
      expect(Option.getOrNull(yield* Fiber.join(heard))).toEqual({
        address: book,
        event: { type: "HALF_WAY", entry: "x" }
      })
      expect((yield* world.record(book))?.outbox).not.toEqual([])
      yield* Deferred.succeed(gate, undefined)
      yield* one.drained
      expect(yield* results(one)).toEqual(["done"])
    })
  )

  durable("waits for the one before it in its lane, not for other lanes", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const gate = yield* Deferred.make<void>()
      const handlers = {
        ledger: { post: world.handler("post", () => Deferred.await(gate)), side: world.handler("side") }
      }
      const one = yield* world.process({ actors, config: config(), handlers })
      for (const n of [1, 2, 3]) yield* one.tell(book, post(`${n}`), { id: `${n}` })
      yield* TestClock.adjust("1 second")
      const order = () => world.calls.map(({ name, params }) => `${name} ${params.entry}`)
      expect(order().toSorted()).toEqual(["post 1", "side 1", "side 2", "side 3"])
      yield* Deferred.succeed(gate, undefined)
      yield* one.drained
      expect(order().filter((each) => each.startsWith("post"))).toEqual(["post 1", "post 2", "post 3"])
      expect(order().filter((each) => each.startsWith("side"))).toEqual(["side 1", "side 2", "side 3"])
    })
  )

  durable("waits in the lane its params say, and holds up no other", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const lanes = {
        post: ({ entry }: { readonly entry: string }) => (entry.startsWith("tomorrow") ? "slow" : "fast")
      }
      const handler = world.handler("post", ({ params, at }) =>
        params.entry.startsWith("tomorrow") && at < 3_600_000
          ? again({ retryAfterMs: 3_600_000, counts: false })
          : Effect.void
      )
      const one = yield* world.process({
        actors: [{ ...ledger, lanes }],
        config: config(),
        handlers: { ledger: { post: handler } }
      })
      const entries = ["tomorrow 1", "now 1", "tomorrow 2", "now 2"]
      for (const entry of entries) yield* one.tell(book, post(entry), { id: entry.replace(" ", "-") })
      yield* TestClock.adjust("1 second")
      const calls = () => world.calls.map(({ params }) => params.entry)
      expect(calls()).toEqual(["tomorrow 1", "now 1", "now 2"])
      yield* TestClock.adjust("2 hours")
      expect(calls().slice(3)).toEqual(["tomorrow 1", "tomorrow 2"])
    })
  )

  durable("beyond the number that may run at once goes back to the outbox and loses no attempt", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const gate = yield* Deferred.make<void>()
      const handlers = {
        ledger: {
          post: world.handler("post", () => Deferred.await(gate), { maxAttempts: 1, timeout: "1 hour" }),
          side: world.handler("side")
        }
      }
      const one = yield* world.process({ actors, config: config({ effectConcurrency: 2 }), handlers })
      const books = [0, 1, 2, 3, 4].map((n) => address("ledger", `${n}`))
      for (const to of books) yield* one.tell(to, post("x"), { id: "1" })
      yield* TestClock.adjust("1 second")
      const named = (name: string) => world.calls.filter((call) => call.name === name)
      expect([named("post").length, named("side").length]).toEqual([2, 5])
      for (const to of books.slice(2)) {
        expect((yield* one.inspect(to))?.effects).toMatchObject([{ name: "post", attempts: 0, lastError: "busy" }])
        expect((yield* world.record(to))?.outbox).toMatchObject([{ claim: null }])
      }
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("1 minute")
      expect(named("post").map(({ attempt }) => attempt)).toEqual([1, 1, 1, 1, 1])
      expect(yield* world.store.listDeadLetters(9)).toEqual([])
      for (const to of books) expect((yield* one.inspect(to))?.effects).toEqual([])
    })
  )

  durable(
    "is tried again with doubling, capped, spread delays and one key, then becomes a dead letter and an event",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const failing = world.handler("post", () => again(), {
          maxAttempts: 6,
          backoff: "1 second",
          maxBackoff: "4 seconds"
        })
        const handlers = { ledger: { post: failing, side: world.handler("side") } }
        const one = yield* world.process({ actors, config: config(), handlers })
        yield* one.tell(book, post("x"), { id: "1" })
        yield* TestClock.adjust("2 minutes")
        const tries = world.calls.filter(({ name }) => name === "post")
        expect(tries.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4, 5, 6])
        expect(new Set(tries.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
        const waits = tries.slice(1).map(({ at }, index) => at - (tries[index]?.at ?? 0))
        for (const [index, full] of [1000, 2000, 4000, 4000, 4000].entries()) {
          expect(waits[index]).toBeGreaterThanOrEqual(full / 2)
          expect(waits[index]).toBeLessThanOrEqual(full)
        }
        expect(new Set(waits.slice(2)).size).toBeGreaterThan(1)
        expect(yield* results(one)).toEqual(["away_exhausted"])
        expect(yield* world.store.listDeadLetters(9)).toMatchObject([
          { kind: "effect", name: "post", reason: "away_exhausted", address: book }
        ])
      })
  )

  durable("that cannot succeed is not tried again", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const refused = world.handler("post", () => Effect.fail(new EffectFailed({ code: "blocked", retry: false })))
      const one = yield* world.process({ actors, config: config(), handlers: { ledger: { post: refused } } })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* TestClock.adjust("10 minutes")
      expect(world.calls.length).toBe(1)
      expect(yield* results(one)).toEqual(["blocked"])
      // `side` has no handler, and its implementation in the chart does nothing: that is its handler.
      expect((yield* world.store.listDeadLetters(9)).map(({ name }) => name)).toEqual(["post"])
    })
  )

  durable("that is told to come back later waits that long and keeps its attempts", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const later = world.handler(
        "post",
        (_, nth) => (nth <= 3 ? again({ retryAfterMs: 90_000, counts: false }) : Effect.void),
        { maxAttempts: 2 }
      )
      const one = yield* world.process({ actors, config: config(), handlers: { ledger: { post: later } } })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* TestClock.adjust("10 minutes")
      expect(world.calls.map(({ at, attempt }) => [at, attempt])).toEqual(
        [0, 90_000, 180_000, 270_000].map((at) => [at, 1])
      )
      expect(yield* results(one)).toEqual(["done"])
    })
  )

  durable("that takes too long, dies, or gives itself up counts as a failed attempt", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const spoilt = [Effect.never, Effect.die("broken"), Effect.interrupt, Effect.void]
      const handler = world.handler("post", (_, nth) => spoilt[nth - 1] ?? Effect.void, {
        timeout: "10 seconds",
        backoff: "1 second"
      })
      const one = yield* world.process({ actors, config: config(), handlers: { ledger: { post: handler } } })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* TestClock.adjust("10 seconds")
      expect((yield* one.inspect(book))?.effects).toMatchObject([{ name: "post", attempts: 1, lastError: "timeout" }])
      yield* TestClock.adjust("1 minute")
      expect(world.calls.map(({ attempt }) => attempt)).toEqual([1, 2, 3, 4])
      expect(yield* results(one)).toEqual(["done"])
    })
  )

  durable("to a busy destination waits for the next window without losing an attempt", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const limited = world.handler("post", undefined, {
        maxAttempts: 1,
        rate: { destination: () => "there", limit: 2, window: "10 seconds" }
      })
      const one = yield* world.process({ actors, config: config(), handlers: { ledger: { post: limited } } })
      for (let n = 0; n < 5; n++) yield* one.tell(address("ledger", `${n}`), post(`${n}`), { id: "1" })
      yield* TestClock.adjust("1 second")
      expect(world.calls.length).toBe(2)
      yield* TestClock.adjust("1 minute")
      expect(world.calls.length).toBe(5)
      expect(world.calls.every(({ attempt }) => attempt === 1)).toBe(true)
      for (let n = 2; n < 5; n++) expect(world.calls[n]?.at).toBeGreaterThanOrEqual(5000)
      expect(yield* world.store.listDeadLetters(9)).toEqual([])
    })
  )

  durable("whose outcome the store will not take at once is not carried out again", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const handlers = { ledger: { post: world.handler("post"), side: world.handler("side") } }
      const one = yield* world.process({ actors, config: config({ commitRetries: 0 }), handlers })
      yield* one.tell(book, { type: "ADD", entry: "w" }, { id: "0" })
      const until = yield* Deferred.make<void>()
      one.faults.next("commit", { kind: "hang", until })
      const told = yield* Effect.forkChild(one.tell(book, post("x"), { id: "1" }), { startImmediately: true })
      yield* Effect.repeat(Effect.yieldNow, { until: () => one.faults.pending() === 0 })
      one.faults.next("commit", { kind: "refuse" }, 4)
      yield* Deferred.succeed(until, undefined)
      yield* TestClock.adjust("3 minutes")
      yield* Effect.yieldNow
      expect(told.pollUnsafe()).toMatchObject({ _tag: "Success" })
      expect(world.calls.map(({ name }) => name).toSorted()).toEqual(["post", "side"])
      expect(yield* results(one)).toEqual(["done"])
    })
  )

  durable("is not carried out again because other writers won every comparison for a while", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const gate = yield* Deferred.make<void>()
      const handlers = {
        ledger: { post: world.handler("post", () => Deferred.await(gate)), side: world.handler("side") }
      }
      const one = yield* world.process({ actors, config: config({ maxConflicts: 2 }), handlers })
      const two = yield* world.process({ actors, config: config() })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* one.drained.pipe(Effect.timeoutOption("1 second"), Effect.forkChild({ startImmediately: true }))
      yield* TestClock.adjust("2 seconds")
      for (const id of ["a", "b"]) {
        one.faults.next("commit", {
          kind: "after",
          first: Effect.orDie(two.tell(book, { type: "ADD", entry: id }, { id }))
        })
      }
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("5 minutes")
      expect(world.calls.filter(({ name }) => name === "post").length).toBe(1)
      expect(yield* results(one)).toEqual(["done"])
    })
  )
})
