/**
 * What a dispatch means: which actors are told what, under which id. The same dispatch gives the same tells in every
 * process and every replay, so the receivers' dedup makes them effectively once. Pure: what must be looked up first (who is
 * behind a proxy, which alert a thread belongs to, who wrote a deleted message) is answered as data.
 */
import { MessageType } from "discord.js"
import { memberId } from "#domain/ash/Member.ts"
import { type Snowflake, snowflakeTime } from "#domain/ash/Snowflake.ts"
import type { Place } from "./ChannelsMap.ts"
import type { MessagePayload, Payload } from "./IngressPayloads.ts"
import { deletedTells, type Said, type Tell, toDesk, toMember, toSession } from "./IngressTells.ts"

/** What is known when a dispatch is decided upon. */
export interface RouteView {
  readonly now: number
  /** Names a dispatch that has no id of its own; the same in every replay. */
  readonly eventId: string
  readonly place: Place
  /** The community for a direct message. */
  readonly home: Snowflake | null
  /** The member actor's id of a message's author, as far as this process remembers. */
  readonly author: (messageId: Snowflake) => string | undefined
  readonly sensitivity: (listedChannelId: Snowflake) => number
  /** PluralKit's posts are mapped to the people behind them. */
  readonly proxies: boolean
}

export type LookUp =
  | { readonly what: "sender"; readonly message: MessagePayload & { readonly guild_id: Snowflake } }
  | { readonly what: "alert"; readonly threadId: Snowflake; readonly said: Said }
  | { readonly what: "authors"; readonly messageIds: ReadonlyArray<Snowflake> }

export interface Routed {
  readonly tells: ReadonlyArray<Tell>
  readonly lookUp: LookUp | null
}

/** The application whose webhooks post for several people behind one account. */
export const PLURALKIT_APPLICATION = "466378653216014359"

/** The no-contact reaction. */
const NO_CONTACT = "❌"

/** What a person writes; everything else Discord or an application says by itself. */
const WRITTEN: ReadonlyArray<number> = [MessageType.Default, MessageType.Reply]

/** A change is told when it is fresh: within the time an envelope is remembered, so that a later pin is not one again. */
const FRESH_MS = 12 * 3600 * 1000

const nothing: Routed = { tells: [], lookUp: null }
const only = (tells: ReadonlyArray<Tell>): Routed => ({ tells, lookUp: null })

export const route = (payload: Payload, view: RouteView): Routed => {
  switch (payload.t) {
    case "MESSAGE_CREATE":
      return posted(payload.d, view)
    case "MESSAGE_UPDATE": {
      const { author, content, type = MessageType.Default } = payload.d
      return author === undefined || content === undefined
        ? nothing
        : changed({ ...payload.d, author, content, type }, view)
    }
    case "MESSAGE_DELETE":
      return deleted([payload.d.id], payload.d.guild_id ?? null, view)
    case "MESSAGE_DELETE_BULK":
      return deleted(payload.d.ids, payload.d.guild_id ?? null, view)
    case "MESSAGE_REACTION_ADD": {
      const { emoji, guild_id, message_author_id, message_id: messageId, user_id } = payload.d
      const declines = guild_id == null && emoji.name?.startsWith(NO_CONTACT) === true && message_author_id !== user_id
      return declines
        ? only([toSession(user_id, { type: "DECLINED", messageId, at: view.now }, view.eventId)])
        : nothing
    }
    case "GUILD_MEMBER_REMOVE": {
      const { guild_id: guildId, user } = payload.d
      if (user.bot === true) return nothing
      return only([
        toMember(memberId(guildId, user.id), { type: "MEMBER_LEFT", at: view.now }, view.eventId),
        toSession(user.id, { type: "MEMBER_LEFT", guildId, at: view.now }, view.eventId)
      ])
    }
    default:
      return nothing
  }
}

const isPerson = ({ author, type, webhook_id }: MessagePayload): boolean =>
  author.bot !== true && author.system !== true && webhook_id == null && WRITTEN.includes(type)

const isProxied = (message: MessagePayload, { place, proxies }: RouteView): boolean =>
  proxies &&
  place.watched !== null &&
  message.webhook_id != null &&
  message.application_id === PLURALKIT_APPLICATION &&
  message.content !== ""

/** What came along without words: files, stickers, forwarded messages, a poll. */
const enclosed = ({ attachments, message_snapshots, poll, sticker_items }: MessagePayload): number =>
  [attachments, message_snapshots, sticker_items].reduce((sum, things) => sum + (things?.length ?? 0), 0) +
  (poll == null ? 0 : 1)

/** Words are missing that a person must have written: Discord keeps them from us (wire.md 5). */
const isBlind = (message: MessagePayload): boolean =>
  message.content === "" &&
  enclosed(message) === 0 &&
  (message.embeds?.length ?? 0) === 0 &&
  (message.components?.length ?? 0) === 0 &&
  message.activity == null

const seen = (message: MessagePayload, listed: Snowflake, view: RouteView, editedAt: number | null) => ({
  messageId: message.id,
  channelId: message.channel_id,
  text: message.content,
  at: snowflakeTime(message.id),
  editedAt,
  sensitivity: view.sensitivity(listed),
  origin: "channel" as const
})

const posted = (message: MessagePayload, view: RouteView): Routed => {
  const { author, channel_id: channelId, content, guild_id: guildId, id } = message
  const at = snowflakeTime(id)
  if (guildId !== undefined && isProxied(message, view)) {
    return { tells: [], lookUp: { what: "sender", message: { ...message, guild_id: guildId } } }
  }
  if (!isPerson(message)) return nothing
  if (guildId === undefined) {
    const attachments = enclosed(message)
    if (content === "" && attachments === 0) return nothing
    const said = { messageId: id, channelId, text: content, guildId: view.home, attachments, at }
    return only([toSession(author.id, { type: "DM_RECEIVED", ...said }, `message:${id}`)])
  }
  const { teamThread, watched } = view.place
  const tells: Array<Tell> = []
  if (watched !== null && content !== "") {
    const event = { type: "MESSAGE_SEEN", message: seen(message, watched, view, null) } as const
    tells.push(toMember(memberId(guildId, author.id), event, `message:${id}`))
  }
  if (watched !== null && isBlind(message)) {
    // One a minute and channel is enough to know.
    tells.push(toDesk(guildId, { type: "BLIND", channelId, at }, `blind:${channelId}:${Math.floor(at / 60_000)}`))
  }
  const said = { by: author.id, messageId: id, text: content, at }
  return { tells, lookUp: teamThread ? { what: "alert", threadId: channelId, said } : null }
}

const changed = (message: MessagePayload, view: RouteView): Routed => {
  const { author, channel_id: channelId, content: text, guild_id: guildId, id: messageId } = message
  const editedAt = editedAtOf(message)
  if (editedAt === null || view.now - editedAt > FRESH_MS || text === "") return nothing
  if (guildId !== undefined && isProxied(message, view)) {
    return { tells: [], lookUp: { what: "sender", message: { ...message, guild_id: guildId } } }
  }
  if (!isPerson(message)) return nothing
  const id = `edit:${messageId}:${editedAt}`
  if (guildId === undefined) {
    const at = snowflakeTime(messageId)
    const said = { messageId, channelId, text, guildId: view.home, editedAt, at }
    return only([toSession(author.id, { type: "DM_EDITED", ...said }, id)])
  }
  const { watched } = view.place
  if (watched === null) return nothing
  const event = { type: "MESSAGE_SEEN", message: seen(message, watched, view, editedAt) } as const
  return only([toMember(memberId(guildId, author.id), event, id)])
}

const editedAtOf = ({ edited_timestamp }: MessagePayload): number | null => {
  const at = edited_timestamp == null ? Number.NaN : Date.parse(edited_timestamp)
  return Number.isNaN(at) ? null : at
}

const deleted = (messageIds: ReadonlyArray<Snowflake>, guildId: Snowflake | null, view: RouteView): Routed => {
  if (guildId !== null && view.place.watched === null) return nothing
  const unknown = messageIds.filter((id) => view.author(id) === undefined)
  const owners = new Map(
    messageIds.flatMap((id) => {
      const member = view.author(id)
      return member === undefined ? [] : [[id, member] as const]
    })
  )
  return {
    tells: deletedTells(owners, view.now),
    lookUp: unknown.length === 0 ? null : { what: "authors", messageIds: unknown }
  }
}

/** Who is behind a proxied post, and what they wrote first. */
export interface Proxied {
  readonly sender: Snowflake
  readonly original: Snowflake
}

/**
 * A post of a proxy, told to the person behind it. Its envelope carries the original's id: when the original was seen it is
 * the same event, and when Discord never showed it this one counts. `null` (nobody could say who it is): told under the
 * webhook's own id, so that a crisis is heard all the same.
 */
export const proxiedTells = (
  message: MessagePayload & { readonly guild_id: Snowflake },
  proxied: Proxied | null,
  view: RouteView
): ReadonlyArray<Tell> => {
  const { guild_id: guildId, id: proxy } = message
  const editedAt = editedAtOf(message)
  const event = {
    type: "MESSAGE_SEEN",
    message: seen(message, view.place.watched ?? message.channel_id, view, editedAt)
  } as const
  const id = (first: Snowflake) => (editedAt === null ? `message:${first}` : `edit:${proxy}:${editedAt}`)
  if (proxied === null) return [toMember(memberId(guildId, message.author.id), event, id(proxy))]
  const { original, sender } = proxied
  const member = memberId(guildId, sender)
  const replaced = { type: "MESSAGE_PROXIED", original, proxy, at: snowflakeTime(proxy) } as const
  return [toMember(member, replaced, `proxied:${proxy}`), toMember(member, event, id(original))]
}
