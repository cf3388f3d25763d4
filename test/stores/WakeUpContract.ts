/**
 * The rest of what every store must do: wake-ups, forgetting, documents and dead letters. Part of
 * `ActorStorets`, which it completes.
 */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import { EnvelopeId } from "#domain/Envelope.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { alice, AWKWARD, bob, committed, DAY_MS, first, letter, mark, second, stamp } from "./Commits.ts"
import { eventually, SHORT_MS, testOver, timeOf, type StoreUnderTest } from "./StoreUnderTest.ts"

const actor = (id: string) => address("probe", id)

/** Runs the suite over one store. */
export const wakeUpContract = (name: string, under: StoreUnderTest): void => {
  const { time } = under
  const test = testOver(under)

  describe(`${name}: wake-ups`, () => {
    test("due actors are handed out earliest first, the others wait", (store) =>
      Effect.gen(function* () {
        const now = yield* timeOf(store)
        yield* store.commit([
          first({ address: actor("third"), wakeAt: now - 10 }),
          first({ address: actor("first"), wakeAt: now - 30 }),
          first({ address: actor("later"), wakeAt: now + DAY_MS }),
          first({ address: actor("second"), wakeAt: now - 20 }),
          first({ address: actor("asleep"), wakeAt: null })
        ])
        const due = yield* store.claimDue(10, 60_000)
        expect(due.addresses).toEqual([actor("first"), actor("second"), actor("third")])
        expect(due.now).toBeGreaterThanOrEqual(now)
        expect(due.nextAt).toBe(now + DAY_MS)
      }))

    test("an actor due at this very moment is due", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ wakeAt: yield* timeOf(store) })])
        expect((yield* store.claimDue(1, 1000)).addresses).toEqual([alice])
      }))

    test("no more than the limit is handed out, and the next due moment is told", (store) =>
      Effect.gen(function* () {
        const now = yield* timeOf(store)
        yield* store.commit(["a", "b", "c"].map((id, i) => first({ address: actor(id), wakeAt: now - 30 + i })))
        expect(yield* store.claimDue(2, 60_000)).toMatchObject({
          addresses: [actor("a"), actor("b")],
          nextAt: now - 28
        })
        const rest = yield* store.claimDue(2, 60_000)
        expect(rest.addresses).toEqual([actor("c")])
        // Nobody else is waiting but those in hand, which come back when their time is over.
        expect(rest.nextAt).toBeGreaterThanOrEqual(now + 60_000)
      }))

    test("an empty store has nothing to wait for", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first()])
        expect(yield* store.claimDue(10, 1000)).toMatchObject({ addresses: [], nextAt: null })
      }))

    test("a claimed actor is hidden, and comes back when nobody commits it", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ wakeAt: 1 })])
        expect((yield* store.claimDue(10, DAY_MS)).addresses).toEqual([alice])
        expect((yield* store.claimDue(10, DAY_MS)).addresses).toEqual([])
        yield* store.commit([first({ address: bob, wakeAt: 1 })])
        expect((yield* store.claimDue(10, SHORT_MS)).addresses).toEqual([bob])
        const again = store.claimDue(10, DAY_MS)
        if (time === "virtual") {
          yield* TestClock.adjust(SHORT_MS - 1)
          expect((yield* again).addresses).toEqual([])
          yield* TestClock.adjust(1)
          expect((yield* again).addresses).toEqual([bob])
        } else {
          const due = yield* eventually(again, ({ addresses }) => addresses.length > 0)
          expect(due.addresses).toEqual([bob])
        }
      }))

    test("a commit after a claim sets the true wake-up", (store) =>
      Effect.gen(function* () {
        const now = yield* timeOf(store)
        yield* store.commit([first({ wakeAt: 1 }), first({ address: bob, wakeAt: 2 })])
        yield* store.claimDue(10, 60_000)
        yield* store.commit([second(stamp(1), { wakeAt: now - 1 }), second(stamp(1), { address: bob, wakeAt: null })])
        expect(yield* store.claimDue(10, 60_000)).toMatchObject({ addresses: [alice] })
        yield* store.commit([second(stamp(2), { wakeAt: now + DAY_MS })])
        expect(yield* store.claimDue(10, 60_000)).toMatchObject({ addresses: [], nextAt: now + DAY_MS })
      }))

    test("a refused commit leaves the wake-up as it was", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ wakeAt: 1, mark: mark("e1", "r") })])
        yield* store.commit([second(stamp(5), { wakeAt: null })])
        yield* store.commit([second(stamp(1), { wakeAt: null, mark: mark("e1", "x") })])
        expect((yield* store.claimDue(10, 1000)).addresses).toEqual([alice])
      }))

    test("a look tells who waits, earliest first, and takes nobody", (store) =>
      Effect.gen(function* () {
        const now = yield* timeOf(store)
        expect(yield* store.waiting(10)).toEqual([])
        yield* store.commit([
          first({ address: actor("later"), wakeAt: now + DAY_MS }),
          first({ address: actor("overdue"), wakeAt: now - 30 }),
          first({ address: actor("a/b|c"), wakeAt: now + 60_000 }),
          first({ address: actor("asleep"), wakeAt: null })
        ])
        const all = [
          { address: actor("overdue"), wakeAt: now - 30 },
          { address: actor("a/b|c"), wakeAt: now + 60_000 },
          { address: actor("later"), wakeAt: now + DAY_MS }
        ]
        expect(yield* store.waiting(10)).toEqual(all)
        expect(yield* store.waiting(2)).toEqual(all.slice(0, 2))
        expect(yield* store.waiting(0)).toEqual([])
        const due = yield* store.claimDue(10, DAY_MS)
        expect(due.addresses).toEqual([actor("overdue")])
        // In hand until then, unless its turn says otherwise.
        const [, , held] = yield* store.waiting(10)
        expect(held?.wakeAt).toBeGreaterThanOrEqual(now + DAY_MS)
      }))

    test("a look passes over actors that have expired", (store) =>
      Effect.gen(function* () {
        const now = yield* timeOf(store)
        const gone = Array.from({ length: 120 }, (_, i) =>
          first({
            address: actor(`gone${i}`),
            wakeAt: now - 1000 + i,
            next: { ...stamp(1), record: "{}", ttlMs: SHORT_MS }
          })
        )
        yield* store.commit([...gone, first({ wakeAt: now + DAY_MS })])
        const left = [{ address: alice, wakeAt: now + DAY_MS }]
        if (time === "virtual") {
          yield* TestClock.adjust(SHORT_MS)
          expect(yield* store.waiting(1)).toEqual(left)
        } else {
          expect(yield* eventually(store.waiting(1), (seen) => seen[0]?.address.id === alice.id)).toEqual(left)
        }
      }))

    test("postponing moves a wake-up, and makes none", (store) =>
      Effect.gen(function* () {
        const now = yield* timeOf(store)
        yield* store.commit([first({ wakeAt: 1 }), first({ address: bob })])
        yield* store.postpone(alice, now + DAY_MS)
        yield* store.postpone(bob, 1)
        yield* store.postpone(actor("nobody"), 1)
        expect(yield* store.claimDue(10, 1000)).toMatchObject({ addresses: [], nextAt: now + DAY_MS })
        yield* store.postpone(alice, now - 1)
        expect((yield* store.claimDue(10, 1000)).addresses).toEqual([alice])
      }))

    test("two callers never hold the same actor", (store) =>
      Effect.gen(function* () {
        const ids = Array.from({ length: 60 }, (_, i) => actor(`a${i}`))
        yield* store.commit(ids.map((id) => first({ address: id, wakeAt: 1 })))
        const claims = yield* Effect.all(
          Array.from({ length: 8 }, () => store.claimDue(9, 60_000)),
          { concurrency: "unbounded" }
        )
        const held = claims.flatMap((due) => due.addresses.map((a) => a.id))
        expect(held).toHaveLength(60)
        expect(new Set(held).size).toBe(60)
      }))
  })

  describe(`${name}: forgetting`, () => {
    test("everything of the actor goes, and nothing of any other", (store) =>
      Effect.gen(function* () {
        const full = (id: string) =>
          first({
            address: actor(id),
            wakeAt: 1,
            mark: mark("e1", `reply ${id}`),
            projections: [{ op: "put", key: `doc:${id}`, value: id, ttlMs: null }],
            deadLetters: [letter(`l${AWKWARD.indexOf(id)}`, 1, { address: actor(id) })]
          })
        expect(yield* store.commit(AWKWARD.map(full))).toEqual(AWKWARD.map(() => committed))
        for (const [index, id] of AWKWARD.entries()) {
          expect(yield* store.load(actor(id))).not.toBeNull()
          expect(yield* store.forget(actor(id), [`doc:${id}`, "doc:of nobody"])).toBe(4)
          expect(yield* store.load(actor(id))).toBeNull()
          expect(yield* store.seen(actor(id), EnvelopeId("e1"))).toBeNull()
          expect(yield* store.readDocument(`doc:${id}`)).toBeNull()
          expect(yield* store.readDeadLetter(`l${index}`)).toBeNull()
          for (const [later, other] of AWKWARD.entries()) {
            if (later <= index) continue
            expect(yield* store.load(actor(other))).not.toBeNull()
            expect(yield* store.seen(actor(other), EnvelopeId("e1"))).toBe(`reply ${other}`)
            expect(yield* store.readDocument(`doc:${other}`)).toBe(other)
            expect((yield* store.readDeadLetter(`l${later}`))?.address).toEqual(actor(other))
          }
          expect(yield* store.forget(actor(id), [`doc:${id}`])).toBe(0)
        }
        expect(yield* store.claimDue(100, 1000)).toMatchObject({ addresses: [], nextAt: null })
        expect(yield* store.listDeadLetters(100)).toEqual([])
      }))

    test("marks go also when the record is gone, and the id may be handled anew", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ mark: mark("e1", "1") })])
        yield* store.commit([second(stamp(1), { next: null, mark: mark("e2", "2") })])
        expect(yield* store.forget(alice, [])).toBe(1)
        expect(yield* store.commit([first({ mark: mark("e1", "new") })])).toEqual([committed])
      }))

    test("a forgetting that expects something goes ahead only while just that is stored", (store) =>
      Effect.gen(function* () {
        expect(yield* store.forget(alice, [], stamp(1))).toBeNull()
        yield* store.commit([
          first({
            wakeAt: 1,
            mark: mark("e1", "reply"),
            projections: [{ op: "put", key: "projected", value: "1", ttlMs: null }],
            deadLetters: [letter("l1", 1)]
          })
        ])
        yield* store.writeDocument(alice, "owned", "2", null)
        for (const other of [null, stamp(2), stamp(2, "t1"), stamp(1, "other"), stamp(1, "t"), stamp(1, "t11")]) {
          expect(yield* store.forget(alice, ["projected"], other)).toBeNull()
        }
        expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
        expect(yield* store.seen(alice, EnvelopeId("e1"))).toBe("reply")
        expect(yield* store.readDocument("projected")).toBe("1")
        expect(yield* store.readDocument("owned")).toBe("2")
        expect(yield* store.readDeadLetter("l1")).toEqual(letter("l1", 1))
        expect((yield* store.claimDue(10, 1)).addresses).toEqual([alice])
        expect(yield* store.forget(alice, ["projected"], stamp(1))).toBe(5)
        expect(yield* store.load(alice)).toBeNull()
        expect(yield* store.readDocument("owned")).toBeNull()
      }))

    test("a forgetting that expects nothing stored removes what is left, and one that expects no matter what all", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ mark: mark("e1", "1") })])
        yield* store.commit([second(stamp(1), { next: null })])
        expect(yield* store.forget(alice, [], null)).toBe(1)
        expect(yield* store.seen(alice, EnvelopeId("e1"))).toBeNull()
        yield* store.commit([first()])
        expect(yield* store.forget(alice, [])).toBe(1)
      }))

    test("a dead letter written again for another actor is that actor's", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ deadLetters: [letter("l1", 1)] })])
        yield* store.commit([first({ address: bob, deadLetters: [letter("l1", 2, { address: bob })] })])
        expect(yield* store.forget(alice, [])).toBe(1)
        expect((yield* store.readDeadLetter("l1"))?.address).toEqual(bob)
        expect(yield* store.forget(bob, [])).toBe(2)
      }))
  })

  describe(`${name}: documents and dead letters`, () => {
    test("a document is written, replaced and read, whatever its key", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first()])
        for (const key of ["conversation:+15550100", "a b*", "ä:{x}", "tardigrade"]) {
          expect(yield* store.readDocument(key)).toBeNull()
          yield* store.writeDocument(alice, key, `1 ${key}`, DAY_MS)
          yield* store.writeDocument(alice, key, `2 ${key}`, null)
          expect(yield* store.readDocument(key)).toBe(`2 ${key}`)
        }
        yield* store.writeDocument(alice, "empty", "", null)
        expect(yield* store.readDocument("empty")).toBe("")
      }))

    test("a projection and a document of one name are one thing", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first()])
        yield* store.writeDocument(alice, "doc", "document", null)
        yield* store.commit([
          second(stamp(1), { projections: [{ op: "put", key: "doc", value: "projection", ttlMs: null }] })
        ])
        expect(yield* store.readDocument("doc")).toBe("projection")
      }))

    test("dead letters are listed newest first, up to the limit", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ deadLetters: [letter("b", 20), letter("a", 10)] })])
        yield* store.commit([first({ address: bob, deadLetters: [letter("c", 30, { address: bob, kind: "event" })] })])
        expect((yield* store.listDeadLetters(10)).map(({ id }) => id)).toEqual(["c", "b", "a"])
        expect((yield* store.listDeadLetters(2)).map(({ id }) => id)).toEqual(["c", "b"])
        expect(yield* store.listDeadLetters(0)).toEqual([])
        expect((yield* store.listDeadLetters(1))[0]).toEqual(letter("c", 30, { address: bob, kind: "event" }))
      }))

    test("a letter of the same id replaces the first", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ deadLetters: [letter("l1", 10), letter("l2", 20)] })])
        yield* store.commit([second(stamp(1), { deadLetters: [letter("l1", 30, { reason: "rejected" })] })])
        expect((yield* store.listDeadLetters(10)).map(({ id }) => id)).toEqual(["l1", "l2"])
        expect((yield* store.readDeadLetter("l1"))?.reason).toBe("rejected")
      }))

    test("a letter is removed once", (store) =>
      Effect.gen(function* () {
        yield* store.commit([first({ deadLetters: [letter("l1", 10)] })])
        expect(yield* store.removeDeadLetter("l1")).toBe(true)
        expect(yield* store.removeDeadLetter("l1")).toBe(false)
        expect(yield* store.readDeadLetter("l1")).toBeNull()
        expect(yield* store.listDeadLetters(10)).toEqual([])
        expect(yield* store.forget(alice, [])).toBe(1)
      }))

    test("the store answers", (store) => store.ping)
  })
}
