/** What every store does with sorted sets, sentence by sentence of `Projection`. Part of `ActorStoreContract.ts`. */
import * as Effect from "effect/Effect"
import { describe, expect } from "#test/harness/effect.ts"
import { members, TEXTS, turns } from "./Collections.ts"
import { add, alice, append, AWKWARD, item, take } from "./Commits.ts"
import { testOver, type StoreUnderTest } from "./StoreUnderTest.ts"

const replacing = (value: string) => ({ replaces: { field: "message_id", value } })
const idOf = (member: string): string => (JSON.parse(member) as { readonly message_id: string }).message_id

/** Runs the suite over one store. */
export const sortedSetsContract = (name: string, under: StoreUnderTest): void => {
  const test = testOver(under)

  describe(`${name}: sorted sets`, () => {
    test("are read newest first, up to a limit, from a score on", (store) =>
      Effect.gen(function* () {
        expect(yield* store.readSortedSet("set", { limit: 10 })).toEqual([])
        yield* turns(store, [add(2, "b"), add(1, "a"), add(10, "j"), add(-3, "z")])
        expect(yield* store.readSortedSet("set", { limit: 10 })).toEqual([
          { member: "j", score: 10 },
          { member: "b", score: 2 },
          { member: "a", score: 1 },
          { member: "z", score: -3 }
        ])
        expect(yield* members(store, "set", 2)).toEqual(["j", "b"])
        expect(yield* store.readSortedSet("set", { limit: 0 })).toEqual([])
        const from = (minScore: number, limit = 10) => store.readSortedSet("set", { limit, minScore })
        expect((yield* from(1)).map(({ member }) => member)).toEqual(["j", "b", "a"])
        expect((yield* from(1.5, 1)).map(({ member }) => member)).toEqual(["j"])
        expect(yield* from(10.5)).toEqual([])
        expect(yield* members(store, "another")).toEqual([])
      }))

    test("keep scores exactly, to the last bit", (store) =>
      Effect.gen(function* () {
        const scores = [
          ...[1767441600.123, 1767441600.1234567, 0.1 + 0.2, 1 / 3, -1767441600.999, 0, 2 ** 53 - 1, 2 ** 53, 1e21],
          ...[Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE, 123456789.987654, 0.000001, 1e-7]
        ]
        yield* turns(
          store,
          scores.map((score, i) => add(score, `m${i}`))
        )
        const entries = yield* store.readSortedSet("set", { limit: 100 })
        expect(Object.fromEntries(entries.map(({ member, score }) => [member, score]))).toEqual(
          Object.fromEntries(scores.map((score, i) => [`m${i}`, score]))
        )
        expect(entries.map(({ score }) => score)).toEqual(scores.toSorted((a, b) => b - a))
        for (const score of scores) {
          const at = yield* store.readSortedSet("set", { limit: 100, minScore: score })
          expect(at.map(({ score }) => score)).toEqual(scores.filter((s) => s >= score).toSorted((a, b) => b - a))
        }
      }))

    test("order equal scores by the bytes of the member", (store) =>
      Effect.gen(function* () {
        // In UTF-16 the bear comes before U+FF61, in bytes after it.
        const byBytes = ["A", "B", "a", "aa", "b", "é", "｡", "🐻"]
        yield* turns(
          store,
          ["🐻", "b", "｡", "A", "é", "aa", "B", "a"].map((member) => add(5, member))
        )
        expect(yield* members(store)).toEqual(byBytes.toReversed())
        yield* turns(store, [add(5, "c", { keep: 3 })])
        expect(yield* members(store)).toEqual(["🐻", "｡", "é"])
      }))

    test("a member added again has the new score, once", (store) =>
      Effect.gen(function* () {
        yield* turns(store, [add(1, "a"), add(2, "b")], [add(3, "a")])
        expect(yield* store.readSortedSet("set", { limit: 10 })).toEqual([
          { member: "a", score: 3 },
          { member: "b", score: 2 }
        ])
      }))

    test("keep the newest, however many there were", (store) =>
      Effect.gen(function* () {
        const grow = Array.from({ length: 120 }, (_, i) => add(i, `m${i}`))
        yield* turns(store, grow)
        expect(yield* members(store)).toHaveLength(120)
        yield* turns(store, [add(500, "new", { keep: 100 })])
        const kept = yield* members(store)
        expect(kept).toHaveLength(100)
        expect([kept[0], kept[1], kept.at(-1)]).toEqual(["new", "m119", "m21"])
        // What is older than all that are kept is not taken in.
        yield* turns(store, [add(-1, "old", { keep: 100 })])
        expect(yield* members(store)).toEqual(kept)
        yield* turns(store, [add(501, "last", { keep: 1 })])
        expect(yield* members(store)).toEqual(["last"])
      }))

    test("drop what scores below the least, and the new entry too when it does", (store) =>
      Effect.gen(function* () {
        yield* turns(store, [add(1, "a"), add(2, "b"), add(3, "c")], [add(4, "d", { minScore: 2 })])
        expect(yield* members(store)).toEqual(["d", "c", "b"])
        yield* turns(store, [add(5, "e", { minScore: 2.0000001, keep: 2 })])
        expect(yield* members(store)).toEqual(["e", "d"])
        yield* turns(store, [add(6, "f", { minScore: 7 })])
        expect(yield* members(store)).toEqual([])
        expect(yield* store.forget(alice, ["set"])).toBe(1)
      }))

    test("replace the members that name the same thing", (store) =>
      Effect.gen(function* () {
        const edited = { replaces: { field: "message_id", value: "7" } }
        yield* turns(store, [add(1, item("7", "first")), add(2, item("8", "other")), add(3, item("7", "again"))])
        yield* turns(store, [add(4, item("7", "edited"), edited)])
        expect(yield* members(store)).toEqual([item("7", "edited"), item("8", "other")])
        yield* turns(store, [add(5, item("7", "edited"), edited)])
        expect(yield* store.readSortedSet("set", { limit: 9 })).toEqual([
          { member: item("7", "edited"), score: 5 },
          { member: item("8", "other"), score: 2 }
        ])
      }))

    test("remove members by a field, and leave alone what is no JSON object with that string", (store) =>
      Effect.gen(function* () {
        const left = [
          ...["7", '"7"', "null", "not json", "{", '["7"]', '{"message_id":7}', '{"message_id":null}', "{}"],
          ...['{"id":"7"}', '{"nested":{"message_id":"7"}}', '{"message":"\\"message_id\\":\\"7\\""}', item("77", "x")]
        ]
        const gone = [item("7", "x"), '{ "message_id" : "\\u0037" }', '{"a":[1,{"b":null}],"message_id":"7"}']
        yield* turns(
          store,
          [...left, ...gone].map((member, i) => add(i, member))
        )
        yield* turns(store, [take(["7", "9"])])
        expect(yield* members(store)).toEqual(left.toReversed())
        yield* turns(store, [take([])], [take(["none"])], [take(["7"], "absent key")])
        expect(yield* members(store)).toEqual(left.toReversed())
        expect(yield* members(store, "absent key")).toEqual([])
      }))

    test("take any text, find it by any id, and give it back as it was", (store) =>
      Effect.gen(function* () {
        const ids = [...AWKWARD, '"', "\u0000", "\\u0037", "7\n"]
        const texts = TEXTS.map((text, i) => item(ids[i] ?? `${i}`, text))
        const named = ids.map((id, i) => item(id, TEXTS[i] ?? "x"))
        yield* turns(
          store,
          [...texts, ...named].map((member, i) => add(i, member))
        )
        const all = [...new Set([...texts, ...named])]
        expect((yield* members(store)).toSorted()).toEqual(all.toSorted())
        for (const [i, id] of ids.entries()) {
          yield* turns(store, [i % 2 === 0 ? take([id]) : add(99, item(id, "new"), replacing(id)), take([id])])
          expect((yield* members(store)).filter((member) => idOf(member) === id)).toEqual([])
        }
        expect((yield* members(store)).map(idOf).toSorted()).toEqual(
          all
            .map(idOf)
            .filter((id) => !ids.includes(id))
            .toSorted()
        )
      }))

    test("vanish with their last member", (store) =>
      Effect.gen(function* () {
        yield* turns(store, [add(1, item("1", "x"))], [take(["1"])])
        expect(yield* store.readDocument("set")).toBeNull()
        yield* turns(store, [append(["now a list"], { key: "set" })])
        expect(yield* store.readList("set")).toEqual(["now a list"])
      }))
  })
}
