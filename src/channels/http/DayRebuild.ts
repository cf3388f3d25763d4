/**
 * Has days counted anew from the stored records of their alerts and conversations: after a document was lost or changed by
 * somebody else, after a day's actor was lost, after events of it became dead letters. The actor of the day takes the
 * records over; whatever it counts and has no record any more stays.
 *
 * **Guarantee**: no number is lost that cannot be counted again. Where the actor itself is gone or cannot be read, its
 * document is all that is left of it; a day whose document counts more than there are records is left as it is.
 */
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import type { AlertMetrics } from "#domain/ash/AlertMetrics.ts"
import { dayAlertOf } from "#domain/ash/AlertTally.ts"
import { parseDayMetrics } from "#domain/ash/DayDocument.ts"
import { dayMetricsKey, sessionTag } from "#domain/ash/DayMetrics.ts"
import type { MetricsDayEvent, RecordedAlert, RecordedSession } from "#domain/ash/ReportPolicy.ts"
import type { ActorSystemService } from "#runtime/ActorSystem.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import type { HousekeepingService, KeyPage } from "#runtime/ports/Housekeeping.ts"
import type { StoreUnavailable, TurnRefused } from "#runtime/RuntimeError.ts"
import { alertsOf } from "./DeskRecords.ts"
import type { OperatorViews } from "./OperatorViews.ts"

export const RebuiltDay = Schema.Struct({
  date: Schema.String,
  refused: Schema.NullOr(Schema.Literals(["records_gone", "day_busy", "UnknownMachineVersion"])).annotate({
    description:
      "Why the day was left as it was. `records_gone`: its document counts alerts or conversations whose records have expired, and nothing else knows them. `day_busy`: it was told something each time it was tried"
  }),
  alertsRead: Schema.Int,
  conversationsRead: Schema.Int,
  alertsKept: Schema.Int.annotate({ description: "Counted as they were told: their records have expired" }),
  conversationsKept: Schema.Int,
  changed: Schema.Boolean.annotate({ description: "Whether the day's document is another one now" })
}).annotate({ identifier: "RebuiltDay" })

type Report = typeof RebuiltDay.Type

export interface RebuildMeans {
  readonly store: ActorStoreService
  readonly system: ActorSystemService
  readonly keeping: HousekeepingService
  readonly views: OperatorViews["Service"]
}

/** Records of one event: well below the largest event the runtime takes. */
const PART = 60
/** How often a day is tried that is told something meanwhile. */
const TRIES = 5
/** Keys looked through at a time. */
const PAGE = 256

const SESSIONS = "ash:session:meta:"

const SessionRecord = Schema.fromJsonString(
  Schema.Struct({
    session_id: Schema.NonEmptyString,
    started_at: Schema.String,
    started_by: Schema.Literals(["button", "auto", "request", "follow_up"]),
    ended_by: Schema.Literals(["idle", "maximum", "member", "taken_over", "opted_out", "responder", "unreachable"]),
    duration_seconds: Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))
  })
)

/** Conversations by the day they began on. No index leads to them, so all of their keys are looked through. */
const sessionsByDay = Effect.fnUntraced(function* (
  keeping: HousekeepingService
): Effect.fn.Return<ReadonlyMap<string, ReadonlyArray<RecordedSession>>, StoreUnavailable> {
  // A page may answer a key twice.
  const found = new Map<string, RecordedSession>()
  let cursor: string | null = null
  do {
    const page: KeyPage = yield* keeping.page({ prefix: SESSIONS, cursor, count: PAGE, shapeOf: () => "text" })
    for (const { text } of page.keys) {
      const record = Option.getOrNull(Schema.decodeUnknownOption(SessionRecord)(text))
      if (record === null) continue
      const { session_id, ...session } = record
      const tag = sessionTag(session_id)
      found.set(tag, { ...session, tag })
    }
    cursor = page.cursor
    yield* Effect.yieldNow
  } while (cursor !== null)
  return Map.groupBy(found.values(), ({ started_at }) => started_at.slice(0, 10))
})

/** What a day counts of an alert; whose it is, is nothing to a day. */
const recorded = (metrics: AlertMetrics): RecordedAlert => ({ alert_id: metrics.alert_id, ...dayAlertOf(metrics) })

const Look = Schema.Struct({ changes: Schema.Int })
const Answer = Schema.Struct({
  rebuilt: Schema.Boolean,
  changes: Schema.Int,
  alerts: Schema.Int,
  sessions: Schema.Int
})

/** How often the day's actor was changed; 0 = it knows nothing, `null` = its record cannot be read. */
const changesOf = ({ views }: RebuildMeans, date: string) =>
  views.look(address("metrics-day", date)).pipe(
    Effect.flatMap((seen) =>
      seen === null
        ? Effect.succeed(0)
        : Effect.map(Effect.orDie(Schema.decodeUnknownEffect(Look)(seen.reply)), (look) => look.changes)
    ),
    Effect.catchTag("SnapshotUndecodable", () => Effect.succeed(null))
  )

/** Tells the day its records, part by part; `null` when it was told something else in between. */
const tell = Effect.fnUntraced(function* (
  { system }: RebuildMeans,
  date: string,
  from: number,
  alerts: ReadonlyArray<RecordedAlert>,
  sessions: ReadonlyArray<RecordedSession>
): Effect.fn.Return<typeof Answer.Type | null, TurnRefused> {
  let answer = { rebuilt: true, changes: from, alerts: 0, sessions: 0 }
  for (let part = 0; part === 0 || part < Math.max(alerts.length, sessions.length); part += PART) {
    const event: MetricsDayEvent = {
      type: "REBUILT",
      alerts: alerts.slice(part, part + PART),
      sessions: sessions.slice(part, part + PART),
      changes: answer.changes
    }
    const id = `rebuild:${randomUUID()}`
    const reply = yield* system.ask(address("metrics-day", date), { ...event }, { id })
    answer = yield* Effect.orDie(Schema.decodeUnknownEffect(Answer)(reply))
    if (!answer.rebuilt) return null
  }
  return answer
})

const attempt = Effect.fnUntraced(function* (
  means: RebuildMeans,
  date: string,
  sessions: ReadonlyArray<RecordedSession>
): Effect.fn.Return<Report | null, TurnRefused> {
  const { store, system } = means
  const document = store.readDocument(dayMetricsKey(date))
  // Looked at before the records are read: whatever is told after this look makes them old.
  const changes = yield* changesOf(means, date)
  const before = yield* document
  const alerts = (yield* alertsOf(store, date)).map(recorded)
  const report: Report = {
    ...{ date, refused: null, alertsRead: alerts.length, conversationsRead: sessions.length },
    ...{ alertsKept: 0, conversationsKept: 0, changed: false }
  }
  if (changes === null || changes === 0) {
    const counted = before === null ? null : parseDayMetrics(date, before)
    const gone = (counted?.total_alerts ?? 0) > alerts.length || (counted?.sessions.started ?? 0) > sessions.length
    if (gone) return { ...report, refused: "records_gone" }
    if (alerts.length + sessions.length === 0) return report
    // Nothing of it can be read, and all that its document says can be counted again.
    if (changes === null) yield* system.forget(address("metrics-day", date))
  }
  const answer = yield* tell(means, date, changes ?? 0, alerts, sessions)
  if (answer === null) return null
  return {
    ...report,
    alertsKept: Math.max(0, answer.alerts - alerts.length),
    conversationsKept: Math.max(0, answer.sessions - sessions.length),
    changed: (yield* document) !== before
  }
})

const rebuildDay = Effect.fnUntraced(function* (
  means: RebuildMeans,
  date: string,
  sessions: ReadonlyArray<RecordedSession>
): Effect.fn.Return<Report, TurnRefused> {
  for (let tries = 0; tries < TRIES; tries++) {
    const report = yield* attempt(means, date, sessions)
    if (report !== null) return report
  }
  return { ...unread(date), refused: "day_busy" }
})

const unread = (date: string): Report => ({
  ...{ date, refused: null, alertsRead: 0, conversationsRead: 0, alertsKept: 0, conversationsKept: 0, changed: false }
})

/**
 * Rebuilds these days one after the other. Doing it again changes nothing. **Fails with** what a turn is refused with; the days
 * before that are rebuilt.
 */
export const rebuildDays = Effect.fnUntraced(function* (
  means: RebuildMeans,
  dates: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<Report>, TurnRefused> {
  const sessions = yield* sessionsByDay(means.keeping)
  return yield* Effect.forEach(dates, (date) =>
    rebuildDay(means, date, sessions.get(date) ?? []).pipe(
      Effect.catchTag("UnknownMachineVersion", ({ _tag }) => Effect.succeed({ ...unread(date), refused: _tag }))
    )
  )
})
