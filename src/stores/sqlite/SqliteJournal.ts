/**
 * The local journal in a SQLite file of its own, next to nothing else: it must work when the store does not. An appended
 * event survives a killed process and a power cut.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DatabaseSync } from "node:sqlite"
import type { ActorEvent, Priority } from "#domain/Envelope.ts"
import { EventJournal, type EventJournalService } from "#runtime/ports/EventJournal.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { attempt, open } from "./Database.ts"

export interface SqliteJournalOptions {
  /** Path of the file; it and its folder are made when absent. */
  readonly file: string
  /** Events kept at most. Default 100,000. */
  readonly capacity?: number
}

const make = (db: DatabaseSync, capacity: number): EventJournalService => {
  const count = db.prepare("SELECT count(*) AS n FROM journal")
  const append = db.prepare("INSERT OR IGNORE INTO journal (type, actor, id, event, priority) VALUES (?, ?, ?, ?, ?)")
  const read = db.prepare("SELECT * FROM journal WHERE seq > ? ORDER BY seq LIMIT ?")
  const remove = db.prepare("DELETE FROM journal WHERE seq = ?")
  const forget = db.prepare("DELETE FROM journal WHERE type = ? AND actor = ?")
  return {
    append: ({ address, id, event, priority }) =>
      attempt("journal.append", () => {
        if (Number(count.get()?.["n"]) >= capacity) return "full"
        const { changes } = append.run(address.type, address.id, id, JSON.stringify(event), priority)
        return changes === 0 ? "known" : "kept"
      }),
    read: (after, limit) =>
      attempt("journal.read", () =>
        read.all(after, limit).map((row) => ({
          seq: Number(row["seq"]),
          address: { type: String(row["type"]), id: String(row["actor"]) },
          id: String(row["id"]),
          event: JSON.parse(String(row["event"])) as ActorEvent,
          priority: row["priority"] as Priority
        }))
      ),
    forget: ({ type, id }) => attempt("journal.forget", () => Number(forget.run(type, id).changes)),
    remove: (seq) => attempt("journal.remove", () => void remove.run(seq))
  }
}

/** One process per file. **Fails with** `StoreUnavailable` when the file cannot be opened or is in use. */
export const layer = ({
  file,
  capacity = 100_000
}: SqliteJournalOptions): Layer.Layer<EventJournal, StoreUnavailable> =>
  Layer.effect(
    EventJournal,
    Effect.flatMap(open({ file, synchronous: "full", busyTimeoutMs: 5000 }), (db) =>
      attempt("journal.lock", () => {
        // Another process on this file would apply these events too, and count them wrongly: it fails to start instead.
        db.exec("PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT")
        return make(db, capacity)
      })
    )
  )
