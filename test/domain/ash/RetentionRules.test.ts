/** How long each kind of Ash's data lives (M40-M44), and what keys and values say of their age, of this service and older ones. */
import { describe, expect, it } from "vitest"
import { alertLookupKey, alertMetricsKey, alertsOfDayKey, pendingAlertKey } from "#domain/ash/AlertMetrics.ts"
import { alertIdOf } from "#domain/ash/Alert.ts"
import { ashSessionId } from "#domain/ash/AshSession.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { dayMetricsKey } from "#domain/ash/DayMetrics.ts"
import { historyKey } from "#domain/ash/History.ts"
import { defaultReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { ashRetentionRules, RETENTION_REPORT_KEY, retentionTerms } from "#domain/ash/RetentionRules.ts"
import { conversationRetentionRules } from "#domain/conversation/RetentionRules.ts"
import { type FoundKey, judge, type RetentionRule, ruleOf } from "#domain/Retention.ts"
import * as documents from "#machines/ash-session/documents.ts"

const DAY = 86_400_000
const NOW = Date.parse("2026-11-20T03:00:00Z")
const terms = retentionTerms(defaultAshPolicy, defaultReportPolicy, 7 * DAY)
const rules = [...ashRetentionRules(terms), ...conversationRetentionRules]

const ALERT = alertIdOf("1", "2", "3")
const SESSION = ashSessionId("222", NOW)
const CALL = "0123456789abcdef0123456789abcdef"

const ago = (days: number, more = 0): string => new Date(NOW - days * DAY - more).toISOString()

/** What is done with a key that says this; `ttl` for one that has a time to live. */
const doneWith = (
  key: string,
  value: unknown,
  { ttl = true, now = NOW, under = rules as ReadonlyArray<RetentionRule> } = {}
): ReadonlyArray<string> => {
  const rule = ruleOf(under, key)
  if (rule === null) throw new Error(`no rule for ${key}`)
  const text = typeof value === "string" ? value : JSON.stringify(value)
  const found: FoundKey = { key, shape: rule.shape, ttlMs: ttl ? DAY : null, text, lowest: null }
  return judge(rule, found, now).map((change) => (change.op === "expire" ? `${change.ttlMs / DAY} days` : change.op))
}

describe("every key", () => {
  const keys: ReadonlyArray<readonly [string, string]> = [
    [historyKey("111", "222"), "message_history"],
    ["ash:message:333", "message_authors"],
    [alertMetricsKey(ALERT), "alert_metrics"],
    [alertMetricsKey("alert_abc123"), "alert_metrics"],
    [alertLookupKey("333"), "alert_lookups"],
    [alertsOfDayKey("2026-11-20"), "alert_index"],
    [pendingAlertKey("333"), "pending_alerts"],
    [dayMetricsKey("2026-11-20"), "daily_aggregates"],
    [documents.metaKey(SESSION), "session_data"],
    [documents.notesKey(SESSION), "session_notes"],
    [documents.optOutKey("222"), "opt_outs"],
    [documents.followUpKey("scheduled", "222"), "follow_ups"],
    [documents.followUpKey("last", "222"), "follow_ups"],
    [documents.followUpKey("pending", "222"), "follow_ups"],
    [RETENTION_REPORT_KEY, "retention_reports"],
    ["conversation:+12125551234", "conversations"],
    [`conversation:+12125551234:analysis:${CALL}`, "meal_plans"],
    ["recipe-pdf:AAAAAAAAAAAAAAAAAAAAAA", "recipes"],
    [`recipe-link:${CALL}`, "recipes"],
    [`sms:sent:${CALL}`, "sent_notes"]
  ]

  it.each(keys)("%s is %s, of one rule only", (key, dataType) => {
    const of = rules.filter(({ prefix, rest }) => key.startsWith(prefix) && rest.test(key.slice(prefix.length)))
    expect(of.map((rule) => rule.dataType)).toEqual([dataType])
  })

  it.each([
    ...["ash:history:abc:def", "ash:history:1", "ash:history:1:2:3", "ash:metrics:daily:yesterday", "ash:optout:me"],
    ...["ash:other:1", "ash", "ash:metrics:alert:a b", "sms:blocked:+12125551234", "user:+12125551234"],
    ...["conversation:main", "tardigrade:due", "tardigrade:actor:retention/main", "session:1:messages"]
  ])("%s is none of ours to clean up", (key) => expect(ruleOf(rules, key)).toBeNull())

  it("has a time to live to be given, unless it may be meant to stay", () => {
    expect(rules.filter(({ ttlMs }) => ttlMs === null)).toEqual([])
    const forGood = { ...defaultAshPolicy, optOut: { enabled: true, ttlMs: null } }
    const permanent = ashRetentionRules(retentionTerms(forGood, defaultReportPolicy, 7 * DAY))
    expect(permanent.filter(({ ttlMs }) => ttlMs === null).map(({ dataType }) => dataType)).toEqual(["opt_outs"])
  })
})

describe("the terms", () => {
  it("are the documented ones", () =>
    expect(terms).toEqual({
      alertMetricsMs: 90 * DAY,
      aggregatesMs: 365 * DAY,
      historyMs: 7 * DAY,
      authorsMs: 14 * DAY,
      sessionDataMs: 30 * DAY,
      lookUpsMs: 90 * DAY,
      pendingMs: DAY,
      optOutMs: 30 * DAY
    }))

  it("keep a message no longer than its key would live (C1)", () => {
    const short = { ...defaultAshPolicy, history: { ...defaultAshPolicy.history, ttlMs: 3 * DAY } }
    expect(retentionTerms(short, defaultReportPolicy, 7 * DAY).historyMs).toBe(3 * DAY)
  })
})

describe("message history (M43)", () => {
  it("is trimmed by the second it was written in, and given a time to live", () => {
    const set = (lowest: number, ttlMs: number | null): FoundKey => ({
      ...{ key: historyKey("1", "2"), shape: "sortedSet", text: null, lowest, ttlMs }
    })
    const rule = ruleOf(rules, historyKey("1", "2")) as RetentionRule
    expect(judge(rule, set((NOW - 8 * DAY) / 1000, DAY), NOW)).toMatchObject([
      { op: "trim", below: (NOW - 7 * DAY) / 1000 }
    ])
    expect(judge(rule, set(NOW / 1000, null), NOW)).toMatchObject([{ op: "expire", ttlMs: 7 * DAY }])
  })
})

describe("alert metrics (M40)", () => {
  const metrics = (times: object) => ({ alert_id: "alert_abc123", severity: "high", ...times })
  const key = alertMetricsKey("alert_abc123")

  it.each<[string, object, ReadonlyArray<string>]>([
    ["created 89 days ago", { alert_created_at: ago(89) }, []],
    ["created 90 days ago", { alert_created_at: ago(90) }, ["remove"]],
    ["created 91 days ago, resolved 89 days ago", { alert_created_at: ago(91), resolved_at: ago(89) }, []],
    ["created 95 days ago, expired 91 days ago", { alert_created_at: ago(95), expired_at: ago(91) }, ["remove"]],
    ["of an older service, without a zone", { alert_created_at: ago(91).replace("Z", "") }, ["remove"]],
    ["in the zone of an older service", { alert_created_at: ago(91).replace("Z", "+00:00") }, ["remove"]],
    ["that are not dated", {}, []],
    ["dated in the future", { alert_created_at: ago(-400) }, []]
  ])("%s", (_, times, done) => expect(doneWith(key, metrics(times))).toEqual(done))

  it("that nobody can read stay, with a time to live", () => {
    for (const broken of ["", "{", "null", "[]", '"alert"', "90"]) {
      expect(doneWith(key, broken)).toEqual([])
      expect(doneWith(key, broken, { ttl: false })).toEqual(["90 days"])
    }
  })

  it("without a time to live are given what is left of theirs", () =>
    expect(doneWith(key, metrics({ alert_created_at: ago(80) }), { ttl: false })).toEqual(["10 days"]))
})

describe("daily aggregates (M41)", () => {
  it("are as old as the end of their day", () => {
    const key = dayMetricsKey("2025-11-20")
    const end = Date.parse("2025-11-21T00:00:00Z")
    expect(doneWith(key, "{}", { now: end + 365 * DAY - 1 })).toEqual([])
    expect(doneWith(key, "{}", { now: end + 365 * DAY })).toEqual(["remove"])
    expect(doneWith(key, "not even JSON", { now: end + 365 * DAY })).toEqual(["remove"])
    expect(doneWith(key, "{}", { ttl: false, now: end })).toEqual(["365 days"])
  })

  it("of a day that is none stay", () =>
    expect(doneWith("ash:metrics:daily:2020-13-45", "{}", { ttl: false })).toEqual(["365 days"]))
})

describe("session data (M44)", () => {
  it.each<[string, string, object, ReadonlyArray<string>]>([
    ["ended 29 days ago", documents.metaKey(SESSION), { ended_at: ago(29) }, []],
    ["ended 30 days ago", documents.metaKey(SESSION), { ended_at: ago(30) }, ["remove"]],
    ["last noted 29 days ago", documents.notesKey(SESSION), { at: ago(29) }, []],
    ["last noted 30 days ago", documents.notesKey(SESSION), { at: ago(30) }, ["remove"]],
    ["to be asked after 31 days ago", documents.followUpKey("scheduled", "2"), { due_at: ago(31) }, ["remove"]],
    ["asked after 31 days ago", documents.followUpKey("last", "2"), { asked_at: ago(31) }, ["remove"]],
    ["asked after a day ago", documents.followUpKey("pending", "2"), { asked_at: ago(1) }, []],
    ["of unknown age", documents.metaKey(SESSION), { ended_at: "long ago" }, []]
  ])("%s", (_, key, value, done) => expect(doneWith(key, value)).toEqual(done))

  it("of an alert Ash never went to goes a day after it was too late", () => {
    expect(doneWith(pendingAlertKey("3"), { due_at: ago(0, 3_600_000) })).toEqual([])
    expect(doneWith(pendingAlertKey("3"), { due_at: ago(1) })).toEqual(["remove"])
  })
})

describe("a no-contact wish (M42, C28)", () => {
  const key = documents.optOutKey("222")
  const wish = (until: string | null) => ({ opted_out_at: ago(300), until, by: "member" })

  it("that is for good stays, time to live or not", () => {
    expect(doneWith(key, wish(null), { ttl: false })).toEqual([])
    expect(doneWith(key, wish(null))).toEqual([])
  })

  it("with an end ends then", () => {
    expect(doneWith(key, wish(ago(-1)), { ttl: false })).toEqual(["1 days"])
    expect(doneWith(key, wish(ago(0)), { ttl: false })).toEqual(["remove"])
    expect(doneWith(key, wish(ago(-100)))).toEqual([])
  })

  it("of an older service, which does not say until when, is kept for the usual time from now on, never ended at once", () => {
    for (const value of ["1", "true", { opted_out_at: ago(300) }]) {
      expect(doneWith(key, value, { ttl: false })).toEqual(["30 days"])
    }
  })

  it("stays when wishes are for good here and it does not say otherwise", () => {
    const forGood = { ...defaultAshPolicy, optOut: { enabled: true, ttlMs: null } }
    const under = ashRetentionRules(retentionTerms(forGood, defaultReportPolicy, 7 * DAY))
    expect(doneWith(key, "1", { ttl: false, under })).toEqual([])
  })
})
