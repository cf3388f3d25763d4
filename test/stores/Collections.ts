/** What the tests of sorted sets and lists share: turns that project, short reads, and texts that hurt. */
import * as Effect from "effect/Effect"
import type { Projection } from "#domain/Projection.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { expect } from "#test/harness/effect.ts"
import { alice, committed, first, second } from "./Commits.ts"
import { one } from "./StoreUnderTest.ts"

/** Commits turn after turn of one actor, each with the projections of one argument. */
export const turns = (store: ActorStoreService, ...projected: ReadonlyArray<ReadonlyArray<Projection>>) =>
  Effect.forEach(
    projected,
    (projections) =>
      Effect.gen(function* () {
        const stored = yield* store.load(alice)
        const commit = stored === null ? first({ projections }) : second(stored.stamp, { projections })
        expect(yield* one(store, commit)).toEqual(committed)
      }),
    { discard: true }
  )

/** The members of a sorted set, newest first. */
export const members = (store: ActorStoreService, key = "set", limit = 1000) =>
  Effect.map(store.readSortedSet(key, { limit }), (entries) => entries.map(({ member }) => member))

/** Expects a call to be refused because its key has another shape. */
export const wrongType = <A>(effect: Effect.Effect<A, { readonly reason: string }>) =>
  Effect.map(Effect.flip(effect), ({ reason }) => expect(reason).toBe("wrong_type"))

/** Texts that hurt a store which escapes, cuts or decodes them: the last two are no well-formed Unicode. */
export const TEXTS = [
  ...["", " ", "größer 🐻 \u2028", 'quote " and \\ and \\u0041', "\u0000\u0001\u001f\u007f", "{}", "[1]", "null"],
  ...["💥".repeat(300), "e\u0301 ≠ é", "\ufffd\uffff", "cut in half \ud83d", "\udc00 the other half"]
]
