/**
 * What people do, as a bot hears it: threads, edits that are none, replies, other bots, members who come and go, and clicks
 * in private.
 */
import { describe, expect, it } from "vitest"
import { restOf } from "./Clients.ts"
import { connect, ID, startDiscord } from "./World.ts"

describe("people", () => {
  it("write in threads, and open an archived one by writing", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    const on = discord.people.message(ID.general, { by: ID.mia, content: "topic" })
    const thread = discord.people.thread(ID.general, { by: ID.mia, name: "talk", on: on.id })
    expect(thread).toBe(on.id)
    discord.people.archive(thread)
    const written = discord.people.message(thread, { by: ID.sam, content: "inside" })
    await bare.event("MESSAGE_CREATE", ({ id }) => id === written.id)
    expect(bare.heard.slice(2).map(({ t }) => t)).toEqual([
      "MESSAGE_CREATE",
      "THREAD_CREATE",
      "MESSAGE_UPDATE",
      "MESSAGE_CREATE",
      "THREAD_UPDATE",
      "THREAD_UPDATE",
      "MESSAGE_CREATE"
    ])
    expect(bare.all("MESSAGE_CREATE")[1]).toMatchObject({ type: 21, content: "", channel_id: thread })
    expect(discord.messages(thread).map(({ content }) => content)).toEqual(["inside"])
    discord.people.deleteThread(thread)
    expect(await bare.event("THREAD_DELETE")).toMatchObject({ id: thread, parent_id: ID.general })
  })

  it("edit; a preview that Discord adds is no edit", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    const { id } = discord.people.message(ID.general, { by: ID.mia, content: "https://example.org" })
    discord.people.edit(id, { embeds: [{ type: "link", url: "https://example.org" }] })
    discord.people.edit(id, { content: "no link" })
    await bare.event("MESSAGE_UPDATE", ({ content }) => content === "no link")
    const [preview, edit] = bare.all("MESSAGE_UPDATE")
    expect(preview).toMatchObject({ content: "https://example.org", edited_timestamp: null, guild_id: ID.guild })
    expect(edit).toMatchObject({ author: { id: ID.mia }, edited_timestamp: expect.any(String), member: {} })
    expect(discord.post(id)?.edits).toBe(1)
    discord.people.delete(id)
    expect(discord.post(id)).toBeUndefined()
  })

  it("share files, and other bots write too", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    const helper = discord.guilds.join(ID.guild, { name: "helper", bot: true })
    discord.people.message(ID.general, { by: ID.mia, attachments: [{ filename: "cat.png", contentType: "image/png" }] })
    discord.people.message(ID.general, { by: helper, content: "beep" })
    await bare.event("MESSAGE_CREATE", ({ content }) => content === "beep")
    expect(bare.all("MESSAGE_CREATE")).toMatchObject([
      { content: "", attachments: [{ filename: "cat.png", content_type: "image/png" }] },
      { author: { id: helper, bot: true } }
    ])
    expect(bare.all("MESSAGE_CREATE")[1]).not.toHaveProperty("webhook_id")
  })

  it("are joined, given roles, and cannot write where they are not", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    const ren = discord.guilds.join(ID.guild, { name: "ren" })
    discord.guilds.setRoles(ID.guild, ren, ["CRT"])
    expect(await bare.event("GUILD_MEMBER_UPDATE")).toMatchObject({ user: { id: ren }, roles: [ID.role] })
    discord.guilds.leave(ID.guild, ren)
    expect(() => discord.people.message(ID.general, { by: ren, content: "hi" })).toThrow("not a member")
    expect([discord.id("ren"), discord.id("crt"), discord.id("CRT")]).toEqual([ren, ID.crt, ID.role])
    expect(() => discord.id("nobody")).toThrow("0 things are called nobody")
  })

  it("click in private, and on what only they can see", async () => {
    const discord = await startDiscord()
    const bare = await connect(discord)
    const rest = restOf(discord)
    const button = (custom_id: string) => ({ type: 1, components: [{ type: 2, style: 1, custom_id, label: "Yes" }] })
    const dm = (await rest.post("/users/@me/channels", { body: { recipient_id: ID.mia } })) as { readonly id: string }
    const body = { content: "Shall I stay?", components: [button("stay")] }
    const sent = (await rest.post(`/channels/${dm.id}/messages`, { body })) as { readonly id: string }
    const click = discord.people.click(sent.id, "stay", ID.mia)
    const heard = await bare.event("INTERACTION_CREATE")
    expect(heard).toMatchObject({
      user: { id: ID.mia },
      channel: { id: dm.id, type: 1 },
      context: 1,
      message: { id: sent.id }
    })
    expect(heard).not.toHaveProperty("member")
    const reply = { type: 4, data: { content: "Sure?", flags: 64, components: [button("sure")] } }
    await rest.post(`/interactions/${heard.id}/${heard.token}/callback`, { body: reply, auth: false })
    const { message } = await click.answer()
    const again = discord.people.click(message.id, "sure", ID.mia)
    const update = { type: 7, data: { content: "Good.", components: [] } }
    await rest.post(`/interactions/${again.id}/${again.origin.token}/callback`, { body: update, auth: false })
    expect(await again.answer()).toMatchObject({ kind: "update", ephemeral: true, message: { content: "Good." } })
    expect(discord.dms(ID.mia).map(({ content }) => content)).toEqual(["Shall I stay?"])
    expect(bare.all("MESSAGE_UPDATE")).toEqual([])
  })
})
