/**
 * What a resident actor takes of this process's heap, above its context. The actors have been stored by an earlier system
 * and are read back by one event each, with addresses of their own, as they come from outside. Their contexts, parsed from
 * the very same records and kept alone, are measured by the same means.
 */
import { setImmediate } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { Redis } from "ioredis"
import * as Batch from "#stores/redis/Batch.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import { drive, median } from "../rig.ts"
import { storedValues } from "../seed.ts"
import type { Row } from "../suite.ts"
import { addressAt, open, redisStore } from "../system.ts"
import { diary } from "./charts.ts"
import type { Stored } from "./stores.ts"

/** 10,000 residents, in parts of which each is measured. */
const PARTS = 5
const PART = 2_000
const RESIDENTS = PARTS * PART
/** These come first, so that what is made once is not counted. */
const WARM = 2_000
const GOAL_BYTES = 3_072

const heap = async (): Promise<number> => {
  if (global.gc === undefined) throw new Error("run with --expose-gc")
  for (let n = 0; n < 3; n++) {
    await setImmediate()
    global.gc()
  }
  return process.memoryUsage().heapUsed
}

type Opened = Awaited<ReturnType<typeof open>>

const openOn = (url: string): Promise<Opened> =>
  open({ actors: [diary] }, redisStore(url), { maxResidents: WARM + RESIDENTS })

/** One event on each of `count` actors from the nth on. */
const addToEach = ({ system }: Opened, from: number, count: number, id: string): Promise<void> =>
  drive(count, 64, (n) => Effect.runPromise(system.ask(addressAt(diary.type, from + n), { type: "ADD" }, { id })))

/** The contexts of `PART` actors from the nth on. */
const contextsIn = async (
  client: Redis,
  from: number
): Promise<ReadonlyArray<{ readonly count: number; readonly text: string }>> => {
  const addresses = Array.from({ length: PART }, (_, n) => addressAt(diary.type, from + n))
  const values = await storedValues(client, addresses)
  return [...values.values()].map((value) => {
    const { record } = Batch.decodeRecord(value) ?? { record: "null" }
    return (JSON.parse(record) as { snapshot: { context: { count: number; text: string } } }).snapshot.context
  })
}

/** Bytes of heap that what `make` answers takes. */
const taken = async (make: () => Promise<unknown>): Promise<number> => {
  const before = await heap()
  const kept = await make()
  const after = await heap()
  if (kept === undefined) throw new Error("nothing was kept")
  return after - before
}

const bytesPerResident = async (url: string, client: Redis): Promise<{ context: number; total: number }> => {
  const earlier = await openOn(url)
  await addToEach(earlier, 0, WARM + RESIDENTS, "born")
  await earlier.close()
  const opened = await openOn(url)
  try {
    await addToEach(opened, 0, WARM, "first")
    const contexts: Array<number> = []
    const residents: Array<number> = []
    for (let from = WARM; from < WARM + RESIDENTS; from += PART) {
      contexts.push(await taken(() => contextsIn(client, from)))
      residents.push(
        await taken(async () => {
          await addToEach(opened, from, PART, "first")
          return opened
        })
      )
      const found = await contextsIn(client, from)
      if (new Set(found.map(({ text }) => text)).size !== PART) throw new Error("texts are shared")
      if (found.some(({ count }) => count !== 2)) throw new Error("an actor has not had its two events")
    }
    const health = await Effect.runPromise(opened.system.health)
    if (health.residents !== WARM + RESIDENTS) throw new Error(`${health.residents} residents`)
    return { context: median(contexts) / PART, total: median(residents) / PART }
  } finally {
    await opened.close()
  }
}

/** Before anything else in the process: less garbage, less to wait for. */
export const heapPerResident = async (): Promise<ReadonlyArray<Row>> => {
  const redis = await startRedis()
  const client = new Redis(redis.url, { protocol: 2 })
  try {
    const { context, total } = await bytesPerResident(redis.url, client)
    const above = total - context
    return [
      {
        what: `heap of a resident, ${RESIDENTS.toLocaleString("en")} residents`,
        figures: { "bytes/actor": total, "of these its context, bytes": context, "above its context, bytes": above },
        ratios: [{ to: "bytes above the context (3,072 ÷ them)", value: GOAL_BYTES / above, goal: 1 }]
      }
    ]
  } finally {
    client.disconnect()
    await redis.stop()
  }
}

/** What Redis takes for one more actor, keys, expiries, mark and due time included. */
export const bytesInRedis = (all: ReadonlyArray<Stored>): ReadonlyArray<Row> =>
  all
    .filter(({ size }) => size >= 100_000)
    .map(({ bytesPerActor, recordBytes, size }) => ({
      what: `Redis memory of an actor, ${size.toLocaleString("en")} stored`,
      figures: { "bytes/actor": bytesPerActor, "of these its record, bytes": recordBytes }
    }))
