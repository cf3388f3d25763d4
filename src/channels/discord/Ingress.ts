/**
 * Takes dispatches in, one after the other, and sees each to its end. What concerns one channel keeps its order; a question
 * to Discord, PluralKit or the store holds up that channel's events at most, never the gateway. `IngressRoute` decides,
 * `IngressDelivery` makes it durable, this file brings the two together and looks up what a decision lacks.
 */
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import type * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type { APIInteraction } from "discord.js"
import { memberId, type SeenMessage } from "#domain/ash/Member.ts"
import { channelSensitivity } from "#domain/ash/Sensitivity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { Channels } from "./Channels.ts"
import type { Place } from "./ChannelsMap.ts"
import type { GatewayProgress } from "./GatewayProgress.ts"
import { GuildPurge } from "./GuildPurge.ts"
import { IngressAuthors } from "./IngressAuthors.ts"
import { IngressDelivery } from "./IngressDelivery.ts"
import * as IngressLanes from "./IngressLanes.ts"
import * as IngressLookUps from "./IngressLookUps.ts"
import { type Payload, read } from "./IngressPayloads.ts"
import { route, type RouteView } from "./IngressRoute.ts"
import type { Tell } from "./IngressTells.ts"
import { Interactions } from "./Interactions.ts"
import { PluralKit } from "./PluralKit.ts"
import { sensitivitySettings } from "./SensitivitySettings.ts"

export interface Dispatch {
  readonly t: string
  readonly d: unknown
  /** Names the dispatch where it has no id of its own; the same in every replay. */
  readonly eventId: string
  /** Where open messages of channels are kept. */
  readonly progress: Pick<GatewayProgress, "message" | "forget">
}

export interface IngressService {
  /**
   * Takes in the next dispatch; ends at once. The inner effect ends when all it asked for is durable, and never fails;
   * `null` when there is nothing to wait for.
   */
  readonly accept: (dispatch: Dispatch) => Effect.Effect<Effect.Effect<void> | null>
}

/** Labels: `type` = the dispatch's name, `other` for those that say nothing to us. */
const dispatches = Metric.counter("discord_dispatches_total", {
  description: "Dispatches of Discord by name",
  incremental: true
})

/** Labels: `type`. */
const unreadable = Metric.counter("discord_dispatches_unreadable_total", {
  description: "Dispatches that lack a needed field, or died while they were handled",
  incremental: true
})

const blind = Metric.counter("discord_blind_messages_total", {
  description: "Messages whose words Discord kept from us",
  incremental: true
})

const BLIND =
  "discord: messages come without their words, so nobody is watched over: switch on the Message Content intent for this bot " +
  "in Discord's developer portal"

const count = (metric: Metric.Counter<number>, type: string) =>
  Metric.update(Metric.withAttributes(metric, { type }), 1)

const REMOVED = "discord: the bot was removed from a guild; what is stored of its members' words goes"
const PURGED = "discord: a guild that the bot was removed from is forgotten"

/** A fault of ours in one dispatch holds up nothing else: it is counted, told, and counts as handled. */
const survive = (type: string, work: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.catchCauseIf(
    work,
    (cause) => !Cause.hasInterrupts(cause),
    () =>
      Effect.logError("discord: a dispatch could not be handled").pipe(
        Effect.annotateLogs({ type }),
        Effect.andThen(count(unreadable, type))
      )
  )

/** Whose message it was, in case it is deleted. */
const rememberAuthor = (authors: IngressAuthors, { event, to }: Tell): void => {
  const { guildId, message, messageId } = event as { guildId?: unknown; message?: SeenMessage; messageId?: unknown }
  if (event.type === "MESSAGE_SEEN" && message !== undefined) authors.remember(message.messageId, to.id)
  if (event.type === "DM_RECEIVED" && typeof guildId === "string" && typeof messageId === "string") {
    authors.remember(messageId, memberId(guildId, to.id))
  }
}

/** Direct messages have no guild. */
interface Where {
  readonly guildId: Snowflake | null
  readonly channelId: Snowflake
}

const ELSEWHERE: Place = { watched: null, teamThread: false }
const isElsewhere = ({ teamThread, watched }: Place): boolean => watched === null && !teamThread

/** Where it happened; `null` for what happens to a guild. `undefined`: only the map of channels cares. */
const whereOf = ({ d, t }: Payload): Where | null | undefined => {
  switch (t) {
    case "MESSAGE_CREATE":
    case "MESSAGE_UPDATE":
    case "MESSAGE_DELETE":
    case "MESSAGE_DELETE_BULK":
    case "MESSAGE_REACTION_ADD":
      return { guildId: d.guild_id ?? null, channelId: d.channel_id }
    case "GUILD_MEMBER_REMOVE":
      return null
    default:
      return undefined
  }
}

const make = Effect.gen(function* () {
  const channels = yield* Channels
  const delivery = yield* IngressDelivery
  const interactions = yield* Interactions
  const pluralKit = yield* PluralKit
  const store = yield* ActorStore
  const { purge } = yield* GuildPurge
  const sensitivity = yield* sensitivitySettings
  const lanes = yield* IngressLanes.make
  const scope = yield* Effect.scope
  const authors = new IngressAuthors()

  const deliver = (tells: ReadonlyArray<Tell>) => {
    for (const tell of tells) rememberAuthor(authors, tell)
    return delivery.submit(tells)
  }
  const lookUps = IngressLookUps.make(store, pluralKit, lanes, authors, deliver)

  let blindToldAt = Number.NEGATIVE_INFINITY
  const tellBlind = (tells: ReadonlyArray<Tell>, now: number) => {
    if (!tells.some(({ event }) => event.type === "BLIND")) return Effect.void
    const again = now - blindToldAt > 60_000
    if (again) blindToldAt = now
    return Effect.andThen(Metric.update(blind, 1), again ? Effect.logError(BLIND) : Effect.void)
  }

  const decide = Effect.fnUntraced(function* (payload: Payload, eventId: string, place: Place) {
    const now = yield* Clock.currentTimeMillis
    const isDirect = (payload.t === "MESSAGE_CREATE" || payload.t === "MESSAGE_UPDATE") && payload.d.guild_id == null
    const view: RouteView = {
      now,
      eventId,
      place,
      home: isDirect ? yield* channels.home : null,
      author: (messageId) => authors.of(messageId),
      sensitivity: (channelId) => channelSensitivity(sensitivity, channelId),
      proxies: pluralKit.enabled
    }
    const { lookUp, tells } = route(payload, view)
    yield* tellBlind(tells, now)
    const told = yield* deliver(tells)
    if (lookUp === null) return told
    return Effect.andThen(told, yield* lookUps.run(lookUp, view))
  })

  /** Runs in the lane of its channel. Answers what to wait for outside of it. */
  const handle = Effect.fnUntraced(function* (payload: Payload, where: Where | null, { eventId, progress }: Dispatch) {
    const { channelId, guildId } = where ?? { channelId: null, guildId: null }
    if (channelId === null || guildId === null) return yield* decide(payload, eventId, ELSEWHERE)
    const place = channels.map.place(channelId) ?? (yield* channels.locate(guildId, channelId))
    if (isElsewhere(place)) {
      progress.forget(channelId)
      return Effect.void
    }
    const deletes = payload.t === "MESSAGE_DELETE" || payload.t === "MESSAGE_DELETE_BULK"
    const before = deletes ? lookUps.proxiedPosts(channelId) : null
    if (before === null) return yield* decide(payload, eventId, place)
    const later = Effect.andThen(before, decide(payload, eventId, place))
    return Effect.flatten(yield* lanes.submit(`deletes:${channelId}`, later))
  })

  /** An outage comes without this. */
  const removed = Effect.fnUntraced(function* (guildId: Snowflake, eventId: string) {
    yield* Effect.logError(REMOVED)
    const at = yield* Clock.currentTimeMillis
    const work = Effect.tap(purge({ guildId, eventId, at }), (members) =>
      Effect.logWarning(PURGED).pipe(Effect.annotateLogs({ guild: guildId, members }))
    )
    return Effect.asVoid(yield* lanes.submit(`guild:${guildId}`, work))
  })

  const accept: IngressService["accept"] = Effect.fnUntraced(function* (dispatch) {
    const { d, eventId, progress, t } = dispatch
    if (t === "INTERACTION_CREATE") {
      yield* count(dispatches, t)
      yield* Effect.forkIn(survive(t, interactions.handle(d as APIInteraction)), scope)
      return null
    }
    const payload = read(t, d)
    yield* count(dispatches, payload === null ? "other" : t)
    if (payload === null) return null
    if ("path" in payload) {
      yield* Effect.logError("discord: a dispatch lacks a needed field").pipe(
        Effect.annotateLogs({ type: t, path: payload.path }),
        Effect.andThen(count(unreadable, t))
      )
      return null
    }
    channels.map.hear(payload)
    if (payload.t === "GUILD_DELETE" && payload.d.unavailable !== true) {
      return survive(t, yield* removed(payload.d.id, eventId))
    }
    const where = whereOf(payload)
    if (where === undefined) return null
    if (where !== null && where.guildId !== null) {
      const place = channels.map.place(where.channelId)
      if (place !== null && isElsewhere(place)) return null
    }
    const settle = payload.t === "MESSAGE_CREATE" ? progress.message(payload.d.channel_id, payload.d.id) : () => {}
    const lane = where === null ? `dispatch:${eventId}` : `channel:${where.channelId}`
    const handled = Effect.flatten(yield* lanes.submit(lane, handle(payload, where, dispatch)))
    return Effect.andThen(survive(t, handled), Effect.sync(settle))
  })

  return { accept }
})

export class Ingress extends Context.Service<Ingress, IngressService>()("app/channels/discord/Ingress") {
  static readonly layer: Layer.Layer<
    Ingress,
    Config.ConfigError,
    ActorStore | Channels | GuildPurge | IngressDelivery | Interactions | PluralKit
  > = Layer.effect(Ingress, make)
}
