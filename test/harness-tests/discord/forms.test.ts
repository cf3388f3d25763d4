/**
 * Commands and modals, answered with discord.js's own client and with bare calls.
 */
import {
  type ChatInputCommandInteraction,
  ComponentType,
  MessageFlags,
  type ModalSubmitInteraction,
  TextInputStyle
} from "discord.js"
import { describe, expect, it } from "vitest"
import { alert, answering } from "./Acts.ts"
import { restOf } from "./Clients.ts"
import { ID, startDiscord } from "./World.ts"

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
      {
        type: 1,
        name: "stats",
        description: "Numbers",
        options: [{ type: 4, name: "days", description: "How many", max_value: 90 }]
      }
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
    const tooMany = { ...at, subcommand: "stats", options: { days: 91 } }
    expect(() => discord.people.command(tooMany)).toThrow("out of its bounds")
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
    expect(() => click.submit({})).toThrow("needs field note")
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
