/**
 * Sorted sets and lists of the SQLite store. A key's shape and expiry stand in its row of `documents`, its entries in a
 * table of their own; a key whose last entry goes is gone. Callers hold the transaction whenever they write.
 */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import type { Projection } from "#domain/Projection.ts"
import type { ScoredMember } from "#runtime/ports/ActorStore.ts"
import { expiry } from "../Millis.ts"
import { hasField, WrongShape } from "../Shapes.ts"
import { ALIVE } from "./Statements.ts"

type Shape = "sortedSet" | "list"
type Of<Op extends Projection["op"]> = Extract<Projection, { readonly op: Op }>
type Row = Record<string, SQLOutputValue>

/** Prepares all statements. Throws what SQLite throws; what it answers throws `WrongShape` for a key of another shape. */
export const makeCollections = (db: DatabaseSync) => {
  const shapeOf = db.prepare(`SELECT shape FROM documents WHERE key = ? AND ${ALIVE}`)
  const renew = db.prepare("UPDATE documents SET expires_at = ? WHERE key = ?")
  const start = db.prepare("INSERT OR REPLACE INTO documents (key, value, expires_at, shape) VALUES (?, '', ?, ?)")

  const members = db.prepare("SELECT member FROM sorted_set_entries WHERE key = ?")
  const putMember = db.prepare(
    `INSERT INTO sorted_set_entries (key, member, score) VALUES (?, ?, ?)
     ON CONFLICT (key, member) DO UPDATE SET score = excluded.score`
  )
  const removeMember = db.prepare("DELETE FROM sorted_set_entries WHERE key = ? AND member = ?")
  const removeBelow = db.prepare("DELETE FROM sorted_set_entries WHERE key = ? AND score < ?")
  const trimSortedSet = db.prepare(
    `DELETE FROM sorted_set_entries WHERE key = ?1 AND member IN (
       SELECT member FROM sorted_set_entries WHERE key = ?1 ORDER BY score DESC, member DESC LIMIT -1 OFFSET ?2)`
  )
  const endSortedSet = db.prepare(
    "DELETE FROM documents WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM sorted_set_entries WHERE key = ?1)"
  )
  const sortedSet = db.prepare(
    `SELECT shape, member, score FROM documents
     LEFT JOIN sorted_set_entries AS entries ON entries.key = documents.key AND score >= ?
     WHERE documents.key = ? AND ${ALIVE} ORDER BY score DESC, member DESC LIMIT ?`
  )

  const append = db.prepare("INSERT INTO list_entries (key, value) VALUES (?, ?)")
  const trimList = db.prepare(
    `DELETE FROM list_entries WHERE key = ?1 AND id IN (
       SELECT id FROM list_entries WHERE key = ?1 ORDER BY id DESC LIMIT -1 OFFSET ?2)`
  )
  const endList = db.prepare(
    "DELETE FROM documents WHERE key = ?1 AND NOT EXISTS (SELECT 1 FROM list_entries WHERE key = ?1)"
  )
  const list = db.prepare(
    `SELECT shape, entries.value AS value FROM documents LEFT JOIN list_entries AS entries ON entries.key = documents.key
     WHERE documents.key = ? AND ${ALIVE} ORDER BY id`
  )

  /** Whether a living key is there, which then has this shape. */
  const exists = (key: string, shape: Shape, now: number): boolean => {
    const row = shapeOf.get(key, now)
    if (row !== undefined && row["shape"] !== shape) throw new WrongShape()
    return row !== undefined
  }

  /** Gives the key its new expiry; one that is absent or has expired starts empty. */
  const open = (key: string, shape: Shape, expiresAt: number | null, now: number): void => {
    if (exists(key, shape, now)) renew.run(expiresAt, key)
    else start.run(key, expiresAt, shape)
  }

  const drop = (key: string, field: string, values: ReadonlyArray<string>): void => {
    for (const row of members.all(key)) {
      const member = String(row["member"])
      if (hasField(member, field, values)) removeMember.run(key, member)
    }
  }

  return {
    add: ({ key, score, member, keep, minScore, ttlMs, replaces }: Of<"addToSortedSet">, now: number): void => {
      open(key, "sortedSet", expiry(now, ttlMs), now)
      if (replaces !== null) drop(key, replaces.field, [replaces.value])
      putMember.run(key, member, score)
      if (minScore !== null) removeBelow.run(key, minScore)
      if (keep !== null) trimSortedSet.run(key, keep)
      endSortedSet.run(key)
    },
    remove: ({ key, field, values }: Of<"removeFromSortedSet">, now: number): void => {
      if (!exists(key, "sortedSet", now)) return
      drop(key, field, values)
      endSortedSet.run(key)
    },
    append: ({ key, values, keep, ttlMs }: Of<"appendToList">, now: number): void => {
      open(key, "list", expiry(now, ttlMs), now)
      for (const value of values) append.run(key, value)
      if (keep !== null) trimList.run(key, keep)
      endList.run(key)
    },
    /** Newest first. */
    sortedSet: (key: string, minScore: number, limit: number, now: number): ReadonlyArray<ScoredMember> =>
      entriesOf(sortedSet.all(minScore, key, now, limit), "sortedSet", "member").map((row) => ({
        member: String(row["member"]),
        score: Number(row["score"])
      })),
    /** Oldest first. */
    list: (key: string, now: number): ReadonlyArray<string> =>
      entriesOf(list.all(key, now), "list", "value").map((row) => String(row["value"]))
  }
}

export type Collections = ReturnType<typeof makeCollections>

/** Rows of a key joined with its entries: one row without an entry when it has none. */
const entriesOf = (rows: ReadonlyArray<Row>, shape: Shape, entry: string): ReadonlyArray<Row> => {
  if (rows[0] !== undefined && rows[0]["shape"] !== shape) throw new WrongShape()
  return rows.filter((row) => row[entry] !== null)
}
