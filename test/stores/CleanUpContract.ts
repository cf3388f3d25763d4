/**
 * A night of cleaning up over a whole store: what Ash's turns wrote long ago and lately, keys of older services, and keys of
 * strangers. What must go goes, every relevant key has a time to live afterwards, and nothing else is touched (M48, M49).
 */
import * as Effect from "effect/Effect"
import { type CleanUpProgress, cleanUp } from "#capabilities/CleanUp.ts"
import { alertMetricsKey, alertsOfDayKey, dayOf, isoSecond } from "#domain/ash/AlertMetrics.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { historyKey, storeInHistory } from "#domain/ash/History.ts"
import { defaultReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { ashRetentionRules, retentionTerms } from "#domain/ash/RetentionRules.ts"
import { conversationRetentionRules } from "#domain/conversation/RetentionRules.ts"
import type { Projection } from "#domain/Projection.ts"
import { sumOf } from "#domain/RetentionReport.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { Housekeeping, type HousekeepingService } from "#runtime/ports/Housekeeping.ts"
import { describe, expect } from "#test/harness/effect.ts"
import { add, append, DAY_MS } from "./Commits.ts"
import { type KeptStore, testKept, text, write } from "./HousekeepingContract.ts"
import { timeOf } from "./StoreUnderTest.ts"

const policy = defaultAshPolicy
export const rules = [
  ...ashRetentionRules(retentionTerms(policy, defaultReportPolicy, 7 * DAY_MS)),
  ...conversationRetentionRules
]

/** Nothing is written at the very edge of a limit: some stores have a clock that goes on. */
const MARGIN_MS = 60_000
const YEAR_MS = 365 * DAY_MS

/** Stored at once, as a member's turn does. */
const said = (guildId: string, userId: string, messageId: string, at: number): ReadonlyArray<Projection> =>
  storeInHistory(
    { guildId, userId },
    { messageId, channelId: "5", text: `said in ${messageId}`, at, editedAt: null, sensitivity: 1, origin: "channel" },
    { score: 0.5, severity: "low" },
    policy.history,
    at
  )

const alert = (id: string, createdAt: number, ttlMs: number | null): Projection => {
  const metrics = { alert_id: id, severity: "high", alert_created_at: isoSecond(createdAt) }
  return text(alertMetricsKey(id), JSON.stringify(metrics), ttlMs)
}

const clean = (keeping: HousekeepingService, dryRun = false) =>
  cleanUp({ rules, dryRun }).pipe(Effect.provideService(Housekeeping, keeping))

/** All keys, with what of them cleaning up could change. */
const everything = Effect.fnUntraced(function* (keeping: HousekeepingService) {
  const found: Record<string, { readonly expires: boolean; readonly says: unknown }> = {}
  for (const prefix of ["ash:", "foreign:", "sms:", "conversation:", "user:"]) {
    let cursor: string | null = null
    do {
      const page: Effect.Success<ReturnType<HousekeepingService["page"]>> = yield* keeping.page({
        ...{ prefix, cursor, count: 50 },
        shapeOf: (key) => (/history|alerts:/.test(key) ? "sortedSet" : key.includes("notes") ? "list" : "text")
      })
      for (const { key, lowest, text, ttlMs } of page.keys)
        found[key] = { expires: ttlMs !== null, says: text ?? lowest }
      cursor = page.cursor
    } while (cursor !== null)
  }
  return found
})

/** What a year of service, its bugs and its predecessors leave behind. */
const aYear = Effect.fnUntraced(function* (store: ActorStoreService) {
  const now = yield* timeOf(store)
  const ago = (days: number): number => now - days * DAY_MS - MARGIN_MS
  const iso = (days: number): string => new Date(ago(days)).toISOString()
  yield* write(
    store,
    ...[alert("alert_old", ago(90), 5 * DAY_MS), alert("alert_young", ago(80), 10 * DAY_MS)],
    ...[alert("alert_kept", ago(10), null), text("ash:metrics:alert:alert_broken", "{", null)],
    add(ago(90) / 1000, "alert_old", { key: alertsOfDayKey(dayOf(ago(90))), ttlMs: DAY_MS }),
    add(ago(1) / 1000, "alert_new", { key: alertsOfDayKey(dayOf(ago(1))) }),
    ...[text("ash:metrics:alert_lookup:1", "alert_old"), text("ash:message:2", "1:2", DAY_MS)],
    text(`ash:metrics:daily:${dayOf(now - YEAR_MS - 2 * DAY_MS)}`, "{}", 10 * DAY_MS),
    text(`ash:metrics:daily:${dayOf(now - YEAR_MS + 2 * DAY_MS)}`, "{}"),
    text("ash:session:meta:2-old", JSON.stringify({ ended_at: iso(30) }), DAY_MS),
    text("ash:session:meta:2-new", JSON.stringify({ ended_at: iso(1) })),
    append(
      [{ at: iso(60) }, { at: iso(31) }].map((note) => JSON.stringify(note)),
      { key: "ash:session:notes:2-old" }
    ),
    append(
      [{ at: iso(60) }, { at: iso(1) }].map((note) => JSON.stringify(note)),
      { key: "ash:session:notes:2-new" }
    ),
    text("ash:optout:1", JSON.stringify({ opted_out_at: iso(400), until: null, by: "1" })),
    text("ash:optout:2", JSON.stringify({ opted_out_at: iso(31), until: iso(1), by: "1" })),
    text("ash:optout:3", "1"),
    text("ash:followup:last:2", JSON.stringify({ session_id: "x", asked_at: iso(31) })),
    text("ash:pending_alert:9", JSON.stringify({ due_at: iso(0) })),
    ...[text("foreign:1", "1"), text("ash:unheard:of", "1"), text("ash:history:not:ours", "1"), text("user:+1", "1")],
    ...[text("sms:blocked:+12125551234", "{}"), text("conversation:+12125551234", "{}"), text("conversation:main", "")]
  )
  yield* write(store, ...said("1", "7", "71", ago(8)), ...said("1", "7", "72", ago(6)))
  return now
})

/** Runs the suite over one store. */
export const cleanUpContract = (name: string, under: KeptStore): void => {
  const test = testKept(under)

  describe(`${name}: cleaning up`, () => {
    test("takes what has had its time, gives a time to live to the rest, and leaves strangers alone", (store, keeping) =>
      Effect.gen(function* () {
        yield* aYear(store)
        const before = yield* everything(keeping)
        const report = yield* clean(keeping)
        const after = yield* everything(keeping)
        const gone = Object.keys(before).filter((key) => after[key] === undefined)
        const now = yield* timeOf(store)
        expect(gone.toSorted()).toEqual(
          [
            ...["ash:followup:last:2", "ash:metrics:alert:alert_old", "ash:optout:2", "ash:session:meta:2-old"],
            ...["ash:session:notes:2-old", alertsOfDayKey(dayOf(now - 90 * DAY_MS - MARGIN_MS))],
            `ash:metrics:daily:${dayOf(now - YEAR_MS - 2 * DAY_MS)}`
          ].toSorted()
        )
        expect(
          Object.keys(after)
            .filter((key) => after[key]?.expires === false)
            .toSorted()
        ).toEqual([
          ...["ash:history:not:ours", "ash:optout:1", "ash:unheard:of", "conversation:main", "foreign:1"],
          ...["sms:blocked:+12125551234", "user:+1"]
        ])
        for (const [key, { says }] of Object.entries(after)) {
          if (key !== historyKey("1", "7")) expect(says).toEqual(before[key]?.says)
        }
        expect(report.dataTypes).toMatchObject({
          message_history: { seen: 1, removed: 0, trimmed: 1, ttlGiven: 0, failed: 0 },
          message_authors: { seen: 3, removed: 0, ttlGiven: 0 },
          alert_metrics: { seen: 4, removed: 1, trimmed: 0, ttlGiven: 2, failed: 0 },
          alert_index: { seen: 2, removed: 0, trimmed: 1, ttlGiven: 1, failed: 0 },
          alert_lookups: { seen: 1, ttlGiven: 1 },
          daily_aggregates: { seen: 2, removed: 1, ttlGiven: 1 },
          session_data: { seen: 2, removed: 1, ttlGiven: 1 },
          session_notes: { seen: 2, removed: 1, ttlGiven: 1 },
          opt_outs: { seen: 3, removed: 1, ttlGiven: 1 },
          follow_ups: { seen: 1, removed: 1, ttlGiven: 0 },
          pending_alerts: { seen: 1, removed: 0, ttlGiven: 1 },
          conversations: { seen: 1, ttlGiven: 1 }
        })
        expect(report).toMatchObject({ dryRun: false, unknownKeys: 3 })
        expect(report.storage?.prefixes.find(({ prefix }) => prefix === "ash:metrics:alert:")?.keys).toBe(3)
        expect(report.storage?.prefixes.find(({ prefix }) => prefix === "tardigrade:")).toBeDefined()
        expect(Math.abs(report.startedAt - now)).toBeLessThan(60_000)
        expect(report.endedAt).toBeGreaterThanOrEqual(report.startedAt)
      }))

    test("twice does nothing the second time", (store, keeping) =>
      Effect.gen(function* () {
        yield* aYear(store)
        const first = sumOf(yield* clean(keeping))
        expect(first).toMatchObject({ removed: 6, trimmed: 2, ttlGiven: 10, failed: 0 })
        const before = yield* everything(keeping)
        const second = sumOf(yield* clean(keeping))
        expect(second).toEqual({ seen: first.seen - 7, removed: 0, trimmed: 0, ttlGiven: 0, failed: 0 })
        expect(yield* everything(keeping)).toEqual(before)
      }))

    test("as a dry run changes nothing and says what the real one then does", (store, keeping) =>
      Effect.gen(function* () {
        yield* aYear(store)
        const before = yield* everything(keeping)
        const dry = yield* clean(keeping, true)
        expect(yield* everything(keeping)).toEqual(before)
        const real = yield* clean(keeping)
        expect(dry.dryRun).toBe(true)
        expect(dry.dataTypes).toEqual(real.dataTypes)
      }))

    test("takes an entry of eight days and leaves the key its fourteen (C1)", (store, keeping) =>
      Effect.gen(function* () {
        const now = yield* timeOf(store)
        const key = historyKey("1", "2")
        yield* write(store, ...said("1", "2", "11", now - 8 * DAY_MS))
        yield* write(store, ...said("1", "2", "12", now - 6 * DAY_MS))
        const read = () => store.readSortedSet(key, { limit: 10, minScore: (now - 7 * DAY_MS) / 1000 })
        expect((yield* read()).length).toBe(1)
        expect((yield* store.readSortedSet(key, { limit: 10 })).length).toBe(2)
        yield* clean(keeping)
        const left = yield* store.readSortedSet(key, { limit: 10 })
        expect(left.map(({ member }) => JSON.parse(member).message_id)).toEqual(["12"])
        const { keys } = yield* keeping.page({ prefix: key, cursor: null, count: 9, shapeOf: () => "sortedSet" })
        expect(keys[0]?.ttlMs).toBeGreaterThan(14 * DAY_MS - 60_000)
        expect(keys[0]?.ttlMs).toBeLessThanOrEqual(14 * DAY_MS)
      }))

    test("lets what is written between its look and its change live", (store, keeping) =>
      Effect.gen(function* () {
        const now = yield* timeOf(store)
        const old = now - 91 * DAY_MS
        yield* write(store, alert("alert_a", old, null), alert("alert_b", old, null), text("ash:optout:1", "1"))
        yield* write(store, add(old / 1000, "old", { key: historyKey("1", "2") }))
        const late: HousekeepingService = {
          ...keeping,
          // Somebody's turn commits just before the change is made.
          apply: (changes, options) =>
            Effect.andThen(
              write(
                store,
                ...[alert("alert_a", now, 90 * DAY_MS), text("ash:optout:1", `{"until":null}`)],
                add(now / 1000, "new", { key: historyKey("1", "2"), ttlMs: DAY_MS })
              ).pipe(Effect.orDie),
              keeping.apply(changes, options)
            )
        }
        const report = yield* clean(late)
        expect(sumOf(report)).toMatchObject({ removed: 1, trimmed: 1, ttlGiven: 0, failed: 0 })
        expect(yield* store.readDocument(alertMetricsKey("alert_a"))).toContain(isoSecond(now))
        expect(yield* store.readDocument(alertMetricsKey("alert_b"))).toBeNull()
        expect((yield* store.readSortedSet(historyKey("1", "2"), { limit: 9 })).map(({ member }) => member)).toEqual([
          "new"
        ])
        expect((yield* everything(keeping))["ash:optout:1"]).toEqual({ expires: false, says: `{"until":null}` })
      }))

    test("tells how far it is, page by page", (store, keeping) =>
      Effect.gen(function* () {
        const keys = Array.from({ length: 900 }, (_, i) => text(`ash:message:${i + 1}`, "1:2"))
        for (let i = 0; i < keys.length; i += 225) yield* write(store, ...keys.slice(i, i + 225))
        const told: Array<CleanUpProgress> = []
        const onProgress = (progress: CleanUpProgress) => Effect.sync(() => void told.push(progress))
        const report = yield* cleanUp({ rules, dryRun: false, onProgress }).pipe(
          Effect.provideService(Housekeeping, keeping)
        )
        expect(told.length).toBeGreaterThan(3)
        const seen = told.map((progress) => sumOf(progress).seen)
        expect(seen).toEqual(seen.toSorted((a, b) => a - b))
        expect(told.at(-1)?.dataTypes).toEqual(report.dataTypes)
        expect(sumOf(report)).toMatchObject({ seen: 900, ttlGiven: 900 })
      }))
  })
}
