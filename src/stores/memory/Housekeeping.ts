/**
 * Housekeeping over the maps of the memory store: says in the fewest words what every store must do. A page begins after
 * the last key of the one before, in the order of names.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type FoundKey, longestPrefix, MAX_READ, type RetentionChange } from "#domain/Retention.ts"
import type { StorageSize } from "#domain/RetentionReport.ts"
import type { HousekeepingService, PageAsked } from "#runtime/ports/Housekeeping.ts"
import { expiry } from "../Millis.ts"
import type { Document } from "./Documents.ts"
import type { Expiring, ExpiringMap } from "./ExpiringMap.ts"

type Kept = Expiring<Document>

const bytesOf = (text: string): number => Buffer.byteLength(text)

/** The text, or a list's newest entry; `null` when it is too long to be read. */
const textOf = (document: Document): string | null => {
  const text =
    document.shape === "text" ? document.text : document.shape === "list" ? document.values.at(-1) : undefined
  return text === undefined || bytesOf(text) > MAX_READ ? null : text
}

const found = (key: string, expected: FoundKey["shape"], { value, expiresAt }: Kept, now: number): FoundKey => {
  const ttlMs = expiresAt === null ? null : expiresAt - now
  if (value.shape !== expected) return { key, shape: "other", ttlMs, text: null, lowest: null }
  const lowest = value.shape === "sortedSet" ? (value.entries[0]?.score ?? null) : null
  return { key, shape: value.shape, ttlMs, text: textOf(value), lowest }
}

/** What a change makes of a key, and what it comes to; `null` = nothing, for the key was written again. */
const changed = (before: Kept, change: RetentionChange, now: number): readonly [number, Kept | undefined] | null => {
  const { value, expiresAt } = before
  if (change.op === "trim") {
    if (value.shape !== "sortedSet") return null
    const entries = value.entries.filter(({ score }) => score >= change.below)
    const after = entries.length === 0 ? undefined : { value: { ...value, entries }, expiresAt }
    return [value.entries.length - entries.length, after]
  }
  if (change.text !== null && change.text !== textOf(value)) return null
  if (change.op === "remove") return value.shape === change.shape ? [1, undefined] : null
  return expiresAt === null ? [1, { value, expiresAt: expiry(now, change.ttlMs) }] : null
}

const lengthOf = (key: string, document: Document): number => {
  const texts =
    document.shape === "text"
      ? [document.text]
      : document.shape === "list"
        ? document.values
        : document.entries.map(({ member }) => member)
  return texts.reduce((sum, text) => sum + bytesOf(text), bytesOf(key))
}

const page = (documents: ExpiringMap<Document>, { count, cursor, prefix, shapeOf }: PageAsked, now: number) => {
  const under = documents.keys(now).filter((key) => key.startsWith(prefix) && key > (cursor ?? ""))
  const names = under.toSorted().slice(0, count)
  const keys = names.flatMap((key): ReadonlyArray<FoundKey> => {
    const shape = shapeOf(key)
    const kept = documents.find(key, now)
    return shape === null || kept === undefined ? [] : [found(key, shape, kept, now)]
  })
  const last = under.length > names.length ? (names.at(-1) ?? null) : null
  return { now, cursor: last, keys, unknown: names.filter((key) => shapeOf(key) === null).length }
}

const size = (documents: ExpiringMap<Document>, prefixes: ReadonlyArray<string>, now: number): StorageSize => {
  const counted = new Map(prefixes.map((prefix) => [prefix, { prefix, keys: 0, bytes: 0 }]))
  for (const key of documents.keys(now)) {
    const of = counted.get(longestPrefix(prefixes, key) ?? "")
    const document = documents.get(key, now)
    if (of === undefined || document === undefined) continue
    of.keys++
    of.bytes += lengthOf(key, document)
  }
  return { prefixes: [...counted.values()], usedBytes: null, limitBytes: null }
}

/** Over the documents of one memory store. Never fails. */
export const housekeeping = (documents: ExpiringMap<Document>): HousekeepingService => ({
  page: (asked) => Effect.map(Clock.currentTimeMillis, (now) => page(documents, asked, now)),
  apply: (changes, { dryRun }) =>
    Effect.map(Clock.currentTimeMillis, (now) =>
      changes.map((change) => {
        const before = documents.find(change.key, now)
        const outcome = before === undefined ? null : changed(before, change, now)
        if (outcome === null) return 0
        const [count, after] = outcome
        if (dryRun) return count
        if (after === undefined) documents.delete(change.key, now)
        else documents.set(change.key, after.value, after.expiresAt)
        return count
      })
    ),
  size: (prefixes) => Effect.map(Clock.currentTimeMillis, (now) => size(documents, prefixes, now))
})
