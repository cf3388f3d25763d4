/**
 * Nobody comes, and the process dies before Ash goes by itself. Back in time, Ash goes on time; back a little late, Ash goes
 * at once; back after days, the alert is history and nobody is paged about the past.
 */
import { pendingAlertKey } from "#domain/ash/AlertMetrics.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { ASH, RITA } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS, HIGH } from "#test/harness/AshWorld.ts"
import { textOf } from "#test/harness/discord/Objects.ts"
import { DAY, jump, later, MINUTE } from "./time.ts"
import { it, listening } from "./worlds.ts"

const EMBEDDED = { redisUrl: null }
const SECOND = 1000

/** A critical alert that stands, and whose process has died. */
const leftAlone = async (world: AshWorld) => {
  const first = await listening(world)
  const message = world.say(CRISIS)
  const post = await world.alertPost(message)
  await world.quiet(ASH.mia, message)
  await world.marked(message)
  const pending = JSON.parse((await world.read(pendingAlertKey(message.id))) ?? "{}") as { readonly due_at?: string }
  const createdAt = Date.parse((await world.metrics(message))?.alert_created_at ?? "")
  expect(Math.abs(Date.parse(pending.due_at ?? "") - createdAt - 3 * MINUTE)).toBeLessThanOrEqual(1000)
  await first.kill9()
  return { message, post, pings: world.discord.pings.length }
}

const ashGoes = async (world: AshWorld, { message, post }: Awaited<ReturnType<typeof leftAlone>>) => {
  const { discord } = world
  const welcome = await discord.until("Ash's first message", () => discord.dms(ASH.mia)[0])
  expect(welcome.content).toContain("I am an automated companion")
  const shown = await world.alertPost(message, ({ embeds }) => embeds[0]?.color === 0x9b59b6)
  expect(shown.embeds[0]?.title).toContain("Ash is with them")
  await discord.until("the team to be told", () =>
    discord
      .posts(post.id)
      .find(({ content }) => content.includes("Nobody had acknowledged this alert, so Ash writes to the member now"))
  )
  await world.quiet(ASH.mia, message)
  expect(discord.dms(ASH.mia)).toHaveLength(1)
  expect(await world.metrics(message)).toMatchObject({ was_auto_initiated: true, ash_contacted_by: null })
  expect(await world.read(pendingAlertKey(message.id))).toBeNull()
}

describe("an alert nobody acknowledges, over the death of its process", () => {
  it.twice(
    "30 seconds: Ash goes when the three minutes are over, not before",
    async (world) => {
      const alone = await leftAlone(world)
      const second = await later(world, 30 * SECOND, { jumpMs: 3 * MINUTE })
      await world.listening()
      await world.alertPost(alone.message)
      expect(world.discord.dms(ASH.mia)).toEqual([])
      expect(await world.read(pendingAlertKey(alone.message.id))).not.toBeNull()
      jump(world, second, 3 * MINUTE)
      await ashGoes(world, alone)
      expect(world.asked()).toEqual([CRISIS])
    },
    EMBEDDED
  )

  it.twice(
    "ten minutes: Ash goes at once, and the calls that were due are made once",
    async (world) => {
      const alone = await leftAlone(world)
      await later(world, 10 * MINUTE + SECOND)
      await ashGoes(world, alone)
      const { discord } = world
      const calls = await discord.until("the calls that were due", () => {
        const said = discord.pings.slice(alone.pings)
        return said.length >= 3 ? said : undefined
      })
      expect(calls.map(({ roles, users }) => [...roles, ...users])).toEqual([
        [ASH.crt],
        [ASH.crt, ASH.wider],
        [ASH.crt, ASH.wider, ASH.lead]
      ])
      expect(discord.dms(ASH.lead)).toHaveLength(1)
      await world.quiet(ASH.mia, alone.message)
      expect(discord.pings.length - alone.pings).toBe(3)
      expect(world.asked()).toEqual([CRISIS])
    },
    EMBEDDED
  )

  it.twice(
    "two days: the alert has expired, and nobody is paged",
    async (world) => {
      const { message, pings, post } = await leftAlone(world)
      await later(world, 2 * DAY)
      const expired = await world.alertPost(message, ({ embeds }) => embeds[0]?.title?.includes("expired") === true)
      expect(textOf(expired)).toContain("Expired")
      await world.listening()
      await world.quiet(ASH.mia, message)
      const { discord } = world
      expect(discord.dms(ASH.mia)).toEqual([])
      expect(discord.dms(ASH.lead)).toEqual([])
      expect(discord.pings).toHaveLength(pings)
      expect(await world.metrics(message)).toMatchObject({ was_auto_initiated: false, acknowledged_at: null })
      expect((await world.metrics(message))?.expired_at).not.toBeNull()
      expect(world.asked()).toEqual([CRISIS])
      return discord.posts(post.id).map(({ content }) => content.split("\n")[0])
    },
    EMBEDDED
  )

  it.twice(
    "two days after it was resolved: what is fetched again opens nothing anew",
    async (world) => {
      const first = await listening(world)
      const message = world.say(CRISIS)
      const post = await world.alertPost(message)
      await world.told(world.click(post, "ash_resolve", RITA))
      await world.alertPost(message, ({ embeds }) => embeds[0]?.title?.includes("resolved") === true)
      await world.quiet(ASH.mia, message)
      await world.marked(message)
      const pings = world.discord.pings.length
      await first.kill9()
      await later(world, 2 * DAY)
      await world.listening()
      const fresh = world.say(HIGH, ASH.noa)
      await world.alertPost(fresh)
      await world.quiet(ASH.mia, message)
      expect(world.alertPosts(message.id).map(({ embeds }) => embeds[0]?.title)).toEqual(["Critical alert · resolved"])
      expect(world.discord.pings).toHaveLength(pings + 1)
      expect(world.asked()).toEqual([CRISIS, HIGH])
    },
    EMBEDDED
  )
})
