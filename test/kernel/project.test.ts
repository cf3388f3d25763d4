/** The `project` action: what a chart may write for readers in its own turn, in which order, and what is refused. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { isProjection, type Projection } from "#domain/Projection.ts"
import { MAX_PROJECTIONS } from "#kernel/Turn.ts"
import { worker } from "./charts/worker.ts"
import { Bench, entryOf } from "./harness.ts"

const put: Projection = { op: "put", key: "k", value: "{}", ttlMs: null }
const remove: Projection = { op: "delete", key: "k" }
const add: Projection = {
  ...{ op: "addToSortedSet", key: "k", score: 1767441600.123, member: `{"id":"1"}`, keep: 100 },
  ...{ minScore: 1767441000, ttlMs: 1000, replaces: { field: "id", value: "1" } }
}
const take: Projection = { op: "removeFromSortedSet", key: "k", field: "id", values: ["1", "2"] }
const append: Projection = { op: "appendToList", key: "k", values: ["a", "b"], keep: null, ttlMs: 0.5 }
const every = [put, remove, add, take, append]

const bench = () => new Bench([worker])
const born = (b: Bench) => b.event(null, "NOTHING").state
const project = (...asked: ReadonlyArray<unknown>) => ({ type: "PROJECT", with: asked })

describe("a project action", () => {
  it("is written by its own turn, after the definition's documents, in the order asked for", () => {
    const own: Projection = { op: "put", key: "own", value: "1", ttlMs: null }
    const b = new Bench([{ ...worker, project: () => [own] }])
    const before = born(b)
    const turn = b.event(before, project(...every, ...every))
    expect(turn.projections).toEqual([own, ...every, ...every])
    expect(b.event(turn.state, "NOTHING").projections).toEqual([own])
  })

  it("leaves nothing in the record: no effect, no context", () => {
    const b = bench()
    const before = born(b)
    const { state } = b.event(before, project(...every))
    expect(state.meta.outbox).toEqual([])
    expect(state.snapshot.context).toBe(before.snapshot.context)
  })

  it.each([
    ...[undefined, null, "put", {}, { key: "k" }],
    { ...put, op: "upsert" },
    { op: "put", key: "k", value: "1" },
    { ...put, value: 1 },
    { ...put, key: null },
    ...[0, -1, Number.NaN, Infinity, 1e300, "1"].map((ttlMs) => ({ ...put, ttlMs })),
    ...[0, -1, Number.NaN, Infinity, "1"].map((ttlMs) => ({ ...append, ttlMs })),
    ...[Number.NaN, Infinity, "1", null].map((score) => ({ ...add, score })),
    ...[Number.NaN, -Infinity, "1"].map((minScore) => ({ ...add, minScore })),
    ...[0, -1, 1.5, Infinity, "1"].map((keep) => ({ ...add, keep })),
    ...[0, 1.5].map((keep) => ({ ...append, keep })),
    ...["id", { field: "", value: "1" }, { field: "id" }, { field: "id", value: 1 }].map((replaces) => ({
      ...add,
      replaces
    })),
    { op: "addToSortedSet", key: "k", score: 1, member: "m" },
    { ...take, field: "" },
    { ...take, values: "1" },
    { ...take, values: [1] },
    { ...append, values: [{ role: "user" }] }
  ])("with %j is refused, and says nothing of what was in it", (params) => {
    const b = bench()
    expect(b.refusal(born(b), { kind: "event", event: project(put, params) })).toEqual({
      code: "bad_projection",
      message: "bad_projection: params are one Projection, every field of it"
    })
  })

  it("is bounded: one more than the bound is refused", () => {
    const b = bench()
    const many = (count: number) => project(...Array.from({ length: count }, () => put))
    expect(b.event(born(b), many(MAX_PROJECTIONS)).projections).toHaveLength(MAX_PROJECTIONS)
    expect(b.refusal(born(b), { kind: "event", event: many(MAX_PROJECTIONS + 1) }).code).toBe("too_many_projections")
  })

  it("any projection that is one is still one after JSON", () => {
    const ttlMs = fc.option(fc.integer({ min: 1 }))
    const keep = fc.option(fc.integer({ min: 1 }))
    const score = fc.double({ noNaN: true, noDefaultInfinity: true })
    const field = fc.string({ minLength: 1 })
    const projection: fc.Arbitrary<Projection> = fc.oneof(
      fc.record({ op: fc.constant("put" as const), key: fc.string(), value: fc.string(), ttlMs }),
      fc.record({
        ...{ op: fc.constant("addToSortedSet" as const), key: fc.string(), score, member: fc.string(), keep, ttlMs },
        ...{ minScore: fc.option(score), replaces: fc.option(fc.record({ field, value: fc.string() })) }
      }),
      fc.record({
        ...{ op: fc.constant("removeFromSortedSet" as const), key: fc.string(), field },
        values: fc.array(fc.string())
      }),
      fc.record({
        ...{ op: fc.constant("appendToList" as const), key: fc.string(), keep, ttlMs },
        values: fc.array(fc.string())
      })
    )
    fc.assert(
      fc.property(projection, (one) => {
        expect(isProjection(one)).toBe(true)
        expect(isProjection(JSON.parse(JSON.stringify(one)))).toBe(true)
      })
    )
  })
})

describe("what a definition projects", () => {
  it.each([
    { ...add, score: Number.NaN },
    { ...add, keep: 0 },
    { ...append, ttlMs: Infinity }
  ])("with a number none can keep refuses its turn: %j", (bad) => {
    const b = new Bench([{ ...worker, project: ({ at }) => (at === 0 ? [] : [bad]) }])
    const state = b.event(null, "NOTHING", 0).state
    expect(b.refusal(state, { kind: "event", event: { type: "NOTHING" } }).code).toBe("bad_projection")
  })
})

describe("a failed effect", () => {
  it("says what failed, whatever the chart has asked for since", () => {
    const b = bench()
    let state = born(b)
    for (const n of [1, 2, 3]) state = b.event(state, { type: "DO", n }).state
    const failed = { ok: false, code: "refused", error: null } as const
    for (const entry of [entryOf(state, 1), entryOf(state, 0)]) state = b.settle(state, entry, failed).state
    expect(state.snapshot.context.heard).toMatchObject([
      { type: "SENT", effect: "act", code: "refused", params: { n: 2 } },
      { type: "SENT", effect: "act", code: "refused", params: { n: 1 } }
    ])
  })
})
