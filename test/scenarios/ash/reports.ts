/**
 * The weekly report in a world of Ash: a clock that is set already, processes that live at a moment of the calendar, and
 * what the team reads in the report's channel.
 */
import { address } from "#domain/ActorAddress.ts"
import { dayOf } from "#domain/ash/AlertMetrics.ts"
import { nextPosting, weekdayOf } from "#domain/ash/ReportCalendar.ts"
import type { ReportSchedule } from "#domain/ash/ReportPolicy.ts"
import { contextOf, type WeeklyReportContext } from "#machines/weekly-report/schema.ts"
import { ASH } from "#test/harness/AshGuild.ts"
import type { AshWorld } from "#test/harness/AshWorld.ts"
import { eventually } from "#test/harness/Eventually.ts"
import type { Environment } from "#test/harness/ProcessWorld.ts"
import type { ServiceProcess } from "#test/harness/ServiceProcess.ts"
import { storeActor } from "#test/harness/StoredActor.ts"
import { ReportDriver } from "#test/machines/weekly-report/Driver.ts"
import { DAY } from "./time.ts"

export const CHANNEL: string = ASH.notes
export const WEEKLY = address("weekly-report", "main")
export const POSTS = `POST /channels/${CHANNEL}/messages`
export const reporting: Environment = { BOT_WEEKLY_REPORT_CHANNEL_ID: CHANNEL }

const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"]

/** The next Monday, 09:00 UTC, that is at least some hours away. */
export const mondayNine = (): number => nextPosting({ day: 1, hour: 9 }, Date.now() + DAY / 2)

/** The schedule whose newest moment is the last full hour. */
export const dueThisHour = (channels: ReadonlyArray<string> = [CHANNEL]): ReportSchedule => ({
  ...{ enabled: true, channels },
  ...{ day: weekdayOf(dayOf(Date.now())), hour: new Date().getUTCHours() }
})

export const environmentOf = ({ channels, day, hour }: ReportSchedule): Environment => ({
  BOT_WEEKLY_REPORT_DAY: WEEKDAYS[day] ?? "",
  BOT_WEEKLY_REPORT_HOUR: String(hour),
  BOT_WEEKLY_REPORT_CHANNEL_IDS: JSON.stringify(channels)
})

/** A report actor that was told a schedule some days ago, before its moment, and has not been woken since. */
export const setSome = (daysAgo: number, schedule: ReportSchedule): ReportDriver =>
  new ReportDriver(new Date(Date.now() - daysAgo * DAY).toISOString(), WEEKLY.id).start(schedule)

/** Stores a report actor, and has every process of the world go by its schedule. */
export const keep = async (world: AshWorld, driver: ReportDriver): Promise<void> => {
  const { schedule } = driver.context
  if (schedule === null) throw new Error("the actor has no schedule")
  world.options.env = { ...world.options.env, ...environmentOf(schedule) }
  await storeActor(world.store, WEEKLY, driver.live)
}

const SHIFTED = `--import=${new URL("../../harness/shiftedClock.ts", import.meta.url).href}`

/** Starts a process for which, and for Discord, it is a moment of the calendar; `jumpTo` is where `jumpAll` takes it. */
export const startAt = (
  world: AshWorld,
  moment: number,
  { env = {}, jumpTo = moment }: { readonly env?: Environment; readonly jumpTo?: number } = {}
): Promise<ServiceProcess> => {
  world.discord.advance(moment - world.discord.now())
  return world.start({
    NODE_OPTIONS: SHIFTED,
    CLOCK_SHIFT_MS: String(moment - Date.now()),
    CLOCK_JUMP_TO: String(jumpTo),
    ...env
  })
}

/** Processes started by `startAt`, and Discord, jump to their moment. */
export const jumpAll = (world: AshWorld, jumpTo: number, ...services: ReadonlyArray<ServiceProcess>): void => {
  world.discord.advance(jumpTo - world.discord.now())
  for (const { pid } of services) process.kill(pid, "SIGUSR2")
}

/** What the report's actor remembers; `null` when there is none. */
export const remembered = async (world: AshWorld): Promise<WeeklyReportContext | null> => {
  const record = await world.recordOf(WEEKLY)
  return record === null ? null : contextOf({ context: record.snapshot.context as never })
}

/** Waits until the clock is set to a moment. */
export const setTo = (world: AshWorld, moment: number) =>
  eventually(
    "the clock to be set",
    () => remembered(world),
    (seen) => seen?.dueAt === moment
  )

/** Waits until a report has been posted and everything about it is settled, and answers what the channel shows. */
export const settled = async (world: AshWorld, withinMs?: number): Promise<ReadonlyArray<string>> => {
  const done = (seen: WeeklyReportContext | null) => seen?.last?.posted === 1
  await eventually("the report to be posted", () => remembered(world), done, withinMs)
  await world.settledRecord(WEEKLY)
  return shown(world)
}

/** What the report's channel shows, oldest first. */
export const shown = (world: AshWorld, channel: string = CHANNEL): ReadonlyArray<string> =>
  world.discord.posts(channel).map(({ content }) => content)

/** The lines of a message that is one code block. */
export const linesOf = (content: string | undefined): ReadonlyArray<string> =>
  /^```\n([^]*)\n```$/.exec(content ?? "")?.[1]?.split("\n") ?? []

/** The first lines of messages, to tell reports, and their order. */
export const titles = (contents: ReadonlyArray<string>): ReadonlyArray<string> =>
  contents.map(
    (content) =>
      linesOf(content)
        .find((line) => /^(Week of| +median)/.test(line))
        ?.trim() ?? content
  )
