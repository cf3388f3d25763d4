/** A day counted anew: what was lost comes back from the records, what has no record stays, and nobody's news is lost. */
import * as Effect from "effect/Effect"
import { type AlertMetrics, alertsOfDayKey } from "#domain/ash/AlertMetrics.ts"
import { dayMetrics, dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import type { ActorSystemService } from "#runtime/ActorSystem.ts"
import { defaults } from "#runtime/RuntimeConfig.ts"
import { acknowledgedBy, alertOf, DATE, sessionOf } from "#test/domain/ash/DayRecords.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { inWorld, type RebuildWorld, TODAY } from "./RebuildWorld.ts"

const numbered = (n: number, change: Partial<AlertMetrics> = {}): AlertMetrics =>
  alertOf({ alert_id: `alert_${String(n).padStart(12, "0")}`, ...change })

const ALERTS = [
  numbered(1, acknowledgedBy("4", 60)),
  numbered(2, { severity: "medium", final_severity: "critical", channel_id: null }),
  numbered(3, { ...acknowledgedBy("5", 900), alert_created_at: `${DATE}T23:59:59Z` })
]
const TALKS = [sessionOf(), sessionOf({ session_id: "1100000000000000002-mk0zzzzz", ended_by: "unreachable" })]
const ALL = dayMetrics(DATE, ALERTS, TALKS)
const none = { alertsKept: 0, conversationsKept: 0, refused: null }

/** The day as it should be: told, and recorded. */
const whole = Effect.fnUntraced(function* (world: RebuildWorld) {
  yield* world.record(ALERTS, TALKS)
  yield* Effect.forEach(ALERTS, (alert) => world.tell(alert))
  yield* Effect.forEach(TALKS, world.talk)
  expect(yield* world.day).toEqual(ALL)
})

describe("a day is counted anew", () => {
  const losses: ReadonlyArray<readonly [string, (world: RebuildWorld) => Effect.Effect<void, unknown>]> = [
    ["its document was lost", (world) => world.write({ op: "delete", key: dayMetricsKey(DATE) })],
    [
      "its document is no document",
      (world) => world.write({ op: "put", key: dayMetricsKey(DATE), value: "{", ttlMs: 1_000_000 })
    ],
    [
      "somebody wrote other numbers into it",
      (world) => world.write({ op: "put", key: dayMetricsKey(DATE), value: `{"total_alerts":99}`, ttlMs: 1_000_000 })
    ],
    ["actor and document were lost", (world) => Effect.asVoid(world.system.forget(TODAY))],
    [
      "its actor cannot be read, and its document was lost",
      (world) => Effect.andThen(world.breakActor("{"), world.write({ op: "delete", key: dayMetricsKey(DATE) }))
    ]
  ]
  it.effect.each(losses)("after %s, and again without a change", ([, lose]) =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* whole(world)
        yield* Effect.orDie(lose(world))
        expect(yield* world.rebuild()).toEqual({
          ...{ ...none, date: DATE, alertsRead: 3, conversationsRead: 2, changed: true }
        })
        expect(yield* world.day).toEqual(ALL)
        const text = yield* world.document
        expect(yield* world.rebuild()).toMatchObject({ ...none, changed: false })
        expect(yield* world.document).toBe(text)
      })
    )
  )

  it.effect("after its actor was lost or broken, when the records are all there", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* whole(world)
        const text = yield* world.document
        yield* world.loseActor
        expect(yield* world.rebuild()).toMatchObject({ ...none, changed: false })
        yield* world.breakActor(JSON.stringify({ format: 99 }))
        expect(yield* world.rebuild()).toMatchObject({ ...none, alertsRead: 3, changed: false })
        expect(yield* world.document).toBe(text)
        // News of what was rebuilt is taken.
        yield* world.tell(numbered(2, acknowledgedBy("6", 5)), 7)
        expect(yield* world.day).toMatchObject({ never_acknowledged_count: 0 })
      })
    )
  )

  it.effect("with what its alerts said that it never heard", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* world.tell(ALERTS[0] ?? alertOf())
        yield* world.record(ALERTS, TALKS)
        expect(yield* world.rebuild()).toMatchObject({ ...none, changed: true })
        expect(yield* world.day).toEqual(ALL)
      })
    )
  )

  it.effect("in parts, none of them larger than an event may be", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        const longest = {
          ...acknowledgedBy("18446744073709551615", 9_007_199_254_740_991),
          ...{ channel_id: "18446744073709551615", expired_at: `${DATE}T23:59:59Z`, severity: "critical" as const },
          time_to_ash_seconds: 9_007_199_254_740_991,
          time_to_response_seconds: 9_007_199_254_740_991,
          time_to_resolve_seconds: 9_007_199_254_740_991
        }
        const alerts = Array.from({ length: 250 }, (_, n) => numbered(n, longest))
        const talks = Array.from({ length: 250 }, (_, n) =>
          sessionOf({
            session_id: `18446744073709551615-mk0a${1000 + n}`,
            started_by: "follow_up",
            ended_by: "unreachable"
          })
        )
        yield* world.record(alerts, talks)
        const sizes: Array<number> = []
        const ask: ActorSystemService["ask"] = (to, event, options) => {
          sizes.push(JSON.stringify(event).length)
          return world.system.ask(to, event, options)
        }
        expect(yield* world.rebuild(() => ({ ask }))).toMatchObject({ ...none, alertsRead: 250, changed: true })
        expect(yield* world.day).toEqual(dayMetrics(DATE, alerts, talks))
        expect(sizes.length).toBeGreaterThan(1)
        expect(Math.max(...sizes)).toBeLessThan(defaults.maxEventBytes * 0.75)
      })
    )
  )
})

describe("what can no longer be counted", () => {
  it.effect("stays as it was told: no day becomes smaller", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* whole(world)
        const text = yield* world.document
        yield* world.lose(ALERTS[0] ?? alertOf(), TALKS[1] ?? sessionOf())
        expect(yield* world.rebuild()).toEqual({
          ...{ date: DATE, refused: null, alertsRead: 2, conversationsRead: 1, alertsKept: 1, conversationsKept: 1 },
          changed: false
        })
        expect(yield* world.document).toBe(text)
        // Its document lost as well: the actor knows it still.
        yield* world.write({ op: "delete", key: dayMetricsKey(DATE) })
        expect(yield* world.rebuild()).toMatchObject({ alertsKept: 1, changed: true })
        expect(yield* world.document).toBe(text)
      })
    )
  )

  it.effect.each([
    ["an alert", ALERTS[0] ?? alertOf()],
    ["a conversation", TALKS[0] ?? sessionOf()]
  ] as const)("and stands in the document alone, is left there (%s)", ([, gone]) =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* whole(world)
        const text = yield* world.document
        yield* world.lose(gone)
        yield* world.loseActor
        expect(yield* world.rebuild()).toMatchObject({ refused: "records_gone", changed: false })
        expect(yield* world.store.load(TODAY)).toBeNull()
        yield* world.breakActor("{")
        expect(yield* world.rebuild()).toMatchObject({ refused: "records_gone", changed: false })
        expect(yield* world.document).toBe(text)
        expect((yield* world.store.load(TODAY))?.record).toBe("{")
      })
    )
  )
})

describe("a rebuild leaves alone", () => {
  it.effect("a day that is told something each time, and succeeds once it is quiet", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* whole(world)
        let version = 1
        let asked = 0
        const noise =
          (until: number) =>
          (real: ActorSystemService): Partial<ActorSystemService> => ({
            ask: (to, event, options) =>
              Effect.andThen(
                ++asked <= until ? world.tell(numbered(1, acknowledgedBy("4", 60 + ++version)), version) : Effect.void,
                real.ask(to, event, options)
              )
          })
        expect(yield* world.rebuild(noise(99))).toMatchObject({ refused: "day_busy", changed: false })
        expect(asked).toBe(5)
        expect(yield* world.day).toMatchObject({ acknowledge_seconds: [60 + version, 900] })
        asked = 0
        expect(yield* world.rebuild(noise(2))).toMatchObject({ ...none, changed: true })
        expect(asked).toBe(3)
        expect(yield* world.day).toEqual(ALL)
      })
    )
  )

  it.effect("an actor that a newer version wrote", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* whole(world)
        const stored = yield* world.store.load(TODAY)
        const newer = JSON.stringify({ ...(JSON.parse(stored?.record ?? "{}") as object), version: 99 })
        yield* world.breakActor(newer)
        expect(yield* world.rebuild()).toMatchObject({ refused: "UnknownMachineVersion", changed: false })
        expect((yield* world.store.load(TODAY))?.record).toBe(newer)
      })
    )
  )

  it.effect("no trace on a day of which nothing is known, nor on another day", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* world.record(
          [alertOf({ alert_created_at: "2026-01-04T12:00:00Z" })],
          [sessionOf({ started_at: "2026-01-06T00:00:00Z" })]
        )
        expect(yield* world.rebuild()).toEqual({
          ...{ ...none, date: DATE, alertsRead: 0, conversationsRead: 0, changed: false }
        })
        expect([yield* world.store.load(TODAY), yield* world.document]).toEqual([null, null])
        expect(yield* world.store.readDocument(dayMetricsKey("2026-01-04"))).toBeNull()
      })
    )
  )

  it.effect("records that cannot be read, and says how many it did read", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* world.record(ALERTS, TALKS)
        yield* world.write({ op: "put", key: "ash:metrics:alert:alert_000000000001", value: "{", ttlMs: 1_000_000 })
        yield* world.write({ op: "put", key: "ash:session:meta:7-x", value: `{"session_id":7}`, ttlMs: 1_000_000 })
        expect(yield* world.rebuild()).toMatchObject({ alertsRead: 2, conversationsRead: 2, changed: true })
        expect(yield* world.store.readSortedSet(alertsOfDayKey(DATE), { limit: 9 })).toHaveLength(3)
      })
    )
  )

  it.effect("whoever it is about: nothing that is told to the day names a member", () =>
    inWorld((world) =>
      Effect.gen(function* () {
        yield* world.record(ALERTS, TALKS)
        let heard = ""
        const ask: ActorSystemService["ask"] = (to, event, options) => {
          heard += JSON.stringify(event)
          return world.system.ask(to, event, options)
        }
        yield* world.rebuild(() => ({ ask }))
        expect(heard).toContain("alert_000000000001")
        expect(heard).not.toContain(TALKS[0]?.user_id)
      })
    )
  )
})
