/** A member who wishes to be forgotten: everything of theirs goes, but not that people have been called (B15). */
import { describe, expect, it } from "vitest"
import { viewOf } from "#kernel/Turn.ts"
import { HISTORY, MemberDriver } from "./Driver.ts"

const forgotten = (member: MemberDriver, ...messageIds: ReadonlyArray<string>) =>
  member.hear({ type: "FORGOTTEN", messageIds, at: member.now })

/** What the runtime tells the next life, when this one is forgotten. */
const nextLife = (member: MemberDriver) => {
  const { definition } = member.bench.actor
  return definition.afterForget?.(viewOf(member.bench.address, member.live)) ?? null
}

describe("a member who wishes to be forgotten", () => {
  it("loses the history and whose messages theirs were; every alert about them is told", () => {
    const member = new MemberDriver().writes("1", "high").closes().wait(1).writes("2", "critical")
    forgotten(member, "1", "2")
    expect(member.projected).toEqual([
      { op: "delete", key: HISTORY },
      { op: "delete", key: "ash:message:1" },
      { op: "delete", key: "ash:message:2" }
    ])
    expect(member.told.map(({ alert, event }) => [event.type, alert]).sort()).toEqual(
      member.context.alerts
        .flatMap(({ alertId }) => [
          ["SUBJECT_FORGOTTEN", alertId],
          ["TEXT_GONE", alertId]
        ])
        .sort()
    )
  })

  it("has what is being analysed heard all the same, and not stored", () => {
    const member = new MemberDriver().posts("1", "See you")
    forgotten(member)
    member.classified("1", "high")
    expect(member.projected).toEqual([])
    expect(member.said).toContain("OPEN")
  })

  it("leaves nothing to the next life while no alert is open", () => {
    expect(nextLife(forgotten(new MemberDriver().writes("1", "low")))).toBeNull()
    expect(nextLife(forgotten(new MemberDriver().writes("1", "high").closes()))).toBeNull()
  })

  it("leaves the open alert to the next life, so that there is never a second one", () => {
    const member = new MemberDriver().writes("1", "high")
    const { open } = member
    const kept = nextLife(forgotten(member, "1"))
    const next = new MemberDriver()
    next.took(next.bench.event(null, kept ?? { type: "LOOK" }, member.now))
    expect([next.value.alert, next.open]).toEqual(["alerted", open])
    expect(
      next
        .wait(1)
        .writes("2", "critical")
        .told.map(({ alert, event }) => [event.type, alert])
    ).toEqual([["SIGNAL", open]])
    expect(next.closes(open).value.alert).toBe("calm")
  })
})
