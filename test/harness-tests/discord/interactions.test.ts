/**
 * Clicks, commands and modals: with discord.js's own client, which knows how an application is meant to answer, and with bare
 * calls for what it would not do by itself.
 */
import {
  type ButtonInteraction,
  type ChatInputCommandInteraction,
  type Client,
  ComponentType,
  DiscordAPIError,
  Events,
  type Interaction,
  MessageFlags,
  type ModalSubmitInteraction,
  TextInputStyle
} from "discord.js"
import { describe, expect, it, onTestFinished } from "vitest"
import { eventually } from "#test/harness/Eventually.ts"
import type { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { clientOf, restOf } from "./Clients.ts"
import { connect, ID, startDiscord } from "./World.ts"

const components = [
  {
    type: ComponentType.ActionRow,
    components: [{ type: ComponentType.Button, style: 3, custom_id: "ack:1", label: "Acknowledge" }]
  }
]

/** A client that answers interactions in one way. What the answer throws is kept. */
const answering = async (
  discord: DiscordStandIn,
  answer: (interaction: Interaction) => Promise<unknown>
): Promise<{ readonly client: Client<true>; readonly thrown: ReadonlyArray<unknown> }> => {
  const client = clientOf(discord)
  const thrown: Array<unknown> = []
  client.on(Events.InteractionCreate, (interaction) => {
    answer(interaction).catch((error: unknown) => thrown.push(error))
  })
  onTestFinished(() => client.destroy())
  const ready = new Promise<Client<true>>((resolve) => void client.once(Events.ClientReady, resolve))
  await client.login(discord.identity.token)
  return { client: await ready, thrown }
}

const alert = async (discord: DiscordStandIn): Promise<string> => {
  const body = { content: "alert", components }
  const sent = (await restOf(discord).post(`/channels/${ID.crt}/messages`, { body })) as { readonly id: string }
  return sent.id
}

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

describe("a command", () => {
  const ash = {
    name: "ash",
    description: "Crisis response",
    options: [
      {
        type: 1,
        name: "history",
        description: "What was said",
        options: [{ type: 6, name: "user", description: "Who", required: true }]
      },
      { type: 1, name: "stats", description: "Numbers", options: [{ type: 4, name: "days", description: "How many" }] }
    ]
  }

  it("arrives as it was registered, with people resolved", async () => {
    const discord = await startDiscord()
    const { client } = await answering(discord, async (interaction) => {
      const command = interaction as ChatInputCommandInteraction<"cached">
      const user = command.options.getUser("user")
      const days = command.options.getInteger("days")
      await command.reply({ content: `${command.options.getSubcommand()} ${user?.username ?? days}` })
    })
    await client.application.commands.set([ash], ID.guild)
    expect(discord.commands(ID.guild)).toMatchObject([{ name: "ash" }])
    const at = { by: ID.sam, channelId: ID.crt, name: "ash" }
    const history = discord.people.command({ ...at, subcommand: "history", options: { user: ID.mia } })
    expect(await history.answer()).toMatchObject({ ephemeral: false, message: { content: "history mia", type: 20 } })
    expect(discord.posts(ID.crt)).toMatchObject([
      { content: "history mia", application_id: discord.identity.applicationId }
    ])
    const stats = discord.people.command({ ...at, subcommand: "stats", options: { days: 7 } })
    expect((await stats.answer()).message.content).toBe("stats 7")
    expect(() => discord.people.command({ ...at, subcommand: "history" })).toThrow("needs option user")
    expect(() => discord.people.command({ ...at, name: "other" })).toThrow("no command /other")
    await expect(client.application.commands.set([{ ...ash, description: "" }])).rejects.toMatchObject({ code: 50_035 })
  })
})

describe("a modal", () => {
  it("is opened, filled in and answered", async () => {
    const discord = await startDiscord()
    const field = { type: ComponentType.TextInput, custom_id: "note", style: TextInputStyle.Paragraph } as const
    await answering(discord, async (interaction) => {
      if (interaction.isButton()) {
        const label = { type: ComponentType.Label, label: "Note", component: field } as const
        return interaction.showModal({ custom_id: "notes:1", title: "Notes", components: [label] })
      }
      const modal = interaction as ModalSubmitInteraction
      return modal.reply({ content: modal.fields.getTextInputValue("note"), flags: MessageFlags.Ephemeral })
    })
    const click = discord.people.click(await alert(discord), "ack:1", ID.sam)
    expect(await click.modal()).toMatchObject({ custom_id: "notes:1", title: "Notes" })
    expect((await click.acknowledged()).type).toBe(9)
    expect(() => click.submit({ other: "x" })).toThrow("no field other")
    const sent = click.submit({ note: "called her" })
    expect(await sent.answer()).toMatchObject({ kind: "reply", ephemeral: true, message: { content: "called her" } })
  })

  it("cannot be opened after a deferral, with a long title, or by a modal", async () => {
    const discord = await startDiscord()
    const rest = restOf(discord)
    const modal = {
      custom_id: "m",
      title: "t",
      components: [{ type: 18, label: "l", component: { type: 4, custom_id: "c", style: 1 } }]
    }
    const open = (
      { origin: { id, token } }: { readonly origin: { readonly id: string; readonly token: string } },
      data: unknown
    ) => rest.post(`/interactions/${id}/${token}/callback`, { body: { type: 9, data }, auth: false })
    const click = discord.people.click(await alert(discord), "ack:1", ID.sam)
    await expect(open(click, { ...modal, title: "t".repeat(46) })).rejects.toMatchObject({ code: 50_035 })
    await open(click, modal)
    await expect(open(click, modal)).rejects.toMatchObject({ code: 40_060 })
    await expect(open(click.submit({ c: "x" }), modal)).rejects.toMatchObject({ code: 50_035 })
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
