/**
 * Housekeeping over the SQLite file: pages follow the index of the keys, so each reads only its own rows, and all changes
 * of a call are one transaction. Calls block the event loop while they run, like all of this store; that is why they are small.
 */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { type FoundKey, MAX_READ, type RetentionChange, type Shape } from "#domain/Retention.ts"
import type { HousekeepingService, PageAsked } from "#runtime/ports/Housekeeping.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { lifetime } from "../Millis.ts"
import { attempt, transaction } from "./Database.ts"
import { sizeOf } from "./HousekeepingSize.ts"
import { cut, pastPrefix } from "./Prefix.ts"
import { ALIVE } from "./Statements.ts"

type Row = Record<string, SQLOutputValue>

/** Changes of one transaction. */
const PORTION = 100

/** What a key says that tells its age: its text, or its newest entry. */
const SAYS = `CASE
  WHEN shape = 'text' AND octet_length(value) <= ${MAX_READ} THEN value
  WHEN shape = 'list' THEN (
    SELECT newest.value FROM list_entries AS newest WHERE newest.key = documents.key
      AND octet_length(newest.value) <= ${MAX_READ}
      AND newest.id = (SELECT max(id) FROM list_entries AS last WHERE last.key = documents.key))
  END AS says`

const found = (row: Row, expected: Shape, now: number): FoundKey => {
  const { expires_at: expiresAt, key, lowest, says, shape } = row
  const ttlMs = expiresAt === null ? null : Number(expiresAt) - now
  const seen = { key: String(key), ttlMs }
  if (shape !== expected) return { ...seen, shape: "other", text: null, lowest: null }
  return {
    ...seen,
    shape: expected,
    text: typeof says === "string" ? says : null,
    lowest: typeof lowest === "number" ? lowest : null
  }
}

const makePage = (db: DatabaseSync) => {
  const under = db.prepare(
    `SELECT key, shape, expires_at, ${SAYS}, (
       SELECT min(score) FROM sorted_set_entries AS entries WHERE entries.key = documents.key) AS lowest
     FROM documents WHERE key >= ? AND key < ? AND ${ALIVE} ORDER BY key LIMIT ?`
  )
  return ({ count, cursor, prefix, shapeOf }: PageAsked, now: number) => {
    const [rows, next] = cut(under.all(cursor ?? prefix, pastPrefix(prefix), now, count + 1), count)
    const keys = rows.flatMap((row): ReadonlyArray<FoundKey> => {
      const shape = shapeOf(String(row["key"]))
      return shape === null ? [] : [found(row, shape, now)]
    })
    return { now, cursor: next, keys, unknown: rows.length - keys.length }
  }
}

const makeChange = (db: DatabaseSync) => {
  const read = db.prepare(`SELECT shape, expires_at, ${SAYS} FROM documents WHERE key = ? AND ${ALIVE}`)
  const remove = db.prepare("DELETE FROM documents WHERE key = ?")
  const expire = db.prepare("UPDATE documents SET expires_at = ? WHERE key = ?")
  const old = db.prepare("SELECT count(*) AS n FROM sorted_set_entries WHERE key = ? AND score < ?")
  const trim = db.prepare("DELETE FROM sorted_set_entries WHERE key = ? AND score < ?")
  const end = db.prepare(
    "DELETE FROM documents WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM sorted_set_entries WHERE key = ?1)"
  )

  return (change: RetentionChange, dryRun: boolean, now: number): number => {
    const { key } = change
    const row = read.get(key, now)
    if (row === undefined) return 0
    if (change.op === "trim") {
      if (row["shape"] !== "sortedSet") return 0
      if (dryRun) return Number(old.get(key, change.below)?.["n"])
      const trimmed = Number(trim.run(key, change.below).changes)
      end.run(key)
      return trimmed
    }
    if (change.text !== null && row["says"] !== change.text) return 0
    if (change.op === "remove" ? row["shape"] !== change.shape : row["expires_at"] !== null) return 0
    if (dryRun) return 1
    if (change.op === "remove") remove.run(key)
    else expire.run(now + lifetime(change.ttlMs), key)
    return 1
  }
}

/** Over the documents of an open file. */
export const housekeeping = (db: DatabaseSync): HousekeepingService => {
  const page = makePage(db)
  const change = makeChange(db)
  const atNow = <A>(operation: string, body: (now: number) => A): Effect.Effect<A, StoreUnavailable> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => attempt(operation, () => body(now)))

  const portion = (changes: ReadonlyArray<RetentionChange>, dryRun: boolean) =>
    atNow("apply", (now) => transaction(db, () => changes.map((one) => change(one, dryRun, now))))

  return {
    page: (asked) => atNow("page", (now) => page(asked, now)),
    apply: (changes, { dryRun }) => {
      const portions: Array<ReadonlyArray<RetentionChange>> = []
      for (let i = 0; i < changes.length; i += PORTION) portions.push(changes.slice(i, i + PORTION))
      const done = Effect.forEach(portions, (some) => Effect.tap(portion(some, dryRun), Effect.yieldNow))
      return Effect.map(done, (counts) => counts.flat())
    },
    size: (prefixes) => sizeOf(db, prefixes)
  }
}
