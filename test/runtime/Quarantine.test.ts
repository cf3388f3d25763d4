/** A poisonous event never blocks its actor, and what cannot be read is never touched (G8, G9, G10). */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { ActorRecord } from "#kernel/ActorRecord.ts"
import { EffectFailed } from "#runtime/EffectHandler.ts"
import { describeDurable } from "#test/harness/describeDurable.ts"
import { expect } from "#test/harness/effect.ts"
import { clock } from "./charts/clock.ts"
import { add, ledger, post, read } from "./charts/ledger.ts"
import { makeWorld, type World } from "./World.ts"

const book = address("ledger", "a")
const actors = [ledger, clock]

/** Writes a record by hand, as another version of the service would have. */
const store = (world: World, record: string, wakeAt: number | null = null) =>
  world.store.commit([
    {
      address: book,
      expected: null,
      next: { revision: 7, turn: "theirs.1", record, ttlMs: null },
      ...{ wakeAt, mark: null, projections: [], deadLetters: [] }
    }
  ])

describeDurable("an event that throws in the chart", (durable) => {
  durable("becomes a dead letter; the mailbox goes on, and its redelivery is harmless", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      const [, poisoned, , again] = yield* Effect.all(
        [
          one.tell(book, add("x"), { id: "1" }),
          Effect.flip(one.tell(book, { type: "BREAK", words: "a secret" }, { id: "2" })),
          one.tell(book, add("y"), { id: "3" }),
          Effect.flip(one.ask(book, { type: "BREAK", words: "a secret" }, { id: "2" }))
        ],
        { concurrency: "unbounded" }
      )
      expect(poisoned).toMatchObject({ _tag: "EventQuarantined", event: "BREAK", reason: "threw_Error" })
      expect(JSON.stringify(poisoned)).not.toContain("secret")
      expect(again).toEqual(poisoned)
      expect(yield* one.ask(book, read, { id: "4" })).toEqual({ entries: ["x", "y"], results: [] })
      expect(yield* world.store.listDeadLetters(9)).toMatchObject([{ kind: "event", name: "BREAK", address: book }])
    })
  )

  durable("is refused again in the same words by another process after a restart", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      const poison = { type: "BREAK", words: "a secret" }
      yield* one.tell(book, add("x"), { id: "1" })
      const first = yield* Effect.flip(one.tell(book, poison, { id: "2" }))
      yield* one.stop
      const two = yield* world.process({ actors, config: config() })
      expect(yield* Effect.flip(two.tell(book, poison, { id: "2" }))).toEqual(first)
      expect(first).toMatchObject({ _tag: "EventQuarantined", event: "BREAK", reason: "threw_Error" })
      expect((yield* world.store.listDeadLetters(9)).length).toBe(1)
    })
  )

  durable("makes no actor when it is the first", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      const poisoned = yield* Effect.flip(one.tell(book, { type: "BREAK", words: "" }, { id: "1" }))
      expect(poisoned._tag).toBe("EventQuarantined")
      expect(yield* Effect.flip(one.ask(book, { type: "BREAK", words: "" }, { id: "1" }))).toEqual(poisoned)
      expect(yield* world.record(book)).toBe(null)
      expect(yield* one.ask(book, add("x"), { id: "2" })).toEqual({ count: 1 })
    })
  )

  durable("can be replayed: it is a new letter when it throws again, and gone when it does not", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config({ maxRecordBytes: 3000 }) })
      const large = add("x".repeat(3000))
      yield* Effect.flip(one.tell(book, large, { id: "1" }))
      const [first] = yield* world.store.listDeadLetters(9)
      expect(first).toMatchObject({ name: "ADD", reason: "record_too_large" })
      expect((yield* Effect.flip(one.replay(first?.id ?? "")))._tag).toBe("EventQuarantined")
      const letters = yield* world.store.listDeadLetters(9)
      expect(letters.length).toBe(1)
      expect(letters[0]?.id).not.toBe(first?.id)
      yield* one.stop
      const roomy = yield* world.process({ actors, config: config() })
      expect(yield* roomy.replay(letters[0]?.id ?? "")).toBe(true)
      expect(yield* roomy.ask(book, read, { id: "2" })).toEqual({ entries: [large.entry], results: [] })
      expect(yield* world.store.listDeadLetters(9)).toEqual([])
      expect(yield* roomy.replay(letters[0]?.id ?? "")).toBe(false)
    })
  )

  durable("that would make the record too large is refused, and the record stays as it was", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config({ maxRecordBytes: 2000 }) })
      yield* one.tell(book, add("x"), { id: "1" })
      const refused = yield* Effect.flip(one.tell(book, add("ü".repeat(900)), { id: "2" }))
      expect(refused).toMatchObject({ _tag: "EventQuarantined", reason: "record_too_large" })
      expect(yield* one.ask(book, add("y"), { id: "3" })).toEqual({ count: 2 })
    })
  )
})

describeDurable("an actor at the bound of its record", (durable) => {
  durable("still has its effects claimed, tried again and given up on", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const failing = world.handler(
        "post",
        (_, nth) => {
          if (nth === 1) return Effect.never
          return Effect.fail(new EffectFailed({ code: "away", retry: nth === 2 }))
        },
        { backoff: "10 seconds" }
      )
      const handlers = { ledger: { post: failing, side: world.handler("side") } }
      const roomy = yield* world.process({ actors, config: config(), handlers })
      yield* roomy.tell(book, post("x"), { id: "1" })
      yield* roomy.tell(book, post("y"), { id: "2" })
      yield* roomy.kill
      // Less than is stored already: what only works that off is never too large.
      const size = JSON.stringify(yield* world.record(book)).length - 100
      const tight = yield* world.process({ actors, config: config({ maxRecordBytes: size }), handlers })
      yield* TestClock.adjust("2 minutes")
      yield* tight.drained
      expect(world.calls.filter(({ name }) => name === "post").length).toBeGreaterThanOrEqual(3)
      expect((yield* world.record(book))?.outbox).toEqual([])
    })
  )
})

describeDurable("a record that cannot be read", (durable) => {
  durable("of an unknown version is left as it is, byte for byte, and its wake-up is held off", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* one.tell(book, post("x"), { id: "1" })
      const known = (yield* world.record(book)) as ActorRecord
      yield* one.forget(book)
      yield* one.stop
      for (const [record, error] of [
        [
          JSON.stringify({ ...known, version: 2, extra: "kept" }),
          { _tag: "UnknownMachineVersion", found: 2, known: 1 }
        ],
        ["{ not json", { _tag: "SnapshotUndecodable", reason: "not_json" }],
        [JSON.stringify({ ...known, format: 99 }), { _tag: "SnapshotUndecodable", reason: "unknown_record_format" }],
        [
          JSON.stringify({ ...known, snapshot: { ...known.snapshot, value: "gone" } }),
          { _tag: "SnapshotUndecodable", reason: "state_not_in_machine" }
        ]
      ] as const) {
        yield* store(world, record, 0)
        const two = yield* world.process({ actors, config: config({ quarantineRetryMs: 60_000 }) })
        expect(yield* Effect.flip(two.tell(book, add("y"), { id: "2" }))).toMatchObject(error)
        expect(yield* Effect.flip(two.inspect(book))).toMatchObject(error)
        yield* two.drained
        const before = two.faults.count("load")
        yield* TestClock.adjust("30 seconds")
        expect(two.faults.count("load")).toBe(before)
        yield* TestClock.adjust("31 seconds")
        expect(two.faults.count("load")).toBe(before + 1)
        expect((yield* world.store.load(book))?.record).toBe(record)
        yield* two.stop
        yield* world.store.forget(book, [])
      }
    })
  )

  durable("does not hold up the others", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      yield* store(world, "{ not json", 0)
      const wall = address("clock", "wall")
      const one = yield* world.process({ actors, config: config() })
      yield* one.tell(wall, { type: "REMIND", ms: 1000 }, { id: "1" })
      yield* TestClock.adjust("1 second")
      expect(yield* one.ask(wall, { type: "READ" }, { id: "2" })).toMatchObject([{ name: "reminder", firedAt: 1000 }])
    })
  )

  durable("of a type nobody registered is left as it is, and held off", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const whole = yield* world.process({ actors, config: config() })
      const wall = address("clock", "wall")
      yield* whole.tell(wall, { type: "REMIND", ms: 1000 }, { id: "1" })
      yield* whole.stop
      const before = yield* world.store.load(wall)
      const one = yield* world.process({ actors: [ledger], config: config() })
      yield* TestClock.adjust("10 seconds")
      yield* one.drained
      expect(one.faults.count("postpone")).toBe(1)
      expect(yield* world.store.load(wall)).toEqual(before)
      yield* one.stop
      const back = yield* world.process({ actors, config: config() })
      yield* TestClock.adjust("1 minute")
      expect(yield* back.ask(wall, { type: "READ" }, { id: "2" })).toMatchObject([{ name: "reminder" }])
    })
  )
})

describeDurable("a dead letter of an effect", (durable) => {
  durable("goes back to work when it is replayed, with the same key", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const once = world.handler("post", (_, nth) =>
        nth === 1 ? Effect.fail(new EffectFailed({ code: "blocked", retry: false })) : Effect.void
      )
      const handlers = { ledger: { post: once, side: world.handler("side") } }
      const one = yield* world.process({ actors, config: config(), handlers })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* one.drained
      const [letter] = yield* world.store.listDeadLetters(9)
      expect(yield* one.replay(letter?.id ?? "")).toBe(true)
      yield* one.drained
      const posts = world.calls.filter(({ name }) => name === "post")
      expect(posts.map(({ attempt }) => attempt)).toEqual([1, 1])
      expect(posts[0]?.idempotencyKey).toBe(posts[1]?.idempotencyKey)
      expect(yield* one.ask(book, read, { id: "2" })).toEqual({ entries: ["x"], results: ["blocked", "done"] })
      expect(yield* world.store.listDeadLetters(9)).toEqual([])
    })
  )
})

describeDurable("a dead letter of a timer", (durable) => {
  const wall = address("clock", "wall")
  const rung = { type: "READ" }
  /** The mistake that the chart has until it is mended. */
  const throwsOnceRung: ActorDefinition["project"] = ({ context }) => {
    if ((context as { fired: ReadonlyArray<unknown> }).fired.length > 0) throw new Error("cannot show it")
    return []
  }

  durable("fires when it is replayed after the chart was mended, once and only while its state lasts", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const strict = { ...clock, lateTimers: { minute: "skip" as const }, project: throwsOnceRung }
      const one = yield* world.process({ actors: [strict], config: config() })
      yield* one.tell(wall, { type: "ENTER" }, { id: "1" })
      yield* TestClock.adjust("10 minutes")
      const [letter] = yield* world.store.listDeadLetters(9)
      expect(letter).toMatchObject({ kind: "event", name: "xstate.after.minute.(machine).near", reason: "threw_Error" })
      yield* one.stop
      const mended = yield* world.process({ actors: [{ ...strict, project: () => [] }], config: config() })
      expect(yield* mended.replay(letter?.id ?? "")).toBe(true)
      yield* mended.drained
      const fired = yield* mended.ask(wall, rung, { id: "2" })
      expect(fired).toMatchObject([{ name: "after", firedAt: 600_000 }])
      expect((yield* mended.inspect(wall))?.value).toBe("idle")
      expect(yield* mended.replay(letter?.id ?? "")).toBe(false)
    })
  )

  durable("changes nothing when its state was entered again: the new timer counts", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors: [{ ...clock, project: throwsOnceRung }], config: config() })
      yield* one.tell(wall, { type: "ENTER" }, { id: "1" })
      yield* TestClock.adjust("2 minutes")
      const [letter] = yield* world.store.listDeadLetters(9)
      yield* one.stop
      const mended = yield* world.process({ actors: [clock], config: config() })
      yield* mended.tell(wall, { type: "ENTER" }, { id: "2" })
      expect(yield* mended.replay(letter?.id ?? "")).toBe(true)
      yield* mended.drained
      expect(yield* mended.ask(wall, rung, { id: "3" })).toEqual([])
      yield* TestClock.adjust("1 minute")
      expect(yield* mended.ask(wall, rung, { id: "4" })).toMatchObject([{ scheduledAt: 180_000, firedAt: 180_000 }])
    })
  )
})

describeDurable("a driver that breaks", (durable) => {
  durable("costs the turn that met it, and neither the actor nor the looking for due work", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const one = yield* world.process({ actors, config: config() })
      yield* one.tell(book, add("x"), { id: "1" })
      one.faults.next("commit", { kind: "defect" })
      expect(yield* Effect.exit(one.tell(book, add("y"), { id: "2" }))).toMatchObject({ _tag: "Failure" })
      expect(yield* one.ask(book, add("y"), { id: "2" })).toEqual({ count: 2 })
      one.faults.next("claimDue", { kind: "defect" })
      one.faults.next("claimDue", { kind: "refuse" })
      const wall = address("clock", "wall")
      yield* one.tell(wall, { type: "REMIND", ms: 5000 }, { id: "1" })
      yield* TestClock.adjust("2 seconds")
      expect((yield* one.health).store.reachable).toBe(false)
      yield* TestClock.adjust("10 seconds")
      expect(one.faults.pending()).toBe(0)
      expect((yield* one.health).store.reachable).toBe(true)
      expect(yield* one.ask(wall, { type: "READ" }, { id: "2" })).toMatchObject([{ name: "reminder" }])
    })
  )
})

describeDurable("a driver that breaks on the outcome of an effect", (durable) => {
  durable("leaves the effect to be found again: at least once, and not never", ({ config }) =>
    Effect.gen(function* () {
      const world = yield* makeWorld
      const gate = yield* Deferred.make<void>()
      const handlers = { ledger: { post: world.handler("post", () => Deferred.await(gate)) } }
      const one = yield* world.process({ actors, config: config(), handlers })
      yield* one.tell(book, post("x"), { id: "1" })
      yield* TestClock.adjust("1 second")
      one.faults.next("commit", { kind: "defect" })
      yield* Deferred.succeed(gate, undefined)
      yield* TestClock.adjust("1 minute")
      expect(one.faults.pending()).toBe(0)
      expect(world.calls.length).toBe(2)
      expect(yield* one.ask(book, read, { id: "2" })).toMatchObject({ results: ["done"] })
    })
  )
})
