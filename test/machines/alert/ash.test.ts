/** Ash at an alert: by click, by itself, not at all; a responder in its place; and what is measured of it (B5, B13, B21). */
import { describe, expect, it } from "vitest"
import { alertMetricsKey, parseAlertMetrics, pendingAlertKey } from "#domain/ash/AlertMetrics.ts"
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
  RESPONDER,
  SECOND,
  T0,
  USER
} from "./Driver.ts"

const opened = (): Driver => new Driver().open().posted()
const pending = (alert: Driver): unknown => JSON.parse(alert.documents.get(pendingAlertKey(MESSAGE)) ?? "null")
const metrics = (alert: Driver) => parseAlertMetrics(alert.documents.get(alertMetricsKey(ALERT)) ?? "")

describe("by itself, when nobody acknowledges", () => {
  it("goes after its delay, with the key standing until then", () => {
    const alert = opened()
    expect(pending(alert)).toEqual({
      alert_id: ALERT,
      user_id: USER,
      guild_id: GUILD,
      channel_id: CHANNEL,
      severity: "high",
      due_at: "2026-01-05T12:03:00Z"
    })
    alert.wait(3 * MINUTE)
    expect(alert.told).toEqual([
      {
        to: `ash-session/${USER}`,
        event: {
          type: "START",
          by: "auto",
          guildId: GUILD,
          alertId: ALERT,
          severity: "high",
          at: T0 + 3 * MINUTE
        }
      }
    ])
    expect(pending(alert)).toBeNull()
    expect(metrics(alert)).toMatchObject({
      was_auto_initiated: true,
      ash_contacted_at: "2026-01-05T12:03:00Z",
      time_to_ash_seconds: 180,
      ash_contacted_by: null
    })
  })

  it.each([
    ["acknowledged", (alert: Driver) => void alert.ask("ACKNOWLEDGE")],
    ["resolved", (alert: Driver) => void alert.ask("RESOLVE")],
    ["taken over", (alert: Driver) => void alert.ask("TAKE_OVER")],
    ["sent by a responder", (alert: Driver) => void alert.ask("TALK_TO_ASH")],
    ["not wanted", (alert: Driver) => void alert.feed({ type: "MEMBER_OPTED_OUT", until: null, at: alert.now })],
    ["there already", (alert: Driver) => void alert.feed({ type: "ASH_CONTACTED", at: alert.now })],
    [
      "found needless",
      (alert: Driver) =>
        void alert.feed({ type: "OVERRIDE_SEVERITY", by: OTHER, at: alert.now, severity: "low", reason: "a joke" })
    ]
  ])("does not when it was %s", (_, happen) => {
    const alert = opened()
    happen(alert)
    expect(pending(alert)).toBeNull()
    const before = alert.everTold.filter(({ event }) => event.type === "START").length
    alert.wait(4 * HOUR)
    expect(alert.everTold.filter(({ event }) => event.type === "START")).toHaveLength(before)
  })

  it.each([
    ["switched off", { autoInitiate: { enabled: false } }, "critical"],
    ["without Ash", { ash: { enabled: false } }, "critical"],
    ["below its severity", {}, "low"]
  ] as const)("never %s", (_, settings, severity) => {
    const alert = new Driver(policyWith(settings)).open({ severity }).posted().wait(HOUR)
    expect(alert.view.ash.state).toBe("none")
    expect(alert.projected.some(({ key }) => key === pendingAlertKey(MESSAGE))).toBe(false)
  })
})

it("does not go by itself when Ash was switched off while it waited", () => {
  const alert = opened()
    .restartWith(policyWith({ ash: { enabled: false } }))
    .wait(HOUR)
  expect([alert.view.ash.state, pending(alert)]).toEqual(["none", null])
  expect(alert.everTold.filter(({ event }) => event.type === "START")).toEqual([])
})

describe("when nobody is available (B21)", () => {
  it("goes sooner", () => {
    const alert = opened().wait(MINUTE)
    alert.feed({ type: "NOBODY_AVAILABLE", at: alert.now })
    expect(pending(alert)).toMatchObject({ due_at: "2026-01-05T12:01:30Z" })
    alert.wait(30 * SECOND)
    expect(alert.view.ash).toMatchObject({ state: "asked", auto: true, at: T0 + 90 * SECOND })
  })

  it("never goes later than it would have", () => {
    const alert = opened().wait(3 * MINUTE - 10 * SECOND)
    alert.feed({ type: "NOBODY_AVAILABLE", at: alert.now })
    expect(pending(alert)).toMatchObject({ due_at: "2026-01-05T12:03:00Z" })
    alert.wait(10 * SECOND)
    expect(alert.view.ash).toMatchObject({ state: "asked", at: T0 + 3 * MINUTE })
  })
})

describe("by a click", () => {
  it("is a side fact: the alert is not acknowledged by it, and the click is measured (M2)", () => {
    const alert = opened().wait(MINUTE)
    expect(alert.ask("TALK_TO_ASH")).toMatchObject({
      outcome: "done",
      alert: { state: "alert", ash: { state: "asked", by: RESPONDER, auto: false, at: T0 + MINUTE } }
    })
    expect(alert.told.map(({ to, event }) => [to, event["by"]])).toEqual([
      [`ash-session/${USER}`, "button"],
      [`desk/${GUILD}`, RESPONDER]
    ])
    alert.now += SECOND
    alert.feed({ type: "ASH_CONTACTED", at: alert.now })
    expect(alert.view.ash.state).toBe("talking")
    expect(alert.params("notify").map(({ notice }) => notice)).toEqual([
      { kind: "ash_started", auto: false, by: RESPONDER }
    ])
    expect(metrics(alert)).toMatchObject({
      was_auto_initiated: false,
      time_to_ash_seconds: 60,
      ash_contacted_by: RESPONDER
    })
  })

  it("twice sends Ash once", () => {
    const alert = opened()
    alert.ask("TALK_TO_ASH")
    expect(alert.ask("TALK_TO_ASH", OTHER)).toMatchObject({ outcome: "done", alert: { ash: { by: RESPONDER } } })
    expect(alert.toldTo("ash-session")).toEqual([])
  })

  it("again when Ash has gone", () => {
    const alert = opened()
    alert.ask("TALK_TO_ASH")
    alert.feed({ type: "ASH_CONTACTED", at: T0 }).feed({ type: "ASH_ENDED", how: "idle", at: T0 + HOUR })
    expect(alert.notices).toEqual(["ash_ended nobody"])
    alert.now = T0 + 2 * HOUR
    alert.ask("TALK_TO_ASH", OTHER)
    expect(alert.view.ash).toEqual({ state: "asked", by: OTHER, auto: false, at: T0 + 2 * HOUR })
    expect(metrics(alert)).toMatchObject({ time_to_ash_seconds: 0, ash_contacted_by: RESPONDER })
  })

  it("is refused while a responder speaks with the member, and when Ash is off", () => {
    const alert = opened()
    alert.ask("TAKE_OVER")
    expect(alert.ask("TALK_TO_ASH", OTHER)).toMatchObject({ outcome: "refused", because: "taken_over" })
    const off = new Driver(policyWith({ ash: { enabled: false } })).open().posted()
    expect(off.ask("TALK_TO_ASH")).toMatchObject({ outcome: "refused", because: "ash_off" })
    expect(off.context.refusals).toMatchObject([{ type: "TALK_TO_ASH", because: "ash_off" }])
  })
})

describe("when Ash does not get there", () => {
  it("says why, and measures no contact", () => {
    const alert = opened()
    alert.ask("TALK_TO_ASH")
    alert.feed({ type: "ASH_REFUSED", because: "opted_out", at: T0 + SECOND })
    expect(alert.view.ash.state).toBe("refused")
    expect(alert.notices).toEqual(["ash_refused nobody"])
    expect(metrics(alert)).toMatchObject({ ash_contacted_at: null, time_to_ash_seconds: null })
  })

  it("calls people when the member cannot be reached, as long as it matters", () => {
    const alert = opened().wait(3 * MINUTE)
    alert.feed({ type: "ASH_UNREACHABLE", at: alert.now })
    expect(alert.notices).toEqual(["ash_unreachable crt"])
    expect(metrics(alert)).toMatchObject({ was_auto_initiated: false, ash_contacted_at: null })
    alert.ask("RESOLVE")
    alert.feed({ type: "ASH_UNREACHABLE", at: alert.now })
    expect(alert.notices).toEqual(["ash_unreachable nobody"])
  })

  it("knows that the member wants none of it: Ash stays away, people do not", () => {
    const alert = opened()
    alert.feed({ type: "MEMBER_OPTED_OUT", until: T0 + HOUR, at: T0 })
    expect(alert.params("notify").map(({ notice, audience }) => [notice, audience])).toEqual([
      [{ kind: "opted_out", until: T0 + HOUR }, "nobody"]
    ])
    expect(metrics(alert)?.user_opted_out).toBe(true)
    alert.wait(5 * MINUTE)
    expect(alert.calls).toEqual(["escalated crt"])
  })
})

describe("a responder in Ash's place (B13)", () => {
  it("takes over, which acknowledges, and hands back", () => {
    const alert = opened()
    expect(alert.ask("TAKE_OVER")).toMatchObject({
      outcome: "done",
      alert: { takenOverBy: RESPONDER, state: "acknowledged", acknowledged: { by: RESPONDER, note: null } }
    })
    expect(alert.told.find(({ to }) => to.startsWith("ash-session/"))).toEqual({
      to: `ash-session/${USER}`,
      event: { type: "TAKE_OVER", by: RESPONDER, guildId: GUILD, alertId: ALERT, at: T0 }
    })
    expect(alert.notices).toEqual(["acknowledged nobody", "taken_over nobody"])
    expect(alert.ask("ACKNOWLEDGE", OTHER)).toMatchObject({ outcome: "refused", because: "already_acknowledged" })
    expect(alert.ask("TAKE_OVER")).toMatchObject({ outcome: "done" })
    expect(alert.notices).toEqual([])
    expect(alert.ask("TAKE_OVER", OTHER)).toMatchObject({
      outcome: "refused",
      because: "taken_over",
      alert: { takenOverBy: RESPONDER }
    })
    expect(alert.ask("HAND_BACK", OTHER)).toMatchObject({ outcome: "done", alert: { takenOverBy: null } })
    expect(alert.toldTo("ash-session")).toEqual(["HAND_BACK"])
    expect(alert.ask("HAND_BACK")).toMatchObject({ outcome: "refused", because: "not_taken_over" })
  })

  it("ends with the alert: what is written in its thread afterwards stays there", () => {
    const write = (alert: Driver) =>
      alert.feed({ type: "THREAD_MESSAGE", by: RESPONDER, messageId: "17", text: "among us", at: alert.now })
    const resolved = opened()
    resolved.ask("TAKE_OVER")
    resolved.ask("RESOLVE")
    expect(resolved.toldTo("ash-session")).toEqual(["ALERT_RESOLVED"])
    expect(resolved.view.takenOverBy).toBeNull()
    expect(write(resolved).toldTo("ash-session")).toEqual([])
    const expired = opened()
    expired.ask("TAKE_OVER")
    expired.wait(13 * 24 * HOUR)
    const handedBack = { type: "HAND_BACK", by: RESPONDER, at: T0 + 12 * 24 * HOUR }
    expect(expired.everTold.map(({ event }) => event)).toContainEqual(handedBack)
    expect(expired.view.takenOverBy).toBeNull()
  })

  it("not where the operator does not want it", () => {
    const alert = new Driver(policyWith({ ash: { handoff: false } })).open().posted()
    expect(alert.ask("TAKE_OVER")).toMatchObject({ outcome: "refused", because: "ash_off" })
  })

  it("passes on what they write, and nothing of what others write in the thread", () => {
    const alert = opened()
    const write = (by: string, text: string) =>
      alert.feed({ type: "THREAD_MESSAGE", by, messageId: "1700000000000000001", text, at: alert.now })
    expect(write(RESPONDER, "who knows them?").toldTo("ash-session")).toEqual([])
    alert.ask("TAKE_OVER")
    expect(write(OTHER, "careful, see the history").toldTo("ash-session")).toEqual([])
    expect(write(RESPONDER, "Hi, I am here.").told).toContainEqual({
      to: `ash-session/${USER}`,
      event: { type: "RELAY", messageId: "1700000000000000001", text: "Hi, I am here.", at: T0 }
    })
    alert.feed({ type: "MEMBER_SAID", messageId: "1700000000000000002", text: "hello", at: T0 })
    expect(alert.params("notify").map(({ notice, audience }) => [notice, audience])).toEqual([
      [{ kind: "member_said", text: "hello" }, "nobody"]
    ])
  })
})

describe("the first response (M3)", () => {
  it("is the first message of a person in the thread, and does not touch the post", () => {
    const alert = opened().wait(90 * SECOND)
    const write = (by: string) =>
      alert.feed({ type: "THREAD_MESSAGE", by, messageId: "1700000000000000001", text: "here", at: alert.now })
    write(OTHER)
    expect(alert.toldTo("desk")).toEqual(["RESPONDER_SEEN"])
    expect(alert.params("editAlert")).toEqual([])
    alert.wait(MINUTE)
    expect(write(RESPONDER).projected).toEqual([])
    expect(metrics(alert)).toMatchObject({
      first_response_at: "2026-01-05T12:01:30Z",
      time_to_response_seconds: 90,
      first_response_by: OTHER,
      acknowledged_at: null
    })
  })
})
