/**
 * How much Redis holds: keys are counted by `SCAN`, a portion at a time; their bytes are estimated from a sample, because
 * asking for each would take longer than cleaning up. An account that may not ask is told `null`.
 */
import * as Effect from "effect/Effect"
import { longestPrefix, rootsOf } from "#domain/Retention.ts"
import type { StorageSize } from "#domain/RetentionReport.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import type { Connection } from "./Connection.ts"
import { literal } from "./Glob.ts"

/** Keys that one call looks at, about. */
const COUNT = 128

/** Keys per prefix whose bytes are asked for. SCAN hands keys out in the order of their hashes: the first are any. */
const SAMPLE = 100

interface Counted {
  keys: number
  readonly sample: Array<string>
}

const memory = (connection: Connection) =>
  connection
    .call("size", (redis) => redis.info("memory").catch(() => ""))
    .pipe(
      Effect.map((info) => {
        const number = (name: string): number | null => {
          const found = new RegExp(`^${name}:([0-9]+)`, "m").exec(info)?.[1]
          return found === undefined ? null : Number(found)
        }
        // No limit is written as 0.
        return { usedBytes: number("used_memory"), limitBytes: number("maxmemory") || null }
      })
    )

const bytesOf = (connection: Connection, { keys, sample }: Counted): Effect.Effect<number | null, StoreUnavailable> =>
  connection.call("size", async (redis) => {
    const pipeline = redis.pipeline()
    for (const key of sample) pipeline.memory("USAGE", key, "SAMPLES", 5)
    const sizes = ((await pipeline.exec()) ?? []).flatMap(([, size]) => (typeof size === "number" ? [size] : []))
    if (keys === 0) return 0
    return sizes.length === 0 ? null : Math.round((sizes.reduce((sum, size) => sum + size, 0) / sizes.length) * keys)
  })

/** **Fails with** `StoreUnavailable`. */
export const sizeOf = (
  connection: Connection,
  prefixes: ReadonlyArray<string>
): Effect.Effect<StorageSize, StoreUnavailable> =>
  Effect.gen(function* () {
    const counted = new Map(prefixes.map((prefix): [string, Counted] => [prefix, { keys: 0, sample: [] }]))
    for (const root of rootsOf(prefixes)) {
      let cursor = "0"
      do {
        const from = cursor
        const [next, keys] = yield* connection.call("size", (redis) =>
          redis.scan(from, "MATCH", `${literal(root)}*`, "COUNT", COUNT)
        )
        for (const key of keys) {
          const of = counted.get(longestPrefix(prefixes, key) ?? "")
          if (of === undefined) continue
          of.keys++
          if (of.sample.length < SAMPLE) of.sample.push(key)
        }
        cursor = next
      } while (cursor !== "0")
    }
    const sizes = yield* Effect.forEach(counted, ([prefix, of]) =>
      Effect.map(bytesOf(connection, of), (bytes) => ({ prefix, keys: of.keys, bytes }))
    )
    return { prefixes: sizes, ...(yield* memory(connection)) }
  })
