/** What a store alone must do for a run of events: its commits and nothing else, with everything made beforehand. */
import * as Effect from "effect/Effect"
import { Redis } from "ioredis"
import { once } from "node:events"
import { connect } from "node:net"
import type { Commit } from "#runtime/ports/ActorStore.ts"
import * as Batch from "#stores/redis/Batch.ts"
import * as Scripts from "#stores/redis/Scripts.ts"
import { drive, type Variant } from "../rig.ts"
import { addressesOf, open, openStore, type StoreLayer } from "../system.ts"
import type { Situation } from "../durableEvents.ts"
import { instant } from "./instant.ts"

/** The commits of one run in an order in which a store accepts them: first the actors' first turns, then the events. */
export interface Commits {
  readonly born: ReadonlyArray<Commit>
  readonly events: ReadonlyArray<Commit>
  readonly inFlight: number
}

export const commitsOf = async ({ actors, events, inFlight, load }: Situation): Promise<Commits> => {
  const all: Array<Commit> = []
  const { close, system } = await open(
    { actors: [load.definition] },
    instant((batch) => all.push(...batch))
  )
  const addresses = addressesOf(load.definition.type, actors)
  await drive(actors + events, inFlight, (n) =>
    Effect.runPromise(system.ask(addresses[n % actors] as (typeof addresses)[number], load.event(n), { id: `b${n}` }))
  )
  await close()
  const born = all.filter(({ expected }) => expected === null)
  return { born, events: all.filter(({ expected }) => expected !== null), inFlight }
}

/** At most two calls under way, which keep Redis busy, of at most `MAX_BATCH` actors each. The runtime makes more and smaller ones. */
const shape = ({ inFlight }: Commits) => {
  const calls = Math.min(2, inFlight)
  return { calls, size: Math.max(1, Math.min(Batch.MAX_BATCH, Math.floor(inFlight / calls))) }
}

const sliced = <A>(all: ReadonlyArray<A>, size: number): ReadonlyArray<ReadonlyArray<A>> =>
  Array.from({ length: Math.ceil(all.length / size) }, (_, i) => all.slice(i * size, (i + 1) * size))

const allCommitted = (replies: unknown): void => {
  if (!Array.isArray(replies) || !replies.every((reply) => reply === 1)) throw new Error("a commit was refused")
}

/** The commit script through ioredis, its arguments made beforehand. */
export const bareRedis = (url: string, commits: Commits): Variant => {
  const { calls, size } = shape(commits)
  const encoded = sliced(commits.events, size).map(Batch.encode)
  const born = sliced(commits.born, Batch.MAX_BATCH).map(Batch.encode)
  return {
    name: "bare commits",
    work: commits.events.length,
    prepare: async () => {
      const client = new Redis(url, { protocol: 2 })
      const send = async ({ argv, keys }: ReturnType<typeof Batch.encode>) =>
        allCommitted(await Scripts.run(client, Scripts.commit, keys, argv))
      await client.flushall()
      for (const call of born) await send(call)
      return {
        run: () => drive(encoded.length, calls, (n) => send(encoded[n] as ReturnType<typeof Batch.encode>)),
        end: async () => client.disconnect()
      }
    }
  }
}

/** The same bytes over a plain socket: nothing is encoded and next to nothing read. */
export const bareSocket = (
  { port, url }: { readonly port: number; readonly url: string },
  commits: Commits
): Variant => {
  const { calls, size } = shape(commits)
  const slices = sliced(commits.events, size)
  const requests = slices.map((batch) => {
    const { argv, keys } = Batch.encode(batch)
    return resp(["EVALSHA", Scripts.commit.sha, keys.length, ...keys, ...argv])
  })
  const answers = slices.map((batch) => Buffer.from(`*${batch.length}\r\n${":1\r\n".repeat(batch.length)}`))
  const prepared = bareRedis(url, { ...commits, events: [] })
  return {
    name: "raw socket",
    work: commits.events.length,
    prepare: async () => {
      const { end } = await prepared.prepare()
      await end()
      const socket = connect(port, "127.0.0.1").setNoDelay()
      await once(socket, "connect")
      return { run: () => exchange(socket, requests, answers, calls), end: async () => void socket.destroy() }
    }
  }
}

/** Sends every request, at most `inFlight` of them unanswered. Rejects when Redis answers anything but the expected bytes. */
const exchange = (
  socket: ReturnType<typeof connect>,
  requests: ReadonlyArray<Buffer>,
  answers: ReadonlyArray<Buffer>,
  inFlight: number
): Promise<void> =>
  new Promise((resolve, reject) => {
    let sent = 0
    let answered = 0
    let rest: Buffer = Buffer.alloc(0)
    const send = () => {
      if (sent < requests.length) socket.write(requests[sent++] as Buffer)
    }
    socket.on("data", (chunk: Buffer) => {
      rest = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
      for (let next = answers[answered]; next !== undefined && rest.length >= next.length; next = answers[answered]) {
        if (!rest.subarray(0, next.length).equals(next)) return reject(new Error("a commit was refused"))
        rest = rest.subarray(next.length)
        answered++
        send()
      }
      if (answered === answers.length) resolve()
    })
    for (let n = 0; n < inFlight; n++) send()
  })

const resp = (args: ReadonlyArray<string | number>): Buffer =>
  Buffer.from(
    `*${args.length}\r\n${args.map((arg) => `$${Buffer.byteLength(String(arg))}\r\n${String(arg)}\r\n`).join("")}`
  )

/** The port's own `commit`, on a store made anew for every run. */
export const bareStore = (layer: () => StoreLayer, commits: Commits): Variant => {
  const { size } = shape(commits)
  const slices = sliced(commits.events, size)
  return {
    name: "bare commits",
    work: commits.events.length,
    prepare: async () => {
      const { close, store } = await openStore(layer())
      const send = async (batch: ReadonlyArray<Commit>) => {
        const results = await Effect.runPromise(store.commit(batch))
        if (results.some(({ _tag }) => _tag !== "Committed")) throw new Error("a commit was refused")
      }
      for (const batch of sliced(commits.born, Batch.MAX_BATCH)) await send(batch)
      return {
        run: async () => {
          for (const batch of slices) await send(batch)
        },
        end: close
      }
    }
  }
}
