/** When people are called about a member: one alert at most, its cooldown, and wishes for a person that always get through. */
import { describe, expect, it } from "vitest"
import { alertIdOf, type HumanWantedBecause } from "#domain/ash/Alert.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { NOW } from "#test/kernel/harness.ts"
import { analysis, DAY, GRAVE, GUILD, HOUR, MemberDriver, MINUTE, SAFE, SECOND, stored, USER } from "./Driver.ts"

const { alerts } = defaultAshPolicy
const idOf = (messageId: string) => alertIdOf(GUILD, USER, messageId)
const first = (member: MemberDriver) => member.told[0]

describe("a signal while nothing is open", () => {
  it("opens an alert with all it needs, and no words", () => {
    const member = new MemberDriver().posts("1", SAFE, { sensitivity: 1.2 }).wait(SECOND).classified("1", "medium")
    expect(member.told).toEqual([
      {
        alert: idOf("1"),
        priority: "normal",
        event: {
          type: "OPEN",
          signal: {
            guildId: GUILD,
            userId: USER,
            channelId: "70",
            messageId: "1",
            at: NOW,
            severity: "medium",
            sensitivity: 1.2,
            origin: "channel",
            analysis: analysis("medium"),
            unanalysed: false,
            humanWanted: null
          },
          earlier: 0,
          previous: null
        }
      }
    ])
    expect([member.value.alert, member.open]).toEqual(["alerted", idOf("1")])
  })

  it.each([
    ["low", []],
    ["medium", ["OPEN"]],
    ["high", ["OPEN"]],
    ["critical", ["OPEN"]]
  ] as const)("%s tells %j", (severity, said) => {
    const member = new MemberDriver().writes("1", severity)
    expect(member.said).toEqual(said)
    expect(stored(member)).toMatchObject({ severity })
    expect(first(member)?.priority).toBe(said.length === 0 ? undefined : severity === "medium" ? "normal" : "high")
  })

  it("opens from the configured severity on, and none where alerts are off", () => {
    const strict = { ...defaultAshPolicy, alerts: { ...alerts, minSeverity: "high" as const } }
    expect(new MemberDriver(strict).writes("1", "medium").said).toEqual([])
    expect(new MemberDriver(strict).writes("1", "high").said).toEqual(["OPEN"])
    const off = { ...defaultAshPolicy, alerts: { ...alerts, enabled: false } }
    expect(new MemberDriver(off).writes("1", "critical").wants("asked").said).toEqual([])
  })

  it("is timed by the change of an edited message", () => {
    const member = new MemberDriver().wait(HOUR).edits("1", GRAVE).wait(SECOND).classified("1", "high")
    expect(first(member)?.event).toMatchObject({ type: "OPEN", signal: { at: NOW + HOUR } })
  })
})

describe("one alert at a time (B7)", () => {
  it("hears every further signal, whatever its severity", () => {
    const member = new MemberDriver().writes("1", "medium")
    for (const [id, severity] of [
      ["2", "low"],
      ["3", "critical"],
      ["4", "medium"]
    ] as const) {
      member.wait(SECOND).writes(id, severity)
      expect(member.told).toMatchObject([{ alert: idOf("1"), event: { type: "SIGNAL", signal: { severity } } }])
      expect(first(member)?.priority).toBe(severity === "critical" ? "high" : "normal")
    }
    expect(member.writes("5", "safe").said).toEqual([])
  })

  it("closes for itself only", () => {
    const member = new MemberDriver().writes("1", "medium").closes("alert_000000000000")
    expect([member.value.alert, member.said]).toEqual(["alerted", []])
    expect(member.closes().value.alert).toBe("calm")
    expect(member.closes(idOf("1")).value.alert).toBe("calm")
  })
})

describe("after an alert closed (C29)", () => {
  const closed = (severity: "medium" | "high") => new MemberDriver().writes("1", severity).closes()

  it("the same or less opens none for as long as the cooldown, but is in the history", () => {
    const member = closed("medium").wait(alerts.cooldownMs - 1)
    for (const id of ["2", "3"]) {
      expect(member.writes(id, "medium").said).toEqual([])
      expect(stored(member)).toMatchObject({ severity: "medium" })
    }
    expect(member.wait(1).writes("9", "medium").said).toEqual(["OPEN"])
  })

  it("what is worse gets through at once", () => {
    expect(closed("medium").writes("2", "high").told).toMatchObject([
      { alert: idOf("2"), event: { type: "OPEN", earlier: 1, previous: idOf("1") } }
    ])
  })

  it.each(["high", "critical"] as const)(
    "a second %s message gets through: nobody has seen to that one",
    (severity) => {
      const member = new MemberDriver().writes("1", severity).closes().wait(SECOND).writes("2", severity)
      expect(member.told).toMatchObject([{ alert: idOf("2"), event: { type: "OPEN", previous: idOf("1") } }])
    }
  )

  it("worse means worse than all it heard", () => {
    const strict = { ...defaultAshPolicy, alerts: { ...alerts, minSeverity: "low" as const } }
    const member = new MemberDriver(strict).writes("1", "low").writes("2", "medium").closes()
    expect(member.writes("3", "medium").said).toEqual([])
    expect(member.writes("4", "high").said).toEqual(["OPEN"])
  })

  it("a cooldown counts from the alert that closed last", () => {
    const member = closed("medium")
      .writes("2", "high")
      .wait(HOUR)
      .closes()
      .wait(alerts.cooldownMs - 1)
    expect(member.writes("3", "medium").said).toEqual([])
  })

  it("a new one is linked to it for as long as the window for that (B7)", () => {
    const member = closed("high")
      .wait(alerts.reopenWindowMs - 1)
      .writes("2", "medium")
    expect(first(member)?.event).toMatchObject({ type: "OPEN", previous: idOf("1") })
    const later = closed("high").wait(alerts.reopenWindowMs).writes("2", "medium")
    expect(first(later)?.event).toMatchObject({ type: "OPEN", previous: null })
  })

  it("it counts as an earlier one for seven days (B20)", () => {
    const member = new MemberDriver()
    const earlier = [0, 3 * DAY, 3 * DAY, 3 * DAY].map((pause, n) => {
      const event = first(member.wait(pause).writes(String(n + 1), "high"))?.event
      member.closes()
      return event?.type === "OPEN" ? event.earlier : null
    })
    expect(earlier).toEqual([0, 1, 2, 2])
  })

  it("a message that was changed for the worse gets an alert of its own: a closed one opens never again", () => {
    const member = closed("medium").wait(HOUR).edits("1", GRAVE).classified("1", "critical")
    const { alert, event } = first(member) ?? {}
    expect(event).toMatchObject({ type: "OPEN", signal: { messageId: "1" }, earlier: 1, previous: idOf("1") })
    expect(alert).toMatch(/^alert_[0-9a-f]{12}$/)
    expect(alert).not.toBe(idOf("1"))
    expect(member.open).toBe(alert)
    const again = member.closes().wait(HOUR).edits("1", `${GRAVE}.`).classified("1", "critical")
    expect(new Set([idOf("1"), alert, first(again)?.alert]).size).toBe(3)
  })

  it("the same text told again, as after a long downtime, calls people again only for worse", () => {
    const again = () =>
      closed("high")
        .wait(2 * DAY)
        .posts("1", SAFE, { at: NOW })
    expect(again().classified("1", "high").said).toEqual([])
    expect(again().classified("1", "critical").said).toEqual(["OPEN"])
  })

  it("at most twenty are remembered", () => {
    const member = new MemberDriver()
    for (let n = 0; n < 25; n++)
      member
        .wait(HOUR)
        .writes(String(100 + n), "high")
        .closes()
    expect(member.context.alerts.map(({ messageId }) => messageId)).toEqual(
      Array.from({ length: 20 }, (_, n) => String(105 + n))
    )
  })

  it("it is forgotten with its own record", () => {
    const member = closed("high").wait(alerts.keepMs).writes("2", "high")
    expect(member.context.alerts).toHaveLength(1)
  })
})

describe("a wish for a person (B9)", () => {
  const three = ["asked", "safety", "ash_failed"] as const satisfies ReadonlyArray<HumanWantedBecause>

  it.each(three)("%s opens an alert, at least high", (because) => {
    const member = new MemberDriver().wants(because)
    expect(member.told).toMatchObject([
      {
        alert: idOf("dm1"),
        priority: "high",
        event: {
          type: "OPEN",
          signal: { severity: "high", humanWanted: because, analysis: null, origin: "dm", channelId: "71" }
        }
      }
    ])
  })

  it.each([...three, "opted_out" as const])("%s is told to the open alert, and never lowers it", (because) => {
    const member = new MemberDriver().writes("1", "critical").wants(because)
    expect(member.told).toMatchObject([
      {
        alert: idOf("1"),
        priority: "high",
        event: { type: "SIGNAL", signal: { severity: "critical", humanWanted: because } }
      }
    ])
  })

  it.each(three)("%s gets through the cooldown, whatever was before", (because) => {
    const member = new MemberDriver().writes("1", "critical").closes().wants(because)
    expect(member.told).toMatchObject([{ alert: idOf("dm1"), event: { type: "OPEN", previous: idOf("1") } }])
  })

  it("opting out is one only while or shortly after an alert was open", () => {
    expect(new MemberDriver().wants("opted_out").said).toEqual([])
    const member = new MemberDriver().writes("1", "medium").closes()
    expect(member.wants("opted_out").told).toMatchObject([{ event: { signal: { severity: "medium" } } }])
    const late = new MemberDriver().writes("1", "medium").closes().wait(alerts.reopenWindowMs)
    expect(late.wants("opted_out").said).toEqual([])
  })

  it("about a message that had an alert gets another", () => {
    const member = new MemberDriver().wants("asked").closes().wait(MINUTE).wants("ash_failed")
    expect(member.said).toEqual(["OPEN"])
    expect(member.open).not.toBe(idOf("dm1"))
  })
})

describe("words that were taken back", () => {
  it("are told to all alerts of this member that may show them, when the grace is over", () => {
    const member = new MemberDriver().writes("1", "medium").closes().wait(HOUR).writes("2", "high").deletes("1", "2")
    expect(member.said).toEqual([])
    const event = { type: "TEXT_GONE", messageIds: ["1", "2"], at: NOW + HOUR + 15 * SECOND }
    expect(member.graceEnds().told).toMatchObject([
      { alert: idOf("1"), event },
      { alert: idOf("2"), event }
    ])
  })

  it("are told of their original when the proxy's post is deleted", () => {
    const member = new MemberDriver().writes("1", "high").isProxied("1", "9").deletes("1").graceEnds()
    expect(member.said).toEqual([])
    expect(member.deletes("9").graceEnds().told).toMatchObject([
      { event: { type: "TEXT_GONE", messageIds: ["9", "1"] } }
    ])
  })

  it("while they were analysed still call people, who see no words", () => {
    const member = new MemberDriver().posts("1", GRAVE).deletes("1").graceEnds().classified("1", "critical")
    expect([stored(member), member.said]).toEqual([null, ["OPEN", "TEXT_GONE"]])
    expect(member.told[1]).toMatchObject({ alert: idOf("1"), event: { messageIds: ["1"] } })
    const open = new MemberDriver().writes("1", "medium").posts("2", GRAVE).deletes("2").graceEnds()
    expect(open.classified("2", "critical").said).toEqual(["SIGNAL", "TEXT_GONE"])
  })

  it("within the grace call people with their words, until it is over", () => {
    const member = new MemberDriver().posts("1", GRAVE).deletes("1").classified("1", "critical")
    expect(member.said).toEqual(["OPEN"])
    expect(member.graceEnds().said).toEqual(["TEXT_GONE"])
  })

  it("by who leaves: the alert stays, because people may still reach them (B15)", () => {
    const member = new MemberDriver().writes("1", "high").posts("2", GRAVE).leaves()
    expect(member.told).toMatchObject([{ alert: idOf("1"), event: { type: "TEXT_GONE", messageIds: "all", at: NOW } }])
    expect(member.value.alert).toBe("alerted")
    expect(member.classified("2", "critical").said).toEqual(["SIGNAL", "TEXT_GONE"])
    expect(new MemberDriver().posts("1", GRAVE).leaves().classified("1", "critical").said).toEqual([
      "OPEN",
      "TEXT_GONE"
    ])
  })
})
