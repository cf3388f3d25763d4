/** A day through the kernel: any order, any number of times, the same document; records of other days refused; rebuilt. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import type { AlertMetrics } from "#domain/ash/AlertMetrics.ts"
import type { SessionSummary } from "#domain/ash/AshSession.ts"
import { emptyDay } from "#domain/ash/DayDocument.ts"
import { dayMetrics } from "#domain/ash/DayMetrics.ts"
import type { Rebuilt } from "#domain/ash/ReportPolicy.ts"
import { type ActorRecord, decodeRecord } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import type { ActorState } from "#kernel/Turn.ts"
import { UNTOLD_TTL_MS } from "#machines/metrics-day/definition.ts"
import { MAX_ALERTS, MAX_SESSIONS, VERSION } from "#machines/metrics-day/schema.ts"
import { defaults } from "#runtime/RuntimeConfig.ts"
import {
  acknowledgedBy,
  alertOf,
  alerts,
  DATE,
  recorded,
  sessionOf,
  sessions,
  shuffled
} from "#test/domain/ash/DayRecords.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { Day, KEY, ROW, talked, told } from "./Day.ts"

describe("a day", () => {
  it("that was told nothing answers zeros, writes nothing and is soon gone", () => {
    const day = new Day()
    expect(day.numbers).toEqual({ ...emptyDay(DATE), changes: 0 })
    expect([day.last?.projections, day.ttlMs]).toEqual([[], UNTOLD_TTL_MS])
  })

  it("writes its document with every change, for as long as aggregates are kept (M12, M19)", () => {
    const day = new Day().hear(told(alertOf()))
    expect(day.last?.projections).toEqual([
      { op: "put", key: KEY, value: JSON.stringify(dayMetrics(DATE, [alertOf()], [])), ttlMs: 365 * 86_400_000 }
    ])
    expect(day.ttlMs).toBe(365 * 86_400_000)
    expect(day.last?.reply).toBeUndefined()
    expect(ROW.projectionKeys?.({ id: DATE } as never)).toEqual([KEY])
  })

  it("counts an alert as its newest version says", () => {
    const open = alertOf()
    const answered = alertOf(acknowledgedBy("1", 60))
    for (const events of [
      [told(open, 1), told(answered, 2)],
      [told(answered, 2), told(open, 1)],
      [told(open, 1), told(answered, 2), told(open, 1), told(answered, 2)]
    ]) {
      expect(JSON.parse(new Day().hear(...events).document ?? "")).toEqual(dayMetrics(DATE, [answered], []))
    }
  })

  it("counts a conversation once", () => {
    const day = new Day().hear(talked(sessionOf()), talked(sessionOf()))
    expect(day.numbers.sessions.started).toBe(1)
    expect(day.numbers.changes).toBe(1)
  })

  it.each([
    told(alertOf({ alert_created_at: "2026-01-04T23:59:59Z" })),
    told(alertOf({ alert_created_at: "2026-01-06T00:00:00Z" })),
    talked(sessionOf({ started_at: "2026-01-06T00:00:00Z" }))
  ])("refuses quietly what began on another day", (event) => {
    const day = new Day().hear(event)
    expect([day.last?.reply, day.last?.projections, day.context.refused]).toEqual([undefined, [], 1])
    expect(day.numbers).toEqual({ ...emptyDay(DATE), changes: 0 })
  })

  it.each(["T00:00:00Z", "T23:59:59Z"])("takes in what began at %s", (time) =>
    expect(new Day().hear(told(alertOf({ alert_created_at: `${DATE}${time}` }))).numbers.total_alerts).toBe(1)
  )

  it("keeps nothing that says who a member is", () => {
    const day = new Day().hear(told(alertOf({ user_id: "777000777000777" })))
    day.hear(talked(sessionOf({ session_id: "777000777000777-mk0abc12", user_id: "777000777000777" })))
    expect(encodeState(day.state as ActorState)).not.toContain("777000777000777")
    expect(day.document).not.toContain("777000777000777")
  })

  it("has bounds within which its record stays, and takes news of what it knows beyond them", () => {
    const long = { ...acknowledgedBy("1100000000000000009", 86_400), expired_at: `${DATE}T23:00:00Z` }
    const all = Array.from({ length: MAX_ALERTS + 1 }, (_, n) => alertOf({ ...long, alert_id: `alert_${n}` }))
    const talks = Array.from({ length: MAX_SESSIONS + 1 }, (_, n) => sessionOf({ session_id: `1-mk0a${1000 + n}` }))
    const day = new Day().hear({ type: "REBUILT", ...recorded(all, talks), changes: 0 })
    expect(day.context.refused).toBe(2)
    day.hear(told(all[MAX_ALERTS] as AlertMetrics), talked(talks[MAX_SESSIONS] as SessionSummary))
    expect(day.context.refused).toBe(4)
    day.hear(told(alertOf({ alert_id: "alert_0", false_positive: true })))
    expect(day.numbers).toMatchObject({ total_alerts: MAX_ALERTS, false_positive_count: 1 })
    expect(encodeState(day.state as ActorState).length).toBeLessThan(defaults.maxRecordBytes * 0.6)
  })
})

describe("a rebuild", () => {
  const other = alertOf({ alert_id: "alert_other", severity: "low" })
  const again = (day: Day, ...[all, talks]: Parameters<typeof recorded>): Rebuilt => {
    const { changes } = day.numbers
    return day.hear({ type: "REBUILT", ...recorded(all, talks), changes }).last?.reply as Rebuilt
  }

  it("has the records' word instead of what was told of the same", () => {
    const day = new Day().hear(told(alertOf(), 3), talked(sessionOf()))
    const [alert, talk] = [alertOf(acknowledgedBy("1", 60)), sessionOf({ duration_seconds: 10 })]
    expect(again(day, [alert, other], [talk])).toEqual({ rebuilt: true, changes: 3, alerts: 2, sessions: 1 })
    expect(JSON.parse(day.document ?? "")).toEqual(dayMetrics(DATE, [alert, other], [talk]))
  })

  it("leaves what has no record any more as it was told, and no day smaller", () => {
    const day = new Day().hear(told(alertOf()), talked(sessionOf()))
    again(day, [other], [])
    expect(JSON.parse(day.document ?? "")).toEqual(dayMetrics(DATE, [alertOf(), other], [sessionOf()]))
    again(day, [], [])
    expect(JSON.parse(day.document ?? "")).toEqual(dayMetrics(DATE, [alertOf(), other], [sessionOf()]))
  })

  it("writes the document anew even where nothing changed: it may have been lost", () => {
    const day = new Day().hear(told(alertOf()))
    again(day, [alertOf()], [])
    expect(JSON.parse(day.document ?? "")).toEqual(dayMetrics(DATE, [alertOf()], []))
  })

  it("made from what is no longer so changes nothing", () => {
    const day = new Day().hear(told(alertOf()), { type: "REBUILT", ...recorded([other], []), changes: 0 })
    expect(day.last?.reply).toEqual({ rebuilt: false, changes: 1, alerts: 1, sessions: 0 })
    expect(day.numbers.by_severity).toMatchObject({ high: 1, low: 0 })
  })

  it("keeps the version of what it knows, and gives way to any news of what it does not", () => {
    const answered = alertOf(acknowledgedBy("1", 60))
    const day = new Day().hear(told(answered, 2))
    again(day, [answered, other], [])
    expect(day.hear(told(alertOf(), 1)).numbers.never_acknowledged_count).toBe(1)
    expect(day.hear(told({ ...other, ...acknowledgedBy("1", 5) }, 1)).numbers.never_acknowledged_count).toBe(0)
  })

  it("refuses records of other days", () => {
    const day = new Day()
    again(day, [alertOf({ alert_created_at: "2026-01-04T12:00:00Z" }), other], [])
    expect([day.numbers.total_alerts, day.context.refused]).toEqual([1, 1])
  })

  it("of a day that was told anything, in any parts and any number of times, is the count of its records", () => {
    const lost = alerts().chain((all) => fc.tuple(fc.constant(all), fc.subarray([...all]), fc.subarray([...all])))
    fc.assert(
      fc.property(lost, sessions, fc.nat({ max: 15 }), ([all, heard, first], talks, cut) => {
        const day = new Day().hear(...heard.map((alert) => told({ ...alert, ...acknowledgedBy("9", 1) })))
        again(day, first, talks.slice(0, cut))
        again(day, all, talks.slice(cut))
        const once = day.document
        expect(JSON.parse(once ?? "")).toEqual(dayMetrics(DATE, all, talks))
        again(day, all, talks)
        expect(day.document).toBe(once)
      })
    )
  })
})

/** Alerts with up to three versions each, of which the last counts. */
const histories = alerts().chain((all) =>
  fc.tuple(
    ...all.map((alert) => fc.array(fc.nat({ max: 9_000 }), { maxLength: 2 }).map((earlier) => ({ alert, earlier })))
  )
)

describe("any order of news, and any number of times", () => {
  it("ends with the same day", () => {
    const stories = fc.tuple(histories, sessions).chain(([all, talks]) => {
      const news = [
        ...all.flatMap(({ alert, earlier }) => [
          ...earlier.map((seconds, index) => told({ ...alert, ...acknowledgedBy("1", seconds) }, index + 1)),
          told(alert, earlier.length + 1)
        ]),
        ...talks.map(talked)
      ]
      const again = fc.subarray(news)
      return again.chain((doubled) =>
        fc.record({
          alerts: fc.constant(all.map(({ alert }) => alert)),
          talks: fc.constant(talks),
          news: shuffled([...news, ...doubled])
        })
      )
    })
    fc.assert(
      fc.property(stories, ({ alerts: all, talks, news }) => {
        const day = new Day().hear(...news)
        const expected = JSON.stringify(dayMetrics(DATE, all, talks))
        if (news.length > 0) expect(day.document).toBe(expected)
        const { changes: _, ...numbers } = day.numbers
        expect(JSON.stringify(numbers)).toBe(expected)
      })
    )
  })

  it("means the same in live XState, with a restart after every turn", () => {
    const metrics = alerts().map((all) => all[0] ?? alertOf())
    return conformance(
      { rows: [ROW], id: DATE },
      {
        events: fc.oneof(
          fc.record({ type: fc.constant("ALERT_MEASURED"), metrics, version: fc.integer({ min: 1, max: 4 }) }),
          sessions.map((all) => ({ type: "SESSION_MEASURED", summary: all[0] ?? sessionOf() })),
          fc.record({
            type: fc.constant("REBUILT"),
            alerts: alerts(),
            sessions: sessions.map((talks) => recorded([], talks).sessions),
            changes: fc.nat({ max: 2 })
          }),
          fc.constant({ type: "LOOK" })
        )
      },
      { numRuns: 60 }
    )
  })
})

const frozen = (version: 1 | 2) =>
  JSON.parse(
    readFileSync(new URL(`../../fixtures/snapshots/metrics-day/v${version}.json`, import.meta.url), "utf8")
  ) as ActorRecord

describe.each([
  [1, "high"],
  [2, "critical"]
] as const)("a day of version %i", (version, severity) => {
  it("is read, and goes on", () => {
    const day = new Day()
    day.state = decodeState(day.bench.actor, JSON.stringify(frozen(version)))
    expect(day.numbers).toMatchObject({
      total_alerts: 1,
      by_severity: { low: 0, medium: 0, high: 0, critical: 0, [severity]: 1 },
      by_opening_severity: { high: 1 },
      never_acknowledged_count: 0,
      sessions: { started: 1 },
      changes: 2
    })
    expect(day.hear(told(alertOf(), 2), talked(sessionOf())).numbers.changes).toBe(2)
    expect(day.hear(told(alertOf(), 3)).numbers.never_acknowledged_count).toBe(1)
  })
})

it("a day of this version is written as it was read", () => {
  const text = JSON.stringify(frozen(VERSION))
  expect(JSON.parse(encodeState(decodeState(new Day().bench.actor, text)))).toEqual(decodeRecord(text))
})
