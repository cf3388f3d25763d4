/** Actor systems for the benchmarks: the public one, over the store they are given, quiet in its log. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Scope from "effect/Scope"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import type { ActorStore } from "#runtime/ports/ActorStore.ts"
import * as RuntimeConfig from "#runtime/RuntimeConfig.ts"

export type StoreLayer = Layer.Layer<ActorStore, unknown>

/** An actor system on this store, until it is closed. */
export const open = async (
  options: ActorRuntime.RuntimeOptions<never>,
  store: StoreLayer,
  config: Parameters<typeof RuntimeConfig.layer>[0] = {}
): Promise<{ readonly system: ActorSystemService; readonly close: () => Promise<void> }> => {
  const scope = Effect.runSync(Scope.make())
  const layer = ActorRuntime.layer(options).pipe(
    Layer.provide([store, RuntimeConfig.layer(config)]),
    Layer.provide(Logger.layer([])),
    Layer.orDie
  )
  const context = await Effect.runPromise(Layer.buildWithScope(layer, scope))
  return {
    system: Context.get(context, ActorSystem),
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

/** That many actors of a type, with ids as long as a phone number. */
export const addressesOf = (type: string, count: number): ReadonlyArray<ActorAddress> =>
  Array.from({ length: count }, (_, i) => address(type, `+1555${String(i).padStart(7, "0")}`))
