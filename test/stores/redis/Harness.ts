/**
 * What the Redis tests share: an operator's connection beside the store's, servers that end with their scope, and stores
 * with short time-outs.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { createClient } from "redis"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import type { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import * as RedisStore from "#stores/redis/RedisStore.ts"
import { startRedis, type RedisOptions, type RedisServer } from "#test/harness/RedisServer.ts"
import { eventually } from "../StoreUnderTest.ts"

/** Sends any command, as an operator with redis-cli would. */
export type Operator = (...words: ReadonlyArray<string>) => Effect.Effect<unknown>

/** An operator's connection, closed with the scope. */
export const operator = (url: string) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(async () => {
        const client = createClient({ url, RESP: 2 })
        client.on("error", () => undefined)
        await client.connect()
        return client
      }),
      (client) => Effect.sync(() => client.destroy())
    ),
    (client): Operator =>
      (...words) =>
        Effect.promise(() => client.sendCommand([...words]))
  )

/** A server of the test's own, gone with the scope. */
export const server = (options?: RedisOptions) =>
  Effect.acquireRelease(
    Effect.promise(() => startRedis(options)),
    (redis: RedisServer) => Effect.promise(() => redis.stop())
  )

/** The store at a URL, with times short enough for tests, and silent. */
export const storeAt = (
  url: string,
  options: Partial<RedisStore.RedisStoreOptions> = {}
): Layer.Layer<ActorStore | Housekeeping, StoreUnavailable> =>
  RedisStore.layer({
    url: Redacted.make(url),
    commandTimeout: "2 seconds",
    connectTimeout: "2 seconds",
    maxReconnectDelay: "100 millis",
    ...options
  }).pipe(Layer.provide(Logger.layer([])))

/** A store that lives as long as the scope. */
export const openStore = (url: string, options?: Partial<RedisStore.RedisStoreOptions>) =>
  Effect.map(Layer.build(storeAt(url, options)), (context): ActorStoreService => Context.get(context, ActorStore))

/** Waits until the store answers again. */
export const answering = (store: ActorStoreService) =>
  eventually(Effect.result(store.ping), (result) => result._tag === "Success")
