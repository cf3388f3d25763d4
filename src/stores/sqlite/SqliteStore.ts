/**
 * The embedded store: one SQLite file in WAL mode, `node:sqlite`, one transaction per commit batch. It is the default
 * where no Redis is configured, and what it answered is on disk.
 *
 * Its time is this machine's clock (Effect's `Clock`). Several processes of one machine may share the file: writers take
 * turns, and the comparison of stamps inside the transaction is the fence. Calls block the event loop while they run.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { DatabaseSync } from "node:sqlite"
import { format, parse } from "#domain/ActorAddress.ts"
import type { Projection } from "#domain/Projection.ts"
import { ActorStore, DEAD_LETTER_TTL_MS } from "#runtime/ports/ActorStore.ts"
import type { ActorStoreService, Commit, CommitResult, DeadLetter, Stamp } from "#runtime/ports/ActorStore.ts"
import { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { decodeLetter, encodeLetter } from "../DeadLetterCodec.ts"
import { expiry, instant, lifetime } from "../Millis.ts"
import { attempt, open, RowUnknown, transaction } from "./Database.ts"
import { makeCollections, type Collections } from "./Collections.ts"
import { housekeeping } from "./Housekeeping.ts"
import { makeStatements, type ActorRow, type Statements } from "./Statements.ts"
import { makeSweeper } from "./Sweeper.ts"

export interface SqliteStoreOptions {
  /** Path of the file; it and its folder are made when absent. Readable by its owner only. */
  readonly file: string
  /** `full` (default) survives a power cut; `normal` may lose the last commits to one, and is faster. */
  readonly synchronous?: "full" | "normal"
  /** How long a call waits for another process that is writing, milliseconds. Default 5000. */
  readonly busyTimeoutMs?: number
}

const holds = (row: ActorRow | undefined, stamp: Stamp | null): boolean =>
  row === undefined ? stamp === null : stamp !== null && row.revision === stamp.revision && row.turn === stamp.turn

const write = (sql: Statements, collections: Collections, projection: Projection, now: number): void => {
  switch (projection.op) {
    case "put":
      return sql.putDocument(projection.key, projection.value, expiry(now, projection.ttlMs), null)
    case "delete":
      return sql.removeDocument(projection.key)
    case "addToSortedSet":
      return collections.add(projection, now)
    case "removeFromSortedSet":
      return collections.remove(projection, now)
    case "appendToList":
      return collections.append(projection, now)
  }
}

const commitOne = (sql: Statements, collections: Collections, commit: Commit, now: number): CommitResult => {
  const address = format(commit.address)
  const stored = sql.load(address, now)
  if (commit.next !== null && holds(stored, commit.next)) return { _tag: "Committed" }
  const reply = commit.mark === null ? undefined : sql.seen(address, commit.mark.id, now)
  if (reply !== undefined) return { _tag: "Duplicate", reply }
  if (!holds(stored, commit.expected)) return { _tag: "Conflict" }

  if (commit.next === null) {
    sql.removeActor(address)
  } else {
    const { revision, turn, record, ttlMs } = commit.next
    const wakeAt = commit.wakeAt === null ? null : instant(commit.wakeAt)
    sql.putActor(address, revision, turn, record, expiry(now, ttlMs), wakeAt)
  }
  if (commit.mark !== null) {
    sql.putMark(address, commit.mark.id, commit.mark.reply, now + lifetime(commit.mark.ttlMs))
  }
  for (const projection of commit.projections) write(sql, collections, projection, now)
  for (const letter of commit.deadLetters) {
    sql.putLetter(letter.id, format(letter.address), instant(letter.at), encodeLetter(letter), now + DEAD_LETTER_TTL_MS)
  }
  return { _tag: "Committed" }
}

/** A stored letter that is none: somebody else wrote to the file. */
const letterOf = (json: string): DeadLetter => {
  const letter = decodeLetter(json)
  if (letter === null) throw new RowUnknown()
  return letter
}

const make = (db: DatabaseSync): ActorStoreService => {
  const sql = makeStatements(db)
  const collections = makeCollections(db)
  const sweep = makeSweeper(db)

  const read = <A>(operation: string, body: (now: number) => A): Effect.Effect<A, StoreUnavailable> =>
    Effect.flatMap(Clock.currentTimeMillis, (now) => attempt(operation, () => body(now)))
  const write = <A>(operation: string, body: (now: number) => A): Effect.Effect<A, StoreUnavailable> =>
    read(operation, (now) => transaction(db, () => body(now)))

  return {
    kind: "sqlite",
    blocking: true,
    load: (address) =>
      read("load", (now) => {
        const row = sql.load(format(address), now)
        return row === undefined ? null : { stamp: { revision: row.revision, turn: row.turn }, record: row.record }
      }),
    seen: (address, id) => read("seen", (now) => sql.seen(format(address), id, now) ?? null),
    commit: (batch) =>
      write("commit", (now) => {
        sweep.portion(now)
        return batch.map((commit) => commitOne(sql, collections, commit, now))
      }),
    claimDue: (limit, visibilityMs) =>
      write("claimDue", (now) => {
        const waiting = sql.waiting(now, limit + 1)
        const claimed = waiting.slice(0, limit).filter((row) => row.wake_at <= now)
        for (const row of claimed) sql.wake(row.address, now + lifetime(visibilityMs))
        return {
          now,
          addresses: claimed.map((row) => parse(row.address)),
          nextAt: waiting[claimed.length]?.wake_at ?? null
        }
      }),
    waiting: (limit) =>
      read("waiting", (now) =>
        sql.waiting(now, limit).map((row) => ({ address: parse(row.address), wakeAt: row.wake_at }))
      ),
    postpone: (address, wakeAt) => write("postpone", () => sql.postpone(format(address), instant(wakeAt))),
    forget: (address, projectionKeys, expected) =>
      Effect.tap(
        write("forget", (now) => {
          if (expected !== undefined && !holds(sql.load(format(address), now), expected)) return null
          const removed = sql.forget(format(address), projectionKeys, now)
          sweep.all(now)
          return removed
        }),
        // What was forgotten must not linger in the write-ahead log.
        attempt("forget", () => db.exec("PRAGMA wal_checkpoint(TRUNCATE)"))
      ),
    readDocument: (key) => read("readDocument", (now) => sql.document(key, now) ?? null),
    readDocuments: (keys) => read("readDocuments", (now) => sql.documents(keys, now)),
    readSortedSet: (key, { limit, minScore = -Infinity }) =>
      read("readSortedSet", (now) => collections.sortedSet(key, minScore, limit, now)),
    readList: (key) => read("readList", (now) => collections.list(key, now)),
    writeDocument: (address, key, value, ttlMs) =>
      write("writeDocument", (now) => {
        const owner = format(address)
        if (!sql.stored(owner, now)) return false
        sql.putDocument(key, value, expiry(now, ttlMs), owner)
        return true
      }),
    listDeadLetters: (limit) => read("listDeadLetters", (now) => sql.letters(now, limit).map(letterOf)),
    readDeadLetter: (id) =>
      read("readDeadLetter", (now) => {
        const json = sql.letter(id, now)
        return json === undefined ? null : letterOf(json)
      }),
    removeDeadLetter: (id) => write("removeDeadLetter", (now) => sql.removeLetter(id, now)),
    ping: attempt("ping", () => void sql.ping())
  }
}

/**
 * Opens the file for as long as the layer lives. **Crash**: what was answered `Committed` is on disk.
 * **Fails with** `StoreUnavailable`: the file cannot be opened, belongs to another program, or was written by a newer version.
 */
export const layer = (options: SqliteStoreOptions): Layer.Layer<ActorStore | Housekeeping, StoreUnavailable> =>
  Layer.effectContext(
    Effect.map(
      open({
        file: options.file,
        synchronous: options.synchronous ?? "full",
        busyTimeoutMs: options.busyTimeoutMs ?? 5000
      }),
      (db) => Context.make(ActorStore, make(db)).pipe(Context.add(Housekeeping, housekeeping(db)))
    )
  )
