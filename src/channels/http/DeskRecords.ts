/**
 * Reads what is stored of alerts and days: the index of a day, the records of its alerts, its document. Counted anew from
 * the records, so that a document somebody wrote wrongly does no harm (C27); where the records have expired, the document
 * of the day stands for them.
 */
import * as Effect from "effect/Effect"
import { type AlertMetrics, alertMetricsKey, alertsOfDayKey, parseAlertMetrics } from "#domain/ash/AlertMetrics.ts"
import { emptyDay, parseDayMetrics } from "#domain/ash/DayDocument.ts"
import { type DayMetrics, dayMetrics, dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"

/** Alerts of a day that are looked at. */
const ALERTS_A_DAY = 5000
/** Records read in one call. */
const CHUNK = 200
/** Days read at once. */
const AT_ONCE = 8

/** The alerts created on a UTC day, newest first; records that cannot be read are passed over. */
export const alertsOf = Effect.fnUntraced(function* (
  store: ActorStoreService,
  date: string
): Effect.fn.Return<ReadonlyArray<AlertMetrics>, StoreUnavailable> {
  const ids = yield* store.readSortedSet(alertsOfDayKey(date), { limit: ALERTS_A_DAY })
  const keys = ids.map(({ member }) => alertMetricsKey(member))
  const chunks = Array.from({ length: Math.ceil(keys.length / CHUNK) }, (_, i) =>
    keys.slice(i * CHUNK, (i + 1) * CHUNK)
  )
  const texts = (yield* Effect.forEach(chunks, store.readDocuments)).flat()
  return texts.flatMap((text) => (text === null ? [] : (parseAlertMetrics(text) ?? [])))
})

/** A day in numbers. Conversations are known from its document only. */
const dayOf = Effect.fnUntraced(function* (
  store: ActorStoreService,
  date: string
): Effect.fn.Return<DayMetrics, StoreUnavailable> {
  const alerts = yield* alertsOf(store, date)
  const text = yield* store.readDocument(dayMetricsKey(date))
  const kept = (text === null ? null : parseDayMetrics(date, text)) ?? emptyDay(date)
  return kept.total_alerts > alerts.length ? kept : { ...dayMetrics(date, alerts, []), sessions: kept.sessions }
})

/** The days, in the order asked for. */
export const readDays = (store: ActorStoreService, dates: ReadonlyArray<string>) =>
  Effect.forEach(dates, (date) => dayOf(store, date), { concurrency: AT_ONCE })

/** The alerts created on these days: of the days in the order asked for, newest first within a day. */
export const readAlerts = (store: ActorStoreService, dates: ReadonlyArray<string>) =>
  Effect.map(
    Effect.forEach(dates, (date) => alertsOf(store, date), { concurrency: AT_ONCE }),
    (alerts) => alerts.flat()
  )
