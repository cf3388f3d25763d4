/**
 * Guilds as a test writes them down, made into the world's records. Ids may be left out; roles and people may be named
 * instead. The bot is a member of every guild, with a managed role that carries its permissions.
 */
import { CHANNEL, type RoleObject } from "./Objects.ts"
import type { Access, ChannelRecord, GuildRecord } from "./Records.ts"
import type { World } from "./World.ts"

export interface RoleSeed {
  readonly name: string
  readonly id?: string
  /** Default true. A role that is not is pinged only by a bot that may mention everyone. */
  readonly mentionable?: boolean
  readonly permissions?: bigint
}

export interface ChannelSeed {
  readonly name: string
  readonly id?: string
  /** Discord's channel type; default 0, a text channel. */
  readonly type?: number
  readonly topic?: string
  readonly access?: Access
}

/** One person. The same id or name in two guilds is the same person. */
export interface MemberSeed {
  readonly name: string
  readonly id?: string
  /** Ids or names of roles of the guild. */
  readonly roles?: ReadonlyArray<string>
  readonly displayName?: string
  readonly bot?: boolean
  readonly dmClosed?: boolean
}

export interface GuildSeed {
  readonly name: string
  readonly id?: string
  /** Name or id of one of the members; default: nobody in the list. */
  readonly owner?: string
  readonly roles?: ReadonlyArray<RoleSeed>
  readonly channels?: ReadonlyArray<ChannelSeed>
  readonly members?: ReadonlyArray<MemberSeed>
}

/** View and send, react, read history: what everybody may do. */
const EVERYONE = 0x400n | 0x800n | 0x40n | 0x10000n | (1n << 31n)

const role = (id: string, seed: RoleSeed, position: number, managed = false): RoleObject => ({
  id,
  name: seed.name,
  color: 0,
  colors: { primary_color: 0, secondary_color: null, tertiary_color: null },
  hoist: false,
  position,
  permissions: String(seed.permissions ?? 0n),
  managed,
  mentionable: seed.mentionable ?? true,
  flags: 0
})

/** The user of a seed, made when there is none of that id or name. */
export const seedUser = (world: World, seed: MemberSeed): string => {
  for (const { object } of world.users.values()) {
    if (seed.id === undefined ? object.username === seed.name : object.id === seed.id) return object.id
  }
  const id = seed.id ?? world.ids.next()
  const object = {
    id,
    username: seed.name,
    discriminator: "0",
    global_name: seed.displayName ?? null,
    avatar: null,
    ...(seed.bot === true ? { bot: true } : {})
  }
  world.users.set(id, { object, dmClosed: seed.dmClosed ?? false })
  return id
}

/** Adds a person to a guild that exists. */
export const seedMember = (world: World, guild: GuildRecord, seed: MemberSeed): string => {
  const userId = seedUser(world, seed)
  guild.members.set(userId, { userId, joinedAt: world.now(), roles: rolesOf(guild, seed.roles ?? []) })
  return userId
}

/** Role ids for ids or names; fails on an unknown one. */
export const rolesOf = (guild: GuildRecord, wanted: ReadonlyArray<string>): ReadonlyArray<string> =>
  wanted.map((want) => {
    const found = [...guild.roles.values()].find(({ id, name }) => id === want || name === want)
    if (found === undefined) throw new Error(`guild ${guild.name} has no role ${want}`)
    return found.id
  })

/** Adds a channel to a guild that exists. */
export const seedChannel = (world: World, guild: GuildRecord, seed: ChannelSeed): ChannelRecord => {
  const channel: ChannelRecord = {
    id: seed.id ?? world.ids.next(),
    type: seed.type ?? CHANNEL.text,
    guildId: guild.id,
    position: [...world.channels.values()].filter(({ guildId }) => guildId === guild.id).length,
    parentId: null,
    name: seed.name,
    topic: seed.topic ?? null,
    access: seed.access ?? "full",
    lastMessageId: null
  }
  world.channels.set(channel.id, channel)
  return channel
}

export const seedGuild = (world: World, seed: GuildSeed): GuildRecord => {
  const { bot, permissions } = world.identity
  const id = seed.id ?? world.ids.next()
  const people = (seed.members ?? []).map((member) => ({ member, userId: seedUser(world, member) }))
  const owner = people.find(
    ({ member, userId }) => seed.owner !== undefined && [member.name, userId].includes(seed.owner)
  )
  const everyone = role(id, { name: "@everyone", permissions: EVERYONE, mentionable: false }, 0)
  const own = role(world.ids.next(), { name: bot.username, permissions, mentionable: false }, 1, true)
  const rest = (seed.roles ?? []).map((one, index) => role(one.id ?? world.ids.next(), one, index + 2))
  const guild: GuildRecord = {
    id,
    name: seed.name,
    ownerId: owner?.userId ?? world.ids.next(),
    roles: new Map([everyone, own, ...rest].map((one) => [one.id, one])),
    members: new Map(),
    joinedAt: world.now(),
    available: true,
    joined: true
  }
  world.guilds.set(id, guild)
  guild.members.set(bot.id, { userId: bot.id, joinedAt: world.now(), roles: [own.id] })
  for (const { member } of people) seedMember(world, guild, member)
  for (const channel of seed.channels ?? []) seedChannel(world, guild, channel)
  return guild
}
