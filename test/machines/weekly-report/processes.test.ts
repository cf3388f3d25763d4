/** The weekly report in whole processes on one store: at its moment, once, whoever runs, dies or comes late. */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { ReportSchedule, WeeklyReportEffects } from "#domain/ash/ReportPolicy.ts"
import { weeklyReportDefinition } from "#machines/weekly-report/definition.ts"
import type { EffectCall } from "#runtime/EffectHandler.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { makeWorld, type Process, type World } from "#test/runtime/World.ts"
import { BUILT, DAY, MONDAY_NINE } from "./Driver.ts"

const HOUR = 3_600_000
/** The test's clock begins on Thursday, 1970-01-01: this is the Monday after, nine o'clock. */
const DUE = 4 * DAY + 9 * HOUR
const WEEK = 7 * DAY

const actors = [weeklyReportDefinition()]
const main = address("weekly-report", "main")
let ids = 0

const handlersIn = (world: World) => ({
  "weekly-report": {
    buildReport: world.handler("buildReport", () => Effect.succeed(BUILT), { timeout: "1 minute" }),
    postReport: world.handler("postReport", ({ params }) => {
      const { report } = params as unknown as WeeklyReportEffects["postReport"]["params"]
      return Effect.succeed({ report })
    }),
    warnNoReportChannel: world.handler("warn")
  }
})

/** A start of the service: every process tells the schedule. */
const schedule = (process: Process, settings: ReportSchedule = MONDAY_NINE) =>
  Effect.flatMap(
    TestClock.testClockWith((clock) => Effect.succeed(clock.currentTimeMillisUnsafe())),
    (at) => process.tell(main, { type: "SCHEDULE", ...settings, at }, { id: `schedule-${++ids}` })
  )

const times = ({ calls }: World, name: string): ReadonlyArray<number> =>
  calls.filter((call) => call.name === name).map(({ at }) => at)
const posts = ({ calls }: World): ReadonlyArray<string> =>
  calls
    .filter(({ name }) => name === "postReport")
    .map((call) => (call as unknown as EffectCall<WeeklyReportEffects["postReport"]["params"]>).params)
    .map(({ channelId, report }) => `${report} in ${channelId}`)
    .toSorted()

describeDurable("the weekly report", (durable) => {
  durable("is posted at its moment, week after week, by one of two processes", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const options = { actors, handlers: handlersIn(world), config: config({ pollIntervalMs: DAY }) }
      yield* schedule(yield* world.process(options))
      yield* TestClock.adjust(DAY + 17)
      yield* schedule(yield* world.process(options))
      yield* TestClock.adjust(DUE - DAY - 17 - 1)
      expect(world.calls).toEqual([])
      yield* TestClock.adjust(1)
      expect(times(world, "buildReport")).toEqual([DUE])
      expect(posts(world)).toEqual(["1970-W02 in 70", "1970-W02 in 71"])
      yield* TestClock.adjust(WEEK)
      expect(times(world, "buildReport")).toEqual([DUE, DUE + WEEK])
      expect(world.calls.every(({ durable }) => durable)).toBe(true)
      return posts(world)
    })
  )

  durable("due while nobody ran is posted by the first who starts, once", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const options = { actors, handlers: handlersIn(world), config: config() }
      const one = yield* world.process(options)
      yield* schedule(one)
      yield* one.stop
      yield* TestClock.adjust(DUE + 3 * WEEK + 5 * HOUR)
      const both = yield* Effect.all([world.process(options), world.process(options)], { concurrency: 2 })
      yield* Effect.forEach(both, (process) => schedule(process), { concurrency: 2 })
      yield* TestClock.adjust("1 minute")
      expect(posts(world)).toEqual(["1970-W05 in 70", "1970-W05 in 71"])
      return posts(world)
    })
  )

  durable("whose process is killed on the second is taken over", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const working = handlersIn(world)
      const hanging = {
        "weekly-report": {
          ...working["weekly-report"],
          buildReport: world.handler("buildReport", () => Effect.never, { timeout: "1 minute" })
        }
      }
      const one = yield* world.process({ actors, handlers: hanging, config: config({ pollIntervalMs: DAY }) })
      yield* schedule(one)
      yield* TestClock.adjust(DUE)
      expect(times(world, "buildReport")).toEqual([DUE])
      yield* one.kill
      const two = yield* world.process({ actors, handlers: working, config: config() })
      yield* schedule(two)
      yield* TestClock.adjust("2 minutes")
      expect(posts(world)).toEqual(["1970-W02 in 70", "1970-W02 in 71"])
      const keys = world.calls.filter(({ name }) => name === "buildReport").map(({ idempotencyKey }) => idempotencyKey)
      expect([keys.length, new Set(keys).size]).toEqual([2, 1])
      return posts(world)
    })
  )

  durable("asked for is posted beside it", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, handlers: handlersIn(world), config: config() })
      yield* schedule(one)
      yield* TestClock.adjust("1 second")
      const wish = { type: "REPORT_NOW", id: "wish", week: null, by: "1", at: DAY }
      const answers = [yield* one.ask(main, wish, { id: "w" }), yield* one.ask(main, wish, { id: "w" })]
      expect(answers).toEqual([
        { accepted: true, because: null },
        { accepted: true, because: null }
      ])
      yield* TestClock.adjust("1 second")
      expect(posts(world)).toEqual(["wish in 70", "wish in 71"])
      expect(yield* one.ask(main, { type: "LOOK" }, { id: "l" })).toMatchObject({
        dueAt: DUE,
        last: { report: "wish", posted: 2, notPosted: 0 }
      })
      return posts(world)
    })
  )
})
