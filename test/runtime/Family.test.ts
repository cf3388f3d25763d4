/** Work that happens elsewhere: plain promises, spawned machines, messages - each effectively once (G1, G6). */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { courier, kid, type Load, loader, parent, picky } from "./charts/family.ts"
import { add, ledger, read } from "./charts/ledger.ts"
import { makeWorld, type Process } from "./World.ts"

const at = address("loader", "a")
const home = address("parent", "a")
let ids = 0
const tell = (system: Process, to: ActorAddress, type: string, more: object = {}) =>
  Effect.andThen(system.tell(to, { type, ...more }, { id: `f${++ids}` }), system.drained)
const heard = (system: Process, from: ActorAddress) => system.ask(from, { type: "READ" }, { id: `f${++ids}` })

describeDurable("an invoked promise", (durable) => {
  durable("of a plain machine runs with its input, and its value or its error comes back", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const load: Load = ({ n }) => (n === 1 ? Promise.resolve("one") : Promise.reject(new Error(`no ${n}`)))
      const one = yield* world.process({ actors: [loader(load)], config: config() })
      yield* tell(one, at, "LOAD", { n: 1 })
      yield* tell(one, at, "LOAD", { n: 2 })
      expect(yield* heard(one, at)).toEqual(["one", "no 2"])
    })
  )

  durable("is interrupted when its state is left, and its late value is not heard", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const signals: Array<AbortSignal> = []
      const load: Load = (_, signal) =>
        new Promise((resolve) => {
          signals.push(signal)
          signal.addEventListener("abort", () => resolve("too late"))
        })
      const one = yield* world.process({ actors: [loader(load)], config: config() })
      yield* one.tell(at, { type: "LOAD", n: 1 }, { id: "1" })
      expect(signals.map(({ aborted }) => aborted)).toEqual([false])
      yield* tell(one, at, "LEAVE")
      expect(signals.map(({ aborted }) => aborted)).toEqual([true])
      expect(yield* heard(one, at)).toEqual([])
      expect(yield* world.store.listDeadLetters(9)).toEqual([])
      expect((yield* one.inspect(at))?.effects).toEqual([])
    })
  )

  durable("that a dead process was running is run again by another", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      let runs = 0
      const load: Load = () => (++runs === 1 ? new Promise(() => {}) : Promise.resolve("second try"))
      const actors = [loader(load)]
      const one = yield* world.process({ actors, config: config() })
      yield* one.tell(at, { type: "LOAD", n: 1 }, { id: "1" })
      yield* one.kill
      const two = yield* world.process({ actors, config: config() })
      yield* TestClock.adjust("12 seconds")
      yield* two.drained
      expect(yield* heard(two, at)).toEqual(["second try"])
    })
  )
})

describeDurable("a chart that throws on what its promise came to", (durable) => {
  const actors = [picky()]
  const to = address("picky", "a")

  durable("goes on as if the promise had failed, and the outcome is a dead letter", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* tell(one, to, "LOAD", { next: "cope" })
      expect((yield* one.inspect(to))?.value).toBe("coped")
      expect(yield* world.store.listDeadLetters(9)).toMatchObject([
        { kind: "effect", name: "load", reason: "threw_RangeError" }
      ])
    })
  )

  durable("and throws on that too is left where it was, and hears no more of it", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* tell(one, to, "LOAD", { next: "throw" })
      yield* TestClock.adjust("5 minutes")
      expect(yield* one.inspect(to)).toMatchObject({ value: "loading", effects: [] })
      expect((yield* world.store.listDeadLetters(9)).length).toBe(1)
      yield* tell(one, to, "LEAVE")
      expect((yield* one.inspect(to))?.value).toBe("idle")
    })
  )
})

describeDurable("a spawned machine", (durable) => {
  durable("is an actor of its own: it hears, answers, ends, and starts anew under the same name", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const actors = [parent, kid]
      const one = yield* world.process({ actors, config: config() })
      const two = yield* world.process({ actors, config: config() })
      yield* tell(one, home, "HAVE")
      yield* tell(one, home, "ASK", { n: 2 })
      yield* tell(two, home, "ASK", { n: 3 })
      yield* tell(one, home, "END")
      yield* tell(two, home, "ASK", { n: 4 })
      yield* tell(two, home, "HAVE")
      yield* tell(two, home, "ASK", { n: 5 })
      const said = yield* heard(one, home)
      expect(said).toEqual(["first 2", "first 5", "done 5", "first 5"])
      return said
    })
  )

  durable("that is stopped hears nothing any more", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [parent, kid], config: config() })
      yield* tell(one, home, "HAVE")
      yield* tell(one, home, "DROP")
      const child = address("kid", "parent/a/first")
      expect((yield* one.inspect(child))?.status).toBe("stopped")
      yield* one.tell(child, { type: "WORK", n: 9 }, { id: "stray" })
      yield* one.drained
      expect(yield* heard(one, home)).toEqual([])
    })
  )

  durable("that cannot start is an error its parent hears", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [parent, kid], config: config() })
      yield* tell(one, home, "HAVE", { breaks: true })
      expect(yield* heard(one, home)).toEqual(["error"])
    })
  )

  durable("that cannot start is an error its parent hears, also when that answer was lost", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const actors = [parent, kid]
      const one = yield* world.process({ actors, config: config() })
      one.faults.next("commit", { kind: "after", first: Effect.void })
      one.faults.next("commit", { kind: "loseAnswer" })
      yield* one.tell(home, { type: "HAVE", breaks: true }, { id: "1" })
      yield* TestClock.adjust("1 second")
      expect(one.faults.pending()).toBe(0)
      expect(yield* heard(one, home)).toEqual(["error"])
    })
  )

  durable("that cannot start is an error its parent hears, also when the process died that knew it", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const actors = [parent, kid]
      const one = yield* world.process({ actors, config: config() })
      const until = yield* Deferred.make<void>()
      one.faults.next("commit", { kind: "after", first: Effect.void })
      one.faults.next("commit", { kind: "answerLate", until })
      yield* one.tell(home, { type: "HAVE", breaks: true }, { id: "1" })
      yield* Effect.repeat(Effect.yieldNow, { until: () => one.faults.pending() === 0 })
      yield* one.kill
      expect(yield* world.store.listDeadLetters(9)).toMatchObject([{ kind: "event", name: "xstate.start" }])
      const two = yield* world.process({ actors, config: config() })
      yield* TestClock.adjust("1 minute")
      expect(yield* heard(two, home)).toEqual(["error"])
    })
  )
})

describeDurable("a message to another actor", (durable) => {
  durable("arrives once and in order, however often its sending is repeated", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const book = address("ledger", "a")
      const from = address("courier", "a")
      const actors = [courier, ledger]
      const one = yield* world.process({ actors, config: config() })
      const two = yield* world.process({ actors, config: config() })
      for (let n = 0; n < 20; n++) {
        // Answers are lost and processes race for the same outbox while the messages go out.
        one.faults.next("commit", n % 3 === 0 ? { kind: "loseAnswer" } : { kind: "after", first: Effect.void }, 2)
        one.faults.next("claimDue", { kind: "twice" })
        const message = { to: { type: "ledger", id: "a" }, event: add(`${n}`) }
        const told = yield* Effect.forkChild(
          (n % 2 === 0 ? one : two).tell(from, { type: "FORWARD", message }, { id: `${n}` }),
          { startImmediately: true }
        )
        yield* TestClock.adjust("1 second")
        expect(told.pollUnsafe()).toMatchObject({ _tag: "Success" })
      }
      yield* TestClock.adjust("2 minutes")
      const all = Array.from({ length: 20 }, (_, n) => `${n}`)
      expect(yield* two.ask(book, read, { id: "r" })).toEqual({ entries: all, results: [] })
    })
  )

  durable(
    "to a type nobody here knows is tried again, as a newer process may know it, and given up on in the end",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* world.process({ actors: [courier], config: config() })
        const message = { to: { type: "ledger", id: "a" }, event: add("x") }
        yield* one.tell(address("courier", "a"), { type: "FORWARD", message }, { id: "1" })
        yield* one.drained
        expect((yield* one.inspect(address("courier", "a")))?.effects).toMatchObject([
          { lastError: "UnknownActorType" }
        ])
        expect(yield* world.store.listDeadLetters(9)).toEqual([])
        for (let hour = 0; hour < 5; hour++) {
          for (let minute = 0; minute < 60; minute++) yield* TestClock.adjust("1 minute")
          yield* one.drained
        }
        expect(yield* world.store.listDeadLetters(9)).toMatchObject([
          { kind: "effect", name: "message", reason: "UnknownActorType" }
        ])
      })
  )

  durable("that throws in its receiver is the receiver's dead letter, and the sender goes on", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [courier, ledger], config: config() })
      const to = { type: "ledger", id: "a" }
      for (const [id, event] of [
        ["1", { type: "BREAK", words: "x" }],
        ["2", add("y")]
      ] as const) {
        yield* one.tell(address("courier", "a"), { type: "FORWARD", message: { to, event } }, { id })
      }
      yield* one.drained
      expect(yield* one.ask(address("ledger", "a"), read, { id: "r" })).toMatchObject({ entries: ["y"] })
      expect(yield* world.store.listDeadLetters(9)).toMatchObject([{ kind: "event", name: "BREAK" }])
    })
  )
})
