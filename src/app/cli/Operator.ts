/**
 * What commands ask: the operator's routes as a typed client. With `--url` they are a running service's. Without it they
 * are built in this process over the store that the service's settings name, so both give the same answers; this process
 * then changes records and leaves all work to the services on that store.
 */
import { readFileSync } from "node:fs"
import * as NodeHttpClient from "@effect/platform-node/NodeHttpClient"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpApiClient from "effect/http-api/HttpApiClient"
import * as HttpClient from "effect/http/HttpClient"
import { HttpClientError, TransportError } from "effect/http/HttpClientError"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Redacted from "effect/Redacted"
import { operatorRoutes } from "#channels/http/AdminRoutes.ts"
import { AdminApi } from "#channels/http/Api.ts"
import { AdminOnly, adminToken } from "#channels/http/BearerToken.ts"
import { registryWith } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import * as Views from "../Views.ts"
import { TokenFile, Url } from "./Flags.ts"
import { settings, store } from "./Straight.ts"
import { badUsage } from "./Trouble.ts"

export type Client = HttpApiClient.ForApi<typeof AdminApi>

class Operator extends Context.Service<Operator, Client>()("app/cli/Operator") {}

/** How long a service may take for one answer. */
const PATIENCE = "60 seconds"

/** Longest path parameter, as the service takes it. */
const MAX_PARAMETER = 3072

const tokenOf = (file: Option.Option<string>) =>
  Effect.gen(function* () {
    if (Option.isSome(file)) {
      const text = yield* Effect.try({
        try: () => readFileSync(file.value, "utf8").trim(),
        catch: () => badUsage("the file of --token-file cannot be read")
      })
      if (text === "") return yield* badUsage("the file of --token-file is empty")
      return Redacted.make(text)
    }
    const token = yield* adminToken
    if (Option.isSome(token)) return token.value
    return yield* badUsage("with --url the operator token is needed: set ADMIN_TOKEN, or give --token-file")
  })

const remote = (url: string, tokenFile: Option.Option<string>) =>
  Layer.effect(
    Operator,
    Effect.gen(function* () {
      if (!URL.canParse(url) || !/^https?:$/.test(new URL(url).protocol)) {
        return yield* badUsage("--url is no address; write http://host:port")
      }
      const token = yield* tokenOf(tokenFile)
      yield* Console.error(`asking the service at ${new URL(url).origin}`)
      return yield* HttpApiClient.make(AdminApi, {
        baseUrl: url,
        transformClient: (client) =>
          HttpClient.transform(HttpClient.mapRequest(client, HttpClientRequest.bearerToken(token)), (answer, request) =>
            Effect.timeoutOrElse(answer, {
              duration: PATIENCE,
              orElse: () =>
                Effect.fail(
                  new HttpClientError({ reason: new TransportError({ request, cause: { code: "ETIMEDOUT" } }) })
                )
            })
          )
      })
    })
  ).pipe(Layer.provide(NodeHttpClient.layerUndici))

/** Whoever can read the store needs no token. */
const everybody = Layer.succeed(AdminOnly, { adminToken: (route) => route })

/** The routes, answered in this process. */
const inProcess = Layer.effect(
  Operator,
  Effect.gen(function* () {
    const router = yield* HttpRouter.toHttpEffect(operatorRoutes)
    const httpClient = HttpClient.make((request) =>
      router.pipe(
        Effect.map((response) => HttpServerResponse.toClientResponse(response, { request })),
        Effect.provideService(HttpServerRequest.HttpServerRequest, HttpServerRequest.fromClientRequest(request)),
        Effect.orDie,
        Effect.scoped
      )
    )
    return yield* HttpApiClient.makeWith(AdminApi, { httpClient, baseUrl: "http://store" })
  })
).pipe(
  Layer.provide([NodeHttpServer.layerHttpServices, everybody]),
  Layer.provide(Layer.succeed(HttpRouter.RouterConfig)({ maxParamLength: MAX_PARAMETER }))
)

const actors = Layer.unwrap(
  Effect.map(settings, ({ ash, report, retention, session }) => {
    const definitions = registryWith({ ash, report, session })
    return Layer.merge(
      ActorRuntime.layer({ actors: definitions, passive: true }),
      Views.layer(definitions, retention.rules)
    )
  })
)

const straight = inProcess.pipe(Layer.provide(actors), Layer.provide(store))

/**
 * The operator's routes, where the flags say; says on standard error where that is. What it opens closes with the scope.
 * Asked for after a command has found its own flags in order.
 */
export const operator = Effect.gen(function* () {
  const url = yield* Url
  const tokenFile = yield* TokenFile
  const context = yield* Layer.build(Option.isSome(url) ? remote(url.value, tokenFile) : straight)
  return Context.get(context, Operator)
})
