/**
 * How much the SQLite file holds: keys and the bytes of what they say, counted a portion of rows at a time, so that the
 * event loop gets its turns. What the runtime keeps for itself has tables of its own; it is told under its prefix on Redis.
 */
import type { DatabaseSync } from "node:sqlite"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import { longestPrefix, rootsOf } from "#domain/Retention.ts"
import { RUNTIME_PREFIX, type StorageSize } from "#domain/RetentionReport.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { attempt } from "./Database.ts"
import { cut, pastPrefix } from "./Prefix.ts"
import { ALIVE } from "./Statements.ts"

/** Rows that one call looks at. */
const PORTION = 1000

const ENTRIES = `
  coalesce((SELECT sum(octet_length(member) + 8) FROM sorted_set_entries AS e WHERE e.key = documents.key), 0) +
  coalesce((SELECT sum(octet_length(value)) FROM list_entries AS e WHERE e.key = documents.key), 0)`

/** What the runtime keeps for itself, and the bytes of one row. */
const OWN_TABLES = [
  ["actors", "octet_length(address) + octet_length(record)"],
  ["marks", "octet_length(address) + octet_length(id) + octet_length(reply)"],
  ["dead_letters", "octet_length(id) + octet_length(letter)"]
] as const

interface Counted {
  keys: number
  bytes: number
}

/** **Fails with** `StoreUnavailable`. */
export const sizeOf = (
  db: DatabaseSync,
  prefixes: ReadonlyArray<string>
): Effect.Effect<StorageSize, StoreUnavailable> => {
  const under = db.prepare(
    `SELECT key, octet_length(key) + octet_length(value) + ${ENTRIES} AS bytes
     FROM documents WHERE key >= ? AND key < ? AND ${ALIVE} ORDER BY key LIMIT ${PORTION + 1}`
  )
  const pragma = (name: string): number => Number(db.prepare(`PRAGMA ${name}`).get()?.[name])
  const look = <A>(body: (now: number) => A) =>
    Clock.currentTimeMillis.pipe(
      Effect.flatMap((now) => attempt("size", () => body(now))),
      Effect.tap(Effect.yieldNow)
    )

  const own = Effect.fnUntraced(function* (counted: Counted) {
    for (const [table, bytes] of OWN_TABLES) {
      const some = db.prepare(
        `SELECT rowid AS row, ${bytes} AS bytes FROM ${table} WHERE rowid > ? AND ${ALIVE} ORDER BY rowid LIMIT ${PORTION}`
      )
      for (let after = 0, more = true; more;) {
        const from = after
        const rows = yield* look((now) => some.all(from, now))
        for (const row of rows) counted.bytes += Number(row["bytes"])
        counted.keys += rows.length
        after = Number(rows.at(-1)?.["row"] ?? 0)
        more = rows.length === PORTION
      }
    }
  })

  return Effect.gen(function* () {
    const counted = new Map(prefixes.map((prefix): [string, Counted] => [prefix, { keys: 0, bytes: 0 }]))
    for (const root of rootsOf(prefixes)) {
      for (let from: string | null = root; from !== null;) {
        const at: string = from
        const [rows, next] = yield* look((now) => cut(under.all(at, pastPrefix(root), now), PORTION))
        for (const row of rows) {
          const of = counted.get(longestPrefix(prefixes, String(row["key"])) ?? "")
          if (of === undefined) continue
          of.keys++
          of.bytes += Number(row["bytes"])
        }
        from = next
      }
    }
    const runtime = counted.get(RUNTIME_PREFIX)
    if (runtime !== undefined) yield* own(runtime)
    const usedBytes = yield* look(() => pragma("page_count") * pragma("page_size"))
    return { prefixes: [...counted].map(([prefix, of]) => ({ prefix, ...of })), usedBytes, limitBytes: null }
  })
}
