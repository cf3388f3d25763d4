/**
 * Effect Cluster 4.1, one runner, volatile messages: an entity per actor that saves its snapshot in Redis before it replies.
 *
 * **Does:** order per entity, passivation, one owner of an entity by a lease (with other storages, over many machines). An answered
 * event is in Redis (append-only file, fsync every second).
 * **Does not:** keep a message that was not answered, recognise one that is sent again, or fence the write: an owner that was frozen
 * and lost its lease still overwrites. The chart's `after` is not scheduled.
 *
 * Tuned: no simulated serialisation, no client spans, nothing stored for messages.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import * as ClusterSchema from "effect/cluster/ClusterSchema"
import * as Entity from "effect/cluster/Entity"
import * as MessageStorage from "effect/cluster/MessageStorage"
import * as RunnerHealth from "effect/cluster/RunnerHealth"
import * as Runners from "effect/cluster/Runners"
import * as RunnerStorage from "effect/cluster/RunnerStorage"
import * as Sharding from "effect/cluster/Sharding"
import * as ShardingConfig from "effect/cluster/ShardingConfig"
import * as Rpc from "effect/rpc/Rpc"
import type { ChartEvent, Snapshot } from "./chart.ts"
import { initial, next } from "./chart.ts"
import { type Engine, inProcess } from "./engine.ts"
import { connected, readAll, save } from "./naive.ts"
import { build } from "../system.ts"

/** The entity of both cluster variants: one call, one event. */
export const orderEntity = (persisted: boolean) =>
  Entity.make("Order", [Rpc.make("Take", { payload: { type: Schema.String } })])
    .annotateRpcs(ClusterSchema.Persisted, persisted)
    .annotateRpcs(ClusterSchema.ClientTracingEnabled, false)
    .annotateRpcs(ClusterSchema.WithTransaction, persisted)

/** What both do with an event: step the resident snapshot and have it saved before the reply. */
export const orderHandlers = (
  entity: ReturnType<typeof orderEntity>,
  store: (key: string, snapshot: Snapshot) => Effect.Effect<unknown>
) =>
  entity.toLayer(
    Effect.gen(function* () {
      const { entityId } = yield* Entity.CurrentAddress
      let snapshot = initial()
      return entity.of({
        Take: ({ payload }) => {
          const following = next(snapshot, payload as ChartEvent)
          return store(entityId, following).pipe(Effect.andThen(Effect.sync(() => void (snapshot = following))))
        }
      })
    }),
    { maxIdleTime: "5 minutes" }
  )

/** Builds a cluster of one and answers how its entities are called. */
export const runCluster = async <E>(
  entity: ReturnType<typeof orderEntity>,
  layer: Layer.Layer<Sharding.Sharding, E>
): Promise<{
  readonly ask: (key: string, event: ChartEvent) => Promise<void>
  readonly close: () => Promise<void>
}> => {
  const { close, context } = await build(layer)
  const client = await Effect.runPromise(entity.client.pipe(Effect.provide(context)))
  const run = Effect.runPromiseWith(context)
  return {
    ask: (key, event) => run(client(key).Take({ type: event.type })),
    close
  }
}

const cluster = Sharding.layer.pipe(
  Layer.provideMerge(Runners.layerNoop),
  Layer.provideMerge(MessageStorage.layerNoop),
  Layer.provide([RunnerStorage.layerMemory, RunnerHealth.layerNoop]),
  Layer.provide(ShardingConfig.layer({ simulateRemoteSerialization: false }))
)

export const clusterVolatile: Engine = {
  name: "Effect Cluster 4.1, volatile messages",
  durable: "AOF everysec",
  perActor: 3,
  start: inProcess(async (url) => {
    const redis = connected(url)
    const entity = orderEntity(false)
    const handlers = orderHandlers(entity, (key, snapshot) => Effect.promise(() => save(redis, key, snapshot)))
    const { ask, close } = await runCluster(entity, handlers.pipe(Layer.provideMerge(cluster)))
    return {
      ask,
      states: (keys) => readAll(redis, keys),
      close: async () => {
        await close()
        await redis.quit()
      }
    }
  })
}
