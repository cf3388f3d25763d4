/**
 * Health, metrics and recipes: the routes anybody may ask. Health looks at the runtime each time it is asked and gives up
 * on a store that hangs, so that a probe always has its answer.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as PrometheusMetrics from "effect/observability/PrometheusMetrics"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { PublicApi } from "./Api.ts"
import { metricsReader } from "./BearerToken.ts"
import { NotFound, TryLater } from "./Problems.ts"
import { RecipeFiles } from "./RecipeFiles.ts"
import { notReadyBecause, reasonOf } from "./Reports.ts"
import { ServiceDescription, version } from "./ServiceDescription.ts"

/** A container's probe commonly gives up after 3 s. */
const HEALTH_WITHIN = "2 seconds"

/** What is said of a system that did not answer in time. */
const UNKNOWN = {
  ...{ store: { kind: "unknown", reachable: false }, stopping: false },
  ...{ residents: 0, effectsInFlight: 0, spooled: null }
}

const service = HttpApiBuilder.group(
  PublicApi,
  "service",
  Effect.fnUntraced(function* (handlers) {
    const system = yield* ActorSystem
    const { components, dependencies } = yield* ServiceDescription
    const startedAt = yield* Clock.currentTimeMillis
    const health = Effect.timeoutOption(system.health, HEALTH_WITHIN)
    const isAlive = Effect.succeed({ status: "alive" } as const)
    const isReady = Effect.flatMap(health, (seen) => {
      const code = seen._tag === "None" ? "StoreUnavailable" : notReadyBecause(seen.value)
      return code === null ? Effect.succeed({ status: "ready" } as const) : Effect.fail(new TryLater({ code }))
    })
    const report = Effect.gen(function* () {
      const seen = yield* health
      const parts = yield* components
      const now = yield* Clock.currentTimeMillis
      const { stopping, ...system } = seen._tag === "Some" ? seen.value : UNKNOWN
      const unwell = parts.find(({ degraded }) => degraded)?.name ?? null
      const reason = reasonOf({ stopping, ...system }) ?? unwell
      const status = reason === null ? "ok" : stopping ? "stopping" : "degraded"
      const uptimeSeconds = Math.floor((now - startedAt) / 1000)
      return { status, reason, version, uptimeSeconds, ...system, dependencies, components: parts } as const
    })
    return handlers.handleAll({
      healthz: () => isAlive,
      readyz: () => isReady,
      healthReady: () => isReady,
      health: () => report,
      healthDetailed: () => report
    })
  })
)

const metrics = HttpApiBuilder.group(PublicApi, "metrics", (handlers) =>
  handlers.handle("metrics", () => PrometheusMetrics.format())
)

const TOKEN = /^[A-Za-z0-9_-]{16,128}$/

const recipes = HttpApiBuilder.group(
  PublicApi,
  "recipes",
  Effect.fnUntraced(function* (handlers) {
    const files = yield* RecipeFiles
    return handlers.handle(
      "recipe",
      Effect.fnUntraced(function* ({ params: { token } }) {
        if (!TOKEN.test(token)) return yield* new NotFound({ what: "recipe" })
        const pdf = yield* Effect.mapError(files.read(token), (error) => new TryLater({ code: error._tag }))
        if (pdf === null) return yield* new NotFound({ what: "recipe" })
        return HttpServerResponse.uint8Array(pdf, {
          contentType: "application/pdf",
          headers: {
            "cache-control": "private, max-age=3600",
            "content-disposition": 'inline; filename="recipe.pdf"',
            "referrer-policy": "no-referrer",
            "x-robots-tag": "noindex"
          }
        })
      })
    )
  })
)

/** The routes of `PublicApi`. */
export const serviceRoutes = HttpApiBuilder.layer(PublicApi).pipe(
  Layer.provide(Layer.mergeAll(service, metrics, recipes)),
  Layer.provide(metricsReader)
)
