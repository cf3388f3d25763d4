/** A day in numbers: the same in any order, equal to a recount by hand, read back as it was written, and from older hands. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { type AlertMetrics, dayOf, isoSecond } from "#domain/ash/AlertMetrics.ts"
import type { SessionSummary } from "#domain/ash/AshSession.ts"
import { emptyDay, parseDayMetrics } from "#domain/ash/DayDocument.ts"
import {
  averageOf,
  type DayMetrics,
  dayMetrics,
  dayMetricsKey,
  isAveragesOnly,
  percentileOf
} from "#domain/ash/DayMetrics.ts"
import { acknowledgedBy, alertOf, alerts, DATE, sessionOf, sessions, shuffled } from "./DayRecords.ts"

describe("a day", () => {
  it("stands under the documented key (M12)", () => expect(dayMetricsKey(DATE)).toBe("ash:metrics:daily:2026-01-05"))

  it("has the documented numbers of the documented example (M13)", () => {
    const opened = (number: number, severity: AlertMetrics["severity"], change: Partial<AlertMetrics> = {}) =>
      alertOf({ alert_id: `alert_${number}`, severity, ...change })
    const day = dayMetrics(
      DATE,
      [
        opened(1, "low"),
        opened(2, "medium", acknowledgedBy("1", 120)),
        opened(3, "medium", { time_to_ash_seconds: 30, was_auto_initiated: true }),
        opened(4, "high", { ...acknowledgedBy("1", 240), time_to_ash_seconds: 60 }),
        opened(5, "high")
      ],
      []
    )
    expect(day).toMatchObject({
      date: "2026-01-05",
      total_alerts: 5,
      by_severity: { low: 1, medium: 2, high: 2, critical: 0 },
      avg_acknowledge_seconds: 180,
      avg_ash_contact_seconds: 45,
      auto_initiated_count: 1,
      user_optout_count: 0
    })
  })

  it("counts an alert that nobody acknowledged (C27)", () => {
    const day = dayMetrics(DATE, [alertOf(), alertOf({ alert_id: "b", ...acknowledgedBy("1", 60) })], [])
    expect(day).toMatchObject({ total_alerts: 2, never_acknowledged_count: 1, avg_acknowledge_seconds: 60 })
  })

  it.each([
    ["critical", 120],
    ["high", 600],
    ["medium", 7200],
    ["low", 7200]
  ] as const)("keeps the goal of %s up to its last second", (severity, goal) => {
    const within = (seconds: number) =>
      dayMetrics(DATE, [alertOf({ severity, ...acknowledgedBy("1", seconds) })], []).within_goal[severity]
    expect([within(goal), within(goal + 1)]).toEqual([1, 0])
  })

  it("tells conversations that never began apart from those that ended", () => {
    const day = dayMetrics(DATE, [], [sessionOf(), sessionOf({ started_by: "auto", ended_by: "unreachable" })])
    expect(day.sessions).toEqual({
      started: 2,
      manual: 1,
      auto: 1,
      requested: 0,
      completed: 1,
      duration_seconds: [300]
    })
  })

  it("has ids as strings of digits, however long (C5)", () => {
    const id = "18446744073709551615"
    const day = dayMetrics(DATE, [alertOf({ channel_id: id, ...acknowledgedBy(id, 1) })], [])
    expect([day.by_channel, day.by_responder]).toEqual([{ [id]: 1 }, { [id]: 1 }])
    expect(JSON.stringify(day)).toContain(`{"${id}":1}`)
  })

  it.each([
    ["2026-01-05T23:59:59.999Z", "2026-01-05", 23],
    ["2026-01-06T00:00:00.000Z", "2026-01-06", 0]
  ])("has what was created at %s in the hour of its creation", (moment, date, hour) => {
    const created = Date.parse(moment)
    expect(dayOf(created)).toBe(date)
    const day = dayMetrics(date, [alertOf({ alert_created_at: isoSecond(created) })], [])
    expect(day.by_hour.indexOf(1)).toBe(hour)
  })
})

/** Counted by hand, one alert after the other. */
const recount = (all: ReadonlyArray<AlertMetrics>, talks: ReadonlyArray<SessionSummary>) => {
  const counted = { hours: new Map<number, number>(), severities: new Map<string, number>(), never: 0 }
  const durations: Array<number> = []
  const responders = new Map<string, number>()
  for (const alert of all) {
    const hour = new Date(alert.alert_created_at).getUTCHours()
    counted.hours.set(hour, (counted.hours.get(hour) ?? 0) + 1)
    counted.severities.set(alert.final_severity, (counted.severities.get(alert.final_severity) ?? 0) + 1)
    if (alert.acknowledged_at === null) counted.never += 1
    if (alert.time_to_acknowledge_seconds !== null) durations.push(alert.time_to_acknowledge_seconds)
    if (alert.acknowledged_by !== null) {
      responders.set(alert.acknowledged_by, (responders.get(alert.acknowledged_by) ?? 0) + 1)
    }
  }
  let sum = 0
  for (const value of durations) sum += value
  let completed = 0
  let talked = 0
  for (const { duration_seconds, ended_by } of talks) {
    if (ended_by === "unreachable") continue
    completed += 1
    talked += duration_seconds
  }
  return { ...counted, durations: durations.length, sum, responders, completed, talked }
}

describe("any day", () => {
  const day = fc.tuple(alerts(), sessions)

  it("is the same text in any order", () => {
    fc.assert(
      fc.property(
        day.chain(([all, talks]) => fc.tuple(fc.constant([all, talks] as const), shuffled(all), shuffled(talks))),
        ([[all, talks], otherAlerts, otherSessions]) => {
          const text = JSON.stringify(dayMetrics(DATE, all, talks))
          expect(JSON.stringify(dayMetrics(DATE, otherAlerts, otherSessions))).toBe(text)
        }
      )
    )
  })

  it("agrees with a recount", () => {
    fc.assert(
      fc.property(day, ([all, talks]) => {
        const counted = dayMetrics(DATE, all, talks)
        const byHand = recount(all, talks)
        const sum = (values: ReadonlyArray<number>) => values.reduce((total, value) => total + value, 0)
        expect(counted.total_alerts).toBe(all.length)
        expect(counted.never_acknowledged_count).toBe(byHand.never)
        expect(counted.by_hour).toEqual(Array.from({ length: 24 }, (_, hour) => byHand.hours.get(hour) ?? 0))
        for (const [severity, count] of Object.entries(counted.by_severity)) {
          expect(count).toBe(byHand.severities.get(severity) ?? 0)
        }
        expect(new Map(Object.entries(counted.by_responder))).toEqual(byHand.responders)
        expect([counted.acknowledge_seconds.length, sum(counted.acknowledge_seconds)]).toEqual([
          byHand.durations,
          byHand.sum
        ])
        expect(counted.avg_acknowledge_seconds).toBe(
          byHand.durations === 0 ? null : Math.round(byHand.sum / byHand.durations)
        )
        const { sessions: talked } = counted
        expect(talked.started).toBe(talks.length)
        expect(talked.manual + talked.auto + talked.requested).toBe(talks.length)
        expect([talked.completed, talked.duration_seconds.length]).toEqual([byHand.completed, byHand.completed])
        expect(sum(talked.duration_seconds)).toBe(byHand.talked)
      })
    )
  })

  it("is read as it was written", () => {
    fc.assert(
      fc.property(day, ([all, talks]) => {
        const counted = dayMetrics(DATE, all, talks)
        expect(parseDayMetrics(DATE, JSON.stringify(counted))).toEqual(counted)
      })
    )
  })
})

describe("a percentile", () => {
  it.each([
    [[15, 20, 35, 40, 50], 0.05, 15],
    [[15, 20, 35, 40, 50], 0.3, 20],
    [[15, 20, 35, 40, 50], 0.4, 20],
    [[15, 20, 35, 40, 50], 0.5, 35],
    [[15, 20, 35, 40, 50], 1, 50],
    [[15, 20, 35, 40, 50], 0, 15],
    [Array.from({ length: 100 }, (_, index) => index + 1), 0.55, 55],
    [[7], 0.9, 7],
    [[], 0.5, null]
  ])("of %j at %d is %d by nearest rank", (values, share, expected) =>
    expect(percentileOf(values, share)).toBe(expected)
  )

  it("is a value of which at least that share is not above it, and the least such", () => {
    fc.assert(
      fc.property(
        fc.array(fc.nat({ max: 50 }), { minLength: 1, maxLength: 300, size: "max" }),
        fc.integer({ min: 1, max: 100 }),
        (some, percent) => {
          const values = some.toSorted((one, other) => one - other)
          // hundredths are not exact in binary: ask in whole numbers
          const reaches = (value: number) =>
            values.filter((one) => one <= value).length * 100 >= percent * values.length
          const found = percentileOf(values, percent / 100) ?? -1
          expect(found).toBe(values.find(reaches))
        }
      )
    )
  })

  it("and an average of nothing are nothing", () =>
    expect([averageOf([]), averageOf([0]), averageOf([1, 2])]).toEqual([null, 0, 2]))
})

describe("a document of a day", () => {
  const documented = {
    date: DATE,
    total_alerts: 5,
    by_severity: { low: 1, medium: 2, high: 2, critical: 0 },
    avg_acknowledge_seconds: 180,
    avg_ash_contact_seconds: null,
    auto_initiated_count: 1,
    user_optout_count: 2
  }

  it("of an older service: its average stands for each alert, and what it did not keep is nothing", () => {
    const day = parseDayMetrics(DATE, JSON.stringify(documented)) as DayMetrics
    expect(day).toEqual({
      ...emptyDay(DATE),
      ...documented,
      by_opening_severity: documented.by_severity,
      acknowledge_seconds: [180, 180, 180, 180, 180],
      groups: null,
      by_hour: []
    })
    expect(isAveragesOnly(day)).toBe(true)
    expect(isAveragesOnly(emptyDay(DATE))).toBe(false)
  })

  it.each(["", "[]", "null", "7", "{"])("that is none (%s) is told apart", (text) =>
    expect(parseDayMetrics(DATE, text)).toBeNull()
  )

  it("with anything in it is read without a failure, as counts that can be added up", () => {
    const fields = Object.keys(emptyDay(DATE))
    const anything = fc.dictionary(fc.constantFrom(...fields), fc.jsonValue())
    fc.assert(
      fc.property(anything, (document) => {
        const day = parseDayMetrics(DATE, JSON.stringify(document)) as DayMetrics
        const counts = [
          day.total_alerts,
          ...Object.values(day.by_severity),
          ...Object.values(day.by_responder),
          ...day.acknowledge_seconds,
          ...day.by_hour,
          day.sessions.started,
          ...day.sessions.duration_seconds
        ]
        for (const count of counts) expect(Number.isSafeInteger(count) && count >= 0).toBe(true)
        expect([0, 24]).toContain(day.by_hour.length)
        expect(day.date).toBe(DATE)
      })
    )
  })

  it("that claims more alerts than there can be stays small", () => {
    const day = parseDayMetrics(DATE, JSON.stringify({ total_alerts: 9e12, avg_acknowledge_seconds: 1 }))
    expect(day?.acknowledge_seconds.length).toBe(10_000)
  })
})
