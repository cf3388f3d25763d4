/**
 * Who a message names, and who of them hears a bell: the text's mentions held against `allowed_mentions`, and for roles also
 * against what the bot may ping.
 */
import type { UserObject } from "./Objects.ts"
import type { ChannelRecord } from "./Records.ts"
import type { World } from "./World.ts"

export interface AllowedMentions {
  readonly parse?: ReadonlyArray<string>
  readonly users?: ReadonlyArray<string>
  readonly roles?: ReadonlyArray<string>
  readonly replied_user?: boolean
}

/** People and roles that one of the bot's posts rang for. */
export interface Ping {
  readonly messageId: string
  readonly channelId: string
  readonly users: ReadonlyArray<string>
  readonly roles: ReadonlyArray<string>
  readonly everyone: boolean
}

export interface Mentions {
  readonly users: ReadonlyArray<UserObject>
  readonly roles: ReadonlyArray<string>
  readonly everyone: boolean
}

const found = (content: string, pattern: RegExp): ReadonlyArray<string> => [
  ...new Set([...content.matchAll(pattern)].map((match) => match[1] ?? ""))
]

/** The mentions of a text. Without `allowed` all count, as for people. `replied` is the author a reply answers. */
export const mentionsIn = (
  world: World,
  channel: ChannelRecord,
  content: string,
  allowed?: AllowedMentions,
  replied?: UserObject
): Mentions => {
  const may = (kind: "users" | "roles", id: string) =>
    allowed === undefined || allowed.parse?.includes(kind) === true || allowed[kind]?.includes(id) === true
  const named = found(content, /<@!?(\d+)>/g)
    .filter((id) => world.users.has(id) && may("users", id))
    .map((id) => world.user(id))
  const answered = replied !== undefined && (allowed === undefined || allowed.replied_user === true) ? [replied] : []
  const roles = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId)?.roles
  const everyone =
    /@(everyone|here)\b/.test(content) && (allowed === undefined || allowed.parse?.includes("everyone") === true)
  return {
    users: [...new Set([...answered, ...named])],
    roles: found(content, /<@&(\d+)>/g).filter((id) => roles?.has(id) === true && may("roles", id)),
    everyone: everyone && channel.guildId !== undefined
  }
}

/** Who a post of the bot rings for; undefined when nobody. */
export const pingOf = (
  world: World,
  channel: ChannelRecord,
  messageId: string,
  mentions: Mentions
): Ping | undefined => {
  const roles = channel.guildId === undefined ? undefined : world.guilds.get(channel.guildId)?.roles
  const mayAll = world.botMay(channel.guildId, "mentionEveryone")
  const ping: Ping = {
    messageId,
    channelId: channel.id,
    users: mentions.users.map(({ id }) => id).filter((id) => id !== world.identity.bot.id),
    roles: mentions.roles.filter((id) => mayAll || roles?.get(id)?.mentionable === true),
    everyone: mentions.everyone && mayAll
  }
  return ping.users.length > 0 || ping.roles.length > 0 || ping.everyone ? ping : undefined
}
