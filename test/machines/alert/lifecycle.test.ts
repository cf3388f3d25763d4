/** The steps of an alert: forward only, one winner, each with who and when, and every refusal kept (B2, B3, C22). */
import { describe, expect, it } from "vitest"
import { alertMetricsKey, parseAlertMetrics } from "#domain/ash/AlertMetrics.ts"
import { snowflakeTime } from "#domain/ash/Snowflake.ts"
import {
  ALERT,
  adoptable,
  DAY,
  Driver,
  GUILD,
  MESSAGE,
  MINUTE,
  OTHER,
  POST,
  RESPONDER,
  SECOND,
  T0,
  USER
} from "./Driver.ts"

const opened = (): Driver => new Driver().open().posted()

describe("acknowledging", () => {
  it("ten responders click at once: one winner, nine learn who and when, one record", () => {
    const alert = opened()
    const people = Array.from({ length: 10 }, (_, n) => `15000000000000000${n + 10}`)
    const answers = people.map((by) => {
      alert.now += 10
      return alert.ask("ACKNOWLEDGE", by)
    })
    expect(answers.filter(({ outcome }) => outcome === "done")).toHaveLength(1)
    for (const { outcome, because, alert: seen } of answers.slice(1)) {
      expect([outcome, because]).toEqual(["refused", "already_acknowledged"])
      expect(seen?.acknowledged).toEqual({ by: people[0], at: T0 + 10, note: null })
    }
    const metrics = parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")
    expect(metrics).toMatchObject({ acknowledged_by: people[0], time_to_acknowledge_seconds: 0 })
    expect([...(alert.index.get("ash:metrics:alerts:2026-01-05") ?? [])]).toEqual([[ALERT, T0 / 1000]])
    // The day hears what the record says, each change once and under a rising number.
    expect(new Set(alert.measured.map(({ to }) => to))).toEqual(new Set(["metrics-day/2026-01-05"]))
    expect(alert.measured.at(-1)?.event["metrics"]).toEqual({ ...metrics, user_id: null })
    expect(alert.measured.map(({ event }) => event["version"])).toEqual(alert.measured.map((_, index) => index + 1))
    expect(alert.measured.filter(({ event }) => JSON.stringify(event).includes(people[0] ?? ""))).toHaveLength(1)
    expect(alert.context.refusals).toHaveLength(9)
    const tells = alert.everTold.filter(({ event }) => event.type === "ALERT_ACKNOWLEDGED")
    expect(tells).toHaveLength(1)
  })

  it("says `already` to its own second click, too", () => {
    const alert = opened()
    expect(alert.ask("ACKNOWLEDGE")).toMatchObject({ outcome: "done", because: null, alert: { state: "acknowledged" } })
    expect(alert.ask("ACKNOWLEDGE")).toMatchObject({ outcome: "refused", because: "already_acknowledged" })
  })

  it("comes after the resolve: refused, kept, and the state stays", () => {
    const alert = opened()
    alert.ask("RESOLVE")
    alert.now += SECOND
    expect(alert.ask("ACKNOWLEDGE", OTHER)).toMatchObject({
      outcome: "refused",
      because: "already_resolved",
      alert: { state: "resolved" }
    })
    expect(alert.step).toBe("resolved")
    expect(alert.context.refusals).toEqual([
      { type: "ACKNOWLEDGE", by: OTHER, at: T0 + SECOND, because: "already_resolved" }
    ])
  })

  it("keeps a responder's note, cut to 500 characters, and tells everybody", () => {
    const alert = opened()
    alert.feed({ type: "ACKNOWLEDGE", by: RESPONDER, at: T0, note: "\u{1F49C}".repeat(600) })
    expect(Array.from(alert.view.acknowledged?.note ?? "")).toHaveLength(500)
    expect(alert.notices).toEqual(["acknowledged nobody"])
    expect(alert.toldTo("desk")).toEqual(["ALERT_ACKNOWLEDGED", "RESPONDER_SEEN"])
    expect(alert.toldTo("member")).toEqual([])
  })

  it("keeps only the newest refusals", () => {
    const alert = opened()
    for (let click = 0; click < 30; click++) {
      alert.now += 1
      alert.ask("ACKNOWLEDGE")
    }
    expect(alert.context.refusals).toHaveLength(20)
    expect(alert.context.refusals.at(-1)?.at).toBe(alert.now)
  })
})

describe("resolving", () => {
  it("C22: of an unacknowledged alert takes both steps in order, by the same person", () => {
    const alert = opened()
    alert.wait(90 * SECOND)
    const answer = alert.ask("RESOLVE")
    expect(answer).toMatchObject({ outcome: "done", alert: { state: "resolved" } })
    const step = { by: RESPONDER, at: T0 + 90 * SECOND, note: null }
    expect([alert.view.acknowledged, alert.view.resolved]).toEqual([step, step])
    expect(alert.toldTo("desk")).toEqual(["ALERT_ACKNOWLEDGED", "ALERT_CLOSED", "RESPONDER_SEEN"])
    expect(alert.told.find(({ event }) => event.type === "ALERT_CLOSED")?.event).toMatchObject({ how: "resolved" })
    expect(alert.toldTo("member")).toEqual(["ALERT_CLOSED"])
    expect(alert.toldTo("ash-session")).toEqual(["ALERT_RESOLVED"])
    expect(alert.notices).toEqual(["resolved nobody"])
  })

  it("of an acknowledged alert leaves the first step alone", () => {
    const alert = opened()
    alert.ask("ACKNOWLEDGE")
    alert.wait(MINUTE)
    alert.ask("RESOLVE", OTHER)
    expect(alert.view.acknowledged).toEqual({ by: RESPONDER, at: T0, note: null })
    expect(alert.view.resolved).toEqual({ by: OTHER, at: T0 + MINUTE, note: null })
    expect(alert.toldTo("desk")).toEqual(["ALERT_CLOSED", "RESPONDER_SEEN"])
  })

  it("X21: is measured", () => {
    const alert = opened()
    alert.wait(90 * SECOND)
    alert.ask("RESOLVE")
    expect(parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")).toMatchObject({
      resolved_at: "2026-01-05T12:01:30Z",
      time_to_resolve_seconds: 90,
      resolved_by: RESPONDER
    })
  })

  it("ends every timer and shows it once", () => {
    const alert = opened()
    alert.ask("RESOLVE")
    expect(alert.state?.meta.timers).toEqual([])
    expect(alert.params("editAlert").map(({ alert }) => alert.state)).toEqual(["resolved"])
  })
})

describe("false positives and overrides (B19)", () => {
  it("resolves an open alert, marked", () => {
    const alert = opened()
    alert.feed({ type: "FALSE_POSITIVE", by: RESPONDER, at: T0, reason: "a song text" })
    expect(alert.reply).toMatchObject({ outcome: "done", alert: { state: "resolved", falsePositive: true } })
    expect(alert.view.resolved?.note).toBe("false positive")
    expect(alert.notices).toEqual(["false_positive nobody", "resolved nobody"])
    expect(parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")?.false_positive).toBe(true)
  })

  it("marks a closed one, once, and leaves its steps alone", () => {
    const alert = opened()
    alert.ask("RESOLVE")
    const { resolved } = alert.view
    alert.now += MINUTE
    for (const notices of [["false_positive nobody"], []]) {
      alert.feed({ type: "FALSE_POSITIVE", by: OTHER, at: alert.now, reason: "a test" })
      expect(alert.reply.outcome).toBe("done")
      expect(alert.notices).toEqual(notices)
    }
    expect(alert.view).toMatchObject({ falsePositive: true, resolved })
  })

  it("keeps both severities, and calls people only upwards", () => {
    const alert = opened()
    alert.feed({ type: "OVERRIDE_SEVERITY", by: RESPONDER, at: T0, severity: "low", reason: "known joke" })
    expect(alert.reply.alert).toMatchObject({
      severity: "low",
      overridden: { from: "high", by: RESPONDER, reason: "known joke" }
    })
    expect(alert.notices).toEqual(["overridden nobody"])
    alert.wait(DAY)
    expect(alert.calls).toEqual([])
    alert.feed({ type: "OVERRIDE_SEVERITY", by: OTHER, at: alert.now, severity: "critical", reason: "it was none" })
    expect(alert.notices).toEqual(["overridden crt"])
    alert.wait(2 * MINUTE)
    expect(alert.notices).toEqual(["escalated crt"])
    const metrics = parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")
    expect(metrics).toMatchObject({ severity: "high", final_severity: "critical" })
  })
})

describe("assigning", () => {
  it("only assigns", () => {
    const alert = opened()
    for (const to of [OTHER, RESPONDER, OTHER]) alert.feed({ type: "ASSIGN", by: RESPONDER, at: T0, to })
    expect(alert.reply.alert).toMatchObject({ state: "alert", assignedTo: [RESPONDER, OTHER] })
    expect(alert.notices).toEqual(["assigned nobody"])
  })
})

describe("looking", () => {
  it("answers the alert and changes nothing", () => {
    const alert = opened()
    const before = JSON.stringify(alert.context)
    alert.feed({ type: "LOOK" })
    expect(alert.reply).toEqual({ outcome: "done", because: null, alert: alert.view })
    expect(JSON.stringify(alert.context)).toBe(before)
    expect([alert.asked, alert.told, alert.projected]).toEqual([[], [], []])
  })

  it("finds no alert where there is none, and nothing stays of the question", () => {
    const alert = new Driver()
    alert.feed({ type: "LOOK" })
    expect(alert.reply).toEqual({ outcome: "refused", because: "unknown_alert", alert: null })
    expect(alert.ttlMs).toBe(MINUTE)
    expect(alert.open().ttlMs).toBe(90 * DAY)
  })
})

describe("a click on a post of another service (B2)", () => {
  const request = { by: RESPONDER, at: T0, post: adoptable }

  it("takes the alert over and is carried out", () => {
    const alert = new Driver()
    alert.feed({ type: "ACKNOWLEDGE", note: null, ...request })
    expect(alert.reply).toMatchObject({
      outcome: "done",
      alert: {
        alertId: ALERT,
        state: "acknowledged",
        severity: "high",
        place: POST,
        createdAt: snowflakeTime(POST.messageId),
        signal: { guildId: GUILD, userId: USER, messageId: MESSAGE, at: snowflakeTime(MESSAGE) }
      }
    })
    expect(alert.params("postAlert")).toEqual([])
    expect(alert.params("editAlert")).toHaveLength(1)
    expect(alert.toldTo("desk")).toEqual(["ALERT_OPENED", "ALERT_ACKNOWLEDGED", "RESPONDER_SEEN"])
    expect(alert.documents.get(`ash:metrics:alert_lookup:${POST.messageId}`)).toBe(ALERT)
    const metrics = parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")
    expect(metrics).toMatchObject({ alert_message_id: POST.messageId, channel_id: null, acknowledged_by: RESPONDER })
  })

  it("calls nobody about an old post, but forgets it only after a while", () => {
    const alert = new Driver()
    alert.feed({ type: "ASSIGN", to: OTHER, ...request })
    alert.wait(2 * DAY)
    expect(alert.calls).toEqual([])
    expect(alert.view.ash.state).toBe("none")
    expect(alert.step).toBe("alert")
    expect(alert.wait(DAY).step).toBe("expired")
  })

  it("sends Ash when asked to", () => {
    const alert = new Driver()
    alert.feed({ type: "TALK_TO_ASH", ...request })
    expect(alert.reply).toMatchObject({ outcome: "done", alert: { state: "alert", ash: { state: "asked" } } })
    expect(alert.toldTo("ash-session")).toEqual(["START"])
  })

  it("is refused when it names no post", () => {
    const alert = new Driver()
    alert.feed({ type: "RESOLVE", by: RESPONDER, at: T0, note: null })
    expect(alert.reply).toEqual({ outcome: "refused", because: "unknown_alert", alert: null })
    expect(alert.ttlMs).toBe(MINUTE)
  })
})
