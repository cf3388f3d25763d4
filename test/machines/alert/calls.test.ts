/** How an alert reaches people: steps while nobody comes, reminders, expiry, lateness after a restart, and failed calls. */
import { describe, expect, it } from "vitest"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import {
  adoptable,
  ALERT,
  DAY,
  Driver,
  HOUR,
  MINUTE,
  OTHER,
  policyWith,
  POST,
  RESPONDER,
  SECOND,
  T0,
  THREAD
} from "./Driver.ts"

const opened = (severity: "low" | "medium" | "high" | "critical" = "high"): Driver =>
  new Driver().open({ severity }).posted()

describe("while nobody acknowledges (B5)", () => {
  it("calls step by step, each once, with its audience and how long it waits", () => {
    const alert = opened("critical")
    const said: Array<unknown> = []
    for (const ms of [2 * MINUTE, 3 * MINUTE, 5 * MINUTE, 8 * HOUR]) {
      alert.asked = []
      alert.wait(ms)
      said.push(...alert.params("notify").map(({ notice, audience }) => [notice, audience]))
    }
    expect(said).toEqual([
      [{ kind: "escalated", step: 1, waitingMs: 2 * MINUTE }, "crt"],
      [{ kind: "escalated", step: 2, waitingMs: 5 * MINUTE }, "wider"],
      [{ kind: "escalated", step: 3, waitingMs: 10 * MINUTE }, "leads"]
    ])
    expect(alert.step).toBe("alert")
  })

  it("stops everything that is still to come when somebody acknowledges", () => {
    const alert = opened("critical")
    alert.wait(2 * MINUTE)
    alert.ask("ACKNOWLEDGE")
    expect(alert.timer("nextStep")).toBeUndefined()
    expect(alert.timer("autoInitiate")).toBeUndefined()
    alert.wait(HOUR)
    expect(alert.calls).toEqual(["escalated crt"])
    expect(alert.view.ash.state).toBe("none")
  })

  it("goes on while people only talk, assign or send Ash: none of that is an acknowledgement (C22)", () => {
    const alert = opened("critical")
    alert.ask("TALK_TO_ASH")
    alert.feed({ type: "ASSIGN", by: RESPONDER, to: OTHER, at: alert.now })
    alert.feed({ type: "THREAD_MESSAGE", by: OTHER, messageId: "1", text: "looking", at: alert.now })
    alert.wait(HOUR)
    expect(alert.calls).toEqual(["escalated crt", "escalated wider", "escalated leads"])
  })

  it("keeps the steps it was opened with when the operator changes them", () => {
    const alert = opened("critical")
    alert.restartWith(policyWith({ alerts: { escalation: { ...defaultAshPolicy.alerts.escalation, critical: [] } } }))
    alert.wait(HOUR)
    expect(alert.calls).toEqual(["escalated crt", "escalated wider", "escalated leads"])
  })

  it("sends Ash with the wider call when Ash was not there yet, and only then", () => {
    const slow = policyWith({ autoInitiate: { delayMs: HOUR } })
    const alert = new Driver(slow).open({ severity: "critical" }).posted()
    alert.wait(5 * MINUTE)
    expect(alert.view.ash).toMatchObject({ state: "asked", auto: true, by: null, at: T0 + 5 * MINUTE })
    expect(alert.toldTo("ash-session")).toEqual(["START"])
    alert.wait(2 * HOUR)
    expect(alert.everTold.filter(({ event }) => event.type === "START")).toHaveLength(1)

    const off = new Driver(policyWith({ autoInitiate: { enabled: false } })).open({ severity: "critical" }).posted()
    expect(off.wait(HOUR).view.ash.state).toBe("none")
  })
})

describe("raised after it was acknowledged (B7)", () => {
  const raised = (): Driver => {
    const alert = opened("medium")
    alert.ask("ACKNOWLEDGE")
    alert.wait(HOUR)
    return alert.signal({ severity: "critical" })
  }

  it("stays acknowledged, calls at once, and then step by step again", () => {
    const alert = raised()
    expect(alert.view).toMatchObject({ state: "acknowledged", severity: "critical", attention: 1 })
    expect(alert.view.acknowledged).toEqual({ by: RESPONDER, at: T0, note: null })
    expect(alert.notices).toEqual(["raised crt"])
    expect(alert.toldTo("desk")).toEqual(["ALERT_RAISED"])
    alert.wait(30 * MINUTE)
    expect(alert.calls).toEqual(["raised crt", "escalated crt", "escalated wider", "escalated leads"])
    expect(alert.view.ash.state).toBe("none")
  })

  it.each(["ACKNOWLEDGE", "TAKE_OVER", "TALK_TO_ASH"] as const)("stops when somebody is there: %s", (type) => {
    const alert = raised()
    alert.now += SECOND
    alert.ask(type)
    alert.wait(30 * MINUTE)
    expect(alert.calls).toEqual(["raised crt"])
  })

  it("does not take a click from before for somebody who is there", () => {
    const alert = raised()
    const before = alert.now - MINUTE
    alert.feed({ type: "ACKNOWLEDGE", by: OTHER, at: before, note: null })
    alert.wait(2 * MINUTE)
    expect(alert.notices).toEqual(["escalated crt"])
  })

  it("stops when somebody writes in the thread", () => {
    const alert = raised()
    alert.now += SECOND
    alert.feed({ type: "THREAD_MESSAGE", by: OTHER, messageId: "1", text: "I am on it", at: alert.now })
    alert.wait(30 * MINUTE)
    expect(alert.calls).toEqual(["raised crt"])
  })
})

describe("acknowledged and not resolved (B6)", () => {
  it("reminds, then calls once a day, and closes at last; never a step backwards", () => {
    const alert = opened("medium")
    alert.ask("ACKNOWLEDGE")
    const said: Array<unknown> = []
    for (const ms of [2 * HOUR, DAY, DAY]) {
      alert.wait(ms)
      said.push(...alert.params("notify").map(({ notice, audience }) => [notice, audience, alert.view.attention]))
    }
    expect(said).toEqual([
      [{ kind: "still_open", sinceMs: 2 * HOUR }, "nobody", 1],
      [{ kind: "still_open", sinceMs: 2 * HOUR + DAY }, "crt", 2],
      [{ kind: "still_open", sinceMs: 2 * HOUR + 2 * DAY }, "crt", 3]
    ])
    alert.sleepUntil(T0 + 12 * DAY - 1)
    expect(alert.step).toBe("acknowledged")
    alert.wait(1)
    expect(alert.step).toBe("expired")
    expect(alert.view.acknowledged?.by).toBe(RESPONDER)
  })

  it("calls nobody by a reminder from long ago, once", () => {
    const alert = opened("medium")
    alert.ask("ACKNOWLEDGE")
    alert.wait(2 * HOUR)
    alert.everAsked = []
    alert.sleepUntil(T0 + 7 * DAY)
    expect(alert.everAsked.map(({ name }) => name)).toEqual(["notify"])
    expect(alert.calls).toEqual([])
  })
})

describe("expiry (B32)", () => {
  it.each(["signal", "open"] as const)(
    "closes what nobody took for three days since its last message (%s)",
    (again) => {
      const alert = opened("low")
      alert.wait(2 * DAY)
      alert[again]({ severity: "low" })
      alert.wait(3 * DAY - 1)
      expect(alert.step).toBe("alert")
      alert.wait(1)
      expect(alert.step).toBe("expired")
      expect(alert.notices).toEqual(["expired nobody"])
      expect(alert.toldTo("member")).toEqual(["ALERT_CLOSED"])
      expect(alert.told.map(({ event }) => event)).toContainEqual({
        type: "ALERT_CLOSED",
        alertId: ALERT,
        how: "expired",
        by: null,
        at: alert.now
      })
      expect(alert.ask("ACKNOWLEDGE")).toMatchObject({ outcome: "refused", because: "expired" })
    }
  )
})

describe("killed between alert and auto-initiate, and started again", () => {
  it("30 seconds late: Ash goes, and the chain goes on", () => {
    const alert = opened("critical")
    alert.sleepUntil(T0 + 3.5 * MINUTE)
    expect(alert.view.ash).toMatchObject({ state: "asked", auto: true })
    expect(alert.calls).toEqual(["escalated crt"])
    expect(alert.timer("nextStep")).toBe(T0 + 5 * MINUTE)
  })

  it("10 minutes late: Ash goes, and every call that is due is made, once", () => {
    const alert = opened("critical")
    alert.sleepUntil(T0 + 13 * MINUTE)
    expect(alert.view.ash).toMatchObject({ state: "asked", auto: true, at: T0 + 13 * MINUTE })
    expect(alert.calls).toEqual(["escalated crt", "escalated wider", "escalated leads"])
    expect(alert.params("notify")[0]?.notice).toEqual({ kind: "escalated", step: 3, waitingMs: 13 * MINUTE })
    expect(alert.step).toBe("alert")
  })

  it.each(["medium", "high", "critical"] as const)("2 days late, %s: expired, nobody paged, no Ash", (severity) => {
    const alert = opened(severity)
    alert.sleepUntil(T0 + 2 * DAY)
    expect(alert.step).toBe("expired")
    expect(alert.calls).toEqual([])
    expect(alert.view.ash.state).toBe("none")
    expect(alert.everTold.filter(({ to }) => to.startsWith("ash-session/"))).toEqual([])
    expect(alert.documents.has("ash:pending_alert:1400000000000000004")).toBe(false)
    expect(alert.state?.meta.timers).toEqual([])
  })
})

describe("the post", () => {
  it("is asked for once, and shows what changed while it was on its way", () => {
    const alert = new Driver().open()
    expect(alert.params("postAlert")).toHaveLength(1)
    alert.ask("ACKNOWLEDGE")
    alert.feed({ type: "ASSIGN", by: RESPONDER, to: OTHER, at: T0 })
    expect(alert.everAsked.filter(({ name }) => name === "editAlert")).toEqual([])
    alert.posted()
    expect(
      alert.params("editAlert").map(({ alert: { state, assignedTo }, place }) => [state, assignedTo, place])
    ).toEqual([["acknowledged", [OTHER], POST]])
    expect(alert.view).toMatchObject({ place: POST, threadId: THREAD })
    expect(alert.documents.get(`ash:metrics:alert_lookup:${POST.messageId}`)).toBe(ALERT)
  })

  it("is not touched when nothing changed meanwhile", () => {
    expect(opened().params("editAlert")).toEqual([])
  })

  it("is changed once for many changes", () => {
    const alert = opened()
    for (const severity of ["low", "low", "critical"] as const) alert.signal({ severity })
    alert.ask("ACKNOWLEDGE")
    expect(alert.pending("editAlert")).toHaveLength(1)
    alert.done("editAlert", null)
    expect(alert.params("editAlert").map(({ alert }) => [alert.state, alert.signals])).toEqual([["acknowledged", 4]])
    expect(alert.done("editAlert", null).params("editAlert")).toEqual([])
  })

  it("is left as it is when a change is refused, until the next", () => {
    const alert = opened()
    alert.ask("ACKNOWLEDGE")
    expect(alert.fail("editAlert").params("editAlert")).toEqual([])
    alert.ask("RESOLVE")
    expect(alert.params("editAlert")).toHaveLength(1)
  })

  it("that was deleted is made anew while people need it, three times at most", () => {
    const alert = opened("critical")
    alert.signal({ severity: "low" })
    for (let time = 1; time <= 3; time++) {
      alert.done("editAlert", "gone")
      expect(alert.params("postAlert").map(({ alert }) => [alert.place, alert.threadId])).toEqual([[null, THREAD]])
      alert.posted()
      expect(alert.view.place).toEqual(POST)
      alert.signal({ severity: "low", messageId: `14000000000000000${time}` })
    }
    expect(alert.done("editAlert", "gone").params("postAlert")).toEqual([])
  })

  it("that was deleted is missed at the next call, though nothing else has changed", () => {
    const alert = opened("critical")
    alert.wait(2 * MINUTE)
    expect(alert.params("editAlert")).toHaveLength(1)
    expect(alert.done("editAlert", "gone").params("postAlert")).toHaveLength(1)
  })

  it("that was deleted stays away when the alert is over, or another service made it", () => {
    const alert = opened()
    alert.ask("RESOLVE")
    expect(alert.done("editAlert", "gone").params("postAlert")).toEqual([])
    const adopted = new Driver().feed({ type: "ACKNOWLEDGE", by: RESPONDER, at: T0, note: null, post: adoptable })
    expect(adopted.done("editAlert", "gone").params("postAlert")).toEqual([])
  })

  it("that is refused is told to the leads and tried again, ever slower, until it stands", () => {
    const alert = new Driver().open({ severity: "medium" })
    expect(alert.fail("postAlert").notices).toEqual(["escalated leads"])
    expect(alert.timer("postAgain")).toBe(T0 + MINUTE)
    alert.wait(MINUTE)
    alert.fail("postAlert")
    expect(alert.timer("postAgain")).toBe(T0 + 3 * MINUTE)
    alert.signal({ severity: "high" })
    alert.wait(2 * MINUTE)
    expect(alert.params("postAlert").map(({ alert }) => alert.severity)).toEqual(["high"])
    alert.posted()
    expect(alert.params("editAlert")).toEqual([])
    expect(alert.view.place).toEqual(POST)
  })

  it("of an alert that is over is not tried any more", () => {
    const alert = new Driver().open()
    alert.fail("postAlert")
    alert.ask("RESOLVE")
    alert.wait(DAY)
    expect(alert.pending("postAlert")).toEqual([])
    expect(alert.state?.meta.timers).toEqual([])
  })
})

describe("a call that fails for good", () => {
  it("goes to the leads, then to everybody again, ever slower, as long as the alert is open", () => {
    const alert = opened("critical")
    alert.wait(2 * MINUTE)
    expect(alert.fail("notify").notices).toEqual(["escalated leads"])
    expect(alert.fail("notify").notices).toEqual([])
    expect(alert.timer("callAgain")).toBe(alert.now + MINUTE)
    alert.wait(MINUTE)
    expect(alert.params("notify").map(({ audience }) => audience)).toContain("crt")
    alert.said().ask("RESOLVE")
    alert.wait(DAY)
    expect(alert.state?.meta.timers).toEqual([])
  })

  it("with the member's words is said to be lost, once: somebody waits for their answer", () => {
    const alert = opened()
    alert.ask("TAKE_OVER")
    alert.said().feed({ type: "MEMBER_SAID", messageId: "1", text: "words", at: T0 })
    alert.fail("notify")
    expect(alert.params("notify").map(({ notice, audience }) => [notice, audience])).toEqual([
      [{ kind: "member_said", text: null }, "nobody"]
    ])
    expect(alert.fail("notify").notices).toEqual([])
  })

  it("matters no more when it only was to be read", () => {
    const alert = opened()
    alert.ask("ACKNOWLEDGE")
    expect(alert.fail("notify").notices).toEqual([])
  })

  it("never waits behind what is only to be read", () => {
    const alert = opened("critical")
    alert.feed({ type: "ASSIGN", by: RESPONDER, to: OTHER, at: T0 })
    alert.wait(2 * MINUTE)
    expect(alert.pending("notify").map(({ lane }) => lane)).toEqual(["notify", "call"])
    alert.wait(8 * MINUTE)
    expect(alert.pending("notify").map(({ lane }) => lane)).toEqual(["notify", "call", "call", "leads"])
  })
})
