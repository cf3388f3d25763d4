/**
 * Housekeeping on Redis: `SCAN` within a prefix, never `KEYS`; what is read of a page goes out as one pipeline of single
 * commands, what is changed as one script call per key. Redis answers others between any two of them, so no page, however
 * large the database, keeps it busy. Its own time rules.
 */
import * as Effect from "effect/Effect"
import type { ChainableCommander, Redis } from "ioredis"
import { type FoundKey, MAX_READ, type RetentionChange, type Shape } from "#domain/Retention.ts"
import type { HousekeepingService, KeyPage, PageAsked } from "#runtime/ports/Housekeeping.ts"
import { lifetime } from "../Millis.ts"
import { type Connection, unavailable } from "./Connection.ts"
import { literal } from "./Glob.ts"
import { sizeOf } from "./HousekeepingSize.ts"
import { reasonOf } from "./Reason.ts"
import * as Scripts from "./Scripts.ts"

/** Script calls under way at once: Redis may run all that have arrived before it turns to others. */
const CALLS = 32

/**
 * Entries that one script call removes from a sorted set. As many calls as may be under way remove 2,048 in a row when all
 * of them find large sets, which takes Redis about two milliseconds.
 */
const TRIM = 64

type Reply = readonly [error: Error | null, value: unknown]

const TYPES: Readonly<Record<Shape, string>> = { text: "string", list: "list", sortedSet: "zset", other: "" }

/** The key's time to live, and what tells its age if it holds what it should. */
const look = (pipeline: ChainableCommander, key: string, shape: Shape): void => {
  pipeline.pttl(key)
  if (shape === "list") pipeline.lindex(key, -1)
  else if (shape === "sortedSet") pipeline.zrange(key, 0, "0", "WITHSCORES")
  else pipeline.getrange(key, 0, MAX_READ)
}

/** What two replies say of a key; nothing when it has gone. One that holds something else is told apart by its refusal. */
const found = (key: string, expected: Shape, ttl: Reply | undefined, seen: Reply | undefined): FoundKey | null => {
  const ttlMs = ttl?.[1]
  if (typeof ttlMs !== "number") throw ttl?.[0] ?? new Error("no reply")
  if (ttlMs === -2) return null
  const [error, value] = seen ?? [new Error("no reply"), null]
  if (error !== null && reasonOf(error) !== "wrong_type") throw error
  const shape = error === null ? expected : "other"
  const text = typeof value === "string" && Buffer.byteLength(value) <= MAX_READ ? value : null
  const lowest = Array.isArray(value) && value.length === 2 ? Number(value[1]) : null
  return { key, shape, text, lowest, ttlMs: ttlMs === -1 ? null : ttlMs }
}

/** Redis' moment, from the reply of `TIME`. */
const moment = (reply: Reply | undefined): number => {
  const [seconds, micros] = Array.isArray(reply?.[1]) ? reply[1].map(Number) : []
  return (seconds ?? Number.NaN) * 1000 + Math.floor((micros ?? 0) / 1000)
}

const readPage = async (redis: Redis, { count, cursor, prefix, shapeOf }: PageAsked): Promise<KeyPage> => {
  const [next, names] = await redis.scan(cursor ?? "0", "MATCH", `${literal(prefix)}*`, "COUNT", count)
  const keys = [...new Set(names)]
  const ours = keys.flatMap((key) => {
    const shape = shapeOf(key)
    return shape === null ? [] : [{ key, shape }]
  })
  const pipeline = redis.pipeline().time()
  for (const { key, shape } of ours) look(pipeline, key, shape)
  const [time, ...replies] = (await pipeline.exec()) ?? []
  return {
    now: moment(time),
    cursor: next === "0" ? null : next,
    keys: ours.flatMap(({ key, shape }, i) => found(key, shape, replies[2 * i], replies[2 * i + 1]) ?? []),
    unknown: keys.length - ours.length
  }
}

const argumentsOf = (change: RetentionChange, dryRun: boolean): ReadonlyArray<string | number> => {
  const says = "text" in change && change.text !== null ? `=${change.text}` : ""
  const type = change.op === "trim" ? "zset" : change.op === "remove" ? TYPES[change.shape] : ""
  const argument = change.op === "trim" ? change.below : change.op === "expire" ? lifetime(change.ttlMs) : ""
  return [change.op, type, says, argument, TRIM, dryRun ? "1" : "0"]
}

/** Refusals that concern one key and leave the others be: its type, or an account's rights over its name. */
const OF_ONE_KEY: ReadonlySet<string> = new Set(["wrong_type", "not_permitted"])

const change = async (redis: Redis, one: RetentionChange, dryRun: boolean): Promise<number | null> => {
  let changed = 0
  for (;;) {
    try {
      const count = await Scripts.run(redis, Scripts.clean, [one.key], argumentsOf(one, dryRun))
      if (!Number.isSafeInteger(count)) throw new Error("reply unknown")
      changed += Number(count)
      // A large set is trimmed in portions, with room for others in between.
      if (dryRun || one.op !== "trim" || Number(count) < TRIM) return changed
    } catch (cause) {
      if (OF_ONE_KEY.has(reasonOf(cause))) return null
      throw cause
    }
  }
}

const applyAll = async (redis: Redis, changes: ReadonlyArray<RetentionChange>, dryRun: boolean) => {
  const outcomes: Array<number | null> = []
  for (let i = 0; i < changes.length; i += CALLS) {
    outcomes.push(...(await Promise.all(changes.slice(i, i + CALLS).map((one) => change(redis, one, dryRun)))))
  }
  return outcomes
}

/** On the connection of the store: its commits go out between any two pages. */
export const housekeeping = (connection: Connection): HousekeepingService => ({
  page: (asked) =>
    Effect.filterOrFail(
      connection.call("page", (redis) => readPage(redis, asked)),
      ({ now }) => Number.isSafeInteger(now),
      () => unavailable("page", "reply_unknown")
    ),
  apply: (changes, { dryRun }) => connection.call("apply", (redis) => applyAll(redis, changes, dryRun)),
  size: (prefixes) => sizeOf(connection, prefixes)
})
