/** The job of the retention actor: what it says and counts, when it warns, and what it does when the store fails in the middle. */
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Logger from "effect/Logger"
import * as Metric from "effect/Metric"
import * as References from "effect/References"
import * as TestClock from "effect/testing/TestClock"
import { type CleanUpSettings, cleanUp, cleanUpJobs } from "#capabilities/CleanUp.ts"
import * as Metrics from "#capabilities/CleanUpMetrics.ts"
import { address } from "#domain/ActorAddress.ts"
import { sumOf, type StorageSize } from "#domain/RetentionReport.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { Housekeeping, type HousekeepingService } from "#runtime/ports/Housekeeping.ts"
import { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { layer as memory } from "#stores/memory/MemoryStore.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { rules } from "#test/stores/CleanUpContract.ts"
import { text, write } from "#test/stores/HousekeepingContract.ts"

const NOW = Date.UTC(2026, 10, 20, 3)
const MB = 1024 * 1024
const away = new StoreUnavailable({ store: "memory", operation: "page", reason: "connection" })

/** One message's author without a time to live for each id, and the job over them as a real attempt runs it. */
const run = (options: {
  readonly ids: ReadonlyArray<string>
  readonly dryRun?: boolean
  readonly settings?: Partial<CleanUpSettings>
  readonly wrap?: (keeping: HousekeepingService) => Partial<HousekeepingService>
}) =>
  Effect.gen(function* () {
    const { dryRun = false, ids, settings, wrap = () => ({}) } = options
    yield* TestClock.setTime(NOW)
    const lines: Array<string> = []
    const logger = Logger.make(({ fiber, logLevel, message }) => {
      const notes = fiber.getRef(References.CurrentLogAnnotations)
      lines.push(`${logLevel} ${String(message)} ${JSON.stringify(notes)}`)
    })
    yield* write(yield* ActorStore, ...ids.map((id) => text(`ash:message:${id}`, "1:2")))
    const keeping = yield* Housekeeping
    const { cleanUp: job } = cleanUpJobs({ rules, warnBytes: null, ...settings })
    const call = { params: { dryRun }, address: address("retention", "main"), idempotencyKey: "k", attempt: 1 }
    const running = yield* Effect.forkChild(
      job
        .run({ ...call, requestedAt: NOW, emit: () => Effect.void })
        .pipe(
          Effect.provideService(Housekeeping, { ...keeping, ...wrap(keeping) }),
          Effect.provide(Logger.layer([logger])),
          Effect.result
        ),
      { startImmediately: true }
    )
    yield* TestClock.adjust("1 minute")
    return { lines, result: yield* Fiber.join(running) }
  }).pipe(Effect.provide(memory))

const given = Effect.map(
  Metric.value(Metric.withAttributes(Metrics.keys, { data_type: "message_authors", outcome: "ttl_given" })),
  ({ count }) => count
)
const sized = (size: Partial<StorageSize>) => () => ({
  size: () => Effect.succeed({ prefixes: [], usedBytes: null, limitBytes: null, ...size })
})

describe("the clean-up job", () => {
  it.effect("says what it did in one line of counts, and counts it (M51)", () =>
    Effect.gen(function* () {
      const before = yield* given
      const { lines, result } = yield* run({ ids: ["987654321", "987654322"] })
      expect(result).toMatchObject({ _tag: "Success", success: { dryRun: false, startedAt: NOW } })
      expect(lines).toHaveLength(1)
      expect(lines[0]).toMatch(
        /^Info .*2 keys looked at: 0 removed, 0 entries trimmed, 2 given a time to live, 0 refused/
      )
      expect(lines[0]).toContain("message_authors")
      expect(lines.join()).not.toContain("98765432")
      expect((yield* given) - before).toBe(2)
      expect((yield* Metric.value(Metrics.finishedAt)).value).toBeGreaterThanOrEqual(NOW / 1000)
    })
  )

  it.effect("counts nothing of a dry run, and says that it was one", () =>
    Effect.gen(function* () {
      const before = yield* given
      const { lines, result } = yield* run({ ids: ["1"], dryRun: true })
      expect(result).toMatchObject({ success: { dryRun: true, dataTypes: { message_authors: { ttlGiven: 1 } } } })
      expect(lines[0]).toContain(`"dryRun":true`)
      expect(yield* given).toEqual(before)
    })
  )

  it.effect.each<[Partial<StorageSize>, number | null, ReadonlyArray<string>]>([
    [{ usedBytes: 79 * MB, limitBytes: 100 * MB }, null, []],
    [{ usedBytes: 81 * MB, limitBytes: 100 * MB }, null, ["81 MB used of 100 MB"]],
    [{ usedBytes: 81 * MB, limitBytes: null }, null, []],
    [{ usedBytes: 50 * MB }, 50 * MB, []],
    [{ usedBytes: 51 * MB }, 50 * MB, ["BOT_RETENTION_STORAGE_WARN_MB is 50 MB"]],
    [{ usedBytes: 95 * MB, limitBytes: 100 * MB }, 90 * MB, ["95 MB used of 100 MB", "BOT_RETENTION_STORAGE_WARN_MB"]],
    [{ prefixes: [{ prefix: "ash:", keys: 1, bytes: 3 * MB }] }, 2 * MB, ["3 MB used"]],
    [{ prefixes: [{ prefix: "ash:", keys: 1, bytes: null }] }, 2 * MB, []]
  ])("warns of a store that fills up: %j, %s (M54)", ([size, warnBytes, warnings]) =>
    Effect.gen(function* () {
      const { lines } = yield* run({ ids: [], settings: { warnBytes }, wrap: sized(size) })
      const told = lines.filter((line) => line.startsWith("Warn"))
      expect(told).toEqual(warnings.map((warning) => expect.stringContaining(warning)))
    })
  )

  it.effect("waits out a store that is away for a moment, in the middle of its work", () =>
    Effect.gen(function* () {
      const calls = { page: 0, apply: 0 }
      const { result } = yield* run({
        ids: Array.from({ length: 600 }, (_, i) => `${i + 1}`),
        wrap: ({ apply, page }) => ({
          page: (asked) => Effect.suspend(() => (++calls.page === 2 ? Effect.fail(away) : page(asked))),
          apply: (changes, options) =>
            Effect.suspend(() => (++calls.apply === 2 ? Effect.fail(away) : apply(changes, options)))
        })
      })
      expect(result).toMatchObject({ success: { dataTypes: { message_authors: { seen: 600, ttlGiven: 600 } } } })
      expect(calls.page).toBeGreaterThan(3)
    })
  )

  it.effect("gives the attempt up when the store stays away, to be tried again, and says no word of a key", () =>
    Effect.gen(function* () {
      const { lines, result } = yield* run({ ids: ["987654321"], wrap: () => ({ apply: () => Effect.fail(away) }) })
      expect(result).toMatchObject({ _tag: "Failure", failure: { code: "store_unavailable", retry: true } })
      expect(`${JSON.stringify(result)}${lines.join()}`).not.toContain("987654321")
    })
  )

  it.effect("counts what the store refuses, and goes on", () =>
    Effect.gen(function* () {
      const { result } = yield* run({
        ids: ["1", "2", "3"],
        wrap: ({ apply }) => ({
          apply: (changes, options) => Effect.map(apply(changes, options), ([, ...rest]) => [null, ...rest])
        })
      })
      expect(result).toMatchObject({ success: { dataTypes: { message_authors: { seen: 3, ttlGiven: 2, failed: 1 } } } })
    })
  )

  it.effect("counts ages by the store's clock: a node in the next century removes nothing", () =>
    Effect.gen(function* () {
      yield* TestClock.setTime(NOW)
      const store = yield* ActorStore
      const alert = { alert_id: "alert_a", severity: "high", alert_created_at: "2026-11-19T00:00:00Z" }
      yield* write(store, text("ash:metrics:alert:alert_a", JSON.stringify(alert)))
      const keeping = yield* Housekeeping
      const store2026: HousekeepingService = {
        ...keeping,
        page: (asked) => Effect.map(keeping.page(asked), (page) => ({ ...page, now: NOW }))
      }
      yield* TestClock.setTime(Date.UTC(2126, 0, 1))
      const report = yield* cleanUp({ rules, dryRun: false }).pipe(Effect.provideService(Housekeeping, store2026))
      expect(sumOf(report)).toMatchObject({ seen: 1, removed: 0, ttlGiven: 1 })
      expect(report.startedAt).toBe(NOW)
    }).pipe(Effect.provide(memory))
  )
})
