/**
 * Every SQL statement of the store, prepared once and typed. Expired rows are invisible to each of them, whether the sweep
 * has been there or not. Callers hold the transaction.
 */
import type { DatabaseSync, SQLOutputValue } from "node:sqlite"
import { WrongShape } from "../Shapes.ts"

export interface ActorRow {
  readonly revision: number
  readonly turn: string
  readonly record: string
}

export interface WaitingRow {
  readonly address: string
  readonly wake_at: number
}

/** Condition of a row that has not expired; takes the time. */
export const ALIVE = "(expires_at IS NULL OR expires_at > ?)"

const text = (row: Record<string, SQLOutputValue> | undefined, column: string): string | undefined => {
  const value = row?.[column]
  return typeof value === "string" ? value : undefined
}

/** Prepares all statements. Throws what SQLite throws. */
export const makeStatements = (db: DatabaseSync) => {
  const load = db.prepare(`SELECT revision, turn, record FROM actors WHERE address = ? AND ${ALIVE}`)
  const putActor = db.prepare(
    `INSERT INTO actors (address, revision, turn, record, expires_at, wake_at) VALUES (?, ?, ?, ?, ?, ?)
     ON CONFLICT (address) DO UPDATE SET revision = excluded.revision, turn = excluded.turn, record = excluded.record,
       expires_at = excluded.expires_at, wake_at = excluded.wake_at`
  )
  const stored = db.prepare(`SELECT 1 FROM actors WHERE address = ? AND ${ALIVE}`)
  const removeActor = db.prepare("DELETE FROM actors WHERE address = ?")
  const waiting = db.prepare(
    `SELECT address, wake_at FROM actors WHERE wake_at IS NOT NULL AND ${ALIVE} ORDER BY wake_at LIMIT ?`
  )
  const wake = db.prepare("UPDATE actors SET wake_at = ? WHERE address = ?")
  const postpone = db.prepare("UPDATE actors SET wake_at = ? WHERE address = ? AND wake_at IS NOT NULL")

  const seen = db.prepare("SELECT reply FROM marks WHERE address = ? AND id = ? AND expires_at > ?")
  const putMark = db.prepare("INSERT OR REPLACE INTO marks (address, id, reply, expires_at) VALUES (?, ?, ?, ?)")
  const livingMark = db.prepare("SELECT 1 FROM marks WHERE address = ? AND expires_at > ? LIMIT 1")
  const removeMarks = db.prepare("DELETE FROM marks WHERE address = ?")

  const document = db.prepare(`SELECT value, shape FROM documents WHERE key = ? AND ${ALIVE}`)
  const documents = db.prepare(
    `SELECT documents.value AS value FROM json_each(?) AS wanted
     LEFT JOIN documents ON documents.key = wanted.value AND shape = 'text' AND ${ALIVE} ORDER BY wanted.id`
  )
  const putDocument = db.prepare(
    `INSERT INTO documents (key, value, expires_at, owner) VALUES (?, ?, ?, ?)
     ON CONFLICT (key) DO UPDATE SET value = excluded.value, expires_at = excluded.expires_at,
       owner = excluded.owner, shape = 'text'`
  )
  const removeDocument = db.prepare("DELETE FROM documents WHERE key = ?")
  const livingDocumentsOf = db.prepare(`SELECT count(*) AS n FROM documents WHERE owner = ? AND ${ALIVE}`)
  const removeDocumentsOf = db.prepare("DELETE FROM documents WHERE owner = ?")

  const letter = db.prepare("SELECT letter FROM dead_letters WHERE id = ? AND expires_at > ?")
  const letters = db.prepare("SELECT letter FROM dead_letters WHERE expires_at > ? ORDER BY at DESC LIMIT ?")
  const putLetter = db.prepare(
    "INSERT OR REPLACE INTO dead_letters (id, address, at, letter, expires_at) VALUES (?, ?, ?, ?, ?)"
  )
  const removeLetter = db.prepare("DELETE FROM dead_letters WHERE id = ? AND expires_at > ?")
  const livingLettersOf = db.prepare("SELECT count(*) AS n FROM dead_letters WHERE address = ? AND expires_at > ?")
  const removeLettersOf = db.prepare("DELETE FROM dead_letters WHERE address = ?")

  const ping = db.prepare("SELECT 1 FROM actors LIMIT 1")

  return {
    load: (address: string, now: number): ActorRow | undefined => {
      const row = load.get(address, now)
      if (row === undefined) return undefined
      return { revision: Number(row["revision"]), turn: String(row["turn"]), record: String(row["record"]) }
    },
    putActor: (
      address: string,
      revision: number,
      turn: string,
      record: string,
      expiresAt: number | null,
      wakeAt: number | null
    ): void => void putActor.run(address, revision, turn, record, expiresAt, wakeAt),
    /** Whether a living record is stored, without reading it. */
    stored: (address: string, now: number): boolean => stored.get(address, now) !== undefined,
    removeActor: (address: string): void => void removeActor.run(address),
    /** Living actors with a wake-up, earliest first. */
    waiting: (now: number, limit: number): ReadonlyArray<WaitingRow> =>
      waiting.all(now, limit).map((row) => ({ address: String(row["address"]), wake_at: Number(row["wake_at"]) })),
    wake: (address: string, wakeAt: number): void => void wake.run(wakeAt, address),
    postpone: (address: string, wakeAt: number): void => void postpone.run(wakeAt, address),

    seen: (address: string, id: string, now: number): string | undefined => text(seen.get(address, id, now), "reply"),
    putMark: (address: string, id: string, reply: string, expiresAt: number): void =>
      void putMark.run(address, id, reply, expiresAt),

    /** Throws `WrongShape`. */
    document: (key: string, now: number): string | undefined => {
      const row = document.get(key, now)
      if (row !== undefined && row["shape"] !== "text") throw new WrongShape()
      return text(row, "value")
    },
    documents: (keys: ReadonlyArray<string>, now: number): ReadonlyArray<string | null> =>
      documents.all(JSON.stringify(keys), now).map((row) => text(row, "value") ?? null),
    /** Replaces a projection or document of that name, of any shape. `owner` is `null` for a projection. */
    putDocument: (key: string, value: string, expiresAt: number | null, owner: string | null): void =>
      void putDocument.run(key, value, expiresAt, owner),
    removeDocument: (key: string): void => void removeDocument.run(key),

    letter: (id: string, now: number): string | undefined => text(letter.get(id, now), "letter"),
    letters: (now: number, limit: number): ReadonlyArray<string> =>
      letters.all(now, limit).map((row) => String(row["letter"])),
    putLetter: (id: string, address: string, at: number, json: string, expiresAt: number): void =>
      void putLetter.run(id, address, at, json, expiresAt),
    removeLetter: (id: string, now: number): boolean => removeLetter.run(id, now).changes > 0,

    /** Removes the expired ones too; answers the living ones: the record, the marks (as one), each letter, each document. */
    forget: (address: string, documents: ReadonlyArray<string>, now: number): number => {
      let removed = stored.get(address, now) === undefined ? 0 : 1
      removeActor.run(address)
      if (livingMark.get(address, now) !== undefined) removed++
      removeMarks.run(address)
      removed += Number(livingLettersOf.get(address, now)?.["n"])
      removeLettersOf.run(address)
      removed += Number(livingDocumentsOf.get(address, now)?.["n"])
      removeDocumentsOf.run(address)
      for (const key of documents) {
        if (document.get(key, now) !== undefined) removed++
        removeDocument.run(key)
      }
      return removed
    },
    ping: (): void => void ping.get()
  }
}

export type Statements = ReturnType<typeof makeStatements>
