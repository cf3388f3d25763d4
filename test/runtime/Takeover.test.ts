/** What one process leaves behind, another finds: claims that run out, zombies that come back, stops in good order (G1, G6). */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { ActorRecord } from "#kernel/ActorRecord.ts"
import type { Commit } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { add, ledger, post, read } from "./charts/ledger.ts"
import { makeWorld } from "./World.ts"

const book = address("ledger", "a")
const actors = [ledger]
const started = { startImmediately: true } as const
const posts = (calls: ReadonlyArray<{ readonly name: string }>) => calls.filter(({ name }) => name === "post").length

describeDurable("another process", (durable) => {
  durable(
    "takes over an effect whose claim has run out, and the first one's late outcome changes nothing",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const gate = yield* Deferred.make<void>()
        const hanging = {
          ledger: {
            post: world.handler("post", () => Effect.uninterruptible(Deferred.await(gate)), { timeout: "10 seconds" })
          }
        }
        const working = { ledger: { post: world.handler("post", undefined, { timeout: "10 seconds" }) } }
        const one = yield* world.process({ actors, config: config(), handlers: hanging })
        yield* one.tell(book, post("x"), { id: "1" })
        yield* TestClock.adjust("1 second")
        yield* one.kill
        const two = yield* world.process({ actors, config: config(), handlers: working })
        yield* TestClock.adjust("8 seconds")
        expect(posts(world.calls)).toBe(1)
        yield* TestClock.adjust("3 seconds")
        expect(world.calls.map(({ attempt }) => attempt)).toEqual([1, 1])
        expect(new Set(world.calls.map(({ idempotencyKey }) => idempotencyKey)).size).toBe(1)
        const before = yield* world.record(book)
        yield* Deferred.succeed(gate, undefined)
        yield* one.faults.thaw
        yield* TestClock.adjust("1 minute")
        expect(yield* world.record(book)).toEqual(before)
        expect(yield* two.ask(book, read, { id: "r" })).toEqual({ entries: ["x"], results: ["done"] })
      })
  )

  durable("has done what a process hears too late that it may do: it does not do it again", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const handlers = { ledger: { post: world.handler("post"), side: world.handler("side") } }
      const one = yield* world.process({ actors, config: config(), handlers })
      const two = yield* world.process({ actors, config: config(), handlers })
      const until = yield* Deferred.make<void>()
      one.faults.next("commit", { kind: "answerLate", until })
      one.faults.next("claimDue", { kind: "hang", until })
      const told = yield* Effect.forkChild(one.tell(book, post("x"), { id: "1" }), started)
      yield* TestClock.adjust("20 seconds")
      expect(posts(world.calls)).toBe(1)
      yield* Deferred.succeed(until, undefined)
      yield* Fiber.join(told)
      yield* TestClock.adjust("1 minute")
      expect(posts(world.calls)).toBe(1)
      expect(yield* two.ask(book, read, { id: "r" })).toEqual({ entries: ["x"], results: ["done"] })
    })
  )

  durable("gets the work of a stopping one at once, without waiting for its claim", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const hanging = { ledger: { post: world.handler("post", () => Effect.never), side: world.handler("side") } }
      const one = yield* world.process({ actors, config: config({ stopWithinMs: 4000 }), handlers: hanging })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* one.tell(book, post("y"), { id: "2" })
      const stopping = yield* Effect.forkChild(one.stop, started)
      yield* TestClock.adjust("4 seconds")
      yield* Fiber.join(stopping)
      const left = yield* world.record(book)
      expect(left?.outbox.map(({ claim, attempts }) => ({ claim, attempts }))).toEqual([
        { claim: null, attempts: 0 },
        { claim: null, attempts: 0 }
      ])
      const two = yield* world.process({
        actors,
        config: config(),
        handlers: { ledger: { post: world.handler("post") } }
      })
      yield* two.drained
      expect(world.calls.filter(({ name }) => name === "post").map(({ params }) => params.entry)).toEqual([
        "x",
        "x",
        "y"
      ])
      expect(yield* two.ask(book, read, { id: "r" })).toEqual({ entries: ["x", "y"], results: ["done", "done"] })
    })
  )

  durable("sees a commit of a frozen process refused after it has gone on itself", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      const two = yield* world.process({ actors, config: config() })
      yield* one.tell(book, add("w"), { id: "0" })
      one.faults.cut()
      const frozen = yield* Effect.forkChild(one.ask(book, add("x"), { id: "1" }), started)
      yield* Effect.yieldNow
      expect(yield* two.ask(book, add("y"), { id: "2" })).toEqual({ count: 2 })
      expect(yield* two.ask(book, add("x"), { id: "1" })).toEqual({ count: 3 })
      yield* one.faults.thaw
      expect(yield* Fiber.join(frozen)).toEqual({ count: 3 })
      return yield* two.ask(book, read, { id: "r" })
    })
  )
})

describeDurable("a process that is late", (durable) => {
  durable("with storing an outcome does not do the effect again, though its claim has long run out", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const gate = yield* Deferred.make<void>()
      let refusing = true
      // What takes the effect out of the outbox is refused; claims are taken.
      const settles = ({ next }: Commit) =>
        next !== null && (JSON.parse(next.record) as ActorRecord).outbox.every(({ work }) => work.kind !== "action")
      const one = yield* world.process({
        actors,
        config: config({ commitRetries: 0 }),
        handlers: { ledger: { post: world.handler("post", () => Deferred.await(gate)) } },
        wrap: (store) => ({
          ...store,
          commit: (batch) =>
            refusing && batch.some(settles)
              ? Effect.fail(new StoreUnavailable({ store: "memory", operation: "commit", reason: "timeout" }))
              : store.commit(batch)
        })
      })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* TestClock.adjust("1 second")
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("1 minute")
      expect((yield* world.record(book))?.outbox).toMatchObject([{ attempts: 0 }])
      expect((yield* world.record(book))?.outbox[0]?.claim?.until).toBeGreaterThan(60_000)
      refusing = false
      yield* TestClock.adjust("1 minute")
      expect(posts(world.calls)).toBe(1)
      expect(yield* one.ask(book, read, { id: "r" })).toEqual({ entries: ["x"], results: ["done"] })
    })
  )

  durable("to keep its claim is interrupted when another has taken the effect over", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const heard: Array<string> = []
      const gate = yield* Deferred.make<void>()
      const slow = (name: string) => {
        const run = Deferred.await(gate).pipe(
          Effect.tap(() => Effect.sync(() => heard.push(`${name} is done`))),
          Effect.onInterrupt(() => Effect.sync(() => heard.push(`${name} is interrupted`)))
        )
        return { ledger: { post: world.handler("post", () => run, { timeout: "1 hour" }) } }
      }
      const one = yield* world.process({ actors, config: config(), handlers: slow("one") })
      yield* one.tell(book, post("x"), { id: "1" })
      one.faults.cut()
      const two = yield* world.process({ actors, config: config(), handlers: slow("two") })
      yield* TestClock.adjust("20 seconds")
      expect(posts(world.calls)).toBe(2)
      expect(heard).toEqual([])
      yield* one.faults.thaw
      yield* TestClock.adjust("10 seconds")
      expect(heard).toEqual(["one is interrupted"])
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("1 minute")
      expect(heard).toEqual(["one is interrupted", "two is done"])
      expect(posts(world.calls)).toBe(2)
      expect(yield* two.ask(book, read, { id: "r" })).toEqual({ entries: ["x"], results: ["done"] })
    })
  )
})

describeDurable("a graceful stop", (durable) => {
  durable("finishes the turns and effects under way, and takes nothing new", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const gate = yield* Deferred.make<void>()
      const handlers = { ledger: { post: world.handler("post", () => Deferred.await(gate)) } }
      const one = yield* world.process({ actors, config: config(), handlers })
      yield* one.tell(book, post("x"), { id: "1" })
      const until = yield* Deferred.make<void>()
      one.faults.next("commit", { kind: "hang", until })
      const inTurn = yield* Effect.forkChild(one.ask(book, add("y"), { id: "2" }), started)
      const queued = yield* Effect.forkChild(one.ask(book, add("z"), { id: "3" }), started)
      yield* Effect.repeat(Effect.yieldNow, { until: () => one.faults.pending() === 0 })
      const stopping = yield* Effect.forkChild(one.stop, started)
      yield* Effect.yieldNow
      expect((yield* one.health).stopping).toBe(true)
      expect(yield* Effect.flip(one.tell(book, add("q"), { id: "4" }))).toMatchObject({ _tag: "SystemStopping" })
      yield* Deferred.succeed(until, undefined)
      expect(yield* Fiber.join(inTurn)).toEqual({ count: 2 })
      expect(yield* Fiber.join(queued)).toEqual({ count: 3 })
      yield* TestClock.adjust("6 seconds")
      yield* Deferred.succeed(gate, undefined)
      yield* Fiber.join(stopping)
      const left = yield* world.record(book)
      expect(left?.outbox).toEqual([])
      expect(left?.snapshot.context).toEqual({ entries: ["x", "y", "z"], results: ["done"] })
    })
  )

  durable(
    "does not hang beyond its limit on a store that does not answer, and leaves no caller waiting",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* world.process({ actors, config: config({ stopWithinMs: 4000 }) })
        yield* one.tell(book, add("x"), { id: "1" })
        one.faults.cut()
        const waiting = yield* Effect.forEach(["2", "3"], (id) =>
          Effect.forkChild(Effect.exit(one.ask(book, add(id), { id })), started)
        )
        const stopping = yield* Effect.forkChild(one.stop, started)
        yield* TestClock.adjust("15 seconds")
        expect(stopping.pollUnsafe()).toBeDefined()
        expect(waiting.map((fiber) => fiber.pollUnsafe() !== undefined)).toEqual([true, true])
      })
  )

  durable("does not hang beyond its limit on an effect that cannot be interrupted", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const stubborn = world.handler("post", () => Effect.uninterruptible(Effect.never), { timeout: "1 second" })
      const one = yield* world.process({
        actors,
        config: config({ stopWithinMs: 4000 }),
        handlers: { ledger: { post: stubborn } }
      })
      yield* one.tell(book, post("x"), { id: "1" })
      const stopping = yield* Effect.forkChild(one.stop, started)
      yield* TestClock.adjust("15 seconds")
      expect(stopping.pollUnsafe()).toBeDefined()
    })
  )

  durable("leaves no caller of a stopped system waiting", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* one.tell(book, add("x"), { id: "1" })
      yield* one.stop
      expect(yield* Effect.flip(one.ask(book, add("y"), { id: "2" }))).toMatchObject({ _tag: "SystemStopping" })
      const forgetting = yield* Effect.forkChild(Effect.flip(one.forget(book)), started)
      yield* Effect.yieldNow
      expect(forgetting.pollUnsafe()).toMatchObject({ _tag: "Success", value: { _tag: "SystemStopping" } })
    })
  )
})
