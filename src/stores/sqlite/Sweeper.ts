/**
 * Removes expired rows in bounded portions, inside whatever transaction calls it. Expired rows are invisible anyway: this
 * only gives their room back, so it may stop at any moment and go on with the next commit.
 */
import type { DatabaseSync } from "node:sqlite"
import { EXPIRING_TABLES } from "./Schema.ts"

/** Rows removed per table and sweep at most. */
const PORTION = 200

/** Time between two sweeps when there is no backlog. */
const INTERVAL_MS = 10_000

/** A function to call with every commit: sweeps when it is time, at most `PORTION` rows per table. */
export const makeSweeper = (db: DatabaseSync): ((now: number) => void) => {
  const statements = EXPIRING_TABLES.map((table) =>
    db.prepare(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ${PORTION})`
    )
  )
  let nextAt = Number.NEGATIVE_INFINITY
  return (now) => {
    if (now < nextAt) return
    let backlog = false
    for (const statement of statements) if (Number(statement.run(now).changes) === PORTION) backlog = true
    nextAt = backlog ? now : now + INTERVAL_MS
  }
}
