/** How often the store is asked what is due: as soon as something is, and not much more. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { clock } from "./charts/clock.ts"
import { ledger, post } from "./charts/ledger.ts"
import { makeWorld } from "./World.ts"

const DAY = 86_400_000

describeDurable("looking for due actors", (durable) => {
  durable(
    "is not repeated because of turns that were committed meanwhile, and misses nothing of theirs",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const hanging = world.handler("post", () => Effect.never)
        const one = yield* world.process({
          actors: [clock, ledger],
          config: config({ pollIntervalMs: DAY, claimMs: DAY }),
          handlers: { ledger: { post: hanging } }
        })
        const until = yield* Deferred.make<void>()
        one.faults.next("claimDue", { kind: "answerLate", until })
        yield* one.tell(address("clock", "first"), { type: "REMIND", ms: 3_600_000 }, { id: "1" })
        yield* Effect.repeat(Effect.yieldNow, { until: () => one.faults.pending() === 0 })
        const before = one.faults.count("claimDue")
        for (let n = 0; n < 20; n++) yield* one.tell(address("ledger", `${n}`), post("x"), { id: "1" })
        yield* one.tell(address("clock", "second"), { type: "REMIND", ms: 5000 }, { id: "1" })
        yield* Deferred.succeed(until, undefined)
        yield* TestClock.adjust("4 seconds")
        expect(one.faults.count("claimDue")).toBe(before)
        yield* TestClock.adjust("1 second")
        expect(one.faults.count("claimDue")).toBe(before + 1)
        const [fired] = (yield* one.ask(address("clock", "second"), { type: "READ" }, { id: "2" })) as [
          { firedAt: number }
        ]
        expect(fired.firedAt).toBe(5000)
      })
  )

  durable("takes the store's time for what it is, however late the answer comes", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const ahead = 3_600_000
      const one = yield* world.process({
        actors: [clock],
        config: config({ pollIntervalMs: 1000 }),
        wrap: (store) => ({
          ...store,
          claimDue: (limit, visibilityMs) =>
            Effect.map(store.claimDue(limit, visibilityMs), (due) => ({ ...due, now: due.now + ahead }))
        })
      })
      yield* TestClock.adjust("1 second")
      const until = yield* Deferred.make<void>()
      one.faults.next("claimDue", { kind: "answerLate", until })
      yield* TestClock.adjust("30 seconds")
      yield* Deferred.succeed(until, undefined)
      yield* Effect.yieldNow
      yield* one.tell(address("clock", "a"), { type: "READ" }, { id: "1" })
      expect((yield* one.inspect(address("clock", "a")))?.createdAt).toBe(ahead + 31_000)
    })
  )

  durable("goes on at the next interval while the store is away, and says so once", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [clock], config: config({ pollIntervalMs: 1000 }) })
      yield* TestClock.adjust("1 second")
      const before = one.faults.count("claimDue")
      one.faults.next("claimDue", { kind: "refuse" }, 5)
      yield* TestClock.adjust("5 seconds")
      expect(one.faults.count("claimDue")).toBe(before + 5)
      expect((yield* one.health).store).toEqual({ kind: "faulty", reachable: false })
      yield* TestClock.adjust("1 second")
      expect((yield* one.health).store).toEqual({ kind: "faulty", reachable: true })
    })
  )
})
