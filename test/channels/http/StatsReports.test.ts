/** Numbers over days: as exact as the alerts themselves, however these fall on the days (C26), and whatever they are told by. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { By, type Group, groupsOf, statsOf } from "#channels/http/StatsReports.ts"
import type { AlertMetrics } from "#domain/ash/AlertMetrics.ts"
import { ACKNOWLEDGE_GOAL_SECONDS } from "#domain/ash/AlertTally.ts"
import { emptyDay, parseDayMetrics } from "#domain/ash/DayDocument.ts"
import { dayMetrics } from "#domain/ash/DayMetrics.ts"
import { weekBefore } from "#domain/ash/ReportCalendar.ts"
import { renderWeeklyReport } from "#domain/ash/WeeklyReport.ts"
import { acknowledgedBy, alertOf, alerts } from "#test/domain/ash/DayRecords.ts"

const DATES = weekBefore("2026-01-08")
const moment = fc
  .tuple(fc.constantFrom(...DATES), fc.nat({ max: 23 }))
  .map(([date, hour]) => `${date}T${String(hour).padStart(2, "0")}:59:59Z`)
const week = alerts(moment)

/** The days as their documents tell them. */
const daysOf = (all: ReadonlyArray<AlertMetrics>) =>
  DATES.map((date) => {
    const day = dayMetrics(
      date,
      all.filter(({ alert_created_at }) => alert_created_at.startsWith(date)),
      []
    )
    return parseDayMetrics(date, JSON.stringify(day)) ?? emptyDay(date)
  })

const given = (values: ReadonlyArray<number | null>): ReadonlyArray<number> => values.filter((value) => value !== null)

/** Average, and the least value that is not below half and nine tenths of all. */
const byHand = (values: ReadonlyArray<number>) => {
  const rising = values.toSorted((a, b) => a - b)
  const least = (tenths: number) =>
    rising.find((value) => rising.filter((one) => one <= value).length * 10 >= tenths * rising.length) ?? null
  const average = values.length === 0 ? null : Math.round(values.reduce((sum, value) => sum + value, 0) / values.length)
  return { count: values.length, averageSeconds: average, medianSeconds: least(5), p90Seconds: least(9) }
}

const groupByHand = (name: string, all: ReadonlyArray<AlertMetrics>): Group => ({
  ...{ name, alerts: all.length },
  neverAcknowledged: all.filter(({ acknowledged_at }) => acknowledged_at === null).length,
  withinGoal: all.filter(
    ({ severity, time_to_acknowledge_seconds: taken }) => taken !== null && taken <= ACKNOWLEDGE_GOAL_SECONDS[severity]
  ).length,
  acknowledged: byHand(given(all.map((alert) => alert.time_to_acknowledge_seconds))),
  ashContact: byHand(given(all.map((alert) => alert.time_to_ash_seconds))),
  response: byHand(given(all.map((alert) => alert.time_to_response_seconds))),
  resolved: byHand(given(all.map((alert) => alert.time_to_resolve_seconds)))
})

const NAME_OF: Readonly<Record<typeof By.Type, (alert: AlertMetrics) => string>> = {
  channel: ({ channel_id }) => channel_id ?? "unknown",
  day: ({ alert_created_at }) => alert_created_at.slice(0, 10),
  hour: ({ alert_created_at }) => alert_created_at.slice(11, 13),
  severity: ({ final_severity }) => final_severity
}

describe("any week", () => {
  it("has the times of its alerts, not averages of averages; so has the weekly report", () => {
    fc.assert(
      fc.property(week, (all) => {
        const days = daysOf(all)
        const { acknowledged, ashContact, response, resolved, ...rest } = statsOf(days, {
          by: undefined,
          measuring: true
        })
        const whole = groupByHand("", all)
        expect({ acknowledged, ashContact, response, resolved }).toEqual({
          ...{ acknowledged: whole.acknowledged, ashContact: whole.ashContact },
          ...{ response: whole.response, resolved: whole.resolved }
        })
        expect([rest.alerts, rest.neverAcknowledged]).toEqual([all.length, whole.neverAcknowledged])
        expect(Object.values(rest.withinGoal).reduce((sum, kept) => sum + kept)).toBe(whole.withinGoal)
        const average = whole.acknowledged.averageSeconds
        const [, told] = /Avg\. Time to Acknowledge: +(.*)\n/.exec(renderWeeklyReport({ days }, {})) ?? []
        const [, h = 0, m = 0, s = 0] = /^(?:(\d+)h )?(?:(\d+)m )?(\d+)s$/.exec(told ?? "") ?? []
        if (average === null) expect(told).toBe("-")
        else expect(Number(h) * 3600 + Number(m) * 60 + Number(s)).toBe(average)
      })
    )
  })

  it.each(By.literals)("by %s has a row for all there is, counted from its alerts", (by) => {
    fc.assert(
      fc.property(week, (all) => {
        const { rows } = groupsOf(daysOf(all), by)
        const found = Map.groupBy(all, NAME_OF[by])
        for (const row of rows) expect(row).toEqual(groupByHand(row.name, found.get(row.name) ?? []))
        expect(rows.map(({ name }) => name)).toEqual(expect.arrayContaining([...found.keys()]))
        expect(rows.reduce((sum, row) => sum + row.alerts, 0)).toBe(all.length)
      })
    )
  })
})

describe("an average over days of different sizes", () => {
  it("weighs alerts, not days", () => {
    const of = (n: number, date: string | undefined, seconds: number) =>
      alertOf({ alert_id: `alert_${n}`, alert_created_at: `${date}T12:00:00Z`, ...acknowledgedBy("1", seconds) })
    const all = [of(0, DATES[0], 1000), ...[1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => of(n, DATES[1], 100))]
    expect(statsOf(daysOf(all), { by: undefined, measuring: true }).acknowledged.averageSeconds).toBe(190)
  })
})

describe("a day that was written before there were groups", () => {
  const old = parseDayMetrics("2026-01-02", JSON.stringify({ total_alerts: 2, avg_acknowledge_seconds: 60 }))
  const days = [old ?? emptyDay("2026-01-02"), ...daysOf([alertOf({ alert_created_at: `${DATES[4]}T12:00:00Z` })])]

  it("is in no row but its own, and that is said", () => {
    expect(groupsOf(days, "hour")).toMatchObject({ daysLeftOut: 1 })
    expect(groupsOf(days, "channel").rows.reduce((sum, { alerts }) => sum + alerts, 0)).toBe(1)
    expect(groupsOf(days, "day")).toMatchObject({
      daysLeftOut: 0,
      rows: [{ name: "2026-01-02", alerts: 2 }, {}, {}, {}, {}, {}, {}, {}]
    })
  })
})
