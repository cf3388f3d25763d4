/**
 * From a member's message to a resolved alert, seen from Discord and from the store: one post, a thread, buttons that answer,
 * and everything written down in the documented shapes.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { ASH, RITA } from "#test/harness/AshGuild.ts"
import { CRISIS, HIGH, LOW, MEDIUM, SAFE } from "#test/harness/AshWorld.ts"
import { buttonsOf, textOf } from "#test/harness/discord/Objects.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { MARKED } from "#test/harness/ProcessWorld.ts"
import { it, listening } from "./worlds.ts"

describe("a message in a watched channel", () => {
  it.twice("becomes one alert that is acknowledged, answered and resolved", async (world) => {
    await listening(world)
    const { discord } = world
    const before = world.say(LOW)
    await eventually(
      "it to be stored",
      () => world.history(ASH.mia),
      ({ length }) => length === 1
    )
    const message = world.say(CRISIS)
    const post = await world.alertPost(message, ({ thread }) => thread !== undefined)

    expect(post.channel_id).toBe(ASH.critical)
    const embed = post.embeds[0]
    expect(embed?.title).toBe("Critical alert")
    expect(embed?.description).toContain(CRISIS)
    expect(embed?.footer?.text).toContain(world.alertId(message))
    expect(textOf(post)).toContain(`/channels/${ASH.guild}/${ASH.general}/${message.id}`)
    expect(textOf(post)).toContain("hopelessness")
    const labels = buttonsOf(post).map(({ label }) => label)
    expect(labels).toEqual(["Acknowledge", "Talk to Ash", "Take over", "Resolve", "History"])
    expect(discord.pings.filter(({ messageId }) => messageId === post.id)).toMatchObject([{ roles: [ASH.crt] }])
    expect(discord.threads().map(({ id, parent_id }) => ({ id, parent_id }))).toEqual([
      { id: post.id, parent_id: ASH.critical }
    ])

    discord.people.message(post.id, { by: RITA, content: "I am on it" })
    const acknowledged = world.click(post, "ash_ack", RITA)
    expect(await world.told(acknowledged)).toBe("Acknowledged. Thank you for taking this.")
    expect((await acknowledged.acknowledged()).ephemeral).toBe(true)
    const green = await world.alertPost(message, ({ embeds }) => embeds[0]?.color === 0x2ecc71)
    expect(textOf(green)).toContain(`Acknowledged by <@${RITA}>`)
    expect(await world.told(world.click(post, "ash_resolve", RITA))).toBe("Resolved. Thank you.")
    const closed = await world.alertPost(message, ({ embeds }) => embeds[0]?.title === "Critical alert · resolved")
    expect(buttonsOf(closed).map(({ label }) => label)).toEqual(["History"])
    await world.quiet(ASH.mia, message)

    const stored = await world.history(ASH.mia)
    expect(stored).toEqual([
      {
        message: CRISIS,
        timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+\+00:00$/) as unknown,
        crisis_score: 0.93,
        severity: "critical",
        message_id: message.id
      },
      expect.objectContaining({ message: LOW, severity: "low", message_id: before.id })
    ])
    const key = `ash:history:${ASH.guild}:${ASH.mia}`
    const [ttl, scores] = await world.redis((redis) =>
      Promise.all([redis.pTTL(key), redis.zRangeWithScores(key, 0, -1)])
    )
    expect(ttl).toBeGreaterThan(13.9 * 86_400_000)
    expect(ttl).toBeLessThanOrEqual(14 * 86_400_000)
    expect(Math.abs((scores[1]?.score ?? 0) * 1000 - Date.parse(message.timestamp))).toBeLessThan(2)

    const metrics = await eventually(
      "the first response in the metrics",
      () => world.metrics(message),
      (record) => record?.first_response_at !== null
    )
    expect(metrics).toMatchObject({
      alert_id: world.alertId(message),
      alert_message_id: post.id,
      user_id: ASH.mia,
      channel_id: ASH.general,
      severity: "critical",
      channel_sensitivity: 1,
      acknowledged_by: RITA,
      resolved_by: RITA,
      first_response_by: RITA,
      was_auto_initiated: false,
      user_opted_out: false
    })
    expect(world.alertPosts(message.id)).toHaveLength(1)
    return { labels, thread: discord.posts(post.id).length }
  })

  it.twice("is alerted about by its severity, or not at all", async (world) => {
    await listening(world)
    const quiet = [world.say(SAFE, ASH.noa), world.say(LOW, ASH.noa)]
    const elsewhere = world.say(CRISIS, ASH.outsider, ASH.offtopic)
    const medium = world.say(MEDIUM, ASH.tom)
    const high = world.say(HIGH, ASH.mia)
    const posts = [await world.alertPost(medium), await world.alertPost(high)]
    expect(posts.map(({ channel_id }) => channel_id)).toEqual([ASH.monitor, ASH.crisis])
    expect(posts.map(({ embeds }) => embeds[0]?.title)).toEqual(["Medium alert", "High alert"])
    expect(world.discord.pings.map(({ messageId }) => messageId)).toEqual([posts[1]?.id])
    await world.quiet(ASH.noa)
    expect([...quiet, elsewhere].flatMap(({ id }) => world.alertPosts(id))).toEqual([])
    expect(await world.history(ASH.noa)).toMatchObject([{ message: LOW }])
    expect(await world.history(ASH.outsider)).toEqual([])
    expect(world.asked()).not.toContain(elsewhere.content)
    // What every scenario looks for when it closes would be noticed.
    for (const secret of [...MARKED, ASH.mia, RITA, world.discord.identity.token]) {
      expect(world.leaks(`INFO (#1): told { to: '${secret}' }`)).toEqual([secret])
    }
    expect(world.leaks(world.output())).toEqual([])
  })
})

describe("a rising series", () => {
  it.twice("reaches the classifier oldest first, without the message it is asked about", async (world) => {
    await listening(world)
    const scores = ["0.31", "0.36", "0.41", "0.44", "0.48"]
    const said = []
    for (const score of scores) {
      said.push(world.say(`the days get longer [${score}]`))
      await eventually(
        "the message to be stored",
        () => world.history(ASH.mia),
        (entries) => entries.length === said.length
      )
    }
    const last = world.say(HIGH)
    await world.alertPost(last)
    const request = world.nlp.requests.findLast(({ body }) => body.message === HIGH)
    const history = request?.body.message_history ?? []
    expect(history.map(({ message_id }) => message_id)).toEqual(said.map(({ id }) => id))
    expect(history.map(({ crisis_score }) => crisis_score)).toEqual(scores.map(Number))
    const times = history.map(({ timestamp }) => Date.parse(String(timestamp)))
    expect(times).toEqual(times.toSorted((one, other) => one - other))
    return history.map(({ message }) => message)
  })
})
