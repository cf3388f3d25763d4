/** Timers survive whatever happens to the process that set them, and fire once, at their time (G5). */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { clock, type Firing } from "./charts/clock.ts"
import { makeWorld, type Process } from "./World.ts"

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE
const wall = address("clock", "wall")
let ids = 0

const tell = (system: Process, type: string, more: object = {}, to = wall) =>
  system.tell(to, { type, ...more }, { id: `t${++ids}` })
const fired = (system: Process, at = wall) =>
  Effect.map(system.ask(at, { type: "READ" }, { id: `t${++ids}` }), (reply) => reply as ReadonlyArray<Firing>)
const actors = [clock]

describeDurable("a timer", (durable) => {
  durable("fires once at its time, with when it was due and when it fired", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* tell(one, "ENTER")
      yield* tell(one, "REMIND", { ms: 2 * MINUTE })
      yield* tell(one, "PING", { ms: 3 * MINUTE })
      yield* TestClock.adjust(MINUTE - 1)
      expect(yield* fired(one)).toEqual([])
      yield* TestClock.adjust(10 * MINUTE)
      const rang = yield* fired(one)
      expect(rang).toEqual([
        { name: "after", scheduledAt: MINUTE, firedAt: MINUTE },
        { name: "reminder", scheduledAt: 2 * MINUTE, firedAt: 2 * MINUTE },
        { name: "ping", scheduledAt: 3 * MINUTE, firedAt: 3 * MINUTE }
      ])
      return rang
    })
  )

  durable("is gone when cancelled, and when its state was left", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* tell(one, "ENTER")
      yield* tell(one, "REMIND", { ms: MINUTE })
      yield* tell(one, "LEAVE")
      yield* tell(one, "CANCEL")
      yield* TestClock.adjust("5 minutes")
      expect(yield* fired(one)).toEqual([])
      expect((yield* one.inspect(wall))?.timers).toEqual([])
    })
  )

  durable("starts anew when its state is entered again", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* tell(one, "ENTER")
      yield* TestClock.adjust("40 seconds")
      yield* tell(one, "ENTER")
      yield* TestClock.adjust("40 seconds")
      expect(yield* fired(one)).toEqual([])
      yield* TestClock.adjust("1 minute")
      expect(yield* fired(one)).toEqual([{ name: "after", scheduledAt: 100_000, firedAt: 100_000 }])
    })
  )

  durable("may be 60 days away, over a restart and with nobody there in between", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const options = { actors, config: config({ pollIntervalMs: DAY }) }
      const one = yield* world.process(options)
      yield* tell(one, "START")
      yield* one.stop
      yield* TestClock.adjust("59 days")
      const two = yield* world.process(options)
      yield* TestClock.adjust("23 hours")
      expect(yield* fired(two)).toEqual([])
      yield* TestClock.adjust("1 hour")
      expect(yield* fired(two)).toEqual([{ name: "after", scheduledAt: 60 * DAY, firedAt: 60 * DAY }])
    })
  )

  durable(
    "that came due while nobody was there fires at the start, in due order, unless its policy says otherwise",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* world.process({ actors, config: config() })
        const young = address("clock", "young")
        yield* tell(one, "PING", { ms: 3 * MINUTE })
        yield* tell(one, "REMIND", { ms: 2 * MINUTE })
        yield* tell(one, "ENTER")
        yield* tell(one, "REMIND_SKIP", { ms: 4 * MINUTE })
        yield* tell(one, "REMIND_YOUNG", { ms: 5 * MINUTE })
        yield* tell(one, "REMIND_SKIP", { ms: 19 * MINUTE }, young)
        yield* tell(one, "REMIND_YOUNG", { ms: 10 * MINUTE }, young)
        yield* one.stop
        yield* TestClock.adjust("20 minutes")
        const two = yield* world.process({ actors, config: config() })
        yield* two.drained
        const late = yield* fired(two)
        expect(late).toEqual([
          { name: "after", scheduledAt: MINUTE, firedAt: 20 * MINUTE },
          { name: "reminder", scheduledAt: 2 * MINUTE, firedAt: 20 * MINUTE },
          { name: "ping", scheduledAt: 3 * MINUTE, firedAt: 20 * MINUTE }
        ])
        expect((yield* fired(two, young)).map(({ name }) => name)).toEqual(["young", "skip"])
        expect((yield* two.inspect(wall))?.timers).toEqual([])
      })
  )

  durable(
    "is due to every process: the one that is left fires it, and two that are handed it fire it once",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* world.process({ actors, config: config() })
        const two = yield* world.process({ actors, config: config() })
        yield* tell(one, "REMIND", { ms: MINUTE })
        yield* one.kill
        two.faults.next("claimDue", { kind: "twice" }, 200)
        yield* TestClock.adjust("2 minutes")
        expect((yield* fired(two)).map(({ name }) => name)).toEqual(["reminder"])
      })
  )

  durable("that another process brought forward is not missed by one that remembers the old time", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config({ pollIntervalMs: 10_000 }) })
      const two = yield* world.process({ actors, config: config({ pollIntervalMs: 10_000 }) })
      yield* tell(one, "REMIND", { ms: 60 * MINUTE })
      yield* tell(two, "REMIND", { ms: 5 * MINUTE })
      yield* two.kill
      yield* TestClock.adjust("10 minutes")
      const [rang] = yield* fired(one)
      expect(rang).toMatchObject({ name: "reminder", scheduledAt: 5 * MINUTE })
      expect(rang?.firedAt).toBeLessThan(6 * MINUTE)
    })
  )

  durable("is not put off by a process that answers a duplicate hand-out with what it read before", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config({ pollIntervalMs: 1000 }) })
      const two = yield* world.process({ actors, config: config({ pollIntervalMs: 1000 }) })
      yield* tell(one, "REMIND", { ms: MINUTE })
      yield* TestClock.adjust("59 seconds")
      // While `one` looks at the actor for nothing, `two` has its timer moved to a nearer time.
      one.faults.next("postpone", { kind: "after", first: tell(two, "PING", { ms: 2000 }).pipe(Effect.orDie) })
      one.faults.next("claimDue", { kind: "twice" }, 3)
      yield* TestClock.adjust("5 seconds")
      yield* two.kill
      yield* TestClock.adjust("20 seconds")
      expect((yield* fired(one)).map(({ name }) => name)).toContain("reminder")
    })
  )

  durable("that throws becomes a dead letter, and the timers behind it fire", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* tell(one, "BREAK_LATER")
      yield* tell(one, "REMIND", { ms: 2 * MINUTE })
      yield* TestClock.adjust("3 minutes")
      expect((yield* fired(one)).map(({ name }) => name)).toEqual(["reminder"])
      const letters = yield* world.store.listDeadLetters(10)
      expect(letters).toMatchObject([{ kind: "event", name: "BREAK", reason: "threw_Error" }])
      expect((yield* one.inspect(wall))?.timers).toEqual([])
    })
  )

  durable(
    "is one of ten thousand that are overdue at the start, and all fire once",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const one = yield* world.process({ actors, config: config() })
        const walls = Array.from({ length: 10_000 }, (_, n) => address("clock", `${n}`))
        yield* Effect.forEach(walls, (each) => tell(one, "ENTER", {}, each), { concurrency: 500, discard: true })
        yield* one.stop
        yield* TestClock.adjust("1 hour")
        const two = yield* world.process({ actors, config: config() })
        yield* two.drained
        const rang = yield* Effect.forEach(walls, (each) => fired(two, each), { concurrency: 500 })
        expect(rang.every((each) => each.length === 1 && each[0]?.scheduledAt === MINUTE)).toBe(true)
        expect(new Set(rang.map((each) => each[0]?.firedAt))).toEqual(new Set([61 * MINUTE - MINUTE]))
      }),
    60_000
  )
})
