/**
 * The store on Redis: each port operation is one command or one Lua script, so each is atomic. Redis' own time rules.
 *
 * This folder is the only place that knows the Redis client. What a person wrote never leaves it in an error: failures
 * carry codes. A failed call means "outcome unknown"; a commit may be sent again unchanged and recognises its own write.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { type ActorAddress, format, parse } from "#domain/ActorAddress.ts"
import type { Redis } from "ioredis"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import type {
  ActorStoreService,
  Commit,
  CommitResult,
  DeadLetter,
  Due,
  ScoredMember,
  Waiting
} from "#runtime/ports/ActorStore.ts"
import { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { decodeLetter } from "../DeadLetterCodec.ts"
import { instant, lifetime } from "../Millis.ts"
import * as Batch from "./Batch.ts"
import { connect, unavailable, type Connection, type ConnectionOptions } from "./Connection.ts"
import { housekeeping } from "./Housekeeping.ts"
import * as Keys from "./Keys.ts"
import { gatherLoads } from "./Loads.ts"
import { reachedReplicas, type ReplicaOptions } from "./Replicas.ts"
import * as Scripts from "./Scripts.ts"

export interface RedisStoreOptions extends ConnectionOptions {
  /** Answer commits only when replicas have them. Default: the primary's word is enough. */
  readonly replicas?: ReplicaOptions
}

/** Marks a reply this code does not know; it becomes `StoreUnavailable` with `reply_unknown`. */
const UNKNOWN = Symbol("unknown reply")
type Decoded<A> = A | typeof UNKNOWN

const textOrNull = (reply: unknown): Decoded<string | null> =>
  reply === null || typeof reply === "string" ? reply : UNKNOWN
const texts = (reply: unknown): Decoded<ReadonlyArray<string>> =>
  Array.isArray(reply) && reply.every((text): text is string => typeof text === "string") ? reply : UNKNOWN
const textsOrNulls = (reply: unknown): Decoded<ReadonlyArray<string | null>> =>
  Array.isArray(reply) && reply.every((text): text is string | null => textOrNull(text) !== UNKNOWN) ? reply : UNKNOWN
const countOrConflict = (reply: unknown): Decoded<number | null> => (reply === -1 ? null : count(reply))
const count = (reply: unknown): Decoded<number> => (Number.isSafeInteger(reply) ? Number(reply) : UNKNOWN)
const flag = (reply: unknown): Decoded<boolean> => (reply === 1 ? true : reply === 0 ? false : UNKNOWN)

/** A foreign member of the index must not stop the others from being woken. */
const readable = (text: string): ReadonlyArray<ActorAddress> => {
  try {
    return [parse(text)]
  } catch {
    return []
  }
}

const due = (reply: unknown): Decoded<Due> => {
  if (!Array.isArray(reply)) return UNKNOWN
  const [now, nextAt, ...addresses] = reply as ReadonlyArray<unknown>
  if (typeof now !== "number" || typeof nextAt !== "number") return UNKNOWN
  if (!addresses.every((address): address is string => typeof address === "string")) return UNKNOWN
  return { now, nextAt: nextAt < 0 ? null : nextAt, addresses: addresses.flatMap(readable) }
}

/** Members and scores in turn. Redis writes a score with all digits it takes to read it back. */
const scoredMembers = (reply: unknown): Decoded<ReadonlyArray<ScoredMember>> => {
  const flat = texts(reply)
  if (flat === UNKNOWN || flat.length % 2 !== 0) return UNKNOWN
  return Array.from({ length: flat.length / 2 }, (_, i) => ({
    member: flat[2 * i] ?? "",
    score: Number(flat[2 * i + 1])
  }))
}

const waiting = (reply: unknown): Decoded<ReadonlyArray<Waiting>> => {
  const entries = scoredMembers(reply)
  if (entries === UNKNOWN) return UNKNOWN
  return entries.flatMap(({ member, score }) => readable(member).map((address) => ({ address, wakeAt: score })))
}

/** A letter's value: its address, a newline, its JSON. */
const letter = (reply: unknown): Decoded<DeadLetter | null> => {
  if (reply === null) return null
  if (typeof reply !== "string") return UNKNOWN
  return decodeLetter(reply.slice(reply.indexOf("\n") + 1)) ?? UNKNOWN
}

const letters = (reply: unknown): Decoded<ReadonlyArray<DeadLetter>> => {
  if (!Array.isArray(reply)) return UNKNOWN
  const decoded: Array<DeadLetter> = []
  for (const value of reply as ReadonlyArray<unknown>) {
    const one = letter(value)
    if (one === UNKNOWN || one === null) return UNKNOWN
    decoded.push(one)
  }
  return decoded
}

const make = (connection: Connection, replicas: ReplicaOptions | undefined): ActorStoreService => {
  const understood = <A>(
    operation: string,
    reply: Effect.Effect<unknown, StoreUnavailable>,
    decode: (reply: unknown) => Decoded<A>
  ): Effect.Effect<A, StoreUnavailable> =>
    Effect.flatMap(reply, (raw) => {
      const decoded = decode(raw)
      return decoded === UNKNOWN ? Effect.fail(unavailable(operation, "reply_unknown")) : Effect.succeed(decoded)
    })

  const script = <A>(
    operation: string,
    script: Scripts.Script,
    keys: ReadonlyArray<string>,
    argv: ReadonlyArray<string | number>,
    decode: (reply: unknown) => Decoded<A>
  ): Effect.Effect<A, StoreUnavailable> =>
    understood(
      operation,
      connection.call(operation, (redis) => Scripts.run(redis, script, keys, argv)),
      decode
    )

  const command = <A>(
    operation: string,
    send: (redis: Redis) => Promise<unknown>,
    decode: (reply: unknown) => Decoded<A>
  ): Effect.Effect<A, StoreUnavailable> => understood(operation, connection.call(operation, send), decode)

  const replicated = (wanted: ReplicaOptions): Effect.Effect<void, StoreUnavailable> =>
    Effect.flatMap(
      connection.call("commit", (redis) => reachedReplicas(redis, wanted)),
      (reached) => (reached ? Effect.void : Effect.fail(unavailable("commit", "too_few_replicas")))
    )

  const commitCall = (batch: ReadonlyArray<Commit>): Effect.Effect<ReadonlyArray<CommitResult>, StoreUnavailable> =>
    Effect.suspend(() => {
      const { keys, argv } = Batch.encode(batch)
      const results = script(
        "commit",
        Scripts.commit,
        keys,
        argv,
        (reply) => Batch.decodeReplies(reply, batch.length) ?? UNKNOWN
      )
      return replicas === undefined ? results : Effect.tap(results, () => replicated(replicas))
    })

  const commit: ActorStoreService["commit"] = (batch) => {
    if (batch.length <= Batch.MAX_BATCH) return commitCall(batch)
    const calls: Array<ReadonlyArray<Commit>> = []
    for (let i = 0; i < batch.length; i += Batch.MAX_BATCH) calls.push(batch.slice(i, i + Batch.MAX_BATCH))
    return Effect.map(Effect.forEach(calls, commitCall), (results) => results.flat())
  }

  return {
    kind: "redis",
    blocking: false,
    load: gatherLoads(connection),
    seen: (address, id) => script("seen", Scripts.seen, [Keys.marks(address)], [id], textOrNull),
    commit,
    claimDue: (limit, visibilityMs) =>
      script("claimDue", Scripts.claimDue, [Keys.DUE], [limit, lifetime(visibilityMs), Keys.RECORD_PREFIX], due),
    waiting: (limit) => script("waiting", Scripts.waiting, [Keys.DUE], [limit, Keys.RECORD_PREFIX], waiting),
    postpone: (address, wakeAt) =>
      Effect.asVoid(
        command("postpone", (redis) => redis.zadd(Keys.DUE, "XX", instant(wakeAt), format(address)), count)
      ),
    forget: (address, projectionKeys, expected) =>
      script(
        "forget",
        Scripts.forget,
        [
          ...[Keys.DUE, Keys.DEAD, Keys.record(address), Keys.marks(address), Keys.letters(address)],
          ...[Keys.documents(address), ...projectionKeys]
        ],
        [format(address), Keys.OWNER_PREFIX, Batch.expectation(expected)],
        countOrConflict
      ),
    readDocument: (key) => command("readDocument", (redis) => redis.get(key), textOrNull),
    readDocuments: (keys) =>
      keys.length === 0 ? Effect.succeed([]) : command("readDocuments", (redis) => redis.mget([...keys]), textsOrNulls),
    readSortedSet: (key, { limit, minScore = "-inf" }) =>
      command(
        "readSortedSet",
        (redis) => redis.zrevrangebyscore(key, "+inf", minScore, "WITHSCORES", "LIMIT", 0, limit),
        scoredMembers
      ),
    readList: (key) => command("readList", (redis) => redis.lrange(key, 0, -1), texts),
    writeDocument: (owner, key, value, ttlMs) =>
      script(
        "writeDocument",
        Scripts.writeDocument,
        [key, Keys.owner(key), Keys.record(owner), Keys.documents(owner)],
        [format(owner), value, ttlMs === null ? "" : lifetime(ttlMs), Keys.DOCUMENTS_PREFIX],
        flag
      ),
    listDeadLetters: (limit) => script("listDeadLetters", Scripts.listDeadLetters, [Keys.DEAD], [limit], letters),
    readDeadLetter: (id) => command("readDeadLetter", (redis) => redis.get(Keys.letter(id)), letter),
    removeDeadLetter: (id) =>
      script(
        "removeDeadLetter",
        Scripts.removeDeadLetter,
        [Keys.DEAD, Keys.letter(id)],
        [id, Keys.LETTERS_PREFIX],
        flag
      ),
    ping: command(
      "ping",
      (redis) => redis.ping(),
      (reply) => (reply === "PONG" ? undefined : UNKNOWN)
    )
  }
}

/**
 * Connects for as long as the layer lives. **Crash** of Redis: what was answered `Committed` is as durable as its
 * `appendfsync` says. **Fails with** `StoreUnavailable`: wrong credentials, an invalid URL, or, with `requireAtStart`, no
 * answer.
 */
export const layer = (options: RedisStoreOptions): Layer.Layer<ActorStore | Housekeeping, StoreUnavailable> =>
  Layer.effectContext(
    Effect.map(connect(options), (connection) =>
      Context.make(ActorStore, make(connection, options.replicas)).pipe(
        Context.add(Housekeeping, housekeeping(connection))
      )
    )
  )
