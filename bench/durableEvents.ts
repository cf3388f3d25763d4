/**
 * What a durable event costs through the public `ActorSystem`, beside what bounds it: the same pipeline with a store that
 * answers at once and keeps nothing (what Node must do), and the bare commits with their arguments made beforehand (what the
 * store must do). The ratio is to the slower of the two, round by round.
 *
 * Not measured: a Redis across a network, several processes (see `growth`), actors that have to be read back first (see
 * `rehydrate`).
 */
import * as Effect from "effect/Effect"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import * as SqliteStore from "#stores/sqlite/SqliteStore.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import { bareRedis, bareSocket, bareStore, commitsOf } from "./durableEvents/bare.ts"
import { instant } from "./durableEvents/instant.ts"
import { conversation, counter, type Load } from "./loads.ts"
import { drive, interleaved, type Measured, medianRatio, typical, type Variant } from "./rig.ts"
import { addressesOf, open, redisStore, type StoreLayer } from "./system.ts"
import type { Row, Suite } from "./suite.ts"

const ROUNDS = 5
const GOAL = 0.7
const OURS = "ours"

export interface Situation {
  readonly load: Load
  readonly actors: number
  readonly inFlight: number
  /** Events per round. */
  readonly events: number
}

/** The public system over a store, opened once; its actors have been born before anything is measured. */
const pipeline = async (name: string, store: StoreLayer, { actors, events, inFlight, load }: Situation) => {
  const { close, system } = await open({ actors: [load.definition] }, store)
  const addresses = addressesOf(load.definition.type, actors)
  const ask = (round: number) => (n: number) => {
    const to = addresses[n % actors] as (typeof addresses)[number]
    return Effect.runPromise(system.ask(to, load.event(n), { id: `${round}.${n}` }))
  }
  await drive(actors, 256, ask(0))
  let rounds = 0
  const variant: Variant = {
    name,
    work: events,
    prepare: async () => {
      const round = ++rounds
      return { run: () => drive(events, inFlight, ask(round)), end: async () => {} }
    }
  }
  /** Every event of every round was taken by its actor: the revision in a store that keeps anything counts them. */
  const end = async () => {
    if (name !== OURS) return close()
    const found = await Effect.runPromise(system.inspect(addresses[0] as (typeof addresses)[number]))
    const expected = 1 + rounds * Math.ceil(events / actors)
    await close()
    if (found?.revision !== expected) throw new Error(`${name}: ${found?.revision ?? 0} turns instead of ${expected}`)
  }
  return { variant, end }
}

const n = (value: number): string => value.toLocaleString("en")

/** One situation on one store. `bare` makes what the store alone must do of the commits such a run makes. */
const measured = async (
  title: string,
  situation: Situation,
  store: StoreLayer,
  bare: (commits: Awaited<ReturnType<typeof commitsOf>>) => ReadonlyArray<Variant>
): Promise<Row> => {
  const bares = bare(await commitsOf(situation))
  // The system without an observer knows nothing of the recording: what is compared is compared alone.
  const ours = await pipeline(OURS, store, situation)
  const bound = await pipeline("instant", instant(), situation)
  const found = await interleaved([ours.variant, bound.variant, ...bares], ROUNDS)
  await ours.end()
  await bound.end()
  const of = (name: string): ReadonlyArray<Measured> => found.get(name) ?? []
  const [mine, instants] = [typical(of(OURS)), typical(of("instant"))]
  /** Both bounds of each round as one rate. */
  const bounds = (together: (node: number, store: number) => number) =>
    of("instant").map(({ perSecond }, round) => ({
      perSecond: together(perSecond, of("bare commits")[round]?.perSecond ?? Number.NaN)
    }))
  const inTurn = bounds((node, store) => 1 / (1 / node + 1 / store))
  const ratio = (to: string, bound: Parameters<typeof medianRatio>[1]) => ({ to, value: medianRatio(of(OURS), bound) })
  const names = bares.map(({ name }) => name)
  return {
    what: `${title}, ${n(situation.actors)} actors, ${situation.inFlight} in flight`,
    figures: {
      "events/s": mine.perSecond,
      "µs CPU/event": mine.cpuMicros,
      "instant store events/s": instants.perSecond,
      "instant store µs CPU": instants.cpuMicros,
      ...Object.fromEntries(names.map((name) => [`${name}/s`, typical(of(name)).perSecond]))
    },
    ratios: [
      { ...ratio("slower bound", bounds(Math.min)), goal: GOAL },
      // One event at a time, what Node must do and what the store must do add up.
      ...(situation.inFlight === 1 ? [ratio("both bounds one after the other", inTurn)] : []),
      ...(names.includes("raw socket") ? [{ ...ratio("raw socket", of("raw socket")), goal: GOAL }] : [])
    ]
  }
}

const onRedis = async (appendfsync: "everysec" | "always", name: string, situation: Situation): Promise<Row> => {
  const server = await startRedis({ appendfsync })
  const bareServer = await startRedis({ appendfsync })
  try {
    const store = redisStore(server.url)
    return await measured(`${name}, Redis ${appendfsync}`, situation, store, (commits) => [
      bareRedis(bareServer.url, commits),
      ...(situation.load === counter ? [bareSocket(bareServer, commits)] : [])
    ])
  } finally {
    await Promise.all([server.stop(), bareServer.stop()])
  }
}

const onSqlite = async (situation: Situation): Promise<Row> => {
  const folder = mkdtempSync(join(tmpdir(), "tardigrade-bench-"))
  let files = 0
  const store = () => SqliteStore.layer({ file: join(folder, `${files++}.sqlite`) })
  try {
    return await measured("conversation, SQLite", situation, store(), (commits) => [bareStore(store, commits)])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const run = async (): Promise<ReadonlyArray<Row>> => {
  const rows: Array<Row> = []
  const small = { actors: 1000, inFlight: 64 }
  // The busiest first: what comes later finds compiled code.
  const situations = (load: Load, perSecond: number): ReadonlyArray<Situation> => [
    { load, actors: 10_000, inFlight: 512, events: perSecond / 4 },
    { load, actors: 10_000, inFlight: 64, events: perSecond / 4 },
    { load, actors: 1000, inFlight: 512, events: perSecond / 4 },
    { load, actors: 1000, inFlight: 64, events: perSecond / 4 },
    { load, actors: 1000, inFlight: 1, events: perSecond / 8 }
  ]
  const alone = { load: conversation, actors: 10_000, inFlight: 1, events: 600 }
  for (const situation of [...situations(conversation, 8000), alone]) {
    rows.push(await onRedis("everysec", "conversation", situation))
  }
  for (const situation of situations(counter, 32_000)) {
    rows.push(await onRedis("everysec", "trivial chart", situation))
  }
  for (const inFlight of [64, 512]) {
    rows.push(await onRedis("always", "conversation", { ...small, load: conversation, inFlight, events: 2000 }))
  }
  rows.push(await onSqlite({ ...small, load: conversation, events: 1000 }))
  const inMemory = { ...small, load: conversation, events: 2000 }
  rows.push(
    await measured("conversation, memory", inMemory, MemoryStore.layer, (commits) => [
      bareStore(() => MemoryStore.layer, commits)
    ])
  )
  return rows
}

export const suite: Suite = {
  title: "durable events through the public ActorSystem, beside what bounds them",
  run
}
