/**
 * Others fail: Discord's HTTP interface, Redis, the classifier. An alert gets out as soon as it can, once; what a member
 * wrote meanwhile is neither lost nor counted twice; and people are told what the machine does not know.
 */
import { address } from "#domain/ActorAddress.ts"
import { memberId } from "#domain/ash/Member.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { ASH } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS, HIGH, LOW } from "#test/harness/AshWorld.ts"
import { buttonsOf, type MessageObject, textOf } from "#test/harness/discord/Objects.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { type RedisServer, startRedis } from "#test/harness/RedisServer.ts"
import { jump, later, MINUTE } from "./time.ts"
import { inAsh, it, listening } from "./worlds.ts"

const POSTS = `POST /channels/${ASH.critical}/messages`

describe("Discord fails while an alert is to be posted", () => {
  it.twice("with errors, broken connections and rate limits: there is one post in the end", async (world) => {
    await listening(world)
    const { faults } = world.discord
    faults.arm(POSTS, { kind: "status", status: 502 })
    faults.arm(POSTS, { kind: "hang-up" })
    faults.arm(POSTS, { kind: "rate-limit", retryAfter: 0.3 })
    const last = faults.arm(POSTS, { kind: "reset", when: "after" })
    faults.arm("POST /channels/*/messages/*/threads", { kind: "status", status: 500 })
    const message = world.say(CRISIS)
    await last.met()
    await world.alertPost(message, ({ thread }) => thread !== undefined)
    await world.quiet(ASH.mia, message)
    expect(world.alertPosts(message.id)).toHaveLength(1)
    expect((await world.metrics(message))?.alert_message_id).toBe(world.alertPosts(message.id)[0]?.id)
    expect(world.discord.threads()).toHaveLength(1)
  })

  it.twice("with the channel gone: the alert goes to the next one", async (world) => {
    await listening(world)
    world.discord.guilds.removeChannel(ASH.critical)
    const message = world.say(CRISIS)
    const post = await world.alertPost(message)
    expect(post.channel_id).toBe(ASH.crisis)
    expect(post.embeds[0]?.title).toBe("Critical alert")
  })
})

describe("Redis dies in the middle of what people write", () => {
  const throughADeath = (redis: RedisServer) => async (world: AshWorld) => {
    const service = await listening(world)
    const said: Array<MessageObject> = []
    const say = () => said.push(world.say(LOW.replace("[", `${said.length} [`), ASH.noa))
    for (let nth = 0; nth < 10; nth++) say()
    await eventually(
      "some of it to be stored",
      () => world.history(ASH.noa),
      ({ length }) => length > 3
    )
    for (let nth = 0; nth < 10; nth++) say()
    await redis.kill9()
    for (let nth = 0; nth < 10; nth++) say()
    const crisis = world.say(CRISIS)
    await eventually(
      "health to say so",
      async () => ((await (await fetch(`${service.url}/health`)).json()) as { readonly status: string }).status,
      (status) => status === "degraded"
    )
    // No alert can open, so people are called plainly.
    const plain = await world.discord.posted("a plain call", ({ channel_id }) => channel_id === ASH.critical, 40_000)
    expect(buttonsOf(plain)).toEqual([])
    expect(plain.content).not.toContain(CRISIS)
    await redis.start()
    await world.alertPost(crisis, undefined, 40_000)
    const stored = await eventually(
      "all of it to be stored",
      () => world.history(ASH.noa),
      ({ length }) => length >= said.length,
      40_000
    )
    expect(stored.map(({ message_id }) => message_id).toSorted()).toEqual(said.map(({ id }) => id).toSorted())
    await world.quiet(ASH.mia, crisis)
    expect(world.alertPosts(crisis.id)).toHaveLength(1)
    expect((await world.history(ASH.mia)).map(({ message }) => message)).toEqual([CRISIS])
  }

  it.twice("and everything is heard once when it is back", async ({ options: { residency } }) => {
    const redis = await startRedis({ appendfsync: "always" })
    try {
      await inAsh(residency, { redisUrl: redis.url }, throughADeath(redis))
    } finally {
      await redis.stop()
    }
  })
})

describe("the classifier is away", () => {
  const QUICK = {
    BOT_NLP_TIMEOUT: "1",
    BOT_NLP_RETRIES: "0",
    BOT_NLP_URGENT_WAIT: "1",
    BOT_CB_NLP_FAILURES: "2",
    BOT_CB_NLP_TIMEOUT: "1",
    BOT_CB_NLP_SUCCESSES: "1"
  }

  /** The net's word, at once. */
  const judgedByWords = async (world: AshWorld) => {
    const message = world.say(CRISIS)
    const post = await world.alertPost(message)
    expect(textOf(post)).toContain("A list of words decided: the classifier did not answer yet")
    expect(post.channel_id).toBe(ASH.critical)
    return message
  }

  const told = (world: AshWorld) =>
    world.discord.posts(ASH.operators).map(({ content }) => (/The classifier [\w ]+/.exec(content) ?? [""])[0])

  it.twice(
    "with errors: the words decide at once, operators are told once, and the analysis follows",
    async (world) => {
      const service = await later(world, 0, { jumpMs: 2 * MINUTE })
      await world.listening()
      world.nlp.always({ status: 503, body: {} })
      const message = await judgedByWords(world)
      const unseen = world.say(HIGH, ASH.noa)
      const low = world.say(LOW, ASH.tom)
      const owed = async (by: string) => (await world.recordOf(address("member", memberId(ASH.guild, by))))?.outbox
      for (const { author } of [unseen, low]) {
        await eventually(
          "the analysis to be owed",
          () => owed(author.id),
          (outbox) => outbox?.some(({ lane, attempts }) => lane.startsWith("later") && attempts === 0) === true
        )
      }
      await world.discord.until("word to the operators", () => told(world)[0])
      expect(world.alertPosts(unseen.id)).toEqual([])

      world.nlp.always(null)
      jump(world, service, 2 * MINUTE)
      const updated = await world.alertPost(message, (post) => textOf(post).includes("hopelessness"))
      expect(textOf(updated)).not.toContain("A list of words decided")
      expect(textOf(updated)).toContain("0.93")
      // What the net could not see is found after all.
      expect((await world.alertPost(unseen)).embeds[0]?.title).toBe("High alert")
      await eventually(
        "the low one to be stored",
        () => world.history(ASH.tom),
        ({ length }) => length === 1
      )
      await world.discord.until("word that it is back", () => told(world)[1])
      await world.quiet(ASH.mia, message)
      expect(world.alertPosts(message.id)).toHaveLength(1)
      expect((await world.history(ASH.mia)).map(({ crisis_score }) => crisis_score)).toEqual([0.93])
      expect(told(world)).toEqual(["The classifier does not answer", "The classifier answers again"])
    },
    { env: QUICK, redisUrl: null }
  )

  it.twice(
    "in silence: the words decide within a moment",
    async (world) => {
      await listening(world)
      world.nlp.always({ silent: true })
      const began = performance.now()
      await judgedByWords(world)
      expect(performance.now() - began).toBeLessThan(5_000)
    },
    { env: QUICK }
  )
})
