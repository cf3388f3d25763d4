/**
 * A property over projections: whatever a sequence of commits projects, a store answers and keeps what the reference store
 * does. For every store but the reference itself.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import fc from "fast-check"
import { address } from "#domain/ActorAddress.ts"
import type { Projection } from "#domain/Projection.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { add, append, first, item, stamp, take } from "./Commits.ts"
import { testOver, type StoreUnderTest } from "./StoreUnderTest.ts"

const KEYS = ["k0", "k1", "k2"]
const key = fc.constantFrom(...KEYS)
const id = fc.constantFrom("1", "2", "3")
const keep = fc.option(fc.integer({ min: 1, max: 4 }))
const score = fc.constantFrom(-1.5, 0, 1767441600.123, 1767441600.124, 1e17)
const member = fc.oneof(
  { weight: 8, arbitrary: fc.tuple(id, fc.constantFrom("a", "🐻", "\ud83d")).map(([of, text]) => item(of, text)) },
  { weight: 1, arbitrary: fc.constantFrom("", "1", '{"message_id":1}', "｡") }
)
const projection: fc.Arbitrary<Projection> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc
      .record({ key, score, member, keep, minScore: fc.option(score), replaces: fc.option(id) })
      .map(({ score: at, member: of, replaces: value, ...rest }) =>
        add(at, of, { ...rest, replaces: value === null ? null : { field: "message_id", value } })
      )
  },
  { weight: 3, arbitrary: fc.tuple(fc.array(id, { maxLength: 2 }), key).map(([ids, of]) => take(ids, of)) },
  {
    weight: 4,
    arbitrary: fc
      .tuple(fc.array(fc.string({ unit: "grapheme" }), { maxLength: 3 }), key, keep)
      .map(([values, of, last]) => append(values, { key: of, keep: last }))
  },
  {
    weight: 1,
    arbitrary: fc.record({ op: fc.constant("put" as const), key, value: fc.string(), ttlMs: fc.constant(null) })
  },
  { weight: 2, arbitrary: fc.record({ op: fc.constant("delete" as const), key }) }
)

const shapeOf = ({ op }: Projection): string => (op === "appendToList" ? "list" : "sortedSet")

/** A key must not change from set to list within one commit: a store need not know that it became empty on the way. */
const isSettled = (projections: ReadonlyArray<Projection>): boolean => {
  const shapes = new Map<string, string>()
  return projections.every((one) => {
    if (one.op === "put" || one.op === "delete") return shapes.delete(one.key) || true
    const before = shapes.get(one.key)
    shapes.set(one.key, shapeOf(one))
    return before === undefined || before === shapeOf(one)
  })
}

/** All that a reader sees of the keys; a code where a key has another shape. */
const look = (store: ActorStoreService) => {
  const seen = <A>(read: Effect.Effect<A, { readonly reason: string }>) =>
    Effect.match(read, { onSuccess: (value): A | string => value, onFailure: ({ reason }) => reason })
  return Effect.forEach(KEYS, (of) =>
    Effect.all([
      seen(store.readDocument(of)),
      seen(store.readList(of)),
      seen(store.readSortedSet(of, { limit: 100 })),
      seen(store.readSortedSet(of, { limit: 2, minScore: 0 }))
    ])
  )
}

/** Runs the property over one store. */
export const referenceContract = (name: string, under: StoreUnderTest): void => {
  const test = testOver(under)
  describe(`${name}: projections`, () => {
    test("any sequence of them leaves what it leaves in the reference store", (store) =>
      Effect.gen(function* () {
        const context = yield* Effect.context<never>()
        const run = Effect.runPromiseWith(context)
        let runs = 0
        const play = Effect.fnUntraced(function* (turns: ReadonlyArray<ReadonlyArray<Projection>>) {
          const reference = Context.get(yield* Layer.build(Layer.fresh(MemoryStore.layer)), ActorStore)
          const actor = address("probe", `reference ${++runs}`)
          let revision = 0
          for (const projections of turns) {
            const expected = revision === 0 ? null : stamp(revision)
            const next = { ...stamp(revision + 1), record: "{}", ttlMs: null }
            const commit = first({ address: actor, expected, next, projections })
            const answers = yield* Effect.forEach([store, reference], (one) =>
              Effect.match(one.commit([commit]), {
                onSuccess: ([result]) => result?._tag ?? "nothing",
                onFailure: ({ reason }) => reason
              })
            )
            expect(answers[0]).toBe(answers[1])
            if (answers[0] === "Committed") revision++
            expect(yield* look(store)).toEqual(yield* look(reference))
          }
          expect(yield* store.forget(actor, KEYS)).toBe(yield* reference.forget(actor, KEYS))
        }, Effect.scoped)
        const turns = fc.array(fc.array(projection, { maxLength: 5 }).filter(isSettled), { maxLength: 12 })
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(turns, (sequence) => run(play(sequence))),
            { numRuns: 60 }
          )
        )
      }))
  })
}
