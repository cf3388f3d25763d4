/** The Redis store keeps the housekeeping contract, and what is Redis' own: other clients' keys, a full server, refusals. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Shape } from "#domain/Retention.ts"
import { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import { describe, expect, inject, it } from "#test/harness/effect.ts"
import { cleanUpContract } from "../CleanUpContract.ts"
import { housekeepingContract, type KeptStore, testKept } from "../HousekeepingContract.ts"
import { operator, server, storeAt } from "./Harness.ts"

const url = inject("redisUrl")

const store: KeptStore = {
  layer: Layer.unwrap(
    Effect.map(
      Effect.flatMap(operator(url), (send) => send("FLUSHDB")),
      () => storeAt(url)
    )
  ),
  time: "own"
}

housekeepingContract("redis", store)
cleanUpContract("redis", store)

const keepingAt = (at: string) => Effect.map(Layer.build(storeAt(at)), (context) => Context.get(context, Housekeeping))
const asText = (): Shape => "text"
const all = { prefix: "ours:", cursor: null, count: 100, shapeOf: asText }
const remove = (key: string, text: string) => ({ op: "remove", key, shape: "text", text }) as const

describe("redis: housekeeping", () => {
  testKept(store)("leaves keys of types it does not know as they are", (_, keeping) =>
    Effect.gen(function* () {
      const send = yield* operator(url)
      yield* send("HSET", "ours:hash", "a", "1")
      yield* send("SADD", "ours:set", "a")
      yield* send("XADD", "ours:stream", "*", "a", "1")
      const { keys } = yield* keeping.page(all)
      expect(keys.map(({ shape, text }) => [shape, text])).toEqual(Array.from({ length: 3 }, () => ["other", null]))
      const changes = keys.flatMap(({ key }) => [
        { op: "remove", key, shape: "text", text: null } as const,
        { op: "remove", key, shape: "list", text: "a" } as const,
        { op: "trim", key, below: Infinity } as const,
        { op: "expire", key, shape: "text", text: "a", ttlMs: 1 } as const
      ])
      expect(yield* keeping.apply(changes, { dryRun: false })).toEqual(changes.map(() => 0))
      expect(yield* send("EXISTS", "ours:hash", "ours:set", "ours:stream")).toBe(3)
    }).pipe(Effect.scoped)
  )

  testKept(store)("tells bytes that are not text apart, and so removes none by mistake", (_, keeping) =>
    Effect.gen(function* () {
      const send = yield* operator(url)
      yield* send("EVAL", "return redis.call('SET', KEYS[1], '\\255\\254')", "1", "ours:bytes")
      const [found] = (yield* keeping.page(all)).keys
      expect(yield* keeping.apply([remove("ours:bytes", found?.text ?? "")], { dryRun: false })).toEqual([0])
    }).pipe(Effect.scoped)
  )

  testKept(store)("runs again when Redis has forgotten the script", (_, keeping) =>
    Effect.gen(function* () {
      const send = yield* operator(url)
      for (const key of ["ours:a", "ours:b"]) {
        yield* send("SET", key, "1")
        yield* send("SCRIPT", "FLUSH")
        expect(yield* keeping.apply([remove(key, "1")], { dryRun: false })).toEqual([1])
      }
    }).pipe(Effect.scoped)
  )

  it.live("removes the entries of a large set in portions of 64, so that others are heard in between", () =>
    Effect.gen(function* () {
      const { url: at } = yield* server()
      const send = yield* operator(at)
      const entries = Array.from({ length: 1000 }, (_, i) => [String(i), `entry ${i}`])
      yield* send("ZADD", "ours:large", ...entries.flat())
      const keeping = yield* keepingAt(at)
      expect(yield* keeping.apply([{ op: "trim", key: "ours:large", below: 990 }], { dryRun: false })).toEqual([990])
      expect(yield* send("ZCARD", "ours:large")).toBe(10)
      const stats = String(yield* send("INFO", "commandstats"))
      expect(stats).toContain(`cmdstat_zremrangebyrank:calls=${Math.ceil(990 / 64)},`)
    }).pipe(Effect.scoped)
  )

  it.live("goes on when Redis is full: that is when it is needed most", () =>
    Effect.gen(function* () {
      const { url: at } = yield* server()
      const send = yield* operator(at)
      yield* send("SET", "ours:big", "x".repeat(1000))
      yield* send("RPUSH", "ours:list", "1")
      yield* send("ZADD", "ours:sorted", "1", "a", "2", "b")
      yield* send("CONFIG", "SET", "maxmemory", "1")
      const keeping = yield* keepingAt(at)
      const { keys } = yield* keeping.page(all)
      expect(keys.length).toBe(3)
      const outcomes = yield* keeping.apply(
        [
          remove("ours:big", "x".repeat(1000)),
          { op: "trim", key: "ours:sorted", below: 2 },
          { op: "expire", key: "ours:list", shape: "list", text: null, ttlMs: 60_000 }
        ],
        { dryRun: false }
      )
      expect(outcomes).toEqual([1, 1, 1])
      expect(yield* keeping.size(["ours:"])).toMatchObject({ limitBytes: 1, prefixes: [{ keys: 2 }] })
    }).pipe(Effect.scoped)
  )

  it.live("answers which keys its account may not change, and changes the others", () =>
    Effect.gen(function* () {
      const { port, url: at } = yield* server()
      const send = yield* operator(at)
      yield* send("SET", "ours:a", "1")
      yield* send("SET", "theirs:a", "1")
      yield* send("ACL", "SETUSER", "cleaner", "on", ">secret", "~ours:*", "+@all", "-memory")
      const keeping = yield* keepingAt(`redis://cleaner:secret@127.0.0.1:${port}`)
      const changes = [remove("theirs:a", "1"), remove("ours:a", "1")]
      expect(yield* keeping.apply(changes, { dryRun: false })).toEqual([null, 1])
      yield* send("SET", "ours:b", "1")
      expect((yield* keeping.size(["ours:"])).prefixes).toEqual([{ prefix: "ours:", keys: 1, bytes: null }])
    }).pipe(Effect.scoped)
  )

  it.live("fails, and says why, when Redis has gone", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const keeping = yield* keepingAt(redis.url)
      yield* keeping.page(all)
      yield* Effect.promise(redis.kill9)
      const failed = [
        ...[yield* Effect.flip(keeping.page(all)), yield* Effect.flip(keeping.size(["ours:"]))],
        yield* Effect.flip(keeping.apply([remove("ours:a", "1")], { dryRun: false }))
      ]
      expect(failed.map(({ _tag, operation, reason }) => [_tag, operation, reason])).toEqual(
        ["page", "size", "apply"].map((operation) => ["StoreUnavailable", operation, "connection"])
      )
    }).pipe(Effect.scoped)
  )

  it.live("knows how much memory is used, and that there is no limit", () =>
    Effect.gen(function* () {
      const { url: at } = yield* server()
      const { limitBytes, usedBytes } = yield* Effect.flatMap(keepingAt(at), ({ size }) => size([]))
      expect(usedBytes).toBeGreaterThan(100_000)
      expect(limitBytes).toBeNull()
    }).pipe(Effect.scoped)
  )
})
