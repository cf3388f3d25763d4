/**
 * What durable timers cost: `after` timers of actors that are not resident, through the public `ActorSystem` on Redis
 * (append-only file on, fsync every second), one process, defaults throughout. Each actor is read, run and committed.
 *
 * - spread: due evenly over ten seconds while the process runs. Late "at the turn" is `firedAt - scheduledAt` of the timer's
 *   event, as the chart sees them; late "stored" ends with the answer to its commit.
 * - overdue: due before the process starts, which has run other code before. Counted from the start of the actor system,
 *   connecting included. "Overtaken by" is how much later a timer was due that was stored before an earlier one: 0 is the
 *   exact order of due times.
 * - the bound: the same actors, their timers far from due, make the same transition by a plain event through `ask`, 256 in
 *   flight. Such an event leaves a dedup mark as well, which a timer does not.
 *
 * CPU is this process's, over all its threads. Not measured: setting the timers, several processes, timers of residents.
 */
import * as Effect from "effect/Effect"
import { Redis } from "ioredis"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import {
  cpuMicrosSince,
  drive,
  interleaved,
  type Measured,
  medianRatio,
  percentile,
  typical,
  type Variant
} from "./rig.ts"
import type { Row, Suite } from "./suite.ts"
import { addressesOf, open, openStore, redisStore, type StoreLayer } from "./system.ts"
import { alarm, setAlarms } from "./timers/alarm.ts"
import { rungOnce, witness } from "./timers/witness.ts"

const COUNT = 100_000
const SPREAD_MS = 10_000
const ROUNDS = 5
const ROUND_COUNT = 8_000
const IN_FLIGHT = 256
const HOUR = 3_600_000
/** Far longer than a run should take: what has not happened by then is a failure. */
const PATIENCE_MS = 120_000
/** The least of the bound that timers should reach. */
const GOAL = 0.7

const actors = [alarm]

interface Rig {
  readonly redis: Redis
  /** For preparing; systems that are measured open their own. */
  readonly store: ActorStoreService
  readonly layer: StoreLayer
}

/** Evenly over the spread from `from` on, the last actor first, so that no order of names is taken for one of time. */
const dueFrom = (from: number, count: number) => (n: number) => Math.round(from + ((count - 1 - n) / count) * SPREAD_MS)

/** A Redis that holds these actors, each with one timer, and nothing else. Answers how long that took, ms. */
const prepare = async ({ redis, store }: Rig, count: number, dueAt: (n: number) => number): Promise<number> => {
  await redis.flushall()
  const from = performance.now()
  await setAlarms(store, count, dueAt(count - 1) - HOUR, dueAt)
  return performance.now() - from
}

/** The most by which a due time is less than one before it. */
const overtakenBy = (dueTimes: ReadonlyArray<number>): number => {
  let latest = -Infinity
  let most = 0
  for (const dueAt of dueTimes) {
    latest = Math.max(latest, dueAt)
    most = Math.max(most, latest - dueAt)
  }
  return most
}

/** `leadMs` is how long setting may take. */
const spread = async (rig: Rig, leadMs: number): Promise<Row> => {
  const firstDueAt = Math.ceil(Date.now() + leadMs)
  const dueAt = dueFrom(firstDueAt, COUNT)
  await prepare(rig, COUNT, dueAt)
  const { acknowledgedAt, all, store } = witness(rig.layer, COUNT)
  const { close } = await open({ actors }, store)
  const wait = firstDueAt - Date.now()
  if (wait < 0) throw new Error(`the first timer was due ${-wait} ms before all were set`)
  await new Promise((resolve) => setTimeout(resolve, wait))
  const cpu = process.cpuUsage()
  await all(SPREAD_MS + PATIENCE_MS)
  const micros = cpuMicrosSince(cpu, COUNT)
  await close()
  const atTurn = (await rungOnce(rig.redis, COUNT)).map(({ lateMs }) => lateMs ?? Number.NaN)
  const stored = [...acknowledgedAt].map((at, n) => at - dueAt(n))
  const lastAt = percentile([...acknowledgedAt], 1)
  return {
    what: `${COUNT.toLocaleString("en")} due over ${SPREAD_MS / 1000} s`,
    figures: {
      "fired/s": (COUNT / (lastAt - firstDueAt)) * 1000,
      "µs CPU each": micros,
      "late at turn p50 ms": percentile(atTurn, 0.5),
      "late at turn p99 ms": percentile(atTurn, 0.99),
      "late stored p50 ms": percentile(stored, 0.5),
      "late stored p99 ms": percentile(stored, 0.99),
      "last stored after last due ms": lastAt - dueAt(0)
    }
  }
}

/** How long setting took comes beside the finding, ms. */
const overdue = async (rig: Rig): Promise<{ readonly row: Row; readonly setMs: number }> => {
  const dueAt = dueFrom(Date.now() - 2 * SPREAD_MS, COUNT)
  const setMs = await prepare(rig, COUNT, dueAt)
  const { all, order, store } = witness(rig.layer, COUNT)
  const cpu = process.cpuUsage()
  const from = performance.now()
  const { close } = await open({ actors }, store)
  await all(PATIENCE_MS)
  const tookMs = performance.now() - from
  const micros = cpuMicrosSince(cpu, COUNT)
  await close()
  await rungOnce(rig.redis, COUNT)
  return {
    setMs,
    row: {
      what: `${COUNT.toLocaleString("en")} overdue at the start`,
      figures: {
        "fired/s": (COUNT / tookMs) * 1000,
        "µs CPU each": micros,
        "start to last ms": tookMs,
        "overtaken by ms at most": overtakenBy(order.map(dueAt))
      }
    }
  }
}

const timers = (rig: Rig): Variant => ({
  name: `${ROUND_COUNT.toLocaleString("en")} overdue at the start`,
  work: ROUND_COUNT,
  prepare: async () => {
    await prepare(rig, ROUND_COUNT, dueFrom(Date.now() - 2 * SPREAD_MS, ROUND_COUNT))
    const { all, store } = witness(rig.layer, ROUND_COUNT)
    let close = (): Promise<void> => Promise.resolve()
    return {
      run: async () => {
        close = (await open({ actors }, store)).close
        await all(PATIENCE_MS)
      },
      end: async () => {
        await close()
        await rungOnce(rig.redis, ROUND_COUNT)
      }
    }
  }
})

const asked = (rig: Rig): Variant => ({
  name: `${ROUND_COUNT.toLocaleString("en")} by a plain event, ${IN_FLIGHT} in flight`,
  work: ROUND_COUNT,
  prepare: async () => {
    await prepare(rig, ROUND_COUNT, dueFrom(Date.now() + HOUR, ROUND_COUNT))
    const { all, store } = witness(rig.layer, ROUND_COUNT)
    // The same order as the timers'.
    const addresses = addressesOf(alarm.type, ROUND_COUNT).toReversed()
    let close = (): Promise<void> => Promise.resolve()
    return {
      run: async () => {
        const { close: end, system } = await open({ actors }, store)
        close = end
        await drive(ROUND_COUNT, IN_FLIGHT, async (n) => {
          const to = addresses[n]
          if (to !== undefined) await Effect.runPromise(system.ask(to, { type: "RING" }, { id: `ring${n}` }))
        })
        await all(PATIENCE_MS)
      },
      end: async () => {
        await close()
        await rungOnce(rig.redis, ROUND_COUNT)
      }
    }
  }
})

const beside = async (rig: Rig): Promise<ReadonlyArray<Row>> => {
  const fired = timers(rig)
  const bound = asked(rig)
  const found = await interleaved([fired, bound], ROUNDS)
  const of = ({ name }: Variant): ReadonlyArray<Measured> => found.get(name) ?? []
  const rowOf = (variant: Variant, rate: "fired/s" | "events/s"): Row => {
    const { cpuMicros, perSecond } = typical(of(variant))
    return { what: variant.name, figures: { [rate]: perSecond, "µs CPU each": cpuMicros } }
  }
  const value = medianRatio(of(fired), of(bound))
  return [
    { ...rowOf(fired, "fired/s"), ratios: [{ to: "by a plain event", value, goal: GOAL }] },
    rowOf(bound, "events/s")
  ]
}

const run = async (): Promise<ReadonlyArray<Row>> => {
  const server = await startRedis()
  const redis = new Redis(server.url)
  const layer = redisStore(server.url)
  const { close, store } = await openStore(layer)
  try {
    const rig: Rig = { redis, store, layer }
    const compared = await beside(rig)
    const late = await overdue(rig)
    // Twice what it took just now, and a second.
    return [await spread(rig, 2 * late.setMs + 1000), late.row, ...compared]
  } finally {
    await close()
    redis.disconnect()
    await server.stop()
  }
}

export const suite: Suite = { title: "durable timers, spread and overdue, beside plain events", run }
