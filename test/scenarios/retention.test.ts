/**
 * The nightly clean-up by real processes on a store of some thousand keys: killed in the middle, of two processes one, dry
 * runs, and a live history. In the end what had to go is gone, every key that must expire does, nothing else is touched.
 */
import { address } from "#domain/ActorAddress.ts"
import type { Projection } from "#domain/Projection.ts"
import { type CleanUpReport, sumOf } from "#domain/RetentionReport.ts"
import { contextOf, type RetentionContext } from "#machines/retention/schema.ts"
import { ASH } from "#test/harness/AshGuild.ts"
import { LOW } from "#test/harness/AshWorld.ts"
import { BareWorld } from "#test/harness/BareWorld.ts"
import { tardigrade } from "#test/harness/CommandLine.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { describe, expect, inject, it } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { CRASHABLE, type ProcessOptions, type ProcessWorld } from "#test/harness/ProcessWorld.ts"
import { storeActor, storeProjections } from "#test/harness/StoredActor.ts"
import { RetentionDriver } from "#test/machines/retention/Driver.ts"
import { it as ash, listening } from "./ash/worlds.ts"
import { fill, leftToGo, type Retained, wrongs } from "./retained.ts"
import { fewAtATime } from "./twice.ts"

const DAY = 86_400_000
const RETENTION = address("retention", "main")
const EACH = 100

const hourNow = (): number => new Date().getUTCHours()

/** The store remembers a clean-up that came due at the last full hour, while nobody ran. */
const dueThisHour = async (world: ProcessWorld<ProcessOptions>): Promise<void> => {
  const hour = hourNow()
  world.options.env = { ...world.options.env, BOT_RETENTION_CLEANUP_HOUR: String(hour) }
  const driver = new RetentionDriver(new Date(Date.now() - DAY / 2).toISOString()).start({ enabled: true, hour })
  await storeActor(world.store, RETENTION, driver.live)
}

/** Waits for the end of a clean-up, and answers what the actor remembers. */
const cleaned = async (world: ProcessWorld<ProcessOptions>) => {
  const look = async (): Promise<RetentionContext | null> => {
    const record = await world.recordOf(RETENTION)
    return record === null ? null : contextOf({ context: record.snapshot.context as never })
  }
  const seen = await eventually("the clean-up", look, (found) => found !== null && found.last !== null, 60_000)
  await world.settledRecord(RETENTION)
  return { ...seen, last: seen?.last as CleanUpReport }
}

/** Claims are not extended on the way, which would be commits of their own. */
const HELD = { ACTOR_CLAIM: "4 seconds" }

/** A line that reports a clean-up. */
const REPORTED = /retention: \d+ keys looked at/g

const inWorld = async (options: ProcessOptions, use: (world: BareWorld) => Promise<void>): Promise<void> => {
  const world = await BareWorld.open(options)
  try {
    await use(world)
  } finally {
    await world.close()
  }
}

/** Starts a process that dies of itself, maybe before it is ready. */
const die = async (world: BareWorld, crashAt: string): Promise<void> => {
  const output = await world.start({ CRASH_AT: crashAt }, CRASHABLE).then(
    async ({ ended, output }) => {
      await ended
      return output()
    },
    (error: unknown) => String(error)
  )
  expect(output).toContain(REACHED)
}

/** Each store with one of the residencies; what depends on both is tried by the stores' own contract. */
const GROUNDS = [
  {
    name: "Redis",
    redis: true,
    residency: "resident",
    database: 6,
    moments: { inTheMiddle: "apply:before:5", doneAndNotWrittenDown: "commit/retention:before:2" }
  },
  {
    name: "the embedded store",
    redis: false,
    residency: "alwaysRehydrate",
    database: 7,
    moments: { inTheMiddle: "page:after:9", notBegun: "commit/retention:before:1" }
  }
] as const

/** Waits for the end, fails when anything is not as it should be, and answers the report. */
const whole = async (world: BareWorld, kept: Retained, before: Awaited<ReturnType<Retained["seen"]>>) => {
  const { dueAt, failed, last } = await cleaned(world)
  expect(wrongs(kept, before, await kept.seen())).toEqual([])
  expect(dueAt).toBeGreaterThan(Date.now())
  expect(failed).toBeNull()
  expect(last.dryRun).toBe(false)
  expect(sumOf(last).failed).toBe(0)
  return last
}

describe.each(GROUNDS)("on $name", ({ database, moments, redis, residency }) => {
  const options = (lane = 0): ProcessOptions => ({
    residency,
    redisUrl: redis ? inject("redisUrl") : null,
    database: database - 2 * lane
  })

  it("a kill -9 in the middle: the next process does it all, and reports it once", { timeout: 240_000 }, () =>
    fewAtATime(Object.entries(moments), 2, ([moment, crashAt], lane) =>
      inWorld({ ...options(lane), env: HELD }, async (world) => {
        const kept = await fill(world, EACH)
        const before = await kept.seen()
        await dueThisHour(world)
        await die(world, crashAt)
        const left = leftToGo(kept, await kept.seen())
        const toGo = leftToGo(kept, before)
        const state = left === 0 ? "doneAndNotWrittenDown" : left === toGo ? "notBegun" : "inTheMiddle"
        expect(state).toBe(moment)
        const service = await world.start()
        await whole(world, kept, before)
        expect(service.output().match(REPORTED), crashAt).toHaveLength(1)
        expect(await world.counter(service, "tardigrade_retention_finished_seconds")).toBeGreaterThan(0)
      })
    )
  )

  it("of two processes one does it, once", { timeout: 240_000 }, () =>
    inWorld(options(), async (world) => {
      const kept = await fill(world, EACH)
      const before = await kept.seen()
      await dueThisHour(world)
      await Promise.all([world.start(), world.start()])
      const last = await whole(world, kept, before)
      expect(world.output().match(REPORTED)).toHaveLength(1)
      // Sets that lost all their entries have gone with them.
      expect(last.dataTypes).toMatchObject({
        message_history: { removed: 0, trimmed: 3 * EACH, ttlGiven: EACH },
        alert_metrics: { removed: EACH, ttlGiven: EACH },
        session_notes: { removed: EACH, ttlGiven: EACH }
      })
    })
  )
})

describe("a dry run", () => {
  it(
    "changes nothing, straight and by a running service, and says what a clean-up then does",
    { timeout: 240_000 },
    () => {
      const env = { BOT_RETENTION_CLEANUP_HOUR: String((hourNow() + 12) % 24) }
      return inWorld({ residency: "resident", redisUrl: inject("redisUrl"), database: 6, env }, async (world) => {
        const kept = await fill(world, EACH)
        const before = await kept.seen()
        const { ADMIN_TOKEN = "", ...settings } = world.environment()
        const said = async (...args: ReadonlyArray<string>) => {
          const { code, stdout } = await tardigrade(["retention", "--json", ...args], {
            env: args.includes("--url") ? { ADMIN_TOKEN } : settings
          })
          expect(code).toBe(0)
          return JSON.parse(stdout) as { readonly dryRun: boolean; readonly dataTypes: unknown }
        }
        const straight = await said("--dry-run")
        const { url } = await world.start()
        const asked = await said("--dry-run", "--url", url)
        expect(await kept.seen()).toEqual(before)
        expect([straight.dryRun, asked.dryRun, asked.dataTypes]).toEqual([true, true, straight.dataTypes])
        const done = await said("--run", "--url", url)
        expect([done.dryRun, done.dataTypes]).toEqual([false, straight.dataTypes])
        await whole(world, kept, before)
      })
    }
  )
})

describe("a history that lives 14 days, of which an entry lives 7", () => {
  ash.twice("loses what is older, while its member goes on writing, and keeps the rest", async (world) => {
    const said = (days: number) => JSON.stringify({ message: `${days} days ago`, message_id: String(days) })
    const key = `ash:history:${ASH.guild}:${ASH.mia}`
    const entry = (days: number): Projection => ({
      ...{ op: "addToSortedSet", key, score: (Date.now() - days * DAY) / 1000, member: said(days), ttlMs: 14 * DAY },
      ...{ keep: null, minScore: null, replaces: null }
    })
    await storeProjections(world.store, [entry(13), entry(8), entry(6), entry(1)])
    await dueThisHour(world)
    await listening(world)
    world.say(LOW)
    await eventually(
      "the new message",
      () => world.history(ASH.mia),
      ([newest]) => newest?.["message"] === LOW
    )
    await cleaned(world)
    expect((await world.history(ASH.mia)).map(({ message }) => message)).toEqual([LOW, "1 days ago", "6 days ago"])
    const left = (await world.keys()).find((found) => found.key === key)?.ttl ?? 0
    expect(left).toBeGreaterThan(13.9 * DAY)
  })
})
