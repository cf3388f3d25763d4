/**
 * The incoming half of the Discord channel against the local Discord: what survives processes (`Durable`), and processes
 * that listen, are stopped or crash. Actors are written down, not run, each event once, as their dedup would have it; but
 * for the shards' own, whose chart runs.
 */
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import type { APIInteraction } from "discord.js"
import { CatchUp } from "#channels/discord/CatchUp.ts"
import { Channels } from "#channels/discord/Channels.ts"
import { DiscordHealth, type DiscordHealthReport } from "#channels/discord/DiscordHealth.ts"
import { DiscordRest } from "#channels/discord/DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "#channels/discord/DiscordSettings.ts"
import * as Gateway from "#channels/discord/Gateway.ts"
import { GuildPurge } from "#channels/discord/GuildPurge.ts"
import { GatewayTuning, type GatewayTuningService } from "#channels/discord/GatewayTuning.ts"
import { Ingress } from "#channels/discord/Ingress.ts"
import { IngressDelivery } from "#channels/discord/IngressDelivery.ts"
import { Interactions } from "#channels/discord/Interactions.ts"
import { PluralKit } from "#channels/discord/PluralKit.ts"
import { format } from "#domain/ActorAddress.ts"
import type { GatewayCheckpoint, GatewayEvent } from "#domain/ash/Gateway.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { FoundKey } from "#domain/Retention.ts"
import type { ActorState } from "#kernel/Turn.ts"
import { gatewayDefinition } from "#machines/gateway/definition.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { Housekeeping, type HousekeepingService } from "#runtime/ports/Housekeeping.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { eventually } from "#test/harness/Eventually.ts"
import type { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import { Bench } from "#test/kernel/harness.ts"

export interface Told {
  readonly to: string
  readonly id: string
  readonly event: ActorEvent
}

/** What every process of a test shares: what actors were told, the checkpoints, the documents. */
export class Durable {
  readonly told: Array<Told> = []
  readonly documents = new Map<string, string>()
  /** What the shards' actors were told and asked, in order. */
  readonly gateway: Array<GatewayEvent> = []
  readonly #shards = new Map<string, ActorState>()
  readonly #bench = new Bench([gatewayDefinition()], "0")
  readonly #seen = new Set<string>()

  /** As if a day had passed: what comes again is not recognised any more. */
  forgetEnvelopes(): void {
    this.#seen.clear()
  }

  /** Applies an event once. Answers what a shard's actor replies. */
  tell(to: string, event: ActorEvent, id: string): unknown {
    if (to.startsWith("gateway/")) {
      this.gateway.push(event as GatewayEvent)
      const { reply, state } = this.#bench.event(this.#shards.get(to) ?? null, event)
      this.#shards.set(to, state)
      return reply ?? null
    }
    if (this.#seen.has(`${to} ${id}`)) return null
    this.#seen.add(`${to} ${id}`)
    this.told.push({ to, id, event })
    return null
  }

  checkpoint(shard = 0): GatewayCheckpoint {
    const before = this.#shards.get(`gateway/${shard}`) ?? null
    return this.#bench.event(before, "LOOK").reply as GatewayCheckpoint
  }

  /** How many events of a type the shards' actors were told. */
  count(type: GatewayEvent["type"]): number {
    return this.gateway.filter((event) => event.type === type).length
  }

  /** Texts of the messages that member actors saw, in order. */
  get texts(): ReadonlyArray<string> {
    return this.told.flatMap(({ event }) =>
      event.type === "MESSAGE_SEEN" ? [(event["message"] as { text: string }).text] : []
    )
  }

  /** What a kind of actor was told, as `TYPE id`. */
  heard(type: string): ReadonlyArray<string> {
    return this.told.filter(({ to }) => to.startsWith(`${type}/`)).map(({ event, id }) => `${event.type} ${id}`)
  }
}

export interface Process {
  readonly health: Effect.Effect<DiscordHealthReport>
  readonly interactions: ReadonlyArray<APIInteraction>
  /** Lines of the log with their annotations, as one text each. */
  readonly log: ReadonlyArray<string>
  /** From now on events that match are refused as if the store were away, until `let` is called. */
  readonly refuse: (matches: (told: Told) => boolean) => { readonly let: () => void }
  /** The store answers nothing any more, until `rememberAgain`: events are told, questions fail. */
  readonly forget: () => void
  readonly rememberAgain: () => void
  readonly stop: Effect.Effect<void>
  /** Nothing of it reaches the store any more, and its connection is gone without a word. */
  readonly crash: Effect.Effect<void>
}

export interface ProcessOptions {
  readonly discord: DiscordStandIn
  readonly durable: Durable
  readonly settings?: Partial<DiscordSettingsService>
  readonly tuning?: Partial<GatewayTuningService>
  /** Variables of the environment; default none. */
  readonly env?: Readonly<Record<string, string>>
  /** The store cannot be asked for the checkpoint until `rememberAgain`. */
  readonly forgetful?: boolean
  /** Answers PluralKit's API. Default: it does not answer. */
  readonly pluralKit?: (path: string) => Response
}

const settingsOf = ({ discord, settings }: ProcessOptions): DiscordSettingsService => ({
  token: Redacted.make(discord.identity.token),
  apiBaseUrl: discord.apiBaseUrl,
  homeGuildId: null,
  monitoredChannels: [],
  alertChannels: { medium: [], high: [], critical: [] },
  crtRoles: [],
  widerRoles: [],
  leads: [],
  slash: { enabled: false, allowedRoles: [], adminRoles: [] },
  notesChannels: [],
  operatorChannels: [],
  shards: null,
  pluralKitUrl: "http://pluralkit.test",
  ...settings
})

const away = new StoreUnavailable({ store: "test", operation: "commit", reason: "connection" })

/** Starts a process; it is stopped with the scope. */
export const process = Effect.fnUntraced(function* (options: ProcessOptions) {
  const { discord, durable } = options
  const interactions: Array<APIInteraction> = []
  const log: Array<string> = []
  const refusals = new Set<(told: Told) => boolean>()
  const dead = Deferred.makeUnsafe<never>()
  let alive = true
  let remembers = options.forgetful !== true

  const alone = <A, E>(work: Effect.Effect<A, E>): Effect.Effect<A, E> =>
    Effect.suspend(() => (alive ? work : Deferred.await(dead)))
  const tell: ActorSystemService["tell"] = (to, event, { id }) =>
    alone(
      Effect.suspend(() => {
        const told = { to: format(to), event, id }
        if ([...refusals].some((matches) => matches(told))) return Effect.fail(away)
        durable.tell(told.to, event, id)
        return Effect.void
      })
    )
  const ask: ActorSystemService["ask"] = (to, event, { id }) =>
    alone(
      Effect.suspend(() => (remembers ? Effect.sync(() => durable.tell(format(to), event, id)) : Effect.fail(away)))
    )

  const logger = Logger.make(({ date: _date, ...line }) => {
    log.push(Logger.formatLogFmt.log({ date: new Date(0), ...line }))
  })
  const client = HttpClient.make((request) =>
    Effect.sync(() => {
      const answer = options.pluralKit?.(new URL(request.url).pathname) ?? new Response("", { status: 503 })
      return HttpClientResponse.fromWeb(request, answer)
    })
  )
  const store = {
    readDocument: (key: string) => alone(Effect.sync(() => durable.documents.get(key) ?? null)),
    readDocuments: (keys: ReadonlyArray<string>) =>
      alone(Effect.sync(() => keys.map((key) => durable.documents.get(key) ?? null)))
  }

  /** One key a page. */
  const page: HousekeepingService["page"] = ({ cursor, prefix }) =>
    alone(
      Effect.suspend(() => {
        if (!remembers) return Effect.fail(away)
        const keys = [...durable.documents.keys()].filter((key) => key.startsWith(prefix))
        const at = Number(cursor ?? 0)
        const found = keys.slice(at, at + 1).map((key) => ({ key }) as FoundKey)
        return Effect.succeed({
          now: 0,
          cursor: at + 1 < keys.length ? String(at + 1) : null,
          keys: found,
          unknown: 0
        })
      })
    )

  const outside = Layer.mergeAll(
    Layer.succeed(ActorSystem, { tell, ask, now: Clock.currentTimeMillis } as unknown as ActorSystemService),
    Layer.succeed(ActorStore, store as unknown as ActorStoreService),
    Layer.succeed(Housekeeping, { page } as unknown as HousekeepingService),
    Layer.succeed(DiscordSettings, settingsOf(options)),
    Layer.succeed(HttpClient.HttpClient, client),
    Layer.succeed(Interactions, { handle: (interaction) => Effect.sync(() => void interactions.push(interaction)) }),
    Layer.succeed(GatewayTuning, {
      mostInFlight: 5000,
      readyWithin: "20 seconds",
      memoryWithin: "2 seconds",
      stopWithin: "1 second",
      refusedAgain: "10 minutes",
      leaseFor: "6 seconds",
      renewEvery: "2 seconds",
      ...options.tuning
    }),
    Logger.layer([logger])
  )
  const all = Gateway.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(Ingress.layer, CatchUp.layer, DiscordHealth.layer)),
    Layer.provideMerge(GuildPurge.layer),
    Layer.provideMerge(Layer.mergeAll(IngressDelivery.layer, Channels.layer, PluralKit.layer)),
    Layer.provideMerge(DiscordRest.layer),
    Layer.provideMerge(outside),
    Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(options.env ?? {})))
  )
  const scope = yield* Scope.make()
  yield* Effect.addFinalizer(() => Scope.close(scope, Exit.void))
  const context = yield* Layer.buildWithScope(Layer.fresh(all), scope)
  const stop = Scope.close(scope, Exit.void)
  return {
    health: Context.get(context, DiscordHealth).report,
    interactions,
    log,
    refuse: (matches) => {
      refusals.add(matches)
      return { let: () => void refusals.delete(matches) }
    },
    forget: () => {
      remembers = false
    },
    rememberAgain: () => {
      remembers = true
    },
    stop,
    crash: Effect.andThen(
      Effect.sync(() => {
        alive = false
        discord.gateway.cut()
      }),
      stop
    )
  } satisfies Process
})

/** Waits until it is so; fails with what was seen last. */
export const until = <A>(what: string, look: () => A, holds: (seen: A) => boolean): Effect.Effect<A> =>
  Effect.promise(() => eventually(what, look, holds, 15_000))
