/** Walks through the keys under a prefix in the order of bytes, a portion of rows at a time. */
import type { SQLOutputValue } from "node:sqlite"

/** The first text that is no longer under the prefix. Prefixes are ASCII. */
export const pastPrefix = (prefix: string): string =>
  prefix.slice(0, -1) + String.fromCharCode(prefix.charCodeAt(prefix.length - 1) + 1)

/** Of one row more than a portion: the portion, and the key at which the next one begins; `null` = there is none. */
export const cut = <R extends Record<string, SQLOutputValue>>(
  rows: ReadonlyArray<R>,
  portion: number
): readonly [ReadonlyArray<R>, string | null] => {
  const next = rows[portion]?.["key"]
  return [rows.slice(0, portion), next === undefined ? null : String(next)]
}
