/**
 * What every store does with lists, and with sorted sets and lists alike: in a commit, in time, and beside documents. Part
 * of `ActorStoreContract.ts`.
 */
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { EnvelopeId } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { members, TEXTS, turns, wrongType } from "./Collections.ts"
import {
  add,
  alice,
  append,
  bob,
  committed,
  conflict,
  DAY_MS,
  first,
  item,
  mark,
  second,
  stamp,
  take
} from "./Commits.ts"
import { afterIn, one, SHORT_MS, testOver, type StoreUnderTest } from "./StoreUnderTest.ts"

/** Runs the suite over one store. */
export const collectionsContract = (name: string, under: StoreUnderTest): void => {
  const { time } = under
  const test = testOver(under)
  const after = afterIn(under)

  describe(`${name}: lists`, () => {
    test("are read oldest first and keep the newest", (store) =>
      Effect.gen(function* () {
        expect(yield* store.readList("list")).toEqual([])
        yield* turns(store, [append(["a", "b"])], [append(["b", ""])])
        expect(yield* store.readList("list")).toEqual(["a", "b", "b", ""])
        yield* turns(store, [append(["c"], { keep: 3 })])
        expect(yield* store.readList("list")).toEqual(["b", "", "c"])
        yield* turns(store, [append(["d", "e", "f", "g"], { keep: 2 })])
        expect(yield* store.readList("list")).toEqual(["f", "g"])
        yield* turns(store, [append([], { keep: 1 })], [append([], { key: "nothing" })])
        expect(yield* store.readList("list")).toEqual(["g"])
        expect(yield* store.readList("nothing")).toEqual([])
      }))

    test("take any text, and many at once", (store) =>
      Effect.gen(function* () {
        const texts = TEXTS.map((text) => JSON.stringify({ role: "user", content: text }))
        yield* turns(store, [append(texts)], [append([...TEXTS.slice(0, -2), "1"], { key: "raw" })])
        expect(yield* store.readList("list")).toEqual(texts)
        expect(yield* store.readList("raw")).toEqual([...TEXTS.slice(0, -2), "1"])
        const many = Array.from({ length: 20_000 }, (_, i) => `${i}`)
        yield* turns(store, [append(many, { key: "many" })])
        expect(yield* store.readList("many")).toEqual(many)
      }))
  })

  describe(`${name}: sorted sets and lists in a commit`, () => {
    test("are written in the order of the projections, of one key and of many", (store) =>
      Effect.gen(function* () {
        yield* turns(store, [
          add(1, item("1", "first")),
          add(2, item("2", "second"), { keep: 1 }),
          add(1.5, item("1", "third")),
          take(["2"]),
          append(["a"]),
          append(["b"]),
          append(["c"], { keep: 2 })
        ])
        expect(yield* members(store)).toEqual([item("1", "third")])
        expect(yield* store.readList("list")).toEqual(["b", "c"])
        yield* turns(store, [
          { op: "delete", key: "set" },
          add(9, "anew"),
          { op: "put", key: "list", value: "1", ttlMs: null }
        ])
        expect(yield* members(store)).toEqual(["anew"])
        expect(yield* store.readDocument("list")).toBe("1")
        yield* turns(store, [{ op: "delete", key: "list" }, append(["x"])], [{ op: "delete", key: "list" }])
        expect(yield* store.readList("list")).toEqual([])
      }))

    test("are not written by a duplicate, a conflict, or a commit that is sent again", (store) =>
      Effect.gen(function* () {
        const projections = [add(1, "a"), append(["a"])]
        const commit = first({ mark: mark("e1", "r"), projections })
        for (const _ of [1, 2]) expect(yield* one(store, commit)).toEqual(committed)
        const others = [add(2, "b"), append(["b"]), take(["a"])]
        expect(yield* one(store, second(stamp(9), { projections: others }))).toEqual(conflict)
        expect(yield* one(store, second(stamp(1), { mark: mark("e1", "x"), projections: others }))).toEqual({
          _tag: "Duplicate",
          reply: "r"
        })
        expect(yield* members(store)).toEqual(["a"])
        expect(yield* store.readList("list")).toEqual(["a"])
      }))

    test("belong to no one actor: many of a batch write one key, in its order", (store) =>
      Effect.gen(function* () {
        const write = (n: number) => [add(n, `m${n}`, { keep: 2 }), append([`v${n}`])]
        yield* store.commit([first({ projections: write(1) }), first({ address: bob, projections: write(2) })])
        yield* store.commit([
          second(stamp(1), { address: bob, projections: write(3) }),
          second(stamp(7), { projections: write(4) })
        ])
        expect(yield* members(store)).toEqual(["m3", "m2"])
        expect(yield* store.readList("list")).toEqual(["v1", "v2", "v3"])
      }))

    test("a key of another shape refuses the whole batch, and nothing of it is written", (store) =>
      Effect.gen(function* () {
        const text: Projection = { op: "put", key: "text", value: "1", ttlMs: null }
        yield* turns(store, [text, add(1, "a"), append(["a"])])
        const bad: ReadonlyArray<ReadonlyArray<Projection>> = [
          [add(1, "b", { key: "text" })],
          [append(["b"], { key: "text" })],
          [take(["b"], "text")],
          [add(1, "b", { key: "list" })],
          [take(["b"], "list")],
          [append(["b"], { key: "set" })],
          // A shape that only the commit itself would give the key.
          [{ ...text, key: "new" }, add(1, "b", { key: "new" })],
          [add(1, "b", { key: "new" }), append(["b"], { key: "new" })],
          [{ ...text, key: "set" }, add(1, "b")],
          [take(["b"], "new"), append(["b"], { key: "new" }), take(["b"], "new")]
        ]
        for (const projections of bad) {
          const batch = [
            first({ address: bob, wakeAt: 1, mark: mark("e1", "r"), projections: [add(2, "of bob")] }),
            second(stamp(1), { wakeAt: 1, projections: [{ ...text, value: "2" }, ...projections] })
          ]
          yield* wrongType(store.commit(batch))
          expect(yield* store.load(bob)).toBeNull()
          expect((yield* store.load(alice))?.stamp).toEqual(stamp(1))
          expect(yield* store.seen(bob, EnvelopeId("e1"))).toBeNull()
          expect((yield* store.claimDue(10, 1000)).addresses).toEqual([])
          expect(yield* store.readDocuments(["text", "new"])).toEqual(["1", null])
          expect(yield* members(store)).toEqual(["a"])
          expect(yield* store.readList("list")).toEqual(["a"])
        }
        // A commit that is not written needs no shape.
        expect(yield* one(store, second(stamp(9), { projections: [append(["b"], { key: "set" })] }))).toEqual(conflict)
      }))

    test("reading a key of another shape says so, and many documents skip it", (store) =>
      Effect.gen(function* () {
        yield* turns(store, [{ op: "put", key: "text", value: "1", ttlMs: null }, add(1, "a"), append(["a"])])
        for (const key of ["set", "list"]) yield* wrongType(store.readDocument(key))
        for (const key of ["text", "list"]) yield* wrongType(store.readSortedSet(key, { limit: 1 }))
        for (const key of ["text", "set"]) yield* wrongType(store.readList(key))
        expect(yield* store.readDocuments(["list", "text", "none", "set", "text"])).toEqual([
          null,
          "1",
          null,
          null,
          "1"
        ])
        expect(yield* store.readDocuments([])).toEqual([])
      }))

    test("a document, a projection and a deletion replace whatever was there", (store) =>
      Effect.gen(function* () {
        for (const fill of [add(1, "a", { key: "k" }), append(["a"], { key: "k" })]) {
          yield* turns(store, [fill], [{ op: "put", key: "k", value: "1", ttlMs: null }])
          expect(yield* store.readDocument("k")).toBe("1")
          yield* turns(store, [{ op: "delete", key: "k" }, fill])
          expect(yield* store.writeDocument(alice, "k", "2", null)).toBe(true)
          expect(yield* store.readDocument("k")).toBe("2")
          yield* turns(store, [{ op: "delete", key: "k" }, fill], [{ op: "delete", key: "k" }])
          expect(yield* store.readDocument("k")).toBeNull()
          yield* turns(store, [add(2, "b", { key: "k" })], [{ op: "delete", key: "k" }])
        }
      }))

    test("go with the actor whose keys they are, and are counted", (store) =>
      Effect.gen(function* () {
        yield* turns(store, [add(1, "a"), append(["a"]), add(1, "a", { key: "other" })])
        expect(yield* store.forget(alice, ["set", "list", "none"])).toBe(3)
        expect(yield* members(store)).toEqual([])
        expect(yield* store.readList("list")).toEqual([])
        expect(yield* members(store, "other")).toEqual(["a"])
        yield* turns(store, [add(2, "b"), append(["b"])])
        expect(yield* members(store)).toEqual(["b"])
        expect(yield* store.readList("list")).toEqual(["b"])
      }))

    test("a set where an owner's document was is nobody's", (store) =>
      Effect.gen(function* () {
        yield* turns(store, [])
        yield* store.writeDocument(alice, "set", "1", DAY_MS)
        yield* turns(store, [{ op: "delete", key: "set" }, add(1, "a")])
        expect(yield* store.forget(alice, [])).toBe(1)
        expect(yield* members(store)).toEqual(["a"])
      }))
  })

  describe(`${name}: the time of sorted sets and lists`, () => {
    const both = (store: ActorStoreService) => Effect.all([members(store), store.readList("list")])
    const gone = (values: ReadonlyArray<ReadonlyArray<string>>) => values.every(({ length }) => length === 0)

    test("starts anew with every entry, and all entries end with it", (store) =>
      Effect.gen(function* () {
        const grow = (n: number) => [add(n, `${n}`, { ttlMs: SHORT_MS }), append([`${n}`], { ttlMs: SHORT_MS })]
        yield* turns(store, [...grow(1), add(1, "ever", { key: "ever" })])
        if (time === "virtual") {
          yield* TestClock.adjust(SHORT_MS - 1)
          yield* turns(store, grow(2))
          yield* TestClock.adjust(SHORT_MS - 1)
          expect(yield* both(store)).toEqual([
            ["2", "1"],
            ["1", "2"]
          ])
        }
        expect(yield* after(SHORT_MS, both(store), gone)).toEqual([[], []])
        expect(yield* members(store, "ever")).toEqual(["ever"])
        expect(yield* store.forget(alice, ["set", "list", "ever"])).toBe(2)
        yield* turns(store, grow(3))
        expect(yield* both(store)).toEqual([["3"], ["3"]])
      }))

    test("a key that has expired may take another shape", (store) =>
      Effect.gen(function* () {
        yield* turns(store, [add(1, "a", { ttlMs: SHORT_MS }), append(["a"], { ttlMs: SHORT_MS })])
        yield* after(SHORT_MS, both(store), gone)
        yield* turns(store, [append(["b"], { key: "set" }), add(1, "b", { key: "list" })])
        expect(yield* store.readList("set")).toEqual(["b"])
        expect(yield* members(store, "list")).toEqual(["b"])
      }))

    test("is taken away by an entry without one, and not touched by a removal", (store) =>
      Effect.gen(function* () {
        const brief = { ttlMs: SHORT_MS }
        yield* turns(
          store,
          [add(1, "a", brief), append(["a"], brief), add(1, item("1", "x"), { ...brief, key: "brief" })],
          [add(1, item("2", "x"), { ...brief, key: "brief" }), add(2, "b"), append(["b"]), take(["1"], "brief")]
        )
        expect(yield* after(SHORT_MS, members(store, "brief"), (left) => left.length === 0)).toEqual([])
        expect(yield* both(store)).toEqual([
          ["b", "a"],
          ["a", "b"]
        ])
      }))
  })
}
