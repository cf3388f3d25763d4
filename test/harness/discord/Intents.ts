/**
 * Who hears what: which intent an event needs, and what is blanked in a message for an application without the message
 * content intent. Content survives in direct messages, in the bot's own messages and where the bot is mentioned.
 */
import type { MessageObject } from "./Objects.ts"
import type { World } from "./World.ts"

export const INTENT = {
  guilds: 1,
  guildMembers: 2,
  guildPresences: 256,
  guildMessages: 512,
  guildMessageReactions: 1024,
  directMessages: 4096,
  directMessageReactions: 8192,
  messageContent: 32_768
} as const

/** All bits that are intents. */
const KNOWN = 0x331_ffff

const inGuilds = new Set([
  "GUILD_CREATE",
  "GUILD_UPDATE",
  "GUILD_DELETE",
  "GUILD_ROLE_CREATE",
  "GUILD_ROLE_UPDATE",
  "GUILD_ROLE_DELETE",
  "CHANNEL_CREATE",
  "CHANNEL_UPDATE",
  "CHANNEL_DELETE",
  "THREAD_CREATE",
  "THREAD_UPDATE",
  "THREAD_DELETE",
  "THREAD_LIST_SYNC",
  "THREAD_MEMBER_UPDATE",
  "THREAD_MEMBERS_UPDATE"
])

/** One event for the gateway. Without a guild it goes to shard 0. */
export interface Dispatch {
  readonly t: string
  readonly d: unknown
  readonly guildId?: string | undefined
}

/** Whether a session with these intents gets this event at all. */
export const hears = (intents: number, { guildId, t }: Dispatch): boolean => {
  const has = (bit: number) => (intents & bit) !== 0
  if (t.startsWith("MESSAGE_REACTION")) {
    return has(guildId === undefined ? INTENT.directMessageReactions : INTENT.guildMessageReactions)
  }
  if (t.startsWith("MESSAGE_")) return has(guildId === undefined ? INTENT.directMessages : INTENT.guildMessages)
  if (t.startsWith("GUILD_MEMBER_")) return has(INTENT.guildMembers)
  if (inGuilds.has(t)) return has(INTENT.guilds)
  return true
}

/** The close code that these intents earn, if any: 4013 for bits that do not exist, 4014 for ones the portal does not allow. */
export const refusedIntents = (world: World, intents: number): 4013 | 4014 | undefined => {
  if (!Number.isInteger(intents) || intents < 0 || (intents & ~KNOWN) !== 0) return 4013
  const { content, members, presences } = world.identity.privileged
  const asked = (bit: number) => (intents & bit) !== 0
  if (asked(INTENT.messageContent) && !content) return 4014
  if (asked(INTENT.guildMembers) && !members) return 4014
  return asked(INTENT.guildPresences) && !presences ? 4014 : undefined
}

/** The message as an application without the content intent sees it. */
export const withoutContent = <M extends MessageObject>(world: World, message: M, guildId: string | undefined): M => {
  const { bot } = world.identity
  const own = message.author.id === bot.id
  if (guildId === undefined || own || message.mentions.some(({ id }) => id === bot.id)) return message
  return { ...message, content: "", embeds: [], attachments: [], components: [] }
}

/** The event's data as a session with these intents gets it. */
export const seenWith = (world: World, intents: number, { d, guildId, t }: Dispatch): unknown => {
  if ((intents & INTENT.messageContent) !== 0) return d
  return t === "MESSAGE_CREATE" || t === "MESSAGE_UPDATE" ? withoutContent(world, d as MessageObject, guildId) : d
}
