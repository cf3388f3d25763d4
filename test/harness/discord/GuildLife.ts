/**
 * What happens to guilds: members come and go, roles and channels change, an outage begins and ends, the bot is removed.
 */
import type { Gateway } from "./Gateway.ts"
import { channelObject, wholeGuild } from "./Guilds.ts"
import type { Access, GuildRecord } from "./Records.ts"
import {
  type ChannelSeed,
  type GuildSeed,
  type MemberSeed,
  rolesOf,
  seedChannel,
  seedGuild,
  seedMember
} from "./Seed.ts"
import type { World } from "./World.ts"

export class GuildLife {
  readonly #world: World
  readonly #gateway: Gateway

  constructor(world: World, gateway: Gateway) {
    this.#world = world
    this.#gateway = gateway
  }

  /** The bot joins a new guild. Returns its id. */
  add(seed: GuildSeed): string {
    const guild = seedGuild(this.#world, seed)
    this.#created(guild)
    return guild.id
  }

  /** The bot is removed from a guild. */
  remove(guildId: string): void {
    this.#guild(guildId).joined = false
    this.#tell(guildId, "GUILD_DELETE", { id: guildId })
  }

  /** An outage begins: the guild is unavailable, nobody left it. */
  outage(guildId: string): void {
    this.#guild(guildId).available = false
    this.#tell(guildId, "GUILD_DELETE", { id: guildId, unavailable: true })
  }

  /** The outage ends. */
  recover(guildId: string): void {
    const guild = this.#guild(guildId)
    guild.available = true
    this.#created(guild)
  }

  /** A person joins. Returns the user id. */
  join(guildId: string, seed: MemberSeed): string {
    const guild = this.#guild(guildId)
    const userId = seedMember(this.#world, guild, seed)
    const member = guild.members.get(userId)
    if (member !== undefined) {
      this.#tell(guildId, "GUILD_MEMBER_ADD", { guild_id: guildId, ...this.#world.memberObject(member) })
    }
    return userId
  }

  /** A member leaves. */
  leave(guildId: string, userId: string): void {
    this.#guild(guildId).members.delete(userId)
    this.#tell(guildId, "GUILD_MEMBER_REMOVE", { guild_id: guildId, user: this.#world.user(userId) })
  }

  /** Gives a member exactly these roles, by id or name. */
  setRoles(guildId: string, userId: string, roles: ReadonlyArray<string>): void {
    const guild = this.#guild(guildId)
    const member = guild.members.get(userId)
    if (member === undefined) throw new Error(`user ${userId} is not a member of the guild`)
    member.roles = rolesOf(guild, roles)
    this.#tell(guildId, "GUILD_MEMBER_UPDATE", { guild_id: guildId, ...this.#world.memberObject(member) })
  }

  /** Opens or closes a person's direct messages to the bot. */
  closeDirectMessages(userId: string, closed = true): void {
    const record = this.#world.users.get(userId)
    if (record === undefined) throw new Error(`the stand-in has no user ${userId}`)
    record.dmClosed = closed
  }

  addChannel(guildId: string, seed: ChannelSeed): string {
    const channel = seedChannel(this.#world, this.#guild(guildId), seed)
    this.#tell(guildId, "CHANNEL_CREATE", channelObject(this.#world, channel))
    return channel.id
  }

  removeChannel(channelId: string): void {
    const channel = this.#world.anyChannel(channelId)
    if (channel.guildId === undefined) throw new Error(`channel ${channelId} belongs to no guild`)
    this.#world.channels.delete(channelId)
    this.#tell(channel.guildId, "CHANNEL_DELETE", channelObject(this.#world, channel))
  }

  /** What the bot may do in a channel from now on. */
  setAccess(channelId: string, access: Access): void {
    this.#world.anyChannel(channelId).access = access
  }

  #created(guild: GuildRecord): void {
    this.#tell(guild.id, "GUILD_CREATE", wholeGuild(this.#world, guild, false))
  }

  #guild(id: string): GuildRecord {
    const guild = this.#world.guilds.get(id)
    if (guild === undefined) throw new Error(`the stand-in has no guild ${id}`)
    return guild
  }

  #tell(guildId: string, t: string, d: unknown): void {
    this.#gateway.dispatch({ t, d, guildId })
  }
}
