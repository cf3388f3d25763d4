/** What becomes of a member's words: analysed in order, stored where they matter, replaced, and taken back. */
import { describe, expect, it } from "vitest"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { NOW } from "#test/kernel/harness.ts"
import { DAY, GRAVE, HISTORY, HOUR, MemberDriver, paramsOf, removed, SAFE, SECOND, stored, USER } from "./Driver.ts"

const { history } = defaultAshPolicy
const laneOf = (member: MemberDriver, id: string) => member.asked(id).lane

describe("a message", () => {
  it("is analysed in order with the others, one the net finds grave at once", () => {
    const member = new MemberDriver().posts("1", SAFE).posts("2", GRAVE).posts("3", SAFE)
    expect(["1", "2", "3"].map((id) => laneOf(member, id))).toEqual(["classify", "urgent", "classify"])
    expect(paramsOf(member.asked("2"))).toMatchObject({ guildId: "900", userId: USER, urgent: true })
    expect(paramsOf(member.asked("1"))).toMatchObject({ message: { text: SAFE }, urgent: false })
  })

  it("without words is nothing", () => {
    const member = new MemberDriver().posts("1", " \n")
    expect([member.live.meta.outbox, member.projected, member.context.pending]).toEqual([[], [], []])
  })

  it("is kept nowhere but in what is under way (C8)", () => {
    const member = new MemberDriver().posts("1", SAFE).posts("2", GRAVE)
    expect(JSON.stringify(member.context)).not.toContain("game")
    member.classified("2", "critical").classified("1", "safe")
    expect(member.context.pending).toEqual([])
    expect(JSON.stringify(member.live.meta.outbox)).not.toMatch(/game|myself/)
  })
})

describe("the history", () => {
  it("A15-A28: takes in what is at least low, by the store's own turn, in the documented shape", () => {
    const member = new MemberDriver().posts("1", SAFE)
    expect(member.projected).toEqual([])
    member.wait(SECOND).classified("1", "low")
    expect(member.projected).toEqual([
      {
        op: "addToSortedSet",
        key: HISTORY,
        score: NOW / 1000,
        member: expect.any(String) as string,
        keep: 100,
        minScore: (NOW + SECOND - 7 * DAY) / 1000,
        ttlMs: 14 * DAY,
        replaces: { field: "message_id", value: "1" }
      },
      { op: "put", key: "ash:message:1", value: "900:800", ttlMs: 14 * DAY }
    ])
    expect(stored(member)).toEqual({
      message: SAFE,
      timestamp: "2027-01-15T08:00:00.000+00:00",
      crisis_score: 0.36,
      severity: "low",
      message_id: "1"
    })
  })

  it.each(["low", "medium", "high", "critical"] as const)("A23: stores %s", (severity) =>
    expect(stored(new MemberDriver().writes("1", severity))).toMatchObject({ severity })
  )

  it("A24: never stores safe", () => expect(new MemberDriver().writes("1", "safe").projected).toEqual([]))

  it("A25: stores from the configured severity on", () => {
    const policy = { ...defaultAshPolicy, history: { ...history, minSeverity: "high" as const } }
    expect(new MemberDriver(policy).writes("1", "medium").projected).toEqual([])
    expect(stored(new MemberDriver(policy).writes("1", "high"))).toMatchObject({ severity: "high" })
  })

  it("C8: the alert's messages hold no words", () => {
    const member = new MemberDriver().writes("1", "critical", GRAVE)
    expect(JSON.stringify(member.told)).not.toContain("myself")
  })
})

describe("an edit (B33)", () => {
  it("replaces what was stored", () => {
    const member = new MemberDriver().writes("1", "medium").wait(HOUR).edits("1", "Worse").classified("1", "high")
    expect(stored(member)).toMatchObject({ message: "Worse", severity: "high", message_id: "1" })
    expect(member.projected[0]).toMatchObject({ score: NOW / 1000, replaces: { value: "1" } })
  })

  it("that is safe now, or below what is stored, removes it", () => {
    const member = new MemberDriver().writes("1", "medium").wait(HOUR).edits("1", "Fine").classified("1", "safe")
    expect([stored(member), removed(member)]).toEqual([null, ["1"]])
    const policy = { ...defaultAshPolicy, history: { ...history, minSeverity: "high" as const } }
    const strict = new MemberDriver(policy).writes("1", "high").wait(HOUR).edits("1", "Fine").classified("1", "low")
    expect([stored(strict), removed(strict)]).toEqual([null, ["1"]])
  })

  it("that leaves no words removes them", () => {
    const member = new MemberDriver().posts("1", SAFE).wait(SECOND).edits("1", "")
    expect(removed(member)).toEqual(["1"])
    expect(member.classified("1", "medium").projected).toEqual([])
  })

  it("that is answered before the earlier text keeps its place, and the earlier one still alerts", () => {
    const member = new MemberDriver().posts("1", SAFE).wait(SECOND).edits("1", GRAVE)
    const [before, edit] = member.under("classify")
    expect([before?.lane, edit?.lane]).toEqual(["classify", "urgent"])
    const outcome = (id: typeof edit, severity: "low" | "safe") => ({
      ok: true as const,
      output: {
        message: paramsOf(id as NonNullable<typeof id>).message,
        analysis: { severity, score: 0.4 },
        unanalysed: false
      }
    })
    member.took(member.bench.settle(member.live, edit as NonNullable<typeof edit>, outcome(edit, "low"), member.now))
    expect(stored(member)).toMatchObject({ message: GRAVE })
    member.classified("1", "critical")
    expect([member.projected, member.said]).toEqual([[], ["OPEN"]])
  })

  it("that is seen before the text it replaced is not replaced by it", () => {
    const member = new MemberDriver().wait(SECOND).edits("1", SAFE).posts("1", GRAVE, { at: NOW })
    expect(member.context.pending).toMatchObject([{ storable: true }, { storable: false }])
  })
})

describe("a deleted message (B15)", () => {
  it("leaves the history after fifteen seconds", () => {
    const member = new MemberDriver().writes("1", "low").deletes("1")
    expect(member.projected).toEqual([])
    member.graceEnds()
    expect([member.now, removed(member), member.value.words]).toEqual([NOW + 15 * SECOND, ["1"], "kept"])
    expect(member.live.meta.timers).toEqual([])
  })

  it("that follows another waits for a grace of its own", () => {
    const member = new MemberDriver()
      .deletes("1")
      .wait(14 * SECOND)
      .deletes("2", "3")
      .graceEnds()
    expect([member.now, removed(member)]).toEqual([NOW + 15 * SECOND, ["1"]])
    expect(removed(member.graceEnds())).toEqual(["2", "3"])
    expect([member.now, member.live.meta.timers]).toEqual([NOW + 30 * SECOND, []])
  })

  it("whose analysis comes after that is not stored, whenever it comes", () => {
    const member = new MemberDriver()
      .posts("1", SAFE)
      .posts("2", SAFE)
      .guessed("2", "low")
      .deletes("1", "2")
      .graceEnds()
    expect(member.classified("1", "medium").projected).toEqual([])
    expect(member.analysedLater("2", "medium").projected).toEqual([])
  })

  it("is removed at once beyond what can wait", () => {
    const ids = (from: number) => Array.from({ length: 300 }, (_, n) => String(from + n))
    const member = new MemberDriver().deletes(...ids(1000)).deletes(...ids(2000))
    expect(removed(member)).toEqual(ids(2000).slice(200))
    expect(removed(member.graceEnds())).toEqual(ids(1000))
    expect(removed(member.graceEnds())).toEqual(ids(2000).slice(0, 200))
  })
})

describe("a message that a proxy posts again (B16)", () => {
  it.each([
    ["before", (member: MemberDriver) => member.isProxied("1", "9").deletes("1")],
    [
      "after",
      (member: MemberDriver) =>
        member
          .deletes("1")
          .wait(14 * SECOND)
          .isProxied("1", "9")
    ]
  ])("is not purged by the proxy deleting it: told %s the deletion", (_, happens) => {
    const member = happens(new MemberDriver().writes("1", "low"))
    expect(member.graceEnds().projected).toEqual([])
  })

  it("is known by the proxy's post too, for as long as the history", () =>
    expect(new MemberDriver().writes("1", "low").isProxied("1", "9").projected).toEqual([
      { op: "put", key: "ash:message:9", value: "900:800", ttlMs: 14 * DAY }
    ]))

  it("told in the second grace keeps its place too", () => {
    const member = new MemberDriver()
      .deletes("1")
      .wait(5 * SECOND)
      .deletes("2")
      .isProxied("2", "9")
      .graceEnds()
    expect(removed(member)).toEqual(["1"])
    expect(member.value.words).toBe("kept")
  })

  it("is purged when the proxy's post is deleted", () => {
    const member = new MemberDriver().writes("1", "low").isProxied("1", "9").deletes("1").graceEnds().deletes("9")
    expect(removed(member.graceEnds())).toEqual(["9", "1"])
  })

  it("and that is changed there takes the place of the original's words, answered before or after", () => {
    const proxied = () => new MemberDriver().posts("1", SAFE).isProxied("1", "9").wait(SECOND)
    const member = proxied().classified("1", "low").edits("9", "Worse").classified("9", "high")
    expect([removed(member), stored(member)]).toEqual([["1"], expect.objectContaining({ message_id: "9" })])
    expect(removed(member.wait(SECOND).edits("9", "Fine").classified("9", "safe"))).toEqual(["9", "1"])
    const late = proxied().edits("9", GRAVE)
    expect(stored(late.classified("9", "critical"))).toMatchObject({ message_id: "9" })
    expect(late.classified("1", "low").projected).toEqual([])
    expect(removed(proxied().edits("9", ""))).toEqual(["9", "1"])
  })

  it("is remembered for the newest two hundred", () => {
    const member = new MemberDriver()
    for (let n = 0; n < 201; n++) member.isProxied(String(1000 + n), String(5000 + n))
    expect(member.context.proxies).toHaveLength(200)
    expect(removed(member.deletes("5000", "5200").graceEnds())).toEqual(["5000", "5200", "1200"])
  })
})

describe("clearing and leaving", () => {
  it("A33, A50: a responder clears the history, and what is under way does not refill it", () => {
    const member = new MemberDriver().posts("1", GRAVE).hear({ type: "HISTORY_CLEARED", at: NOW })
    expect([member.reply, member.projected]).toEqual([{ cleared: true }, [{ op: "delete", key: HISTORY }]])
    member.classified("1", "critical")
    expect([member.projected, member.said]).toEqual([[], ["OPEN"]])
    expect(stored(member.writes("2", "low"))).not.toBeNull()
  })

  it("B15: who leaves takes their words along, also those under way", () => {
    const member = new MemberDriver().posts("1", SAFE).isProxied("1", "9").deletes("2").leaves()
    expect([member.projected, member.value.words]).toEqual([[{ op: "delete", key: HISTORY }], "kept"])
    expect(member.context).toMatchObject({ deleted: [], deletedSince: [], proxies: [] })
    expect([member.live.meta.timers, member.reply]).toEqual([[], undefined])
    expect(member.classified("1", "low").projected).toEqual([])
    expect(stored(member.writes("3", "low"))).not.toBeNull()
  })
})
