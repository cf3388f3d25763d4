/**
 * The first event on actors that an earlier system left in Redis: a fresh `ActorSystem` has to read each of them back.
 *
 * Beside it the bounds: the same records read by `MGET`, as the store gathers its reads, and restored by the kernel, with as
 * many actors under way as events are in flight; the same with a `GET` for each; and reading, restoring and committing the
 * same turns without mailboxes and Effect. All of them in this process, in turns, over six parts of the stored actors of which
 * the first does not count. Not measured: opening the system, a Redis across a network, records larger than these.
 */
import * as Effect from "effect/Effect"
import { Redis } from "ioredis"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import { EnvelopeId } from "#domain/Envelope.ts"
import { wakeAt } from "#kernel/Pending.ts"
import { type RegisteredActor, registerActor } from "#kernel/RegisteredActor.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { type ActorState, runTurn, viewOf } from "#kernel/Turn.ts"
import type { Commit } from "#runtime/ports/ActorStore.ts"
import { defaults } from "#runtime/RuntimeConfig.ts"
import * as Batch from "#stores/redis/Batch.ts"
import * as Keys from "#stores/redis/Keys.ts"
import * as Scripts from "#stores/redis/Scripts.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import { conversation, counter, type Load } from "./loads.ts"
import { drive, median, percentile } from "./rig.ts"
import { storedValues } from "./seed.ts"
import type { Row, Suite } from "./suite.ts"
import { addressesOf, open, redisStore } from "./system.ts"

/** 10,000 measured actors in five parts, and one more part to warm up. */
const PARTS = 6
const PART = 2_000
/** One at a time takes long: so many of each part are enough. */
const ALONE = 300

const perSecond = async (count: number, work: () => Promise<void>): Promise<number> => {
  const from = performance.now()
  await work()
  return (count / (performance.now() - from)) * 1000
}

/** One chart's actors in Redis, each with the number of turns it has taken. */
class Dried {
  readonly load: Load
  readonly url: string
  readonly client: Redis
  readonly actor: RegisteredActor
  readonly all: ReadonlyArray<ActorAddress>
  readonly turns = new Map<ActorAddress, number>()
  #events = 0

  constructor(load: Load, url: string) {
    this.load = load
    this.url = url
    this.client = new Redis(url, { protocol: 2 })
    this.actor = registerActor(load.definition)
    this.all = addressesOf(load.definition.type, PARTS * PART)
  }

  /** The nth event of this run, counted for its actor. */
  next(to: ActorAddress) {
    const n = this.#events++
    this.turns.set(to, (this.turns.get(to) ?? 0) + 1)
    return { event: this.load.event(n), id: `${this.load.definition.type}.${n}` }
  }

  /** Has an actor system of its own, with room for all, do something; throws unless it leaves so many residents. */
  async withSystem<A>(use: (ask: (to: ActorAddress) => Promise<unknown>) => Promise<A>, residents: number): Promise<A> {
    const room = { maxResidents: this.all.length }
    const { close, system } = await open({ actors: [this.load.definition] }, redisStore(this.url), room)
    try {
      const found = await use((to) => {
        const { event, id } = this.next(to)
        return Effect.runPromise(system.ask(to, event, { id }))
      })
      const health = await Effect.runPromise(system.health)
      if (health.residents !== residents) throw new Error(`${health.residents} residents instead of ${residents}`)
      return found
    } finally {
      await close()
    }
  }

  /** Throws unless every turn that was asked for is stored, and no other. */
  async check(): Promise<void> {
    for (const [to, value] of await storedValues(this.client, this.all)) {
      const revision = Batch.decodeRecord(value)?.stamp.revision
      if (revision !== this.turns.get(to)) throw new Error(`revision ${revision} after ${this.turns.get(to)} turns`)
    }
  }
}

const restored = (actor: RegisteredActor, value: string | null): ActorState =>
  decodeState(actor, Batch.decodeRecord(value ?? "")?.record ?? "a record is gone")

/** A read for each actor; the states are kept, as residents are. */
const readEach = async ({ actor, client }: Dried, part: ReadonlyArray<ActorAddress>, inFlight: number) => {
  const states: Array<ActorState> = []
  await drive(part.length, inFlight, async (n) => {
    states.push(restored(actor, await client.get(Keys.record(part[n] as ActorAddress))))
  })
  if (states.length !== part.length) throw new Error("not all were read")
}

/** At most as many calls as keep Redis busy, and batches that have as many actors under way as events are in flight. */
const callsOf = (inFlight: number) => {
  const calls = Math.max(Math.min(2, inFlight), Math.ceil(inFlight / Batch.MAX_BATCH))
  return { calls, size: Math.floor(inFlight / calls) }
}

const inBatches = async (
  part: ReadonlyArray<ActorAddress>,
  inFlight: number,
  one: (batch: ReadonlyArray<ActorAddress>) => Promise<void>
): Promise<void> => {
  const { calls, size } = callsOf(inFlight)
  await drive(Math.ceil(part.length / size), calls, (n) => one(part.slice(n * size, (n + 1) * size)))
}

const readTogether = async ({ actor, client }: Dried, part: ReadonlyArray<ActorAddress>, inFlight: number) => {
  const states: Array<ActorState> = []
  await inBatches(part, inFlight, async (batch) => {
    for (const value of await client.mget(batch.map(Keys.record))) states.push(restored(actor, value))
  })
  if (states.length !== part.length) throw new Error("not all were read")
}

/** What the runtime would commit for this event. */
const commitOf = (dried: Dried, to: ActorAddress, before: ActorState): Commit => {
  const { event, id } = dried.next(to)
  const time = { now: Date.now(), turn: `bound.${id}` }
  const { projections, reply, state } = runTurn(dried.actor, to, before, { kind: "event", event }, time)
  if (state.meta.outbox.length > 0) throw new Error("an effect is pending: this bound claims none")
  const { ttlMs } = dried.load.definition
  const { revision, turn } = state.meta
  const lifetime = typeof ttlMs === "function" ? ttlMs(viewOf(to, state)) : ttlMs
  return {
    address: to,
    expected: { revision: before.meta.revision, turn: before.meta.turn },
    next: { revision, turn, record: encodeState(state), ttlMs: lifetime },
    wakeAt: wakeAt(state.meta),
    mark: { id: EnvelopeId(id), reply: JSON.stringify({ reply: reply ?? null }), ttlMs: defaults.dedupMs },
    projections,
    deadLetters: []
  }
}

const commitAll = async (dried: Dried, part: ReadonlyArray<ActorAddress>, inFlight: number) => {
  const { actor, client } = dried
  await inBatches(part, inFlight, async (batch) => {
    const values = await client.mget(batch.map(Keys.record))
    const commits = batch.map((to, n) => commitOf(dried, to, restored(actor, values[n] ?? null)))
    const { argv, keys } = Batch.encode(commits)
    const results = Batch.decodeReplies(await Scripts.run(client, Scripts.commit, keys, argv), batch.length)
    if (!results?.every(({ _tag }) => _tag === "Committed")) throw new Error("a commit was refused")
  })
}

/** Events a second: the first on each actor, and one more on each, now resident. Milliseconds of each first one. */
const throughSystem = (dried: Dried, part: ReadonlyArray<ActorAddress>, inFlight: number) =>
  dried.withSystem(async (ask) => {
    const millis: Array<number> = []
    const first = await perSecond(part.length, () =>
      drive(part.length, inFlight, async (n) => {
        const from = performance.now()
        await ask(part[n] as ActorAddress)
        millis.push(performance.now() - from)
      })
    )
    const again = await perSecond(part.length, () => drive(part.length, inFlight, (n) => ask(part[n] as ActorAddress)))
    return { first, again, millis }
  }, part.length)

const round = async (dried: Dried, part: ReadonlyArray<ActorAddress>, inFlight: number, turned: boolean) => {
  const bounds = { each: Number.NaN, together: Number.NaN, committed: Number.NaN }
  const boundsNow = async (): Promise<void> => {
    bounds.each = await perSecond(part.length, () => readEach(dried, part, inFlight))
    bounds.together = await perSecond(part.length, () => readTogether(dried, part, inFlight))
    bounds.committed = await perSecond(part.length, () => commitAll(dried, part, inFlight))
  }
  if (turned) await boundsNow()
  const found = await throughSystem(dried, part, inFlight)
  if (!turned) await boundsNow()
  return { ...found, ...bounds }
}

const measured = async (name: string, dried: Dried, inFlight: number): Promise<Row> => {
  const size = inFlight === 1 ? ALONE : PART
  const rounds: Array<Awaited<ReturnType<typeof round>>> = []
  for (let n = 0; n < PARTS; n++) {
    const part = dried.all.slice(n * PART, n * PART + size)
    const found = await round(dried, part, inFlight, n % 2 === 0)
    if (n > 0) rounds.push(found)
  }
  const millis = rounds.flatMap((one) => one.millis)
  const p50 = percentile(millis, 0.5)
  const many = inFlight > 1
  return {
    what: `${name}, ${millis.length.toLocaleString("en")} first events, ${inFlight} in flight`,
    figures: {
      "events/s": median(rounds.map(({ first }) => first)),
      "p50 ms": p50,
      "p99 ms": percentile(millis, 0.99),
      "resident events/s": median(rounds.map(({ again }) => again)),
      "MGET + restore actors/s": median(rounds.map(({ together }) => together)),
      "GET each + restore actors/s": median(rounds.map(({ each }) => each)),
      "MGET + restore + turn + commit events/s": median(rounds.map(({ committed }) => committed))
    },
    ratios: [
      {
        to: "MGET + restore",
        value: median(rounds.map(({ first, together }) => first / together)),
        ...(many ? { goal: 0.6 } : {})
      },
      { to: "GET each + restore", value: median(rounds.map(({ each, first }) => first / each)) },
      { to: "MGET + restore + turn + commit", value: median(rounds.map(({ committed, first }) => first / committed)) },
      { to: "residents", value: median(rounds.map(({ again, first }) => first / again)) },
      ...(inFlight === 64 ? [{ to: "p50 (1 ms ÷ p50)", value: 1 / p50, goal: 1 }] : [])
    ]
  }
}

const costs = async (name: string, load: Load): Promise<ReadonlyArray<Row>> => {
  const redis = await startRedis()
  const dried = new Dried(load, redis.url)
  try {
    const { all } = dried
    await dried.withSystem((ask) => drive(all.length, 512, (n) => ask(all[n] as ActorAddress)), all.length)
    const rows: Array<Row> = []
    for (const inFlight of [64, 512, 1]) rows.push(await measured(name, dried, inFlight))
    await dried.check()
    return rows
  } finally {
    dried.client.disconnect()
    await redis.stop()
  }
}

export const suite: Suite = {
  title: "the first event on actors read back from Redis after a restart",
  run: async () => [...(await costs("counter", counter)), ...(await costs("conversation", conversation))]
}
