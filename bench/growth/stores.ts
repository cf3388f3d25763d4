/**
 * One Redis for each number of stored actors. The first actor is stored by the runtime, the others are copies of it. The
 * append-only file is off meanwhile and on (fsync every second) before anything is measured; it is not rewritten later,
 * because a rewrite would fall into one size's rounds and not into another's.
 */
import { setTimeout } from "node:timers/promises"
import * as Effect from "effect/Effect"
import { Redis } from "ioredis"
import type { ActorSystemService } from "#runtime/ActorSystem.ts"
import * as Keys from "#stores/redis/Keys.ts"
import { type RedisServer, startRedis } from "#test/harness/RedisServer.ts"
import { checkCopies, copyFirst } from "../seed.ts"
import { addressAt, open, redisStore } from "../system.ts"
import { sleeper } from "./charts.ts"

export interface Stored {
  readonly url: string
  /** Actors stored. */
  readonly size: number
  /** The count of each actor, by its number, where it is not 1. */
  readonly counts: Map<number, number>
  /** Microseconds of CPU that Redis' own thread has taken so far. */
  readonly redisMicros: () => Promise<number>
  /** What one more actor took of Redis' memory. */
  readonly bytesPerActor: number
  /** Of these, its record's own. */
  readonly recordBytes: number
}

const LOADED_WITHIN_MS = 60_000

/** The sleepers of this Redis, until they are closed. */
export const openOn = (url: string, config: Parameters<typeof open>[2] = {}) =>
  open({ actors: [sleeper] }, redisStore(url), config)

const info = async (client: Redis, section: string, field: string): Promise<string> =>
  new RegExp(`^${field}:(.*?)\\r?$`, "m").exec(await client.info(section))?.[1] ?? ""

const appendOnly = async (client: Redis): Promise<void> => {
  await client.config("SET", "appendonly", "yes")
  const until = performance.now() + LOADED_WITHIN_MS
  const busy = async () =>
    (await info(client, "persistence", "aof_rewrite_in_progress")) !== "0" ||
    (await info(client, "persistence", "aof_rewrite_scheduled")) !== "0"
  while (await busy()) {
    if (performance.now() > until) throw new Error("the append-only file was not written in time")
    await setTimeout(20)
  }
  if ((await info(client, "persistence", "aof_last_bgrewrite_status")) !== "ok") throw new Error("no append-only file")
}

/** One event for the nth actor, whose answer must be the count that it has now. */
export const add = async (system: ActorSystemService, { counts }: Pick<Stored, "counts">, n: number): Promise<void> => {
  const count = (counts.get(n) ?? 1) + 1
  counts.set(n, count)
  const to = addressAt(sleeper.type, n)
  const answer = await Effect.runPromise(system.ask(to, { type: "ADD" }, { id: `e${count}` }))
  if (answer !== count) throw new Error(`answer ${String(answer)} instead of ${count}`)
}

const microsOf = async (client: Redis): Promise<number> => {
  const user = Number(await info(client, "cpu", "used_cpu_user_main_thread"))
  return (user + Number(await info(client, "cpu", "used_cpu_sys_main_thread"))) * 1e6
}

const fill = async (client: Redis, url: string, size: number): Promise<Stored> => {
  const { close, system } = await openOn(url)
  try {
    const first = addressAt(sleeper.type, 0)
    if ((await Effect.runPromise(system.ask(first, { type: "ADD" }, { id: "e1" }))) !== 1) throw new Error("no actor")
    const recordBytes = await client.strlen(Keys.record(first))
    const before = Number(await info(client, "memory", "used_memory"))
    await copyFirst(client, sleeper.type, size)
    const bytes = Number(await info(client, "memory", "used_memory")) - before
    await checkCopies(system, sleeper.type, size)
    await appendOnly(client)
    const redisMicros = () => microsOf(client)
    return { url, size, counts: new Map(), redisMicros, bytesPerActor: bytes / (size - 1), recordBytes }
  } finally {
    await close()
  }
}

/** Starts a Redis for each of `sizes` and fills them side by side. Ends what it started when one cannot be filled. */
export const storedIn = async (
  sizes: ReadonlyArray<number>
): Promise<{ readonly stored: ReadonlyArray<Stored>; readonly stop: () => Promise<void> }> => {
  const servers: Array<RedisServer> = []
  const clients: Array<Redis> = []
  const stop = async (): Promise<void> => {
    for (const client of clients.splice(0)) client.disconnect()
    await Promise.all(servers.splice(0).map((server) => server.stop()))
  }
  try {
    for (const _ of sizes) {
      const server = await startRedis({ args: ["--appendonly", "no", "--auto-aof-rewrite-percentage", "0"] })
      servers.push(server)
      clients.push(new Redis(server.url))
    }
    const filled = servers.map(({ url }, n) => fill(clients[n] as Redis, url, sizes[n] ?? 0))
    return { stored: await Promise.all(filled), stop }
  } catch (error) {
    await stop()
    throw error
  }
}
