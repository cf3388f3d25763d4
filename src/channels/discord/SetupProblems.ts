/**
 * What is wrong with a set-up, judged from the settings and from what Discord shows of the community: unknown or unseen
 * channels, missing permissions, roles that are not there, lists that are empty. Pure: the asking is `SetupCheck`'s. Each
 * problem names the setting and what to do, and never a person.
 */
import { ChannelType, PermissionFlagsBits, PermissionsBitField } from "discord.js"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"

export interface SetupProblem {
  /** The environment variable. */
  readonly setting: string
  /** What is wrong and what to do, as a sentence. */
  readonly problem: string
  /** As long as it stands, nobody of the team is called. */
  readonly keepsAlerts: boolean
}

/** A rule of a channel for a role (0) or a person (1); sets of permissions as Discord writes them. */
export interface Overwrite {
  readonly id: Snowflake
  readonly allow: string
  readonly deny: string
}

export interface SeenChannel {
  readonly type: number
  readonly guildId: Snowflake | null
  readonly overwrites: ReadonlyArray<Overwrite>
}

export interface SeenGuild {
  readonly id: Snowflake
  readonly ownerId: Snowflake
  /** What each role may, by its id; the one of everybody has the guild's id. */
  readonly roles: ReadonlyMap<Snowflake, string>
  readonly bot: { readonly id: Snowflake; readonly roles: ReadonlyArray<Snowflake> }
}

export interface SeenSetup {
  /** `unknown`: the configured one is not there for the bot. `none`, `several`: none is configured, and the bot is in so many. */
  readonly guild: SeenGuild | "unknown" | "none" | "several"
  /** Every channel of the settings; `null` = not there, or not to be seen. */
  readonly channels: ReadonlyMap<Snowflake, SeenChannel | null>
}

const { CreatePublicThreads, EmbedLinks, ReadMessageHistory, SendMessages, SendMessagesInThreads, ViewChannel } =
  PermissionFlagsBits

const WORDS: ReadonlyArray<readonly [bigint, string]> = [
  [ViewChannel, "View Channel"],
  [SendMessages, "Send Messages"],
  [EmbedLinks, "Embed Links"],
  [CreatePublicThreads, "Create Public Threads"],
  [SendMessagesInThreads, "Send Messages in Threads"],
  [ReadMessageHistory, "Read Message History"]
]

const WATCHING = ViewChannel | ReadMessageHistory
const POSTING = ViewChannel | SendMessages
const ALERTING = POSTING | EmbedLinks | CreatePublicThreads | SendMessagesInThreads

const TEXT: ReadonlyArray<number> = [ChannelType.GuildText, ChannelType.GuildAnnouncement]
const THREADS: ReadonlyArray<number> = [
  ChannelType.AnnouncementThread,
  ChannelType.PublicThread,
  ChannelType.PrivateThread
]
const UNPOSTABLE: ReadonlyArray<number> = [
  ChannelType.GuildCategory,
  ChannelType.GuildDirectory,
  ChannelType.GuildForum,
  ChannelType.GuildMedia
]

/** What the bot may in a channel that is no thread: its roles, then the channel's rules for everybody, roles, the bot. */
export const permissionsIn = (guild: SeenGuild, overwrites: ReadonlyArray<Overwrite>): PermissionsBitField => {
  const { bot, id, ownerId, roles } = guild
  const all = new PermissionsBitField(PermissionsBitField.All)
  const held = new PermissionsBitField([id, ...bot.roles].map((role) => BigInt(roles.get(role) ?? 0)))
  if (ownerId === bot.id || held.has(PermissionFlagsBits.Administrator)) return all
  const layers = [[id], bot.roles, [bot.id]]
  for (const layer of layers) {
    const rules = overwrites.filter((rule) => layer.includes(rule.id))
    held.remove(rules.map(({ deny }) => BigInt(deny))).add(rules.map(({ allow }) => BigInt(allow)))
  }
  return held
}

const missing = (guild: SeenGuild, { overwrites, type }: SeenChannel, needed: bigint): ReadonlyArray<string> => {
  if (THREADS.includes(type)) return []
  const held = permissionsIn(guild, overwrites)
  return WORDS.filter(([bit]) => (needed & bit) !== 0n && !held.has(bit, false)).map(([, word]) => word)
}

type Use = "watch" | "post" | "alert"

const NEEDS: Readonly<Record<Use, bigint>> = { watch: WATCHING, post: POSTING | EmbedLinks, alert: ALERTING }

/** What is wrong with one channel, if anything, for what it is used for. */
const channelProblem = ({ channels, guild }: SeenSetup, channelId: Snowflake, use: Use): string | null => {
  const seen = channels.get(channelId)
  if (seen === undefined || seen === null) {
    return `channel ${channelId} is not there, or the bot may not view it: correct the id or give the bot View Channel`
  }
  if (typeof guild === "string") return null
  if (seen.guildId !== guild.id) return `channel ${channelId} is not in the community: name one of its channels`
  if (use === "alert" ? !TEXT.includes(seen.type) : use === "post" && UNPOSTABLE.includes(seen.type)) {
    return `channel ${channelId} is no text channel: name one`
  }
  const lacks = missing(guild, seen, NEEDS[use])
  return lacks.length === 0 ? null : `in channel ${channelId} the bot lacks ${lacks.join(", ")}: allow it there`
}

/** Whether an alert can be posted in a channel. Unknown permissions count as given. */
const takesAlerts = ({ channels, guild }: SeenSetup, channelId: Snowflake): boolean => {
  const seen = channels.get(channelId)
  if (seen === undefined || seen === null) return false
  if (typeof guild === "string") return true
  return seen.guildId === guild.id && !UNPOSTABLE.includes(seen.type) && missing(guild, seen, POSTING).length === 0
}

const GUILD = {
  unknown: "the bot is not in that guild: correct the id or invite the bot",
  none: "the bot is in no community: invite it",
  several: "the bot is in several guilds and direct messages belong to none: set it"
} as const

/** Whether one of the team's roles is there to be called. What Discord has not shown counts as there. */
export const teamIsThere = ({ crtRoles }: DiscordSettingsService, { guild }: SeenSetup): boolean =>
  crtRoles.some((id) => typeof guild === "string" || guild.roles.has(id))

const ALERT_SETTINGS = {
  critical: "BOT_ALERT_CHANNEL_CRITICAL_IDS",
  high: "BOT_ALERT_CHANNEL_CRISIS_IDS",
  medium: "BOT_ALERT_CHANNEL_MONITOR_IDS"
} as const

/** The channels of the settings, each with its variable and its use. */
const channelLists = (settings: DiscordSettingsService) =>
  [
    [ALERT_SETTINGS.critical, settings.alertChannels.critical, "alert"],
    [ALERT_SETTINGS.high, settings.alertChannels.high, "alert"],
    [ALERT_SETTINGS.medium, settings.alertChannels.medium, "alert"],
    ["BOT_MONITORED_CHANNELS", settings.monitoredChannels, "watch"],
    ["BOT_CRT_NOTES_CHANNEL_IDS", settings.notesChannels, "post"],
    ["BOT_OPERATOR_CHANNEL_IDS", settings.operatorChannels, "post"]
  ] as const

const roleLists = ({ crtRoles, slash, widerRoles }: DiscordSettingsService) =>
  [
    ["BOT_CRT_ROLE_IDS", crtRoles],
    ["BOT_ESCALATION_ROLE_IDS", widerRoles],
    ["BOT_SLASH_COMMANDS_ALLOWED_ROLE_IDS", slash.allowedRoles],
    ["BOT_SLASH_COMMANDS_ADMIN_ROLE_IDS", slash.adminRoles]
  ] as const

/** Every channel the operator named, each once. */
export const channelsOf = (settings: DiscordSettingsService): ReadonlyArray<Snowflake> => [
  ...new Set(channelLists(settings).flatMap(([, ids]) => ids))
]

/** Everything that is wrong, the gravest first. */
export const problemsOf = (settings: DiscordSettingsService, seen: SeenSetup): ReadonlyArray<SetupProblem> => {
  const found: Array<SetupProblem> = []
  const add = (setting: string, problem: string, keepsAlerts = false) => found.push({ setting, problem, keepsAlerts })
  const { guild } = seen
  if (typeof guild === "string") add("BOT_DISCORD_GUILD_ID", GUILD[guild], guild !== "several")

  const alerts = Object.values(settings.alertChannels).flat()
  const alertSettings = Object.values(ALERT_SETTINGS).join(", ")
  if (alerts.length === 0) add(alertSettings, "no alert channel is set, so no alert is posted: name one", true)
  else if (!alerts.some((id) => takesAlerts(seen, id))) {
    add(alertSettings, "the bot can post in none of the alert channels: correct the ids or its permissions", true)
  }
  if (settings.crtRoles.length === 0) add("BOT_CRT_ROLE_IDS", "no team is set, so nobody is called: name a role", true)
  else if (!teamIsThere(settings, seen)) {
    add("BOT_CRT_ROLE_IDS", "no role of the team is in the community, so nobody is called: correct the ids", true)
  }
  if (settings.monitoredChannels.length === 0) {
    add("BOT_MONITORED_CHANNELS", "no channel is watched, only direct messages are: name those to watch")
  }
  for (const [setting, ids, use] of channelLists(settings)) {
    for (const id of ids) {
      const problem = channelProblem(seen, id, use)
      if (problem !== null) add(setting, problem)
    }
  }
  for (const [setting, ids] of roleLists(settings)) {
    for (const id of ids) {
      if (typeof guild !== "string" && !guild.roles.has(id))
        add(setting, `role ${id} is not in the community: correct the id`)
    }
  }
  return found.toSorted((one, other) => Number(other.keepsAlerts) - Number(one.keepsAlerts))
}
