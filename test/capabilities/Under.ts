/** What the capability tests share: configuration from a record, the fetch client, a store, and failures as plain codes. */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import { address } from "#domain/ActorAddress.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { layer as memory } from "#stores/memory/MemoryStore.ts"
import { first, stamp } from "#test/stores/Commits.ts"

/** The environment a capability reads, and the real HTTP client. */
export const environment = (variables: Readonly<Record<string, string>>) =>
  Layer.merge(ConfigProvider.layer(ConfigProvider.fromEnv({ env: variables })), FetchHttpClient.layer)

/** A failure without its class, for comparing whole. */
export const failure = <A, R>(effect: Effect.Effect<A, EffectFailed, R>) =>
  Effect.map(Effect.flip(effect), ({ code, retry, retryAfterMs, cause }) => ({
    code,
    retry,
    ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    ...(cause === undefined ? {} : { cause })
  }))

/** Everything an effect's end could print: failure, defect, stack. */
export const printed = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.map(Effect.exit(effect), (exit) =>
    Exit.isFailure(exit) ? `${String(exit.cause)} ${JSON.stringify(exit)}` : ""
  )

export const PHONE = "+12125551234"

/** The conversation that everything here is done for. */
export const OWNER = address("conversation", PHONE)

/** A store in memory in which that conversation lives: nobody else may own documents. */
export const memoryStore = Layer.effectDiscard(
  Effect.flatMap(ActorStore, (store) =>
    store.commit([first({ address: OWNER, next: { ...stamp(1), record: "{}", ttlMs: null } })])
  )
).pipe(Layer.provideMerge(memory))
