import * as Effect from "effect/Effect"
import { alertLookupKey } from "#domain/ash/AlertMetrics.ts"
import { PLURALKIT_APPLICATION } from "#channels/discord/IngressRoute.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import type { StandInOptions } from "#test/harness/discord/Options.ts"
import { Durable, process, type ProcessOptions, until } from "./GatewayWorld.ts"

const world = Effect.fnUntraced(function* (options: StandInOptions = {}) {
  const discord = yield* Effect.acquireRelease(
    Effect.promise(() =>
      DiscordStandIn.start({
        guilds: [
          {
            name: "Haven",
            channels: [{ name: "talk" }, { name: "forum", type: 15 }, { name: "elsewhere" }, { name: "crisis" }],
            members: [{ name: "robin" }, { name: "sam" }]
          }
        ],
        ...options
      })
    ),
    (discord) => Effect.promise(() => discord.stop())
  )
  const durable = new Durable()
  const [talk, crisis, robin, sam, guild] = ["talk", "crisis", "robin", "sam", "Haven"].map((name) => discord.id(name))
  const settings = {
    monitoredChannels: [talk ?? "", discord.id("forum")],
    alertChannels: { medium: [], high: [crisis ?? ""], critical: [] }
  }
  const run = (more: Partial<ProcessOptions> = {}) =>
    Effect.tap(process({ discord, durable, ...more, settings }), ({ health }) =>
      until(
        "connected",
        () => Effect.runSync(health).state,
        (state) => state === "connected"
      )
    )
  /** Waits until that many events arrived at actors of a type, and answers them. */
  const heard = (type: string, count: number) =>
    until(
      `${count} at ${type}`,
      () => durable.heard(type),
      (seen) => seen.length >= count
    )
  return {
    discord,
    durable,
    run,
    heard,
    talk: talk ?? "",
    crisis: crisis ?? "",
    robin: robin ?? "",
    sam: sam ?? "",
    guild: guild ?? ""
  }
})

describe("what people write", () => {
  it.live("in threads and forum posts counts by the parent, also when a process resumes and knows no thread", () =>
    Effect.gen(function* () {
      const { discord, durable, heard, robin, run, sam, talk } = yield* world()
      const first = yield* run()
      const thread = discord.people.thread(talk, { by: sam, name: "aside" })
      const post = discord.people.thread(discord.id("forum"), { by: sam, name: "post" })
      const elsewhere = discord.people.thread(discord.id("elsewhere"), { by: sam, name: "private matters" })
      for (const channel of [elsewhere, thread, post]) discord.people.message(channel, { by: robin, content: "one" })
      yield* heard("member", 2)
      yield* first.stop
      for (const channel of [elsewhere, thread, post]) discord.people.message(channel, { by: robin, content: "two" })
      const second = yield* run()
      yield* heard("member", 4)
      yield* until(
        "quiet",
        () => Effect.runSync(second.health).shards[0]?.unhandled,
        (count) => count === 0
      )
      expect([...durable.texts].sort()).toEqual(["one", "one", "two", "two"])
      expect(discord.gateway.identifies).toBe(1)
      const asked = discord.callsTo("GET /guilds/*/threads/active").length
      discord.people.message(thread, { by: robin, content: "three" })
      yield* heard("member", 5)
      expect(discord.callsTo("GET /guilds/*/threads/active")).toHaveLength(asked)
    })
  )

  it.live("waits for the place of an unknown thread while Discord does not answer, and keeps its order", () =>
    Effect.gen(function* () {
      const { discord, durable, heard, robin, run, sam, talk } = yield* world()
      const first = yield* run()
      const thread = discord.people.thread(talk, { by: sam, name: "aside" })
      discord.people.message(thread, { by: sam, content: "so" })
      yield* heard("member", 1)
      yield* first.stop
      const fault = discord.faults.arm("GET /guilds/*/channels", { kind: "status", status: 503 }, 4)
      const { id } = discord.people.message(thread, { by: robin, content: "one" })
      discord.people.edit(id, { content: "one, in other words" })
      discord.people.delete(id)
      const { health } = yield* run()
      discord.people.message(talk, { by: robin, content: "in the open" })
      yield* heard("member", 2)
      expect(durable.texts).toEqual(["so", "in the open"])
      expect(fault.spent).toBe(false)
      yield* heard("member", 5)
      expect(
        durable
          .heard("member")
          .slice(2)
          .map((line) => line.split(" ")[0])
      ).toEqual(["MESSAGE_SEEN", "MESSAGE_SEEN", "MESSAGES_DELETED"])
      yield* until(
        "nothing under way",
        () => Effect.runSync(health).shards[0]?.unhandled,
        (count) => count === 0
      )
    })
  )

  it.live("is told again when it is changed, not when a link's preview comes", () =>
    Effect.gen(function* () {
      const { discord, durable, heard, robin, run, talk } = yield* world()
      yield* run()
      const { id } = discord.people.message(talk, { by: robin, content: "look https://example.org" })
      discord.people.edit(id, { embeds: [{ title: "Example" }] })
      discord.people.edit(id, { content: "I want to die" })
      yield* heard("member", 2)
      expect(durable.texts).toEqual(["look https://example.org", "I want to die"])
      expect(durable.heard("member")[1]).toMatch(new RegExp(`^MESSAGE_SEEN edit:${id}:[0-9]{13}$`))
    })
  )

  it.live("in private goes to the session, with changes, and the no-contact reaction; our own does not", () =>
    Effect.gen(function* () {
      const { discord, durable, guild, heard, robin, run } = yield* world()
      yield* run()
      const message = discord.people.directMessage(robin, { content: "are you there" })
      discord.people.edit(message.id, { content: "are you there?" })
      const ours = discord.people.message(message.channel_id, { by: discord.identity.bot.id, content: "I am here" })
      discord.people.react(ours.id, discord.identity.bot.id, "❌")
      discord.people.react(ours.id, robin, "❌")
      const lines = yield* heard("ash-session", 3)
      expect(lines[0]).toBe(`DM_RECEIVED message:${message.id}`)
      expect(lines[1]).toContain(`DM_EDITED edit:${message.id}:`)
      expect(lines[2]).toMatch(/^DECLINED event:[0-9a-f]+:[0-9]+$/)
      expect(durable.told.map(({ to }) => to)).toEqual(Array.from({ length: 3 }, () => `ash-session/${robin}`))
      expect(durable.told[0]?.event).toMatchObject({ guildId: guild, channelId: message.channel_id })
    })
  )

  it.live("without its words, seen by a blind bot, is told to the desk and not analysed", () =>
    Effect.gen(function* () {
      const { discord, durable, guild, heard, run, robin, talk } = yield* world()
      const one = yield* run()
      discord.people.message(talk, { by: robin, content: "" })
      yield* heard("desk", 1)
      expect(durable.told).toMatchObject([{ to: `desk/${guild}`, event: { type: "BLIND", channelId: talk } }])
      expect(one.log.join("\n")).toContain("switch on the Message Content intent")
    })
  )
})

describe("deleted messages", () => {
  it.live("are told to their author, by memory or by what was stored before a restart", () =>
    Effect.gen(function* () {
      const { discord, durable, guild, heard, robin, run, sam, talk } = yield* world()
      const first = yield* run()
      const one = discord.people.message(talk, { by: robin, content: "one" })
      const [two, three] = [robin, sam].map((by) => discord.people.message(talk, { by, content: "more" }).id)
      yield* heard("member", 3)
      discord.people.delete(one.id)
      yield* heard("member", 4)
      yield* first.stop
      yield* run()
      durable.documents.set(`ash:message:${two}`, `${guild}:${robin}`)
      durable.documents.set(`ash:message:${three}`, `${guild}:${sam}`)
      discord.people.deleteMany(talk, [two ?? "", three ?? ""])
      yield* heard("member", 6)
      const deleted = durable.told.filter(({ event }) => event.type === "MESSAGES_DELETED")
      expect(deleted.map(({ event, to }) => [to, event["messageIds"]])).toEqual([
        [`member/${guild}:${robin}`, [one.id]],
        [`member/${guild}:${robin}`, [two]],
        [`member/${guild}:${sam}`, [three]]
      ])
    })
  )
})

describe("the team's threads", () => {
  it.live("tell the alert what was said, and nothing when they belong to none", () =>
    Effect.gen(function* () {
      const { crisis, discord, durable, heard, run, sam } = yield* world()
      yield* run()
      const post = discord.people.message(crisis, { by: sam, content: "an alert's post, say" })
      const thread = discord.people.thread(crisis, { by: sam, name: "alert", on: post.id })
      const other = discord.people.thread(crisis, { by: sam, name: "lunch" })
      durable.documents.set(alertLookupKey(thread), "alert_0123456789ab")
      discord.people.message(other, { by: sam, content: "pizza" })
      const { id } = discord.people.message(thread, { by: sam, content: "I am with them" })
      yield* heard("alert", 1)
      expect(durable.told).toEqual([
        {
          to: "alert/alert_0123456789ab",
          id: `message:${id}`,
          event: { type: "THREAD_MESSAGE", by: sam, messageId: id, text: "I am with them", at: expect.any(Number) }
        }
      ])
    })
  )
})

describe("who leaves", () => {
  it.live("is told to member and session; an outage of the guild is nobody's leaving", () =>
    Effect.gen(function* () {
      const { discord, durable, guild, heard, robin, run, talk } = yield* world()
      yield* run()
      discord.guilds.outage(guild)
      discord.guilds.recover(guild)
      discord.people.message(talk, { by: robin, content: "still here" })
      yield* heard("member", 1)
      discord.guilds.leave(guild, robin)
      yield* heard("ash-session", 1)
      expect(durable.told.map(({ event, to }) => `${to} ${event.type}`)).toEqual([
        `member/${guild}:${robin} MESSAGE_SEEN`,
        `member/${guild}:${robin} MEMBER_LEFT`,
        `ash-session/${robin} MEMBER_LEFT`
      ])
    })
  )
})

describe("proxied posts", () => {
  const proxied = Effect.fnUntraced(function* (
    answer: (path: string, original: string, sender: string) => Response | undefined
  ) {
    const found = yield* world()
    const { discord, robin, talk } = found
    let original = ""
    const asked: Array<string> = []
    yield* found.run({
      pluralKit: (path) => {
        asked.push(path)
        return answer(path, original, robin) ?? new Response("", { status: 404 })
      }
    })
    original = discord.people.message(talk, { by: robin, content: "K: everything hurts" }).id
    yield* found.heard("member", 1)
    const proxy = discord.people.proxied(talk, {
      name: "Kit",
      content: "everything hurts",
      applicationId: PLURALKIT_APPLICATION
    })
    discord.people.delete(original)
    return { ...found, original, proxy, asked }
  })

  it.live("belong to the person behind them; the deleted original is told after its replacement", () =>
    Effect.gen(function* () {
      let calls = 0
      const found = yield* proxied((path, original, sender) => {
        calls += 1
        return calls === 1 ? undefined : Response.json({ id: path.split("/").at(-1), original, sender, extra: {} })
      })
      const { asked, discord, durable, guild, heard, original, proxy, robin } = found
      yield* until(
        "all",
        () => durable.told.length,
        (count) => count === 3
      )
      expect(asked).toEqual([`/v2/messages/${proxy.id}`, `/v2/messages/${proxy.id}`])
      // The proxied post carries the original's id, so the member's dedup takes it for the same event.
      expect(durable.heard("member")).toEqual([
        `MESSAGE_SEEN message:${original}`,
        `MESSAGE_PROXIED proxied:${proxy.id}`,
        `MESSAGES_DELETED deleted:${original}:1`
      ])
      expect(new Set(durable.told.map(({ to }) => to))).toEqual(new Set([`member/${guild}:${robin}`]))
      discord.people.delete(proxy.id)
      yield* heard("member", 4)
      expect(durable.told.at(-1)).toMatchObject({ to: `member/${guild}:${robin}`, event: { messageIds: [proxy.id] } })
    })
  )

  it.live("are heard under their webhook when nobody can say whose they are, and hold up nobody else", () =>
    Effect.gen(function* () {
      const { discord, durable, guild, heard, proxy, sam, talk } = yield* proxied(() => undefined)
      discord.people.message(talk, { by: sam, content: "hello" })
      yield* until(
        "sam",
        () => durable.texts,
        (texts) => texts.includes("hello")
      )
      expect(durable.texts).not.toContain("everything hurts")
      yield* heard("member", 4)
      expect(durable.told.filter(({ id }) => id === `message:${proxy.id}`)).toMatchObject([
        { to: `member/${guild}:${proxy.author.id}`, event: { type: "MESSAGE_SEEN" } }
      ])
    })
  )
})

describe("a dispatch", () => {
  it.live("that is a click goes to whoever handles interactions; one that is broken is told and holds up nothing", () =>
    Effect.gen(function* () {
      const { discord, durable, guild, heard, robin, run, sam, talk } = yield* world()
      const one = yield* run()
      const { id } = discord.people.message(talk, {
        by: discord.identity.bot.id,
        components: [{ type: 1, components: [{ type: 2, style: 1, label: "Go", custom_id: "go" }] }]
      })
      discord.people.click(id, "go", sam)
      discord.dispatch({
        t: "MESSAGE_CREATE",
        d: { id: "1", channel_id: talk, guild_id: guild, author: { id: robin }, words: "secret words" },
        guildId: guild
      })
      discord.people.message(talk, { by: robin, content: "hello" })
      yield* heard("member", 1)
      expect(one.interactions.map(({ data }) => data)).toMatchObject([{ custom_id: "go" }])
      expect(durable.texts).toEqual(["hello"])
      const log = one.log.join("\n")
      expect(log).toContain("lacks a needed field")
      for (const secret of ["secret words", "hello", robin, sam]) expect(log).not.toContain(secret)
    })
  )
})
