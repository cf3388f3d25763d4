/**
 * Effect's SQL client over `node:sqlite`: the driver published for SQLite on Node does not fit effect 4.1. One connection,
 * prepared statements, write-ahead log without an fsync per commit: an answer survives the process, as with Redis' `everysec`.
 */
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Reactivity from "effect/reactivity/Reactivity"
import * as Scope from "effect/Scope"
import * as SqlClient from "effect/sql/SqlClient"
import type { Connection } from "effect/sql/SqlConnection"
import { classifySqliteError, SqlError } from "effect/sql/SqlError"
import * as Statement from "effect/sql/Statement"

const bound = (value: unknown): SQLInputValue =>
  typeof value === "boolean" ? Number(value) : ((value ?? null) as SQLInputValue)

const connectionTo = (database: DatabaseSync): Connection => {
  const statements = new Map<string, StatementSync>()
  const prepared = (sql: string): StatementSync => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = database.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  const attempt = <A>(work: () => A): Effect.Effect<A, SqlError> =>
    Effect.try({ try: work, catch: (cause) => new SqlError({ reason: classifySqliteError(cause) }) })
  const rows = (sql: string, params: ReadonlyArray<unknown>) =>
    attempt(() => prepared(sql).all(...params.map(bound)) as ReadonlyArray<Record<string, unknown>>)
  const shaped: Connection["execute"] = (sql, params, transform) =>
    Effect.map(rows(sql, params), (found) => (transform === undefined ? found : transform(found)))
  const values: Connection["executeValues"] = (sql, params) =>
    Effect.map(rows(sql, params), (found) => found.map((row) => Object.values(row)))
  return {
    execute: shaped,
    executeRaw: rows,
    executeValues: values,
    executeValuesUnprepared: values,
    executeUnprepared: shaped,
    executeStream: () => Stream.die("no streams here")
  }
}

/** A client on this file, closed with its scope. */
export const layer = (file: string): Layer.Layer<SqlClient.SqlClient> =>
  Layer.effect(
    SqlClient.SqlClient,
    Effect.gen(function* () {
      const database = yield* Effect.acquireRelease(
        Effect.sync(() => new DatabaseSync(file)),
        (opened) => Effect.sync(() => opened.close())
      )
      database.exec("PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL")
      const connection = connectionTo(database)
      const one = Semaphore.makeUnsafe(1)
      const transactionAcquirer = Effect.gen(function* () {
        const scope = yield* Scope.Scope
        yield* one.take(1)
        yield* Scope.addFinalizer(scope, one.release(1))
        return connection
      })
      return yield* SqlClient.make({
        acquirer: one.withPermits(1)(Effect.succeed(connection)),
        transactionAcquirer,
        compiler: Statement.makeCompilerSqlite(),
        driver: "node:sqlite",
        prepareTransactionControls: true,
        spanAttributes: []
      })
    })
  ).pipe(Layer.provide(Reactivity.layer))
