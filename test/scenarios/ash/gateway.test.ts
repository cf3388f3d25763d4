/**
 * What is written while Ash is not on the line: replayed by Discord within its window, fetched over HTTP beyond it. Every
 * message is heard, and heard once, however the connection was lost.
 */
import { describe, expect } from "#test/harness/effect.ts"
import { ASH, RITA } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS, HIGH, LOW, MEDIUM } from "#test/harness/AshWorld.ts"
import type { MessageObject } from "#test/harness/discord/Objects.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { it, listening } from "./worlds.ts"

/** Low and numbered, so that each is stored and can be told from the others. */
const numbered = (nth: number): string => LOW.replace("[", `number ${nth} [`)

const stored = async (world: AshWorld, by: string, messages: ReadonlyArray<MessageObject>): Promise<void> => {
  const entries = await eventually(
    `${messages.length} stored messages`,
    () => world.history(by),
    (entries) => entries.length >= messages.length
  )
  expect(entries.map(({ message_id }) => message_id).toSorted()).toEqual(messages.map(({ id }) => id).toSorted())
}

/** Nothing was asked about twice, and nothing but this. */
const askedOnce = (world: AshWorld, messages: ReadonlyArray<MessageObject>): void => {
  expect(world.asked().toSorted()).toEqual(messages.map(({ content }) => content).toSorted())
}

describe("a process that was dead", () => {
  it.twice("for a moment is sent what it missed, and handles it once", async (world) => {
    const first = await listening(world)
    const before = world.say(numbered(0), ASH.noa)
    await stored(world, ASH.noa, [before])
    await first.kill9()
    const missed = [1, 2, 3].map((nth) => world.say(numbered(nth), ASH.noa))
    const crisis = world.say(CRISIS)
    await listening(world)
    await world.alertPost(crisis)
    await stored(world, ASH.noa, [before, ...missed])
    await world.quiet(ASH.mia, crisis)
    askedOnce(world, [before, ...missed, crisis])
    expect(world.alertPosts(crisis.id)).toHaveLength(1)
    expect({ resumes: world.discord.gateway.resumes, identifies: world.discord.gateway.identifies }).toEqual({
      resumes: 1,
      identifies: 1
    })
  })

  it.twice("for too long fetches what it missed: channel, threads and direct messages, each once", async (world) => {
    const first = await listening(world)
    const { discord } = world
    const before = world.say(numbered(0), ASH.noa)
    const old = discord.people.thread(ASH.general, { by: ASH.noa, name: "an older thread", on: before.id })
    const inOld = world.say(numbered(1), ASH.noa, old)
    const hello = discord.people.directMessage(ASH.tom, { content: "hello Ash" })
    await stored(world, ASH.noa, [before, inOld])
    await discord.until("an answer to the hello", () => discord.dms(ASH.tom)[0])
    await world.marked(hello)
    await world.quiet(ASH.tom)
    await first.kill9()
    const wish = discord.people.directMessage(ASH.tom, { content: "I want a person" })
    const missed = [world.say(numbered(2), ASH.noa), world.say(numbered(3), ASH.noa, old)]
    const forum = discord.people.thread(ASH.forum, { by: ASH.noa, name: "a thread of a forum" })
    missed.push(world.say(numbered(4), ASH.noa, forum))
    const archived = discord.people.thread(ASH.general, { by: ASH.noa, name: "soon archived" })
    const crisis = world.say(CRISIS, ASH.mia, archived)
    discord.people.archive(archived)
    await discord.connected(0)
    discord.gateway.expireSessions()
    await listening(world)
    const post = await world.alertPost(crisis)
    expect(post.embeds[0]?.description).toContain(CRISIS)
    await stored(world, ASH.noa, [before, inOld, ...missed])
    await world.alertPost(wish)
    await world.quiet(ASH.mia, crisis)
    await world.quiet(ASH.tom, wish)
    askedOnce(world, [before, inOld, ...missed, crisis, hello, wish])
    expect({ resumes: discord.gateway.resumes, identifies: discord.gateway.identifies }).toEqual({
      resumes: 0,
      identifies: 2
    })
  })

  it.twice("hears a click made meanwhile, and does not act on it twice", async (world) => {
    const first = await listening(world)
    const crisis = world.say(CRISIS)
    const post = await world.alertPost(crisis)
    await world.quiet(ASH.mia, crisis)
    await first.kill9()
    world.click(post, "ash_ack", RITA)
    await listening(world)
    await eventually(
      "the acknowledgement",
      () => world.metrics(crisis),
      (record) => record?.acknowledged_by === RITA
    )
    await world.alertPost(crisis, ({ embeds }) => embeds[0]?.color === 0x2ecc71)
    await world.quiet(ASH.mia, crisis)
    const said = world.discord.posts(post.id).filter(({ content }) => content.startsWith("**Acknowledged**"))
    expect(said).toHaveLength(1)
  })
})

describe("a connection that is lost", () => {
  const ways: ReadonlyArray<readonly [string, (world: AshWorld) => void]> = [
    ["cut", ({ discord }) => discord.gateway.cut()],
    ["asked to reconnect (op 7)", ({ discord }) => discord.gateway.askToReconnect()],
    ["told that its session is invalid (op 9)", ({ discord }) => discord.gateway.invalidate(false)],
    [
      "closed with 4009 and its sessions forgotten",
      ({ discord }) => {
        discord.gateway.close(4009)
        discord.gateway.expireSessions(true)
      }
    ]
  ]

  it.twice("in whatever way, in the middle of what people write, loses and doubles nothing", async (world) => {
    await listening(world)
    const said: Array<MessageObject> = []
    const say = () => said.push(world.say(numbered(said.length), ASH.noa))
    for (const [, lose] of ways) {
      for (let nth = 0; nth < 5; nth++) say()
      lose(world)
      for (let nth = 0; nth < 5; nth++) say()
      await world.discord.connected()
      for (let nth = 0; nth < 5; nth++) say()
      await stored(world, ASH.noa, said)
    }
    const crises = [world.say(HIGH), world.say(MEDIUM, ASH.tom)]
    for (const crisis of crises) await world.alertPost(crisis)
    askedOnce(world, [...said, ...crises])
    expect(world.discord.gateway.identifies).toBeGreaterThanOrEqual(3)
    return said.length
  })
})
