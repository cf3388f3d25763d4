/** Order and bounds of one actor's mailbox, and what passivation may cost: nothing (G1, G10). */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { secondWriter } from "#test/harness/FaultyStore.ts"
import { add, ledger, read } from "./charts/ledger.ts"
import { makeWorld, type Process } from "./World.ts"

const book = address("ledger", "a")
const other = address("ledger", "b")
const started = { startImmediately: true } as const

/** Blocks the mailbox of `book` in the middle of a commit. */
const blocked = Effect.fnUntraced(function* (one: Process) {
  const until = yield* Deferred.make<void>()
  one.faults.next("commit", { kind: "hang", until })
  const blocking = yield* Effect.forkChild(one.tell(book, add("first"), { id: "first" }), started)
  yield* Effect.repeat(Effect.yieldNow, { until: () => one.faults.pending() === 0 })
  return Effect.andThen(Deferred.succeed(until, undefined), Fiber.join(blocking))
})

describeDurable("a mailbox", (durable) => {
  durable("works events off in order of arrival, and lets high priority overtake", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config() })
      const release = yield* blocked(one)
      const told: Array<Fiber.Fiber<void, unknown>> = []
      for (const n of [1, 2, 3, 4]) {
        const options = { id: `${n}`, priority: n > 2 ? "high" : "normal" } as const
        told.push(yield* Effect.forkChild(one.tell(book, add(`${n}`), options), started))
      }
      yield* release
      yield* Fiber.joinAll(told)
      const { entries } = (yield* one.ask(book, read, { id: "r" })) as { entries: unknown }
      expect(entries).toEqual(["first", "3", "4", "1", "2"])
    })
  )

  durable("refuses one event too many, and nothing of it is done", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config({ mailboxCapacity: 2 }) })
      const release = yield* blocked(one)
      const waiting: Array<Fiber.Fiber<void, unknown>> = []
      waiting.push(yield* Effect.forkChild(one.tell(book, add("1"), { id: "1" }), started))
      waiting.push(yield* Effect.forkChild(one.tell(book, add("2"), { id: "2", priority: "high" }), started))
      const refused = yield* Effect.flip(one.tell(book, add("3"), { id: "3" }))
      expect(refused).toMatchObject({ _tag: "MailboxFull", capacity: 2, isRetryable: true })
      expect(yield* Effect.flip(one.tell(book, add("4"), { id: "4", priority: "high" }))).toMatchObject({
        _tag: "MailboxFull"
      })
      yield* release
      yield* Fiber.joinAll(waiting)
      expect(yield* one.ask(book, add("3"), { id: "3" })).toEqual({ count: 4 })
      const { entries } = (yield* one.ask(book, read, { id: "r" })) as { entries: unknown }
      expect(entries).toEqual(["first", "2", "1", "3"])
    })
  )

  durable("keeps order and loses nothing with room for one resident only, at work or not", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config({ maxResidents: 1 }) })
      const release = yield* blocked(one)
      const told: Array<Fiber.Fiber<void, unknown>> = []
      for (let n = 0; n < 50; n++) {
        told.push(yield* Effect.forkChild(one.tell(other, add(`${n}`), { id: `${n}` }), started))
      }
      yield* release
      yield* Fiber.joinAll(told)
      const { entries } = (yield* one.ask(other, read, { id: "r" })) as { entries: ReadonlyArray<string> }
      expect(entries).toEqual(Array.from({ length: 50 }, (_, n) => `${n}`))
      expect((yield* one.health).residents).toBeLessThanOrEqual(2)
    })
  )

  // Room is made for a 64th of the bound at once.
  for (const [bound, spare] of [
    [10, 0],
    [130, 2]
  ] as const)
    durable(`gives up the longest unused residents over ${bound}, and idle ones after a while`, ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* world.process({
          actors: [ledger],
          config: config({ maxResidents: bound, idleAfterMs: 60_000 })
        })
        const books = Array.from({ length: bound * 2 }, (_, n) => address("ledger", `${n}`))
        for (const round of ["x", "y"]) {
          for (const each of books) yield* one.tell(each, add(round), { id: round })
        }
        const { residents } = yield* one.health
        expect(residents).toBeLessThanOrEqual(bound)
        expect(residents).toBeGreaterThanOrEqual(bound - spare)
        yield* TestClock.adjust("2 minutes")
        expect((yield* one.health).residents).toBe(0)
        for (const each of books) {
          expect(yield* one.ask(each, read, { id: "r" })).toMatchObject({ entries: ["x", "y"] })
        }
      })
    )
})

describeDurable("two writers of one actor", (durable) => {
  durable("each have their events applied once, in the order in which each sent them", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const systems = [
        yield* world.process({ actors: [ledger], config: config({ maxConflicts: 200 }) }),
        yield* world.process({ actors: [ledger], config: config({ maxConflicts: 200 }) })
      ]
      const sent = Array.from({ length: 100 }, (_, n) => n)
      const counts = yield* Effect.forEach(
        systems.flatMap((system, sender) =>
          sent.map((n) => system.ask(book, add(`${sender}:${n}`), { id: `${sender}:${n}` }))
        ),
        (asked) => asked,
        { concurrency: "unbounded" }
      )
      expect(new Set(counts.map((reply) => (reply as { count: number }).count)).size).toBe(200)
      const record = yield* world.record(book)
      const { entries = [] } = (record?.snapshot.context ?? {}) as { entries?: ReadonlyArray<string> }
      expect(entries.length).toBe(200)
      for (const sender of [0, 1]) {
        const own = entries.filter((entry) => entry.startsWith(`${sender}:`))
        expect(own).toEqual(sent.map((n) => `${sender}:${n}`))
      }
    })
  )

  durable("lose a commit to each other, and run the turn again on what is stored now", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [ledger], config: config({ maxConflicts: 4 }) })
      yield* one.tell(book, add("x"), { id: "0" })
      one.faults.next("commit", { kind: "after", first: secondWriter(world.store, book) }, 3)
      expect(yield* one.ask(book, add("y"), { id: "1" })).toEqual({ count: 2 })
      one.faults.next("commit", { kind: "after", first: secondWriter(world.store, book) }, 4)
      const lost = yield* Effect.flip(one.ask(book, add("z"), { id: "2" }))
      expect(lost).toMatchObject({ _tag: "RevisionConflict", attempts: 4, isRetryable: true })
      expect(yield* one.ask(book, add("z"), { id: "2" })).toEqual({ count: 3 })
    })
  )
})
