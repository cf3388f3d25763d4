/**
 * Ours: the public `ActorSystem` on Redis, one process, nothing switched off.
 *
 * **Does, in one atomic commit per event:** compare-and-set of the record (a second process cannot overwrite), the event's id
 * remembered for 24 h (a redelivery changes nothing and gets the first answer), the chart's `after` as a durable timer that any
 * process fires. Order per actor. An answered event is in Redis (append-only file, fsync every second).
 * **Does not:** keep what Redis has not yet synced when the machine loses power, unless set to `always` or to replicas.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { address } from "#domain/ActorAddress.ts"
import { decodeRecord } from "#kernel/ActorRecord.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { open, redisStore } from "../system.ts"
import { machine } from "./chart.ts"
import { type Engine, inProcess, TTL_SECONDS } from "./engine.ts"

const definition = { type: "order", machine, version: 1, ttlMs: TTL_SECONDS * 1000 }

export const ours: Engine = {
  name: "Tardigrade: atomic, dedup, timers",
  durable: "AOF everysec",
  perActor: 20,
  start: inProcess(async (url) => {
    const store = redisStore(url).pipe(Layer.provide(Logger.layer([])))
    const { close, system } = await open({ actors: [definition] }, store)
    const load = (key: string) => Effect.flatMap(ActorStore, (stored) => stored.load(address("order", key)))
    return {
      ask: (key, event, id) => Effect.runPromise(system.ask(address("order", key), { ...event }, { id })),
      states: async (keys) => {
        const stored = await Effect.runPromise(
          Effect.forEach(keys, load, { concurrency: 64 }).pipe(Effect.provide(store))
        )
        return stored.map((one) => {
          if (one === null) return null
          const { context, value } = decodeRecord(one.record).snapshot
          return { value, context }
        })
      },
      close
    }
  })
}
