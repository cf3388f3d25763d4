/** Many messages of one member at once: the record stays within its bounds, and no crisis the net can see is lost (G10). */
import { describe, expect, it } from "vitest"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { encodeState } from "#kernel/SnapshotCodec.ts"
import { MAX_OUTBOX } from "#kernel/Turn.ts"
import { GRAVE, MemberDriver, SAFE, stored } from "./Driver.ts"

/** What the net takes for a crisis, yet not for an urgent one. */
const SERIOUS = "I hate my life"
const RECORD_BYTES = 1024 * 1024

const resident = () => new MemberDriver(defaultAshPolicy, { rehydrates: false })

/** Posts many messages; what alerts and the desk are told is let go. */
const flood = (member: MemberDriver, count: number, text: string, from: number): MemberDriver => {
  for (let n = 0; n < count; n++) member.posts(String(from + n), text)
  return member
}
const silence = (member: MemberDriver, count: number, text: string, from: number): MemberDriver => {
  for (let n = 0; n < count; n++) member.posts(String(from + n), text).fails(String(from + n))
  return member
}
const under = (member: MemberDriver) => [member.under("classify").length, member.under("classifyLater").length]

describe("a flood of messages", () => {
  it("that are safe by the net is queued up to a bound; beyond, they are owed an analysis, up to another", () => {
    const member = flood(resident(), 101, SAFE, 1000)
    expect(under(member)).toEqual([100, 1])
    expect([member.said, member.desk, member.projected]).toEqual([
      [],
      [{ type: "UNANALYSED", messageId: "1100", at: member.now }],
      []
    ])
    flood(member, 100, SAFE, 2000)
    expect([under(member), member.desk]).toEqual([[100, 100], []])
  })

  it("that are serious is decided by the net at once, stored, alerted, and owed an analysis", () => {
    const member = flood(resident(), 200, SAFE, 1000).posts("1", SERIOUS)
    expect([stored(member), member.said]).toEqual([expect.objectContaining({ message: SERIOUS }), ["OPEN"]])
    expect(member.desk).toMatchObject([{ type: "UNANALYSED", messageId: "1" }])
    flood(member, 50, SERIOUS, 5000)
    expect([under(member), member.said, member.desk]).toEqual([[100, 150], ["SIGNAL"], []])
  })

  it("still sends urgent ones to the classifier, and in the end alerts by the net alone", () => {
    const member = flood(flood(resident(), 200, SAFE, 1000), 50, SERIOUS, 5000).posts("1", GRAVE)
    expect([member.asked("1").lane, member.said]).toEqual(["urgent", []])
    flood(member, 49, GRAVE, 7000)
    expect([under(member), member.posts("2", GRAVE).said]).toEqual([[150, 150], ["SIGNAL"]])
    expect(stored(member)).toMatchObject({ message_id: "2" })
    flood(member, 30, GRAVE, 8000)
    expect([under(member), member.said, stored(member) !== null]).toEqual([[150, 175], ["SIGNAL"], true])
  })

  it.each([
    ["long", "a ".repeat(2000), 25],
    ["long and wide", "\u6d77".repeat(4000), 15],
    ["long, of what JSON must escape", "\u0001".repeat(4000), 25],
    ["short", "hi", 110]
  ])("of any length stays within the record: %s", (_, text, count) => {
    const member = silence(resident(), count, text, 1000)
    flood(silence(member, count, `${GRAVE} ${text}`, 2000), count, text, 3000)
    flood(member, count, `${GRAVE} ${text}`, 4000)
    const before = under(member)
    expect(under(flood(flood(member, 3, text, 5000), 3, `${GRAVE} ${text}`, 6000))).toEqual(before)
    expect(member.live.meta.outbox.length).toBeLessThan((MAX_OUTBOX * 2) / 3)
    expect(new TextEncoder().encode(encodeState(member.live)).length).toBeLessThan(RECORD_BYTES)
  })
})

describe("a silence that lasts", () => {
  it("leaves new messages their way to the classifier", () => {
    const member = silence(resident(), 105, SAFE, 1000)
    expect(under(member)).toEqual([0, 100])
    expect(member.posts("1", SAFE).asked("1").lane).toBe("classify")
  })

  it("goes on owing serious ones, and decides all of them by the net", () => {
    const member = silence(silence(resident(), 100, SAFE, 1000), 51, SERIOUS, 2000)
    expect([under(member), member.said, member.desk]).toEqual([[0, 150], ["SIGNAL"], []])
    member.posts("1", GRAVE).guessed("1", "critical")
    expect([under(member), member.told[0]?.priority]).toEqual([[0, 151], "high"])
  })

  it("ends with room for everything", () => {
    const member = flood(resident(), 100, SAFE, 1000).classified("1000", "safe").posts("1", SAFE)
    expect(member.asked("1").lane).toBe("classify")
  })
})
