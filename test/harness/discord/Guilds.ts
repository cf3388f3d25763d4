/**
 * Guilds as Discord shows them: whole in GUILD_CREATE, without channels and members over REST. GUILD_CREATE names only the
 * bot among the members, as the real one does to a bot without the presence intent; the others come by request or by REST.
 */
import { CHANNEL, iso } from "./Objects.ts"
import type { ChannelRecord, GuildRecord } from "./Records.ts"
import type { World } from "./World.ts"

export const guildObject = (guild: GuildRecord): Readonly<Record<string, unknown>> => ({
  id: guild.id,
  name: guild.name,
  icon: null,
  splash: null,
  discovery_splash: null,
  banner: null,
  description: null,
  owner_id: guild.ownerId,
  roles: [...guild.roles.values()],
  emojis: [],
  stickers: [],
  features: [],
  preferred_locale: "en-US",
  verification_level: 0,
  default_message_notifications: 1,
  explicit_content_filter: 0,
  mfa_level: 0,
  nsfw_level: 0,
  premium_tier: 0,
  premium_progress_bar_enabled: false,
  system_channel_id: null,
  system_channel_flags: 0,
  rules_channel_id: null,
  public_updates_channel_id: null,
  afk_channel_id: null,
  afk_timeout: 300,
  vanity_url_code: null,
  max_members: 500_000
})

/** A guild channel, thread or direct message. */
export const channelObject = (world: World, channel: ChannelRecord): Readonly<Record<string, unknown>> => {
  if (channel.thread !== undefined) return { ...world.threadObject(channel) }
  if (channel.recipientId !== undefined) {
    return {
      id: channel.id,
      type: CHANNEL.dm,
      last_message_id: channel.lastMessageId,
      flags: 0,
      recipients: [world.user(channel.recipientId)]
    }
  }
  return {
    id: channel.id,
    type: channel.type,
    guild_id: channel.guildId,
    name: channel.name,
    topic: channel.topic,
    position: channel.position,
    permission_overwrites: [],
    parent_id: channel.parentId,
    last_message_id: channel.lastMessageId,
    nsfw: false,
    rate_limit_per_user: 0,
    flags: 0
  }
}

/** Guild channels the bot may see, without threads. */
export const channelsOf = (world: World, guild: GuildRecord) =>
  [...world.channels.values()]
    .filter(({ access, guildId, thread }) => guildId === guild.id && thread === undefined && access !== "none")
    .map((channel) => channelObject(world, channel))

/** Threads that are not archived, in channels the bot may see; private ones when it is in them or may manage threads. */
export const activeThreads = (world: World, guild: GuildRecord) =>
  world
    .threads(guild.id)
    .filter((channel) => channel.thread?.archived === false && world.accessOf(channel) !== "none")
    .filter(
      ({ thread, type }) =>
        type !== CHANNEL.privateThread ||
        thread?.members.has(world.identity.bot.id) === true ||
        world.botMay(guild.id, "manageThreads")
    )
    .map((channel) => world.threadObject(channel))

/** Public threads of a channel that are archived, the last archived first. */
export const archivedThreads = (world: World, parent: ChannelRecord) =>
  world
    .threads(parent.guildId ?? "")
    .filter(({ thread, type }) => thread?.archived === true && type !== CHANNEL.privateThread)
    .filter(({ thread }) => thread?.parentId === parent.id)
    .sort((left, right) => (right.thread?.archivedAt ?? 0) - (left.thread?.archivedAt ?? 0))
    .map((channel) => world.threadObject(channel))

/** The payload of GUILD_CREATE. */
export const wholeGuild = (world: World, guild: GuildRecord, everybody: boolean): Readonly<Record<string, unknown>> => {
  const members = [...guild.members.values()].filter(({ userId }) => everybody || userId === world.identity.bot.id)
  return {
    ...guildObject(guild),
    joined_at: iso(guild.joinedAt),
    large: false,
    unavailable: false,
    member_count: guild.members.size,
    voice_states: [],
    members: members.map((member) => world.memberObject(member)),
    channels: channelsOf(world, guild),
    threads: activeThreads(world, guild),
    presences: [],
    stage_instances: [],
    guild_scheduled_events: [],
    soundboard_sounds: []
  }
}
