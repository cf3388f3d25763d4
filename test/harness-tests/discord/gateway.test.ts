/**
 * The stand-in's gateway against the socket manager the product uses: what a real bot meets on a good day and on bad ones.
 */
import { GatewayOpcodes } from "discord.js"
import { describe, expect, it } from "vitest"
import { timeOf } from "#test/harness/discord/Snowflakes.ts"
import { Bare, INTENTS, restOf } from "./Clients.ts"
import { connect, ID, startDiscord } from "./World.ts"

describe("a connection", () => {
  it("is greeted, identifies, and hears of itself and its guilds", async () => {
    const discord = await startDiscord()
    const thread = discord.people.thread(ID.general, { by: ID.mia, name: "a thread" })
    const bare = await connect(discord)
    const ready = await bare.event("READY")
    expect(ready).toMatchObject({
      v: 10,
      user: { id: discord.identity.bot.id },
      guilds: [{ id: ID.guild, unavailable: true }]
    })
    expect(ready["resume_gateway_url"]).toBe(`${discord.gatewayUrl}/resume`)
    const guild = await bare.event("GUILD_CREATE")
    expect(guild).toMatchObject({
      id: ID.guild,
      unavailable: false,
      member_count: 3,
      channels: [{ id: ID.general }, { id: ID.crt }],
      threads: [{ id: thread, parent_id: ID.general }],
      members: [{ user: { id: discord.identity.bot.id } }]
    })
    expect(discord.gateway.identifies).toBe(1)
    const asked = discord.callsTo("GET /gateway/bot")
    expect(asked.map(({ authorised, status }) => [authorised, status])).toEqual([[true, 200]])
  })

  it("brings messages of channels, direct messages and webhooks", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    const plain = discord.people.message(ID.general, { by: ID.mia, content: "hello", at: Date.UTC(2026, 0, 2) })
    expect(timeOf(plain.id)).toBe(Date.UTC(2026, 0, 2))
    const reply = discord.people.message(ID.general, { by: ID.sam, content: "hi", replyTo: plain.id })
    const direct = discord.people.directMessage(ID.mia, { content: "psst" })
    const proxied = discord.people.proxied(ID.general, { name: "Ren", content: "through a proxy" })
    await bare.event("MESSAGE_CREATE", ({ id }) => id === proxied.id)
    const heard = bare.all("MESSAGE_CREATE")
    expect(heard).toMatchObject([
      { id: plain.id, content: "hello", guild_id: ID.guild, author: { id: ID.mia }, member: { roles: [] } },
      { id: reply.id, type: 19, referenced_message: { id: plain.id }, member: { roles: [ID.role] } },
      { id: direct.id, content: "psst", channel_type: 1 },
      { id: proxied.id, author: { username: "Ren", bot: true }, webhook_id: proxied.webhook_id, guild_id: ID.guild }
    ])
    expect(heard[2]).not.toHaveProperty("guild_id")
    expect(heard[3]).not.toHaveProperty("member")
  })

  it("without the content intent shows only direct messages, mentions and the bot's own", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord, { intents: INTENTS & ~32_768 })
    discord.people.message(ID.general, { by: ID.mia, content: "hidden" })
    discord.people.message(ID.general, { by: ID.mia, content: `<@${discord.identity.bot.id}> seen` })
    await restOf(discord).post(`/channels/${ID.general}/messages`, { body: { content: "my own" } })
    discord.people.directMessage(ID.mia, { content: "private" })
    await bare.event("MESSAGE_CREATE", ({ content }) => content === "private")
    expect(bare.all("MESSAGE_CREATE").map(({ content }) => content)).toEqual([
      "",
      `<@${discord.identity.bot.id}> seen`,
      "my own",
      "private"
    ])
  })

  it("hears nothing it has no intent for", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord, { intents: 1 | 512 | 32_768 })
    const { id } = discord.people.message(ID.general, { by: ID.mia, content: "one" })
    discord.people.react(id, ID.sam, "👍")
    discord.people.directMessage(ID.mia, { content: "two" })
    discord.guilds.leave(ID.guild, ID.mia)
    discord.people.message(ID.general, { by: ID.sam, content: "three" })
    await bare.event("MESSAGE_CREATE", ({ content }) => content === "three")
    expect(bare.heard.map(({ t }) => t)).toEqual(["READY", "GUILD_CREATE", "MESSAGE_CREATE", "MESSAGE_CREATE"])
  })

  it("shows each shard its own guilds, and direct messages to shard 0", async () => {
    const other = String(BigInt(ID.guild) + (1n << 22n))
    const channel = "1000000000000000099"
    const discord = await startDiscord()
    discord.guilds.add({
      id: other,
      name: "Other",
      channels: [{ id: channel, name: "elsewhere" }],
      members: [{ name: "mia" }]
    })
    const mine = Number((BigInt(ID.guild) >> 22n) % 2n)
    const shards = await Promise.all([0, 1].map((id) => connect(discord, { shardCount: 2, shardIds: [id] })))
    const [zero, one] = shards
    expect(shards.map((shard) => shard.all("GUILD_CREATE").length)).toEqual([1, 1])
    expect(await shards[mine]?.event("GUILD_CREATE")).toMatchObject({ id: ID.guild })
    expect(await shards[1 - mine]?.event("GUILD_CREATE")).toMatchObject({ id: other })
    discord.people.directMessage(ID.mia, { content: "private" })
    await zero?.event("MESSAGE_CREATE")
    expect(one?.all("MESSAGE_CREATE")).toEqual([])
  })

  it("answers a request for all members in chunks", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    await bare.manager.send(0, {
      op: GatewayOpcodes.RequestGuildMembers,
      d: { guild_id: ID.guild, query: "", limit: 0, nonce: "n" }
    })
    const chunk = await bare.event("GUILD_MEMBERS_CHUNK")
    expect([chunk.members.length, chunk.nonce]).toEqual([3, "n"])
  })
})

describe("a refusal", () => {
  it("of an intent the portal does not allow stops the client", async () => {
    const discord = await startDiscord({ privileged: { content: false } })
    const bare = new Bare(discord)
    await expect(bare.manager.connect()).rejects.toThrow("Used disallowed intents")
    expect(bare.troubles).toEqual([4014, "Used disallowed intents"])
    expect(discord.gateway.sessions).toEqual([])
  })

  it("of one identify too many is announced by the limit", async () => {
    const discord = await startDiscord({ gateway: { identifyLimit: 1 } })
    await connect(discord)
    await expect(new Bare(discord).manager.connect()).rejects.toThrow("Not enough sessions remaining")
  })
})

describe("a guild", () => {
  it("can go dark and come back, and can be lost for good", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    discord.guilds.outage(ID.guild)
    discord.people.message(ID.general, { by: ID.mia, content: "in the dark" })
    discord.guilds.recover(ID.guild)
    discord.guilds.leave(ID.guild, ID.mia)
    discord.guilds.remove(ID.guild)
    await bare.until("the end", () => (bare.all("GUILD_DELETE").length === 2 ? true : undefined))
    expect(bare.heard.slice(2).map(({ t }) => t)).toEqual([
      "GUILD_DELETE",
      "GUILD_CREATE",
      "GUILD_MEMBER_REMOVE",
      "GUILD_DELETE"
    ])
    expect(bare.all("GUILD_DELETE")).toEqual([{ id: ID.guild, unavailable: true }, { id: ID.guild }])
  })
})
