/** Numbers over HTTP: for some days, by what their alerts share, as a table for spreadsheets; days counted anew. */
import * as Effect from "effect/Effect"
import { address } from "#domain/ActorAddress.ts"
import { type AlertMetrics, dayOf } from "#domain/ash/AlertMetrics.ts"
import { acknowledgedBy, alertOf } from "#test/domain/ash/DayRecords.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { ADMIN, type Service, start } from "./service.ts"

const environment = { ADMIN_TOKEN: ADMIN }
const CHANNEL = "1100000000000000003"
/** A day long ago: no clock moves it. */
const DAY = "2026-01-05"

const get = (service: Service, path: string) => service.call(path, { token: ADMIN })

const post = (service: Service, body: unknown) =>
  Effect.promise(async () => {
    const headers = { authorization: `Bearer ${ADMIN}`, "content-type": "application/json" }
    const url = `${service.base}/api/stats/rebuild`
    const answer = await fetch(url, { method: "POST", headers, body: JSON.stringify(body) })
    return { status: answer.status, body: (await answer.json()) as unknown }
  })

const ALERTS: ReadonlyArray<AlertMetrics> = [
  alertOf({ alert_id: "alert_1", severity: "medium", final_severity: "critical", ...acknowledgedBy("4", 60) }),
  alertOf({ alert_id: "alert_2", severity: "critical", ...acknowledgedBy("4", 180), time_to_resolve_seconds: 600 }),
  alertOf({ alert_id: "alert_3", severity: "low", channel_id: null, alert_created_at: `${DAY}T03:00:00Z` }),
  alertOf({
    alert_id: "alert_4",
    severity: "low",
    alert_created_at: "2026-01-04T23:59:59Z",
    ...acknowledgedBy("5", 7201)
  })
]

/** A service whose days were told of these alerts. */
const told = Effect.fnUntraced(function* (options = {}) {
  const service = yield* start({ environment: { ...environment, ...options } })
  yield* Effect.forEach(ALERTS, (metrics) => {
    const day = address("metrics-day", metrics.alert_created_at.slice(0, 10))
    return service.system.tell(day, { type: "ALERT_MEASURED", metrics, version: 1 }, { id: metrics.alert_id })
  })
  return service
})

const group = (name: string, alerts: number, withinGoal: number, neverAcknowledged = 0) => ({
  ...{ name, alerts, withinGoal, neverAcknowledged }
})

describe("numbers", () => {
  it.live("of the days that end with a day; raised alerts as grave as they became, goals as they were opened", () =>
    Effect.gen(function* () {
      const service = yield* told()
      const { body } = yield* get(service, `/api/stats?days=2&until=${DAY}`)
      expect(body).toMatchObject({
        ...{ from: "2026-01-04", to: DAY, measuring: true, alerts: 4, neverAcknowledged: 1, groups: null },
        bySeverity: { critical: 2, high: 0, medium: 0, low: 2 },
        openedAs: { critical: 1, high: 0, medium: 1, low: 2 },
        withinGoal: { critical: 0, high: 0, medium: 1, low: 0 },
        acknowledged: { count: 3, averageSeconds: 2480, medianSeconds: 180, p90Seconds: 7201 },
        resolved: { count: 1, medianSeconds: 600 }
      })
      expect((yield* get(service, `/api/stats?days=1&until=${DAY}`)).body).toMatchObject({ from: DAY, alerts: 3 })
      expect((yield* get(service, "/api/stats")).body).toMatchObject({ to: dayOf(Date.now()), alerts: 0 })
    })
  )

  it.live("by day, hour, channel and severity", () =>
    Effect.gen(function* () {
      const service = yield* told()
      const by = (what: string) =>
        Effect.map(
          get(service, `/api/stats?days=2&until=${DAY}&by=${what}`),
          ({ body }) =>
            (body as { groups: { by: string; rows: ReadonlyArray<{ name: string }>; daysLeftOut: number } }).groups
        )
      expect((yield* by("day")).rows).toMatchObject([group("2026-01-04", 1, 0), group(DAY, 3, 1, 1)])
      expect((yield* by("channel")).rows).toMatchObject([group(CHANNEL, 3, 1), group("unknown", 1, 0, 1)])
      expect((yield* by("severity")).rows).toMatchObject([
        { ...group("critical", 2, 1), acknowledged: { medianSeconds: 60, p90Seconds: 180 } },
        group("high", 0, 0),
        group("medium", 0, 0),
        group("low", 2, 0, 1)
      ])
      const hours = yield* by("hour")
      expect(hours).toMatchObject({ by: "hour", daysLeftOut: 0 })
      expect(hours.rows.map(({ name }) => name)).toEqual(
        Array.from({ length: 24 }, (_, hour) => String(hour).padStart(2, "0"))
      )
      expect([hours.rows[3], hours.rows[12], hours.rows[23]]).toMatchObject([
        group("03", 1, 0, 1),
        group("12", 2, 1),
        group("23", 1, 0)
      ])
    })
  )

  it.live("as CSV for spreadsheets", () =>
    Effect.gen(function* () {
      const service = yield* told()
      const { headers, status, text } = yield* get(service, `/api/stats.csv?days=2&until=${DAY}&by=channel`)
      expect([status, headers.get("content-type")]).toEqual([200, "text/csv; charset=utf-8; header=present"])
      expect(text.split("\r\n")).toEqual([
        "channel,alerts,within_goal,within_goal_percent,never_acknowledged,acknowledge_count,acknowledge_average_seconds,acknowledge_median_seconds,acknowledge_p90_seconds,ash_contact_count,ash_contact_average_seconds,ash_contact_median_seconds,ash_contact_p90_seconds,response_count,response_average_seconds,response_median_seconds,response_p90_seconds,resolve_count,resolve_average_seconds,resolve_median_seconds,resolve_p90_seconds",
        `#${CHANNEL},3,1,33,0,3,2480,180,7201,0,,,,0,,,,1,600,600,600`,
        "unknown,1,0,0,1,0,,,,0,,,,0,,,,0,,,",
        ""
      ])
      const days = yield* get(service, `/api/stats.csv?days=1&until=${DAY}`)
      expect(days.text).toMatch(/^day,.*\r\n2026-01-05,3,1,33,1,/)
      expect((yield* get(service, "/api/stats.csv?by=hour")).text).toMatch(/\r\n23:00,0,0,,0,/)
    })
  )

  it.live("need a day that there is, and something to go by", () =>
    Effect.gen(function* () {
      const service = yield* start({ environment })
      for (const query of ["until=2026-02-30", "until=today", "by=member", "days=0"]) {
        expect(yield* get(service, `/api/stats?${query}`)).toMatchObject({ status: 400, body: { field: "query" } })
        expect(yield* get(service, `/api/stats.csv?${query}`)).toMatchObject({ status: 400 })
      }
      expect(yield* service.call("/api/stats.csv")).toMatchObject({ status: 401 })
    })
  )
})

describe("counting days anew", () => {
  it.live("is said day by day, the oldest first; today without being told which", () =>
    Effect.gen(function* () {
      const service = yield* told()
      const { body, status } = yield* post(service, { until: DAY, days: 2 })
      expect(status).toBe(200)
      expect(body).toEqual(
        [
          ["2026-01-04", 1],
          [DAY, 3]
        ].map(([date, alertsKept]) => ({
          ...{ date, refused: null, alertsRead: 0, conversationsRead: 0, alertsKept, conversationsKept: 0 },
          changed: false
        }))
      )
      expect((yield* get(service, `/api/stats?days=2&until=${DAY}`)).body).toMatchObject({ alerts: 4 })
      expect((yield* post(service, {})).body).toMatchObject([{ date: dayOf(Date.now()), changed: false }])
      expect(yield* post(service, { until: "2026-13-01" })).toMatchObject({ status: 400, body: { field: "payload" } })
    })
  )

  it.live(
    "is refused while nothing is measured, under either name; what was measured is still told, and that it ended",
    () =>
      Effect.gen(function* () {
        for (const name of ["BOT_METRICS_ENABLED", "BOT_RESPONSE_METRICS_ENABLED"]) {
          const service = yield* told({ [name]: "false" })
          expect(yield* post(service, { until: DAY })).toMatchObject({ status: 409, body: { code: "off" } })
          expect((yield* get(service, `/api/stats?until=${DAY}`)).body).toMatchObject({ measuring: false, alerts: 4 })
        }
      })
  )
})
