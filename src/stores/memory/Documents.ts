/**
 * What a key that readers see may hold, and what a projection makes of it, as pure functions: the reference for the
 * meaning of every projection. A sorted set or a list that has nothing left is gone, as in Redis.
 */
import type { Projection } from "#domain/Projection.ts"
import type { ScoredMember } from "#runtime/ports/ActorStore.ts"
import { expiry } from "../Millis.ts"
import { hasField, WrongShape } from "../Shapes.ts"
import type { Expiring } from "./ExpiringMap.ts"

export type Document =
  /** `owner` is `null` for a projection. */
  | { readonly shape: "text"; readonly text: string; readonly owner: string | null }
  /** Oldest first. */
  | { readonly shape: "sortedSet"; readonly entries: ReadonlyArray<ScoredMember> }
  | { readonly shape: "list"; readonly values: ReadonlyArray<string> }

type Kept = Expiring<Document>

/** What the key holds after a projection; `undefined` = nothing. Throws `WrongShape`. */
export const written = (before: Kept | undefined, projection: Projection, now: number): Kept | undefined => {
  switch (projection.op) {
    case "put": {
      const { value: text, ttlMs } = projection
      return { value: { shape: "text", text, owner: null }, expiresAt: expiry(now, ttlMs) }
    }
    case "delete":
      return undefined
    case "addToSortedSet": {
      const { score, member, replaces, minScore, keep, ttlMs } = projection
      const others = entriesOf(before?.value).filter((entry) => {
        if (entry.member === member) return false
        return replaces === null || !hasField(entry.member, replaces.field, [replaces.value])
      })
      const entries = [...others, { member, score }]
        .toSorted(byAge)
        .filter((one) => one.score >= (minScore ?? -Infinity))
      return sortedSet(newest(entries, keep), expiry(now, ttlMs))
    }
    case "removeFromSortedSet": {
      const { field, values } = projection
      const entries = entriesOf(before?.value).filter(({ member }) => !hasField(member, field, values))
      return sortedSet(entries, before?.expiresAt ?? null)
    }
    case "appendToList": {
      const values = newest([...valuesOf(before?.value), ...projection.values], projection.keep)
      if (values.length === 0) return undefined
      return { value: { shape: "list", values }, expiresAt: expiry(now, projection.ttlMs) }
    }
  }
}

/** The text; `undefined` when there is no document. Throws `WrongShape`. */
export const textOf = (document: Document | undefined): string | undefined => {
  if (document !== undefined && document.shape !== "text") throw new WrongShape()
  return document?.text
}

/** The entries, oldest first; none when there is no document. Throws `WrongShape`. */
export const entriesOf = (document: Document | undefined): ReadonlyArray<ScoredMember> => {
  if (document === undefined) return []
  if (document.shape !== "sortedSet") throw new WrongShape()
  return document.entries
}

/** The values, oldest first; none when there is no document. Throws `WrongShape`. */
export const valuesOf = (document: Document | undefined): ReadonlyArray<string> => {
  if (document === undefined) return []
  if (document.shape !== "list") throw new WrongShape()
  return document.values
}

const sortedSet = (entries: ReadonlyArray<ScoredMember>, expiresAt: number | null): Kept | undefined =>
  entries.length === 0 ? undefined : { value: { shape: "sortedSet", entries }, expiresAt }

const newest = <A>(values: ReadonlyArray<A>, keep: number | null): ReadonlyArray<A> =>
  keep === null ? values : values.slice(-keep)

/** Oldest first; among equal scores by the bytes of the member. */
const byAge = (a: ScoredMember, b: ScoredMember): number =>
  a.score - b.score || Buffer.compare(Buffer.from(a.member), Buffer.from(b.member))
