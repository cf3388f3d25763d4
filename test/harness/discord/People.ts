/**
 * What people (and other bots) do: write, edit, delete, react, start threads, click, enter commands, fill in modals. Each
 * takes effect at once and reaches every session that hears it. A channel may be given by id only; people likewise.
 */
import type { Commands, OptionValues } from "./Commands.ts"
import { type Interaction, INTERACTION } from "./Interaction.ts"
import type { Interactions } from "./Interactions.ts"
import { mentionsIn } from "./Mentions.ts"
import { emojiOf } from "./MessageRoutes.ts"
import type { Messages } from "./Messages.ts"
import { submitted } from "./ModalForm.ts"
import {
  type AttachmentObject,
  CHANNEL,
  type ComponentObject,
  type EmbedObject,
  everyComponent,
  type MessageObject
} from "./Objects.ts"
import type { ChannelRecord, MessageRecord } from "./Records.ts"
import type { Threads } from "./Threads.ts"
import type { World } from "./World.ts"

export interface Writing {
  /** The author's user id. */
  readonly by: string
  readonly content?: string
  /** When it was written, in epoch milliseconds; default: now. */
  readonly at?: number
  /** Id of the message this one answers. */
  readonly replyTo?: string
  readonly embeds?: ReadonlyArray<EmbedObject>
  readonly components?: ReadonlyArray<ComponentObject>
  readonly attachments?: ReadonlyArray<{
    readonly filename: string
    readonly size?: number
    readonly contentType?: string
  }>
  /** Discord's message type, for system messages such as 7, a member's welcome. */
  readonly type?: number
}

/** A post through a webhook, as by a proxy for several people behind one account. */
export interface Proxied {
  /** The name the webhook shows. */
  readonly name: string
  readonly content: string
  readonly webhookId?: string
  /** The application that owns the webhook; null for a webhook made by a person. Default: a made-up one. */
  readonly applicationId?: string | null
  readonly at?: number
}

export interface Entering {
  readonly by: string
  readonly channelId: string
  readonly name: string
  readonly subcommand?: string
  readonly options?: OptionValues
}

export class People {
  readonly #world: World
  readonly #messages: Messages
  readonly #threads: Threads
  readonly #interactions: Interactions
  readonly #commands: Commands
  readonly #proxy: { readonly webhookId: string; readonly applicationId: string }

  constructor(world: World, messages: Messages, threads: Threads, interactions: Interactions, commands: Commands) {
    this.#world = world
    this.#messages = messages
    this.#threads = threads
    this.#interactions = interactions
    this.#commands = commands
    this.#proxy = { webhookId: world.ids.next(), applicationId: world.ids.next() }
  }

  /** Writes in a channel, thread or direct message. */
  message(channelId: string, writing: Writing): MessageObject {
    const channel = this.#world.anyChannel(channelId)
    if (channel.guildId !== undefined && this.#world.member(channel.guildId, writing.by) === undefined) {
      throw new Error(`user ${writing.by} is not a member of the guild and cannot write there`)
    }
    this.#threads.open(channel, true)
    const author = this.#world.user(writing.by)
    const answered = writing.replyTo === undefined ? undefined : this.#record(writing.replyTo)
    const content = writing.content ?? ""
    const mentions = mentionsIn(this.#world, channel, content, undefined, answered?.wire.author)
    const draft = {
      author,
      content,
      embeds: writing.embeds ?? [],
      components: writing.components ?? [],
      attachments: this.#attachments(channel, writing.attachments ?? []),
      mentions: mentions.users,
      mention_roles: mentions.roles,
      mention_everyone: mentions.everyone,
      ...(answered === undefined
        ? {}
        : {
            type: 19,
            message_reference: { channel_id: answered.wire.channel_id, message_id: answered.wire.id },
            referenced_message: answered.wire
          }),
      ...(writing.type === undefined ? {} : { type: writing.type })
    }
    return this.#messages.post(channel, draft, writing.at).wire
  }

  /** Writes to the bot in private; opens the conversation when there is none. */
  directMessage(userId: string, writing: Omit<Writing, "by">): MessageObject {
    return this.message(this.#world.directChannel(userId).id, { ...writing, by: userId })
  }

  /** Posts through a webhook, with a name of its own. */
  proxied(channelId: string, { applicationId, at, content, name, webhookId }: Proxied): MessageObject {
    const channel = this.#world.anyChannel(channelId)
    const id = webhookId ?? this.#proxy.webhookId
    const owner = applicationId === undefined ? this.#proxy.applicationId : applicationId
    const author = { id, username: name, discriminator: "0000", global_name: null, avatar: null, bot: true }
    const hook = { webhook_id: id, ...(owner === null ? {} : { application_id: owner }) }
    return this.#messages.post(channel, { author, content, ...hook }, at).wire
  }

  /** Changes a message. Without content only Discord's own additions change, and the message does not count as edited. */
  edit(messageId: string, parts: Partial<Pick<MessageObject, "content" | "embeds" | "attachments">>): MessageObject {
    const record = this.#record(messageId)
    const mentions = mentionsIn(
      this.#world,
      this.#world.anyChannel(record.wire.channel_id),
      parts.content ?? record.wire.content
    )
    this.#messages.edit(record, { ...parts, mentions: mentions.users }, parts.content === undefined)
    return record.wire
  }

  delete(messageId: string): void {
    this.#messages.delete(this.#record(messageId))
  }

  /** Deletes several at once, as a moderator does. */
  deleteMany(channelId: string, messageIds: ReadonlyArray<string>): void {
    this.#messages.deleteMany(
      this.#world.anyChannel(channelId),
      messageIds.map((id) => this.#record(id))
    )
  }

  /** Reacts with an emoji, as in `❌`, or `name:id` for a guild's own. */
  react(messageId: string, by: string, emoji: string): void {
    this.#messages.react(this.#record(messageId), this.#world.user(by), emojiOf(emoji), true)
  }

  unreact(messageId: string, by: string, emoji: string): void {
    this.#messages.react(this.#record(messageId), this.#world.user(by), emojiOf(emoji), false)
  }

  /** Starts a thread, on a message when one is named. Returns its id. */
  thread(
    channelId: string,
    start: { readonly by: string; readonly name: string; readonly on?: string; readonly private?: boolean }
  ): string {
    const type = start.private === true ? CHANNEL.privateThread : CHANNEL.publicThread
    const from = start.on === undefined ? undefined : this.#record(start.on)
    return this.#threads.start(this.#world.anyChannel(channelId), { name: start.name, ownerId: start.by, type }, from)
      .id
  }

  archive(threadId: string, { locked = false } = {}): void {
    this.#threads.change(this.#world.anyChannel(threadId), { archived: true, locked })
  }

  deleteThread(threadId: string): void {
    this.#threads.delete(this.#world.anyChannel(threadId))
  }

  /** Clicks a button of a message, also of one only this person sees. Fails when there is no such button or it is disabled. */
  click(messageId: string, customId: string, by: string): Interaction {
    const clicked = this.#interactions.visible(messageId)
    if (clicked === undefined) throw new Error(`there is no message ${messageId} to click on`)
    const found = everyComponent(clicked.wire.components).find(({ custom_id }) => custom_id === customId)
    if (found === undefined) throw new Error(`message ${messageId} has no component ${customId}`)
    if (found.disabled === true) throw new Error(`component ${customId} is disabled`)
    return this.#clickOn(clicked, { customId, by })
  }

  /** Clicks a button whatever the message shows now, as a person does whose screen is a moment behind. */
  clickStale(messageId: string, customId: string, by: string): Interaction {
    const clicked = this.#interactions.visible(messageId)
    if (clicked === undefined) throw new Error(`there is no message ${messageId} to click on`)
    return this.#clickOn(clicked, { customId, by })
  }

  /** Enters a slash command that the bot has registered. */
  command({ by, channelId, name, options = {}, subcommand }: Entering): Interaction {
    const { guildId } = this.#world.anyChannel(channelId)
    const data = this.#commands.entered(guildId, name, subcommand, options)
    return this.#interactions.begin({ type: INTERACTION.command, userId: by, channelId, clicked: undefined }, data)
  }

  /** Sends a modal that no interaction of this run opened. Values by the fields' custom ids. */
  submitModal(channelId: string, by: string, customId: string, values: Readonly<Record<string, string>>): Interaction {
    const components = Object.keys(values).map((custom_id) => ({ type: 18, component: { type: 4, custom_id } }))
    const data = submitted({ custom_id: customId, title: "", components }, values)
    return this.#interactions.begin({ type: INTERACTION.modalSubmit, userId: by, channelId, clicked: undefined }, data)
  }

  #clickOn(clicked: MessageRecord, { by, customId }: { readonly by: string; readonly customId: string }): Interaction {
    const from = { type: INTERACTION.component, userId: by, channelId: clicked.wire.channel_id, clicked }
    return this.#interactions.begin(from, { custom_id: customId, component_type: 2 })
  }

  #attachments(channel: ChannelRecord, files: Writing["attachments"] & object): ReadonlyArray<AttachmentObject> {
    const uploads = files.map(({ contentType = "text/plain", filename, size = 1 }) => {
      return { field: "", name: filename, type: contentType, size, text: "" }
    })
    return this.#messages.attachments(channel, uploads)
  }

  #record(id: string): MessageRecord {
    const record = this.#world.messages.get(id)
    if (record === undefined) throw new Error(`the stand-in has no message ${id}`)
    return record
  }
}
