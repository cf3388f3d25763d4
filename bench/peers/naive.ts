/**
 * What a careful team writes itself in an afternoon: XState's pure transition, one JSON text per actor in Redis, ioredis.
 *
 * **Does:** keeps order per actor inside one process. An answered event is in Redis (append-only file, fsync every second).
 * **Does not:** notice a second process (the last writer wins; with cached actors, from then on always), recognise a
 * redelivered event, or run the chart's `after` (a timer in memory would be lost with the process).
 *
 * `enableAutoPipelining` is on for both: tried with and without in turns, it is the faster form of both.
 */
import { Redis } from "ioredis"
import { endOf, initial, next, restored, type Snapshot, written } from "./chart.ts"
import { type Engine, inProcess, type Opened, perKey, TTL_SECONDS } from "./engine.ts"

const recordOf = (key: string): string => `order:${key}`

/** The records of these keys, for the proof at the end. */
export const readAll = async (redis: Redis, keys: ReadonlyArray<string>): ReturnType<Opened["states"]> =>
  (await redis.mget(...keys.map(recordOf))).map(endOf)

/** Writes an actor's state where `readAll` finds it. */
export const save = (redis: Redis, key: string, snapshot: Snapshot): Promise<unknown> =>
  redis.setex(recordOf(key), TTL_SECONDS, written(snapshot))

/** One event with nothing remembered between events: read, restore, step, write. */
export const stepStored = async (redis: Redis, key: string, event: Parameters<typeof next>[1]): Promise<void> => {
  const text = await redis.get(recordOf(key))
  const snapshot = text === null ? initial() : restored(text)
  await save(redis, key, next(snapshot, event))
}

export const connected = (url: string): Redis => new Redis(url, { enableAutoPipelining: true })

/** One by the key in order; what `make` answers does the rest. */
const naive = (
  name: string,
  make: (redis: Redis) => (key: string, event: Parameters<typeof next>[1]) => Promise<unknown>
): Engine => ({
  name,
  durable: "AOF everysec",
  perActor: 20,
  goal: 1,
  start: inProcess(async (url) => {
    const redis = connected(url)
    const inOrder = perKey()
    const take = make(redis)
    return {
      ask: (key, event) => inOrder(key, () => take(key, event)),
      states: (keys) => readAll(redis, keys),
      close: async () => void (await redis.quit())
    }
  })
})

/** Nothing kept in memory: GET, restore, step, SETEX for every event. */
export const naiveStored = naive(
  "naive: XState, GET + SETEX per event",
  (redis) => (key, event) => stepStored(redis, key, event)
)

/** Actors stay in memory; only the new state is written: step, SETEX. */
export const naiveCached = naive("naive: XState, actors cached, SETEX per event", (redis) => {
  const actors = new Map<string, Snapshot>()
  return async (key, event) => {
    const snapshot = next(actors.get(key) ?? initial(), event)
    await save(redis, key, snapshot)
    actors.set(key, snapshot)
  }
})
