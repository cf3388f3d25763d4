/**
 * The one HTTP server of the process. It bounds what a slow or greedy client can hold, lets requests in flight finish when
 * the process stops, and writes one line when it listens. Routes are layers that the composition root merges.
 *
 * Settings: `HOST` (default 127.0.0.1 with `SMS_PROVIDER=local`, else 0.0.0.0), `PORT` (3000),
 * `HTTP_REQUEST_TIMEOUT` (15 s to receive a whole request), `HTTP_HEADERS_TIMEOUT` (10 s), `HTTP_MAX_HEADER_BYTES` (16384),
 * `HTTP_IDLE_TIMEOUT` (11 min in which nothing comes and nothing is taken), `HTTP_MAX_CONNECTIONS` (5000),
 * `HTTP_STOP_WITHIN` (10 s).
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpMiddleware from "effect/http/HttpMiddleware"
import * as HttpRouter from "effect/http/HttpRouter"
import * as EffectHttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { createServer, type Server } from "node:http"
import { all, duration, whole } from "#runtime/SettingRules.ts"
import { observeRequests } from "./RequestSpans.ts"

/** Where to listen. The local provider believes whoever calls it, so with it the default is this machine only. */
export const bind = all({
  host: Config.option(Config.NonEmptyString("HOST")),
  port: whole("PORT", 0, 65_535, 3000),
  provider: Config.NonEmptyString("SMS_PROVIDER").pipe(Config.withDefault("local"))
}).pipe(
  Effect.map(({ host, port, provider }) => ({
    host: host._tag === "Some" ? host.value : provider === "local" ? "127.0.0.1" : "0.0.0.0",
    port
  }))
)

const limits = all({
  requestTimeout: duration("HTTP_REQUEST_TIMEOUT", 15_000),
  headersTimeout: duration("HTTP_HEADERS_TIMEOUT", 10_000),
  maxHeaderSize: whole("HTTP_MAX_HEADER_BYTES", 4096, 1_048_576, 16_384),
  // Longer than any answer is waited for in silence.
  idleTimeout: duration("HTTP_IDLE_TIMEOUT", 660_000),
  maxConnections: whole("HTTP_MAX_CONNECTIONS", 1, 1_000_000, 5000),
  stopWithin: duration("HTTP_STOP_WITHIN", 10_000)
})

/** Node looks for overdue requests this often. */
const LOOK_EVERY_MS = 1000

/** A path parameter is an actor id of at most 256 characters, before decoding up to 12 bytes each. */
const MAX_PARAMETER = 3072

/** What the server goes by. */
export const settings = all({ bind, limits })

const listen = Effect.gen(function* () {
  const {
    bind: { host, port },
    limits: { idleTimeout, stopWithin, maxConnections, ...receive }
  } = yield* settings
  const server: Server = createServer({
    ...receive,
    headersTimeout: Math.min(receive.headersTimeout, receive.requestTimeout),
    connectionsCheckingInterval: LOOK_EVERY_MS
  })
  server.maxConnections = maxConnections
  // Ends a connection whose answer nobody reads, or whose other end is gone without a word.
  server.setTimeout(idleTimeout)
  // Once it closes, a connection whose answer is out would else be kept open for a next request that never comes.
  server.on("request", (_, response) => {
    response.once("close", () => {
      if (!server.listening) server.closeIdleConnections()
    })
  })
  const http = yield* NodeHttpServer.make(() => server, { host, port, disablePreemptiveShutdown: true })
  yield* Effect.logInfo(`http: listening on ${EffectHttpServer.formatAddress(http.address)}`)
  return { http, stop: stop(server, stopWithin) }
})

/**
 * Cutting off is what ends the rest: Node stops looking for slow clients once it closes, and an answer that nobody reads
 * cannot be interrupted.
 */
const stop = (server: Server, withinMs: number): Effect.Effect<void> =>
  Effect.callback<void>((resume) => void server.close(() => resume(Effect.void))).pipe(
    Effect.timeoutOption(withinMs),
    Effect.andThen(Effect.sync(() => server.closeAllConnections()))
  )

/** Paths hold numbers and tokens: the built-in spans, which carry the URL, are off; `observeRequests` makes its own. */
const withoutUrls = Layer.succeed(HttpMiddleware.TracerDisabledWhen)(() => true)

/**
 * Serves these routes, and answers every other path with 404. Listens only after the routes and all they need are built,
 * and closes before them. Answers the bound address as effect's `HttpServer`.
 *
 * **Stop**: takes no new connection, lets requests in flight finish within `HTTP_STOP_WITHIN`, then cuts off the rest.
 * **Fails with** `ServeError` when the address is taken, a config error when a setting is malformed.
 */
export const serve = <A, E, R>(routes: Layer.Layer<A, E, R>) =>
  Layer.unwrap(
    Effect.gen(function* () {
      const router = yield* HttpRouter.toHttpEffect(routes)
      const { http, stop } = yield* listen
      const served = EffectHttpServer.serve(observeRequests(router)).pipe(
        Layer.provideMerge(Layer.succeed(EffectHttpServer.HttpServer, http))
      )
      // Built last, so that it is the first to go.
      return Layer.effectDiscard(Effect.addFinalizer(() => stop)).pipe(Layer.provideMerge(served))
    })
  ).pipe(
    Layer.provide(NodeHttpServer.layerHttpServices),
    Layer.provide(withoutUrls),
    Layer.provide(Layer.succeed(HttpRouter.RouterConfig)({ maxParamLength: MAX_PARAMETER }))
  )
