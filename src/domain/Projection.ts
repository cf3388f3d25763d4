/**
 * What a turn writes for other tools to read, in the documented Redis shapes: strings, sorted sets and lists. Projections
 * are part of the turn's commit (G3): a reader never sees a document of a turn that did not happen. They are written in
 * their order, each as one change. They are output only; the runtime never reads them back to rebuild an actor.
 *
 * `put` and `delete` replace whatever the key held. The others need a key that is absent or of their own shape; the store
 * refuses the commit otherwise, and nothing of it is written. A set or a list that loses its last entry is absent, but
 * within one commit only `put` and `delete` make room for another shape.
 */
import * as Schema from "effect/Schema"

/** Milliseconds, from the moment of the write. `null` means no expiry: only for keys whose purpose forbids one. */
const TtlMs = Schema.NullOr(
  Schema.Finite.check(Schema.isGreaterThan(0), Schema.isLessThanOrEqualTo(Number.MAX_SAFE_INTEGER))
)

/** Entries kept, the newest; `null` = all. */
const Keep = Schema.NullOr(Schema.Int.check(Schema.isGreaterThan(0)))

/** One string value, JSON by convention. */
const Put = Schema.Struct({ op: Schema.Literal("put"), key: Schema.String, value: Schema.String, ttlMs: TtlMs })

const Delete = Schema.Struct({ op: Schema.Literal("delete"), key: Schema.String })

/**
 * Adds one member, or gives a member that is there a new score. In this order: members whose JSON object has the string
 * `replaces.value` at `replaces.field` go, the member comes, entries scoring below `minScore` go, all but the newest
 * `keep` go, and the key's time to live starts anew. The newest have the highest scores; among equal scores the member
 * that is greater byte by byte.
 */
const AddToSortedSet = Schema.Struct({
  op: Schema.Literal("addToSortedSet"),
  key: Schema.String,
  /** Any finite number, kept exactly. */
  score: Schema.Finite,
  member: Schema.String,
  keep: Keep,
  minScore: Schema.NullOr(Schema.Finite),
  ttlMs: TtlMs,
  replaces: Schema.NullOr(Schema.Struct({ field: Schema.NonEmptyString, value: Schema.String }))
})

/**
 * Removes the members whose JSON object has one of the strings `values` at `field`. A member that is no JSON object stays;
 * the key's time to live is left alone.
 */
const RemoveFromSortedSet = Schema.Struct({
  op: Schema.Literal("removeFromSortedSet"),
  key: Schema.String,
  field: Schema.NonEmptyString,
  values: Schema.Array(Schema.String)
})

/** Appends the values in their order; then all but the newest `keep` go, and the key's time to live starts anew. */
const AppendToList = Schema.Struct({
  op: Schema.Literal("appendToList"),
  key: Schema.String,
  values: Schema.Array(Schema.String),
  keep: Keep,
  ttlMs: TtlMs
})

export const Projection = Schema.Union([Put, Delete, AddToSortedSet, RemoveFromSortedSet, AppendToList])
export type Projection = typeof Projection.Type

/** Whether it can be written as it is: all fields there, every number one that a store can keep. */
export const isProjection: (value: unknown) => value is Projection = Schema.is(Projection)
