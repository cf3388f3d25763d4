/**
 * Nobody's words, ids of people and tokens in anything that Ash prints, sends to a collector or shows to operators (G12): a
 * day on which everything happens and much of it goes wrong, with every log line on.
 */
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"
import * as Effect from "effect/Effect"
import { address } from "#domain/ActorAddress.ts"
import { memberId } from "#domain/ash/Member.ts"
import { ASH, RITA } from "#test/harness/AshGuild.ts"
import { type AshWorld, CRISIS, LOW, MEDIUM } from "#test/harness/AshWorld.ts"
import { textOf } from "#test/harness/discord/Objects.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { eventually } from "#test/harness/Eventually.ts"
import { MARKED } from "#test/harness/ProcessWorld.ts"
import { it } from "./ash/worlds.ts"

const CHATTY = "test/harness/chattyMain.ts"

/** Everything a collector is sent. */
const collector = Effect.acquireRelease(
  Effect.promise(async () => {
    const received: Array<string> = []
    const server = createServer((request, response) => {
      const chunks: Array<Buffer> = []
      request.on("data", (chunk: Buffer) => chunks.push(chunk))
      request.on("end", () => {
        received.push(Buffer.concat(chunks).toString("utf8"))
        response.writeHead(200, { "content-type": "application/json" }).end("{}")
      })
    })
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve))
    return { received, server, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
  }),
  ({ server }) =>
    Effect.promise(async () => {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    })
)

const WORDS = MARKED.join(" and ")

/** Commands of members and of the team, each with whoever enters it. */
const commands = (
  world: AshWorld
): ReadonlyArray<readonly [string, string, Readonly<Record<string, string | boolean>>]> => [
  ["status", RITA, {}],
  ["stats", RITA, {}],
  ["history", RITA, { user: ASH.mia }],
  ["optout", RITA, { user: ASH.mia }],
  ["notes", RITA, { session: `${ASH.mia}-kzz4x0hs`, text: WORDS }],
  ["history", ASH.outsider, { user: ASH.mia }],
  ["clear", RITA, { user: world.discord.identity.bot.id }]
]

describe("a day of Ash", () => {
  it.twice(
    "leaves no word, person or token in logs, spans, metrics and what operators see",
    async (world) => {
      const { discord, nlp } = world
      const { received, url } = await world.within(collector)
      const service = await world.start({ OTEL_EXPORTER_OTLP_ENDPOINT: url }, CHATTY)
      await world.listening()
      const told = async (interaction: ReturnType<AshWorld["click"]>) => {
        world.keepSecret(interaction.origin.token)
        return world.told(interaction)
      }

      // Trouble on all sides.
      discord.faults.arm("POST /channels/*/messages", { kind: "status", status: 500, message: WORDS }, 1)
      discord.faults.arm("POST /channels/*/messages", { kind: "reset", when: "after" }, 1)
      discord.faults.arm("POST /channels/*/messages/*/threads", { kind: "status", status: 403, code: 50_013 }, 1)
      nlp.next({ status: 500, body: { detail: WORDS } }, { status: 200, body: { severity: WORDS } })
      world.say(LOW)
      world.say(`@everyone ${MEDIUM}`, ASH.noa)
      const message = world.say(CRISIS)
      const post = await world.alertPost(message, () => true, 60_000)

      await told(world.click(post, "ash_ack", ASH.outsider))
      await told(world.click(post, "ash_history", RITA))
      for (const [subcommand, by, options] of commands(world)) {
        const entered = { by, channelId: ASH.operators, name: "ash", subcommand, options }
        await told(discord.people.command(entered))
      }
      expect(await told(world.click(post, "ash_talk", RITA))).toContain("Ash is asked")
      await discord.until("the welcome", () => discord.dms(ASH.mia)[0])
      const said = discord.people.directMessage(ASH.mia, { content: `I feel ${WORDS}` })
      await discord.until("Ash's answer", () => discord.dms(ASH.mia)[1])
      discord.people.edit(said.id, { content: `I feel worse, ${WORDS}` })
      await told(world.click(post, "ash_take", RITA))
      discord.people.delete(message.id)
      await told(world.click(post, "ash_resolve", RITA))

      const forget = {
        by: ASH.noa,
        channelId: ASH.general,
        name: "ash-me",
        subcommand: "forget",
        options: { sure: true }
      }
      expect(await told(discord.people.command(forget))).toContain("Removed:")

      const admin = { headers: { authorization: "Bearer scenario-admin-token" } }
      const member = encodeURIComponent(address("member", memberId(ASH.guild, ASH.mia)).id)
      const seen = await Promise.all(
        [
          "/health",
          "/metrics",
          "/api/pending?limit=1000",
          "/api/dead-letters",
          "/api/alerts?state=all",
          "/api/stats",
          `/api/actors/member/${member}`,
          `/api/actors/member/${member}/rehearsal`,
          `/api/actors/ash-session/${ASH.mia}`,
          `/api/actors/alert/${world.alertId(message)}`,
          `/api/actors/alert/${WORDS.replaceAll(" ", "-")}`
        ].map(async (path) => (await fetch(`${service.url}${path}`, admin)).text())
      )
      // Whoever acknowledged is named to operators: a responder, by their id.
      expect(world.leaks(seen.join("\n")).filter((secret) => secret !== RITA)).toEqual([])

      expect(await service.stop()).not.toBe(1)
      expect(world.output()).toContain("discord")
      expect(received.length).toBeGreaterThan(0)
      expect(received.join("\n")).toContain("http.route")
      expect(world.leaks(received.join("\n"))).toEqual([])
      expect(world.leaks(world.output())).toEqual([])
      // The look is worth something: Discord was told all of it.
      expect(world.leaks(discord.allPosts.map(textOf).join("\n"))).not.toEqual([])
    },
    { timeoutMs: 180_000 }
  )
})

describe("a community that the bot is removed from", () => {
  it.twice("loses what is stored of its members' words, and no other community does", async (world) => {
    const elsewhere = `ash:history:${ASH.offtopic}:${ASH.mia}`
    await world.start()
    await world.listening()
    world.say(LOW)
    await eventually(
      "it to be stored",
      () => world.history(ASH.mia),
      ({ length }) => length === 1
    )
    await world.redis((redis) => redis.zAdd(elsewhere, { score: Date.now() / 1000, value: "{}" }))
    world.discord.guilds.remove(ASH.guild)
    await eventually(
      "it to be gone",
      () => world.history(ASH.mia),
      ({ length }) => length === 0
    )
    expect((await world.keys()).map(({ key }) => key).filter((key) => key.startsWith("ash:history:"))).toEqual([
      elsewhere
    ])
  })
})
