/** What every store's `commit` must do, sentence by sentence of the port. Part of `ActorStoreContract.ts`. */
import * as Effect from "effect/Effect"
import { address } from "#domain/ActorAddress.ts"
import { EnvelopeId } from "#domain/Envelope.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { alice, bob, committed, conflict, DAY_MS, first, letter, mark, second, stamp } from "./Commits.ts"
import { one, testOver, type StoreUnderTest } from "./StoreUnderTest.ts"

/** Runs the suite over one store. */
export const commitContract = (name: string, under: StoreUnderTest): void => {
  const test = testOver(under)

  describe(`${name}: commit`, () => {
    test("a first write is stored and read back", (store) =>
      Effect.gen(function* () {
        expect(yield* store.load(alice)).toBeNull()
        expect(yield* one(store, first())).toEqual(committed)
        expect(yield* store.load(alice)).toEqual({ stamp: stamp(1), record: '{"n":1}' })
        expect(yield* store.load(bob)).toBeNull()
      }))

    test("a next write replaces the record and the stamp", (store) =>
      Effect.gen(function* () {
        yield* one(store, first())
        expect(yield* one(store, second())).toEqual(committed)
        expect(yield* store.load(alice)).toEqual({ stamp: stamp(2), record: '{"n":2}' })
      }))

    test("a stale writer is refused and changes nothing at all", (store) =>
      Effect.gen(function* () {
        yield* one(store, first())
        yield* one(store, second())
        const stale = second(stamp(1), {
          next: { ...stamp(2, "other"), record: "stale", ttlMs: null },
          wakeAt: 1,
          mark: mark("stale-1", "never"),
          projections: [{ op: "put", key: "doc", value: "stale", ttlMs: null }],
          deadLetters: [letter("stale-letter", 1)]
        })
        expect(yield* one(store, stale)).toEqual(conflict)
        expect(yield* store.load(alice)).toEqual({ stamp: stamp(2), record: '{"n":2}' })
        expect(yield* store.seen(alice, EnvelopeId("stale-1"))).toBeNull()
        expect(yield* store.readDocument("doc")).toBeNull()
        expect(yield* store.readDeadLetter("stale-letter")).toBeNull()
        expect((yield* store.claimDue(10, 1000)).addresses).toEqual([])
      }))

    test("a revision with another turn's id is somebody else's write", (store) =>
      Effect.gen(function* () {
        yield* one(store, first())
        expect(yield* one(store, first({ next: { ...stamp(1, "other"), record: "x", ttlMs: null } }))).toEqual(conflict)
        expect(yield* one(store, second(stamp(1, "other")))).toEqual(conflict)
        expect(yield* one(store, second(stamp(1, "t")))).toEqual(conflict)
      }))

    test("a write against nothing stored is refused when something was expected", (store) =>
      Effect.gen(function* () {
        expect(yield* one(store, second())).toEqual(conflict)
        expect(yield* store.load(alice)).toBeNull()
      }))

    test("a repeated commit recognises its own write", (store) =>
      Effect.gen(function* () {
        const commit = first({ mark: mark("e1", '"hello"'), wakeAt: 5 })
        expect(yield* one(store, commit)).toEqual(committed)
        expect(yield* one(store, commit)).toEqual(committed)
        yield* one(store, second())
        const again = second()
        expect(yield* one(store, again)).toEqual(committed)
      }))

    test("a commit repeated after somebody else's write is a duplicate with its mark, a conflict without", (store) =>
      Effect.gen(function* () {
        const marked = first({ mark: mark("e1", '"mine"') })
        yield* one(store, marked)
        const unmarked = second()
        yield* one(store, unmarked)
        yield* one(store, second(stamp(2)))
        expect(yield* one(store, marked)).toEqual({ _tag: "Duplicate", reply: '"mine"' })
        expect(yield* one(store, unmarked)).toEqual(conflict)
        expect((yield* store.load(alice))?.stamp).toEqual(stamp(3))
      }))

    test("a redelivered envelope gets the first reply and changes nothing", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ mark: mark("e1", '{"first":true}') }))
        const redelivered = second(stamp(1), { mark: mark("e1", '{"first":false}'), wakeAt: 9 })
        expect(yield* one(store, redelivered)).toEqual({ _tag: "Duplicate", reply: '{"first":true}' })
        expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
        expect(yield* store.seen(alice, EnvelopeId("e1"))).toBe('{"first":true}')
      }))

    test("marks belong to one actor", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ mark: mark("e1", "1") }))
        expect(yield* store.seen(bob, EnvelopeId("e1"))).toBeNull()
        expect(yield* one(store, first({ address: bob, mark: mark("e1", "2") }))).toEqual(committed)
        expect(yield* store.seen(alice, EnvelopeId("e1"))).toBe("1")
        expect(yield* store.seen(bob, EnvelopeId("e1"))).toBe("2")
      }))

    test("an empty reply and a reply that looks like a code are replies", (store) =>
      Effect.gen(function* () {
        for (const [index, reply] of ["", "0", "1", "a b", "ü🐻\n"].entries()) {
          const to = address("probe", `r${index}`)
          yield* one(store, first({ address: to, mark: mark("e1", reply) }))
          expect(yield* store.seen(to, EnvelopeId("e1"))).toBe(reply)
          expect(yield* one(store, second(stamp(1), { address: to, mark: mark("e1", "x") }))).toEqual({
            _tag: "Duplicate",
            reply
          })
        }
      }))

    test("record, wake-up, mark, projections and letters become visible together", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ projections: [{ op: "put", key: "old", value: "1", ttlMs: null }] }))
        yield* one(
          store,
          second(stamp(1), {
            wakeAt: 1,
            mark: mark("e1", "r"),
            projections: [
              { op: "put", key: "doc:a", value: "a", ttlMs: DAY_MS },
              { op: "put", key: "doc:b", value: "b", ttlMs: null },
              { op: "delete", key: "old" }
            ],
            deadLetters: [letter("l1", 10), letter("l2", 20)]
          })
        )
        expect((yield* store.load(alice))?.record).toBe('{"n":2}')
        expect(yield* store.seen(alice, EnvelopeId("e1"))).toBe("r")
        expect(yield* store.readDocument("doc:a")).toBe("a")
        expect(yield* store.readDocument("doc:b")).toBe("b")
        expect(yield* store.readDocument("old")).toBeNull()
        expect(yield* store.readDeadLetter("l1")).toEqual(letter("l1", 10))
        expect(yield* store.readDeadLetter("l2")).toEqual(letter("l2", 20))
        expect((yield* store.claimDue(10, 1000)).addresses).toEqual([alice])
      }))

    test("one actor's conflict or duplicate does not touch the others of its batch", (store) =>
      Effect.gen(function* () {
        const carol = address("conversation", "+15550102")
        yield* store.commit([first({ mark: mark("e1", "seen") }), first({ address: bob })])
        expect(
          yield* store.commit([
            second(stamp(1), {
              mark: mark("e1", "no"),
              projections: [{ op: "put", key: "a", value: "1", ttlMs: null }]
            }),
            first({ address: carol, wakeAt: 1, mark: mark("e1", "yes"), deadLetters: [letter("lc", 1)] }),
            second(stamp(7), { address: bob, projections: [{ op: "put", key: "b", value: "1", ttlMs: null }] })
          ])
        ).toEqual([{ _tag: "Duplicate", reply: "seen" }, committed, conflict])
        expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
        expect((yield* store.load(bob))?.stamp).toEqual(stamp(1))
        expect((yield* store.load(carol))?.stamp).toEqual(stamp(1))
        expect(yield* store.readDocument("a")).toBeNull()
        expect(yield* store.readDocument("b")).toBeNull()
        expect((yield* store.readDeadLetter("lc"))?.id).toBe("lc")
        expect((yield* store.claimDue(10, 1000)).addresses).toEqual([carol])
      }))

    test("an empty batch is answered with nothing", (store) =>
      Effect.gen(function* () {
        expect(yield* store.commit([])).toEqual([])
      }))

    for (const size of [128, 300]) {
      test(`a batch of ${size} is answered in its order`, (store) =>
        Effect.gen(function* () {
          const batch = Array.from({ length: size }, (_, i) =>
            first({
              address: address("probe", `a${i}`),
              next: { ...stamp(1, `turn-${i}`), record: `{"i":${i}}`, ttlMs: i % 2 === 0 ? null : DAY_MS },
              mark: i % 3 === 0 ? mark("e", `${i}`) : null,
              wakeAt: i % 4 === 0 ? i + 1 : null,
              projections: i % 5 === 0 ? [{ op: "put", key: `p${i}`, value: `${i}`, ttlMs: null }] : [],
              deadLetters: i % 7 === 0 ? [letter(`l${i}`, i, { address: address("probe", `a${i}`) })] : []
            })
          )
          expect(yield* store.commit(batch)).toEqual(batch.map(() => committed))
          for (const i of [0, 1, 2, 3, 35, 105, size - 1]) {
            expect(yield* store.load(address("probe", `a${i}`))).toEqual({
              stamp: stamp(1, `turn-${i}`),
              record: `{"i":${i}}`
            })
            expect(yield* store.readDocument(`p${i}`)).toBe(i % 5 === 0 ? `${i}` : null)
            expect((yield* store.readDeadLetter(`l${i}`))?.at ?? null).toBe(i % 7 === 0 ? i : null)
          }
          const odd = batch.map((commit, i) =>
            second(stamp(1, i % 2 === 0 ? `turn-${i}` : "wrong"), { address: commit.address, mark: null })
          )
          expect(yield* store.commit(odd)).toEqual(odd.map((_, i) => (i % 2 === 0 ? committed : conflict)))
          expect((yield* store.claimDue(1000, 1000)).addresses).toEqual(
            batch.filter((_, i) => i % 4 === 0 && i % 2 === 1).map((commit) => commit.address)
          )
        }))
    }

    test("a large record, reply and projection come back as they went", (store) =>
      Effect.gen(function* () {
        const large = JSON.stringify({ text: "größer 🐻 \n\r\u0000\u2028 ".repeat(50_000) })
        expect(large.length).toBeGreaterThan(1_000_000)
        yield* one(
          store,
          first({
            next: { ...stamp(1), record: large, ttlMs: null },
            mark: mark("e1", large),
            projections: [{ op: "put", key: "large", value: large, ttlMs: null }]
          })
        )
        expect((yield* store.load(alice))?.record === large).toBe(true)
        expect((yield* store.seen(alice, EnvelopeId("e1"))) === large).toBe(true)
        expect((yield* store.readDocument("large")) === large).toBe(true)
      }))

    test("any turn id and any revision is told apart", (store) =>
      Effect.gen(function* () {
        const turns = ["", "a b", "1 2\n", "größer", "%41", "A", "🐻", "x".repeat(500)]
        for (const [index, turn] of turns.entries()) {
          const to = address("probe", `turn${index}`)
          const at = { revision: 2 ** 40 + index, turn }
          yield* one(store, first({ address: to, next: { ...at, record: "{}", ttlMs: null } }))
          expect((yield* store.load(to))?.stamp).toEqual(at)
          for (const other of turns) {
            if (other === turn) continue
            expect(yield* one(store, second({ ...at, turn: other }, { address: to }))).toEqual(conflict)
          }
          expect(yield* one(store, second(at, { address: to }))).toEqual(committed)
        }
      }))
  })

  describe(`${name}: deleting`, () => {
    test("a deleting commit removes record and wake-up, and keeps its mark and projections", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ wakeAt: 1 }))
        const final = second(stamp(1), {
          next: null,
          wakeAt: 77,
          mark: mark("e2", "bye"),
          projections: [{ op: "put", key: "doc", value: "closed", ttlMs: null }]
        })
        expect(yield* one(store, final)).toEqual(committed)
        expect(yield* store.load(alice)).toBeNull()
        expect(yield* store.readDocument("doc")).toBe("closed")
        expect(yield* store.claimDue(10, 1000)).toMatchObject({ addresses: [], nextAt: null })
        // The answer was lost: the mark knows.
        expect(yield* one(store, final)).toEqual({ _tag: "Duplicate", reply: "bye" })
        expect(yield* one(store, first({ mark: mark("e3", "again") }))).toEqual(committed)
      }))

    test("a deleting commit needs the expected stamp too", (store) =>
      Effect.gen(function* () {
        yield* one(store, first())
        expect(yield* one(store, second(stamp(9), { next: null }))).toEqual(conflict)
        expect(yield* one(store, first({ next: null }))).toEqual(conflict)
        expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
      }))

    test("a repeated deletion without a mark is not taken for another writer's", (store) =>
      Effect.gen(function* () {
        yield* one(store, first())
        yield* one(store, second(stamp(1), { next: null }))
        expect(yield* one(store, second(stamp(1), { next: null }))).toEqual(conflict)
      }))

    test("a turn of an unknown actor may leave only a mark and projections", (store) =>
      Effect.gen(function* () {
        const commit = first({ next: null, mark: mark("e1", "nobody"), deadLetters: [letter("l1", 1)] })
        expect(yield* one(store, commit)).toEqual(committed)
        expect(yield* one(store, commit)).toEqual({ _tag: "Duplicate", reply: "nobody" })
        expect(yield* store.load(alice)).toBeNull()
        expect((yield* store.readDeadLetter("l1"))?.id).toBe("l1")
      }))
  })
}
