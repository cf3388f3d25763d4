/**
 * Finds out over HTTP what the dispatches left out: after a resume by a new process nobody sends the channels again, and a
 * thread can be older than this process. A guild's channels and active threads are asked for once, a single channel when
 * that did not help. Waits for Discord as long as it takes: a message in an unknown thread may be a crisis.
 */
import * as Cache from "effect/Cache"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { Routes } from "discord.js"
import { isSnowflake, type Snowflake } from "#domain/ash/Snowflake.ts"
import { ChannelsMap, type KnownChannel, type Place } from "./ChannelsMap.ts"
import { type DiscordFailure, DiscordRest } from "./DiscordRest.ts"
import { DiscordSettings } from "./DiscordSettings.ts"
import { type ChannelPayload, readChannel } from "./IngressPayloads.ts"

export interface ChannelsService {
  readonly map: ChannelsMap
  /** The place of a channel that `map` does not know. Never fails; waits while Discord does not answer. */
  readonly locate: (guildId: Snowflake | null, channelId: Snowflake) => Effect.Effect<Place>
  /** A channel, asked for when it is unknown. `null`: not to be seen by us. Waits while Discord does not answer. */
  readonly find: (channelId: Snowflake) => Effect.Effect<KnownChannel | null>
  /** Threads that are not archived. **Fails with** what Discord says. */
  readonly activeThreads: (guildId: Snowflake) => Effect.Effect<ReadonlyArray<ChannelPayload>, DiscordFailure>
  /** Public threads of a channel that are archived, the last archived first, at most 100. **Fails with** what Discord says. */
  readonly archivedThreads: (channelId: Snowflake) => Effect.Effect<ReadonlyArray<ChannelPayload>, DiscordFailure>
  /** The configured community, else the only guild the bot is in, else `null`. */
  readonly home: Effect.Effect<Snowflake | null>
  /** Looks at every channel the operator named and says which the bot cannot see. Waits while Discord does not answer. */
  readonly survey: Effect.Effect<void>
}

export class Channels extends Context.Service<Channels, ChannelsService>()("app/channels/discord/Channels") {
  static readonly layer: Layer.Layer<Channels, never, DiscordRest | DiscordSettings> = Layer.suspend(() => layer)
}

/** While Discord does not answer or asks to wait: again, at last every 30 s, without end. */
export const untilAnswered = <A, R>(ask: Effect.Effect<A, DiscordFailure, R>): Effect.Effect<A, DiscordFailure, R> =>
  Effect.retry(
    ask,
    Schedule.min([Schedule.exponential("500 millis"), Schedule.spaced("30 seconds")]).pipe(
      Schedule.jittered,
      Schedule.setInputType<DiscordFailure>(),
      Schedule.while(({ input: { kind } }) => kind === "unavailable" || kind === "rate_limited")
    )
  )

const UNSEEN =
  "discord: a channel of the settings cannot be seen by the bot; nobody is watched over or called there: look at its id " +
  "and the bot's permissions"

const ChannelList = Schema.Array(Schema.Unknown)
const isList = Schema.is(ChannelList)
const isThreadList = Schema.is(Schema.Struct({ threads: ChannelList }))

const readChannels = (list: ReadonlyArray<unknown>): ReadonlyArray<ChannelPayload> =>
  list.flatMap((item) => readChannel(item) ?? [])

const isGuilds = Schema.is(Schema.Array(Schema.Struct({ id: Schema.String.check(Schema.makeFilter(isSnowflake)) })))

const layer = Layer.effect(
  Channels,
  Effect.gen(function* () {
    const rest = yield* DiscordRest
    const settings = yield* DiscordSettings
    const map = new ChannelsMap(settings)

    const threadsAt = (route: `/${string}`, guildId?: Snowflake) =>
      Effect.map(rest.request("GET", route), (answer) => {
        const threads = isThreadList(answer) ? readChannels(answer.threads) : []
        for (const thread of threads) map.learn(thread, guildId)
        return threads
      })
    const activeThreads = (guildId: Snowflake) => threadsAt(Routes.guildActiveThreads(guildId), guildId)
    const archivedThreads = (channelId: Snowflake) =>
      threadsAt(`${Routes.channelThreads(channelId, "public")}?limit=100`)

    const refused = (what: string, id: Snowflake | null) => (failure: DiscordFailure) =>
      Effect.logWarning(`discord: ${what} cannot be seen`).pipe(
        Effect.annotateLogs({ id, kind: failure.kind, code: failure.code }),
        Effect.as(null)
      )

    /** Asked once per guild; a guild that refuses is asked again ten minutes later. */
    const guilds = yield* Cache.makeWith(
      (guildId: Snowflake) =>
        untilAnswered(rest.request("GET", Routes.guildChannels(guildId))).pipe(
          Effect.tap((answer) =>
            Effect.sync(() => {
              for (const channel of isList(answer) ? readChannels(answer) : []) map.learn(channel, guildId)
            })
          ),
          Effect.andThen(untilAnswered(activeThreads(guildId))),
          Effect.as(true),
          Effect.catch(refused("a guild", guildId))
        ),
      {
        capacity: 10_000,
        timeToLive: (exit) => (exit._tag === "Success" && exit.value === true ? "1 day" : "10 minutes")
      }
    )

    const single = yield* Cache.makeWith(
      (channelId: Snowflake) =>
        untilAnswered(rest.request("GET", Routes.channel(channelId))).pipe(
          Effect.map(readChannel),
          Effect.catch(refused("a channel", channelId))
        ),
      { capacity: 1000, timeToLive: () => "10 seconds" }
    )

    const find = Effect.fnUntraced(function* (channelId: Snowflake) {
      const known = map.get(channelId)
      if (known !== undefined) return known
      const found = yield* Cache.get(single, channelId)
      if (found === null) map.dismiss(channelId)
      else map.learn(found)
      return map.get(channelId) ?? null
    })

    const locate = Effect.fnUntraced(function* (guildId: Snowflake | null, channelId: Snowflake) {
      if (guildId !== null && map.place(channelId) === null) yield* Cache.get(guilds, guildId)
      if (map.place(channelId) === null) yield* find(channelId)
      return map.place(channelId) ?? { watched: null, teamThread: false }
    })

    /** Said once. */
    const homeless = yield* Effect.cached(
      Effect.logError(
        "discord: direct messages belong to no community: set BOT_DISCORD_GUILD_ID to the one that answers them"
      )
    )
    /** For a process that resumed and was told of no guild; asked at most every ten minutes. */
    const onlyGuild = yield* Effect.cachedWithTTL(
      untilAnswered(rest.request("GET", Routes.userGuilds(), { query: { limit: 2 } })).pipe(
        Effect.map((answer) => (isGuilds(answer) && answer.length === 1 ? (answer[0]?.id ?? null) : null)),
        Effect.catch(refused("the list of guilds", null))
      ),
      "10 minutes"
    )
    const home = Effect.suspend(() => {
      if (settings.homeGuildId !== null) return Effect.succeed(settings.homeGuildId)
      if (map.guilds.size === 0) return onlyGuild
      return Effect.succeed(map.guilds.size === 1 ? ([...map.guilds][0] ?? null) : null)
    }).pipe(Effect.tap((guildId) => (guildId === null ? homeless : Effect.void)))

    const survey = Effect.forEach(
      map.listed,
      (channelId) =>
        Effect.flatMap(find(channelId), (found) =>
          found === null ? Effect.annotateLogs(Effect.logError(UNSEEN), { channel: channelId }) : Effect.void
        ),
      { discard: true }
    )

    return { map, locate, find, activeThreads, archivedThreads, home, survey }
  })
)
