/**
 * What a durable event costs through the public `ActorSystem` on Redis, beside the two things that bound it: the same pipeline
 * with a store that answers at once, and the bare commit script with its arguments made beforehand.
 *
 *     node bench/durableEvents.ts [counter|conversation] [actors, 1000] [in flight, 512] [rounds, 5] [events, 40000]
 *
 * Starts a Redis of its own (append-only file on, fsync every second). The three run in turns; ratios are medians over rounds.
 * Not measured: a Redis across a network, several processes, actors that have to be read back first.
 */
import { availableParallelism, cpus } from "node:os"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import * as Scope from "effect/Scope"
import { Redis } from "ioredis"
import { assign, setup } from "xstate"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { conversationDefinition } from "#machines/conversation/definition.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import { ActorStore, type Commit, type CommitResult } from "#runtime/ports/ActorStore.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import * as Batch from "#stores/redis/Batch.ts"
import * as RedisStore from "#stores/redis/RedisStore.ts"
import * as Scripts from "#stores/redis/Scripts.ts"
import { startRedis } from "#test/harness/RedisServer.ts"
import { drive, interleaved, median, type Variant } from "./rig.ts"

interface Load {
  readonly definition: ActorDefinition
  readonly event: (n: number) => ActorEvent
}

/** A chart that does next to nothing, with a kilobyte to remember. */
const counter: Load = {
  definition: {
    type: "counter",
    machine: setup({
      types: {} as { context: { count: number; text: string }; events: { type: "ADD" } }
    }).createMachine({
      context: { count: 0, text: "x".repeat(900) },
      on: { ADD: { actions: assign({ count: ({ context }) => context.count + 1 }) } }
    }),
    version: 1,
    ttlMs: 7_200_000
  },
  event: () => ({ type: "ADD" })
}

const TEXTS = ["help", "thanks a lot", "what is this"]

/** A texter's small talk: every event is understood, answered, logged and written as a document, too. */
const conversation: Load = {
  definition: conversationDefinition(),
  event: (n) => ({
    type: "MESSAGE_RECEIVED",
    text: TEXTS[n % TEXTS.length] ?? "",
    messageId: `m${n}`,
    at: 1_800_000_000_000 + n,
    replyVia: "answer"
  })
}

const LOADS: Readonly<Record<string, Load>> = { counter, conversation }

const [name = "counter", ...numbers] = process.argv.slice(2)
const load = LOADS[name]
if (load === undefined) throw new TypeError(`loads are ${Object.keys(LOADS).join(", ")}`)
const [actors = 1000, inFlight = 512, rounds = 5, events = 40_000] = numbers.map(Number)

/** As the runtime's own: two calls under way, of at most `MAX_BATCH` actors each. */
const CALLS = Math.min(2, inFlight)
const BATCH = Math.max(1, Math.min(Batch.MAX_BATCH, Math.floor(inFlight / CALLS)))

const addresses = Array.from({ length: actors }, (_, i) =>
  address(load.definition.type, `+1555${String(i).padStart(7, "0")}`)
)
const addressOf = (n: number) => addresses[n % actors] ?? address(load.definition.type, "none")

const asking = (system: ActorSystemService, prefix: string) => (n: number) =>
  Effect.runPromise(system.ask(addressOf(n), load.event(n), { id: `${prefix}${n}` }))

/** The store in memory, but every commit is answered at once and kept nowhere. */
const instant = (saw: (batch: ReadonlyArray<Commit>) => void) =>
  Layer.effect(
    ActorStore,
    Effect.map(ActorStore, (store) => ({
      ...store,
      commit: (batch: ReadonlyArray<Commit>) => {
        saw(batch)
        return Effect.succeed(batch.map((): CommitResult => ({ _tag: "Committed" })))
      }
    }))
  ).pipe(Layer.provide(MemoryStore.layer))

/** An actor system on this store, until it is closed. */
const open = async (store: Layer.Layer<ActorStore, unknown>) => {
  const scope = Effect.runSync(Scope.make())
  const layer = ActorRuntime.layer({ actors: [load.definition] }).pipe(
    Layer.provide(store),
    Layer.provide(Logger.layer([])),
    Layer.orDie
  )
  const context = await Effect.runPromise(Layer.buildWithScope(layer, scope))
  return {
    system: Context.get(context, ActorSystem),
    close: () => Effect.runPromise(Scope.close(scope, Exit.void))
  }
}

const redis = await startRedis()
const observer = new Redis(redis.url)
let runs = 0

const pipeline = (name: string, store: Layer.Layer<ActorStore, unknown>): Variant => ({
  name,
  work: events,
  prepare: async () => {
    await observer.flushall()
    const { close, system } = await open(store)
    const prefix = `r${runs++}.`
    await drive(actors, inFlight, asking(system, `${prefix}born.`))
    return { run: () => drive(events, inFlight, asking(system, prefix)), end: close }
  }
})

/** Every commit of a run, in an order in which the script accepts them. */
const commitsOfARun = async (): Promise<ReadonlyArray<Commit>> => {
  const commits: Array<Commit> = []
  const { close, system } = await open(instant((batch) => commits.push(...batch)))
  await drive(actors + events, inFlight, asking(system, "bare."))
  await close()
  return commits
}
const commits = await commitsOfARun()

const bare: Variant = {
  name: "bare script",
  work: events,
  prepare: async () => {
    await observer.flushall()
    const client = new Redis(redis.url, { protocol: 2 })
    const calls = Array.from({ length: Math.ceil(commits.length / BATCH) }, (_, i) =>
      Batch.encode(commits.slice(i * BATCH, (i + 1) * BATCH))
    )
    const born = calls.splice(0, calls.length - Math.floor(events / BATCH))
    const send = async ({ argv, keys }: ReturnType<typeof Batch.encode>): Promise<void> => {
      const replies = await Scripts.run(client, Scripts.commit, keys, argv)
      if (!(replies as ReadonlyArray<unknown>).every((reply) => reply === 1)) throw new Error("a commit was refused")
    }
    for (const call of born) await send(call)
    return {
      run: () => drive(calls.length, CALLS, (n) => send(calls[n] ?? Batch.encode([]))),
      end: async () => client.disconnect()
    }
  }
}

const found = await interleaved(
  [
    pipeline("redis", RedisStore.layer({ url: Redacted.make(redis.url) })),
    pipeline(
      "instant",
      instant(() => {})
    ),
    bare
  ],
  rounds
)
const ratioTo = (bounds: ReadonlyArray<string>): number =>
  median(
    (found.get("redis") ?? []).map(({ perSecond }, round) => {
      const best = bounds.map((bound) => found.get(bound)?.[round]?.perSecond ?? Number.NaN)
      return perSecond / Math.min(...best)
    })
  )

console.log(`${name}, ${actors} actors, ${inFlight} in flight, ${events} events, ${rounds} rounds`)
console.log(`node ${process.version}, ${availableParallelism()} cores, ${cpus()[0]?.model ?? "unknown"}`)
console.table(
  Object.fromEntries(
    [...found].map(([variant, all]) => [
      variant,
      {
        "events/s": Math.round(median(all.map(({ perSecond }) => perSecond))),
        "µs CPU/event": Number(median(all.map(({ cpuMicros }) => cpuMicros)).toFixed(1))
      }
    ])
  )
)
console.log(`redis ÷ the slower of the two bounds: ${ratioTo(["instant", "bare script"]).toFixed(2)}`)
observer.disconnect()
await redis.stop()
