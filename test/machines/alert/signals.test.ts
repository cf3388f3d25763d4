/** Messages of the member: one open alert, raised and never lowered, and nothing that comes too late is lost (B7, B9). */
import { describe, expect, it } from "vitest"
import type { Analysis } from "#domain/ash/Analysis.ts"
import { alertMetricsKey, parseAlertMetrics } from "#domain/ash/AlertMetrics.ts"
import {
  ALERT,
  CHANNEL,
  Driver,
  GUILD,
  HOUR,
  MESSAGE,
  MINUTE,
  OTHER,
  policyWith,
  POST,
  SECOND,
  signal,
  T0,
  USER
} from "./Driver.ts"

const LATER = "1400000000000000044"

const analysis: Analysis = {
  severity: "critical",
  score: 0.9,
  confidence: 0.9,
  action: "immediate_outreach",
  factors: ["hopelessness"],
  source: "nlp",
  requestId: "r1",
  tookMs: 20,
  degraded: false,
  worsening: null
}

const opened = (): Driver => new Driver().open({ severity: "medium", unanalysed: true }).posted()

describe("opening", () => {
  it("posts, tells the desk, and measures from that moment", () => {
    const alert = new Driver()
    alert.now = T0 + 5 * SECOND
    alert.feed({ type: "OPEN", signal: signal({ sensitivity: 1.25 }), earlier: 0, previous: "alert_000000000001" })
    expect(alert.params("postAlert").map(({ alert: { alertId } }) => alertId)).toEqual([ALERT])
    expect(alert.told).toEqual([
      {
        to: `desk/${GUILD}`,
        event: { type: "ALERT_OPENED", alertId: ALERT, severity: "high", at: T0 + 5 * SECOND }
      }
    ])
    expect(alert.view).toMatchObject({ createdAt: T0 + 5 * SECOND, previous: "alert_000000000001", signals: 1 })
    expect(JSON.parse(alert.documents.get(alertMetricsKey(ALERT)) ?? "")).toEqual({
      alert_id: ALERT,
      alert_message_id: null,
      user_id: USER,
      channel_id: CHANNEL,
      severity: "high",
      channel_sensitivity: 1.25,
      alert_created_at: "2026-01-05T12:00:05Z",
      acknowledged_at: null,
      ash_contacted_at: null,
      first_response_at: null,
      resolved_at: null,
      expired_at: null,
      time_to_acknowledge_seconds: null,
      time_to_ash_seconds: null,
      time_to_response_seconds: null,
      time_to_resolve_seconds: null,
      was_auto_initiated: false,
      user_opted_out: false,
      false_positive: false,
      guild_id: GUILD,
      acknowledged_by: null,
      ash_contacted_by: null,
      first_response_by: null,
      resolved_by: null,
      final_severity: "high",
      signals: 1
    })
    const [put, index] = alert.projected
    const ttlMs = 90 * 24 * HOUR
    expect(put).toMatchObject({ op: "put", ttlMs })
    expect(index).toMatchObject({ op: "addToSortedSet", key: "ash:metrics:alerts:2026-01-05", keep: null, ttlMs })
  })

  it("measures nothing when the operator does not want it (M17)", () => {
    const alert = new Driver(policyWith({ alerts: { metrics: { enabled: false, ttlMs: 1 } } })).open().posted()
    alert.ask("RESOLVE")
    expect(alert.index.size).toBe(0)
    expect([...alert.documents]).toEqual([[`ash:metrics:alert_lookup:${POST.messageId}`, ALERT]])
  })

  it.each([
    [1, "medium", ["repeated nobody"]],
    [2, "medium", ["repeated crt"]],
    [2, "high", ["repeated nobody"]],
    [0, "medium", []]
  ] as const)("with %i earlier alerts, %s: %j (B20)", (earlier, severity, notices) => {
    expect(new Driver().open({ severity }, earlier).notices).toEqual(notices)
  })

  it("a second time is one message more", () => {
    const alert = opened().open({ severity: "medium" })
    expect(alert.view).toMatchObject({ signals: 2, severity: "medium" })
    expect(alert.notices).toEqual([])
  })
})

describe("more messages", () => {
  it("of the same or a lower severity only count", () => {
    const alert = opened()
    alert.signal({ severity: "medium" }).signal({ severity: "low" })
    expect(alert.view).toMatchObject({ signals: 3, severity: "medium", attention: 0 })
    expect([alert.notices, alert.told]).toEqual([[], []])
  })

  it("of a higher severity raise it, and the chain of calls begins anew", () => {
    const alert = opened()
    alert.wait(MINUTE)
    alert.signal({ severity: "high" })
    expect(alert.view).toMatchObject({ severity: "high", attention: 1, signals: 2 })
    expect(alert.view.raisedBy.messageId).toBe(LATER)
    expect(alert.view.signal.messageId).toBe(MESSAGE)
    expect(alert.params("notify").map(({ notice }) => notice)).toMatchObject([{ kind: "raised", from: "medium" }])
    expect(alert.notices).toEqual(["raised crt"])
    alert.wait(5 * MINUTE)
    expect(alert.calls).toEqual(["raised crt", "escalated crt"])
    alert.wait(HOUR)
    expect(alert.calls).toEqual(["raised crt", "escalated crt", "escalated wider", "escalated leads"])
  })

  it("raise quietly up to medium", () => {
    const alert = new Driver().open({ severity: "low" }).posted().signal({ severity: "medium" })
    expect(alert.notices).toEqual(["raised nobody"])
  })

  it("let Ash wait to go by itself from the severity on that is set for it", () => {
    const alert = new Driver().open({ severity: "low" }).posted()
    expect(alert.timer("autoInitiate")).toBeUndefined()
    alert.wait(HOUR)
    alert.signal({ severity: "high" })
    expect(alert.timer("autoInitiate")).toBe(T0 + HOUR + 3 * MINUTE)
  })
})

describe("a person is wanted (B9)", () => {
  it("calls people at once, at least at high, and says so to the member only when it is true", () => {
    const alert = opened()
    alert.ask("ACKNOWLEDGE")
    alert.said().signal({ severity: "low", humanWanted: "asked" })
    expect(alert.view).toMatchObject({ severity: "high", humanWanted: "asked", state: "acknowledged" })
    expect(alert.notices).toEqual(["raised nobody", "human_wanted crt"])
    expect(alert.toldTo("ash-session")).toEqual([])
    alert.done("notify", { kind: "raised", audience: "nobody" })
    expect(alert.toldTo("ash-session")).toEqual([])
    alert.now += SECOND
    alert.done("notify", { kind: "human_wanted", audience: "crt" })
    expect(alert.told).toEqual([
      { to: `ash-session/${USER}`, event: { type: "HUMAN_TOLD", alertId: ALERT, at: alert.now } }
    ])
  })

  it("a call that rang for nobody is none: the member is not told of it", () => {
    const alert = opened().signal({ severity: "low", humanWanted: "asked" })
    alert.done("notify", { kind: "human_wanted", audience: "nobody" })
    expect(alert.everTold.filter(({ event }) => event.type === "HUMAN_TOLD")).toEqual([])
  })

  it("no other call is told to the member", () => {
    const alert = new Driver()
      .open({ severity: "critical" })
      .posted()
      .wait(2 * MINUTE)
    expect(alert.notices).toEqual(["escalated crt"])
    expect(alert.said().toldTo("ash-session")).toEqual([])
  })

  it("as the opening word: the post itself is the call", () => {
    const alert = new Driver().open({ severity: "low", humanWanted: "asked" })
    expect(alert.params("postAlert").map(({ alert }) => [alert.severity, alert.humanWanted])).toEqual([
      ["high", "asked"]
    ])
    expect([alert.notices, alert.toldTo("ash-session")]).toEqual([[], []])
    expect(alert.posted().toldTo("ash-session")).toEqual(["HUMAN_TOLD"])
  })

  it("a post that rang for nobody is no call, and nobody is told that it was", () => {
    const alert = new Driver().open({ humanWanted: "asked" }).posted(false)
    expect(alert.everTold.some(({ event }) => event.type === "HUMAN_TOLD")).toBe(false)
  })

  it("because the member wants no Ash: people are called, and the alert is no worse for it", () => {
    const alert = new Driver().open({ severity: "low", humanWanted: "opted_out" })
    expect(alert.view.severity).toBe("low")
    expect(alert.notices).toEqual(["human_wanted crt"])
    expect(alert.posted().toldTo("ash-session")).toEqual([])
    expect(alert.said().toldTo("ash-session")).toEqual(["HUMAN_TOLD"])
  })

  it("after the post was asked for: the post is no such call", () => {
    const alert = new Driver().open().signal({ humanWanted: "safety" })
    expect(alert.posted().toldTo("ash-session")).toEqual([])
    expect(alert.said().everTold.map(({ event }) => event.type)).toContain("HUMAN_TOLD")
  })

  it("is told to nobody when nobody could be called", () => {
    const alert = opened().signal({ humanWanted: "asked" })
    alert.done("notify", { kind: "raised", audience: "nobody" })
    expect(alert.fail("notify").notices).toEqual(["human_wanted leads"])
    alert.fail("notify")
    expect(alert.everTold.some(({ event }) => event.type === "HUMAN_TOLD")).toBe(false)
    alert.wait(MINUTE)
    expect(alert.notices).toEqual(["human_wanted crt"])
    expect(alert.said().toldTo("ash-session")).toEqual(["HUMAN_TOLD"])
  })
})

describe("the real analysis after the net's guess", () => {
  const analysed = (alert: Driver, severity: "low" | "high", messageId = MESSAGE): Driver =>
    alert.feed({ type: "ANALYSED", signal: signal({ at: alert.now, messageId, severity, analysis }) })

  it("never lowers, and is shown where it belongs", () => {
    const alert = analysed(opened(), "low")
    expect(alert.view).toMatchObject({ severity: "medium", signals: 1, attention: 0 })
    expect(alert.view.signal).toMatchObject({ analysis, unanalysed: false })
    expect(alert.notices).toEqual(["analysed nobody"])
    expect(alert.params("editAlert")).toHaveLength(1)
  })

  it("raises when it is worse than the guess", () => {
    const alert = analysed(opened(), "high")
    expect(alert.view).toMatchObject({ severity: "high", signals: 1, attention: 1 })
    expect(alert.notices).toEqual(["analysed nobody", "raised crt"])
    expect(alert.view.raisedBy.analysis).toEqual(analysis)
  })

  it("of another message leaves the opening one alone", () => {
    expect(analysed(opened(), "low", LATER).view.signal).toMatchObject({ analysis: null, unanalysed: true })
  })
})

describe("when the alert is over", () => {
  const closed = (): Driver => {
    const alert = opened()
    alert.ask("RESOLVE")
    alert.done("editAlert", null).said()
    return alert
  }

  it.each(["low", "critical"] as const)(
    "another message (%s) goes back to the member, for another alert",
    (severity) => {
      const alert = closed().signal({ severity })
      expect(alert.told).toEqual([
        {
          to: `member/${GUILD}:${USER}`,
          event: { type: "SIGNAL_UNHEARD", signal: signal({ messageId: LATER, severity }) }
        }
      ])
      expect([alert.step, alert.view.signals, alert.asked]).toEqual(["resolved", 1, []])
    }
  )

  it("so does one that asks for a person, and one whose analysis turns out worse", () => {
    expect(closed().signal({ severity: "low", humanWanted: "asked" }).toldTo("member")).toEqual(["SIGNAL_UNHEARD"])
    const late = (severity: "medium" | "critical") =>
      closed().feed({ type: "ANALYSED", signal: signal({ messageId: LATER, severity, analysis }) })
    expect(late("critical").toldTo("member")).toEqual(["SIGNAL_UNHEARD"])
    expect(late("medium").toldTo("member")).toEqual([])
  })

  it("so does its own message, and one that was to open it, which it cannot any more", () => {
    expect(closed().signal({ messageId: MESSAGE, severity: "critical" }).toldTo("member")).toEqual(["SIGNAL_UNHEARD"])
    const alert = closed().open({ severity: "critical" })
    expect(alert.toldTo("member")).toEqual(["ALERT_CLOSED", "SIGNAL_UNHEARD"])
    expect([alert.step, alert.asked]).toEqual(["resolved", []])
  })

  it("a message for an alert that is not known any more goes back, too", () => {
    for (const type of ["SIGNAL", "ANALYSED"] as const) {
      const alert = new Driver().feed({ type, signal: signal({ messageId: LATER }) })
      expect(alert.toldTo("member")).toEqual(["SIGNAL_UNHEARD"])
    }
  })
})

describe("text that may not be shown any more (B15)", () => {
  it.each([
    ["the opening message", [MESSAGE], true],
    ["the raising message", ["1", LATER], true],
    ["another message", ["1"], false],
    ["everything", "all" as const, true]
  ])("%s", (_, messageIds, gone) => {
    const alert = opened().signal({ severity: "high" })
    alert.done("editAlert", null)
    alert.feed({ type: "TEXT_GONE", messageIds, at: T0 })
    expect(alert.view.textGone).toBe(gone)
    expect(alert.params("editAlert")).toHaveLength(gone ? 1 : 0)
  })

  it("also of an alert that is over", () => {
    const alert = opened()
    alert.ask("RESOLVE", OTHER)
    alert.feed({ type: "TEXT_GONE", messageIds: "all", at: T0 })
    expect(alert.view.textGone).toBe(true)
    expect(parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")?.resolved_by).toBe(OTHER)
  })
})
