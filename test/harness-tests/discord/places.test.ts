/**
 * Pages of messages, threads, direct messages, reactions, and what the bot asks about itself and others, over HTTP.
 */
import type { APIMessage } from "discord.js"
import { describe, expect, it } from "vitest"
import { MESSAGES, post, refusal, start } from "./Acts.ts"
import { connect, ID } from "./World.ts"

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
