/**
 * Random schedules of messages and kills against one oracle, and the proof that the oracle sees: over a store that forgets
 * what it acknowledged, and over one that forgets what it has seen, the same harness must find something wrong.
 *
 * `SCHEDULES` sets how many are tried, `SCHEDULE_SEED` which ones.
 */
import * as fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { startRedis, type RedisServer } from "#test/harness/RedisServer.ts"
import { CRASHABLE, type Residency } from "#test/harness/ProcessWorld.ts"
import { type Step, PHONES, schedules, violationsOf } from "./Schedule.ts"
import { inWorld } from "./twice.ts"

let redis: RedisServer
beforeAll(async () => {
  redis = await startRedis({ appendfsync: "always" })
})
afterAll(() => redis.stop())

const COUNT = Number(process.env["SCHEDULES"] ?? 3)
const SEED = Number(process.env["SCHEDULE_SEED"] ?? 20261121)

const run = (residency: Residency, steps: ReadonlyArray<Step>, lies?: string) =>
  inWorld(residency, { redisUrl: redis.url, phones: PHONES }, async (world) => {
    if (lies === undefined) world.supervise()
    else world.supervise({ STORE_LIES: lies }, CRASHABLE)
    return violationsOf(world, redis, steps)
  })

describe("whatever is killed, and whenever", () => {
  for (const residency of ["resident", "alwaysRehydrate"] as const) {
    test(`every promise holds (${residency})`, { timeout: 300_000 }, async () => {
      await fc.assert(
        fc.asyncProperty(schedules, async (steps) => {
          expect(await run(residency, steps)).toEqual([])
        }),
        { numRuns: COUNT, seed: SEED, endOnFailure: true }
      )
    })
  }
})

describe("the oracle is not blind", () => {
  const messages = (twice: boolean): ReadonlyArray<Step> =>
    Array.from({ length: 8 }, () => ({ kind: "message", phone: 0, body: "help", twice }))

  test("finds nothing wrong without kills and lies", async () => {
    expect(await run("resident", messages(true))).toEqual([])
  })

  test("finds what a store forgets after acknowledging it", async () => {
    expect((await run("alwaysRehydrate", messages(false), "forgets")).join()).toContain("lost")
  })

  test("finds what is applied twice without dedup marks", async () => {
    expect((await run("resident", messages(true), "repeats")).join()).toContain("doubled")
  })
})
