/**
 * The stand-in's HTTP API against the REST client the product uses: posts, edits, threads, direct messages, pages, commands,
 * and what Discord refuses.
 */
import { type APIMessage, DiscordAPIError, type REST } from "discord.js"
import { describe, expect, it } from "vitest"
import type { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { buttonsOf, textOf } from "#test/harness/discord/Objects.ts"
import { timeOf } from "#test/harness/discord/Snowflakes.ts"
import { restOf } from "./Clients.ts"
import { connect, ID, startDiscord } from "./World.ts"

const MESSAGES = `/channels/${ID.general}/messages` as const

const post = (rest: REST, body: unknown, path: `/${string}` = MESSAGES) =>
  rest.post(path, { body }) as Promise<APIMessage>

/** Status and code of a refusal; fails when the call succeeds. */
const refusal = async (call: Promise<unknown>): Promise<readonly [number, number | string]> => {
  const error = await call.then(
    () => undefined,
    (reason: unknown) => reason
  )
  if (!(error instanceof DiscordAPIError)) throw new Error("the call was not refused by Discord", { cause: error })
  return [error.status, error.code]
}

const start = async (options: Parameters<typeof startDiscord>[0] = {}): Promise<readonly [DiscordStandIn, REST]> => {
  const discord = await startDiscord(options)
  return [discord, restOf(discord)]
}

const button = (custom_id: string, label = "Acknowledge") => ({ type: 2, style: 3, custom_id, label })

describe("a post", () => {
  it("is answered, comes back by the gateway, and can be read, edited and deleted", async () => {
    const [discord, rest] = await start()
    const bare = await connect(discord)
    const embeds = [{ title: "Alert", fields: [{ name: "Severity", value: "high" }], color: 0xff_a500 }]
    const components = [{ type: 1, components: [button("ack:1"), button("talk:1", "Talk")] }]
    const sent = await post(rest, { content: "look", embeds, components, allowed_mentions: { parse: [] } })
    const create = await bare.event("MESSAGE_CREATE")
    expect(create).toMatchObject({ id: sent.id, author: { id: discord.identity.bot.id }, guild_id: ID.guild })
    expect(Date.parse(sent.timestamp)).toBe(timeOf(sent.id))

    await rest.patch(`${MESSAGES}/${sent.id}`, { body: { content: "seen", components: [] } })
    expect(await bare.event("MESSAGE_UPDATE")).toMatchObject({ id: sent.id, content: "seen", embeds })
    const read = (await rest.get(`${MESSAGES}/${sent.id}`)) as APIMessage
    expect(read.edited_timestamp).not.toBeNull()
    const [shown] = discord.posts(ID.general)
    if (shown === undefined) throw new Error("the post is gone")
    expect([shown.edits, textOf(shown), buttonsOf(shown)]).toEqual([1, "seen\nAlert\nSeverity\nhigh", []])

    await rest.delete(`${MESSAGES}/${sent.id}`)
    expect(await bare.event("MESSAGE_DELETE")).toEqual({ id: sent.id, channel_id: ID.general, guild_id: ID.guild })
    expect(discord.posts(ID.general)).toEqual([])
    expect(await refusal(rest.get(`${MESSAGES}/${sent.id}`))).toEqual([404, 10_008])
  })

  it("with a known nonce is the first one again, until the nonce is forgotten", async () => {
    const [discord, rest] = await start()
    const body = { content: "once", nonce: "alert_0123456789ab.1", enforce_nonce: true }
    const [first, again] = [await post(rest, body), await post(rest, { ...body, content: "twice" })]
    expect([again.id, again.content, again.nonce]).toEqual([first.id, "once", body.nonce])
    expect(discord.posts(ID.general)).toHaveLength(1)
    discord.advance(300_000)
    expect((await post(rest, body)).id).not.toBe(first.id)
    discord.forgetNonces()
    expect((await post(rest, body)).id).not.toBe(first.id)
    expect(discord.posts(ID.general)).toHaveLength(3)
    await post(rest, { content: "no rule", nonce: body.nonce })
    expect(discord.posts(ID.general)).toHaveLength(4)
  })

  it("may carry files", async () => {
    const [discord, rest] = await start()
    const files = [{ name: "notes.txt", data: Buffer.from("what was said"), contentType: "text/plain" }]
    const sent = (await rest.post(MESSAGES, { body: { content: "notes" }, files })) as APIMessage
    expect(sent.attachments).toMatchObject([{ filename: "notes.txt", size: 13 }])
    expect(discord.calls.at(-1)).toMatchObject({
      body: { content: "notes" },
      files: [{ field: "files[0]", name: "notes.txt", text: "what was said" }]
    })
  })

  it("rings only for those it may and wants to", async () => {
    const [discord, rest] = await start()
    const content = `<@&${ID.role}> <@${ID.mia}> @everyone`
    await post(rest, { content, allowed_mentions: { parse: [] } })
    expect(discord.pings).toEqual([])
    const { id } = await post(rest, { content, allowed_mentions: { roles: [ID.role] } })
    await post(rest, { content, allowed_mentions: { roles: [ID.role] }, flags: 4096 })
    expect(discord.pings).toEqual([
      { messageId: id, channelId: ID.general, users: [], roles: [ID.role], everyone: false }
    ])
    const [timid, other] = await start({ permissions: 0n, guilds: [] })
    const guild = timid.guilds.add({
      name: "Other",
      roles: [{ id: "1000000000000000021", name: "staff", mentionable: false }],
      channels: [{ id: "1000000000000000012", name: "there" }]
    })
    expect(guild).toBe(timid.id("Other"))
    await post(other, { content: "<@&1000000000000000021>" }, "/channels/1000000000000000012/messages")
    expect(timid.pings).toEqual([])
  })

  it.each([
    ["a long text", { content: "a".repeat(2001) }],
    ["eleven embeds", { embeds: Array.from({ length: 11 }, () => ({ title: "t" })) }],
    ["a long embed title", { embeds: [{ title: "a".repeat(257) }] }],
    ["embeds of 6001 characters", { embeds: [{ description: "a".repeat(4000) }, { description: "a".repeat(2001) }] }],
    ["26 fields", { embeds: [{ fields: Array.from({ length: 26 }, () => ({ name: "n", value: "v" })) }] }],
    ["an empty field", { embeds: [{ fields: [{ name: "", value: "v" }] }] }],
    [
      "six buttons in a row",
      { components: [{ type: 1, components: [1, 2, 3, 4, 5, 6].map((n) => button(String(n))) }] }
    ],
    ["six rows", { components: Array.from({ length: 6 }, (_, n) => ({ type: 1, components: [button(String(n))] })) }],
    ["a long custom id", { components: [{ type: 1, components: [button("a".repeat(101))] }] }],
    ["a long label", { components: [{ type: 1, components: [button("a", "b".repeat(81))] }] }],
    ["two buttons of one id", { components: [{ type: 1, components: [button("a"), button("a")] }] }],
    ["a long nonce", { content: "a", nonce: "n".repeat(26) }],
    ["a rule without its nonce", { content: "a", enforce_nonce: true }],
    ["roles allowed twice", { content: "a", allowed_mentions: { parse: ["roles"], roles: [ID.role] } }]
  ])("with %s is refused with 50035", async (_name, body) => {
    const [discord, rest] = await start()
    expect(await refusal(post(rest, body))).toEqual([400, 50_035])
    expect(discord.posts(ID.general)).toEqual([])
  })

  it("says which field is wrong, in the words the client prints", async () => {
    const [, rest] = await start()
    await expect(post(rest, { content: "a".repeat(2001) })).rejects.toThrow(
      "content[BASE_TYPE_MAX_LENGTH]: Must be 2000 or fewer in length."
    )
  })

  it("is refused empty, into the unknown, by a stranger, and where the bot may not", async () => {
    const [discord, rest] = await start()
    const theirs = discord.people.message(ID.general, { by: ID.mia, content: "mine" })
    expect(await refusal(post(rest, {}))).toEqual([400, 50_006])
    expect(await refusal(post(rest, { content: "a" }, "/channels/1000000000000000077/messages"))).toEqual([404, 10_003])
    expect(await refusal(rest.patch(`${MESSAGES}/${theirs.id}`, { body: { content: "a" } }))).toEqual([403, 50_005])
    expect(await refusal(rest.delete(`${MESSAGES}/${theirs.id}`))).toEqual([403, 50_013])
    discord.guilds.setAccess(ID.general, "read")
    expect(await refusal(post(rest, { content: "a" }))).toEqual([403, 50_013])
    discord.guilds.setAccess(ID.general, "none")
    expect(await refusal(post(rest, { content: "a" }))).toEqual([403, 50_001])
    discord.guilds.remove(ID.guild)
    expect(await refusal(post(rest, { content: "a" }, `/channels/${ID.crt}/messages`))).toEqual([403, 50_001])
    rest.setToken("wrong")
    expect(await refusal(post(rest, { content: "a" }))).toEqual([401, 0])
  })
})

describe("a page of messages", () => {
  it("is newest first, and `after` gives those right after", async () => {
    const [discord, rest] = await start()
    const ids = ["1", "2", "3", "4"].map((content) => discord.people.message(ID.general, { by: ID.mia, content }).id)
    const page = async (query: Record<string, string>) => {
      const found = (await rest.get(MESSAGES, { query: new URLSearchParams(query) })) as ReadonlyArray<APIMessage>
      return found.map(({ content }) => content)
    }
    expect(await page({})).toEqual(["4", "3", "2", "1"])
    expect(await page({ limit: "2" })).toEqual(["4", "3"])
    expect(await page({ after: ids[0] ?? "", limit: "2" })).toEqual(["3", "2"])
    expect(await page({ before: ids[2] ?? "", limit: "100" })).toEqual(["2", "1"])
    expect(await refusal(page({ limit: "101" }))).toEqual([400, 50_035])
  })
})

describe("a thread", () => {
  const THREADS = (message: string) => `${MESSAGES}/${message}/threads` as const

  it("starts on a message once, takes posts, closes and opens again", async () => {
    const [discord, rest] = await start()
    const bare = await connect(discord)
    const { id } = await post(rest, { content: "alert" })
    const body = { name: "Alert for mia", auto_archive_duration: 1440, type: 11 }
    const thread = (await rest.post(THREADS(id), { body })) as { readonly id: string }
    expect(thread.id).toBe(id)
    expect(await bare.event("THREAD_CREATE")).toMatchObject({
      id,
      parent_id: ID.general,
      newly_created: true,
      type: 11
    })
    expect(await refusal(rest.post(THREADS(id), { body }))).toEqual([400, 160_004])

    const inside = await post(rest, { content: "context" }, `/channels/${id}/messages`)
    await rest.put(`/channels/${id}/thread-members/${ID.sam}`)
    expect(discord.threadMembers(id)).toEqual([discord.identity.bot.id, ID.sam])
    expect(discord.posts(id).map(({ content }) => content)).toEqual(["context"])

    await rest.patch(`/channels/${id}`, { body: { archived: true } })
    expect(discord.threads()).toMatchObject([{ id, thread_metadata: { archived: true } }])
    const edit = rest.patch(`/channels/${id}/messages/${inside.id}`, { body: { content: "late" } })
    expect(await refusal(edit)).toEqual([400, 50_083])
    expect(await rest.get(`/guilds/${ID.guild}/threads/active`)).toEqual({ threads: [], members: [] })
    await post(rest, { content: "open again" }, `/channels/${id}/messages`)
    expect(discord.threads()).toMatchObject([{ id, thread_metadata: { archived: false } }])
    expect(await rest.get(`/guilds/${ID.guild}/threads/active`)).toMatchObject({ threads: [{ id }] })
  })

  it("may be private, and has a name of 1 to 100 characters", async () => {
    const [discord, rest] = await start()
    const path = `/channels/${ID.crt}/threads` as const
    const thread = (await rest.post(path, { body: { name: "quiet", type: 12 } })) as { readonly id: string }
    expect(discord.threads()).toMatchObject([{ id: thread.id, type: 12, name: "quiet" }])
    expect(await refusal(rest.post(path, { body: { name: "a".repeat(101), type: 12 } }))).toEqual([400, 50_035])
    const odd = { name: "a", type: 12, auto_archive_duration: 61 }
    expect(await refusal(rest.post(path, { body: odd }))).toEqual([400, 50_035])
  })
})

describe("a direct message", () => {
  it("reaches the person, unless they closed theirs", async () => {
    const [discord, rest] = await start()
    const open = (userId: string) =>
      rest.post("/users/@me/channels", { body: { recipient_id: userId } }) as Promise<{ readonly id: string }>
    const { id } = await open(ID.mia)
    expect((await open(ID.mia)).id).toBe(id)
    await post(rest, { content: "hello" }, `/channels/${id}/messages`)
    expect(discord.dms(ID.mia).map(({ content }) => content)).toEqual(["hello"])
    discord.guilds.closeDirectMessages(ID.mia)
    expect(await refusal(post(rest, { content: "hello?" }, `/channels/${id}/messages`))).toEqual([403, 50_007])
    expect(await refusal(open("1000000000000000088"))).toEqual([400, 50_033])
  })
})

describe("a reaction", () => {
  it("of the bot is put and heard; one of a person is heard", async () => {
    const [discord, rest] = await start()
    const bare = await connect(discord)
    const { id } = await post(rest, { content: "welcome" })
    await rest.put(`${MESSAGES}/${id}/reactions/${encodeURIComponent("❌")}/@me`)
    discord.people.react(id, ID.mia, "❌")
    await bare.event("MESSAGE_REACTION_ADD", ({ user_id }) => user_id === ID.mia)
    expect(bare.all("MESSAGE_REACTION_ADD")).toMatchObject([
      { user_id: discord.identity.bot.id, message_id: id, emoji: { id: null, name: "❌" } },
      { user_id: ID.mia, message_author_id: discord.identity.bot.id, guild_id: ID.guild }
    ])
    expect(discord.reactors(id, "❌")).toEqual([discord.identity.bot.id, ID.mia])
  })
})

describe("what the bot asks about itself and others", () => {
  it("is answered", async () => {
    const [discord, rest] = await start()
    expect(await rest.get("/users/@me")).toMatchObject({ id: discord.identity.bot.id, bot: true })
    expect(await rest.get("/users/@me/guilds")).toMatchObject([{ id: ID.guild, name: "Cartel" }])
    expect(await rest.get("/oauth2/applications/@me")).toMatchObject({ id: discord.identity.applicationId })
    expect(await rest.get("/applications/@me")).toMatchObject({ flags: (1 << 15) | (1 << 19) })
    expect(await rest.get(`/users/${ID.mia}`)).toMatchObject({ username: "mia" })
    expect(await rest.get(`/guilds/${ID.guild}`)).toMatchObject({ id: ID.guild, name: "Cartel" })
    expect(await rest.get(`/guilds/${ID.guild}/channels`)).toMatchObject([{ name: "general" }, { name: "crt" }])
    expect(await rest.get(`/guilds/${ID.guild}/roles`)).toMatchObject([
      { id: ID.guild },
      { name: "Ash" },
      { id: ID.role }
    ])
    expect(await rest.get(`/guilds/${ID.guild}/members/${ID.sam}`)).toMatchObject({ roles: [ID.role] })
    const query = new URLSearchParams({ limit: "2", after: ID.mia })
    expect(await rest.get(`/guilds/${ID.guild}/members`, { query })).toMatchObject([{ user: { id: ID.sam } }, {}])
    expect(await rest.get(`/channels/${ID.crt}`)).toMatchObject({ id: ID.crt, guild_id: ID.guild })
    await rest.post(`/channels/${ID.crt}/typing`)
    expect(discord.callsTo("POST /channels/*/typing")).toMatchObject([{ status: 204 }])
    expect(await refusal(rest.get("/users/1000000000000000088"))).toEqual([404, 10_013])
    expect(await refusal(rest.get(`/guilds/${ID.guild}/members/1000000000000000088`))).toEqual([404, 10_007])
    expect(await refusal(rest.get("/guilds/1000000000000000088"))).toEqual([404, 10_004])
  })
})
