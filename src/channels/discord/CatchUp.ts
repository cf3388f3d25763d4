/**
 * Fetches over HTTP what was written while Discord could not tell us: after a session was lost, or when a process starts
 * without one. Every watched channel, its threads and the known direct messages are read from their last mark on, and each
 * message goes the way of a live one under the same envelope id. What was edited or deleted meanwhile is not seen this way.
 */
import * as Clock from "effect/Clock"
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import { ChannelType, Routes } from "discord.js"
import type { GatewayCheckpoint } from "#domain/ash/Gateway.ts"
import { compareSnowflakes, type Snowflake, snowflakeAt, snowflakeTime } from "#domain/ash/Snowflake.ts"
import { whole } from "#runtime/SettingRules.ts"
import { Channels, untilAnswered } from "./Channels.ts"
import { isThread } from "./ChannelsMap.ts"
import { type DiscordFailure, DiscordRest } from "./DiscordRest.ts"
import { type ChannelPayload, readPage } from "./IngressPayloads.ts"

export interface Shard {
  readonly index: number
  readonly total: number
}

export interface CatchUpService {
  /**
   * Ends when everything written after the checkpoint has been handed to `accept`, oldest first within a channel, and all
   * of it is durable. Waits while Discord does not answer; a channel that is refused is told in the log and left out. A
   * checkpoint that never was (`at` 0) asks for nothing: the service listens from now on.
   */
  readonly run: (
    shard: Shard,
    since: GatewayCheckpoint,
    accept: (message: Readonly<Record<string, unknown>> & { readonly id: Snowflake }) => Effect.Effect<void>
  ) => Effect.Effect<void>
}

const caughtUp = Metric.counter("discord_caught_up_messages_total", {
  description: "Messages fetched after the fact",
  incremental: true
})

/** Discord's clocks are not one clock: a channel is read from a moment before its mark, and doubles are recognised. */
const MARGIN_MS = 5000
/** While what was handled is remembered, less an hour. An older mark is exact: nothing can still be on its way to before it. */
const DOUBLES_KNOWN_MS = 23 * 3_600_000
/** Nothing was ever marked in the channel: from this long before the checkpoint. */
const UNMARKED_MARGIN_MS = 60_000

const PAGE = 100
const CHANNELS_AT_ONCE = 4
const MESSAGES_AT_ONCE = 20

/** Channels whose own messages cannot be read: only their threads can. */
const WITHOUT_MESSAGES: ReadonlyArray<number> = [
  ChannelType.GuildForum,
  ChannelType.GuildMedia,
  ChannelType.GuildCategory
]

/** A guild's events come on this shard; direct messages on the first. */
export const shardOf = (guildId: Snowflake | null, total: number): number =>
  guildId === null ? 0 : Number((BigInt(guildId) >> 22n) % BigInt(total))

interface Target {
  readonly channelId: Snowflake
  readonly guildId: Snowflake | null
}

const startOf = ({ at, channels }: GatewayCheckpoint, channelId: Snowflake, now: number): Snowflake => {
  const mark = channels[channelId]
  if (mark === undefined) return snowflakeAt(at - UNMARKED_MARGIN_MS)
  const markedAt = snowflakeTime(mark)
  return now - markedAt > DOUBLES_KNOWN_MS ? mark : snowflakeAt(markedAt - MARGIN_MS)
}

/** Nothing can have come since: the newest message Discord knows of is older. */
const isQuiet = ({ last_message_id }: ChannelPayload, after: Snowflake): boolean =>
  last_message_id != null && compareSnowflakes(last_message_id, after) <= 0

/** `DISCORD_CATCH_UP_MAX`: messages per channel, the newest; default 1,000. */
export const maximum = whole("DISCORD_CATCH_UP_MAX", 1, 100_000, 1000)

const make = Effect.gen(function* () {
  const rest = yield* DiscordRest
  const channels = yield* Channels
  const most = yield* maximum

  const leftOut = (channelId: Snowflake) => (failure: DiscordFailure) =>
    Effect.logWarning("discord: what was missed in a channel cannot be read").pipe(
      Effect.annotateLogs({ channel: channelId, kind: failure.kind, code: failure.code })
    )

  /** The newest messages after an id, oldest first. */
  const missed = Effect.fnUntraced(function* (channelId: Snowflake, after: Snowflake) {
    const found: Array<NonNullable<ReturnType<typeof readPage>>[number]> = []
    while (found.length <= most) {
      const before = found.at(-1)?.id
      const query = { limit: PAGE, ...(before === undefined ? {} : { before }) }
      const page =
        readPage(yield* untilAnswered(rest.request("GET", Routes.channelMessages(channelId), { query }))) ?? []
      const newer = page
        .filter(({ id }) => compareSnowflakes(id, after) > 0)
        .sort((one, other) => compareSnowflakes(other.id, one.id))
      found.push(...newer)
      if (newer.length < PAGE) break
    }
    if (found.length > most) {
      yield* Effect.logError(
        "discord: more was missed in a channel than is caught up; the older part is left out"
      ).pipe(Effect.annotateLogs({ channel: channelId, maximum: most }))
    }
    return found.slice(0, most).reverse()
  })

  /** Threads that were archived before anybody came back to hear them. */
  const archivedThreads = (channelId: Snowflake) =>
    untilAnswered(channels.archivedThreads(channelId)).pipe(
      Effect.catch((failure) => Effect.as(leftOut(channelId)(failure), []))
    )

  /** Everything of this shard that may have been written in. */
  const targets = Effect.fnUntraced(function* ({ index, total }: Shard, since: GatewayCheckpoint, now: number) {
    const found = new Map<Snowflake, Target>()
    const threads: Array<ChannelPayload> = []
    const guilds = new Set<Snowflake>()
    for (const channelId of channels.map.listed) {
      const known = yield* channels.find(channelId)
      if (known === null || known.guildId === null || shardOf(known.guildId, total) !== index) continue
      const { guildId, type } = known
      const watched = channels.map.place(channelId)?.watched === channelId
      if (watched) threads.push(...(yield* archivedThreads(channelId)))
      if (watched && !WITHOUT_MESSAGES.includes(type)) found.set(channelId, { channelId, guildId })
      guilds.add(guildId)
    }
    for (const guildId of guilds) {
      const active = untilAnswered(channels.activeThreads(guildId))
      threads.push(...(yield* Effect.catch(active, (failure) => Effect.as(leftOut(guildId)(failure), []))))
    }
    const quiet = new Set(
      threads.filter((thread) => isQuiet(thread, startOf(since, thread.id, now))).map(({ id }) => id)
    )
    const marked = Object.keys(since.channels)
    for (const channelId of [...threads.map(({ id }) => id), ...marked]) {
      if (found.has(channelId) || quiet.has(channelId)) continue
      const known = yield* channels.find(channelId)
      if (known === null || shardOf(known.guildId, total) !== index) continue
      const ours = known.guildId === null || (isThread(known.type) && channels.map.listed.has(known.parentId ?? ""))
      if (ours) found.set(channelId, { channelId, guildId: known.guildId })
    }
    return [...found.values()]
  })

  const run: CatchUpService["run"] = Effect.fnUntraced(function* (shard, since, accept) {
    if (since.at === 0) return
    const now = yield* Clock.currentTimeMillis
    const wanted = yield* targets(shard, since, now)
    const counts = yield* Effect.forEach(
      wanted,
      ({ channelId, guildId }) =>
        missed(channelId, startOf(since, channelId, now)).pipe(
          Effect.tap((messages) =>
            Effect.forEach(
              messages,
              (message) => accept(guildId === null ? message : { ...message, guild_id: guildId }),
              { concurrency: MESSAGES_AT_ONCE, discard: true }
            )
          ),
          Effect.tap((messages) => Metric.update(caughtUp, messages.length)),
          Effect.map((messages) => messages.length),
          Effect.catch((failure) => Effect.as(leftOut(channelId)(failure), 0))
        ),
      { concurrency: CHANNELS_AT_ONCE }
    )
    const messages = counts.reduce((sum, one) => sum + one, 0)
    yield* Effect.logInfo("discord: caught up").pipe(
      Effect.annotateLogs({ shard: shard.index, channels: wanted.length, messages })
    )
  })

  return { run }
})

export class CatchUp extends Context.Service<CatchUp, CatchUpService>()("app/channels/discord/CatchUp") {
  static readonly layer: Layer.Layer<CatchUp, Config.ConfigError, Channels | DiscordRest> = Layer.effect(CatchUp, make)
}
