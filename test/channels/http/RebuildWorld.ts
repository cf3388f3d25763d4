/** A store with the records of a day as their writers leave them, the day's actor, and what an operator may lose of them. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as TestClock from "effect/testing/TestClock"
import * as Views from "#app/Views.ts"
import { rebuildDays, type RebuildMeans } from "#channels/http/DayRebuild.ts"
import { OperatorViews } from "#channels/http/OperatorViews.ts"
import { address } from "#domain/ActorAddress.ts"
import { type AlertMetrics, alertMetricsKey, alertsOfDayKey } from "#domain/ash/AlertMetrics.ts"
import type { SessionSummary } from "#domain/ash/AshSession.ts"
import { type DayMetrics, dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import type { Projection } from "#domain/Projection.ts"
import { registry } from "#machines/registry.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import * as MemoryStore from "#stores/memory/MemoryStore.ts"
import { DATE } from "#test/domain/ash/DayRecords.ts"

const DAY = 86_400_000
export const TODAY = address("metrics-day", DATE)

const alertKeys = (alert: AlertMetrics): ReadonlyArray<Projection> => [
  { op: "put", key: alertMetricsKey(alert.alert_id), value: JSON.stringify(alert), ttlMs: 90 * DAY },
  {
    ...{ op: "addToSortedSet", key: alertsOfDayKey(alert.alert_created_at.slice(0, 10)), member: alert.alert_id },
    ...{ score: Date.parse(alert.alert_created_at) / 1000, keep: null, minScore: null, ttlMs: 90 * DAY, replaces: null }
  }
]

const sessionKey = ({ session_id }: SessionSummary): string => `ash:session:meta:${session_id}`

const open = Effect.gen(function* () {
  const [store, system] = [yield* ActorStore, yield* ActorSystem]
  const means: RebuildMeans = { store, system, keeping: yield* Housekeeping, views: yield* OperatorViews }
  let told = 0
  const write = (...projections: ReadonlyArray<Projection>) => {
    const turn = `write-${++told}`
    const commit = {
      ...{ address: address("desk", turn), expected: null, next: null, wakeAt: null, mark: null, projections },
      deadLetters: []
    }
    return Effect.asVoid(store.commit([commit]))
  }
  const document = store.readDocument(dayMetricsKey(DATE))
  return {
    ...{ means, store, system, write, document },
    /** Tells the day, as an alert does with the commit of its turn. */
    tell: (alert: AlertMetrics, version = 1) =>
      system.tell(
        TODAY,
        { type: "ALERT_MEASURED", metrics: { ...alert, user_id: null }, version },
        { id: `${++told}` }
      ),
    talk: (summary: SessionSummary) => system.tell(TODAY, { type: "SESSION_MEASURED", summary }, { id: `${++told}` }),
    record: (alerts: ReadonlyArray<AlertMetrics>, talks: ReadonlyArray<SessionSummary> = []) =>
      write(
        ...alerts.flatMap(alertKeys),
        ...talks.map((talk): Projection => ({
          ...{ op: "put", key: sessionKey(talk), value: JSON.stringify(talk), ttlMs: 30 * DAY }
        }))
      ),
    lose: (...gone: ReadonlyArray<AlertMetrics | SessionSummary>) =>
      write(
        ...gone.map((one): Projection => ({
          ...{ op: "delete", key: "alert_created_at" in one ? alertMetricsKey(one.alert_id) : sessionKey(one) }
        }))
      ),
    /** The actor is gone, its document is not. */
    loseActor: Effect.gen(function* () {
      const text = yield* document
      yield* system.forget(TODAY)
      if (text !== null) yield* write({ op: "put", key: dayMetricsKey(DATE), value: text, ttlMs: 365 * DAY })
    }),
    /** The actor's record is replaced by this text. */
    breakActor: (record: string) =>
      Effect.gen(function* () {
        const stored = yield* store.load(TODAY)
        const next = { revision: (stored?.stamp.revision ?? 0) + 1, turn: "broken", record, ttlMs: 365 * DAY }
        yield* store.commit([
          {
            ...{ address: TODAY, expected: stored?.stamp ?? null, next, wakeAt: null, mark: null, projections: [] },
            deadLetters: []
          }
        ])
      }),
    day: Effect.map(document, (text) => JSON.parse(text ?? "null") as DayMetrics | null),
    rebuild: (replaced: (real: ActorSystemService) => Partial<ActorSystemService> = () => ({})) =>
      Effect.map(rebuildDays({ ...means, system: { ...system, ...replaced(system) } }, [DATE]), ([report]) => report)
  }
})

export type RebuildWorld = Effect.Success<typeof open>

const layer = Layer.merge(ActorRuntime.layer({ actors: registry }), Views.layer(registry, [])).pipe(
  Layer.provideMerge(MemoryStore.layer)
)

/** Runs a test in a world of its own, on the evening of `DATE`. */
export const inWorld = <E>(body: (world: RebuildWorld) => Effect.Effect<void, E>) =>
  Effect.andThen(
    TestClock.setTime(Date.parse(`${DATE}T20:00:00Z`)),
    Effect.flatMap(open, body).pipe(Effect.provide(layer))
  )
