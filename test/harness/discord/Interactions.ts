/**
 * The rules of interactions: who may answer, once, within three seconds of the stand-in's clock, and for fifteen minutes
 * after that by token. Messages only the clicking person sees are kept here and never reach a channel or the gateway.
 */
import { randomBytes } from "node:crypto"
import {
  alreadyAcknowledged,
  ApiError,
  FormErrors,
  spentWebhookToken,
  unknownInteraction,
  unknownMessage,
  unknownWebhook
} from "./ApiError.ts"
import type { BotPosts } from "./BotPosts.ts"
import type { Changes } from "../Changes.ts"
import type { Gateway } from "./Gateway.ts"
import { type Answer, CALLBACK, Interaction, INTERACTION, type Origin } from "./Interaction.ts"
import { callbackResponse, interactionPayload } from "./InteractionPayload.ts"
import { checkMessage, type MessageForm } from "./MessageForm.ts"
import type { Messages } from "./Messages.ts"
import { checkModal, submitted } from "./ModalForm.ts"
import { FLAG, iso, type MessageObject, type ModalObject } from "./Objects.ts"
import type { MessageRecord } from "./Records.ts"
import type { UploadedFile } from "./Routes.ts"
import type { World } from "./World.ts"

const ACKNOWLEDGE_WITHIN_MS = 3000
const TOKEN_LIVES_MS = 15 * 60_000

export class Interactions {
  readonly all: Array<Interaction> = []
  readonly #ephemeral = new Map<string, MessageRecord>()
  readonly #world: World
  readonly #changes: Changes
  readonly #gateway: Gateway
  readonly #messages: Messages
  readonly #posts: BotPosts

  constructor(world: World, changes: Changes, gateway: Gateway, messages: Messages, posts: BotPosts) {
    this.#world = world
    this.#changes = changes
    this.#gateway = gateway
    this.#messages = messages
    this.#posts = posts
  }

  /** A message a person can see, be it in a channel or theirs alone. */
  visible(messageId: string): MessageRecord | undefined {
    return this.#world.messages.get(messageId) ?? this.#ephemeral.get(messageId)
  }

  /** Makes an interaction and sends it to the application. */
  begin(from: Pick<Origin, "type" | "userId" | "channelId" | "clicked">, data: unknown): Interaction {
    const world = this.#world
    const id = world.ids.next()
    const { guildId } = world.anyChannel(from.channelId)
    const token = randomBytes(96).toString("base64url")
    const origin: Origin = { ...from, id, token, guildId, at: world.now() }
    const interaction = new Interaction(origin, this.#changes, (modal, values) =>
      this.begin({ ...from, type: INTERACTION.modalSubmit }, submitted(modal, values))
    )
    const d = interactionPayload(world, origin, data)
    this.all.push(interaction)
    this.#gateway.dispatch({ t: "INTERACTION_CREATE", d, guildId })
    return interaction
  }

  /** `POST /interactions/{id}/{token}/callback`. */
  callback(
    id: string,
    token: string,
    body: Readonly<Record<string, unknown>>,
    files: ReadonlyArray<UploadedFile>
  ): Readonly<Record<string, unknown>> {
    const interaction = this.all.find(({ origin }) => origin.id === id && origin.token === token)
    if (interaction === undefined) throw unknownInteraction()
    return this.#noting(interaction, () => {
      if (interaction.acknowledgement !== undefined) throw alreadyAcknowledged()
      const at = this.#world.now()
      const afterMs = at - interaction.origin.at
      if (afterMs > ACKNOWLEDGE_WITHIN_MS) throw unknownInteraction()
      const type = Number(body["type"])
      const form = (body["data"] ?? {}) as MessageForm
      this.#answer(interaction, type, form, files)
      const ephemeral = ((interaction.original?.wire.flags ?? 0) & FLAG.ephemeral) !== 0 || type === CALLBACK.modal
      interaction.acknowledgement = { type, at, afterMs, ephemeral }
      return callbackResponse(interaction, type)
    })
  }

  #answer(interaction: Interaction, type: number, form: MessageForm, files: ReadonlyArray<UploadedFile>): void {
    const { clicked, type: kind } = interaction.origin
    const refuse = () => {
      const errors = new FormErrors()
      errors.add("type", "BASE_TYPE_CHOICES", "This callback type cannot answer this interaction.")
      errors.refuse()
    }
    if ((kind === INTERACTION.autocomplete) !== (type === CALLBACK.choices)) refuse()
    switch (type) {
      case CALLBACK.choices:
        return
      case CALLBACK.reply:
        checkMessage(form, files, true)
        interaction.original = this.#show(interaction, form, files, "reply")
        return
      case CALLBACK.deferReply:
        interaction.original = this.#show(interaction, { flags: form.flags ?? 0 }, [], "loading")
        return
      case CALLBACK.deferUpdate:
      case CALLBACK.update:
        if (clicked === undefined) return refuse()
        interaction.original = clicked
        if (type === CALLBACK.deferUpdate) return
        checkMessage(form, files, false)
        return this.#change(interaction, clicked, form, files, "update")
      case CALLBACK.modal: {
        if (kind === INTERACTION.modalSubmit) refuse()
        const modal = form as unknown as ModalObject
        checkModal(modal)
        interaction.answers.push({ kind: "modal", ephemeral: true, modal })
        return
      }
      default:
        refuse()
    }
  }

  /** `PATCH /webhooks/{app}/{token}/messages/{id}`, where the id may be `@original`. */
  edit(token: string, messageId: string, form: MessageForm, files: ReadonlyArray<UploadedFile>): MessageObject {
    const interaction = this.#byToken(token)
    return this.#noting(interaction, () => {
      const record = this.#shown(interaction, messageId)
      checkMessage(form, files, false)
      this.#change(interaction, record, form, files, record === interaction.origin.clicked ? "update" : "edit")
      return record.wire
    })
  }

  find(token: string, messageId: string): MessageObject {
    return this.#shown(this.#byToken(token), messageId).wire
  }

  delete(token: string, messageId: string): void {
    const interaction = this.#byToken(token)
    const record = this.#shown(interaction, messageId)
    if (interaction.original === record) interaction.original = undefined
    if (this.#ephemeral.delete(record.wire.id)) this.#changes.notify()
    else this.#messages.delete(record)
  }

  /** `POST /webhooks/{app}/{token}`. The first one after a deferred reply takes the place of its loading message. */
  followUp(token: string, form: MessageForm, files: ReadonlyArray<UploadedFile>): MessageObject {
    const interaction = this.#byToken(token)
    return this.#noting(interaction, () => {
      checkMessage(form, files, true)
      const { original } = interaction
      if (original !== undefined && (original.wire.flags & FLAG.loading) !== 0) {
        const { flags: _flags, ...rest } = form
        this.#change(interaction, original, rest, files, "follow-up")
        return original.wire
      }
      return this.#show(interaction, form, files, "follow-up").wire
    })
  }

  #byToken(token: string): Interaction {
    const interaction = this.all.find(({ origin }) => origin.token === token)
    if (interaction?.acknowledgement === undefined) throw unknownWebhook()
    if (this.#world.now() - interaction.origin.at > TOKEN_LIVES_MS) throw spentWebhookToken()
    return interaction
  }

  #shown(interaction: Interaction, messageId: string): MessageRecord {
    const record = messageId === "@original" ? interaction.original : this.visible(messageId)
    if (record === undefined || record.wire.author.id !== this.#world.identity.bot.id) throw unknownMessage()
    return record
  }

  #show(
    interaction: Interaction,
    form: MessageForm,
    files: ReadonlyArray<UploadedFile>,
    kind: "reply" | "follow-up" | "loading"
  ): MessageRecord {
    const { channelId, id, type, userId } = interaction.origin
    const channel = this.#world.anyChannel(channelId)
    const { applicationId } = this.#world.identity
    const plain = this.#posts.draft(channel, form, files)
    const draft = {
      ...plain,
      ...(type === INTERACTION.command && kind !== "follow-up" ? { type: 20 } : {}),
      flags: (plain.flags ?? 0) | (kind === "loading" ? FLAG.loading : 0),
      webhook_id: applicationId,
      application_id: applicationId,
      interaction_metadata: { id, type, user: this.#world.user(userId), authorizing_integration_owners: {} }
    }
    const ephemeral = (draft.flags & FLAG.ephemeral) !== 0
    const record: MessageRecord = ephemeral
      ? { wire: this.#messages.compose(channel, draft), edits: 0, reactions: new Map() }
      : this.#posts.publish(channel, draft)
    if (ephemeral) this.#ephemeral.set(record.wire.id, record)
    if (kind !== "loading") this.#saw(interaction, { kind, ephemeral, message: record.wire })
    return record
  }

  #change(
    interaction: Interaction,
    record: MessageRecord,
    form: MessageForm,
    files: ReadonlyArray<UploadedFile>,
    kind: "edit" | "update" | "follow-up"
  ): void {
    const parts = this.#posts.changes(record.wire, form, files)
    const settled = { ...parts, flags: (parts.flags ?? record.wire.flags) & ~FLAG.loading }
    const ephemeral = this.#ephemeral.has(record.wire.id)
    if (ephemeral) {
      const flags = settled.flags | FLAG.ephemeral
      record.wire = { ...record.wire, ...settled, flags, edited_timestamp: iso(this.#world.now()) }
      record.edits += 1
    } else this.#messages.edit(record, settled)
    this.#saw(interaction, { kind, ephemeral, message: record.wire })
  }

  #saw(interaction: Interaction, answer: Answer): void {
    interaction.answers.push(answer)
    this.#changes.notify()
  }

  /** Notes the code when the call is turned away. */
  #noting<A>(interaction: Interaction, run: () => A): A {
    try {
      return run()
    } catch (error) {
      if (error instanceof ApiError) interaction.refusals.push(error.code)
      throw error
    } finally {
      this.#changes.notify()
    }
  }
}
