/**
 * Which channels are listened to, as far as this process knows them: threads and forum posts count by their parent. Fed by
 * dispatches and by what was looked up over HTTP; a channel nobody told about is unknown, never assumed to be none of ours.
 * Pure and bounded: the channels heard of longest ago are forgotten first.
 */
import { ChannelType } from "discord.js"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"
import type { ChannelPayload, Payload } from "./IngressPayloads.ts"

export interface KnownChannel {
  readonly type: number
  /** `null`: a direct message. */
  readonly guildId: Snowflake | null
  readonly parentId: Snowflake | null
}

/** What a message there means to us. */
export interface Place {
  /** The listed channel it belongs to: itself, or its thread's parent. `null`: nobody is watched there. */
  readonly watched: Snowflake | null
  /** A thread in an alert channel, where the team speaks about an alert. */
  readonly teamThread: boolean
}

const ELSEWHERE: Place = { watched: null, teamThread: false }

const THREADS: ReadonlyArray<number> = [
  ChannelType.PublicThread,
  ChannelType.PrivateThread,
  ChannelType.AnnouncementThread
]

export const isThread = (type: number): boolean => THREADS.includes(type)

/** Channels kept in memory. */
const CAPACITY = 50_000

export class ChannelsMap {
  readonly #known = new Map<Snowflake, KnownChannel | null>()
  readonly #listed: ReadonlySet<Snowflake>
  readonly #alerts: ReadonlySet<Snowflake>
  /** Guilds the bot is in, as far as dispatches said so. */
  readonly guilds = new Set<Snowflake>()

  constructor({ alertChannels, monitoredChannels }: DiscordSettingsService) {
    this.#listed = new Set(monitoredChannels)
    this.#alerts = new Set(Object.values(alertChannels).flat())
  }

  /** Every channel the operator named, watched or for alerts. */
  get listed(): ReadonlySet<Snowflake> {
    return new Set([...this.#listed, ...this.#alerts])
  }

  /** `undefined`: nobody told. `null`: looked up, and not to be seen by us. */
  get(channelId: Snowflake): KnownChannel | null | undefined {
    return this.#known.get(channelId)
  }

  /** `null` = unknown: ask Discord. */
  place(channelId: Snowflake): Place | null {
    if (this.#listed.has(channelId)) return { watched: channelId, teamThread: false }
    if (this.#listed.size === 0 && this.#alerts.size === 0) return ELSEWHERE
    const known = this.#known.get(channelId)
    if (known === undefined) return null
    if (known?.parentId == null || !isThread(known.type)) return ELSEWHERE
    return {
      watched: this.#listed.has(known.parentId) ? known.parentId : null,
      teamThread: this.#alerts.has(known.parentId)
    }
  }

  learn({ guild_id, id, parent_id, type }: ChannelPayload, guildId: Snowflake | null = guild_id ?? null): void {
    this.#keep(id, { type, guildId, parentId: parent_id ?? null })
  }

  /** Discord does not show it to us. */
  dismiss(channelId: Snowflake): void {
    this.#keep(channelId, null)
  }

  /** Takes in what a dispatch says about channels; others change nothing. */
  hear({ d, t }: Payload): void {
    switch (t) {
      case "READY":
        for (const { id } of d.guilds) this.guilds.add(id)
        return
      case "GUILD_CREATE":
        this.guilds.add(d.id)
        for (const channel of [...(d.channels ?? []), ...(d.threads ?? [])]) this.learn(channel, d.id)
        return
      case "GUILD_DELETE":
        return d.unavailable === true ? undefined : this.#leave(d.id)
      case "THREAD_LIST_SYNC":
        for (const thread of d.threads) this.learn(thread, d.guild_id)
        return
      case "CHANNEL_CREATE":
      case "CHANNEL_UPDATE":
      case "THREAD_CREATE":
      case "THREAD_UPDATE":
        return this.learn(d)
      default:
        return
    }
  }

  #leave(guildId: Snowflake): void {
    this.guilds.delete(guildId)
    for (const [id, known] of this.#known) if (known?.guildId === guildId) this.#known.delete(id)
  }

  #keep(id: Snowflake, known: KnownChannel | null): void {
    this.#known.delete(id)
    this.#known.set(id, known)
    if (this.#known.size <= CAPACITY) return
    for (const oldest of this.#known.keys()) {
      this.#known.delete(oldest)
      return
    }
  }
}
