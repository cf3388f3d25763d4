/**
 * The HTTP channel as a running service for tests: real routes on a real loopback server with a free port, the real actor
 * runtime over the memory store, and one tiny machine: a counter whose effects fail, for now or for good, and an event that is
 * poison.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import type * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { request as httpRequest } from "node:http"
import { setup } from "xstate"
import { adminRoutes } from "#channels/http/AdminRoutes.ts"
import { documentationRoutes } from "#channels/http/Documentation.ts"
import * as Views from "#app/Views.ts"
import * as Server from "#channels/http/HttpServer.ts"
import type { OperatorViews } from "#channels/http/OperatorViews.ts"
import { RecipeFiles } from "#channels/http/RecipeFiles.ts"
import { type Component, ServiceDescription } from "#channels/http/ServiceDescription.ts"
import { serviceRoutes } from "#channels/http/ServiceRoutes.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import { conversationRetentionRules } from "#domain/conversation/RetentionRules.ts"
import { registry } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"

/** What nobody may find in an answer, a log line or a span. */
export const PHONE = "+12125551234"
export const WORDS = "my oven is on fire"
export const ADMIN = "operator-token"
export const RECIPE = "recipe-token_0123456789"
export const PDF = new TextEncoder().encode("%PDF-1.7 a recipe")

const counter: ActorDefinition = {
  type: "counter",
  version: 1,
  ttlMs: 3_600_000,
  machine: setup({
    types: { context: {} as { count: number }, events: {} as { type: "PRESSED"; words?: string } | { type: "POISON" } },
    guards: {
      poison: () => {
        throw new Error(WORDS)
      }
    },
    actions: { deliver: () => {}, keep: () => {} }
  }).createMachine({
    id: "counter",
    context: { count: 0 },
    initial: "waiting",
    states: {
      waiting: {
        after: { 60_000: "rested" },
        on: {
          PRESSED: { actions: [{ type: "deliver", params: { words: WORDS } }, { type: "keep" }] },
          POISON: { guard: "poison", target: "rested" }
        }
      },
      rested: {}
    }
  })
}

const DEFINITIONS: ReadonlyArray<ActorDefinition> = [counter, ...registry]

/** `refuse` makes the `deliver` effect fail for good; `away` takes the store away. */
export interface Switches {
  refuse: boolean
  away: boolean
}

const unavailable = new StoreUnavailable({ store: "memory", operation: "test", reason: "connection" })

/** The memory store behind a cable that can be pulled. */
const pluggedStore = (switches: Switches) =>
  Layer.effect(
    ActorStore,
    Effect.map(ActorStore, (store) => {
      const unlessAway = <A>(call: Effect.Effect<A, StoreUnavailable>) =>
        Effect.suspend(() => (switches.away ? Effect.fail(unavailable) : call))
      return {
        ...store,
        load: (address) => unlessAway(store.load(address)),
        seen: (address, id) => unlessAway(store.seen(address, id)),
        commit: (batch) => unlessAway(store.commit(batch)),
        claimDue: (limit, visibilityMs) => unlessAway(store.claimDue(limit, visibilityMs)),
        forget: (address, keys) => unlessAway(store.forget(address, keys)),
        waiting: (limit) => unlessAway(store.waiting(limit)),
        readSortedSet: (key, range) => unlessAway(store.readSortedSet(key, range)),
        listDeadLetters: (limit) => unlessAway(store.listDeadLetters(limit)),
        readDeadLetter: (id) => unlessAway(store.readDeadLetter(id)),
        ping: unlessAway(store.ping)
      } satisfies ActorStoreService
    })
  ).pipe(Layer.provideMerge(MemoryStore.layer))

const runtime = (switches: Switches) =>
  ActorRuntime.layer({
    actors: DEFINITIONS,
    handlers: {
      counter: {
        deliver: {
          run: () =>
            Effect.suspend(() =>
              switches.refuse ? Effect.fail(new EffectFailed({ code: "blocked", retry: false })) : Effect.succeed(null)
            )
        },
        keep: { run: () => Effect.fail(new EffectFailed({ code: "busy", retry: true })) }
      }
    }
  })

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  /** The parsed body, or `undefined` when it is not JSON. */
  readonly body: unknown
}

export interface Service {
  readonly base: string
  readonly system: ActorSystemService
  readonly switches: Switches
  /** The recipe tokens that were looked up. */
  readonly lookedUp: ReadonlyArray<string>
  /** Log lines as JSON. */
  readonly lines: ReadonlyArray<string>
  readonly call: (
    path: string,
    options?: { method?: string; token?: string; headers?: Record<string, string> }
  ) => Effect.Effect<Answer>
}

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

/** A call whose path goes out exactly as written; `fetch` would tidy `..` away. */
const rawCall = (base: string, path: string, method: string, headers: Record<string, string>) =>
  Effect.callback<Answer>((resume) => {
    const { hostname, port } = new URL(base)
    const call = httpRequest({ hostname, port, path, method, headers, agent: false }, (response) => {
      const chunks: Array<Buffer> = []
      response.on("data", (chunk: Buffer) => chunks.push(chunk))
      response.on("end", () => {
        const text = Buffer.concat(chunks).toString("utf8")
        const flat = Object.entries(response.headers).map(([name, value]) => [name, String(value)] as const)
        const answer = { status: response.statusCode ?? 0, headers: new Headers(flat.map((pair) => [...pair])), text }
        resume(Effect.succeed({ ...answer, body: parsed(text) }))
      })
    })
    call.on("error", (error) => resume(Effect.die(error)))
    call.end()
  })

export interface ServiceOptions {
  readonly environment?: Record<string, string>
  /** The parts that health looks at. */
  readonly components?: ReadonlyArray<Component>
  /** Further routes, as the composition root would merge them. */
  readonly routes?: Layer.Layer<never, unknown, Layer.Services<typeof adminRoutes> | OperatorViews>
  /** Is built before any route registers itself. */
  readonly before?: Layer.Layer<never, never, HttpRouter.HttpRouter>
  /** Replaces parts of the actor system. */
  readonly system?: (real: ActorSystemService) => ActorSystemService
}

/** Starts the service. Lives as long as the scope. */
export const start = (options: ServiceOptions = {}) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const lookedUp: Array<string> = []
    const switches: Switches = { refuse: false, away: false }
    const environment = { PORT: "0", ...options.environment }
    const replaced = Layer.effect(
      ActorSystem,
      Effect.map(ActorSystem, (real) => options.system?.(real) ?? real)
    )
    const actors = Layer.merge(
      replaced.pipe(Layer.provide(runtime(switches))),
      Views.layer(DEFINITIONS, conversationRetentionRules)
    ).pipe(Layer.provideMerge(pluggedStore(switches)))
    const routes = Layer.mergeAll(
      serviceRoutes,
      adminRoutes,
      documentationRoutes,
      Layer.orDie(options.routes ?? Layer.empty)
    ).pipe(Layer.provide(options.before ?? Layer.empty))
    const app = Server.serve(routes).pipe(
      Layer.provideMerge(actors),
      Layer.provide(
        Layer.succeed(ServiceDescription, {
          components: Effect.succeed(options.components ?? []),
          dependencies: [{ name: "meal planner", kind: "embedded", note: "fixed recipes" }]
        })
      ),
      Layer.provide(
        Layer.succeed(RecipeFiles, {
          read: (token) =>
            Effect.suspend(() => {
              lookedUp.push(token)
              return switches.away ? Effect.fail(unavailable) : Effect.succeed(token === RECIPE ? PDF : null)
            })
        })
      ),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown(environment))),
      Layer.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))]))
    )
    const context = yield* Layer.build(app)
    const { address } = yield* Effect.provide(HttpServer.HttpServer, context)
    const base = `http://127.0.0.1:${"port" in address ? address.port : 0}`
    const call: Service["call"] = (path, { headers, method = "GET", token } = {}) =>
      rawCall(base, path, method, { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) })
    const system = yield* Effect.provide(ActorSystem, context)
    return { base, call, lines, lookedUp, switches, system } satisfies Service
  })
