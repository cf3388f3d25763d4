/**
 * The stand-in's HTTP API against the REST client the product uses: posts, edits, threads, direct messages, pages, commands,
 * and what Discord refuses.
 */
import type { APIMessage } from "discord.js"
import { describe, expect, it } from "vitest"
import { buttonsOf, textOf } from "#test/harness/discord/Objects.ts"
import { timeOf } from "#test/harness/discord/Snowflakes.ts"
import { MESSAGES, post, refusal, start } from "./Acts.ts"
import { connect, ID } from "./World.ts"

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
