/**
 * Two writers, any interleaving: a property over every store. Each writer remembers what it last saw, as a process with a
 * resident snapshot does, commits with or without a mark, repeats calls whose answer was "lost", deletes and forgets. A
 * model of a dozen lines says what every call must answer and what must be stored afterwards.
 */
import * as Effect from "effect/Effect"
import fc from "fast-check"
import { EnvelopeId } from "#domain/Envelope.ts"
import type { ActorStoreService, Commit, CommitResult, Stamp } from "#runtime/ports/ActorStore.ts"
import { address, type ActorAddress } from "#domain/ActorAddress.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { testOver, type StoreUnderTest } from "./StoreUnderTest.ts"
import { DAY_MS, mark } from "./Commits.ts"

type Step =
  | { readonly do: "look"; readonly writer: 0 | 1 }
  | { readonly do: "write"; readonly writer: 0 | 1; readonly envelope: number | null; readonly wake: boolean }
  | { readonly do: "delete"; readonly writer: 0 | 1; readonly envelope: number | null }
  | { readonly do: "repeat"; readonly writer: 0 | 1 }
  | { readonly do: "forget" }

const writer = fc.constantFrom<0 | 1>(0, 1)
const envelope = fc.option(fc.integer({ min: 0, max: 3 }))
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: fc.record({ do: fc.constant("look" as const), writer }) },
  { weight: 6, arbitrary: fc.record({ do: fc.constant("write" as const), writer, envelope, wake: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("delete" as const), writer, envelope }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constant("repeat" as const), writer }) },
  { weight: 1, arbitrary: fc.constant({ do: "forget" as const }) }
)

interface Model {
  stored: (Stamp & { readonly record: string; readonly awake: boolean }) | null
  readonly marks: Map<string, string>
  document: string | null
}

const same = (a: Stamp | null, b: Stamp | null): boolean => a?.revision === b?.revision && a?.turn === b?.turn

/** What the port's docstring says, in its order. */
const expected = (model: Model, commit: Commit): CommitResult => {
  if (commit.next !== null && same(model.stored, commit.next)) return { _tag: "Committed" }
  const reply = commit.mark === null ? undefined : model.marks.get(commit.mark.id)
  if (reply !== undefined) return { _tag: "Duplicate", reply }
  if (!same(model.stored, commit.expected)) return { _tag: "Conflict" }
  model.stored = commit.next === null ? null : { ...commit.next, awake: commit.wakeAt !== null }
  if (commit.mark !== null) model.marks.set(commit.mark.id, commit.mark.reply)
  for (const projection of commit.projections) model.document = projection.op === "put" ? projection.value : null
  return { _tag: "Committed" }
}

const play = (store: ActorStoreService, actor: ActorAddress, steps: ReadonlyArray<Step>) =>
  Effect.gen(function* () {
    const key = `doc:${actor.id}`
    const model: Model = { stored: null, marks: new Map(), document: null }
    const views: [Stamp | null, Stamp | null] = [null, null]
    const last: [Commit | null, Commit | null] = [null, null]
    let turn = 0
    for (const one of steps) {
      if (one.do === "forget") {
        const keys = [model.stored !== null, model.marks.size > 0, model.document !== null]
        expect(yield* store.forget(actor, [key])).toBe(keys.filter(Boolean).length)
        model.stored = null
        model.marks.clear()
        model.document = null
      } else if (one.do === "look") {
        views[one.writer] = (yield* store.load(actor))?.stamp ?? null
      } else {
        const view = views[one.writer]
        const id = `${one.writer}-${++turn}`
        const repeated = one.do === "repeat" ? last[one.writer] : null
        if (one.do === "repeat" && repeated === null) continue
        const commit: Commit = repeated ?? {
          address: actor,
          expected: view,
          next:
            one.do === "delete"
              ? null
              : { revision: (view?.revision ?? 0) + 1, turn: id, record: `{"by":"${id}"}`, ttlMs: DAY_MS },
          wakeAt: one.do === "write" && one.wake ? 1 : null,
          mark: one.do === "repeat" || one.envelope === null ? null : mark(`e${one.envelope}`, `reply ${id}`),
          projections: [{ op: "put", key, value: id, ttlMs: null }],
          deadLetters: []
        }
        last[one.writer] = commit
        const [answer] = yield* store.commit([commit])
        expect(answer).toEqual(expected(model, commit))
        if (answer?._tag === "Committed" && commit.next !== null) {
          views[one.writer] = { revision: commit.next.revision, turn: commit.next.turn }
        }
      }
    }
    const { stored } = model
    expect(yield* store.load(actor)).toEqual(
      stored && { stamp: { revision: stored.revision, turn: stored.turn }, record: stored.record }
    )
    expect(yield* store.readDocument(key)).toBe(model.document)
    for (const id of ["e0", "e1", "e2", "e3"]) {
      expect(yield* store.seen(actor, EnvelopeId(id))).toBe(model.marks.get(id) ?? null)
    }
    const due = yield* store.claimDue(1, DAY_MS)
    expect(due.addresses).toEqual(stored?.awake === true ? [actor] : [])
    yield* store.forget(actor, [key])
  })

/** Runs the property over one store. */
export const twoWritersContract = (name: string, under: StoreUnderTest): void => {
  const test = testOver(under)
  describe(`${name}: two writers`, () => {
    test("any interleaving answers and stores what the model says", (store) =>
      Effect.gen(function* () {
        const context = yield* Effect.context<never>()
        let run = 0
        yield* Effect.promise(() =>
          fc.assert(
            fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), (steps) =>
              Effect.runPromiseWith(context)(play(store, address("probe", `run ${++run}`), steps))
            ),
            { numRuns: 150 }
          )
        )
      }))
  })
}
