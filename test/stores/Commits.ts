/**
 * Commits, marks and letters for store tests, in as few words as a test can say them. Imports no test runner, so that
 * writers in other processes can use it too.
 */
import { address } from "#domain/ActorAddress.ts"
import { EnvelopeId } from "#domain/Envelope.ts"
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
