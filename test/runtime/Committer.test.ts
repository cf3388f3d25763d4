/** How commits gather into calls: who leaves when, in how many calls, and whose answer is whose. */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import { address } from "#domain/ActorAddress.ts"
import { makeCommitter } from "#runtime/Committer.ts"
import type { ActorStoreService, Commit, CommitResult } from "#runtime/ports/ActorStore.ts"
import { defaults } from "#runtime/RuntimeConfig.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const commitOf = (n: number): Commit => ({
  address: address("probe", `${n}`),
  expected: null,
  next: { revision: 1, turn: `t${n}`, record: "{}", ttlMs: null },
  wakeAt: null,
  mark: null,
  projections: [],
  deadLetters: []
})
const numberOf = ({ address }: Commit): number => Number(address.id)

type Answer = ReadonlyArray<CommitResult>
const duplicates = (batch: ReadonlyArray<Commit>): Answer =>
  batch.map((commit) => ({ _tag: "Duplicate", reply: `${numberOf(commit)}` }))

/** A committer over a store whose calls are answered when the test says so. */
const gated = (config: Partial<typeof defaults> = {}) => {
  const calls: Array<{
    readonly numbers: ReadonlyArray<number>
    readonly batch: ReadonlyArray<Commit>
    readonly answer: Deferred.Deferred<Answer, StoreUnavailable>
  }> = []
  const commit: ActorStoreService["commit"] = (batch) =>
    Effect.suspend(() => {
      const answer = Deferred.makeUnsafe<Answer, StoreUnavailable>()
      calls.push({ numbers: batch.map(numberOf), batch, answer })
      return Deferred.await(answer)
    })
  const store = { kind: "gated", blocking: false, commit } as unknown as ActorStoreService
  const committer = makeCommitter(store, { ...defaults, commitRetries: 0, ...config }, Effect.runFork)
  return {
    sizes: () => calls.map(({ numbers }) => numbers.length),
    numbers: () => calls.map(({ numbers }) => numbers),
    start: (from: number, count: number) =>
      Effect.forEach(
        Array.from({ length: count }, (_, i) => from + i),
        (n) => Effect.forkChild(committer.commit(commitOf(n)), { startImmediately: true })
      ),
    answer: (call: number) => {
      const { answer, batch } = calls[call] as (typeof calls)[number]
      return Deferred.succeed(answer, duplicates(batch))
    },
    fail: (call: number) =>
      Deferred.fail(
        (calls[call] as (typeof calls)[number]).answer,
        new StoreUnavailable({ store: "gated", operation: "commit", reason: "timeout" })
      )
  }
}

const settled = Effect.forEach(Array.from({ length: 5 }), () => Effect.yieldNow, { discard: true })

describe("calls to a store that works meanwhile", () => {
  it.effect("the first commit leaves at once, and what is left over when nothing else can run", () =>
    Effect.gen(function* () {
      const gate = gated()
      yield* gate.start(0, 1)
      expect(gate.numbers()).toEqual([[0]])
      yield* gate.start(1, 3)
      expect(gate.numbers()).toEqual([[0]])
      yield* settled
      expect(gate.numbers()).toEqual([[0], [1, 2, 3]])
    })
  )

  it.effect("a share leaves as soon as it is there; no more calls than may be, and none larger than the bound", () =>
    Effect.gen(function* () {
      const gate = gated({ commitsInFlight: 3, commitBatch: 20 })
      yield* gate.start(0, 100)
      // 1 at once; 8 as the least; a third of the 18 that are then under way.
      expect(gate.sizes()).toEqual([1, 8, 8])
      yield* settled
      expect(gate.sizes()).toEqual([1, 8, 8])
      yield* gate.answer(0)
      yield* settled
      expect(gate.sizes()).toEqual([1, 8, 8, 20])
      for (const call of [1, 2]) yield* gate.answer(call)
      yield* settled
      expect(gate.sizes()).toEqual([1, 8, 8, 20, 20, 20])
      for (const call of [3, 4, 5]) yield* gate.answer(call)
      yield* settled
      expect(gate.numbers().flat()).toEqual(Array.from({ length: 100 }, (_, n) => n))
    })
  )

  it.effect("everybody gets their own answer, whatever the order in which the calls come back", () =>
    Effect.gen(function* () {
      const gate = gated()
      const fibers = yield* gate.start(0, 25)
      expect(gate.sizes()).toEqual([1, 8, 8, 8])
      for (const call of [3, 2, 1, 0]) yield* gate.answer(call)
      const found = yield* Effect.forEach(fibers, Fiber.join)
      expect(found).toEqual(Array.from({ length: 25 }, (_, n) => ({ _tag: "Duplicate", reply: `${n}` })))
    })
  )

  it.effect("a call that fails fails its own and leaves its place to the next", () =>
    Effect.gen(function* () {
      const gate = gated({ commitsInFlight: 1 })
      const [first, second] = yield* gate.start(0, 2)
      yield* gate.fail(0)
      yield* settled
      yield* gate.answer(1)
      expect((yield* Effect.flip(Fiber.join(first as NonNullable<typeof first>))).reason).toBe("timeout")
      expect(yield* Fiber.join(second as NonNullable<typeof second>)).toMatchObject({ reply: "1" })
    })
  )

  it.effect("one who no longer waits holds up nobody", () =>
    Effect.gen(function* () {
      const gate = gated()
      const [first, second] = yield* gate.start(0, 2)
      yield* Fiber.interrupt(first as NonNullable<typeof first>)
      yield* settled
      for (const call of [0, 1]) yield* gate.answer(call)
      expect(yield* Fiber.join(second as NonNullable<typeof second>)).toMatchObject({ reply: "1" })
    })
  )
})

it.effect("who commits again as soon as it is answered leaves the process to others, too", () =>
  Effect.gen(function* () {
    const store = {
      kind: "blocking",
      blocking: true,
      commit: (batch: ReadonlyArray<Commit>) => Effect.sync(() => duplicates(batch))
    } as unknown as ActorStoreService
    const committer = makeCommitter(store, defaults, Effect.runFork)
    let stopped = false
    const restless = (n: number) => Effect.repeat(committer.commit(commitOf(n)), { until: () => stopped })
    const fibers = yield* Effect.forEach([1, 2], (n) => Effect.forkChild(restless(n)))
    yield* settled
    stopped = true
    expect(yield* Effect.forEach(fibers, Fiber.join)).toHaveLength(2)
  })
)

it.effect("a store that blocks is called once for all that can run", () =>
  Effect.gen(function* () {
    const sizes: Array<number> = []
    const commit: ActorStoreService["commit"] = (batch) =>
      Effect.sync(() => {
        sizes.push(batch.length)
        return duplicates(batch)
      })
    const store = { kind: "blocking", blocking: true, commit } as unknown as ActorStoreService
    const committer = makeCommitter(store, { ...defaults, commitBatch: 40 }, Effect.runFork)
    const all = Array.from({ length: 100 }, (_, n) => commitOf(n))
    const found = yield* Effect.forEach(all, committer.commit, { concurrency: "unbounded" })
    expect(found).toEqual(duplicates(all))
    expect(sizes).toEqual([40, 40, 20])
  })
)
