/**
 * A batch of commits as KEYS and ARGV of `commit.lua`, and its replies back. The layout is written down in the headers of
 * that file and of `projections.lua`, and nowhere else. The stored value is the stamp, a newline and the record: the script compares stamps as
 * prefixes without reading records.
 */
import { format } from "#domain/ActorAddress.ts"
import type { Projection } from "#domain/Projection.ts"
import { DEAD_LETTER_TTL_MS } from "#runtime/ports/ActorStore.ts"
import type { Commit, CommitResult, Stamp, StoredActor } from "#runtime/ports/ActorStore.ts"
import { encodeLetter } from "../DeadLetterCodec.ts"
import { instant, lifetime } from "../Millis.ts"
import * as Keys from "./Keys.ts"

/** Commits per call at most: larger calls are no faster and block Redis longer (about a millisecond at this size). */
export const MAX_BATCH = 128

/** What a script compares a stored value with: the stamp it must begin with, "" for nothing, "any" for no comparison. */
export const expectation = (expected: Stamp | null | undefined): string => {
  if (expected === undefined) return "any"
  return expected === null ? "" : encodeStamp(expected)
}

/** Pure ASCII, so that its length in characters is its length in bytes. */
const encodeStamp = (stamp: Stamp): string => `${stamp.revision} ${encodeURIComponent(stamp.turn)}\n`

/** A value of a record key; `null` when it is not one. */
export const decodeRecord = (value: string): StoredActor | null => {
  const end = value.indexOf("\n")
  const stamp = /^([0-9]{1,16}) ((?:[!-$&-~]|%[0-9A-F]{2})*)$/.exec(value.slice(0, Math.max(end, 0)))
  if (stamp?.[1] === undefined || stamp[2] === undefined) return null
  try {
    const turn = decodeURIComponent(stamp[2])
    return { stamp: { revision: Number(stamp[1]), turn }, record: value.slice(end + 1) }
  } catch {
    // Escapes that are no UTF-8: nothing of ours. It must not spoil what is read with it.
    return null
  }
}

const ttl = (ttlMs: number | null): number | "" => (ttlMs === null ? "" : lifetime(ttlMs))

/** A number as text is the shortest one that is exactly this number again. */
const appendProjection = (argv: Array<string | number>, projection: Projection): void => {
  switch (projection.op) {
    case "put":
      argv.push(ttl(projection.ttlMs), projection.value)
      return
    case "delete":
      argv.push("delete")
      return
    case "addToSortedSet": {
      const { score, member, keep, minScore, replaces } = projection
      argv.push("add", ttl(projection.ttlMs), score, member, keep ?? "", minScore ?? "")
      argv.push(replaces?.field ?? "", replaces?.value ?? "")
      return
    }
    case "removeFromSortedSet":
      argv.push("remove", projection.field, projection.values.length)
      for (const value of projection.values) argv.push(value)
      return
    case "appendToList":
      argv.push("append", ttl(projection.ttlMs), projection.keep ?? "", projection.values.length)
      for (const value of projection.values) argv.push(value)
  }
}

const append = (keys: Array<string>, argv: Array<string | number>, commit: Commit): void => {
  const { address, next, mark, projections, deadLetters } = commit
  const stamp = next === null ? "" : encodeStamp(next)
  keys.push(Keys.record(address), Keys.marks(address))
  argv.push(
    format(address),
    commit.expected === null ? "" : encodeStamp(commit.expected),
    next === null ? "" : stamp + next.record,
    stamp.length,
    next === null ? "" : ttl(next.ttlMs),
    commit.wakeAt === null ? "" : instant(commit.wakeAt),
    mark?.id ?? "",
    mark?.reply ?? "",
    mark === null ? 0 : lifetime(mark.ttlMs),
    projections.length,
    deadLetters.length
  )
  for (const projection of projections) {
    keys.push(projection.key)
    appendProjection(argv, projection)
  }
  for (const letter of deadLetters) {
    keys.push(Keys.letters(letter.address))
    argv.push(letter.id, instant(letter.at), `${format(letter.address)}\n${encodeLetter(letter)}`)
  }
}

/** Throws a `RangeError` when a time in the batch is not finite. */
export const encode = (batch: ReadonlyArray<Commit>) => {
  const keys: Array<string> = [Keys.DUE, Keys.DEAD]
  const argv: Array<string | number> = [batch.length, DEAD_LETTER_TTL_MS, Keys.OWNER_PREFIX]
  for (const commit of batch) append(keys, argv, commit)
  return { keys, argv }
}

/** The results in the batch's order; `null` when the reply is none this code knows. */
export const decodeReplies = (reply: unknown, size: number): ReadonlyArray<CommitResult> | null => {
  if (!Array.isArray(reply) || reply.length !== size) return null
  const results: Array<CommitResult> = []
  for (const code of reply as ReadonlyArray<unknown>) {
    if (code === 1) results.push({ _tag: "Committed" })
    else if (code === 0) results.push({ _tag: "Conflict" })
    else if (typeof code === "string") results.push({ _tag: "Duplicate", reply: code })
    else return null
  }
  return results
}
