/**
 * discord.js's whole client against the stand-in: it logs in, fills its caches, and hands on what people do.
 */
import { once } from "node:events"
import { type Client, type ClientEvents, Events, GatewayDispatchEvents, ThreadAutoArchiveDuration } from "discord.js"
import { describe, expect, it, onTestFinished } from "vitest"
import type { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { clientOf } from "./Clients.ts"
import { ID, startDiscord } from "./World.ts"

const next = async <E extends keyof ClientEvents>(client: Client, event: E): Promise<ClientEvents[E]> =>
  (await once(client, event, { signal: AbortSignal.timeout(10_000) })) as ClientEvents[E]

const login = async (
  discord: DiscordStandIn,
  ...options: ReadonlyArray<Parameters<typeof clientOf>[1]>
): Promise<Client<true>> => {
  const client = clientOf(discord, options[0])
  onTestFinished(() => client.destroy())
  const ready = next(client, Events.ClientReady)
  await client.login(discord.identity.token)
  return (await ready)[0]
}

describe("the whole client", () => {
  it("is ready with the guild, its channels and threads", async () => {
    const discord = await startDiscord()
    const thread = discord.people.thread(ID.general, { by: ID.mia, name: "talk" })
    const client = await login(discord)
    const guild = client.guilds.cache.get(ID.guild)
    expect([client.user.id, guild?.name, guild?.memberCount]).toEqual([discord.identity.bot.id, "Cartel", 3])
    expect([...(guild?.channels.cache.keys() ?? [])]).toEqual([ID.general, ID.crt, thread])
    const members = await guild?.members.fetch()
    expect(members?.get(ID.sam)?.roles.cache.has(ID.role)).toBe(true)
  })

  it("hands on messages, edits, deletions and reactions, also of messages it has never seen", async () => {
    const discord = await startDiscord()
    const old = discord.people.message(ID.general, { by: ID.mia, content: "before the start" })
    const older = discord.people.message(ID.general, { by: ID.mia, content: "also" })
    const client = await login(discord)
    const [created] = await both(next(client, Events.MessageCreate), () =>
      discord.people.directMessage(ID.mia, { content: "help" })
    )
    expect([created.content, created.channel.isDMBased()]).toEqual(["help", true])
    const [, updated] = await both(next(client, Events.MessageUpdate), () =>
      discord.people.edit(old.id, { content: "changed" })
    )
    expect(updated.content).toBe("changed")
    const [reaction, user] = await both(next(client, Events.MessageReactionAdd), () => {
      discord.people.react(old.id, ID.sam, "❌")
    })
    expect([reaction.emoji.name, user.id, reaction.message.id]).toEqual(["❌", ID.sam, old.id])
    const [gone] = await both(next(client, Events.MessageDelete), () => discord.people.delete(old.id))
    expect(gone.id).toBe(old.id)
    const [bulk] = await both(next(client, Events.MessageBulkDelete), () => {
      discord.people.deleteMany(ID.general, [older.id])
    })
    expect([...bulk.keys()]).toEqual([older.id])
    const [left] = await both(next(client, Events.GuildMemberRemove), () => discord.guilds.leave(ID.guild, ID.mia))
    expect(left.id).toBe(ID.mia)
  })

  it("tells an outage from a removal", async () => {
    const discord = await startDiscord()
    const client = await login(discord)
    const [dark] = await both(next(client, Events.GuildUnavailable), () => discord.guilds.outage(ID.guild))
    expect(dark.id).toBe(ID.guild)
    await both(next(client, Events.GuildAvailable), () => discord.guilds.recover(ID.guild))
    const [lost] = await both(next(client, Events.GuildDelete), () => discord.guilds.remove(ID.guild))
    expect(lost.id).toBe(ID.guild)
  })

  it("posts, starts a thread on the post, and adds people", async () => {
    const discord = await startDiscord()
    const client = await login(discord)
    const channel = await client.channels.fetch(ID.crt)
    if (channel?.isSendable() !== true || !("threads" in channel)) throw new Error("no text channel")
    const sent = await channel.send({ content: "alert", nonce: "alert-1", enforceNonce: true })
    const thread = await sent.startThread({ name: "Alert", autoArchiveDuration: ThreadAutoArchiveDuration.OneDay })
    await thread.members.add(ID.sam)
    await thread.send("hello")
    await sent.react("✅")
    expect(discord.posts(thread.id)).toMatchObject([{ content: "hello" }])
    expect(discord.threadMembers(thread.id)).toContain(ID.sam)
    expect(discord.reactors(sent.id, "✅")).toEqual([client.user.id])
    await thread.setArchived(true)
    expect(discord.threads()).toMatchObject([{ id: thread.id, thread_metadata: { archived: true } }])
    await (await client.users.fetch(ID.mia)).send("hello mia")
    expect(discord.dms(ID.mia)).toMatchObject([{ content: "hello mia" }])
  })

  it("gets any event a test makes up", async () => {
    const discord = await startDiscord()
    const client = await login(discord)
    const raw = once(client, Events.Raw) as Promise<[{ readonly t: string }]>
    discord.dispatch({ t: GatewayDispatchEvents.TypingStart, d: { user_id: ID.mia }, guildId: ID.guild })
    expect((await raw)[0].t).toBe("TYPING_START")
  })

  it("does not get in with a wrong token, nor with intents the portal does not allow", async () => {
    const discord = await startDiscord({ privileged: { members: false } })
    const client = clientOf(discord)
    await expect(client.login("wrong")).rejects.toThrow("An invalid token was provided.")
    expect(discord.calls.map(({ path, status }) => [path, status])).toEqual([["/gateway/bot", 401]])
    await expect(clientOf(discord).login(discord.identity.token)).rejects.toThrow("Used disallowed intents")
  })
})

/** Does something and waits for what it brings, in that order of listening. */
const both = async <A>(expected: Promise<A>, act: () => unknown): Promise<A> => {
  act()
  return expected
}
