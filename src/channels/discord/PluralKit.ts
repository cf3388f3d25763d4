/**
 * Asks PluralKit who is behind a proxied post (B16). A post may be a moment older than PluralKit's own record of it, so an
 * unknown one is asked for again; after ten seconds at most the answer is `null`, and the caller goes on without a name: a
 * crisis is not kept waiting for a third party. At most ten questions a second, as PluralKit asks of its users.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import * as RateLimiter from "effect/persistence/RateLimiter"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { isSnowflake, type Snowflake } from "#domain/ash/Snowflake.ts"
import { DiscordSettings } from "./DiscordSettings.ts"
import type { Proxied } from "./IngressRoute.ts"

export interface PluralKitService {
  /** Whether proxied posts are mapped at all. */
  readonly enabled: boolean
  /** `null`: it does not know the post, or does not answer. Never fails. */
  readonly whoPosted: (messageId: Snowflake) => Effect.Effect<Proxied | null>
}

/** Labels: `outcome` = known | unknown. */
const lookUps = Metric.counter("discord_proxied_messages_total", {
  description: "Proxied posts, by whether PluralKit could say who wrote them",
  incremental: true
})

const Id = Schema.String.check(Schema.makeFilter((text: string) => isSnowflake(text)))
const Answer = Schema.Struct({ sender: Id, original: Id })

const off: PluralKitService = { enabled: false, whoPosted: () => Effect.succeed(null) }

const make = Effect.gen(function* () {
  const { pluralKitUrl } = yield* DiscordSettings
  if (pluralKitUrl === null) return off
  const client = HttpClient.filterStatusOk(yield* HttpClient.HttpClient)
  const limiter = yield* RateLimiter.make
  const turn = limiter
    .consume({ algorithm: "token-bucket", onExceeded: "delay", key: "pluralkit", limit: 10, window: "1 second" })
    .pipe(
      Effect.flatMap(({ delay }) => Effect.sleep(delay)),
      Effect.ignore
    )

  const ask = (messageId: Snowflake) =>
    HttpClientRequest.get(`${pluralKitUrl}/v2/messages/${messageId}`).pipe(
      HttpClientRequest.acceptJson,
      HttpClientRequest.setHeader("User-Agent", "Tardigrade (crisis response for Discord communities)"),
      (request) => HttpClient.withScope(client).execute(request),
      Effect.flatMap(HttpClientResponse.schemaBodyJson(Answer)),
      Effect.scoped,
      Effect.timeout("4 seconds"),
      Effect.provideService(FetchHttpClient.RequestInit, { redirect: "manual" }),
      Effect.provideService(HttpClient.TracerDisabledWhen, () => true),
      Effect.provideService(HttpClient.TracerPropagationEnabled, false)
    )

  const whoPosted = (messageId: Snowflake) =>
    Effect.andThen(turn, ask(messageId)).pipe(
      Effect.retry(Schedule.exponential("400 millis").pipe(Schedule.jittered, Schedule.upTo({ times: 4 }))),
      Effect.timeoutOption("10 seconds"),
      Effect.map((answer) => (answer._tag === "Some" ? answer.value : null)),
      Effect.catch(() => Effect.succeed(null)),
      Effect.tap((answer) =>
        Metric.update(Metric.withAttributes(lookUps, { outcome: answer === null ? "unknown" : "known" }), 1)
      ),
      Effect.tap((answer) =>
        answer === null
          ? Effect.logWarning("discord: nobody could say who wrote a proxied post; it is analysed under its webhook")
          : Effect.void
      )
    )

  return { enabled: true, whoPosted }
})

export class PluralKit extends Context.Service<PluralKit, PluralKitService>()("app/channels/discord/PluralKit") {
  static readonly layer: Layer.Layer<PluralKit, never, DiscordSettings | HttpClient.HttpClient> = Layer.effect(
    PluralKit,
    make
  ).pipe(Layer.provide(RateLimiter.layerStoreMemory))
}
