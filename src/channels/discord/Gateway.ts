/**
 * The Discord gateway as a layer: asks Discord for its address and how many shards it wants, and keeps one connection for
 * each. The start of the service never waits for it; a Discord that is down is asked until it answers, and one that refuses
 * the bot leaves the rest of the service running, and is asked again from time to time.
 */
import { SimpleIdentifyThrottler } from "@discordjs/ws"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { type APIGatewayBotInfo, Routes } from "discord.js"
import type { ActorSystem } from "#runtime/ActorSystem.ts"
import type { CatchUp } from "./CatchUp.ts"
import { Channels, untilAnswered } from "./Channels.ts"
import { DiscordHealth } from "./DiscordHealth.ts"
import { DiscordRest } from "./DiscordRest.ts"
import { DiscordSettings } from "./DiscordSettings.ts"
import { type GatewayRefusal, sayRefused } from "./GatewayRefusal.ts"
import * as GatewayShard from "./GatewayShard.ts"
import { GatewayTuning } from "./GatewayTuning.ts"
import type { Ingress } from "./Ingress.ts"

const Info = Schema.Struct({
  url: Schema.String.check(Schema.isPattern(/^wss?:\/\//)),
  shards: Schema.Int,
  session_start_limit: Schema.Struct({
    total: Schema.Int,
    remaining: Schema.Int,
    reset_after: Schema.Finite,
    max_concurrency: Schema.Int
  })
})
const decode = Schema.decodeUnknownOption(Info)

const run = Effect.gen(function* () {
  const { shards, token } = yield* DiscordSettings
  const rest = yield* DiscordRest
  const health = yield* DiscordHealth
  const { refusedAgain } = yield* GatewayTuning
  const channels = yield* Channels
  if (token === null) return

  const tell = (because: GatewayRefusal) =>
    Effect.andThen(
      Effect.sync(() => health.explain("failed", because)),
      sayRefused(because)
    )

  /** A token that is refused is the caller's to tell; anything else that is not Discord's answer may pass. */
  const asked: Effect.Effect<APIGatewayBotInfo, GatewayRefusal> = untilAnswered(
    rest.request("GET", Routes.gatewayBot())
  ).pipe(
    Effect.mapError(({ kind }): GatewayRefusal => (kind === "unauthorized" ? "bad_token" : "bad_address")),
    Effect.flatMap((answer) => Effect.mapError(Effect.fromOption(decode(answer)), (): GatewayRefusal => "bad_address")),
    Effect.tapError((because) => (because === "bad_address" ? tell(because) : Effect.void)),
    Effect.retry({ schedule: Schedule.spaced("1 minute"), while: (because) => because === "bad_address" })
  )
  /** Asked again for each connection, but not more often than Discord's answer can change. */
  const gateway = yield* Effect.cachedWithTTL(asked, "1 minute")

  const startShards = Effect.gen(function* () {
    const info = yield* gateway
    const total = shards?.total ?? info.shards
    const throttler = new SimpleIdentifyThrottler(info.session_start_limit.max_concurrency)
    for (const index of shards?.ids ?? Array.from({ length: total }, (_, index) => index)) {
      yield* GatewayShard.start({ shard: { index, total }, token: Redacted.value(token), throttler, gateway })
    }
  })
  yield* Effect.forkScoped(Effect.ignore(Effect.andThen(gateway, channels.survey)))
  yield* startShards.pipe(
    Effect.tapError(tell),
    Effect.retry(Schedule.spaced(refusedAgain)),
    Effect.ignore,
    Effect.forkScoped
  )
})

/** Runs while the layer lives. Stopping closes the connections, waits for what is under way, and writes a last checkpoint. */
export const layer: Layer.Layer<
  never,
  never,
  ActorSystem | CatchUp | Channels | DiscordHealth | DiscordRest | DiscordSettings | Ingress
> = Layer.effectDiscard(run)
