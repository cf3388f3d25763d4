/**
 * How fast a night's clean-up goes through a large Redis, and how long anybody else waits meanwhile.
 *
 *     node bench/retention.ts [keys, default 1000000]
 *
 * Starts a Redis of its own (append-only file on), fills it, cleans up once and once more, and prints keys per second, the
 * longest commands by Redis' own `SLOWLOG`, and the waiting times of a second connection in a thread of its own that sends
 * PING every millisecond. Not measured: a Redis across a network, entries of megabytes, several processes cleaning up at once.
 */
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

const DAY = 86_400_000
const BATCH = 2_000
/** Microseconds from which Redis writes a command down. */
const SLOW = 1000
/** A bound of the histograms, microseconds: the last one under five milliseconds. */
const BUSY = 4227
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

/** Sends PING about every millisecond for as long as the thread lives, and tells when asked how long each took, milliseconds. */
const pingAlways = async ({ url }: { readonly url: string }): Promise<void> => {
  const client = await connected(url)
  let times: Array<number> = []
  parentPort?.on("message", () => {
    parentPort?.postMessage(times)
    times = []
  })
  parentPort?.postMessage("ready")
  for (;;) {
    const from = performance.now()
    await client.ping()
    times.push(performance.now() - from)
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

const percentile = (rising: ReadonlyArray<number>, share: number): string =>
  `${(rising[Math.min(rising.length - 1, Math.floor(rising.length * share))] ?? 0).toFixed(2)} ms`

const spread = (times: ReadonlyArray<number>): string => {
  const rising = times.toSorted((a, b) => a - b)
  const [half, most, all] = [0.5, 0.99, 1].map((share) => percentile(rising, share))
  return `${rising.length} PINGs, median ${half}, 99 % within ${most}, longest ${all}`
}

/**
 * How long Redis was busy with single commands since the last look, by its own log and histograms. The times are of the wall
 * clock: on a machine that others use they include the times in which Redis waited for a processor. Those strike every
 * command alike, also those that never take long, like PTTL: that is how to tell them apart.
 */
const busyWith = async (client: Client): Promise<string> => {
  const entries = (await client.sendCommand(["SLOWLOG", "GET", "-1"])) as ReadonlyArray<
    readonly [number, number, number, ReadonlyArray<string>]
  >
  const histograms = (await client.sendCommand(["LATENCY", "HISTOGRAM"])) as ReadonlyArray<unknown>
  const slow: Array<string> = []
  let calls = 0
  for (let i = 0; i < histograms.length; i += 2) {
    const name = String(histograms[i])
    if (!OURS.has(name)) continue
    const [, count, , buckets] = histograms[i + 1] as [string, number, string, ReadonlyArray<number>]
    calls += count
    // Bucket and number of calls up to it, in turns; the buckets are rising.
    const within = buckets.reduce(
      (most, bucket, at) => (at % 2 === 0 && bucket <= BUSY ? (buckets[at + 1] ?? 0) : most),
      0
    )
    if (count > within) slow.push(`${name} ${count - within} of ${count}`)
  }
  const longest = entries
    .filter(([, , , [name = ""]]) => OURS.has(name.toLowerCase()))
    .toSorted((one, other) => other[2] - one[2])
    .slice(0, 3)
    .map(([, , micros, [name = ""]]) => `${name.toLowerCase()} ${(micros / 1000).toFixed(1)} ms`)
  return `${calls} commands; over ${BUSY / 1000} ms: ${slow.join(", ") || "none"}; longest: ${longest.join(", ") || "under 1 ms"}`
}

const measure = async (keys: number): Promise<void> => {
  const redis = await startRedis({
    args: ["--slowlog-log-slower-than", String(SLOW), "--slowlog-max-len", "100000"]
  })
  const worker = new Worker(new URL(import.meta.url), { workerData: { url: redis.url } })
  const heard = (): Promise<unknown> => new Promise((resolve) => void worker.once("message", resolve))
  const times = async (): Promise<ReadonlyArray<number>> => {
    const answer = heard()
    worker.postMessage("times")
    return (await answer) as ReadonlyArray<number>
  }
  try {
    const client = await connected(redis.url)
    await heard()
    await fill(client, keys)
    console.log(
      `filled: ${await client.dbSize()} keys, ${(await client.info("memory")).match(/used_memory_human:\S+/)?.[0]}`
    )

    await times()
    await new Promise((resolve) => void setTimeout(resolve, 3000))
    console.log(`at rest: ${spread(await times())}`)

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
        console.log(`  others waited: ${spread(yield* Effect.promise(() => times()))}`)
        console.log(`  Redis was busy with ${yield* Effect.promise(() => busyWith(client))}`)
        console.log(
          `  processor time of this process, the probe's included: ${((user + system) / sum.seen).toFixed(1)} µs per key`
        )
      }
    })
    await Effect.runPromise(rounds.pipe(Effect.provide(store)))
    client.destroy()
  } finally {
    await worker.terminate()
    await redis.stop()
  }
}

if (isMainThread) await measure(Number(process.argv[2] ?? 1_000_000))
else await pingAlways(workerData as { readonly url: string })
