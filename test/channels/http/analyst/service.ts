/**
 * The analyst's routes as a running service for tests: real HTTP on loopback, the real runtime and the session's real chart
 * over the memory store, whose cable can be pulled or made to hang. What answers is a script of the test.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Schema from "effect/Schema"
import * as Views from "#app/Views.ts"
import { analystRoutes } from "#channels/http/analyst/AnalystRoutes.ts"
import { DirectAnswers } from "#channels/http/analyst/DirectAnswers.ts"
import * as Server from "#channels/http/HttpServer.ts"
import {
  type AnalystEffects,
  defaultSessionPolicy,
  SessionMessage,
  sessionMessagesKey
} from "#domain/analyst/AnalystSession.ts"
import { sessionDefinition } from "#machines/session/definition.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { type EffectCall, EffectFailed } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"

export const ADMIN = "operator-token"

/** A question on its way to what answers it. */
export interface Asked {
  readonly query: string
  readonly requestId: string
  /** What is in the session's list, the question last. */
  readonly messages: ReadonlyArray<SessionMessage>
  /** Tells a piece of the answer. */
  readonly part: (text: string) => Effect.Effect<void>
}

export interface Switches {
  store: "here" | "away" | "hangs"
  /** What a session's question is answered with. */
  answer: (asked: Asked) => Effect.Effect<string, EffectFailed>
  /** What a question without session is answered with. */
  direct: (query: string) => Effect.Effect<string, { readonly code: string }>
}

const DEFINITIONS = [sessionDefinition(defaultSessionPolicy)]
const unavailable = new StoreUnavailable({ store: "memory", operation: "test", reason: "connection" })

/** The memory store behind a cable. */
const cabled = (switches: Switches, thawed: Latch.Latch) =>
  Layer.effect(
    ActorStore,
    Effect.map(ActorStore, (store) => {
      const through = <A>(call: Effect.Effect<A, StoreUnavailable>) =>
        Effect.suspend(() => {
          if (switches.store === "hangs") return thawed.whenOpen(call)
          return switches.store === "away" ? Effect.fail(unavailable) : call
        })
      return {
        ...store,
        load: (address) => through(store.load(address)),
        seen: (address, id) => through(store.seen(address, id)),
        commit: (batch) => through(store.commit(batch)),
        claimDue: (limit, visibilityMs) => through(store.claimDue(limit, visibilityMs)),
        forget: (address, keys, expected) => through(store.forget(address, keys, expected)),
        readList: (key) => through(store.readList(key)),
        ping: through(store.ping)
      } satisfies ActorStoreService
    })
  ).pipe(Layer.provideMerge(MemoryStore.layer))

const messagesOf = Schema.decodeSync(Schema.Array(Schema.fromJsonString(SessionMessage)))

const runtime = (switches: Switches, passive: boolean) =>
  ActorRuntime.layer<ActorStore>({
    actors: DEFINITIONS,
    passive,
    handlers: {
      session: {
        answer: {
          run: Effect.fnUntraced(function* ({ emit, params }: EffectCall<AnalystEffects["answer"]["input"]>) {
            const { requestId, sessionId } = params
            const store = yield* ActorStore
            const entries = yield* Effect.orDie(store.readList(sessionMessagesKey(sessionId)))
            const messages = messagesOf(entries)
            const query = messages.findLast(({ role }) => role === "user")?.content ?? ""
            const part = (text: string) => emit({ type: "ANSWER_PART", requestId, text })
            return { text: yield* switches.answer({ query, requestId, messages, part }) }
          })
        },
        summarise: { run: () => Effect.fail(new EffectFailed({ code: "none", retry: false })) },
        importFormer: { run: () => Effect.succeed({ messages: [], listed: 0 }) }
      }
    }
  })

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
}

export interface Call {
  readonly method?: string
  readonly token?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
  readonly signal?: AbortSignal
}

const JSON_TYPE = { "content-type": "application/json" }

const requestOf = ({ body, headers, method = "GET", signal, token }: Call): RequestInit => ({
  method,
  headers: { ...headers, ...(token === undefined ? {} : { authorization: `Bearer ${token}` }) },
  ...(body === undefined ? {} : { body }),
  ...(signal === undefined ? {} : { signal })
})

/** Starts the service; a `passive` one leaves all work to other processes. Lives as long as the scope. */
export const start = (environment: Readonly<Record<string, string>> = {}, passive = false) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const thawed = yield* Latch.make()
    const switches: Switches = {
      store: "here",
      answer: ({ query }) => Effect.succeed(`Answer to: ${query}`),
      direct: (query) => Effect.succeed(`Direct answer to: ${query}`)
    }
    const actors = Layer.merge(runtime(switches, passive), Views.layer(DEFINITIONS, [])).pipe(
      Layer.provideMerge(cabled(switches, thawed))
    )
    const app = Server.serve(analystRoutes).pipe(
      Layer.provide(Layer.succeed(DirectAnswers, { answer: (query) => switches.direct(query) })),
      Layer.provideMerge(actors),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ PORT: "0", ...environment }))),
      Layer.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))]))
    )
    const context = yield* Layer.build(app)
    // Before the service stops: it waits for calls that hang.
    yield* Effect.addFinalizer(() => thawed.open)
    const { address } = Context.get(context, HttpServer.HttpServer)
    const base = `http://127.0.0.1:${"port" in address ? address.port : 0}`
    /** The response as it comes, its body not read yet. */
    const open = (path: string, call: Call = {}) => Effect.promise(() => fetch(`${base}${path}`, requestOf(call)))
    const call = (path: string, options: Call = {}): Effect.Effect<Answer> =>
      Effect.flatMap(open(path, options), (response) =>
        Effect.promise(async () => {
          const { headers, status } = response
          return { status, headers, text: await response.text() }
        })
      )
    const post = (text: string) => ({ method: "POST", body: text, headers: JSON_TYPE })
    /** Asks, as a frontend does. */
    const ask = (question: object, { headers, ...rest }: Call = {}) =>
      call("/api/analytics", { ...post(JSON.stringify(question)), ...rest, headers: { ...JSON_TYPE, ...headers } })
    const system = Context.get(context, ActorSystem)
    const store = Context.get(context, ActorStore)
    const listOf = (sessionId: string) =>
      Effect.map(Effect.orDie(store.readList(sessionMessagesKey(sessionId))), (entries) => messagesOf(entries))
    return { base, call, open, ask, post, lines, switches, system, store, listOf }
  })

/** Another process on the service's store, without routes, that does the work. Lives as long as the scope. */
export const anotherProcess = ({ store, switches }: Service) =>
  Layer.build(Layer.provide(runtime(switches, false), Layer.succeed(ActorStore, store)))

export type Service = Effect.Success<ReturnType<typeof start>>
