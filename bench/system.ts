/** Stores and actor systems for the benchmarks: the public ones, quiet in their logs, until they are closed. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import * as RuntimeConfig from "#runtime/RuntimeConfig.ts"
import * as RedisStore from "#stores/redis/RedisStore.ts"

export type StoreLayer = Layer.Layer<ActorStore, unknown>

export const redisStore = (url: string): StoreLayer => RedisStore.layer({ url: Redacted.make(url) })

/** Builds a layer without its log. */
export const build = async <A, E>(
  layer: Layer.Layer<A, E>
): Promise<{ readonly context: Context.Context<A>; readonly close: () => Promise<void> }> => {
  const scope = Effect.runSync(Scope.make())
  const context = await Effect.runPromise(Layer.buildWithScope(Layer.provide(layer, Logger.layer([])), scope))
  return { context, close: () => Effect.runPromise(Scope.close(scope, Exit.void)) }
}

/** A store by itself. */
export const openStore = async (
  layer: StoreLayer
): Promise<{ readonly store: ActorStoreService; readonly close: () => Promise<void> }> => {
  const { close, context } = await build(layer)
  return { store: Context.get(context, ActorStore), close }
}

/** An actor system on this store. */
export const open = async (
  options: ActorRuntime.RuntimeOptions<never>,
  store: StoreLayer,
  config: Parameters<typeof RuntimeConfig.layer>[0] = {}
): Promise<{ readonly system: ActorSystemService; readonly close: () => Promise<void> }> => {
  const layer = Layer.provide(ActorRuntime.layer(options), [store, RuntimeConfig.layer(config)])
  const { close, context } = await build(layer)
  return { system: Context.get(context, ActorSystem), close }
}

/** The nth actor of a type, with an id as long as a phone number. */
export const addressAt = (type: string, n: number): ActorAddress => address(type, `+1555${String(n).padStart(7, "0")}`)

/** That many actors of a type, from the 0th. */
export const addressesOf = (type: string, count: number): ReadonlyArray<ActorAddress> =>
  Array.from({ length: count }, (_, n) => addressAt(type, n))
