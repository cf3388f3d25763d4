/** An alert that stands swallows no crisis: a message as grave as those before is said again once nobody is on it. */
import { describe, expect, it } from "vitest"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { Driver, HOUR, MINUTE, OTHER, RESPONDER, SECOND } from "./Driver.ts"

const { cooldownMs, remindAfterMs } = defaultAshPolicy.alerts
const opened = () => new Driver().open({ severity: "critical" }).posted()
const grave = (alert: Driver) => alert.signal({ severity: "critical" })

describe("a message as grave as those before", () => {
  it("is counted while people are being called, or a moment after", () => {
    const alert = opened()
    for (let minute = 0; minute < 9; minute++) {
      alert.wait(MINUTE)
      expect(grave(alert).notices).toEqual([])
    }
    expect(alert.view).toMatchObject({ signals: 10, attention: 0 })
  })

  it("calls everybody anew when all calls went unanswered, and the chain begins again", () => {
    const alert = opened()
    alert.wait(3 * HOUR).said()
    expect(grave(alert).notices).toEqual(["again crt"])
    expect(alert.view.attention).toBe(1)
    expect(grave(alert.wait(MINUTE)).notices).toEqual([])
    const before = alert.calls.length
    alert.wait(10 * MINUTE)
    expect(alert.calls.slice(before)).toEqual(["escalated crt", "escalated wider", "escalated leads"])
    expect(grave(alert.wait(cooldownMs)).notices).toEqual(["again crt"])
  })

  it("rings for who has the alert, at most once in a cooldown, and not while they are there", () => {
    const alert = opened()
    alert.ask("ACKNOWLEDGE")
    alert.feed({ type: "ASSIGN", by: RESPONDER, to: OTHER, at: alert.now })
    alert.wait(cooldownMs - SECOND)
    expect(grave(alert).notices).toEqual([])
    alert.wait(SECOND)
    expect(grave(alert).notices).toEqual(["again nobody"])
    expect(alert.params("notify")[0]?.notice).toMatchObject({ kind: "again", to: [RESPONDER, OTHER] })
    expect(grave(alert.wait(MINUTE)).notices).toEqual([])
    alert.feed({ type: "THREAD_MESSAGE", by: RESPONDER, messageId: "1", text: "I am with them", at: alert.now })
    expect(grave(alert.wait(cooldownMs - 1)).notices).toEqual([])
    expect(grave(alert.wait(1)).notices).toEqual(["again nobody"])
    expect(alert.view).toMatchObject({ attention: 0, state: "acknowledged" })
  })

  it("calls everybody anew when who has the alert was not there for long, until somebody is", () => {
    const alert = opened()
    alert.ask("ACKNOWLEDGE")
    alert.wait(remindAfterMs).said()
    expect(grave(alert).notices).toEqual(["again crt"])
    const before = alert.calls.length
    alert.wait(5 * MINUTE)
    expect(alert.calls.slice(before)).toEqual(["escalated crt", "escalated wider"])
    alert.feed({ type: "THREAD_MESSAGE", by: OTHER, messageId: "1", text: "here", at: alert.now + 1 })
    alert.wait(HOUR)
    expect(alert.calls.slice(before)).toHaveLength(2)
    expect(alert.step).toBe("acknowledged")
  })

  it("counts when only its late analysis shows it", () => {
    const alert = opened()
    alert.wait(HOUR)
    alert.signal({ severity: "low", messageId: "7", unanalysed: true })
    expect(alert.notices).toEqual([])
    const { signal } = grave(opened()).view
    alert.feed({ type: "ANALYSED", signal: { ...signal, severity: "critical", messageId: "7", at: alert.now } })
    expect(alert.notices).toEqual(["again crt"])
  })

  it("is told once, however often it comes; what is not grave, or asks for a person, is told otherwise", () => {
    const alert = opened()
    alert.wait(HOUR)
    grave(alert)
    expect(grave(alert).notices).toEqual([])
    const medium = new Driver().open({ severity: "medium" }).posted()
    medium.wait(3 * HOUR)
    expect(medium.signal({ severity: "medium" }).notices).toEqual([])
    const asked = opened()
    asked.wait(HOUR)
    expect(asked.signal({ severity: "critical", humanWanted: "asked" }).notices).toEqual(["human_wanted crt"])
  })
})
