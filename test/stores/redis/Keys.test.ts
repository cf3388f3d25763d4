/** What an operator sees with redis-cli: the names, shapes and times to live of the keys. */
import { createServer } from "node:net"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import * as Redacted from "effect/Redacted"
import { EnvelopeId } from "#domain/Envelope.ts"
import { ActorStore, DEAD_LETTER_TTL_MS } from "#runtime/ports/ActorStore.ts"
import * as RedisStore from "#stores/redis/RedisStore.ts"
import { describe, expect, inject, it } from "#test/harness/effect.ts"
import { eventually } from "../StoreUnderTest.ts"
import { add, alice, append, bob, committed, DAY_MS, first, item, letter, mark, second, stamp } from "../Commits.ts"
import { openStore, operator, server } from "./Harness.ts"

const url = inject("redisUrl")
const ADDRESS = "conversation/+15550100"

const prepared = Effect.gen(function* () {
  const send = yield* operator(url)
  yield* send("FLUSHDB")
  return { send, store: yield* openStore(url) }
})

/** A time to live that was set a moment ago. */
const about = (ttl: unknown, ms: number): void => {
  expect(Number(ttl)).toBeLessThanOrEqual(ms)
  expect(Number(ttl)).toBeGreaterThan(ms - 20_000)
}

/** Answers every request with a refusal and counts who came. */
const rudeServer = Effect.map(
  Effect.acquireRelease(
    Effect.callback<{ readonly port: number; readonly attempts: () => number; readonly close: () => void }>(
      (resume) => {
        let attempts = 0
        const listening = createServer((client) => {
          attempts++
          client.on("error", () => undefined)
          client.once("data", () => client.end("-LOADING not now\r\n".repeat(9)))
        })
        listening.listen(0, "127.0.0.1", () => {
          const bound = listening.address()
          const port = bound !== null && typeof bound === "object" ? bound.port : 0
          resume(Effect.succeed({ port, attempts: () => attempts, close: () => void listening.close() }))
        })
      }
    ),
    ({ close }) => Effect.sync(close)
  ),
  ({ attempts, port }) => ({ port, attempts: Effect.sync(attempts) })
)

describe("redis keys", () => {
  it.live("have the documented names, and all but the indexes expire", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      yield* store.commit([
        first({
          wakeAt: 1_800_000_000_123,
          mark: mark("SM1", '{"ok":true}'),
          projections: [
            { op: "put", key: "conversation:+15550100", value: '{"phone":"+15550100"}', ttlMs: DAY_MS },
            { op: "put", key: "blocklist", value: "1", ttlMs: null }
          ],
          deadLetters: [letter("l1", 1_800_000_000_000)]
        })
      ])
      const keys = new Set([yield* send("KEYS", "*")].flat())
      expect(keys).toEqual(
        new Set([
          "blocklist",
          "conversation:+15550100",
          "tardigrade:actor:conversation/+15550100",
          "tardigrade:dead",
          "tardigrade:dead:l1",
          "tardigrade:due",
          "tardigrade:letters:conversation/+15550100",
          "tardigrade:seen:conversation/+15550100"
        ])
      )
      expect(yield* send("GET", `tardigrade:actor:${ADDRESS}`)).toBe('1 t1\n{"n":1}')
      expect(yield* send("ZRANGE", "tardigrade:due", "0", "-1", "WITHSCORES")).toEqual([ADDRESS, "1800000000123"])
      expect(yield* send("GET", "conversation:+15550100")).toBe('{"phone":"+15550100"}')
      expect(String(yield* send("HGET", `tardigrade:seen:${ADDRESS}`, "SM1"))).toMatch(/^\d{13} \{"ok":true\}$/)

      about(yield* send("PTTL", `tardigrade:actor:${ADDRESS}`), DAY_MS)
      about(yield* send("PTTL", `tardigrade:seen:${ADDRESS}`), DAY_MS + DAY_MS / 8)
      about(yield* send("PTTL", "conversation:+15550100"), DAY_MS)
      about(yield* send("PTTL", "tardigrade:dead:l1"), DEAD_LETTER_TTL_MS)
      about(yield* send("PTTL", `tardigrade:letters:${ADDRESS}`), DEAD_LETTER_TTL_MS)
      for (const index of ["blocklist", "tardigrade:due", "tardigrade:dead"])
        expect(yield* send("PTTL", index)).toBe(-1)

      yield* store.writeDocument(alice, "doc", "1", 5000)
      about(yield* send("PTTL", "doc"), 5000)
    }).pipe(Effect.scoped)
  )

  it.live("a document and the note of its owner expire together, the owner's index with the last of them", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      const index = `tardigrade:documents:${ADDRESS}`
      yield* store.commit([first(), first({ address: bob })])
      yield* store.writeDocument(alice, "doc", "1", DAY_MS)
      expect(yield* send("GET", "tardigrade:owner:doc")).toBe(ADDRESS)
      about(yield* send("PTTL", "doc"), DAY_MS)
      about(yield* send("PTTL", "tardigrade:owner:doc"), DAY_MS)
      about(yield* send("PTTL", index), DAY_MS)
      const [, expireAt] = [yield* send("ZRANGE", index, "0", "-1", "WITHSCORES")].flat()
      expect(Number(expireAt)).toBe(Number(yield* send("PEXPIRETIME", index)))

      yield* store.writeDocument(alice, "short", "1", 60_000)
      about(yield* send("PTTL", index), DAY_MS)
      yield* store.writeDocument(alice, "doc", "2", 30_000)
      about(yield* send("PTTL", "tardigrade:owner:doc"), 30_000)
      about(yield* send("PTTL", index), 60_000)
      yield* store.writeDocument(alice, "ever", "1", null)
      for (const key of ["ever", "tardigrade:owner:ever", index]) expect(yield* send("PTTL", key)).toBe(-1)
      yield* store.writeDocument(alice, "ever", "1", DAY_MS)
      for (const key of ["ever", "tardigrade:owner:ever", index]) about(yield* send("PTTL", key), DAY_MS)

      yield* store.writeDocument(bob, "ever", "2", null)
      expect(yield* send("ZRANGE", index, "0", "-1")).toEqual(["doc", "short"])
      expect(yield* send("GET", "tardigrade:owner:ever")).toBe("conversation/+15550101")
      yield* store.commit([second(stamp(1), { projections: [{ op: "put", key: "ever", value: "3", ttlMs: null }] })])
      expect(yield* send("EXISTS", "tardigrade:owner:ever")).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.live("a sorted set and a list are just that, with the time to live of their last entry", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      const key = "ash:history:123:456"
      const [early, late, edited] = [item("1", "größer 🐻"), item("2", "b"), item("1", "edited \ud83d")]
      const entry = (score: number, member: string, changes: object = {}) =>
        add(score, member, { key, keep: 2, ...changes })
      const projections = [
        entry(1767441600.123, early, { ttlMs: DAY_MS }),
        entry(1767441600.4567, late, { ttlMs: DAY_MS }),
        append(["a", "b", "c"], { key: "session:1:messages", keep: 2, ttlMs: DAY_MS })
      ]
      yield* store.commit([first({ projections })])
      expect(yield* send("TYPE", key)).toBe("zset")
      expect(yield* send("TYPE", "session:1:messages")).toBe("list")
      expect(yield* send("ZRANGEBYSCORE", key, "1767441600.123", "1767441600.123")).toEqual([early])
      expect(yield* send("ZRANGEBYSCORE", key, "1767441600.4567", "1767441600.4567")).toEqual([late])
      expect(yield* send("LRANGE", "session:1:messages", "0", "-1")).toEqual(["b", "c"])
      for (const name of [key, "session:1:messages"]) about(yield* send("PTTL", name), DAY_MS)

      for (const name of [key, "session:1:messages"]) yield* send("PEXPIRE", name, "60000")
      const taken = { op: "removeFromSortedSet", key, field: "message_id", values: ["2"] } as const
      yield* store.commit([second(stamp(1), { projections: [taken] })])
      expect(yield* send("ZRANGE", key, "0", "-1")).toEqual([early])
      about(yield* send("PTTL", key), 60_000)
      const changes = { ttlMs: 7 * DAY_MS, replaces: { field: "message_id", value: "1" } }
      const more = [entry(1767441601, edited, changes), append(["d"], { key: "session:1:messages" })]
      yield* store.commit([second(stamp(2), { projections: more })])
      expect(yield* send("ZRANGE", key, "0", "-1", "WITHSCORES")).toEqual([edited, "1767441601"])
      about(yield* send("PTTL", key), 7 * DAY_MS)
      expect(yield* send("LRANGE", "session:1:messages", "0", "-1")).toEqual(["b", "c", "d"])
      expect(yield* send("PTTL", "session:1:messages")).toBe(-1)
      // A text cut inside a character is found by its id all the same.
      yield* store.commit([second(stamp(3), { projections: [{ ...taken, values: ["1"] }] })])
      expect(yield* send("EXISTS", key)).toBe(0)
      const keys = [yield* send("KEYS", "*")].flat()
      expect(keys.toSorted()).toEqual(["session:1:messages", `tardigrade:actor:${ADDRESS}`])
    }).pipe(Effect.scoped)
  )

  it.live("documents whose time is over leave their owner's index", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      yield* store.commit([first()])
      yield* store.writeDocument(alice, "ever", "1", null)
      let i = 0
      const size = Effect.andThen(
        Effect.suspend(() => store.writeDocument(alice, `d${++i}`, "1", 1)),
        Effect.map(send("ZCARD", `tardigrade:documents:${ADDRESS}`), Number)
      )
      for (let n = 0; n < 200; n++) yield* size
      expect(yield* eventually(size, (n) => n < 5)).toBeLessThan(5)
      expect(yield* store.forget(alice, [])).toBeGreaterThanOrEqual(2)
      expect(yield* eventually(send("DBSIZE"), (n) => n === 0)).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.live("marks of a busy actor are pruned, and the hash outlives its longest mark", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      const key = `tardigrade:seen:${ADDRESS}`
      yield* store.commit([first({ mark: mark("long", "kept") })])
      let revision = 1
      const write = (id: string, ttlMs: number) =>
        store.commit([second(stamp(revision++), { mark: mark(id, "r", ttlMs) })])
      for (let i = 0; i < 100; i++) expect(yield* write(`short-${i}`, 1)).toEqual([committed])
      about(yield* send("PTTL", key), DAY_MS + DAY_MS / 8)
      let i = 0
      const left = Effect.andThen(
        Effect.suspend(() => write(`more-${i++}`, 1)),
        send("HLEN", key)
      )
      expect(Number(yield* eventually(left, (n) => Number(n) < 30))).toBeLessThan(30)
      expect(yield* store.seen(alice, EnvelopeId("long"))).toBe("kept")
      expect(yield* store.commit([second(stamp(revision), { mark: mark("long", "no") })])).toEqual([
        { _tag: "Duplicate", reply: "kept" }
      ])
    }).pipe(Effect.scoped)
  )

  it.live("a long mark after a short one keeps the hash for its own time", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      yield* store.commit([first({ mark: mark("short", "1", 30_000) })])
      about(yield* send("PTTL", `tardigrade:seen:${ADDRESS}`), 33_750)
      yield* store.commit([second(stamp(1), { mark: mark("long", "2") })])
      about(yield* send("PTTL", `tardigrade:seen:${ADDRESS}`), DAY_MS + DAY_MS / 8)
    }).pipe(Effect.scoped)
  )

  it.live("dead letters whose time is over leave the index", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      yield* store.commit([first({ deadLetters: [letter("old", 1), letter("older", 2), letter("new", 3)] })])
      yield* send("DEL", "tardigrade:dead:old", "tardigrade:dead:older")
      expect((yield* store.listDeadLetters(10)).map(({ id }) => id)).toEqual(["new"])
      expect(yield* send("ZRANGE", "tardigrade:dead", "0", "-1")).toEqual(["new"])
      yield* send("DEL", "tardigrade:dead:new")
      yield* store.commit([second(stamp(1), { deadLetters: [letter("newest", 4)] })])
      expect(yield* send("ZRANGE", "tardigrade:dead", "0", "-1")).toEqual(["newest"])
    }).pipe(Effect.scoped)
  )

  it.live("what somebody else put among the wake-ups keeps nobody from being woken", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      yield* send("ZADD", "tardigrade:due", "1", "nobody's", "2", "Theirs", "3", "")
      for (const foreign of ["Theirs", ""]) yield* send("SET", `tardigrade:actor:${foreign}`, "not ours")
      yield* store.commit([first({ wakeAt: 4 })])
      expect((yield* store.claimDue(10, 60_000)).addresses).toEqual([alice])
    }).pipe(Effect.scoped)
  )

  it.live("forgetting leaves no key behind", () =>
    Effect.gen(function* () {
      const { send, store } = yield* prepared
      yield* store.commit([
        first({ wakeAt: 1, mark: mark("e1", "r"), deadLetters: [letter("l1", 1), letter("l2", 2)] })
      ])
      yield* store.writeDocument(alice, "doc", "1", null)
      yield* store.writeDocument(alice, "replaced", "1", DAY_MS)
      yield* store.commit([
        second(stamp(1), { projections: [{ op: "put", key: "replaced", value: "2", ttlMs: null }] })
      ])
      expect(yield* store.forget(alice, ["replaced"])).toBe(6)
      expect(yield* send("DBSIZE")).toBe(0)
    }).pipe(Effect.scoped)
  )
})

describe("redis log lines", () => {
  it.live("say where, warn of an evicting server, and never say the password or a person's words", () =>
    Effect.gen(function* () {
      const redis = yield* server({ password: "hunter2-secret", args: ["--maxmemory-policy", "allkeys-lru"] })
      const lines: Array<string> = []
      const logger = Logger.map(Logger.formatJson, (line) => void lines.push(line))
      yield* Effect.scoped(
        Effect.gen(function* () {
          const context = yield* Layer.build(RedisStore.layer({ url: Redacted.make(redis.url) }))
          const store = Context.get(context, ActorStore)
          yield* store.commit([first({ next: { ...stamp(1), record: "a person's words", ttlMs: null } })])
          yield* eventually(
            Effect.sync(() => lines.join("\n")),
            (text) => text.includes("allkeys-lru")
          )
          yield* Effect.promise(redis.kill9)
          yield* eventually(
            Effect.sync(() => lines.join("\n")),
            (text) => text.includes("connection lost")
          )
        })
      ).pipe(Effect.provide(Logger.layer([logger])))
      const text = lines.join("\n")
      expect(text).toContain("Redis connected")
      expect(text).toContain(`"port":${redis.port}`)
      expect(text).toContain('"database":0')
      expect(text).toMatch(/"level":"WARN".*allkeys-lru|allkeys-lru.*"level":"WARN"/)
      expect(text).not.toMatch(/hunter2|person's words|15550100/)
    }).pipe(Effect.scoped)
  )

  it.live("say one reason once, however often it is tried", () =>
    Effect.gen(function* () {
      const lines: Array<string> = []
      const logger = Logger.map(Logger.formatJson, (line) => void lines.push(line))
      const rude = yield* rudeServer
      const options = { url: Redacted.make(`redis://127.0.0.1:${rude.port}`), maxReconnectDelay: "10 millis" } as const
      yield* Effect.andThen(
        Layer.build(RedisStore.layer(options)),
        eventually(rude.attempts, (n) => n > 5)
      ).pipe(Effect.provide(Logger.layer([logger])), Effect.scoped)
      expect(lines.filter((line) => line.includes("Redis cannot be used"))).toHaveLength(1)
    }).pipe(Effect.scoped)
  )
})
