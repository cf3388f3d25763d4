/** A passive process changes records as any other does, and leaves all work to those that work. */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { clock, type Firing } from "./charts/clock.ts"
import { ledger, post, read } from "./charts/ledger.ts"
import { makeWorld } from "./World.ts"

const MINUTE = 60_000
const book = address("ledger", "a")
const wall = address("clock", "wall")
const actors = [ledger, clock]

describeDurable("a passive process", (durable) => {
  durable(
    "commits turns, performs none of their effects, fires no timer; a working one finds all of it",
    ({ config }) =>
      Effect.gen(function* () {
        const world = yield* makeWorld
        const handlers = { ledger: { post: world.handler("post"), side: world.handler("side") } }
        const looking = yield* world.process({ actors, config: config(), handlers, passive: true })
        expect(yield* looking.ask(book, post("x"), { id: "1" })).toEqual({ count: 1 })
        yield* looking.tell(wall, { type: "ENTER" }, { id: "2" })
        yield* TestClock.adjust(5 * MINUTE)
        expect(world.calls).toEqual([])
        expect((yield* world.record(book))?.outbox).toMatchObject([{ claim: null }, { claim: null }])
        expect((yield* world.record(wall))?.timers).toHaveLength(1)

        const working = yield* world.process({ actors, config: config(), handlers })
        yield* working.drained
        expect(world.calls.map(({ name }) => name).toSorted()).toEqual(["post", "side"])
        expect(yield* looking.ask(wall, { type: "READ" }, { id: "3" })).toEqual([
          { name: "after", scheduledAt: MINUTE, firedAt: 5 * MINUTE }
        ] satisfies ReadonlyArray<Firing>)
      })
  )

  durable("puts a dead letter back for others, and forgets", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      let refuses = true
      const refusing = world.handler("post", () =>
        refuses ? Effect.fail(new EffectFailed({ code: "blocked", retry: false })) : Effect.void
      )
      const handlers = { ledger: { post: refusing, side: world.handler("side") } }
      const working = yield* world.process({ actors, config: config(), handlers })
      yield* working.tell(book, post("x"), { id: "1" })
      yield* working.drained
      refuses = false

      const looking = yield* world.process({ actors, config: config(), handlers, passive: true })
      const [letter] = yield* world.store.listDeadLetters(10)
      const before = world.calls.length
      expect(yield* looking.replay(letter?.id ?? "")).toBe(true)
      expect((yield* world.record(book))?.outbox).toMatchObject([{ claim: null, attempts: 0 }])
      expect(world.calls).toHaveLength(before)
      yield* working.drained
      expect(yield* working.ask(book, read, { id: "2" })).toMatchObject({ results: ["blocked", "done"] })

      expect(yield* looking.forget(book)).toBeGreaterThan(0)
      expect(yield* world.record(book)).toBeNull()
    })
  )
})
