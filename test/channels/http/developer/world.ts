/**
 * The developer's API as a running service for tests: real routes on a loopback port, the real charts over the memory store
 * behind a cable that can be pulled, and a code host that counts what is done to it.
 */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Views from "#app/Views.ts"
import * as Server from "#channels/http/HttpServer.ts"

import { CodeHostReads, CodeHostUnread } from "#channels/http/developer/CodeHostReads.ts"
import { developerRoutes } from "#channels/http/developer/DeveloperRoutes.ts"
import type { ActionResult, InboxItem } from "#domain/developer/CodeHost.ts"
import type { PendingActionEffects } from "#domain/developer/PendingAction.ts"
import { developerDefinition } from "#machines/developer/definition.ts"
import { developerSessionDefinition } from "#machines/developer-session/definition.ts"
import { pendingActionDefinition } from "#machines/pending-action/definition.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"

export const ALICE = "alice-key-0123456789-0123456789"
export const BOB = "bob-key-0123456789-0123456789-0"
export const KEYS = { DEVELOPER_KEYS: JSON.stringify({ alice: ALICE, bob: BOB }) }
/** Limits that no test meets by accident. */
export const UNLIMITED = { DEVELOPER_COMMANDS_PER_MINUTE: "100000", DEVELOPER_ACTIONS_PER_MINUTE: "100000" }

const DONE: ActionResult = { ok: true, code: "done", message: "Merged PR 12 in octo/hello.", url: "https://host/12" }

const DEFINITIONS = [pendingActionDefinition(), developerDefinition(), developerSessionDefinition()]
const unavailable = new StoreUnavailable({ store: "memory", operation: "test", reason: "connection" })

export interface CodeHostSwitches {
  /** What `perform` answers. */
  result: ActionResult
  /** Actions performed, by name and pull request. */
  readonly performed: Array<string>
  /** Reads, by what and pull request. */
  readonly read: Array<string>
  inbox: ReadonlyArray<InboxItem>
  unread: CodeHostUnread["code"] | null
  away: boolean
  /** Happens once, right after the next look at a record. */
  meanwhile: Effect.Effect<unknown>
}

const pluggedStore = (switches: CodeHostSwitches) =>
  Layer.effect(
    ActorStore,
    Effect.map(ActorStore, (store) => {
      const unlessAway = <A>(call: Effect.Effect<A, StoreUnavailable>) =>
        Effect.suspend(() => (switches.away ? Effect.fail(unavailable) : call))
      return {
        ...store,
        load: (address) =>
          Effect.tap(unlessAway(store.load(address)), () => {
            const { meanwhile } = switches
            switches.meanwhile = Effect.void
            return meanwhile
          }),
        seen: (address, id) => unlessAway(store.seen(address, id)),
        commit: (batch) => unlessAway(store.commit(batch)),
        claimDue: (limit, visibilityMs) => unlessAway(store.claimDue(limit, visibilityMs)),
        readDocument: (key) => unlessAway(store.readDocument(key)),
        ping: unlessAway(store.ping)
      } satisfies ActorStoreService
    })
  ).pipe(Layer.provideMerge(MemoryStore.layer))

const runtime = (switches: CodeHostSwitches) =>
  ActorRuntime.layer({
    actors: DEFINITIONS,
    handlers: {
      "pending-action": {
        prepare: { run: () => Effect.succeed({ prepared: { facts: {} } }) },
        perform: {
          run: ({ params }: { readonly params: PendingActionEffects["perform"]["input"] }) =>
            Effect.sync(() => {
              switches.performed.push(`${params.action.name} ${params.action.repo} ${params.action.prNumber}`)
              return switches.result
            })
        }
      }
    }
  })

const reads = (switches: CodeHostSwitches) => {
  const unlessUnread = <A>(what: string, value: () => A) =>
    Effect.suspend(() => {
      switches.read.push(what)
      return switches.unread === null
        ? Effect.succeed(value())
        : Effect.fail(new CodeHostUnread({ code: switches.unread }))
    })
  return Layer.succeed(CodeHostReads, {
    inbox: (repo) => unlessUnread(`inbox ${repo}`, () => switches.inbox),
    pullRequest: (repo, number) =>
      unlessUnread(`pr ${repo} ${number}`, () => ({
        ...{ repo, number, title: `Fix the tap, try ${switches.read.length}`, author: "carol", state: "open" as const },
        ...{ draft: false, additions: 10, deletions: 2, changedFiles: 1, url: `https://host/${repo}/${number}` }
      })),
    checks: (repo, number) =>
      unlessUnread(`checks ${repo} ${number}`, () => ({
        ...{ repo, number, passed: 2, failed: 1, pending: 0, failing: ["lint"], url: `https://host/${repo}/checks` }
      }))
  })
}

export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly text: string
  readonly body: Readonly<Record<string, unknown>>
}

export interface CallOptions {
  readonly method?: string
  readonly key?: string | null
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
}

/** Starts the service. Lives as long as the scope. */
export const start = (environment: Readonly<Record<string, string>> = { ...KEYS, ...UNLIMITED }) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const switches: CodeHostSwitches = {
      ...{ result: DONE, performed: [], read: [], inbox: [], unread: null, away: false, meanwhile: Effect.void }
    }
    const actors = Layer.merge(runtime(switches), Views.layer(DEFINITIONS, [])).pipe(
      Layer.provideMerge(pluggedStore(switches))
    )
    const app = Server.serve(developerRoutes).pipe(
      Layer.provide(reads(switches)),
      Layer.provideMerge(actors),
      Layer.provide(ConfigProvider.layer(ConfigProvider.fromUnknown({ PORT: "0", ...environment }))),
      Layer.provide(Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))]))
    )
    const context = yield* Layer.build(app)
    const { address } = yield* Effect.provide(HttpServer.HttpServer, context)
    const base = `http://127.0.0.1:${"port" in address ? address.port : 0}`
    const call = (path: string, { body, headers, key = ALICE, method }: CallOptions = {}) =>
      Effect.promise(async (): Promise<Answer> => {
        const response = await fetch(`${base}${path}`, {
          method: method ?? (body === undefined ? "GET" : "POST"),
          headers: {
            ...(key === null ? {} : { authorization: `Bearer ${key}` }),
            ...(body === undefined ? {} : { "content-type": "application/json" }),
            ...headers
          },
          ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) })
        })
        const text = await response.text()
        const parsed = text.startsWith("{") ? (JSON.parse(text) as Answer["body"]) : {}
        return { status: response.status, headers: response.headers, text, body: parsed }
      })
    const say = (text: string, more: Readonly<Record<string, unknown>> = {}, options: CallOptions = {}) =>
      call("/v1/command", { ...options, body: command(text, more) })
    const system = yield* Effect.provide(ActorSystem, context)
    return { call, say, lines, switches, system }
  })

export const command = (text: string, more: Readonly<Record<string, unknown>> = {}) => ({
  input: { type: "text", text },
  profile: "default",
  client_context: { device: "ios", locale: "en-US", timezone: "America/Los_Angeles", app_version: "0.1.0" },
  ...more
})

/** The token of a proposal's answer. */
export const tokenOf = ({ body }: Answer): string => {
  const { token } = (body["pending_action"] ?? body) as { readonly token?: unknown }
  if (typeof token !== "string") throw new Error("the answer proposes nothing")
  return token
}
