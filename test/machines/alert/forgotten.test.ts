/** A member who wishes to be forgotten: the alert goes on while it is open, and names nobody afterwards (B15). */
import { describe, expect, it } from "vitest"
import { FORGOTTEN } from "#domain/ash/Alert.ts"
import { parseAlertMetrics, alertMetricsKey } from "#domain/ash/AlertMetrics.ts"
import { encodeState } from "#kernel/SnapshotCodec.ts"
import { ALERT, Driver, HOUR, signal, T0, USER } from "./Driver.ts"

const forget = { type: "SUBJECT_FORGOTTEN", at: T0 } as const
const measured = (alert: Driver) => parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")
const record = (alert: Driver): string => {
  if (alert.state === null) throw new Error("nothing has happened yet")
  return encodeState(alert.state)
}

describe("an alert about somebody who wishes to be forgotten", () => {
  it("goes on while it is open, for people may still reach them; its numbers name them no more at once", () => {
    const alert = new Driver().open().posted()
    alert.said()
    alert.feed(forget)
    expect(alert.step).toBe("alert")
    expect(alert.view.signal.userId).toBe(USER)
    expect(alert.view.textGone).toBe(true)
    expect(measured(alert)).toMatchObject({ user_id: null, alert_id: ALERT, severity: "high" })
    expect(alert.measured.at(-1)?.event).toMatchObject({ metrics: { user_id: null } })
    expect(alert.ask("TAKE_OVER").outcome).toBe("done")
    expect(alert.toldTo("ash-session")).toEqual(["TAKE_OVER"])
  })

  it.each(["RESOLVE", "expiry"] as const)("names nobody any more when it is over (%s)", (how) => {
    const alert = new Driver().open().posted()
    alert.feed({
      type: "SIGNAL",
      signal: signal({ messageId: "1400000000000000044", severity: "critical", at: T0 + 1 })
    })
    alert.feed(forget)
    if (how === "RESOLVE") expect(alert.ask("RESOLVE").outcome).toBe("done")
    else alert.wait(5 * 24 * HOUR)
    expect([alert.view.signal.userId, alert.view.raisedBy.userId]).toEqual([FORGOTTEN, FORGOTTEN])
    expect(JSON.stringify(alert.everTold.at(-1))).not.toContain(`ash-session/${FORGOTTEN}`)
    expect(measured(alert)).toMatchObject({ user_id: null })
    const { context } = alert
    expect(JSON.stringify(context)).not.toContain(USER)
  })

  it("that is over names nobody at once, shows it in its post, and loses nothing else", () => {
    const alert = new Driver().open().posted()
    alert.ask("RESOLVE")
    const before = alert.view
    alert.feed(forget)
    expect(alert.view).toEqual({
      ...before,
      signal: { ...before.signal, userId: FORGOTTEN },
      raisedBy: { ...before.raisedBy, userId: FORGOTTEN },
      textGone: true
    })
    expect(measured(alert)).toMatchObject({ user_id: null, final_severity: "high" })
    expect(alert.ask("ACKNOWLEDGE").because).toBe("already_resolved")
    alert.feed({ type: "MEMBER_OPTED_OUT", until: null, at: T0 })
    alert.feed(forget)
    expect(record(alert)).toContain(FORGOTTEN)
  })

  it("is nobody's business while there is no alert", () => {
    const alert = new Driver()
    alert.feed(forget)
    expect(alert.documents.size).toBe(0)
    expect(alert.everTold).toEqual([])
  })
})
