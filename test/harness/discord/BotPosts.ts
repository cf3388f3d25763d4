/**
 * What the bot may post and change: limits, permissions, closed direct messages, archived threads, its own messages only,
 * and the nonce that makes a repeated post harmless. Interactions post through here too.
 */
import {
  archivedThread,
  closedToMessages,
  missingPermissions,
  othersMessage,
  unknownMessage,
  wrongChannelType
} from "./ApiError.ts"
import { mentionsIn, pingOf } from "./Mentions.ts"
import { checkMessage, type MessageForm } from "./MessageForm.ts"
import type { Draft, Messages } from "./Messages.ts"
import { CHANNEL, FLAG, type MessageObject } from "./Objects.ts"
import type { ChannelRecord, MessageRecord } from "./Records.ts"
import type { UploadedFile } from "./Routes.ts"
import type { Threads } from "./Threads.ts"
import type { World } from "./World.ts"

const SETTABLE_FLAGS = FLAG.suppressEmbeds | FLAG.ephemeral | FLAG.silent | FLAG.v2

export class BotPosts {
  readonly #world: World
  readonly #messages: Messages
  readonly #threads: Threads
  readonly #nonceWindowMs: number
  readonly #nonces = new Map<string, { readonly wire: MessageObject; readonly at: number }>()

  constructor(world: World, messages: Messages, threads: Threads, nonceWindowMs: number) {
    this.#world = world
    this.#messages = messages
    this.#threads = threads
    this.#nonceWindowMs = nonceWindowMs
  }

  /** A new post, or the first one again when the nonce is known. */
  post(channel: ChannelRecord, form: MessageForm, files: ReadonlyArray<UploadedFile>): MessageObject {
    checkMessage(form, files, true)
    this.#mayPost(channel)
    const nonce = form.nonce ?? undefined
    if (form.enforce_nonce === true && nonce !== undefined) {
      const known = this.#nonces.get(String(nonce))
      if (known !== undefined && this.#world.now() - known.at < this.#nonceWindowMs) return { ...known.wire, nonce }
    }
    this.#threads.open(channel, this.#world.botMay(channel.guildId, "manageThreads"))
    const { wire } = this.publish(channel, {
      ...this.draft(channel, { ...form, flags: (form.flags ?? 0) & ~FLAG.ephemeral }, files),
      ...(nonce === undefined ? {} : { nonce })
    })
    if (nonce !== undefined) this.#nonces.set(String(nonce), { wire, at: this.#world.now() })
    return nonce === undefined ? wire : { ...wire, nonce }
  }

  /** Posts a draft of the bot and rings for those it mentions. */
  publish(channel: ChannelRecord, draft: Draft): MessageRecord {
    const record = this.#messages.post(channel, draft)
    const { flags, id, mention_everyone, mention_roles, mentions } = record.wire
    const ping = pingOf(this.#world, channel, id, { users: mentions, roles: mention_roles, everyone: mention_everyone })
    if (ping !== undefined && (flags & FLAG.silent) === 0) this.#messages.pings.push(ping)
    return record
  }

  /** The bot's message as a form describes it. */
  draft(channel: ChannelRecord, form: MessageForm, files: ReadonlyArray<UploadedFile>): Draft {
    const replied = form.message_reference ?? undefined
    const answered = replied === undefined ? undefined : this.#world.messages.get(replied.message_id)
    if (replied !== undefined && answered === undefined && replied.fail_if_not_exists !== false) throw unknownMessage()
    const content = form.content ?? ""
    const allowed = form.allowed_mentions ?? undefined
    const mentions = mentionsIn(this.#world, channel, content, allowed, answered?.wire.author)
    return {
      author: this.#world.identity.bot,
      content,
      embeds: (form.embeds ?? []).map((embed) => ({ ...embed, type: "rich" })),
      components: form.components ?? [],
      attachments: this.#messages.attachments(channel, files),
      mentions: mentions.users,
      mention_roles: mentions.roles,
      mention_everyone: mentions.everyone,
      flags: (form.flags ?? 0) & SETTABLE_FLAGS,
      tts: form.tts ?? false,
      ...(answered === undefined
        ? {}
        : {
            type: 19,
            message_reference: { channel_id: answered.wire.channel_id, message_id: answered.wire.id },
            referenced_message: answered.wire
          })
    }
  }

  /** The parts of an edit; a part left out stays as it is, an attachment stays when it is named. */
  changes(wire: MessageObject, form: MessageForm, files: ReadonlyArray<UploadedFile>): Partial<MessageObject> {
    const { attachments, components, content, embeds, flags } = form
    const kept = wire.attachments.filter(
      ({ id }) => attachments === undefined || attachments?.some((named) => String(named.id) === id)
    )
    const channel = this.#world.anyChannel(wire.channel_id)
    return {
      ...(content === undefined ? {} : { content: content ?? "" }),
      ...(embeds === undefined ? {} : { embeds: (embeds ?? []).map((embed) => ({ ...embed, type: "rich" })) }),
      ...(components === undefined ? {} : { components: components ?? [] }),
      attachments: [...kept, ...this.#messages.attachments(channel, files)],
      ...(flags === undefined ? {} : { flags: (wire.flags & ~SETTABLE_FLAGS) | (flags & SETTABLE_FLAGS) })
    }
  }

  edit(
    channel: ChannelRecord,
    record: MessageRecord,
    form: MessageForm,
    files: ReadonlyArray<UploadedFile>
  ): MessageObject {
    if (record.wire.author.id !== this.#world.identity.bot.id) throw othersMessage()
    checkMessage(form, files, false)
    this.refuseArchived(channel)
    this.#messages.edit(record, this.changes(record.wire, form, files))
    return record.wire
  }

  delete(channel: ChannelRecord, record: MessageRecord): void {
    const own = record.wire.author.id === this.#world.identity.bot.id
    if (!own && !this.#world.botMay(channel.guildId, "manageMessages")) throw missingPermissions()
    this.refuseArchived(channel)
    this.#messages.delete(record)
  }

  refuseArchived(channel: ChannelRecord): void {
    if (channel.thread?.archived === true) throw archivedThread()
  }

  /** Forgets all nonces, as Discord does after some minutes. */
  forgetNonces(): void {
    this.#nonces.clear()
  }

  #mayPost(channel: ChannelRecord): void {
    if (channel.recipientId !== undefined) {
      if (this.#world.users.get(channel.recipientId)?.dmClosed === true) throw closedToMessages()
      return
    }
    if (channel.type === CHANNEL.category) throw wrongChannelType()
    if (this.#world.accessOf(channel) !== "full") throw missingPermissions()
  }
}
