/** A guild's desk: open alerts, responders who are away, a classifier that falls silent, a bot that sees no words. */
import { readFileSync } from "node:fs"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { type ActorRecord, decodeRecord } from "#kernel/ActorRecord.ts"
import { decodeState, encodeState } from "#kernel/SnapshotCodec.ts"
import { deskDefinition } from "#machines/desk/definition.ts"
import { MAX_OPEN, MAX_OWED, MAX_RESPONDERS } from "#machines/desk/schema.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { NOW } from "#test/kernel/harness.ts"
import { DAY, DeskDriver, GUILD, HOUR, MINUTE } from "./Driver.ts"

const { alerts } = defaultAshPolicy
const lost = 4 * alerts.expireAfterMs + DAY
const nobody = (alert: string, at: number) => ({ alert, event: { type: "NOBODY_AVAILABLE", at } })

describe("a desk", () => {
  it("that never heard anything says so", () =>
    expect(new DeskDriver().look()).toEqual({
      open: [],
      responders: [],
      unanalysed: 0,
      classifier: "answering",
      blindSince: null
    }))

  it("has its row: ninety days, operators in a lane of their own, a policy for every timer", () => {
    const row = deskDefinition(defaultAshPolicy)
    expect(row).toMatchObject({ type: "desk", version: 1, ttlMs: 90 * DAY, lanes: { tellOperators: "operators" } })
    const { actor } = new DeskDriver().bench
    expect(new Set(Object.values(actor.delayNames))).toEqual(new Set(Object.keys(row.lateTimers ?? {})))
  })
})

describe("open alerts", () => {
  it("are shown oldest first, as they stand", () => {
    const desk = new DeskDriver().opened("b", "medium").opened("a", "high", MINUTE)
    desk.hear({ type: "ALERT_RAISED", alertId: "b", severity: "critical", at: desk.now }).acknowledged("a")
    expect(desk.look().open).toEqual([
      { alertId: "b", severity: "critical", openedAt: NOW, acknowledgedBy: null },
      { alertId: "a", severity: "high", openedAt: NOW + MINUTE, acknowledgedBy: "1" }
    ])
    expect(
      desk
        .closed("b")
        .look()
        .open.map(({ alertId }) => alertId)
    ).toEqual(["a"])
    expect(desk.closed("a").timers).toEqual([])
  })

  it("are known again from a later step when the desk's record had gone; a closed one is not", () => {
    const desk = new DeskDriver().hear({ type: "ALERT_RAISED", alertId: "a", severity: "high", at: NOW })
    expect(
      desk
        .acknowledged("b")
        .closed("c")
        .look()
        .open.map(({ alertId }) => alertId)
    ).toEqual(["a"])
  })

  it("leave when they must have ended, counted from what was heard of them last", () => {
    const desk = new DeskDriver().opened("a").opened("b", "high", HOUR)
    desk.hear({ type: "ALERT_RAISED", alertId: "a", severity: "critical", at: desk.now + HOUR }, HOUR)
    desk.fire("lost")
    expect(desk.now).toBe(NOW + HOUR + lost)
    expect(desk.look().open.map(({ alertId }) => alertId)).toEqual(["a"])
    desk.fire("lost")
    expect(desk.now).toBe(NOW + 2 * HOUR + lost)
    expect([desk.look().open, desk.timers]).toEqual([[], []])
  })

  it("count from an acknowledgement too, and news that comes late makes nothing older", () => {
    const desk = new DeskDriver().opened("a").acknowledged("a", HOUR)
    desk.hear({ type: "ALERT_RAISED", alertId: "a", severity: "critical", at: NOW }).fire("lost")
    expect([desk.now, desk.look().open]).toEqual([NOW + HOUR + lost, []])
  })

  it("are bounded, the oldest going first", () => {
    const desk = new DeskDriver()
    for (let n = 0; n <= MAX_OPEN; n++) desk.opened(`a${n}`, "low", 1)
    const { open } = desk.look()
    expect([open.length, open[0]?.alertId]).toEqual([MAX_OPEN, "a1"])
  })

  it("of which many small ones push no grave one out, and what is taken goes first", () => {
    const desk = new DeskDriver().opened("grave", "critical").opened("taken", "critical").acknowledged("taken", 1000)
    for (let n = 0; n < MAX_OPEN; n++) desk.opened(`a${n}`, "medium", 1)
    const ids = desk.look().open.map(({ alertId }) => alertId)
    expect(ids).toContain("grave")
    expect(ids).not.toContain("taken")
  })
})

describe("responders", () => {
  it("nobody known: nobody is away (B21)", () => expect(new DeskDriver().opened("a").toAlerts).toEqual([]))

  it("all away: a new alert is told so", () => {
    const desk = new DeskDriver().seen("1").available("2", false)
    expect(desk.opened("a").toAlerts).toEqual([])
    desk.available("1", false)
    expect(desk.opened("b", "high", 5).toAlerts).toEqual([nobody("b", desk.now)])
  })

  it("the last one leaves: the open alerts nobody has acknowledged are told", () => {
    const desk = new DeskDriver().seen("1").opened("a").opened("b").acknowledged("a").available("1", false, 7)
    expect(desk.toAlerts).toEqual([nobody("b", desk.now)])
    expect(desk.available("1", false).toAlerts).toEqual([])
  })

  it.each([
    ["says so", (desk: DeskDriver) => desk.available("1", true)],
    ["clicks or writes", (desk: DeskDriver) => desk.seen("1")],
    ["comes for the first time", (desk: DeskDriver) => desk.seen("2")]
  ])("somebody %s: they are there again", (_, comes) => {
    const desk = comes(new DeskDriver().available("1", false))
    expect(desk.opened("a").toAlerts).toEqual([])
  })

  it("are answered with the status that includes what they said", () => {
    const desk = new DeskDriver().available("1", false)
    expect(desk.reply).toMatchObject({ responders: [{ id: "1", available: false, seenAt: NOW }] })
    expect(desk.available("1", true, 5).reply).toMatchObject({
      responders: [{ id: "1", available: true, seenAt: NOW + 5 }]
    })
    expect(desk.seen("1").reply).toBeUndefined()
  })

  it("are bounded, who has not been seen for longest going first", () => {
    const desk = new DeskDriver().available("first", false)
    for (let n = 0; n < MAX_RESPONDERS; n++) desk.seen(String(n), 1)
    const { responders } = desk.look()
    expect([responders.length, responders[0]?.id]).toEqual([MAX_RESPONDERS, "0"])
  })
})

describe("a classifier that falls silent", () => {
  const silent = { kind: "classifier_silent" }
  const back = { kind: "classifier_back", unanalysed: 0 }

  it("is told once, and once that it is back, when nothing is owed any more (C11)", () => {
    const desk = new DeskDriver()
    expect(desk.unanalysed("1").notices).toEqual([silent])
    expect(desk.unanalysed("2", MINUTE).notices).toEqual([])
    expect(desk.look()).toMatchObject({ classifier: "silent", unanalysed: 2 })
    expect(desk.analysed("1").notices).toEqual([])
    expect(desk.analysed("2").notices).toEqual([back])
    expect(desk.look()).toMatchObject({ classifier: "answering", unanalysed: 0 })
    expect(desk.timers).toEqual([])
  })

  it("is told again after an hour, by the next message it leaves unanswered", () => {
    const desk = new DeskDriver().unanalysed("1")
    expect(desk.unanalysed("2", HOUR - 1).notices).toEqual([])
    expect(desk.unanalysed("3", 1).notices).toEqual([silent])
    expect(desk.unanalysed("4", 1).notices).toEqual([])
  })

  it("that comes and goes is told every ten minutes at most, and its return to who heard of it", () => {
    const desk = new DeskDriver().unanalysed("1").analysed("1", MINUTE)
    expect(desk.notices).toEqual([back])
    expect(desk.unanalysed("2", MINUTE).notices).toEqual([])
    expect(desk.analysed("2", MINUTE).notices).toEqual([])
    expect(desk.unanalysed("3", MINUTE).notices).toEqual([])
    expect(desk.unanalysed("4", 6 * MINUTE).notices).toEqual([silent])
    expect(desk.analysed("3").analysed("4").notices).toEqual([back])
  })

  it("counts a message once, and beyond its bound without the id", () => {
    const desk = new DeskDriver().unanalysed("1").unanalysed("1")
    expect(desk.look().unanalysed).toBe(1)
    for (let n = 2; n <= MAX_OWED + 3; n++) desk.unanalysed(String(n))
    expect(desk.look().unanalysed).toBe(MAX_OWED + 3)
    expect(desk.context.owed).toHaveLength(MAX_OWED)
    for (let n = 1; n < MAX_OWED + 3; n++) expect(desk.analysed(String(n)).notices).toEqual([])
    expect(desk.analysed(String(MAX_OWED + 3)).notices).toEqual([back])
  })

  it("is not back because of an analysis nobody waited for", () => {
    const desk = new DeskDriver().unanalysed("1").analysed("other")
    expect(desk.look()).toMatchObject({ classifier: "silent", unanalysed: 1 })
    expect(new DeskDriver().analysed("1").notices).toEqual([])
  })

  it("writes off what nobody speaks of for three days, without a word", () => {
    const desk = new DeskDriver().unanalysed("1").unanalysed("2", DAY).fire("writtenOff")
    expect([desk.now, desk.notices]).toEqual([NOW + 4 * DAY, []])
    expect(desk.look()).toMatchObject({ classifier: "answering", unanalysed: 0 })
  })
})

describe("a bot that sees no words", () => {
  const notice = { kind: "blind", channelId: "70" }

  it("is told once an hour at most, and shown since when", () => {
    const desk = new DeskDriver()
    expect(desk.blind().notices).toEqual([notice])
    expect(desk.blind(30 * MINUTE).notices).toEqual([])
    expect(desk.blind(30 * MINUTE).notices).toEqual([notice])
    expect(desk.look().blindSince).toBe(NOW)
  })

  it("sees again when an hour has brought no message without words", () => {
    const desk = new DeskDriver().blind().blind(MINUTE).fire("sighted")
    expect(desk.now).toBe(NOW + MINUTE + HOUR)
    expect(desk.look().blindSince).toBeNull()
    expect(desk.blind(5).notices).toEqual([notice])
    expect(desk.look().blindSince).toBe(desk.now)
  })
})

describe("operators", () => {
  const refused = { ok: false, code: "forbidden", error: null } as const

  it("who could not be told are told by the next sign of the same trouble", () => {
    const desk = new DeskDriver().unanalysed("1").settle(refused)
    expect(desk.unanalysed("2", 1).notices).toEqual([{ kind: "classifier_silent" }])
    desk.settle({ ok: true, output: null }).blind(1).settle(refused)
    expect(desk.blind(1).notices).toEqual([{ kind: "blind", channelId: "70" }])
    expect(desk.pending()).toHaveLength(1)
  })

  it("who were told are left alone", () => {
    const desk = new DeskDriver().unanalysed("1").settle({ ok: true, output: null })
    expect(desk.unanalysed("2", 1).notices).toEqual([])
  })

  it("who did not hear that it is back miss nothing they must act on", () => {
    const desk = new DeskDriver().unanalysed("1").settle({ ok: true, output: null }).analysed("1").settle(refused)
    expect([desk.notices, desk.pending()]).toEqual([[], []])
  })
})

describe("any order of events", () => {
  const at = fc.integer({ min: NOW, max: NOW + 3_000 })
  const alertId = fc.constantFrom("a", "b", "c")
  const by = fc.constantFrom("1", "2")
  const messageId = fc.constantFrom("m1", "m2", "m3")
  const severity = fc.constantFrom("low", "medium", "high", "critical")
  const is = <T extends string>(type: T) => fc.constant(type)
  const events = fc.oneof(
    fc.record({ type: fc.constantFrom("ALERT_OPENED", "ALERT_RAISED"), alertId, severity, at }),
    fc.record({ type: is("ALERT_ACKNOWLEDGED"), alertId, by, at }),
    fc.record({ type: is("ALERT_CLOSED"), alertId, how: is("resolved"), by, at }),
    fc.record({ type: fc.constantFrom("UNANALYSED", "ANALYSED_AT_LAST"), messageId, at }),
    fc.record({ type: is("BLIND"), channelId: is("70"), at }),
    fc.record({ type: is("AVAILABILITY"), by, available: fc.boolean(), at }),
    fc.record({ type: is("RESPONDER_SEEN"), by, at }),
    fc.constant({ type: "LOOK" })
  )

  it("means the same in live XState, with a restart after every turn", () =>
    conformance(
      {
        rows: [deskDefinition({ ...defaultAshPolicy, alerts: { ...alerts, expireAfterMs: 2_000 } })],
        id: GUILD
      },
      {
        events,
        advances: fc.constantFrom(500, 60_000, HOUR, DAY, 3 * DAY),
        outputs: { tellOperators: fc.constant(null) },
        opening: [
          { type: "ALERT_OPENED", alertId: "a", severity: "high", at: NOW },
          { type: "AVAILABILITY", by: "1", available: false, at: NOW },
          { type: "UNANALYSED", messageId: "m1", at: NOW },
          { type: "BLIND", channelId: "70", at: NOW }
        ]
      },
      { unreached: ["desk: desk.alerts.counted"] }
    ))

  it("leaves a timer only where something is awaited", () => {
    fc.assert(
      fc.property(fc.array(events, { maxLength: 25 }), (sequence) => {
        const desk = new DeskDriver()
        for (const event of sequence) {
          desk.hear(event as never)
          const { open, blind } = desk.context
          const has = (name: string) => desk.timers.some((id) => id.includes(name))
          expect(has("lost")).toBe(open.length > 0)
          expect(has("sighted")).toBe(blind.since !== null)
          const { unanalysed, classifier } = desk.look()
          expect([has("writtenOff"), classifier === "silent"]).toEqual([unanalysed > 0, unanalysed > 0])
        }
      })
    )
  })
})

describe("a desk of version 1", () => {
  const frozen = JSON.parse(
    readFileSync(new URL("../../fixtures/snapshots/desk/v1.json", import.meta.url), "utf8")
  ) as ActorRecord

  it("is read, written as it was, and goes on", () => {
    const desk = new DeskDriver()
    desk.state = decodeState(desk.bench.actor, JSON.stringify(frozen))
    expect(JSON.parse(encodeState(desk.live))).toEqual(decodeRecord(JSON.stringify(frozen)))
    expect(desk.look()).toMatchObject({
      open: [{ alertId: "alert_00000000000a", acknowledgedBy: "1" }],
      responders: [{ id: "1", available: false, seenAt: NOW }],
      unanalysed: 1,
      classifier: "silent",
      blindSince: NOW
    })
    expect(desk.opened("b").toAlerts).toEqual([nobody("b", NOW)])
    expect(desk.analysed("m1").notices).toEqual([{ kind: "classifier_back", unanalysed: 0 }])
    expect(desk.fire("sighted").look().blindSince).toBeNull()
  })
})
