/**
 * Buttons: ten people at once, people who may not, people who come too late, and posts older than the process or the
 * service. A click has one winner and always a polite answer, and nothing moves an alert backwards.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { ASH, RESPONDERS, RICO, RITA } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS, HIGH } from "#test/harness/AshWorld.ts"
import { buttonsOf, textOf } from "#test/harness/discord/Objects.ts"
import { it, listening } from "./worlds.ts"

const alerted = async (world: AshWorld) => {
  const message = world.say(CRISIS)
  const post = await world.alertPost(message)
  await world.quiet(ASH.mia, message)
  return { message, post }
}

describe("ten responders who click Acknowledge at once", () => {
  for (const processes of [1, 2]) {
    it.twice(`have one winner and nine polite answers (${processes} processes)`, async (world) => {
      await world.start()
      if (processes > 1) await world.start()
      await world.listening()
      const { message, post } = await alerted(world)
      const clicks = RESPONDERS.map((by) => world.click(post, "ash_ack", by))
      const told = await Promise.all(clicks.map((click) => world.told(click)))
      const winner = RESPONDERS[told.findIndex((text) => text.startsWith("Acknowledged"))]
      expect(winner).toBeDefined()
      const losers = told.filter((text) => text.startsWith(`Already acknowledged by <@${winner}>`))
      expect(losers).toHaveLength(9)
      await world.alertPost(message, ({ embeds }) => embeds[0]?.color === 0x2ecc71)
      await world.quiet(ASH.mia, message)
      expect((await world.metrics(message))?.acknowledged_by).toBe(winner)
      const [green, ...more] = world.alertPosts(message.id)
      expect(more).toEqual([])
      expect(textOf(green ?? post)).toContain(`Acknowledged by <@${winner}>`)
      expect(green?.edits).toBe(1)
      const acknowledged = world.discord.posts(post.id).filter(({ content }) => content.startsWith("**Acknowledged**"))
      expect(acknowledged).toHaveLength(1)
      // One process listens at a time, and they do not take the session from each other again and again.
      expect(world.discord.gateway).toMatchObject({ identifies: 1, resumes: processes - 1 })
    })
  }
})

describe("a click that comes too late or from nobody's side", () => {
  it.twice("is refused politely, and the alert stays where it is", async (world) => {
    await listening(world)
    const { message, post } = await alerted(world)
    const outsider = world.click(post, "ash_ack", ASH.outsider)
    expect(await world.told(outsider)).toBe("Sorry, this is for members of the crisis team.")
    expect((await outsider.acknowledged()).ephemeral).toBe(true)
    expect((await world.metrics(message))?.acknowledged_at).toBeNull()

    expect(await world.told(world.click(post, "ash_resolve", RITA))).toBe("Resolved. Thank you.")
    const late = world.clickStale(post, "ash_ack", RICO, message)
    expect(await world.told(late)).toMatch(new RegExp(`^Already resolved by <@${RITA}>`))
    const talk = world.clickStale(post, "ash_talk", RICO, message)
    expect(await world.told(talk)).toMatch(/^Already resolved/)
    const closed = await world.alertPost(message, ({ embeds }) => embeds[0]?.title?.includes("resolved") === true)
    await world.quiet(ASH.mia, message)
    const metrics = await world.metrics(message)
    // Resolving an alert nobody had acknowledged records both steps, in order (C22).
    expect(metrics).toMatchObject({ acknowledged_by: RITA, resolved_by: RITA, ash_contacted_at: null })
    expect(Date.parse(metrics?.acknowledged_at ?? "")).toBeLessThanOrEqual(Date.parse(metrics?.resolved_at ?? ""))
    expect(world.discord.dms(ASH.mia)).toEqual([])
    return buttonsOf(closed).map(({ label }) => label)
  })

  it.twice(
    "is refused when no role is configured",
    async (world) => {
      await listening(world)
      const { message, post } = await alerted(world)
      const click = world.click(post, "ash_ack", RITA)
      expect(await world.told(click)).toContain("Nobody may do this yet")
      expect((await world.metrics(message))?.acknowledged_at).toBeNull()
    },
    { env: { BOT_CRT_ROLE_IDS: "[]" } }
  )
})

describe("a post that is older", () => {
  it.twice("than the process: its buttons work", async (world) => {
    const first = await listening(world)
    const { message, post } = await alerted(world)
    await first.kill9()
    world.click(post, "ash_ack", RITA)
    await listening(world)
    const after = world.clickStale(post, "ash_ack", RICO, message)
    expect(await world.told(after)).toContain(`Already acknowledged by <@${RITA}>`)
    await world.alertPost(message, ({ embeds }) => embeds[0]?.color === 0x2ecc71)
  })

  it.twice("than the service: the alert is taken over from what the post shows", async (world) => {
    await listening(world)
    const message = world.say("what an earlier service saw", ASH.tom)
    const post = await world.earlierPost(ASH.crisis, message)
    expect(await world.told(world.click(post, "ash_ack", RITA))).toBe("Acknowledged. Thank you for taking this.")
    const green = await world.alertPost(message, ({ embeds }) => embeds[0]?.color === 0x2ecc71)
    expect(green.id).toBe(post.id)
    expect(green.embeds[0]?.description).toBe("what an earlier service saw")
    expect(await world.told(world.clickStale(post, "ash_ack", RICO, message))).toContain("Already acknowledged by")
    expect(await world.told(world.click(post, "ash_resolve", RICO))).toBe("Resolved. Thank you.")
    await world.alertPost(message, ({ embeds }) => embeds[0]?.title?.includes("resolved") === true)
    await world.settledRecord(world.alertAddress(message))
    expect(world.alertPosts(message.id)).toHaveLength(1)
    const metrics = await world.metrics(message)
    expect(metrics).toMatchObject({ severity: "high", acknowledged_by: RITA, resolved_by: RICO, user_id: ASH.tom })
    return textOf(green).includes("Acknowledged by")
  })

  it.twice("than a crisis of the same person now: that one is an alert of its own", async (world) => {
    await listening(world)
    const old = world.say("what an earlier service saw", ASH.tom)
    const adopted = await world.earlierPost(ASH.crisis, old)
    expect(await world.told(world.click(adopted, "ash_ack", RITA))).toContain("Acknowledged")
    const now = world.say(HIGH, ASH.tom)
    const post = await world.alertPost(now)
    expect(post.id).not.toBe(adopted.id)
    expect(await world.told(world.click(post, "ash_ack", RICO))).toContain("Acknowledged")
  })
})
