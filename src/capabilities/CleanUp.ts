/**
 * Cleaning up: looks through every key under the rules' prefixes, a page at a time, and changes what its rule says. It keeps
 * no place to go on from: from the beginning again is harmless, and what an attempt has done is done. Ages are counted by
 * the store's clock, so a node whose clock has jumped removes nothing.
 *
 * Logs and metrics hold counts by data type: never a key, because keys name people.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import { judge, type RetentionChange, type RetentionRule, rootsOf, ruleOf, type Shape } from "#domain/Retention.ts"
import {
  type CleanUpReport,
  type DataTypeCounts,
  type RetentionEffects,
  RUNTIME_PREFIX,
  type StorageSize,
  sumOf
} from "#domain/RetentionReport.ts"
import type { EffectHandler } from "#runtime/EffectHandler.ts"
import { Housekeeping, type KeyPage } from "#runtime/ports/Housekeeping.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { storeFailed } from "./Capability.ts"
import * as Metrics from "./CleanUpMetrics.ts"

/** Keys of a page, about. */
const PAGE = 128

/** Share of what the store may use from which a warning is due. */
const NEARLY_FULL = 0.8

const MEGABYTE = 1024 * 1024

/** What has been done so far. */
export type CleanUpProgress = Pick<CleanUpReport, "dataTypes" | "unknownKeys">

export interface CleanUpOptions {
  readonly rules: ReadonlyArray<RetentionRule>
  /** Changes nothing, and says what it would change. */
  readonly dryRun: boolean
  /** Told after every page. */
  readonly onProgress?: (progress: CleanUpProgress) => Effect.Effect<void>
}

/**
 * Looks through everything once and answers what was done. **Fails with** `StoreUnavailable` when the store stays away;
 * what was done until then stays done.
 */
export const cleanUp = Effect.fnUntraced(function* ({
  dryRun,
  onProgress,
  rules
}: CleanUpOptions): Effect.fn.Return<CleanUpReport, StoreUnavailable, Housekeeping> {
  const keeping = yield* Housekeeping
  const began = yield* Clock.currentTimeMillis
  const tally = new Tally(rules)
  const shapeOf = (key: string): Shape | null => ruleOf(rules, key)?.shape ?? null
  let startedAt: number | null = null

  const work = Effect.fnUntraced(function* (page: KeyPage) {
    const changes = tally.saw(page)
    if (changes.length > 0) tally.did(changes, yield* patiently(keeping.apply(changes, { dryRun })))
    if (onProgress !== undefined) yield* onProgress(tally.progress())
  })

  for (const prefix of rootsOf(rules.map(({ prefix }) => prefix))) {
    let cursor: string | null = null
    do {
      const page: KeyPage = yield* patiently(keeping.page({ prefix, cursor, count: PAGE, shapeOf }))
      startedAt ??= page.now
      yield* work(page)
      cursor = page.cursor
      yield* Effect.yieldNow
    } while (cursor !== null)
  }

  const storage = yield* patiently(keeping.size([...new Set(rules.map(({ prefix }) => prefix)), RUNTIME_PREFIX]))
  const took = (yield* Clock.currentTimeMillis) - began
  const from = startedAt ?? began
  return { dryRun, startedAt: from, endedAt: from + took, ...tally.progress(), storage }
})

/** A page or a change that failed is sent again: both are harmless when repeated. */
const patiently = <A>(call: Effect.Effect<A, StoreUnavailable>): Effect.Effect<A, StoreUnavailable> =>
  Effect.retry(call, { schedule: Schedule.exponential("200 millis"), times: 5 })

const COUNTED = { remove: "removed", trim: "trimmed", expire: "ttlGiven" } as const

/** Counts by data type while pages come in. */
class Tally {
  readonly #rules: ReadonlyArray<RetentionRule>
  readonly #counts: Map<string, { -readonly [Count in keyof DataTypeCounts]: number }>
  #unknown = 0

  constructor(rules: ReadonlyArray<RetentionRule>) {
    this.#rules = rules
    this.#counts = new Map(rules.map(({ dataType }) => [dataType, { ...NOTHING }]))
  }

  /** What is to be changed of a page. */
  saw({ keys, now, unknown }: KeyPage): ReadonlyArray<RetentionChange> {
    this.#unknown += unknown
    return keys.flatMap((found) => {
      const rule = ruleOf(this.#rules, found.key)
      if (rule === null) return []
      this.#of(found.key).seen++
      return judge(rule, found, now)
    })
  }

  did(changes: ReadonlyArray<RetentionChange>, outcomes: ReadonlyArray<number | null>): void {
    for (const [index, { key, op }] of changes.entries()) {
      const outcome = outcomes[index] ?? null
      if (outcome === null) this.#of(key).failed++
      else this.#of(key)[COUNTED[op]] += outcome
    }
  }

  progress(): CleanUpProgress {
    const dataTypes = Object.fromEntries([...this.#counts].map(([dataType, counts]) => [dataType, { ...counts }]))
    return { dataTypes, unknownKeys: this.#unknown }
  }

  #of(key: string) {
    return this.#counts.get(ruleOf(this.#rules, key)?.dataType ?? "") ?? { ...NOTHING }
  }
}

const NOTHING: DataTypeCounts = { seen: 0, removed: 0, trimmed: 0, ttlGiven: 0, failed: 0 }

export interface CleanUpSettings {
  readonly rules: ReadonlyArray<RetentionRule>
  /** A warning is due when more is used; `null` = never for that reason. */
  readonly warnBytes: number | null
}

/** Handlers of the retention actor. **Delivery**: at least once, harmless when repeated; each attempt starts anew. */
export const cleanUpJobs = ({
  rules,
  warnBytes
}: CleanUpSettings): {
  readonly cleanUp: EffectHandler<
    RetentionEffects["cleanUp"]["input"],
    RetentionEffects["cleanUp"]["output"],
    Housekeeping
  >
} => ({
  cleanUp: {
    run: ({ params: { dryRun } }) =>
      cleanUp({ rules, dryRun }).pipe(
        Effect.tap((report) => Effect.andThen(tell(report), warn(report.storage, warnBytes))),
        Effect.mapError(storeFailed)
      ),
    timeout: "12 hours",
    maxAttempts: 20,
    backoff: "30 seconds",
    maxBackoff: "10 minutes"
  }
})

/** One line, and the metrics. */
const tell = Effect.fnUntraced(function* (report: CleanUpReport) {
  const { dryRun, endedAt, startedAt, storage, unknownKeys } = report
  const { failed, removed, seen, trimmed, ttlGiven } = sumOf(report)
  const did = `${removed} removed, ${trimmed} entries trimmed, ${ttlGiven} given a time to live, ${failed} refused`
  const changed = Object.entries(report.dataTypes).filter(([, { seen, ...counts }]) =>
    Object.values(counts).some((count) => count > 0)
  )
  yield* Effect.logInfo(`retention: ${seen} keys looked at: ${did}`).pipe(
    Effect.annotateLogs({
      dryRun,
      seconds: (endedAt - startedAt) / 1000,
      unknownKeys,
      usedBytes: storage?.usedBytes ?? null,
      changed: JSON.stringify(Object.fromEntries(changed))
    })
  )
  if (dryRun) return
  for (const [dataType, { ttlGiven, ...counts }] of Object.entries(report.dataTypes)) {
    for (const [outcome, count] of Object.entries({ ...counts, ttl_given: ttlGiven })) {
      const labels = { data_type: dataType, outcome }
      if (count > 0) yield* Metric.update(Metric.withAttributes(Metrics.keys, labels), count)
    }
  }
  yield* Metric.update(Metrics.finishedAt, Math.round(endedAt / 1000))
})

/** Says when the store fills up (M54). */
const warn = Effect.fnUntraced(function* (storage: StorageSize | null, warnBytes: number | null) {
  if (storage === null) return
  const { limitBytes, prefixes } = storage
  const usedBytes = storage.usedBytes ?? prefixes.reduce((sum, { bytes }) => sum + (bytes ?? 0), 0)
  yield* Metric.update(Metrics.storage, usedBytes)
  const megabytes = (bytes: number): string => `${Math.round(bytes / MEGABYTE)} MB`
  if (limitBytes !== null && usedBytes > NEARLY_FULL * limitBytes) {
    yield* Effect.logWarning(`storage: ${megabytes(usedBytes)} used of ${megabytes(limitBytes)} that the store may use`)
  }
  if (warnBytes !== null && usedBytes > warnBytes) {
    yield* Effect.logWarning(
      `storage: ${megabytes(usedBytes)} used, BOT_RETENTION_STORAGE_WARN_MB is ${megabytes(warnBytes)}`
    )
  }
})
