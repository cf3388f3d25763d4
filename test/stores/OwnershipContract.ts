/** Whose a document is and when it goes, in every store, sentence by sentence of the port. Part of `ActorStoreContract.ts`. */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { type ActorAddress, address } from "#domain/ActorAddress.ts"
import type { Projection } from "#domain/Projection.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { alice, AWKWARD, bob, committed, DAY_MS, first, second, stamp } from "./Commits.ts"
import { afterIn, one, SHORT_MS, testOver, type StoreUnderTest } from "./StoreUnderTest.ts"

const put = (key: string, value = "projection"): Projection => ({ op: "put", key, value, ttlMs: null })

const born = (store: ActorStoreService, ...actors: ReadonlyArray<ActorAddress>) =>
  store.commit(actors.map((actor) => first({ address: actor })))

type Step =
  | { readonly do: "write" | "put" | "delete"; readonly actor: number; readonly key: number }
  | { readonly do: "forget"; readonly actor: number; readonly key: number | null }

const actorOf = fc.nat(1)
const keyOf = fc.nat(3)
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 6, arbitrary: fc.record({ do: fc.constant("write" as const), actor: actorOf, key: keyOf }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("put" as const), actor: actorOf, key: keyOf }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), actor: actorOf, key: keyOf }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("forget" as const), actor: actorOf, key: fc.option(keyOf) }) }
)

/** Plays the steps on the store and on a map of key to value and owner; every answer and every key must agree. */
const play = (store: ActorStoreService, run: number, steps: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const actors = [address("probe", `left ${run}`), address("probe", `right ${run}`)] as const
    const documents = new Map<string, { readonly value: string; readonly owner: number | null }>()
    const revisions = [0, 0]
    const nameOf = (key: number) => `owned:${run}:${key}`
    const forget = Effect.fnUntraced(function* (actor: number, keys: ReadonlyArray<string>) {
      const gone = [...documents].filter(([key, { owner }]) => owner === actor || keys.includes(key))
      const expected = gone.length + (revisions[actor] === 0 ? 0 : 1)
      expect(yield* store.forget(actors[actor] ?? alice, keys)).toBe(expected)
      for (const [key] of gone) documents.delete(key)
      revisions[actor] = 0
    })
    let count = 0
    for (const now of steps) {
      const owner = actors[now.actor] ?? alice
      const value = `value ${++count}`
      const revision = revisions[now.actor] ?? 0
      if (now.do === "forget") {
        yield* forget(now.actor, now.key === null ? [] : [nameOf(now.key)])
      } else if (now.do === "write") {
        expect(yield* store.writeDocument(owner, nameOf(now.key), value, DAY_MS)).toBe(revision > 0)
        if (revision > 0) documents.set(nameOf(now.key), { value, owner: now.actor })
      } else {
        const key = nameOf(now.key)
        const expected = revision === 0 ? null : stamp(revision)
        const next = { ...stamp(revision + 1), record: "{}", ttlMs: null }
        const projections: ReadonlyArray<Projection> = now.do === "put" ? [put(key, value)] : [{ op: "delete", key }]
        expect(yield* one(store, first({ address: owner, expected, next, projections }))).toEqual(committed)
        revisions[now.actor] = revision + 1
        if (now.do === "put") documents.set(key, { value, owner: null })
        else documents.delete(key)
      }
    }
    for (const key of [0, 1, 2, 3].map(nameOf)) {
      expect(yield* store.readDocument(key)).toBe(documents.get(key)?.value ?? null)
    }
    yield* forget(0, [])
    yield* forget(1, [0, 1, 2, 3].map(nameOf))
  })

/** Runs the suite over one store. */
export const ownershipContract = (name: string, under: StoreUnderTest): void => {
  const test = testOver(under)
  const after = afterIn(under)

  describe(`${name}: ownership of documents`, () => {
    test("an owner's documents go with it and are counted, whatever its id and their keys, and no other's", (store) =>
      Effect.gen(function* () {
        const owner = (id: string) => address("probe", id)
        const keys = (id: string) => [`first:${id}`, `second:${id}`, id]
        yield* born(store, ...AWKWARD.map(owner))
        for (const id of AWKWARD) {
          for (const key of keys(id)) expect(yield* store.writeDocument(owner(id), key, key, DAY_MS)).toBe(true)
        }
        for (const [index, id] of AWKWARD.entries()) {
          expect(yield* store.forget(owner(id), [])).toBe(4)
          for (const [later, other] of AWKWARD.entries()) {
            for (const key of keys(other)) expect(yield* store.readDocument(key)).toBe(later > index ? key : null)
          }
          expect(yield* store.forget(owner(id), [])).toBe(0)
        }
      }))

    test("a document that is a given key too is counted once", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ projections: [put("p")] }))
        yield* store.writeDocument(alice, "d", "1", null)
        expect(yield* store.forget(alice, ["d", "p", "d"])).toBe(3)
      }))

    test("writing a document again leaves it one document", (store) =>
      Effect.gen(function* () {
        yield* born(store, alice)
        for (const ttlMs of [null, DAY_MS, null, DAY_MS]) yield* store.writeDocument(alice, "d", "1", ttlMs)
        expect(yield* store.forget(alice, [])).toBe(2)
        expect(yield* store.readDocument("d")).toBeNull()
      }))

    test("a document written by another owner is that owner's", (store) =>
      Effect.gen(function* () {
        yield* born(store, alice, bob)
        yield* store.writeDocument(alice, "moved", "alice's", null)
        yield* store.writeDocument(alice, "kept", "alice's", DAY_MS)
        yield* store.writeDocument(bob, "moved", "bob's", DAY_MS)
        yield* store.writeDocument(bob, "back", "bob's", DAY_MS)
        yield* store.writeDocument(alice, "back", "alice's", null)
        expect(yield* store.forget(alice, [])).toBe(3)
        expect(yield* store.readDocument("moved")).toBe("bob's")
        expect(yield* store.readDocument("kept")).toBeNull()
        expect(yield* store.readDocument("back")).toBeNull()
        expect(yield* store.forget(bob, [])).toBe(2)
        expect(yield* store.readDocument("moved")).toBeNull()
      }))

    test("a projection under a document's key is nobody's, and a document under a projection's key is its owner's", (store) =>
      Effect.gen(function* () {
        yield* born(store, alice)
        for (const key of ["put", "deleted", "again"]) yield* store.writeDocument(alice, key, "document", null)
        yield* one(store, first({ address: bob, projections: [put("put"), put("again"), put("bob's")] }))
        const gone: Projection = { op: "delete", key: "deleted" }
        yield* one(store, second(stamp(1), { address: bob, projections: [gone] }))
        yield* one(store, second(stamp(2), { address: bob, projections: [put("deleted")] }))
        yield* store.writeDocument(alice, "again", "document", null)
        yield* store.writeDocument(alice, "bob's", "document", null)
        expect(yield* store.forget(alice, [])).toBe(3)
        expect(yield* store.readDocument("put")).toBe("projection")
        expect(yield* store.readDocument("deleted")).toBe("projection")
        expect(yield* store.readDocument("again")).toBeNull()
        expect(yield* store.readDocument("bob's")).toBeNull()
        expect(yield* store.forget(bob, ["put", "deleted"])).toBe(3)
      }))

    test("a refused commit leaves a document with its owner", (store) =>
      Effect.gen(function* () {
        yield* born(store, alice)
        yield* store.writeDocument(alice, "d", "document", null)
        yield* one(store, second(stamp(7), { projections: [put("d")] }))
        expect(yield* store.forget(alice, [])).toBe(2)
        expect(yield* store.readDocument("d")).toBeNull()
      }))

    test("without a record of the owner nothing is written, nor taken from another", (store) =>
      Effect.gen(function* () {
        expect(yield* store.writeDocument(alice, "d", "1", null)).toBe(false)
        expect(yield* store.readDocument("d")).toBeNull()
        yield* born(store, bob)
        expect(yield* store.writeDocument(bob, "d", "bob's", null)).toBe(true)
        expect(yield* store.writeDocument(alice, "d", "alice's", null)).toBe(false)
        expect(yield* store.readDocument("d")).toBe("bob's")
        expect(yield* store.forget(alice, [])).toBe(0)
        expect(yield* store.forget(bob, [])).toBe(2)
      }))

    test("what was forgotten does not come back: not by a late write, not with the owner's next life", (store) =>
      Effect.gen(function* () {
        yield* born(store, alice)
        yield* store.writeDocument(alice, "d", "1", null)
        yield* store.forget(alice, [])
        expect(yield* store.writeDocument(alice, "d", "late", null)).toBe(false)
        expect(yield* store.readDocument("d")).toBeNull()
        yield* born(store, alice)
        expect(yield* store.readDocument("d")).toBeNull()
        yield* one(store, first({ address: bob, projections: [put("d")] }))
        expect(yield* store.forget(alice, [])).toBe(1)
        expect(yield* store.readDocument("d")).toBe("projection")
      }))

    test("an actor whose record has expired still owns its documents, and takes no new ones", (store) =>
      Effect.gen(function* () {
        yield* one(store, first({ next: { ...stamp(1), record: "{}", ttlMs: SHORT_MS } }))
        yield* store.writeDocument(alice, "long", "1", DAY_MS)
        yield* store.writeDocument(alice, "ever", "2", null)
        yield* after(SHORT_MS, store.load(alice), (actor) => actor === null)
        expect(yield* store.writeDocument(alice, "late", "3", DAY_MS)).toBe(false)
        expect(yield* store.readDocument("long")).toBe("1")
        expect(yield* store.forget(alice, [])).toBe(2)
        for (const key of ["long", "ever", "late"]) expect(yield* store.readDocument(key)).toBeNull()
      }))

    test("an actor that a commit deleted still owns its documents", (store) =>
      Effect.gen(function* () {
        yield* born(store, alice)
        yield* store.writeDocument(alice, "d", "1", DAY_MS)
        yield* one(store, second(stamp(1), { next: null }))
        expect(yield* store.readDocument("d")).toBe("1")
        expect(yield* store.forget(alice, [])).toBe(1)
        expect(yield* store.readDocument("d")).toBeNull()
      }))

    test("documents that expired do not count, and those that live longer are owned as long", (store) =>
      Effect.gen(function* () {
        yield* born(store, alice)
        yield* store.writeDocument(alice, "long", "1", DAY_MS)
        yield* store.writeDocument(alice, "lengthened", "2", SHORT_MS)
        yield* store.writeDocument(alice, "lengthened", "2", DAY_MS)
        yield* store.writeDocument(alice, "for ever now", "3", SHORT_MS)
        yield* store.writeDocument(alice, "for ever now", "3", null)
        yield* store.writeDocument(alice, "shortened", "4", DAY_MS)
        yield* store.writeDocument(alice, "shortened", "4", SHORT_MS)
        yield* store.writeDocument(alice, "short", "5", SHORT_MS)
        yield* after(SHORT_MS, store.readDocument("short"), (value) => value === null)
        expect(yield* store.readDocument("shortened")).toBeNull()
        expect(yield* store.forget(alice, [])).toBe(4)
        for (const key of ["long", "lengthened", "for ever now"]) expect(yield* store.readDocument(key)).toBeNull()
      }))

    test("a document that lives on after all others of its owner expired goes too", (store) =>
      Effect.gen(function* () {
        yield* born(store, alice, bob)
        yield* store.writeDocument(alice, "moved", "1", SHORT_MS)
        yield* store.writeDocument(alice, "short", "2", SHORT_MS)
        yield* store.writeDocument(bob, "moved", "3", DAY_MS)
        yield* after(SHORT_MS, store.readDocument("short"), (value) => value === null)
        expect(yield* store.forget(alice, [])).toBe(1)
        expect(yield* store.readDocument("moved")).toBe("3")
        expect(yield* store.forget(bob, [])).toBe(2)
        expect(yield* store.readDocument("moved")).toBeNull()
      }))

    test("writes and forgets at the same time leave no document without an owner", (store) =>
      Effect.gen(function* () {
        const keys = Array.from({ length: 40 }, (_, i) => `d${i}`)
        yield* born(store, alice, bob)
        const forgotten = Effect.andThen(store.forget(alice, []), born(store, alice))
        const calls: ReadonlyArray<Effect.Effect<unknown, unknown>> = keys.flatMap((key, i) => [
          store.writeDocument(alice, key, "alice's", DAY_MS),
          store.writeDocument(i % 2 === 0 ? bob : alice, key, "other", i % 3 === 0 ? null : DAY_MS),
          ...(i % 10 === 9 ? [forgotten] : [])
        ])
        yield* Effect.all(calls, { concurrency: "unbounded" })
        const living = Effect.map(
          Effect.forEach(keys, (key) => store.readDocument(key)),
          (values) => values.filter((value) => value !== null).length
        )
        const documents = yield* living
        expect(documents).toBeGreaterThanOrEqual(20)
        const removed = ((yield* store.forget(alice, [])) ?? 0) + ((yield* store.forget(bob, [])) ?? 0)
        expect(removed).toBe(documents + 2)
        expect(yield* living).toBe(0)
      }))

    test("any order of writes, projections and forgets answers and stores what a map says", (store) =>
      Effect.gen(function* () {
        const context = yield* Effect.context<never>()
        let run = 0
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 30 }), (steps) =>
              Effect.runPromiseWith(context)(play(store, ++run, steps))
            ),
            { numRuns: 100 }
          )
        )
      }))
  })
}
