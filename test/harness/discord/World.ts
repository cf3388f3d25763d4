/**
 * What exists: users, guilds with roles and members, channels with threads and direct messages, and every message. Nothing
 * here talks to anybody; it lives as long as the stand-in and so outlives any client that is killed.
 */
import { missingAccess, unknownChannel, unknownGuild, unknownMessage } from "./ApiError.ts"
import { CHANNEL, iso, type MemberObject, PERMISSION, type ThreadObject, type UserObject } from "./Objects.ts"
import type {
  Access,
  ChannelRecord,
  GuildRecord,
  Identity,
  MemberRecord,
  MessageRecord,
  UserRecord
} from "./Records.ts"
import { byAge, type Snowflakes } from "./Snowflakes.ts"

export class World {
  readonly users = new Map<string, UserRecord>()
  readonly guilds = new Map<string, GuildRecord>()
  readonly channels = new Map<string, ChannelRecord>()
  readonly messages = new Map<string, MessageRecord>()
  readonly #inChannel = new Map<string, ReadonlyArray<string>>()
  readonly identity: Identity
  readonly ids: Snowflakes
  readonly now: () => number

  constructor(identity: Identity, ids: Snowflakes, now: () => number) {
    this.identity = identity
    this.ids = ids
    this.now = now
    this.users.set(identity.bot.id, { object: identity.bot, dmClosed: true })
  }

  /** The channel, thread or direct message; refuses as Discord does when the bot may not see it. */
  channel(id: string): ChannelRecord {
    const channel = this.channels.get(id)
    if (channel === undefined) throw unknownChannel()
    const guild = channel.guildId === undefined ? undefined : this.guilds.get(channel.guildId)
    if (guild?.joined === false || this.accessOf(channel) === "none") throw missingAccess()
    return channel
  }

  /** The same without asking whether the bot may see it; an unknown id is an error of the test. */
  anyChannel(id: string): ChannelRecord {
    const channel = this.channels.get(id)
    if (channel === undefined) throw new Error(`the stand-in has no channel ${id}`)
    return channel
  }

  /** A thread has the access of the channel it hangs under. */
  accessOf(channel: ChannelRecord): Access {
    const parent = channel.thread === undefined ? undefined : this.channels.get(channel.thread.parentId)
    return parent?.access ?? channel.access
  }

  guild(id: string): GuildRecord {
    const guild = this.guilds.get(id)
    if (guild === undefined || !guild.joined) throw unknownGuild()
    return guild
  }

  message(channelId: string, id: string): MessageRecord {
    const record = this.messages.get(id)
    if (record === undefined || record.wire.channel_id !== channelId) throw unknownMessage()
    return record
  }

  user(id: string): UserObject {
    const record = this.users.get(id)
    if (record === undefined) throw new Error(`the stand-in has no user ${id}`)
    return record.object
  }

  keep(record: MessageRecord): void {
    const { channel_id, id } = record.wire
    this.messages.set(id, record)
    this.#inChannel.set(channel_id, [...(this.#inChannel.get(channel_id) ?? []), id].sort(byAge))
  }

  drop(record: MessageRecord): void {
    const { channel_id, id } = record.wire
    this.messages.delete(id)
    this.#inChannel.set(
      channel_id,
      (this.#inChannel.get(channel_id) ?? []).filter((other) => other !== id)
    )
  }

  /** Messages of a channel, oldest first. */
  history(channelId: string): ReadonlyArray<MessageRecord> {
    return (this.#inChannel.get(channelId) ?? []).flatMap((id) => this.messages.get(id) ?? [])
  }

  threads(guildId: string): ReadonlyArray<ChannelRecord> {
    return [...this.channels.values()].filter((channel) => channel.guildId === guildId && channel.thread !== undefined)
  }

  /** The direct message channel with a user, opened when there is none. */
  directChannel(userId: string): ChannelRecord {
    for (const channel of this.channels.values()) if (channel.recipientId === userId) return channel
    const opened: ChannelRecord = {
      id: this.ids.next(),
      type: CHANNEL.dm,
      recipientId: userId,
      position: 0,
      parentId: null,
      name: "",
      topic: null,
      access: "full",
      lastMessageId: null
    }
    this.channels.set(opened.id, opened)
    return opened
  }

  member(guildId: string | undefined, userId: string): MemberRecord | undefined {
    return guildId === undefined ? undefined : this.guilds.get(guildId)?.members.get(userId)
  }

  /** The permission bits of a member: all of them for the owner. */
  permissionsOf(guild: GuildRecord, member: MemberRecord): bigint {
    if (guild.ownerId === member.userId) return (1n << 53n) - 1n
    const roles = [guild.id, ...member.roles].map((id) => guild.roles.get(id)?.permissions ?? "0")
    return roles.reduce((all, some) => all | BigInt(some), 0n)
  }

  botMay(guildId: string | undefined, permission: keyof typeof PERMISSION): boolean {
    const guild = guildId === undefined ? undefined : this.guilds.get(guildId)
    const member = guild?.members.get(this.identity.bot.id)
    if (guild === undefined || member === undefined) return false
    return (this.permissionsOf(guild, member) & (PERMISSION[permission] | PERMISSION.administrator)) !== 0n
  }

  memberObject(member: MemberRecord): MemberObject {
    return {
      user: this.user(member.userId),
      nick: null,
      avatar: null,
      roles: member.roles,
      joined_at: iso(member.joinedAt),
      deaf: false,
      mute: false,
      flags: 0,
      pending: false
    }
  }

  threadObject(channel: ChannelRecord): ThreadObject {
    const { guildId, thread } = channel
    if (thread === undefined || guildId === undefined) throw new Error("not a thread")
    return {
      id: channel.id,
      guild_id: guildId,
      parent_id: thread.parentId,
      owner_id: thread.ownerId,
      type: channel.type,
      name: channel.name,
      last_message_id: channel.lastMessageId,
      message_count: thread.messageCount,
      member_count: thread.members.size,
      total_message_sent: thread.messageCount,
      rate_limit_per_user: 0,
      thread_metadata: {
        archived: thread.archived,
        auto_archive_duration: thread.autoArchiveMinutes,
        archive_timestamp: iso(thread.archivedAt),
        locked: thread.locked,
        ...(channel.type === CHANNEL.privateThread ? { invitable: true } : {})
      },
      ...(thread.members.has(this.identity.bot.id)
        ? {
            member: {
              id: channel.id,
              user_id: this.identity.bot.id,
              join_timestamp: iso(thread.archivedAt),
              flags: 1
            }
          }
        : {})
    }
  }
}
