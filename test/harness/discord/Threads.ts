/**
 * The life of a thread: started on a message or on its own, joined, archived, opened again by a post, deleted. A thread on a
 * message has the message's id, so there is at most one, for ever.
 */
import { FormErrors, threadExists, threadLocked, wrongChannelType } from "./ApiError.ts"
import type { Gateway } from "./Gateway.ts"
import type { Messages } from "./Messages.ts"
import { CHANNEL, FLAG, iso } from "./Objects.ts"
import type { ChannelRecord, MessageRecord } from "./Records.ts"
import type { World } from "./World.ts"

export interface ThreadStart {
  readonly name: string
  readonly ownerId: string
  /** 11 public, 12 private. */
  readonly type: number
  readonly autoArchiveMinutes?: number
}

export interface ThreadChange {
  readonly archived?: boolean
  readonly locked?: boolean
  readonly name?: string
  readonly autoArchiveMinutes?: number
}

export const AUTO_ARCHIVE_MINUTES: ReadonlyArray<number> = [60, 1440, 4320, 10_080]

const DAY_MINUTES = 1440

export class Threads {
  readonly #world: World
  readonly #gateway: Gateway
  readonly #messages: Messages

  constructor(world: World, gateway: Gateway, messages: Messages) {
    this.#world = world
    this.#gateway = gateway
    this.#messages = messages
  }

  start(parent: ChannelRecord, begin: ThreadStart, from?: MessageRecord): ChannelRecord {
    if (parent.guildId === undefined || parent.thread !== undefined) throw wrongChannelType()
    const errors = new FormErrors()
    errors.length("name", begin.name, 1, 100)
    errors.oneOf("type", begin.type, [CHANNEL.publicThread, CHANNEL.privateThread])
    errors.oneOf("auto_archive_duration", begin.autoArchiveMinutes ?? DAY_MINUTES, AUTO_ARCHIVE_MINUTES)
    errors.refuse()
    if (from !== undefined && this.#world.channels.has(from.wire.id)) throw threadExists()
    const thread: ChannelRecord = {
      id: from?.wire.id ?? this.#world.ids.next(),
      type: begin.type,
      guildId: parent.guildId,
      position: 0,
      parentId: parent.id,
      name: begin.name,
      topic: null,
      access: "full",
      lastMessageId: null,
      thread: {
        parentId: parent.id,
        ownerId: begin.ownerId,
        members: new Set([begin.ownerId]),
        archived: false,
        archivedAt: this.#world.now(),
        locked: false,
        autoArchiveMinutes: begin.autoArchiveMinutes ?? DAY_MINUTES,
        messageCount: 0
      }
    }
    this.#world.channels.set(thread.id, thread)
    this.#tell("THREAD_CREATE", thread, { ...this.#world.threadObject(thread), newly_created: true })
    this.#announce(parent, thread, from)
    return thread
  }

  /** What Discord writes by itself: the flag on the message and its copy in the thread, or a line in the parent. */
  #announce(parent: ChannelRecord, thread: ChannelRecord, from: MessageRecord | undefined): void {
    const owner = this.#world.user(thread.thread?.ownerId ?? "")
    const guild_id = parent.guildId ?? ""
    if (from !== undefined) {
      const flags = from.wire.flags | FLAG.hasThread
      this.#messages.edit(from, { flags, thread: this.#world.threadObject(thread) }, true)
      const message_reference = { channel_id: parent.id, message_id: from.wire.id, guild_id }
      this.#messages.post(thread, { type: 21, author: from.wire.author, content: "", message_reference })
    } else if (thread.type === CHANNEL.publicThread) {
      const message_reference = { channel_id: thread.id, message_id: thread.id, guild_id }
      this.#messages.post(parent, { type: 18, author: owner, content: thread.name, message_reference })
    }
  }

  change(channel: ChannelRecord, change: ThreadChange): void {
    const { thread } = channel
    if (thread === undefined) throw wrongChannelType()
    const errors = new FormErrors()
    if (change.name !== undefined) errors.length("name", change.name, 1, 100)
    if (change.autoArchiveMinutes !== undefined) {
      errors.oneOf("auto_archive_duration", change.autoArchiveMinutes, AUTO_ARCHIVE_MINUTES)
    }
    errors.refuse()
    if (change.archived !== undefined && change.archived !== thread.archived) thread.archivedAt = this.#world.now()
    thread.archived = change.archived ?? thread.archived
    thread.locked = change.locked ?? thread.locked
    thread.autoArchiveMinutes = change.autoArchiveMinutes ?? thread.autoArchiveMinutes
    channel.name = change.name ?? channel.name
    this.#tell("THREAD_UPDATE", channel, this.#world.threadObject(channel))
  }

  /** A post opens an archived thread again; a locked one only for who may manage threads. */
  open(channel: ChannelRecord, mayManage: boolean): void {
    if (channel.thread?.archived !== true) return
    if (channel.thread.locked && !mayManage) throw threadLocked()
    this.change(channel, { archived: false })
  }

  addMember(channel: ChannelRecord, userId: string): void {
    const { thread } = channel
    if (thread === undefined) throw wrongChannelType()
    if (thread.members.has(userId)) return
    thread.members.add(userId)
    this.#membersChanged(channel, [userId], [])
  }

  removeMember(channel: ChannelRecord, userId: string): void {
    if (channel.thread?.members.delete(userId) === true) this.#membersChanged(channel, [], [userId])
  }

  delete(channel: ChannelRecord): void {
    this.#world.channels.delete(channel.id)
    const { guildId, id, parentId, type } = channel
    this.#tell("THREAD_DELETE", channel, { id, guild_id: guildId, parent_id: parentId, type })
  }

  #membersChanged(channel: ChannelRecord, added: ReadonlyArray<string>, removed: ReadonlyArray<string>): void {
    this.#tell("THREAD_MEMBERS_UPDATE", channel, {
      id: channel.id,
      guild_id: channel.guildId,
      member_count: channel.thread?.members.size,
      added_members: added.map((user_id) => ({
        id: channel.id,
        user_id,
        join_timestamp: iso(this.#world.now()),
        flags: 0
      })),
      removed_member_ids: removed
    })
  }

  #tell(t: string, channel: ChannelRecord, d: unknown): void {
    if (this.#world.accessOf(channel) !== "none") this.#gateway.dispatch({ t, d, guildId: channel.guildId })
  }
}
