/**
 * The same work on the same machine in the same run, ours and what people would use instead: 1,000 actors of one XState chart,
 * 256 events in flight, never two of one actor, each acknowledged when it is durable in what the engine offers. At the end every
 * actor's stored state must be the expected one.
 *
 * Engines run in turns, each opened anew; what each does and does not guarantee is at the top of its file in `peers/`. The actors
 * exist before the clock starts, and every engine is given 0.4 s of the same work on other actors, so that none is measured
 * while its code is compiled. Slower engines get fewer events per actor and round; their rows say how many. CPU is this process's: servers
 * (Redis for most, Restate's and its handlers) work beside it.
 * Not measured: an engine across a network, several processes, recovery, memory.
 */
import { isDeepStrictEqual } from "node:util"
import { Redis } from "ioredis"
import { startRedis } from "#test/harness/RedisServer.ts"
import { bullmq } from "./peers/bullmq.ts"
import { eventAt, expectedAfter } from "./peers/chart.ts"
import { clusterPersisted } from "./peers/clusterPersisted.ts"
import { clusterVolatile } from "./peers/clusterVolatile.ts"
import { type Engine, Missing, type Opened, type Started } from "./peers/engine.ts"
import { naiveCached, naiveStored } from "./peers/naive.ts"
import { ours } from "./peers/ours.ts"
import { restate } from "./peers/restate.ts"
import { interleaved, type Measured, median, medianRatio, percentile, typical, type Variant } from "./rig.ts"
import type { Row, Suite } from "./suite.ts"

const ACTORS = 1000
const IN_FLIGHT = 256
const ROUNDS = 5
/** Longer than any engine takes for one run; one that has lost an answer must not hold up the rest for ever. */
const RUN_WITHIN_MS = 60_000
const CLOSE_WITHIN_MS = 10_000

const ENGINES: ReadonlyArray<Engine> = [
  ours,
  naiveCached,
  naiveStored,
  clusterVolatile,
  bullmq,
  clusterPersisted,
  restate
]

interface Running {
  readonly engine: Engine
  /** Milliseconds from asking to the answer, sorted, one array per run; the first does not count. */
  readonly latencies: Array<Float64Array>
  readonly started: Started
  /** Open at this moment. */
  opened: Opened | null
}

/** Long enough for a just opened engine's code to be compiled. */
const WARM_UP_MS = 400

let life = 0

/** **Throws** when the work is not done in time. */
const within = async <A>(what: string, ms: number, work: Promise<A>): Promise<A> => {
  const late = Promise.withResolvers<never>()
  const timer = setTimeout(() => late.reject(new Error(`${what} took longer than ${ms} ms`)), ms)
  try {
    return await Promise.race([work, late.promise])
  } finally {
    clearTimeout(timer)
  }
}

/** Sends every actor its next events, in order and never two at once, the actors taking turns. Answers sorted milliseconds. */
const send = async (
  { ask }: Opened,
  keys: ReadonlyArray<string>,
  { from, to }: { readonly from: number; readonly to: number }
): Promise<Float64Array> => {
  const took: Array<number> = []
  const ready = keys.map((key) => ({ key, next: from }))
  const lane = async (): Promise<void> => {
    for (let actor = ready.shift(); actor !== undefined; actor = ready.shift()) {
      const at = performance.now()
      await ask(actor.key, eventAt(actor.next), `${actor.key}.${actor.next}`)
      took.push(performance.now() - at)
      if (++actor.next < to) ready.push(actor)
    }
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane))
  return Float64Array.from(took).sort()
}

const warmUp = async ({ ask }: Opened, prefix: string): Promise<void> => {
  const until = performance.now() + WARM_UP_MS
  const lane = async (key: string): Promise<void> => {
    for (let n = 0; performance.now() < until; n++) await ask(key, eventAt(n), `${key}.${n}`)
  }
  await Promise.all(Array.from({ length: IN_FLIGHT }, (_, n) => lane(`${prefix}w${n}`)))
}

/** **Throws** unless every actor took every event once and in order. */
const prove = async (name: string, { states }: Opened, keys: ReadonlyArray<string>, events: number): Promise<void> => {
  const expected = expectedAfter(events)
  const found = await states(keys)
  const wrong = keys.findIndex((_, i) => !isDeepStrictEqual(found[i], expected))
  if (found.length === keys.length && wrong === -1) return
  throw new Error(`${name}: actor ${wrong} ended in ${JSON.stringify(found[wrong])}, not ${JSON.stringify(expected)}`)
}

const close = async (running: Running): Promise<void> => {
  const { engine, opened } = running
  running.opened = null
  if (opened !== null) await within(`closing ${engine.name}`, CLOSE_WITHIN_MS, opened.close())
}

const variant = (running: Running, observer: Redis): Variant => ({
  name: running.engine.name,
  work: ACTORS * running.engine.perActor,
  prepare: async () => {
    const { engine, latencies, started } = running
    await observer.flushall()
    const prefix = `+1555${String(life++).padStart(3, "0")}`
    const keys = Array.from({ length: ACTORS }, (_, i) => prefix + String(i).padStart(4, "0"))
    const opened = (running.opened = await started.open())
    const to = 1 + engine.perActor
    await within(`${engine.name}: warming up`, RUN_WITHIN_MS, warmUp(opened, prefix))
    await within(`${engine.name}: birth`, RUN_WITHIN_MS, send(opened, keys, { from: 0, to: 1 }))
    return {
      run: async () =>
        void latencies.push(await within(engine.name, RUN_WITHIN_MS, send(opened, keys, { from: 1, to }))),
      end: async () => {
        await prove(engine.name, opened, keys, to)
        await close(running)
      }
    }
  }
})

/** The median of a percentile over the rounds that count. */
const percentileOf = (runs: ReadonlyArray<Float64Array>, part: number): number =>
  median(runs.slice(1).map((took) => percentile([...took], part)))

type Found = ReadonlyMap<string, ReadonlyArray<Measured>>

/** How many times as fast as each of the others ours is, round by round. */
const ratios = (found: Found, others: ReadonlyArray<Engine>): NonNullable<Row["ratios"]> =>
  others.map(({ goal, name }) => {
    const value = medianRatio(found.get(ours.name) ?? [], found.get(name) ?? [])
    return { to: name, value, ...(goal === undefined ? {} : { goal }) }
  })

const rowOf = (found: Found, { engine, latencies }: Running): Row => {
  const { cpuMicros, perSecond } = typical(found.get(engine.name) ?? [])
  return {
    what: engine.name,
    figures: {
      "events/s": perSecond,
      "p50 ms": percentileOf(latencies, 0.5),
      "p99 ms": percentileOf(latencies, 0.99),
      "µs CPU/event": cpuMicros,
      "durable by": engine.durable,
      "events per actor × rounds": `${engine.perActor} × ${ROUNDS}`
    }
  }
}

/** **Throws** what is wrong with a server that is there; one that is not is said in its row. */
const startAll = async (redisUrl: string, running: Array<Running>): Promise<ReadonlyArray<Row>> => {
  const missing: Array<Row> = []
  for (const engine of ENGINES) {
    try {
      running.push({ engine, latencies: [], opened: null, started: await engine.start(redisUrl) })
    } catch (error) {
      if (!(error instanceof Missing)) throw error
      missing.push({ what: `${engine.name}: NOT MEASURED, ${error.message}`, figures: {} })
      process.stderr.write(`peers: ${engine.name} is NOT MEASURED: ${error.message}\n`)
    }
  }
  return missing
}

export const suite: Suite = {
  title: `${ACTORS} actors of one chart, ${IN_FLIGHT} events in flight, against what people would use`,
  run: async () => {
    const redis = await startRedis()
    const observer = new Redis(redis.url)
    const running: Array<Running> = []
    try {
      const missing = await startAll(redis.url, running)
      const found = await interleaved(
        running.map((one) => variant(one, observer)),
        ROUNDS
      )
      const others = running.map(({ engine }) => engine).filter((engine) => engine !== ours)
      const rows = running.map((one) => rowOf(found, one))
      return [
        ...rows.map((row) => (row.what === ours.name ? { ...row, ratios: ratios(found, others) } : row)),
        ...missing
      ]
    } finally {
      await Promise.allSettled(running.map(close))
      await Promise.allSettled(running.map(({ started }) => started.stop()))
      observer.disconnect()
      await redis.stop()
    }
  }
}
