/**
 * The SMS channel as a running HTTP service for tests: real routes on a real loopback server, with an actor system that
 * records what it is told, deduplicates by id as the real one does, and answers as scripted.
 */
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Clock from "effect/Clock"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { createServer } from "node:http"
import type { LocalInbox } from "#channels/sms/LocalInbox.ts"
import { localRoutes } from "#channels/sms/LocalPhone.ts"
import { SmsProvider } from "#channels/sms/SmsProvider.ts"
import { SmsRoutes } from "#channels/sms/Webhook.ts"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { ActorSystem, type ActorSystemService, type Inspection, type TellOptions } from "#runtime/ActorSystem.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"

export interface Told {
  readonly to: ActorAddress
  readonly event: ActorEvent
  readonly options: TellOptions
}

export interface RecordingSystem {
  readonly told: Array<Told>
  readonly layer: Layer.Layer<ActorSystem>
}

export type Script = (told: Told) => Effect.Effect<unknown, TurnRefused>

/** A number nobody has a conversation with. */
export const STRANGER = "+12125550199"

const inspectionOf = (to: ActorAddress): Inspection => ({
  ...{ address: to, status: "active", value: {}, revision: 1, version: 1, createdAt: 0, updatedAt: 0 },
  ...{ timers: [], effects: [], recent: [] }
})

/** Answers each new id by the script; a seen id gets its first answer again. */
export const recordingSystem = (
  script: Script = () => Effect.succeed(null),
  now: Effect.Effect<number> = Clock.currentTimeMillis
): RecordingSystem => {
  const told: Array<Told> = []
  const replies = new Map<string, unknown>()
  const ask: ActorSystemService["ask"] = (to, event, options) =>
    Effect.suspend(() => {
      const key = `${to.id} ${options.id}`
      if (replies.has(key)) return Effect.succeed(replies.get(key))
      const entry = { to, event, options }
      told.push(entry)
      return Effect.tap(script(entry), (reply) => Effect.sync(() => replies.set(key, reply)))
    })
  const layer = Layer.mock(ActorSystem)({
    ask,
    now,
    inspect: (to) => Effect.succeed(to.id === STRANGER ? null : inspectionOf(to)),
    tell: (to, event, options) => Effect.asVoid(ask(to, event, options))
  })
  return { told, layer }
}

const server = NodeHttpServer.layer(createServer, { port: 0, host: "127.0.0.1" })

const addressOf = Effect.map(
  HttpServer.HttpServer,
  ({ address }) => `http://127.0.0.1:${"port" in address ? address.port : 0}`
)

/** Serves the terminal phone's route over this inbox and answers the base URL. */
export const serveRoutes = (inbox: LocalInbox) =>
  Effect.gen(function* () {
    const routes = HttpRouter.addAll(localRoutes(inbox))
    const app = HttpRouter.serve(routes, { disableListenLog: true, disableLogger: true })
    return yield* Effect.provide(addressOf, yield* Layer.build(Layer.provideMerge(app, server)))
  })

/** Serves the routes under this environment and answers the base URL. Lives as long as the scope. `lines` takes the log. */
export const serve = (system: RecordingSystem, environment: Record<string, string>, lines: Array<string> = []) =>
  Effect.gen(function* () {
    const app = HttpRouter.serve(SmsRoutes, { disableListenLog: true }).pipe(
      Layer.provide(SmsProvider.layerConfig),
      Layer.provide(system.layer),
      Layer.provide(FetchHttpClient.layer),
      Layer.provideMerge(server),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(environment))),
      Layer.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))]))
    )
    const context = yield* Layer.build(app)
    return yield* Effect.provide(addressOf, context)
  })
