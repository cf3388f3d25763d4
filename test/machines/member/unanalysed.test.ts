/** What happens when the classifier is silent: the net decides, nothing is an all-clear, and the answer comes at last (C11). */
import { describe, expect, it } from "vitest"
import { alertIdOf } from "#domain/ash/Alert.ts"
import { triage } from "#domain/ash/KeywordNet.ts"
import { NOW } from "#test/kernel/harness.ts"
import { GRAVE, GUILD, HOUR, MemberDriver, paramsOf, removed, SAFE, SECOND, stored, USER } from "./Driver.ts"

const idOf = (messageId: string) => alertIdOf(GUILD, USER, messageId)
const owed = (messageId: string, at = NOW) => ({ type: "UNANALYSED", messageId, at })
const paid = (messageId: string, at = NOW) => ({ type: "ANALYSED_AT_LAST", messageId, at })

describe("an unanalysed message", () => {
  it("is stored and alerts by the net's word, is owed an analysis, and the desk knows", () => {
    const member = new MemberDriver().posts("1", GRAVE).guessed("1", "high")
    expect(stored(member)).toMatchObject({ severity: "high" })
    expect(member.desk).toEqual([owed("1")])
    expect(member.told).toMatchObject([{ event: { type: "OPEN", signal: { unanalysed: true } } }])
    expect(paramsOf(member.asked("1", "classifyLater"))).toMatchObject({ message: { text: GRAVE }, urgent: true })
    expect(member.asked("1", "classifyLater").lane).toBe("later.1")
  })

  it("that a classifier fails over for weeks does not hold up the others, nor a newer text of its own", () => {
    const member = new MemberDriver()
    for (const id of ["1", "2", "3", "4"]) member.posts(id, SAFE).guessed(id, "safe")
    const lanes = () => member.under("classifyLater").map(({ lane }) => lane)
    expect(new Set(lanes()).size).toBe(4)
    member.wait(SECOND).edits("1", GRAVE).guessed("1", "critical")
    expect(lanes().filter((lane) => lane === lanes()[0])).toHaveLength(2)
  })

  it("that the net finds safe is owed one all the same", () => {
    const member = new MemberDriver().posts("1", SAFE).guessed("1", "safe")
    expect([stored(member), member.said, member.desk]).toEqual([null, [], [owed("1")]])
    expect(paramsOf(member.asked("1", "classifyLater"))).toMatchObject({ urgent: false })
  })

  it("is analysed whole later, though results repeat only its beginning", () => {
    const text = `${"All is well. ".repeat(60)}Goodbye`
    const member = new MemberDriver().posts("1", text).guessed("1", "low")
    expect(paramsOf(member.asked("1", "classifyLater")).message.text).toBe(text)
    expect(JSON.stringify(member.context)).not.toContain("Goodbye")
  })
})

describe("a failure", () => {
  it("is no all-clear: the net decides", () => {
    const member = new MemberDriver().posts("1", GRAVE).fails("1")
    const { severity, score } = triage(GRAVE)
    expect(stored(member)).toMatchObject({ severity, crisis_score: score })
    expect([member.said, member.desk]).toEqual([["OPEN"], [owed("1")]])
    expect(member.told[0]?.event).toMatchObject({ signal: { unanalysed: true, analysis: { source: "keywords" } } })
    expect(paramsOf(member.asked("1", "classifyLater"))).toMatchObject({ message: { text: GRAVE }, urgent: true })
    const calm = new MemberDriver().posts("1", SAFE).fails("1")
    expect([calm.said, calm.desk, calm.under("classifyLater").length]).toEqual([[], [owed("1")], 1])
  })

  it("is not milder in a channel that is watched less closely, and graver in one watched more", () => {
    const severityIn = (sensitivity: number) => {
      const member = new MemberDriver().posts("1", "I hate my life", { sensitivity }).fails("1")
      return (stored(member) as { readonly severity: string } | null)?.severity
    }
    expect(severityIn(1)).toBe(triage("I hate my life").severity)
    expect(severityIn(0.3)).toBe(severityIn(1))
    expect(severityIn(1.5)).not.toBe(severityIn(1))
  })

  it("of the later analysis leaves the net's word as it is; the desk waits no more", () => {
    const member = new MemberDriver().posts("1", GRAVE).guessed("1", "high").fails("1", "classifyLater")
    expect([member.projected, member.said, member.desk]).toEqual([[], [], [paid("1")]])
    expect(member.context.pending).toEqual([])
  })
})

describe("the analysis that comes at last", () => {
  it("replaces the guess in the history, and is news to the alert that heard it", () => {
    const member = new MemberDriver().posts("1", GRAVE).guessed("1", "high").wait(HOUR).analysedLater("1", "critical")
    expect(stored(member)).toMatchObject({ severity: "critical", message_id: "1" })
    expect(member.desk).toEqual([paid("1", NOW + HOUR)])
    expect(member.told).toMatchObject([
      { alert: idOf("1"), event: { type: "ANALYSED", signal: { severity: "critical", unanalysed: false } } }
    ])
  })

  it("that says safe takes the guess back, and says so to the alert, which never falls", () => {
    const member = new MemberDriver().posts("1", GRAVE).guessed("1", "high").analysedLater("1", "safe")
    expect([stored(member), removed(member)]).toEqual([null, ["1"]])
    expect(member.told).toMatchObject([
      { event: { type: "ANALYSED", signal: { severity: "low", analysis: { severity: "safe" } } } }
    ])
    expect(new MemberDriver().posts("1", SAFE).guessed("1", "safe").analysedLater("1", "safe").told).toEqual([])
  })

  it("of what the net overlooked opens an alert, or is one more signal to the open one", () => {
    const member = new MemberDriver().posts("1", SAFE).guessed("1", "safe").analysedLater("1", "critical")
    expect(member.said).toEqual(["OPEN"])
    const open = new MemberDriver().posts("1", SAFE).guessed("1", "safe").writes("2", "medium")
    expect(open.analysedLater("1", "high").told).toMatchObject([{ alert: idOf("2"), event: { type: "SIGNAL" } }])
  })

  it("of what an alert heard that is closed since calls people again only for worse", () => {
    const closed = () => new MemberDriver().posts("1", GRAVE).guessed("1", "medium").wait(HOUR).closes().wait(HOUR)
    expect(closed().analysedLater("1", "medium").said).toEqual([])
    expect(closed().analysedLater("1", "safe").said).toEqual([])
    const worse = closed().analysedLater("1", "high")
    expect(worse.said).toEqual(["OPEN"])
    expect(worse.open).not.toBe(idOf("1"))
  })

  it("of what the cooldown kept from people is decided anew", () => {
    const member = new MemberDriver().writes("1", "high").closes().posts("2", GRAVE).guessed("2", "medium")
    expect(member.said).toEqual([])
    expect(member.wait(HOUR).analysedLater("2", "medium").said).toEqual(["OPEN"])
  })

  it("of what an earlier alert gave back goes to the one that heard it then", () => {
    const member = new MemberDriver().writes("1", "medium").posts("2", GRAVE).guessed("2", "high")
    const event = member.told[0]?.event
    if (event?.type !== "SIGNAL") throw new Error("no signal")
    member.closes().givesBack(event.signal)
    expect(member.told).toMatchObject([{ alert: idOf("2"), event: { type: "OPEN" } }])
    expect(member.analysedLater("2", "critical").told).toMatchObject([
      { alert: idOf("2"), event: { type: "ANALYSED" } }
    ])
  })

  it("of a message deleted meanwhile alerts without words", () => {
    const member = new MemberDriver().posts("1", SAFE).guessed("1", "safe").deletes("1").graceEnds()
    expect(member.analysedLater("1", "high").said).toEqual(["OPEN", "TEXT_GONE"])
    expect(member.projected).toEqual([])
  })

  it("of an earlier text leaves the newer one in the history", () => {
    const member = new MemberDriver().posts("1", SAFE).guessed("1", "low").wait(SECOND).edits("1", "Fine")
    member.classified("1", "medium")
    expect(member.analysedLater("1", "safe").projected).toEqual([])
  })

  it("by the net again is not one", () => {
    const member = new MemberDriver().posts("1", GRAVE).guessed("1", "high")
    const entry = member.asked("1", "classifyLater")
    const output = { message: paramsOf(entry).message, analysis: { severity: "safe", score: 0 }, unanalysed: true }
    member.took(member.bench.settle(member.live, entry, { ok: true, output }, member.now))
    expect([member.projected, member.said, member.desk]).toEqual([[], [], [paid("1")]])
  })
})
