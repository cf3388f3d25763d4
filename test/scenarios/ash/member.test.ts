/**
 * What members do with their words afterwards: they edit them into a cry for help, take them back, leave, or speak through a
 * proxy. What was taken back is gone from the history and from the team's post; an outage of the guild takes nothing.
 */
import { PLURALKIT_APPLICATION } from "#channels/discord/IngressRoute.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { ASH, RITA } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS, HIGH, LOW, MEDIUM, SAFE } from "#test/harness/AshWorld.ts"
import { standIn } from "#test/harness/CapabilityStandIns.ts"
import { textOf } from "#test/harness/discord/Objects.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { jump, later, MINUTE } from "./time.ts"
import { it, listening } from "./worlds.ts"

const EMBEDDED = { redisUrl: null }
const GONE = "no longer available"

const remembers = (world: AshWorld, by: string, texts: ReadonlyArray<string>) =>
  eventually(
    `a history of ${texts.length}`,
    async () => (await world.history(by)).map(({ message }) => message),
    (messages) => String(messages) === String(texts)
  )

describe("an edit", () => {
  it.twice("that turns a harmless message into a cry for help is an alert", async (world) => {
    await listening(world)
    const message = world.say(SAFE)
    const reply = world.say(LOW)
    await remembers(world, ASH.mia, [LOW])
    world.discord.people.edit(message.id, { content: CRISIS })
    const post = await world.alertPost(message)
    expect(post.embeds[0]?.description).toContain(CRISIS)
    // Both stand by the time they were written.
    await remembers(world, ASH.mia, [LOW, CRISIS])
    world.discord.people.edit(reply.id, { content: SAFE })
    await remembers(world, ASH.mia, [CRISIS])
    await world.quiet(ASH.mia, message)
    expect(world.asked()).toEqual([SAFE, LOW, CRISIS, SAFE])
  })
})

describe("words that are taken back", () => {
  it.twice(
    "leave the history and the post, also when they were heard by an earlier process",
    async (world) => {
      const first = await listening(world)
      const kept = world.say(LOW)
      await remembers(world, ASH.mia, [LOW])
      const message = world.say(HIGH)
      await world.alertPost(message, (post) => textOf(post).includes(HIGH))
      await remembers(world, ASH.mia, [HIGH, LOW])
      await world.quiet(ASH.mia, message)
      await first.kill9()
      const second = await later(world, 0, { jumpMs: MINUTE })
      await world.listening()
      world.discord.people.delete(message.id)
      const marker = world.say(SAFE)
      await eventually(
        "the deletion to be heard",
        () => world.asked(),
        (asked) => asked.includes(marker.content)
      )
      jump(world, second, MINUTE)
      await remembers(world, ASH.mia, [LOW])
      const bare = await world.alertPost(message, (post) => textOf(post).includes(GONE))
      expect(textOf(bare)).not.toContain(HIGH)
      expect((await world.history(ASH.mia))[0]).toMatchObject({ message_id: kept.id })
    },
    EMBEDDED
  )

  it.twice("leave with a member who leaves, but not with a guild that is away for a moment", async (world) => {
    await listening(world)
    const { guilds } = world.discord
    const message = world.say(MEDIUM)
    await world.alertPost(message, (post) => textOf(post).includes(MEDIUM))
    const other = world.say(LOW, ASH.noa)
    await remembers(world, ASH.noa, [LOW])

    guilds.outage(ASH.guild)
    guilds.recover(ASH.guild)
    const after = world.say(MEDIUM, ASH.tom)
    await world.alertPost(after)
    expect(await remembers(world, ASH.mia, [MEDIUM])).toEqual([MEDIUM])
    expect(await remembers(world, ASH.noa, [LOW])).toEqual([LOW])

    guilds.leave(ASH.guild, ASH.mia)
    await remembers(world, ASH.mia, [])
    const bare = await world.alertPost(message, (post) => textOf(post).includes(GONE))
    expect(textOf(bare)).not.toContain(MEDIUM)
    expect((await world.history(ASH.noa))[0]).toMatchObject({ message_id: other.id })
    // People may still take the alert.
    expect(await world.told(world.click(bare, "ash_ack", RITA))).toContain("Acknowledged")
  })
})

describe("a member who speaks through PluralKit", () => {
  it.twice(
    "is one person with one alert, and the original that PluralKit deletes is not a wish to forget it",
    async (world) => {
      const known = new Map<string, { readonly sender: string; readonly original: string }>()
      const pluralKit = await world.within(
        standIn(({ path }) => {
          const found = known.get(path.replace("/v2/messages/", ""))
          return found === undefined ? { status: 404, body: {} } : { body: found }
        })
      )
      const service = await later(world, 0, {
        jumpMs: MINUTE,
        env: { PLURALKIT_ENABLED: "true", PLURALKIT_API_BASE_URL: pluralKit.url }
      })
      await world.listening()
      const { people } = world.discord
      const speak = (content: string) => {
        const original = world.say(content)
        const proxy = people.proxied(ASH.general, { name: "Alex", content, applicationId: PLURALKIT_APPLICATION })
        known.set(proxy.id, { sender: ASH.mia, original: original.id })
        people.delete(original.id)
        return { original, proxy }
      }
      const low = speak(LOW)
      await remembers(world, ASH.mia, [LOW])
      const crisis = speak(CRISIS)
      const post = await world.alertPost(crisis.original)
      await remembers(world, ASH.mia, [CRISIS, LOW])
      jump(world, service, MINUTE)
      const marker = world.say(MEDIUM, ASH.noa)
      await world.alertPost(marker)
      await world.quiet(ASH.mia)
      expect(await remembers(world, ASH.mia, [CRISIS, LOW])).toEqual([CRISIS, LOW])
      expect(world.asked().filter((text) => text === CRISIS || text === LOW)).toHaveLength(2)
      expect([crisis.proxy, low.proxy, low.original].flatMap(({ id }) => world.alertPosts(id))).toEqual([])
      expect(world.discord.posts(ASH.critical)).toHaveLength(1)
      expect(textOf(world.discord.post(post.id) ?? post)).not.toContain(GONE)
      expect(await world.told(world.click(post, "ash_ack", RITA))).toContain("Acknowledged")
    },
    EMBEDDED
  )
})
