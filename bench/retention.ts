/**
 * How fast a night's clean-up goes through a large Redis, and how long anybody else waits meanwhile.
 *
 *     node bench/retention.ts [keys, default 1000000]
 *
 * Starts a Redis of its own (append-only file on), fills it, among the rest with large collections, cleans up once and once
 * more, and prints keys per second, how long each command took by Redis' own statistics, and the waiting times of a second
 * connection that sends PING every millisecond. Another Redis that nobody else uses is sent the same PINGs by the same
 * thread: what it waits, too, is the machine's doing and not the clean-up's. Both go first among all processes, where that is
 * allowed, as on a machine of their own. Not measured: a Redis across a network, entries
 * of megabytes, several processes cleaning up at once.
 */
import { existsSync, readFileSync } from "node:fs"
import { constants, loadavg, setPriority } from "node:os"
import { Worker, isMainThread, parentPort, workerData } from "node:worker_threads"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { createClient } from "redis"
import { cleanUp } from "#capabilities/CleanUp.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { defaultReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { ashRetentionRules, retentionTerms } from "#domain/ash/RetentionRules.ts"
import { sumOf } from "#domain/RetentionReport.ts"
import * as RedisStore from "#stores/redis/RedisStore.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import { percentile } from "./rig.ts"

const DAY = 86_400_000
const BATCH = 2_000
/** Microseconds from which Redis writes a command down. */
const SLOW = 1000
/** What no command may take, microseconds. */
const BOUND = 5000
/** Members of each large history, all of them old, and how many such there are. */
const LARGE_ENTRIES = 100_000
const LARGE = 10
/** What cleaning up sends. */
const OURS = new Set([
  "scan",
  "time",
  "pttl",
  "getrange",
  "lindex",
  "zrange",
  "evalsha",
  "eval",
  "info",
  "memory|usage"
])

const connected = async (url: string) => {
  const client = createClient({ url, RESP: 2 })
  await client.connect()
  return client
}
type Client = Awaited<ReturnType<typeof connected>>

/** How long each PING took, milliseconds, by server. */
type Times = Readonly<Record<"cleaned" | "idle", ReadonlyArray<number>>>

/** Sends PINGs to both, about one each millisecond, for as long as the thread lives, and tells when asked how long each took. */
const pingAlways = async (urls: Readonly<Record<keyof Times, string>>): Promise<void> => {
  const times: Record<keyof Times, Array<number>> = { cleaned: [], idle: [] }
  const clients = { cleaned: await connected(urls.cleaned), idle: await connected(urls.idle) }
  parentPort?.on("message", () => {
    parentPort?.postMessage(times)
    Object.assign(times, { cleaned: [], idle: [] })
  })
  parentPort?.postMessage("ready")
  for (;;) {
    for (const server of ["cleaned", "idle"] as const) {
      const from = performance.now()
      await clients[server].ping()
      times[server].push(performance.now() - from)
    }
    await new Promise((resolve) => void setTimeout(resolve, 1))
  }
}

/** One of the things a service leaves behind, by its number. Every second one is old, or has no time to live. */
const keyOf = (n: number, now: number): ReadonlyArray<ReadonlyArray<string>> => {
  const old = n % 2 === 0
  const ttl = old ? [] : ["EX", "604800"]
  const iso = new Date(now - (old ? 95 : 5) * DAY).toISOString()
  switch (n % 10) {
    case 0:
    case 1: {
      const metrics = { alert_id: `alert_${n}`, severity: "high", alert_created_at: iso, note: "x".repeat(600) }
      return [["SET", `ash:metrics:alert:alert_${n}`, JSON.stringify(metrics), ...ttl]]
    }
    case 2: {
      const entries = Array.from({ length: 20 }, (_, i) => [
        String((now - i * DAY) / 1000),
        JSON.stringify({
          message: "y".repeat(80),
          timestamp: iso,
          crisis_score: 0.5,
          severity: "low",
          message_id: `${n}${i}`
        })
      ])
      return [["ZADD", `ash:history:1:${n}`, ...entries.flat()]]
    }
    case 3:
      return [["SET", `ash:metrics:alert_lookup:${n}`, `alert_${n}`]]
    case 4:
      return [["HSET", `tardigrade:seen:member/1:${n}`, "e1", `${now} {}`]]
    default:
      return [["SET", `ash:message:${n}`, `1:${n}`, ...(n % 3 === 0 ? [] : ["EX", "604800"])]]
  }
}

const fill = async (client: Client, keys: number): Promise<void> => {
  const now = Date.now()
  for (let from = 1; from <= keys; from += BATCH) {
    const numbers = Array.from({ length: Math.min(BATCH, keys - from + 1) }, (_, i) => from + i)
    await Promise.all(numbers.flatMap((n) => keyOf(n, now)).map((words) => client.sendCommand([...words])))
  }
}

/** Histories of members who never fell silent, and as long a list. */
const fillLarge = async (client: Client): Promise<void> => {
  const now = Date.now()
  const portion = Array.from({ length: 1000 }, (_, i) => i)
  for (let n = 1; n <= LARGE; n++) {
    for (let from = 0; from < LARGE_ENTRIES; from += portion.length) {
      const entries = portion.flatMap((i) => [
        String((now - 30 * DAY + from + i) / 1000),
        JSON.stringify({ message: "z".repeat(80), crisis_score: 0.5, severity: "low", message_id: `${n}${from + i}` })
      ])
      await client.sendCommand(["ZADD", `ash:history:2:${n}`, ...entries])
      const at = new Date(now - 40 * DAY).toISOString()
      const notes = portion.map((i) => JSON.stringify({ at, note: `${n}${from + i}` }))
      await client.sendCommand(["RPUSH", `ash:session:notes:large_${n}`, ...notes])
    }
  }
}

const spread = (times: ReadonlyArray<number>): string => {
  const [half, most, all] = [0.5, 0.99, 1].map((part) => `${percentile(times, part).toFixed(2)} ms`)
  return `${times.length} PINGs, median ${half}, 99 % within ${most}, longest ${all}`
}

const numbersIn = (text: string): Readonly<Record<string, number>> =>
  Object.fromEntries([...text.matchAll(/([a-z_0-9.]+)=([0-9.]+)/g)].map(([, name, value]) => [name, Number(value)]))

/**
 * How long Redis was busy with each command that cleaning up sends, since the last look, by its own statistics. The times are
 * of the wall clock: on a machine that others use they include the times in which Redis waited for a processor. Those strike
 * any command, also PTTL, which never works long. So the mean tells the work; a longest time on a crowded machine proves
 * nothing either way.
 */
const busyWith = async (client: Client): Promise<ReadonlyArray<string>> => {
  const of = async (section: string, prefix: string) =>
    new Map(
      [...(await client.info(section)).matchAll(new RegExp(`^${prefix}_([a-z|]+):(.*)$`, "gm"))].map(
        ([, name = "", rest = ""]) => [name, numbersIn(rest)] as const
      )
    )
  const stats = await of("commandstats", "cmdstat")
  const latencies = await of("latencystats", "latency_percentiles_usec")
  const entries = (await client.sendCommand(["SLOWLOG", "GET", "-1"])) as ReadonlyArray<
    readonly [number, number, number, ReadonlyArray<string>]
  >
  const nameOf = ([first = "", second = ""]: ReadonlyArray<string>): string =>
    (first.toLowerCase() === "memory" ? `${first}|${second}` : first).toLowerCase()
  return [...stats]
    .filter(([name]) => OURS.has(name))
    .map(([name, { calls = 0, usec_per_call = 0 }]) => {
      const times = entries.filter(([, , , words]) => nameOf(words) === name).map(([, , micros]) => micros)
      const longest = times.length === 0 ? `under ${SLOW / 1000}` : (Math.max(...times) / 1000).toFixed(1)
      const over = times.filter((micros) => micros > BOUND).length
      const most = ((latencies.get(name)?.["p99.9"] ?? 0) / 1000).toFixed(2)
      return `${name}: ${calls} calls, ${((calls * usec_per_call) / 1e6).toFixed(2)} s in all, mean ${(usec_per_call / 1000).toFixed(4)} ms, 99.9 % within ${most} ms, longest ${longest} ms, ${over} over ${BOUND / 1000} ms`
    })
}

const loads = (): string =>
  loadavg()
    .map((load) => load.toFixed(1))
    .join(" ")

const pidOf = async (client: Client): Promise<number> =>
  Number(/process_id:(\d+)/.exec(await client.info("server"))?.[1])

/** Tells what came of it. */
const goFirst = (pids: ReadonlyArray<number>): string => {
  try {
    for (const pid of pids) setPriority(pid, constants.priority.PRIORITY_HIGHEST)
    return "both Redis servers have the highest priority"
  } catch {
    return "both Redis servers have the priority of any process: more is not allowed"
  }
}

/** How long a process has stood ready without a processor, milliseconds, and how often it got one; zeros where it is not told. */
const scheduled = (pid: number): { readonly waited: number; readonly turns: number } => {
  const file = `/proc/${pid}/schedstat`
  const [, waited, turns] = existsSync(file) ? readFileSync(file, "utf8").trim().split(" ").map(Number) : []
  return { waited: (waited ?? 0) / 1e6, turns: turns ?? 0 }
}

const waitedForProcessor = (pid: number, before: ReturnType<typeof scheduled>): string => {
  const after = scheduled(pid)
  return `${((after.waited - before.waited) / 1000).toFixed(2)} s in ${after.turns - before.turns} turns`
}

const measure = async (keys: number): Promise<void> => {
  const redis = await startRedis({
    args: ["--slowlog-log-slower-than", String(SLOW), "--slowlog-max-len", "100000"]
  })
  const idle = await startRedis()
  const worker = new Worker(new URL(import.meta.url), { workerData: { cleaned: redis.url, idle: idle.url } })
  const heard = (): Promise<unknown> => new Promise((resolve) => void worker.once("message", resolve))
  const times = async (): Promise<Times> => {
    const answer = heard()
    worker.postMessage("times")
    return (await answer) as Times
  }
  try {
    const client = await connected(redis.url)
    await heard()
    const control = await connected(idle.url)
    const pid = await pidOf(client)
    console.log(goFirst([pid, await pidOf(control)]))
    control.destroy()
    await fill(client, keys)
    await fillLarge(client)
    console.log(
      `filled: ${await client.dbSize()} keys, ${LARGE} histories and ${LARGE} lists of ${LARGE_ENTRIES} among them, ` +
        `${(await client.info("memory")).match(/used_memory_human:\S+/)?.[0]}; load of the machine ${loads()}`
    )

    await times()
    await new Promise((resolve) => void setTimeout(resolve, 3000))
    console.log(`at rest: ${spread((await times()).cleaned)}`)

    const rules = ashRetentionRules(retentionTerms(defaultAshPolicy, defaultReportPolicy, 7 * DAY))
    const store = RedisStore.layer({ url: Redacted.make(redis.url) })
    const rounds = Effect.gen(function* () {
      for (const [name, dryRun] of [
        ["dry run", true],
        ["clean-up", false],
        ["again", false]
      ] as const) {
        yield* Effect.promise(() => client.sendCommand(["SLOWLOG", "RESET"]))
        yield* Effect.promise(() => client.sendCommand(["CONFIG", "RESETSTAT"]))
        const cpu = process.cpuUsage()
        const before = scheduled(pid)
        yield* Effect.promise(() => times())
        const from = performance.now()
        let looked = 0
        const report = yield* cleanUp({
          rules,
          dryRun,
          onProgress: () =>
            Effect.sync(() => {
              looked = performance.now()
            })
        })
        const seconds = (performance.now() - from) / 1000
        const sum = sumOf(report)
        const { system, user } = process.cpuUsage(cpu)
        console.log(
          `${name}: ${sum.seen} keys in ${seconds.toFixed(1)} s, ${Math.round(sum.seen / ((looked - from) / 1000))} keys/s ` +
            `(and ${((performance.now() - looked) / 1000).toFixed(1)} s for the size); ${JSON.stringify(sum)}`
        )
        const waited = yield* Effect.promise(() => times())
        console.log(`  others waited: ${spread(waited.cleaned)}`)
        console.log(`  meanwhile on the idle Redis: ${spread(waited.idle)}`)
        for (const line of yield* Effect.promise(() => busyWith(client))) console.log(`  ${line}`)
        console.log(
          `  Redis waited for a processor ${waitedForProcessor(pid, before)}; load ${loads()}; processor time of this process, the probe's included: ${((user + system) / sum.seen).toFixed(1)} µs per key`
        )
      }
    })
    await Effect.runPromise(rounds.pipe(Effect.provide(store)))
    client.destroy()
  } finally {
    await worker.terminate()
    await Promise.all([redis.stop(), idle.stop()])
  }
}

if (isMainThread) await measure(Number(process.argv[2] ?? 1_000_000))
else await pingAlways(workerData as Readonly<Record<keyof Times, string>>)
