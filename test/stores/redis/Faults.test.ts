/** What Redis and the network do on bad days, and what the store answers: typed, at once, and nothing twice. */
import { connect as openSocket, createServer } from "node:net"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { address } from "#domain/ActorAddress.ts"
import { EnvelopeId } from "#domain/Envelope.ts"
import type { Commit } from "#runtime/ports/ActorStore.ts"
import * as Scripts from "#stores/redis/Scripts.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { eventually } from "../StoreUnderTest.ts"
import {
  add,
  alice,
  append,
  committed,
  conflict,
  DAY_MS,
  first,
  letter,
  mark,
  second,
  stamp,
  take
} from "../Commits.ts"
import { answering, openStore, operator, server, storeAt } from "./Harness.ts"
import { losingProxy } from "./LosingProxy.ts"

/** A batch that touches everything a commit can touch. */
const batch: ReadonlyArray<Commit> = [
  first({
    wakeAt: 5,
    mark: mark("e1", '"first"'),
    projections: [
      { op: "put", key: "doc", value: "1", ttlMs: null },
      add(1, "a", { keep: 9, minScore: 0, ttlMs: DAY_MS, replaces: { field: "message_id", value: "1" } }),
      take(["2"]),
      append(["a"], { keep: 9, ttlMs: DAY_MS })
    ],
    deadLetters: [letter("l1", 1)]
  }),
  first({ address: address("probe", "other") })
]

describe("redis away", () => {
  it.live("a flushed script cache is refilled by itself", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const send = yield* operator(redis.url)
      const store = yield* openStore(redis.url)
      yield* store.commit([first()])
      yield* send("SCRIPT", "FLUSH")
      expect(yield* store.commit([second()])).toEqual([committed])
      yield* send("SCRIPT", "FLUSH")
      expect(yield* store.seen(alice, EnvelopeId("e1"))).toBeNull()
      expect((yield* store.claimDue(1, 1000)).addresses).toEqual([])
    }).pipe(Effect.scoped)
  )

  it.live("kill -9 of Redis: calls fail at once, committed actors are there afterwards, and the store reconnects", () =>
    Effect.gen(function* () {
      const redis = yield* server({ appendfsync: "always" })
      const store = yield* openStore(redis.url)
      expect(yield* store.commit(batch)).toEqual([committed, committed])
      yield* Effect.promise(redis.kill9)
      const down = yield* eventually(Effect.result(store.ping), (result) => result._tag === "Failure")
      expect(down._tag).toBe("Failure")
      expect(yield* Effect.flip(store.commit([second()]))).toMatchObject({
        _tag: "StoreUnavailable",
        store: "redis",
        operation: "commit",
        reason: "connection"
      })
      yield* Effect.promise(redis.start)
      expect((yield* answering(store))._tag).toBe("Success")
      expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
      expect(yield* store.seen(alice, EnvelopeId("e1"))).toBe('"first"')
      expect((yield* store.claimDue(10, 1000)).addresses).toEqual([alice])
      expect((yield* store.readDeadLetter("l1"))?.id).toBe("l1")
      // What failed while Redis was away was not kept somewhere and run later.
      expect(yield* store.commit([second()])).toEqual([committed])
    }).pipe(Effect.scoped)
  )

  it.live("a lost answer: the call fails, the same batch again is committed, and nothing was applied twice", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const send = yield* operator(redis.url)
      const proxy = yield* losingProxy(redis.port)
      const store = yield* openStore(`redis://127.0.0.1:${proxy.port}`)
      // Redis knows the script from here on, so that the lost answer is the commit's.
      yield* store.commit([first({ address: address("probe", "before") })])

      proxy.loseAnswerTo(Scripts.commit.sha)
      expect((yield* Effect.flip(store.commit(batch))).reason).toBe("connection")
      expect(proxy.lost()).toBe(1)
      expect((yield* answering(store))._tag).toBe("Success")
      const offset = () =>
        Effect.map(send("INFO", "replication"), (info) => /master_repl_offset:(\d+)/.exec(String(info))?.[1])
      expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
      const before = yield* offset()
      expect(yield* store.commit(batch)).toEqual([committed, committed])
      expect(yield* offset()).toBe(before)
      expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
      expect(yield* send("ZCARD", "tardigrade:dead")).toBe(1)

      // Lost again, and another writer is faster than the retry.
      proxy.loseAnswerTo(Scripts.commit.sha)
      const mine = second(stamp(1), { mark: mark("e2", '"mine"') })
      yield* Effect.flip(store.commit([mine]))
      const other = yield* openStore(redis.url)
      expect(yield* other.commit([second(stamp(2), { next: { ...stamp(3), record: "theirs", ttlMs: null } })])).toEqual(
        [committed]
      )
      yield* answering(store)
      expect(yield* store.commit([mine])).toEqual([{ _tag: "Duplicate", reply: '"mine"' }])
      expect(yield* store.commit([{ ...mine, mark: null }])).toEqual([conflict])
      expect((yield* store.load(alice))?.record).toBe("theirs")
    }).pipe(Effect.scoped)
  )

  it.live("a frozen Redis: a call times out, its outcome is settled by sending it again after the thaw", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const store = yield* openStore(redis.url, { commandTimeout: "200 millis" })
      redis.pause()
      expect((yield* Effect.flip(store.commit(batch))).reason).toBe("timeout")
      redis.thaw()
      yield* answering(store)
      expect(yield* store.commit(batch)).toEqual([committed, committed])
      expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
    }).pipe(Effect.scoped)
  )

  it.live("a socket that stays silent is given up, and a new one is opened", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      let silent = false
      let connections = 0
      const proxy = yield* Effect.acquireRelease(
        Effect.promise(
          () =>
            new Promise<ReturnType<typeof createServer>>((resolve) => {
              const listening = createServer((client) => {
                connections++
                const deaf = silent
                const upstream = openSocket(redis.port, "127.0.0.1")
                client.on("data", (chunk) => void (deaf || silent || upstream.write(chunk)))
                upstream.on("data", (chunk) => client.write(chunk))
                client.on("error", () => undefined).on("close", () => upstream.destroy())
                upstream.on("error", () => undefined)
              })
              listening.listen(0, "127.0.0.1", () => resolve(listening))
            })
        ),
        (listening) => Effect.sync(() => listening.close())
      )
      const bound = proxy.address()
      const port = bound !== null && typeof bound === "object" ? bound.port : 0
      const store = yield* openStore(`redis://127.0.0.1:${port}`, { commandTimeout: "100 millis" })
      yield* store.ping
      silent = true
      expect((yield* Effect.flip(store.ping)).reason).toBe("timeout")
      yield* eventually(
        Effect.andThen(
          Effect.ignore(store.ping),
          Effect.sync(() => connections)
        ),
        (n) => n > 1
      )
      silent = false
      expect((yield* answering(store))._tag).toBe("Success")
    }).pipe(Effect.scoped)
  )
})

describe("redis refuses", () => {
  it.live("a read-only replica is told apart, and the write comes through after it was promoted", () =>
    Effect.gen(function* () {
      const primary = yield* server({ args: ["--repl-diskless-sync-delay", "0"] })
      const replica = yield* server({ args: ["--replicaof", "127.0.0.1", String(primary.port)] })
      const store = yield* openStore(replica.url)
      const send = yield* operator(replica.url)
      const linked = Effect.map(send("INFO", "replication"), (info) => String(info).includes("master_link_status:up"))
      expect(yield* eventually(linked, (up) => up)).toBe(true)
      const refused = yield* eventually(Effect.flip(store.commit(batch)), (error) => error.reason === "read_only")
      expect(refused.reason).toBe("read_only")
      // The name may lead to another server by now: the store looks anew, also when nobody cuts the line.
      const line = Effect.map(send("CLIENT", "LIST"), (all) => /^id=(\d+) .*name=tardigrade/m.exec(String(all))?.[1])
      yield* answering(store)
      const before = yield* line
      expect(before).toBeDefined()
      expect((yield* Effect.flip(store.commit(batch))).reason).toBe("read_only")
      yield* answering(store)
      expect(yield* eventually(line, (id) => id !== undefined && id !== before)).not.toBe(before)
      yield* send("REPLICAOF", "NO", "ONE")
      yield* answering(store)
      expect(yield* store.commit(batch)).toEqual([committed, committed])
    }).pipe(Effect.scoped)
  )

  it.live("with replicas asked for, a commit is answered when they have it", () =>
    Effect.gen(function* () {
      const primary = yield* server({ args: ["--repl-diskless-sync-delay", "0"] })
      const replica = yield* server({ args: ["--replicaof", "127.0.0.1", String(primary.port)] })
      const send = yield* operator(replica.url)
      const linked = Effect.map(send("INFO", "replication"), (info) => String(info).includes("master_link_status:up"))
      expect(yield* eventually(linked, (up) => up)).toBe(true)
      const store = yield* openStore(primary.url, { replicas: { count: 1, timeout: "500 millis" } })
      yield* eventually(Effect.result(store.commit([first()])), (result) => result._tag === "Success")
      for (let revision = 1; revision < 20; revision++) {
        expect(yield* store.commit([second(stamp(revision))])).toEqual([committed])
        const there = String(yield* send("GET", "tardigrade:actor:conversation/+15550100"))
        expect(there.startsWith(`${revision + 1} `)).toBe(true)
      }
      replica.pause()
      expect((yield* Effect.flip(store.commit([second(stamp(20))]))).reason).toBe("too_few_replicas")
      // A new connection has written nothing yet: the repeated commit must wait all the same.
      const renewed = yield* openStore(primary.url, { replicas: { count: 1, timeout: "100 millis" } })
      expect((yield* Effect.flip(renewed.commit([second(stamp(20))]))).reason).toBe("too_few_replicas")
      replica.thaw()
      expect(yield* renewed.commit([second(stamp(20))])).toEqual([committed])
      expect(String(yield* send("GET", "tardigrade:actor:conversation/+15550100"))).toMatch(/^21 /)
    }).pipe(Effect.scoped)
  )

  it.live("a full Redis refuses the whole batch, keeps nothing of it, and takes it later", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const store = yield* openStore(redis.url)
      const send = yield* operator(redis.url)
      yield* store.commit([first({ address: address("probe", "before"), wakeAt: 7 })])
      yield* send("CONFIG", "SET", "maxmemory", "1mb")
      expect(yield* Effect.flip(store.commit(batch))).toMatchObject({ reason: "out_of_memory", isRetryable: true })
      expect((yield* Effect.flip(store.writeDocument(address("probe", "before"), "doc", "1", null))).reason).toBe(
        "out_of_memory"
      )
      // Reading and deleting go on.
      expect((yield* store.load(address("probe", "before")))?.stamp).toEqual(stamp(1))
      expect(yield* store.load(alice)).toBeNull()
      expect(yield* store.readDocument("doc")).toBeNull()
      expect(yield* send("KEYS", "tardigrade:owner:*")).toEqual([])
      expect(yield* store.forget(address("probe", "before"), [])).toBe(1)
      yield* send("CONFIG", "SET", "maxmemory", "0")
      expect(yield* store.commit(batch)).toEqual([committed, committed])
    }).pipe(Effect.scoped)
  )

  it.live("a key of a foreign type stops the batch before its first write", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const store = yield* openStore(redis.url)
      const send = yield* operator(redis.url)
      const alices = "conversation/+15550100"
      const keys = ["due", "dead", `letters:${alices}`, `seen:${alices}`, `actor:${alices}`, "actor:probe/other"]
      for (const key of [...keys.map((name) => `tardigrade:${name}`), "set", "list"]) {
        yield* send("XADD", key, "*", "not", "ours")
        expect((yield* Effect.flip(store.commit(batch))).reason).toBe("wrong_type")
        expect(yield* send("KEYS", "*")).toEqual([key])
        yield* send("DEL", key)
      }
      expect(yield* store.commit(batch)).toEqual([committed, committed])
    }).pipe(Effect.scoped)
  )

  it.live("a key of a foreign type stops a document before its first write", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const store = yield* openStore(redis.url)
      const send = yield* operator(redis.url)
      const other = address("probe", "other")
      yield* store.commit([first(), first({ address: other })])
      yield* store.writeDocument(other, "taken", "other's", null)
      const before = yield* send("DBSIZE")
      const others = "tardigrade:documents:probe/other"
      for (const [key, document] of [
        ["tardigrade:owner:doc", "doc"],
        ["tardigrade:documents:conversation/+15550100", "doc"],
        [others, "taken"]
      ] as const) {
        yield* send("COPY", key, "saved")
        yield* send("DEL", key)
        yield* send("RPUSH", key, "not ours")
        expect((yield* Effect.flip(store.writeDocument(alice, document, "alice's", null))).reason).toBe("wrong_type")
        expect(yield* store.readDocument("doc")).toBeNull()
        expect(yield* store.readDocument("taken")).toBe("other's")
        expect(yield* send("GET", "tardigrade:owner:taken")).toBe("probe/other")
        yield* send("DEL", key)
        yield* send("COPY", "saved", key)
        yield* send("DEL", "saved")
        expect(yield* send("DBSIZE")).toBe(before)
      }
      expect(yield* store.writeDocument(alice, "taken", "alice's", null)).toBe(true)
      expect(yield* store.forget(other, [])).toBe(1)
      expect(yield* store.forget(alice, [])).toBe(2)
      expect(yield* send("DBSIZE")).toBe(0)
    }).pipe(Effect.scoped)
  )

  it.live("a value that is no record is an unknown reply", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const store = yield* openStore(redis.url)
      const send = yield* operator(redis.url)
      for (const value of ["{}", "1", "x y\n{}", "1 %zz\n{}", "1 %ff\n{}"]) {
        yield* send("SET", "tardigrade:actor:conversation/+15550100", value)
        expect((yield* Effect.flip(store.load(alice))).reason).toBe("reply_unknown")
        expect(yield* store.commit([first()])).toEqual([conflict])
      }
      yield* send("SET", "tardigrade:dead:l1", "conversation/+15550100\n{}")
      expect((yield* Effect.flip(store.readDeadLetter("l1"))).reason).toBe("reply_unknown")
    }).pipe(Effect.scoped)
  )
})

describe("redis at start", () => {
  const startFailure = (url: string, options?: Parameters<typeof storeAt>[1]) =>
    Effect.flip(Layer.build(storeAt(url, options)))

  it.live("wrong credentials, an unknown database and an invalid URL fail the start, and say no secret", () =>
    Effect.gen(function* () {
      const redis = yield* server({ password: "right-password" })
      const at = (credentials: string, path = "") => `redis://${credentials}127.0.0.1:${redis.port}${path}`
      const cases = [
        [at(":wrong-password@"), "wrong_password"],
        [at(""), "password_required"],
        [at(":right-password@", "/99"), "database_unknown"],
        [at(":right-password@", "/zero"), "url_invalid"],
        ["http://127.0.0.1", "url_invalid"],
        ["right-password", "url_invalid"]
      ] as const
      for (const [url, reason] of cases) {
        const failure = yield* startFailure(url)
        expect(failure).toMatchObject({ _tag: "StoreUnavailable", operation: "connect", reason })
        expect(Cause.pretty(Cause.fail(failure)) + JSON.stringify(failure)).not.toMatch(/right-password|wrong-password/)
      }
      const store = yield* openStore(at(""), { password: Redacted.make("right-password") })
      yield* store.ping
      expect(yield* (yield* openStore(redis.url)).commit([first()])).toEqual([committed])
    }).pipe(Effect.scoped)
  )

  it.live("a service starts before its Redis, fails fast meanwhile, and finds it later", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      yield* Effect.promise(redis.kill9)
      expect((yield* startFailure(redis.url, { requireAtStart: true })).reason).toBe("connection")
      const store = yield* openStore(redis.url)
      expect((yield* Effect.flip(store.ping)).reason).toBe("connection")
      expect((yield* Effect.flip(store.commit([first()]))).reason).toBe("connection")
      yield* Effect.promise(redis.start)
      expect((yield* answering(store))._tag).toBe("Success")
      expect(yield* store.commit([first()])).toEqual([committed])
    }).pipe(Effect.scoped)
  )

  it.live("closing the layer closes the connection, and later calls say so", () =>
    Effect.gen(function* () {
      const redis = yield* server()
      const send = yield* operator(redis.url)
      const ours = Effect.map(send("CLIENT", "LIST"), (list) => String(list).split("name=tardigrade").length - 1)
      const store = yield* Effect.scoped(
        Effect.gen(function* () {
          const inside = yield* openStore(redis.url)
          yield* inside.ping
          expect(yield* ours).toBe(1)
          return inside
        })
      )
      expect(yield* eventually(ours, (n) => n === 0)).toBe(0)
      expect((yield* Effect.flip(store.ping)).reason).toBe("closed")
    }).pipe(Effect.scoped)
  )
})
