/**
 * `kill -9` and a freeze in the middle of a weekly report: at every commit of its actor, between a post and the word that it
 * was made, between two messages of a long one. The team reads each message once, in order.
 */
import type { AshWorld } from "#test/harness/AshWorld.ts"
import { REACHED } from "#test/harness/CrashingStore.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { CRASHABLE } from "#test/harness/ProcessWorld.ts"
import { atEveryCommit } from "./everyCommit.ts"
import * as reports from "./reports.ts"
import { MINUTE } from "./time.ts"
import { it } from "./worlds.ts"

/** Claims are not extended on the way, which would be commits of their own. */
const HELD = { ACTOR_CLAIM: "4 seconds" }
const WHOLE = [expect.stringMatching(/^Week of/), expect.stringMatching(/^median/)]

describe("a kill -9 at every commit of the report's actor", () => {
  atEveryCommit({
    name: "that is due, built, posted: the team reads it once",
    actor: "weekly-report",
    commits: 3,
    settings: { env: HELD },
    prepare: (world) => reports.keep(world, reports.setSome(3, reports.dueThisHour())),
    check: async (world) => {
      expect(reports.titles(await reports.settled(world))).toEqual(WHOLE)
    }
  })

  atEveryCommit({
    name: "that is told its schedule and sets its clock: it is set, and nothing is posted",
    actor: "weekly-report",
    commits: 2,
    settings: { redisUrl: null, env: reports.reporting },
    check: async (world) => {
      await eventually(
        "the clock to be set",
        () => reports.remembered(world),
        (seen) => typeof seen?.dueAt === "number" && new Date(seen.dueAt).toISOString().endsWith("T09:00:00.000Z")
      )
      expect((await world.recordOf(reports.WEEKLY))?.timers).toHaveLength(1)
      expect(reports.shown(world)).toEqual([])
    }
  })
})

describe("a kill -9 between a post and the word that it was made", () => {
  /** The channel's next post, once it shows this many. */
  const next = (world: AshWorld, after: number) => (call: { readonly method: string; readonly path: string }) =>
    `${call.method} ${call.path}` === reports.POSTS && reports.shown(world).length === after

  it.twice(
    "of the text, then of the details, each ten minutes before anybody goes on and no nonce is known: each is there once",
    async (world) => {
      await reports.keep(world, reports.setSome(3, reports.dueThisHour()))
      for (const [posted, minutes] of [
        [0, 0],
        [1, 10]
      ] as const) {
        const armed = world.discord.faults.arm(next(world, posted), { kind: "hold", when: "after" })
        const process = await reports.startAt(world, Date.now() + minutes * MINUTE)
        await armed.met()
        await process.kill9()
        expect(reports.shown(world)).toHaveLength(posted + 1)
      }
      await reports.startAt(world, Date.now() + 20 * MINUTE)
      expect(reports.titles(await reports.settled(world))).toEqual(WHOLE)
    },
    { redisUrl: null }
  )

  it.twice(
    "of a long report, between its third message and its fourth: all of it, once, in order",
    async (world) => {
      const text = Array.from({ length: 300 }, (_, nth) => `line ${String(nth).padStart(3, "0")} ${"═".repeat(30)}`)
      const due = reports.setSome(3, reports.dueThisHour()).until(new Date().toISOString()).wake()
      await reports.keep(world, due.built({ text: text.join("\n"), details: "its details" }))
      const armed = world.discord.faults.arm(next(world, 3), { kind: "hold" })
      const first = await world.start()
      await armed.met()
      await first.kill9()
      await reports.startAt(world, Date.now() + 10 * MINUTE)
      const contents = await reports.settled(world)
      expect(contents.length).toBeGreaterThan(6)
      expect(contents.flatMap(reports.linesOf)).toEqual([...text, "its details"])
      for (const { length } of contents) expect(length).toBeLessThanOrEqual(2000)
    },
    { redisUrl: null }
  )
})

describe("SIGSTOP of one of two processes on one Redis", () => {
  it.twice(
    "with the report posted and not written down: it is there once, and nothing comes of the thaw",
    async (world) => {
      await reports.keep(world, reports.setSome(3, reports.dueThisHour()))
      const frozen = await world.start({ CRASH_AT: "commit/weekly-report:before:3", CRASH_BY: "SIGSTOP" }, CRASHABLE)
      await eventually("the freeze", () => frozen.output().includes(REACHED), Boolean)
      expect(reports.shown(world)).toHaveLength(2)
      await world.start()
      expect(reports.titles(await reports.settled(world))).toEqual(WHOLE)
      const { revision } = (await world.recordOf(reports.WEEKLY)) ?? {}
      frozen.thaw()
      await eventually(
        "the refusal",
        () => world.counter(frozen, "tardigrade_commit_conflicts_total"),
        (conflicts) => conflicts > 0
      )
      expect((await world.settledRecord(reports.WEEKLY)).revision).toBe(revision)
      expect(reports.titles(reports.shown(world))).toEqual(WHOLE)
    },
    { env: HELD }
  )
})
