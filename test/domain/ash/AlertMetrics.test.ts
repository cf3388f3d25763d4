/** The metrics record: what is written is read back, and what an older service wrote is read without loss. */
import { describe, expect, it } from "vitest"
import {
  type AlertMetrics,
  alertLookupKey,
  alertMetricsKey,
  alertsOfDayKey,
  dayOf,
  isoSecond,
  parseAlertMetrics,
  pendingAlertKey,
  secondsBetween
} from "#domain/ash/AlertMetrics.ts"

const record: AlertMetrics = {
  alert_id: "alert_0123456789ab",
  alert_message_id: "1234567890123456789",
  user_id: "1234567890123456781",
  channel_id: "1234567890123456782",
  severity: "high",
  channel_sensitivity: 1.25,
  alert_created_at: "2026-01-05T12:00:00Z",
  acknowledged_at: "2026-01-05T12:02:30Z",
  ash_contacted_at: null,
  first_response_at: "2026-01-05T12:03:00Z",
  resolved_at: "2026-01-05T13:00:00Z",
  expired_at: null,
  time_to_acknowledge_seconds: 150,
  time_to_ash_seconds: null,
  time_to_response_seconds: 180,
  time_to_resolve_seconds: 3600,
  was_auto_initiated: true,
  user_opted_out: true,
  false_positive: true,
  guild_id: "1234567890123456783",
  acknowledged_by: "1234567890123456784",
  ash_contacted_by: null,
  first_response_by: "1234567890123456785",
  resolved_by: "1234567890123456786",
  final_severity: "critical",
  signals: 3
}

describe("parseAlertMetrics", () => {
  it("reads what is written", () => {
    expect(parseAlertMetrics(JSON.stringify(record))).toEqual(record)
  })

  it("reads an older record: big numbers for ids, times of any zone, no extras", () => {
    const text = `{
      "alert_id": "alert_abc123", "alert_message_id": 1234567890123456789, "user_id": 987654321,
      "channel_id": 18446744073709551615, "severity": "HIGH", "alert_created_at": "2026-01-05T12:00:00",
      "acknowledged_at": "2026-01-05T13:02:30.9+01:00", "resolved_at": null
    }`
    expect(parseAlertMetrics(text)).toEqual({
      alert_id: "alert_abc123",
      alert_message_id: "1234567890123456789",
      user_id: "987654321",
      channel_id: "18446744073709551615",
      severity: "high",
      channel_sensitivity: 1,
      alert_created_at: "2026-01-05T12:00:00Z",
      acknowledged_at: "2026-01-05T12:02:30Z",
      ash_contacted_at: null,
      first_response_at: null,
      resolved_at: null,
      expired_at: null,
      time_to_acknowledge_seconds: 150,
      time_to_ash_seconds: null,
      time_to_response_seconds: null,
      time_to_resolve_seconds: null,
      was_auto_initiated: false,
      user_opted_out: false,
      false_positive: false,
      guild_id: null,
      acknowledged_by: null,
      ash_contacted_by: null,
      first_response_by: null,
      resolved_by: null,
      final_severity: "high",
      signals: 1
    })
  })

  it.each([
    ["no JSON", "{"],
    ["no object", "[]"],
    ["nothing", "null"],
    ["no id", JSON.stringify({ ...record, alert_id: null })],
    ["no severity", JSON.stringify({ ...record, severity: "safe" })],
    ["no time", JSON.stringify({ ...record, alert_created_at: "soon" })]
  ])("refuses %s", (_, text) => {
    expect(parseAlertMetrics(text)).toBeNull()
  })

  it.each([
    ["an id with a sign", { user_id: -5 }, { user_id: null }],
    ["an id that is no whole number", { user_id: 1e300 }, { user_id: null }],
    ["a negative duration", { time_to_acknowledge_seconds: -5 }, { time_to_acknowledge_seconds: 150 }],
    ["a fraction of a second", { time_to_response_seconds: 3.7 }, { time_to_response_seconds: 3 }],
    [
      "a broken time",
      { resolved_at: "?", time_to_resolve_seconds: null },
      { resolved_at: null, time_to_resolve_seconds: null }
    ],
    ["a sensitivity of nothing", { channel_sensitivity: 0 }, { channel_sensitivity: 1 }]
  ])("puts up with %s", (_, written, read) => {
    expect(parseAlertMetrics(JSON.stringify({ ...record, ...written }))).toEqual({ ...record, ...read })
  })
})

it("names its keys as documented", () => {
  expect(alertMetricsKey("alert_abc123")).toBe("ash:metrics:alert:alert_abc123")
  expect(alertLookupKey("5")).toBe("ash:metrics:alert_lookup:5")
  expect(pendingAlertKey("6")).toBe("ash:pending_alert:6")
  expect(alertsOfDayKey("2026-01-05")).toBe("ash:metrics:alerts:2026-01-05")
})

it("counts days in UTC and seconds downwards, never below none", () => {
  const lastMoment = 1_767_657_599_999
  expect(dayOf(lastMoment)).toBe("2026-01-05")
  expect(dayOf(lastMoment + 1)).toBe("2026-01-06")
  expect(isoSecond(lastMoment)).toBe("2026-01-05T23:59:59Z")
  expect(secondsBetween(1000, 2999)).toBe(1)
  expect(secondsBetween(2000, 1000)).toBe(0)
})
