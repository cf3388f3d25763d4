/**
 * The clean-up among processes: one a night, whoever fires it; a long one is done once, though its claim has to be renewed
 * many times; one whose process dies is done by another.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { CleanUpReport, RetentionStatus } from "#domain/RetentionReport.ts"
import { retentionDefinition } from "#machines/retention/definition.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { type Process, makeWorld } from "#test/runtime/World.ts"
import { AT_THREE, report } from "./Driver.ts"

const main = address("retention", "main")
const actors = [retentionDefinition()]
const long = { timeout: "12 hours" } as const

const schedule = (process: Process, id: string) => process.tell(main, { type: "SCHEDULE", ...AT_THREE, at: 0 }, { id })
const look = (process: Process, id: string) =>
  Effect.map(process.ask(main, { type: "LOOK" }, { id }), (status) => status as RetentionStatus)

describeDurable("cleaning up with two processes", (durable) => {
  durable("is done once a night, however long it takes", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 9, 2, 55))
      const world = yield* makeWorld
      const ready = yield* Deferred.make<CleanUpReport>()
      const cleanUp = world.handler("cleanUp", () => Deferred.await(ready), long)
      const handlers = { retention: { cleanUp } }
      const one = yield* world.process({ actors, config: config(), handlers })
      const two = yield* world.process({ actors, config: config(), handlers })
      yield* schedule(one, "a")
      yield* schedule(two, "b")
      yield* TestClock.adjust("6 minutes")
      expect(world.calls).toHaveLength(1)
      yield* TestClock.adjust("50 minutes")
      expect((yield* look(two, "c")).running).toEqual({ dryRun: false })
      yield* Deferred.succeed(ready, report())
      yield* TestClock.adjust("1 minute")
      expect(world.calls).toHaveLength(1)
      const dueAt = Date.UTC(2026, 0, 10, 3)
      expect(yield* look(one, "d")).toMatchObject({ running: null, last: report(), dueAt })
      expect(yield* world.store.readDocument("ash:retention:last")).toContain(`"removed":2`)
    })
  )

  durable("begins again elsewhere when its process dies", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 9, 2, 55))
      const world = yield* makeWorld
      const stuck = yield* Deferred.make<void>()
      const hanging = { retention: { cleanUp: world.handler("cleanUp", () => Deferred.await(stuck), long) } }
      const working = { retention: { cleanUp: world.handler("cleanUp", () => Effect.succeed(report()), long) } }
      const one = yield* world.process({ actors, config: config(), handlers: hanging })
      yield* schedule(one, "a")
      yield* TestClock.adjust("10 minutes")
      expect(world.calls).toHaveLength(1)
      yield* one.kill
      const two = yield* world.process({ actors, config: config(), handlers: working })
      yield* schedule(two, "b")
      yield* TestClock.adjust("5 minutes")
      expect(world.calls.map(({ attempt }) => attempt)).toEqual([1, 1])
      expect(yield* look(two, "c")).toMatchObject({ running: null, last: report() })
      yield* Deferred.succeed(stuck, undefined)
    })
  )

  durable("comes once after days in which nobody ran", ({ config }) =>
    Effect.gen(function* () {
      yield* TestClock.setTime(Date.UTC(2026, 0, 9, 2, 55))
      const world = yield* makeWorld
      const handlers = { retention: { cleanUp: world.handler("cleanUp", () => Effect.succeed(report())) } }
      const one = yield* world.process({ actors, config: config(), handlers })
      yield* schedule(one, "a")
      yield* TestClock.adjust("1 second")
      yield* one.kill
      yield* TestClock.adjust("80 hours")
      expect(world.calls).toEqual([])
      const two = yield* world.process({ actors, config: config(), handlers })
      yield* schedule(two, "b")
      yield* TestClock.adjust("1 minute")
      expect(world.calls).toHaveLength(1)
      expect((yield* look(two, "c")).dueAt).toBe(Date.UTC(2026, 0, 13, 3))
    })
  )
})
