/**
 * The weekly report by the calendar: whoever runs, stops or starts around Monday 09:00, the team reads one report, of the
 * right week, to the letter; late when nobody ran, and not at all when there is nowhere to post it.
 */
import { dayOf } from "#domain/ash/AlertMetrics.ts"
import { isoWeekOf, WEEK_MS } from "#domain/ash/ReportCalendar.ts"
import { readRecent } from "#kernel/RecentEvents.ts"
import { ASH } from "#test/harness/AshGuild.ts"
import type { AshWorld } from "#test/harness/AshWorld.ts"
import { tardigrade } from "#test/harness/CommandLine.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import type { ServiceProcess } from "#test/harness/ServiceProcess.ts"
import { storeProjections } from "#test/harness/StoredActor.ts"
import { fortnightBefore, reportOn } from "./fortnight.ts"
import * as reports from "./reports.ts"
import { MINUTE } from "./time.ts"
import { it } from "./worlds.ts"

const SECOND = 1000
/** On the embedded store, whose time is the process's own. */
const SHIFTED = { redisUrl: null, env: reports.reporting }

/** Waits until it is some moment in the world. */
const until = (world: AshWorld, moment: number) =>
  eventually(
    "the time to come",
    () => world.discord.now(),
    (now) => now >= moment
  )

const health = async ({ url }: ServiceProcess): Promise<number> => (await fetch(`${url}/readyz`)).status

describe("Monday 09:00", () => {
  it.twice(
    "between a process killed at 08:59:59 and one started at 09:00:01: one report, to the letter, and the command line says the same",
    async (world) => {
      const monday = reports.mondayNine()
      const today = dayOf(monday)
      await storeProjections(world.store, fortnightBefore(today))
      const first = await reports.startAt(world, monday - 60 * MINUTE, { jumpTo: monday - 1.5 * SECOND })
      await reports.setTo(world, monday)
      reports.jumpAll(world, monday - 1.5 * SECOND, first)
      await until(world, monday - SECOND)
      await first.kill9()
      expect(reports.shown(world)).toEqual([])

      await reports.startAt(world, monday + SECOND)
      const [text, details, ...more] = await reports.settled(world)
      expect(more).toEqual([])
      expect(reports.linesOf(text)).toEqual(reportOn(today))
      expect(await reports.remembered(world)).toMatchObject({ dueAt: monday + WEEK_MS, lastWeek: isoWeekOf(monday) })

      const week = isoWeekOf(monday - WEEK_MS)
      const { ADMIN_TOKEN: _, ...env } = world.environment()
      const said = await tardigrade(["report", "--week", week, "--details"], { env })
      expect(said).toMatchObject({ code: 0 })
      const unnamed = reportOn(today, (place) => `Responder ${place}`)
      expect(said.stdout.trimEnd().split("\n")).toEqual([...unnamed, "", ...reports.linesOf(details)])
    },
    SHIFTED
  )

  it.twice(
    "over two processes: one report",
    async (world) => {
      const monday = reports.mondayNine()
      const jumpTo = monday - SECOND
      const early = { jumpTo }
      const first = await reports.startAt(world, monday - 60 * MINUTE, early)
      await reports.setTo(world, monday)
      const second = await reports.startAt(world, monday - 50 * MINUTE, early)
      reports.jumpAll(world, jumpTo, first, second)
      const contents = await reports.settled(world)
      expect(reports.titles(contents)).toHaveLength(2)
      // The second process told it nothing: it goes by these settings already.
      const recent = (await world.recordOf(reports.WEEKLY))?.recent ?? ""
      expect(readRecent(recent).filter(({ type }) => type === "SCHEDULE")).toHaveLength(1)
    },
    SHIFTED
  )
})

describe("after a downtime", () => {
  it.twice("over the whole hour, two processes that start at once post it late, and once", async (world) => {
    const driver = reports.setSome(3, reports.dueThisHour())
    await reports.keep(world, driver)
    await Promise.all([world.start(), world.start()])
    const contents = await reports.settled(world)
    expect(contents).toHaveLength(2)
    expect(reports.linesOf(contents[0])[2]).toBe(reportOn(dayOf(driver.context.dueAt ?? 0))[2])
  })

  it.twice("of more than two weeks, only the newest report is posted", async (world) => {
    const schedule = reports.dueThisHour()
    const driver = reports.setSome(16, schedule)
    const oldest = driver.context.dueAt ?? 0
    await reports.keep(world, driver)
    await world.start()
    const contents = await reports.settled(world)
    expect(contents).toHaveLength(2)
    expect(reports.linesOf(contents[0])[2]).toBe(reportOn(dayOf(oldest + 2 * WEEK_MS))[2])
    expect((await reports.remembered(world))?.dueAt).toBe(oldest + 3 * WEEK_MS)
  })
})

describe("Discord is away when the report is due", () => {
  it.twice("with errors and broken connections: it is posted when Discord is back, once, in order", async (world) => {
    const { faults } = world.discord
    await reports.keep(world, reports.setSome(3, reports.dueThisHour()))
    faults.arm(reports.POSTS, { kind: "reset", when: "after" })
    const away = faults.arm(reports.POSTS, { kind: "status", status: 500 }, Infinity)
    await world.start()
    await away.met()
    away.disarm()
    const contents = await reports.settled(world, 60_000)
    expect(reports.titles(contents)).toEqual([expect.stringMatching(/^Week of/), expect.stringMatching(/^median/)])
  })
})

describe("without a channel", () => {
  it.twice(
    "a warning is given at start and for the week, the service is ready, and nothing is posted",
    async (world) => {
      await reports.keep(world, reports.setSome(3, reports.dueThisHour([])))
      const service = await world.start()
      expect(await health(service)).toBe(200)
      await eventually(
        "the week's warning",
        () => service.output().includes("there is no channel to post it in"),
        Boolean
      )
      expect(service.output()).toContain("BOT_WEEKLY_REPORT_CHANNEL_ID is not set: the weekly report is not posted")
      await world.settledRecord(reports.WEEKLY)
      expect(world.discord.allPosts.filter(({ channel_id }) => channel_id !== ASH.operators)).toEqual([])
    }
  )
})
