/** How long what was stored lives, in every store. Part of `ActorStoreContract.ts`. */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { EnvelopeId } from "#domain/Envelope.ts"
import { DEAD_LETTER_TTL_MS, type Commit } from "#runtime/ports/ActorStore.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { alice, bob, committed, conflict, DAY_MS, first, letter, mark, second, stamp } from "./Commits.ts"
import { afterIn, one, SHORT_MS, testOver, type StoreUnderTest } from "./StoreUnderTest.ts"

/** Runs the suite over one store. */
export const timeContract = (name: string, under: StoreUnderTest): void => {
  const { time } = under
  const test = testOver(under)
  const after = afterIn(under)

  describe(`${name}: time`, () => {
    test("a record lives for its time and every write renews it", (store) =>
      Effect.gen(function* () {
        const short = (commit: Commit): Commit =>
          commit.next === null ? commit : { ...commit, next: { ...commit.next, ttlMs: SHORT_MS } }
        yield* one(store, short(first({ wakeAt: 1 })))
        if (time === "virtual") {
          yield* TestClock.adjust(SHORT_MS - 1)
          expect(yield* one(store, short(second(stamp(1), { wakeAt: 1 })))).toEqual(committed)
          yield* TestClock.adjust(SHORT_MS - 1)
          expect((yield* store.load(alice))?.stamp).toEqual(stamp(2))
        }
        const load = store.load(alice)
        expect(yield* after(SHORT_MS, load, (actor) => actor === null)).toBeNull()
        // Nothing is left to wake, and whoever remembers it must start anew.
        expect((yield* store.claimDue(10, 1000)).addresses).toEqual([])
        expect(yield* one(store, second(stamp(2)))).toEqual(conflict)
        expect(yield* one(store, first())).toEqual(committed)
      }))

    test("a record without a time to live outlives one with", (store) =>
      Effect.gen(function* () {
        yield* store.commit([
          first({ next: { ...stamp(1), record: "{}", ttlMs: null } }),
          first({ address: bob, next: { ...stamp(1), record: "{}", ttlMs: SHORT_MS } })
        ])
        yield* after(SHORT_MS, store.load(bob), (actor) => actor === null)
        expect(yield* store.load(bob)).toBeNull()
        expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
      }))

    test("a write may take the time to live away", (store) =>
      Effect.gen(function* () {
        const brief = { ...stamp(1), record: "{}", ttlMs: SHORT_MS }
        yield* store.commit([first({ next: brief }), first({ address: bob, next: brief })])
        yield* one(store, second(stamp(1), { next: { ...stamp(2), record: "{}", ttlMs: null } }))
        yield* after(SHORT_MS, store.load(bob), (actor) => actor === null)
        expect((yield* store.load(alice))?.stamp).toEqual(stamp(2))
      }))

    test("a mark is forgotten after its time, one by one", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ mark: mark("short", "1", SHORT_MS) }))
        yield* one(store, second(stamp(1), { mark: mark("long", "2", DAY_MS) }))
        const seen = store.seen(alice, EnvelopeId("short"))
        expect(yield* after(SHORT_MS, seen, (reply) => reply === null)).toBeNull()
        expect(yield* store.seen(alice, EnvelopeId("long"))).toBe("2")
        expect(yield* one(store, second(stamp(2), { mark: mark("short", "3") }))).toEqual(committed)
        expect(yield* store.seen(alice, EnvelopeId("short"))).toBe("3")
      }))

    test("marks whose time is over do not count when the actor is forgotten", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ next: null, mark: mark("e1", "r", SHORT_MS) }))
        yield* after(SHORT_MS, store.seen(alice, EnvelopeId("e1")), (reply) => reply === null)
        expect(yield* store.forget(alice, [])).toBe(0)
      }))

    test("a mark outlives its actor's record", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ next: { ...stamp(1), record: "{}", ttlMs: SHORT_MS }, mark: mark("e1", "kept") }))
        yield* after(SHORT_MS, store.load(alice), (actor) => actor === null)
        expect(yield* store.load(alice)).toBeNull()
        expect(yield* one(store, first({ mark: mark("e1", "no") }))).toEqual({ _tag: "Duplicate", reply: "kept" })
      }))

    test("projections and documents live for their time", (store) =>
      Effect.gen(function* () {
        yield* one(
          store,
          first({
            projections: [
              { op: "put", key: "p:short", value: "1", ttlMs: SHORT_MS },
              { op: "put", key: "p:ever", value: "2", ttlMs: null }
            ]
          })
        )
        yield* store.writeDocument(alice, "d:short", "3", SHORT_MS)
        yield* store.writeDocument(alice, "d:ever", "4", null)
        const both = Effect.all([store.readDocument("p:short"), store.readDocument("d:short")])
        const gone = (values: ReadonlyArray<string | null>) => values.every((value) => value === null)
        expect(yield* after(SHORT_MS, both, gone)).toEqual([null, null])
        expect(yield* store.readDocument("p:ever")).toBe("2")
        expect(yield* store.readDocument("d:ever")).toBe("4")
      }))

    test("fractions of milliseconds are rounded up, never refused half-way", (store) =>
      Effect.gen(function* () {
        yield* one(
          store,
          first({
            next: { ...stamp(1), record: "{}", ttlMs: 0.5 + DAY_MS },
            wakeAt: 0.25,
            mark: mark("e1", "r", DAY_MS + 0.1),
            projections: [{ op: "put", key: "p", value: "1", ttlMs: DAY_MS + 0.7 }]
          })
        )
        expect((yield* store.claimDue(1, 10.5)).addresses).toEqual([alice])
        yield* store.postpone(alice, 3.5)
        expect((yield* store.claimDue(1, 1000)).addresses).toEqual([alice])
      }))

    if (time === "virtual") {
      test("a dead letter is kept for 30 days", (store) =>
        Effect.gen(function* () {
          yield* one(store, first({ deadLetters: [letter("l1", 1)] }))
          yield* TestClock.adjust(DEAD_LETTER_TTL_MS - 1)
          expect((yield* store.readDeadLetter("l1"))?.id).toBe("l1")
          yield* TestClock.adjust(1)
          expect(yield* store.readDeadLetter("l1")).toBeNull()
          expect(yield* store.listDeadLetters(10)).toEqual([])
          expect(yield* store.removeDeadLetter("l1")).toBe(false)
        }))
    }
  })
}
