/**
 * Clicks, commands and modals: with discord.js's own client, which knows how an application is meant to answer, and with bare
 * calls for what it would not do by itself.
 */
import { type ButtonInteraction, DiscordAPIError, type Interaction, MessageFlags } from "discord.js"
import { describe, expect, it } from "vitest"
import { eventually } from "#test/harness/Eventually.ts"
import { alert, answering } from "./Acts.ts"
import { restOf } from "./Clients.ts"
import { connect, ID, startDiscord } from "./World.ts"

const onButton =
  (answer: (click: ButtonInteraction<"cached">) => Promise<unknown>) => async (interaction: Interaction) => {
    if (!interaction.isButton() || !interaction.inCachedGuild()) throw new Error("not a click in a guild")
    return answer(interaction)
  }

describe("a click", () => {
  it("brings who clicked with their roles, and the message", async () => {
    const discord = await startDiscord()
    const { thrown } = await answering(
      discord,
      onButton(async (click) => {
        expect([click.customId, click.user.id, click.message.content]).toEqual(["ack:1", ID.sam, "alert"])
        expect([...click.member.roles.cache.keys()]).toContain(ID.role)
        expect(click.appPermissions.bitfield).toBe(395_137_240_128n)
        await click.reply({ content: "yours", flags: MessageFlags.Ephemeral })
      })
    )
    const click = discord.people.click(await alert(discord), "ack:1", ID.sam)
    expect(await click.acknowledged()).toMatchObject({ type: 4, ephemeral: true })
    expect(await click.answer()).toMatchObject({ kind: "reply", ephemeral: true, message: { content: "yours" } })
    expect(thrown).toEqual([])
    expect(discord.messages(ID.crt)).toHaveLength(1)
  })

  it("may be deferred and answered later; the answer stays with the one who clicked", async () => {
    const discord = await startDiscord()
    await answering(
      discord,
      onButton(async (click) => {
        await click.deferReply({ flags: MessageFlags.Ephemeral })
        discord.advance(60_000)
        await click.editReply("done")
        await click.followUp({ content: "and more", flags: MessageFlags.Ephemeral })
      })
    )
    const click = discord.people.click(await alert(discord), "ack:1", ID.sam)
    expect(await click.acknowledged()).toMatchObject({ type: 5, ephemeral: true })
    expect(await click.answer()).toMatchObject({ kind: "edit", ephemeral: true, message: { content: "done" } })
    const more = await click.answer(({ message }) => message.content === "and more")
    expect(more).toMatchObject({ kind: "follow-up", ephemeral: true })
  })

  it("may change its message, at once or after a deferral", async () => {
    const discord = await startDiscord()
    await answering(
      discord,
      onButton(async (click) => {
        if (click.user.id === ID.sam) return click.update({ content: "taken by sam" })
        await click.deferUpdate()
        return click.editReply({ content: "and by mia", components: [] })
      })
    )
    const id = await alert(discord)
    const first = discord.people.click(id, "ack:1", ID.sam)
    expect(await first.answer()).toMatchObject({ kind: "update", message: { id, content: "taken by sam" } })
    const second = discord.people.click(id, "ack:1", ID.mia)
    expect(await second.answer()).toMatchObject({
      kind: "update",
      message: { id, content: "and by mia", components: [] }
    })
    expect((await second.acknowledged()).type).toBe(6)
    expect(discord.post(id)).toMatchObject({ edits: 2 })
    expect(() => discord.people.click(id, "ack:1", ID.mia)).toThrow("no component")
    discord.people.clickStale(id, "ack:1", ID.mia)
  })

  it("acknowledged after three seconds is unknown, and twice is refused", async () => {
    const discord = await startDiscord()
    const { thrown } = await answering(
      discord,
      onButton(async (click) => {
        if (click.user.id === ID.mia) discord.advance(3001)
        await click.deferUpdate()
        const again = { body: { type: 6 }, auth: false } as const
        await click.client.rest.post(`/interactions/${click.id}/${click.token}/callback`, again)
      })
    )
    const id = await alert(discord)
    const late = discord.people.click(id, "ack:1", ID.mia)
    await discord.until("the late one to be turned away", () => late.refusals[0])
    const twice = discord.people.click(id, "ack:1", ID.sam)
    await discord.until("the second acknowledgement to be turned away", () => twice.refusals[0])
    expect([late.refusals, twice.refusals]).toEqual([[10_062], [40_060]])
    await expect(late.acknowledged(10)).rejects.toThrow("turned away so far: 10062")
    await eventually(
      "both errors",
      () => thrown.length,
      (count) => count === 2
    )
    expect(thrown.map((error) => (error instanceof DiscordAPIError ? error.code : error))).toEqual([10_062, 40_060])
  })

  it("has a token that ends after fifteen minutes and does nothing before the acknowledgement", async () => {
    const discord = await startDiscord()
    const rest = restOf(discord)
    const click = discord.people.click(await alert(discord), "ack:1", ID.sam)
    const { id, token } = click.origin
    const original = `/webhooks/${discord.identity.applicationId}/${token}/messages/@original` as const
    const edit = () => rest.patch(original, { body: { content: "x" }, auth: false })
    await expect(edit()).rejects.toMatchObject({ status: 404, code: 10_015 })
    const query = new URLSearchParams({ with_response: "true" })
    const callback = { body: { type: 5, data: { flags: 64 } }, auth: false, query } as const
    expect(await rest.post(`/interactions/${id}/${token}/callback`, callback)).toMatchObject({
      interaction: { id, response_message_loading: true, response_message_ephemeral: true },
      resource: { type: 5, message: { flags: 64 | 128 } }
    })
    await edit()
    await rest.delete(original, { auth: false })
    await expect(edit()).rejects.toMatchObject({ code: 10_008 })
    discord.advance(15 * 60_000 + 1)
    await expect(edit()).rejects.toMatchObject({ status: 401, code: 50_027 })
  })
})

describe("an interaction while nobody is connected", () => {
  it("waits for the resume, where it is too late to answer", async () => {
    const discord = await startDiscord()
    const first = await connect(discord)
    const { session } = first
    await first.manager.destroy({ code: 4200 })
    await discord.connected(0)
    const click = discord.people.click(await alert(discord), "ack:1", ID.sam)
    discord.advance(10_000)
    const second = await connect(discord, { session })
    const { id, token } = await second.event("INTERACTION_CREATE")
    expect(id).toBe(click.id)
    const call = restOf(discord).post(`/interactions/${id}/${token}/callback`, { body: { type: 6 }, auth: false })
    await expect(call).rejects.toMatchObject({ code: 10_062 })
  })
})
