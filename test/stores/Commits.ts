/**
 * Commits, marks and letters for store tests, in as few words as a test can say them. Imports no test runner, so that
 * writers in other processes can use it too.
 */
import { address } from "#domain/ActorAddress.ts"
import { EnvelopeId } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import type { Commit, DeadLetter, Stamp } from "#runtime/ports/ActorStore.ts"

export const DAY_MS = 24 * 3600 * 1000
export const alice = address("conversation", "+15550100")
export const bob = address("conversation", "+15550101")
/** Ids that would hurt a store which builds patterns, key tags or statements from them. */
export const AWKWARD = [
  ...["*", "a*", "a?", "[a-z]", "{a}", "a b", "ä", "🐻", "a/b", "a:b", "a'b--", 'a"b', "%", "\\", "a", "A"]
]

export const committed = { _tag: "Committed" } as const
export const conflict = { _tag: "Conflict" } as const

export const stamp = (revision: number, turn = `t${revision}`): Stamp => ({ revision, turn })

export const mark = (id: string, reply: string, ttlMs = DAY_MS) => ({ id: EnvelopeId(id), reply, ttlMs })

/** The first write of an actor, with whatever a test wants different. */
export const first = (changes: Partial<Commit> = {}): Commit => ({
  address: alice,
  expected: null,
  next: { ...stamp(1), record: '{"n":1}', ttlMs: DAY_MS },
  wakeAt: null,
  mark: null,
  projections: [],
  deadLetters: [],
  ...changes
})

/** The write that follows revision `from`. */
export const second = (from: Stamp = stamp(1), changes: Partial<Commit> = {}): Commit =>
  first({ expected: from, next: { ...stamp(from.revision + 1), record: '{"n":2}', ttlMs: DAY_MS }, ...changes })

export const letter = (id: string, at: number, changes: Partial<DeadLetter> = {}): DeadLetter => ({
  id,
  address: alice,
  kind: "effect",
  name: "sendSms",
  reason: "unreachable",
  at,
  payload: '{"text":"größer \\u0000 🐻"}',
  ...changes
})

type Of<Op extends Projection["op"]> = Extract<Projection, { readonly op: Op }>

/** An entry for the sorted set `set`: everything is kept, for ever, unless a test says otherwise. */
export const add = (score: number, member: string, changes: Partial<Of<"addToSortedSet">> = {}): Projection => ({
  ...{ op: "addToSortedSet", key: "set", score, member, keep: null, minScore: null, ttlMs: null, replaces: null },
  ...changes
})

/** Takes the members with these message ids out. */
export const take = (values: ReadonlyArray<string>, key = "set"): Projection => ({
  ...{ op: "removeFromSortedSet", key, field: "message_id", values }
})

/** Values for the list `list`, likewise. */
export const append = (values: ReadonlyArray<string>, changes: Partial<Of<"appendToList">> = {}): Projection => ({
  ...{ op: "appendToList", key: "list", values, keep: null, ttlMs: null },
  ...changes
})

/** A member as the history of a person has them. */
export const item = (id: string, message: string): string => JSON.stringify({ message, message_id: id })
