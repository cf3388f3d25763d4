/**
 * What every store does when it is looked through and cleaned up: all keys of a prefix are shown, each change is made once
 * and only while its key is as it was found, and looking changes nothing.
 */
import * as Effect from "effect/Effect"
import type * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import { address } from "#domain/ActorAddress.ts"
import type { Projection } from "#domain/Projection.ts"
import { type FoundKey, MAX_READ, type RetentionChange, type Shape } from "#domain/Retention.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { Housekeeping, type HousekeepingService } from "#runtime/ports/Housekeeping.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { add, append, first } from "./Commits.ts"
import { afterIn, SHORT_MS, type StoreUnderTest, timeOf } from "./StoreUnderTest.ts"

/** A store that can be cleaned up. */
export interface KeptStore extends StoreUnderTest {
  readonly layer: Layer.Layer<ActorStore | Housekeeping, unknown>
}

const HOUR_MS = 3_600_000
const wet = { dryRun: false } as const
const dry = { dryRun: true } as const

let writers = 0
/** Writes projections as a turn of some actor does. */
export const write = (store: ActorStoreService, ...projections: ReadonlyArray<Projection>) =>
  Effect.asVoid(store.commit([first({ address: address("probe", `writer ${++writers}`), projections })]))

export const text = (key: string, value: string, ttlMs: number | null = null): Projection => ({
  ...{ op: "put", key, value, ttlMs }
})
const score = (key: string, of: number, ttlMs: number | null = null) => add(of, `member ${of}`, { key, ttlMs })

/** Keys that are named after a shape are ours. */
const shapeOf = (key: string): Shape | null =>
  (["text", "list", "sortedSet"] as const).find((shape) => key.startsWith(`ours:${shape}`)) ?? null

/** All pages under a prefix, a few keys each, by name. A key that comes twice is taken once. */
const walk = Effect.fnUntraced(function* (keeping: HousekeepingService, prefix = "ours:") {
  const found = new Map<string, FoundKey>()
  const foreign = { unknown: 0, pages: 0 }
  let cursor: string | null = null
  do {
    const page: Effect.Success<ReturnType<HousekeepingService["page"]>> = yield* keeping.page({
      ...{ prefix, cursor, count: 7, shapeOf }
    })
    for (const one of page.keys) found.set(one.key, one)
    foreign.unknown += page.unknown
    foreign.pages++
    cursor = page.cursor
  } while (cursor !== null)
  return { keys: [...found.values()].toSorted((a, b) => (a.key < b.key ? -1 : 1)), ...foreign }
})

const remove = (key: string, value: string | null, shape: "text" | "list" = "text"): RetentionChange => ({
  ...{ op: "remove", key, shape, text: value }
})
const trim = (key: string, below: number): RetentionChange => ({ op: "trim", key, below })
const expire = (key: string, value: string | null = null, ttlMs = HOUR_MS): RetentionChange => ({
  ...{ op: "expire", key, shape: "text", text: value, ttlMs }
})

type Body = (store: ActorStoreService, keeping: HousekeepingService) => Effect.Effect<void, unknown>

/** A test over a fresh store, in our days. */
export const testKept = ({ layer, time }: KeptStore) => {
  const run = (body: Body) =>
    Effect.gen(function* () {
      yield* body(yield* ActorStore, yield* Housekeeping)
    }).pipe(Effect.provide(layer))
  return (title: string, body: Body): void => {
    if (time === "own") it.live(title, () => run(body))
    else it.effect(title, () => Effect.andThen(TestClock.setTime(1_800_000_000_000), run(body)))
  }
}

/** Runs the suite over one store. */
export const housekeepingContract = (name: string, under: KeptStore): void => {
  const test = testKept(under)
  const after = afterIn(under)
  const left = (keeping: HousekeepingService, key: string) =>
    Effect.map(walk(keeping), ({ keys }) => keys.find((one) => one.key === key)?.ttlMs)

  describe(`${name}: a page`, () => {
    test("shows each key with its shape, the time it has left and what tells its age", (store, keeping) =>
      Effect.gen(function* () {
        yield* write(store, text("ours:text:a", "größer 🐻"), text("ours:text:b", "", HOUR_MS))
        yield* write(
          store,
          score("ours:sortedSet:a", 2.5),
          score("ours:sortedSet:a", -1.25),
          score("ours:sortedSet:a", 9)
        )
        yield* write(store, append(["old", "new"], { key: "ours:list:a" }))
        const { keys, unknown } = yield* walk(keeping)
        const nothing = { text: null, lowest: null, ttlMs: null }
        expect(keys).toEqual([
          { ...nothing, key: "ours:list:a", shape: "list", text: "new" },
          { ...nothing, key: "ours:sortedSet:a", shape: "sortedSet", lowest: -1.25 },
          { ...nothing, key: "ours:text:a", shape: "text", text: "größer 🐻" },
          { ...nothing, key: "ours:text:b", shape: "text", text: "", ttlMs: expect.any(Number) }
        ])
        expect(keys[3]?.ttlMs).toBeGreaterThan(HOUR_MS - 60_000)
        expect(keys[3]?.ttlMs).toBeLessThanOrEqual(HOUR_MS)
        expect(unknown).toBe(0)
      }))

    test("after page shows every key of the prefix, however it is spelled, and no other", (store, keeping) =>
      Effect.gen(function* () {
        const names = Array.from({ length: 60 }, (_, i) => `ours:text:${i}`)
        const odd = ["ours:text:*", "ours:text:[a]", "ours:text:ä🐻", "ours:text:a:b", "ours:text: "]
        yield* write(store, ...[...names, ...odd].map((key) => text(key, "1")))
        yield* write(store, text("ours", "1"), text("oursX", "1"), text("our*:text:1", "1"), text("other:text:1", "1"))
        const { keys, pages } = yield* walk(keeping)
        expect(keys.map(({ key }) => key).toSorted()).toEqual([...names, ...odd].toSorted())
        expect(pages).toBeGreaterThan(4)
        expect((yield* walk(keeping, "ours:text:*")).keys.map(({ key }) => key)).toEqual(["ours:text:*"])
        expect((yield* walk(keeping, "our*:")).keys).toEqual([])
        expect((yield* walk(keeping, "nobody:")).keys).toEqual([])
      }))

    test("counts a key that is none of ours and reads nothing of it", (store, keeping) =>
      Effect.gen(function* () {
        yield* write(store, text("ours:text:a", "1"), text("ours:strange", "1"), append(["1"], { key: "ours:else" }))
        expect(yield* walk(keeping)).toMatchObject({ keys: [{ key: "ours:text:a" }], unknown: 2 })
      }))

    test("says of a key with another shape only that, and how long it has", (store, keeping) =>
      Effect.gen(function* () {
        yield* write(store, append(["1"], { key: "ours:text:a" }), text("ours:sortedSet:a", "1"))
        yield* write(store, text("ours:list:a", "1", HOUR_MS))
        const other = { shape: "other", text: null, lowest: null }
        expect((yield* walk(keeping)).keys).toMatchObject([
          { ...other, key: "ours:list:a", ttlMs: expect.any(Number) },
          { ...other, key: "ours:sortedSet:a", ttlMs: null },
          { ...other, key: "ours:text:a", ttlMs: null }
        ])
      }))

    test("reads a text up to a bound, never a part of one", (store, keeping) =>
      Effect.gen(function* () {
        const bear = "🐻".repeat(MAX_READ / 4)
        yield* write(store, text("ours:text:a", bear), text("ours:text:b", `${bear}!`), text("ours:text:c", `é${bear}`))
        const { keys } = yield* walk(keeping)
        expect(keys.map((one) => one.text)).toEqual([bear, null, null])
      }))

    test("has the store's time, and nothing that has expired", (store, keeping) =>
      Effect.gen(function* () {
        const before = yield* timeOf(store)
        yield* write(store, text("ours:text:a", "1", SHORT_MS), text("ours:text:b", "1"))
        const { now } = yield* keeping.page({ prefix: "ours:", cursor: null, count: 10, shapeOf })
        expect(now).toBeGreaterThanOrEqual(before)
        expect(now).toBeLessThan(before + 60_000)
        const { keys } = yield* after(SHORT_MS, walk(keeping), (found) => found.keys.length === 1)
        expect(keys.map(({ key }) => key)).toEqual(["ours:text:b"])
      }))
  })

  describe(`${name}: a change`, () => {
    test("removes what still says what it said", (store, keeping) =>
      Effect.gen(function* () {
        yield* write(store, text("ours:text:a", "1"), text("ours:text:b", "2"), text("ours:text:c", "", HOUR_MS))
        yield* write(store, append(["1", "2"], { key: "ours:list:a" }), append(["1", "2"], { key: "ours:list:b" }))
        const changes = [
          ...[remove("ours:text:a", "1"), remove("ours:text:b", "1"), remove("ours:text:c", "")],
          ...[remove("ours:list:a", "2", "list"), remove("ours:list:b", "1", "list"), remove("ours:text:none", "1")]
        ]
        expect(yield* keeping.apply(changes, wet)).toEqual([1, 0, 1, 1, 0, 0])
        expect((yield* walk(keeping)).keys.map(({ key }) => key)).toEqual(["ours:list:b", "ours:text:b"])
        expect(yield* keeping.apply(changes, wet)).toEqual([0, 0, 0, 0, 0, 0])
      }))

    test("removes whatever it says when that does not matter, but nothing of another shape", (store, keeping) =>
      Effect.gen(function* () {
        yield* write(store, text("ours:text:a", "1"), append(["1"], { key: "ours:text:b" }), score("ours:text:c", 1))
        const changes = ["a", "b", "c"].map((one) => remove(`ours:text:${one}`, null))
        expect(yield* keeping.apply(changes, wet)).toEqual([1, 0, 0])
        expect((yield* walk(keeping)).keys.map(({ key }) => key)).toEqual(["ours:text:b", "ours:text:c"])
      }))

    test("lets a key be that was written again after it was found", (store, keeping) =>
      Effect.gen(function* () {
        yield* write(store, text("ours:text:a", "old"), append(["old"], { key: "ours:list:a" }))
        yield* write(store, score("ours:sortedSet:a", 1), text("ours:text:b", "until a day"))
        const found = (yield* walk(keeping)).keys
        expect(found.map((one) => one.text)).toEqual(["old", null, "old", "until a day"])
        yield* write(store, text("ours:text:a", "new"), append(["new"], { key: "ours:list:a" }))
        yield* write(store, score("ours:sortedSet:a", 9), text("ours:text:b", "for good"))
        const changes = [
          ...[remove("ours:text:a", "old"), remove("ours:list:a", "old", "list"), trim("ours:sortedSet:a", 5)],
          expire("ours:text:b", "until a day")
        ]
        expect(yield* keeping.apply(changes, wet)).toEqual([0, 0, 1, 0])
        expect(yield* store.readDocument("ours:text:a")).toBe("new")
        expect(yield* store.readList("ours:list:a")).toEqual(["old", "new"])
        expect(yield* store.readSortedSet("ours:sortedSet:a", { limit: 9 })).toEqual([{ member: "member 9", score: 9 }])
        expect(yield* left(keeping, "ours:text:b")).toBeNull()
      }))

    test("trims what scores below, to the last digit, and leaves the time to live", (store, keeping) =>
      Effect.gen(function* () {
        const at = 1_767_441_600.123
        const key = "ours:sortedSet:a"
        yield* write(store, ...[at - 1, at - 0.001, at, at + 0.001].map((of) => score(key, of, HOUR_MS)))
        expect(yield* keeping.apply([trim(key, at)], wet)).toEqual([2])
        expect((yield* store.readSortedSet(key, { limit: 9 })).map((one) => one.score)).toEqual([at + 0.001, at])
        expect(yield* left(keeping, key)).toBeGreaterThan(HOUR_MS - 60_000)
        expect(yield* keeping.apply([trim(key, at), trim("ours:sortedSet:none", 1)], wet)).toEqual([0, 0])
      }))

    test("trims thousands, and a set that has nothing left is gone", (store, keeping) =>
      Effect.gen(function* () {
        const key = "ours:sortedSet:a"
        const many = Array.from({ length: 1700 }, (_, i) => score(key, i))
        yield* write(store, ...many)
        expect(yield* keeping.apply([trim(key, 1600)], dry)).toEqual([1600])
        expect(yield* keeping.apply([trim(key, 1600)], wet)).toEqual([1600])
        expect((yield* store.readSortedSet(key, { limit: 9999 })).length).toBe(100)
        expect(yield* keeping.apply([trim(key, 1e9)], wet)).toEqual([100])
        expect((yield* walk(keeping)).keys).toEqual([])
        yield* write(store, append(["1"], { key }))
        expect(yield* keeping.apply([trim(key, 1e9)], wet)).toEqual([0])
        expect(yield* store.readList(key)).toEqual(["1"])
      }))

    test("gives a time to live to what has none, of any shape, and lets it pass", (store, keeping) =>
      Effect.gen(function* () {
        yield* write(store, text("ours:text:a", "1"), text("ours:text:b", "1", HOUR_MS))
        yield* write(store, append(["1"], { key: "ours:list:a" }), score("ours:sortedSet:a", 1))
        const names = ["ours:text:a", "ours:text:b", "ours:list:a", "ours:sortedSet:a", "ours:text:none"]
        const changes = names.map((key) => expire(key, null, SHORT_MS))
        expect(yield* keeping.apply(changes, wet)).toEqual([1, 0, 1, 1, 0])
        expect(yield* left(keeping, "ours:text:b")).toBeGreaterThan(HOUR_MS - 60_000)
        const { keys } = yield* after(SHORT_MS, walk(keeping), (found) => found.keys.length === 1)
        expect(keys.map(({ key }) => key)).toEqual(["ours:text:b"])
        expect(yield* store.readList("ours:list:a")).toEqual([])
      }))

    test("is not made in a dry run, which answers the same numbers", (store, keeping) =>
      Effect.gen(function* () {
        yield* write(store, text("ours:text:a", "1"), text("ours:text:b", "2"), append(["1"], { key: "ours:list:a" }))
        yield* write(store, score("ours:sortedSet:a", 1), score("ours:sortedSet:a", 2), score("ours:sortedSet:a", 3))
        const changes = [
          ...[remove("ours:text:a", "1"), remove("ours:text:b", "1"), remove("ours:list:a", "1", "list")],
          ...[trim("ours:sortedSet:a", 3), expire("ours:sortedSet:a"), expire("ours:text:b", "2")]
        ]
        const before = yield* walk(keeping)
        const told = yield* keeping.apply(changes, dry)
        expect(told).toEqual([1, 0, 1, 2, 1, 1])
        expect(yield* walk(keeping)).toEqual(before)
        expect(yield* keeping.apply(changes, wet)).toEqual(told)
        expect(yield* keeping.apply([], wet)).toEqual([])
      }))

    test("comes in hundreds, and each answers for itself", (store, keeping) =>
      Effect.gen(function* () {
        const names = Array.from({ length: 230 }, (_, i) => `ours:text:${i}`)
        yield* write(store, ...names.slice(0, 250).map((key) => text(key, key)))
        const changes = names.map((key, i) => remove(key, i % 2 === 0 ? key : "else"))
        expect(yield* keeping.apply(changes, wet)).toEqual(names.map((_, i) => (i % 2 === 0 ? 1 : 0)))
        expect((yield* walk(keeping)).keys.length).toBe(115)
      }))
  })

  describe(`${name}: the size`, () => {
    test("counts keys and bytes by the longest prefix they have", (store, keeping) =>
      Effect.gen(function* () {
        const big = "x".repeat(5000)
        yield* write(store, text("ours:text:a", big), text("ours:text:b", big), append([big], { key: "ours:list:a" }))
        yield* write(store, add(1, big, { key: "ours:sortedSet:a" }), text("other:a", "1"), text("ours", "1"))
        const { prefixes } = yield* keeping.size(["ours:", "ours:text:", "nobody:"])
        expect(prefixes.map(({ prefix, keys }) => [prefix, keys])).toEqual([
          ["ours:", 2],
          ["ours:text:", 2],
          ["nobody:", 0]
        ])
        const [some, texts, none] = prefixes.map(({ bytes }) => bytes ?? -1)
        for (const bytes of [some, texts]) {
          expect(bytes).toBeGreaterThan(10_000)
          expect(bytes).toBeLessThan(20_000)
        }
        expect(none).toBe(0)
      }))

    test("looks at more keys than fit into one look", (store, keeping) =>
      Effect.gen(function* () {
        const names = Array.from({ length: 2300 }, (_, i) => `ours:text:${i}`)
        for (let i = 0; i < names.length; i += 230) {
          yield* write(store, ...names.slice(i, i + 230).map((key) => text(key, "0123456789")))
        }
        const [size] = (yield* keeping.size(["ours:"])).prefixes
        expect(size?.keys).toBe(2300)
        expect(size?.bytes).toBeGreaterThan(2300 * 20)
      }))
  })
}
