/**
 * Opens the file, runs transactions and turns SQLite's failures into `StoreUnavailable`. Knows nothing of actors.
 *
 * The file is created readable by its owner only, because it holds what people wrote; deleted content is overwritten
 * (`secure_delete`), so that "forget me" leaves nothing in free pages.
 */
import { closeSync, mkdirSync, openSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { WrongShape } from "../Shapes.ts"
import { migrate, SchemaRefused } from "./Schema.ts"

/** SQLite's primary result codes that mean something to an operator. */
const REASONS: Readonly<Record<number, string>> = {
  5: "busy",
  6: "busy",
  7: "out_of_memory",
  8: "read_only",
  10: "io_error",
  11: "corrupt",
  13: "disk_full",
  14: "cannot_open",
  26: "not_a_database"
}

/** A row does not have the shape this code writes. */
export class RowUnknown extends Error {}

const reasonOf = (cause: unknown): string => {
  if (cause instanceof SchemaRefused) return cause.reason
  if (cause instanceof RowUnknown) return "reply_unknown"
  if (cause instanceof WrongShape) return "wrong_type"
  if (typeof cause !== "object" || cause === null || !("code" in cause)) return "unknown"
  if (cause.code === "ERR_INVALID_STATE") return "closed"
  if ("errcode" in cause && typeof cause.errcode === "number") {
    const primary = cause.errcode & 0xff
    return REASONS[primary] ?? `sqlite_${primary}`
  }
  return String(cause.code).toLowerCase()
}

/** Only SQLite's, the file system's, the schema's and a key's failures are the store's; anything else is a defect and goes on. */
const isOperational = (cause: unknown): boolean =>
  cause instanceof SchemaRefused ||
  cause instanceof RowUnknown ||
  cause instanceof WrongShape ||
  (cause instanceof Error &&
    "code" in cause &&
    (cause.code === "ERR_INVALID_STATE" || "errcode" in cause || "errno" in cause))

/** Runs `body` and answers its result. **Fails with** `StoreUnavailable`; a programming error stays a defect. */
export const attempt = <A>(operation: string, body: () => A): Effect.Effect<A, StoreUnavailable> =>
  Effect.suspend(() => {
    try {
      return Effect.succeed(body())
    } catch (cause) {
      if (!isOperational(cause)) throw cause
      return Effect.fail(new StoreUnavailable({ store: "sqlite", operation, reason: reasonOf(cause) }))
    }
  })

/** Runs `body` in one write transaction: all of it is durable afterwards, or nothing of it happened. Throws what failed. */
export const transaction = <A>(db: DatabaseSync, body: () => A): A => {
  db.exec("BEGIN IMMEDIATE")
  try {
    const result = body()
    db.exec("COMMIT")
    return result
  } catch (cause) {
    if (db.isTransaction) db.exec("ROLLBACK")
    throw cause
  }
}

export interface DatabaseOptions {
  /** Path of the file; it and its folder are made when absent. */
  readonly file: string
  /**
   * `full` (default): a commit survives a power cut. `normal`: a power cut may cost the last commits, never their
   * consistency; a killed process costs nothing.
   */
  readonly synchronous: "full" | "normal"
  /** How long a call waits for another process that is writing, milliseconds. It blocks this process meanwhile. */
  readonly busyTimeoutMs: number
}

const openSyncDatabase = (options: DatabaseOptions): DatabaseSync => {
  mkdirSync(dirname(options.file), { recursive: true })
  closeSync(openSync(options.file, "a", 0o600))
  const db = new DatabaseSync(options.file, { timeout: options.busyTimeoutMs, enableForeignKeyConstraints: true })
  try {
    db.exec("PRAGMA journal_mode = WAL")
    db.exec(`PRAGMA synchronous = ${options.synchronous === "full" ? "FULL" : "NORMAL"}; PRAGMA secure_delete = ON`)
    migrate(db)
    return db
  } catch (cause) {
    db.close()
    throw cause
  }
}

/**
 * Opens the database and closes it with the scope. **Fails with** `StoreUnavailable`: `cannot_open`, `not_a_database`,
 * `schema_version_unknown`, `foreign_database`, or the file system's code.
 */
export const open = (options: DatabaseOptions): Effect.Effect<DatabaseSync, StoreUnavailable, Scope.Scope> =>
  Effect.acquireRelease(
    attempt("open", () => openSyncDatabase(options)),
    (db) => Effect.sync(() => db.close())
  )
