/**
 * Some thousand keys as a year of service, its bugs and strangers leave them: of every rule some that have had their time,
 * some that have not, and some that lost their time to live. Each says what a clean-up must make of it.
 */
import { isDeepStrictEqual } from "node:util"
import * as Effect from "effect/Effect"
import type { Projection } from "#domain/Projection.ts"
import type { FoundKey, Shape } from "#domain/Retention.ts"
import type { HousekeepingService, KeyPage } from "#runtime/ports/Housekeeping.ts"
import type { ProcessOptions, ProcessWorld } from "#test/harness/ProcessWorld.ts"
import { storeProjections } from "#test/harness/StoredActor.ts"

const DAY = 86_400_000

/** `trimmed`: loses its first entry and nothing else. `given`: a time to live, and stays as it is. */
export type Fate = "goes" | "stays" | "trimmed" | "given"

interface Stored {
  readonly key: string
  readonly shape: Exclude<Shape, "other">
  readonly values: ReadonlyArray<string>
  /** Of each value; sorted sets only. */
  readonly scores?: ReadonlyArray<number>
  readonly ttlMs: number | null
  readonly fate: Fate
}

const text = (key: string, value: unknown, ttlMs: number | null, fate: Fate): Stored => ({
  ...{ key, shape: "text", values: [JSON.stringify(value)], ttlMs, fate }
})

const projectionsOf = ({ key, scores = [], shape, ttlMs, values }: Stored): ReadonlyArray<Projection> => {
  if (shape === "text") return [{ op: "put", key, value: values[0] ?? "", ttlMs }]
  if (shape === "list") return [{ op: "appendToList", key, values, keep: null, ttlMs }]
  return values.map((member, nth) => ({
    ...{ op: "addToSortedSet", key, score: scores[nth] ?? 0, member, ttlMs },
    ...{ keep: null, minScore: null, replaces: null }
  }))
}

/** `each` keys of every kind and fate. */
const stored = (each: number, now: number): ReadonlyArray<Stored> => {
  const ago = (days: number): number => now - days * DAY
  const iso = (days: number): string => new Date(ago(days)).toISOString()
  const date = (days: number): string => iso(days).slice(0, 10)
  const numbers = Array.from({ length: each }, (_, nth) => nth)
  const alert = (days: number) => ({ alert_id: "alert_a", severity: "high", alert_created_at: iso(days) })
  const heard = (days: number) => JSON.stringify({ message: `${days} days ago`, timestamp: iso(days) })
  const set = (key: string, days: ReadonlyArray<number>, ttlMs: number | null, fate: Fate): Stored => ({
    ...{ key, shape: "sortedSet", ttlMs, fate },
    ...{ values: days.map(heard), scores: days.map((day) => ago(day) / 1000) }
  })
  const notes = (key: string, days: ReadonlyArray<number>, ttlMs: number | null, fate: Fate): Stored => ({
    ...{ key, shape: "list", ttlMs, fate, values: days.map((day) => JSON.stringify({ at: iso(day) })) }
  })
  const session = (days: number) => ({ ended_at: iso(days) })
  return numbers.flatMap((n) => [
    // Live history: the key lives 14 days from the last message, an entry 7.
    set(`ash:history:1:${n}`, [13, 6, 1], 14 * DAY, "trimmed"),
    set(`ash:history:2:${n}`, [8, 7.5], 6 * DAY, "goes"),
    set(`ash:history:3:${n}`, [6, 1], null, "given"),
    set(`ash:metrics:alerts:${date(91 + n)}`, [91 + n], DAY, "goes"),
    ...(n < 80 ? [set(`ash:metrics:alerts:${date(n)}`, [n], 9 * DAY, "stays")] : []),
    text(`ash:message:1${n}`, "1:2", DAY, "stays"),
    text(`ash:message:2${n}`, "1:2", null, "given"),
    text(`ash:metrics:alert:alert_old${n}`, alert(91), 5 * DAY, "goes"),
    text(`ash:metrics:alert:alert_young${n}`, alert(80), 10 * DAY, "stays"),
    text(`ash:metrics:alert:alert_kept${n}`, alert(10), null, "given"),
    text(`ash:metrics:alert_lookup:${n}`, `alert_old${n}`, null, "given"),
    text(`ash:metrics:daily:${date(367 + n)}`, {}, 5 * DAY, "goes"),
    text(`ash:metrics:daily:${date(n)}`, {}, null, "given"),
    text(`ash:session:meta:${n}-old`, session(31), DAY, "goes"),
    text(`ash:session:meta:${n}-new`, session(1), 29 * DAY, "stays"),
    notes(`ash:session:notes:${n}-old`, [60, 31], null, "goes"),
    notes(`ash:session:notes:${n}-new`, [60, 1], null, "given"),
    text(`ash:followup:last:${n}`, { asked_at: iso(31) }, DAY, "goes"),
    text(`ash:pending_alert:${n}`, { due_at: iso(400) }, DAY, "goes"),
    text(`ash:optout:1${n}`, { until: null }, null, "stays"),
    text(`ash:optout:2${n}`, { until: iso(1) }, DAY, "goes"),
    text(`conversation:+1212555${1000 + n}`, {}, null, "given"),
    text(`conversation:+1212555${1000 + n}:analysis:${"a".repeat(32)}`, {}, 9 * DAY, "stays"),
    text(`recipe-link:${String(n).padStart(32, "0")}`, {}, null, "given"),
    text(`sms:sent:${String(n).padStart(32, "0")}`, {}, null, "given"),
    // Of strangers, some of whom name their keys nearly as we do.
    text(`foreign:metrics:alert:alert_old${n}`, alert(400), null, "stays"),
    text(`ash:unheard:of:${n}`, alert(400), null, "stays"),
    text(`ash:metrics:alert:not ours ${n}`, alert(400), null, "stays"),
    set(`ash:history:not:ours:${n}`, [400], null, "stays"),
    set(`bash:history:1:${n}`, [400], null, "stays"),
    text(`sms:blocked:+1212555${1000 + n}`, {}, null, "stays")
  ])
}

/** A key as it is now. */
interface Seen {
  readonly expires: boolean
  readonly values: ReadonlyArray<string>
}

const PREFIXES = ["ash:", "bash:", "foreign:", "conversation:", "recipe-", "sms:"]

const found = async (keeping: HousekeepingService, shapes: ReadonlyMap<string, Shape>) => {
  const keys: Array<FoundKey> = []
  for (const prefix of PREFIXES) {
    let cursor: string | null = null
    do {
      const page: KeyPage = await Effect.runPromise(
        keeping.page({ prefix, cursor, count: 1000, shapeOf: (key) => shapes.get(key) ?? null })
      )
      keys.push(...page.keys)
      cursor = page.cursor
    } while (cursor !== null)
  }
  return keys
}

/** All that a store holds of what was put into it. */
export interface Retained {
  readonly fates: ReadonlyMap<string, Fate>
  /** As it is now, by key. */
  readonly seen: () => Promise<ReadonlyMap<string, Seen>>
}

/** Fills a store with `each` keys of every kind. */
export const fill = async ({ keeping, store }: ProcessWorld<ProcessOptions>, each: number): Promise<Retained> => {
  const all = stored(each, Date.now())
  await storeProjections(store, all.flatMap(projectionsOf))
  const shapes = new Map(all.map(({ key, shape }) => [key, shape]))
  const entries = (key: string, shape: Shape) =>
    shape === "list"
      ? store.readList(key)
      : Effect.map(store.readSortedSet(key, { limit: 10 }), (found) =>
          found.map(({ member, score }) => `${score} ${member}`).toReversed()
        )
  const seen = async () => {
    const now = await found(keeping, shapes)
    const read = Effect.forEach(now, ({ key, shape, text, ttlMs }) =>
      Effect.map(shape === "text" ? Effect.succeed([text ?? ""]) : entries(key, shape), (values) => {
        const seen: Seen = { expires: ttlMs !== null, values }
        return [key, seen] as const
      })
    )
    return new Map(await Effect.runPromise(read))
  }
  return { fates: new Map(all.map(({ fate, key }) => [key, fate])), seen }
}

/** What a clean-up made of everything, by what it should have: nothing is named that came as it had to. */
export const wrongs = (
  { fates }: Retained,
  before: ReadonlyMap<string, Seen>,
  after: ReadonlyMap<string, Seen>
): ReadonlyArray<string> =>
  [...fates].flatMap(([key, fate]) => {
    const [was, is] = [before.get(key), after.get(key)]
    if (was === undefined) return [`${key} was not there`]
    if (fate === "goes") return is === undefined ? [] : [`${key} should have gone`]
    if (is === undefined) return [`${key} should be there`]
    const values = fate === "trimmed" ? was.values.slice(1) : was.values
    const expires = fate === "given" || was.expires
    return isDeepStrictEqual(is, { expires, values }) ? [] : [`${key} should be ${fate}: ${JSON.stringify(is)}`]
  })

/** How many of the keys that have to go are there still. */
export const leftToGo = ({ fates }: Retained, seen: ReadonlyMap<string, Seen>): number =>
  [...fates].filter(([key, fate]) => fate === "goes" && seen.has(key)).length
