/**
 * The life of a message, whoever wrote it: posted, edited, deleted, reacted to. Each step changes the world and tells the
 * gateway, in that order and at once, so that a client may hear of its own post before its HTTP call is answered.
 */
import type { Changes } from "../Changes.ts"
import type { Gateway } from "./Gateway.ts"
import type { Ping } from "./Mentions.ts"
import { type AttachmentObject, type EmojiObject, iso, type MessageObject, type UserObject } from "./Objects.ts"
import type { ChannelRecord, MessageRecord } from "./Records.ts"
import type { UploadedFile } from "./Routes.ts"
import type { World } from "./World.ts"

/** A new message, before it has an id. */
export type Draft = Pick<MessageObject, "author" | "content"> & Partial<Omit<MessageObject, "channel_id">>

export class Messages {
  readonly #world: World
  readonly #gateway: Gateway
  readonly #changes: Changes
  /** Whom posts of the bot rang for, oldest first. */
  readonly pings: Array<Ping> = []

  constructor(world: World, gateway: Gateway, changes: Changes) {
    this.#world = world
    this.#gateway = gateway
    this.#changes = changes
  }

  /** The message as it would be posted; `at` dates it (epoch milliseconds). */
  compose(channel: ChannelRecord, draft: Draft, at = this.#world.now()): MessageObject {
    return {
      type: 0,
      timestamp: iso(at),
      edited_timestamp: null,
      tts: false,
      mention_everyone: false,
      mentions: [],
      mention_roles: [],
      attachments: [],
      embeds: [],
      components: [],
      pinned: false,
      flags: 0,
      ...draft,
      id: draft.id ?? this.#world.ids.next(at),
      channel_id: channel.id
    }
  }

  post(channel: ChannelRecord, draft: Draft, at?: number): MessageRecord {
    const record: MessageRecord = { wire: this.compose(channel, draft, at), edits: 0, reactions: new Map() }
    this.#world.keep(record)
    channel.lastMessageId = record.wire.id
    if (channel.thread !== undefined) channel.thread.messageCount += 1
    this.#tell("MESSAGE_CREATE", channel, this.#onGateway(channel, record.wire))
    if (record.wire.nonce !== undefined) record.wire = withoutNonce(record.wire)
    return record
  }

  /** Changes parts of a message. `silently` leaves `edited_timestamp` alone, as when Discord adds a link's preview. */
  edit(record: MessageRecord, parts: Partial<MessageObject>, silently = false): void {
    const channel = this.#world.anyChannel(record.wire.channel_id)
    const edited_timestamp = silently ? record.wire.edited_timestamp : iso(this.#world.now())
    record.wire = { ...record.wire, ...parts, edited_timestamp }
    if (!silently) record.edits += 1
    this.#tell("MESSAGE_UPDATE", channel, this.#onGateway(channel, record.wire))
  }

  delete(record: MessageRecord): void {
    const channel = this.#world.anyChannel(record.wire.channel_id)
    this.#world.drop(record)
    this.#tell("MESSAGE_DELETE", channel, { id: record.wire.id, ...this.#where(channel) })
  }

  deleteMany(channel: ChannelRecord, records: ReadonlyArray<MessageRecord>): void {
    for (const record of records) this.#world.drop(record)
    this.#tell("MESSAGE_DELETE_BULK", channel, { ids: records.map(({ wire }) => wire.id), ...this.#where(channel) })
  }

  /** Adds or takes back a reaction. The same one twice is no news. */
  react(record: MessageRecord, user: UserObject, emoji: EmojiObject, added: boolean): void {
    const key = emoji.id ?? emoji.name
    const who = record.reactions.get(key) ?? new Set()
    if (who.has(user.id) === added) return
    if (added) who.add(user.id)
    else who.delete(user.id)
    record.reactions.set(key, who)
    const others = (record.wire.reactions ?? []).filter(
      (reaction) => (reaction.emoji.id ?? reaction.emoji.name) !== key
    )
    const mine = who.has(this.#world.identity.bot.id)
    const reactions = who.size === 0 ? others : [...others, { emoji, count: who.size, me: mine }]
    record.wire = { ...record.wire, reactions }
    const channel = this.#world.anyChannel(record.wire.channel_id)
    const member = this.#world.member(channel.guildId, user.id)
    this.#tell(added ? "MESSAGE_REACTION_ADD" : "MESSAGE_REACTION_REMOVE", channel, {
      user_id: user.id,
      message_id: record.wire.id,
      ...this.#where(channel),
      emoji,
      burst: false,
      type: 0,
      ...(added ? { message_author_id: record.wire.author.id } : {}),
      ...(added && member !== undefined ? { member: this.#world.memberObject(member) } : {})
    })
  }

  attachments(channel: ChannelRecord, files: ReadonlyArray<UploadedFile>): ReadonlyArray<AttachmentObject> {
    return files.map(({ name, size, type }) => {
      const id = this.#world.ids.next()
      const url = `https://cdn.discordapp.com/attachments/${channel.id}/${id}/${name}`
      return { id, filename: name, size, url, proxy_url: url, ...(type === "" ? {} : { content_type: type }) }
    })
  }

  /** A message with what the gateway adds: guild and membership, or the channel type of a direct message. */
  #onGateway(channel: ChannelRecord, wire: MessageObject): MessageObject {
    const { guildId } = channel
    if (guildId === undefined) return { ...wire, ...{ channel_type: 1 } }
    const member = wire.webhook_id === undefined ? this.#world.member(guildId, wire.author.id) : undefined
    if (member === undefined) return { ...wire, ...{ guild_id: guildId } }
    const { user: _user, ...rest } = this.#world.memberObject(member)
    return { ...wire, ...{ guild_id: guildId, member: rest } }
  }

  #where(channel: ChannelRecord): Readonly<Record<string, string>> {
    return { channel_id: channel.id, ...(channel.guildId === undefined ? {} : { guild_id: channel.guildId }) }
  }

  #tell(t: string, channel: ChannelRecord, d: unknown): void {
    const guild = channel.guildId === undefined ? undefined : this.#world.guilds.get(channel.guildId)
    const heard = this.#world.accessOf(channel) !== "none" && guild?.available !== false && guild?.joined !== false
    if (heard) this.#gateway.dispatch({ t, d, guildId: channel.guildId })
    this.#changes.notify()
  }
}

const withoutNonce = ({ nonce: _nonce, ...rest }: MessageObject): MessageObject => rest
