/**
 * The HTTP API as data: every path, what it takes and what it answers. The routes are built from this, and so is
 * `/openapi.json`, so neither can say what the other does not do.
 */
import * as HttpApi from "effect/http-api/HttpApi"
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiMiddleware from "effect/http-api/HttpApiMiddleware"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { AdminOnly, MetricsReader } from "./BearerToken.ts"
import { DeskGroup, Limit, ReportsGroup, UpkeepGroup, WorkGroup } from "./OperatorApi.ts"
import { MalformedRequest, NotFound, Refused, TryLaterResponse } from "./Problems.ts"
import { ActorReport, Alive, DeadLetterReport, Forgotten, Health, Ready, Replayed } from "./Reports.ts"

const describe = (summary: string, description: string) => OpenApi.annotations({ summary, description })

/** Turns a request that does not decode into `MalformedRequest`. */
export class RequestProblems extends HttpApiMiddleware.Service<RequestProblems>()("app/channels/http/RequestProblems", {
  error: MalformedRequest
}) {}

const ServiceGroup = HttpApiGroup.make("service")
  .add(
    HttpApiEndpoint.get("healthz", "/healthz", { success: Alive }).annotateMerge(
      describe("Is the process alive", "200 as long as the process answers at all.")
    ),
    HttpApiEndpoint.get("readyz", "/readyz", { success: Ready, error: TryLaterResponse }).annotateMerge(
      describe(
        "Can it take work",
        "200 while the store answers and the process is not stopping; else 503 with the code."
      )
    ),
    HttpApiEndpoint.get("healthReady", "/health/ready", { success: Ready, error: TryLaterResponse }).annotateMerge(
      describe("Can it take work", "The same as `/readyz`, under the name older probes use.")
    ),
    HttpApiEndpoint.get("health", "/health", { success: Health }).annotateMerge(
      describe("How is it", "State, store, load, dependencies and parts. Always 200: `degraded` still serves.")
    ),
    HttpApiEndpoint.get("healthDetailed", "/health/detailed", { success: Health }).annotateMerge(
      describe("How is it", "The same as `/health`, under the name older probes use.")
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Service", description: "Is it there, and how is it." }))

const MetricsGroup = HttpApiGroup.make("metrics")
  .add(
    HttpApiEndpoint.get("metrics", "/metrics", {
      success: Schema.String.pipe(HttpApiSchema.asText({ contentType: "text/plain; version=0.0.4; charset=utf-8" }))
    }).annotateMerge(describe("Metrics for Prometheus", "Open unless `METRICS_TOKEN` is set."))
  )
  .middleware(MetricsReader)
  .annotateMerge(OpenApi.annotations({ title: "Metrics" }))

const RecipesGroup = HttpApiGroup.make("recipes")
  .add(
    HttpApiEndpoint.get("recipe", "/recipes/:token.pdf", {
      params: { token: Schema.String },
      success: Schema.Uint8Array.pipe(HttpApiSchema.asUint8Array({ contentType: "application/pdf" })),
      error: [NotFound, TryLaterResponse]
    }).annotateMerge(describe("A recipe as PDF", "The token in the link is the permission to read it."))
  )
  .annotateMerge(OpenApi.annotations({ title: "Recipes" }))

/** Served always. */
export const PublicApi = HttpApi.make("public").add(ServiceGroup, MetricsGroup, RecipesGroup)

const address = { type: Schema.String, id: Schema.String }

const ActorsGroup = HttpApiGroup.make("actors")
  .add(
    HttpApiEndpoint.get("inspect", "/api/actors/:type/:id", {
      params: address,
      success: ActorReport,
      error: [NotFound, Refused, TryLaterResponse]
    }).annotateMerge(
      describe(
        "Look at an actor",
        "State, timers and pending effects; never what anybody wrote. The id is percent-encoded."
      )
    ),
    HttpApiEndpoint.delete("forget", "/api/actors/:type/:id", {
      params: address,
      success: Forgotten,
      error: [NotFound, Refused, TryLaterResponse]
    }).annotateMerge(
      describe("Forget an actor", "Removes its record, timers, effects, dedup marks, dead letters and documents.")
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Actors", description: "404 unless `ADMIN_TOKEN` is set." }))

const DeadLettersGroup = HttpApiGroup.make("deadLetters")
  .add(
    HttpApiEndpoint.get("list", "/api/dead-letters", {
      query: { limit: Schema.optionalKey(Limit) },
      success: Schema.Array(DeadLetterReport),
      error: TryLaterResponse
    }).annotateMerge(
      describe("What was given up on", "Newest first, without what it carried. `limit` is 1-1000, default 100.")
    ),
    HttpApiEndpoint.post("replay", "/api/dead-letters/:id/replay", {
      params: { id: Schema.String },
      success: Replayed,
      error: [NotFound, Refused, TryLaterResponse]
    }).annotateMerge(
      describe(
        "Put a dead letter back to work",
        "An effect goes into its actor's outbox, an event into its mailbox. 409 `EffectNotAwaited`: its actor was told that it failed and goes by that."
      )
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Dead letters", description: "404 unless `ADMIN_TOKEN` is set." }))

/** Served when `ADMIN_TOKEN` is set. The token is asked for before anything else of the request is looked at. */
export const AdminApi = HttpApi.make("admin")
  .add(ActorsGroup, DeadLettersGroup, WorkGroup, DeskGroup, ReportsGroup, UpkeepGroup)
  .middleware(RequestProblems)
  .middleware(AdminOnly)
