/**
 * Removes expired rows in bounded portions, inside whatever transaction calls it. Expired rows are invisible anyway: this
 * only gives their room back, so it may stop at any moment and go on with the next commit. Forgetting does not leave it at
 * that: what a forgotten person's expired documents said must not lie in the file until somebody else writes.
 */
import type { DatabaseSync } from "node:sqlite"
import { EXPIRING_TABLES } from "./Schema.ts"

/** Rows removed per table and sweep at most. */
const PORTION = 200

/** Time between two sweeps when there is no backlog. */
const INTERVAL_MS = 10_000

export interface Sweeper {
  /** To be called with every commit: sweeps when it is time, at most `PORTION` rows per table. */
  readonly portion: (now: number) => void
  /** Sweeps all that has expired. */
  readonly all: (now: number) => void
}

/** Prepares the statements; the caller holds a transaction whenever it sweeps. */
export const makeSweeper = (db: DatabaseSync): Sweeper => {
  const statements = EXPIRING_TABLES.map((table) =>
    db.prepare(
      `DELETE FROM ${table} WHERE rowid IN (SELECT rowid FROM ${table} WHERE expires_at <= ? ORDER BY expires_at LIMIT ${PORTION})`
    )
  )
  let nextAt = Number.NEGATIVE_INFINITY
  /** Whether there may be more. */
  const portion = (now: number): boolean => {
    let backlog = false
    for (const statement of statements) if (Number(statement.run(now).changes) === PORTION) backlog = true
    return backlog
  }
  return {
    portion: (now) => {
      if (now >= nextAt) nextAt = portion(now) ? now : now + INTERVAL_MS
    },
    all: (now) => {
      while (portion(now)) continue
    }
  }
}
