/** Every reviewed line of Ash, in every region: it fits a message and claims nothing that is not true when it is said. */
import { describe, expect, it } from "vitest"
import { REGIONS } from "#domain/ash/Resources.ts"
import { attachmentText, dateInWords, relayText, type SessionLine, sessionText } from "#domain/ash/SessionTexts.ts"
import { claimsCall } from "#test/harness/ClaimsCall.ts"

const AT = Date.UTC(2027, 0, 5, 23, 59)
const LINES: ReadonlyArray<SessionLine> = [
  ...(["button", "auto", "request", "follow_up"] as const).flatMap((by) =>
    [true, false].flatMap((team) => [true, false].map((again): SessionLine => ({ key: "welcome", by, team, again })))
  ),
  ...(["asked", "opted_out", "ash_failed", "safety"] as const).flatMap((because): ReadonlyArray<SessionLine> => [
    { key: "asking", because },
    { key: "still_asking", because },
    { key: "nobody_to_ask", because }
  ]),
  ...(["idle", "maximum", "member", "taken_over", "responder"] as const).map((how): SessionLine => ({
    key: "ended",
    how
  })),
  { key: "cannot_call", team: true },
  { key: "cannot_call", team: false },
  { key: "called" },
  { key: "failed_after_call" },
  { key: "not_reached" },
  { key: "taken_over", optedOut: true },
  { key: "taken_over", optedOut: false },
  { key: "handed_back" },
  { key: "nobody_answered" },
  { key: "cannot_see" },
  { key: "resources" },
  { key: "farewell" },
  { key: "opted_out", until: AT },
  { key: "opted_out", until: null },
  { key: "opted_out_notice", until: AT, team: true },
  { key: "opted_out_notice", until: null, team: false },
  { key: "opted_in" },
  { key: "leaving" },
  { key: "ash_off", team: true },
  { key: "ash_off", team: false },
  { key: "follow_up" },
  { key: "follow_up_thanks" }
]

/** The lines that say that people were called: they are said only once that is true. */
const MAY_CLAIM: ReadonlyArray<SessionLine["key"]> = ["called", "failed_after_call", "nobody_answered"]

describe("every line", () => {
  it.each(LINES.map((line) => [JSON.stringify(line), line] as const))("%s", (_, line) => {
    for (const region of REGIONS) {
      const text = sessionText(line, region)
      expect(text.length).toBeGreaterThan(10)
      expect(text.length).toBeLessThanOrEqual(2000)
      expect(text).not.toMatch(/undefined|null|\[object|as an ai/iu)
      if (!MAY_CLAIM.includes(line.key)) expect(claimsCall(text)).toBe(false)
    }
  })

  it("that says so is recognised by this test", () => {
    expect(claimsCall(sessionText({ key: "called" }, "US"))).toBe(true)
    expect(claimsCall(sessionText({ key: "failed_after_call" }, "US"))).toBe(true)
  })

  it("that opens or closes a conversation says where else to turn", () => {
    for (const line of LINES) {
      const opens = line.key === "welcome" && !line.again
      const shows = ["ended", "farewell", "opted_out", "opted_out_notice", "not_reached", "nobody_to_ask", "ash_off"]
      if (!opens && !shows.includes(line.key)) continue
      expect(sessionText(line, "US")).toContain("988")
      expect(sessionText(line, "INT")).toContain("findahelpline.com")
    }
  })

  it("that answers a call for an ambulance names the number of the region and claims no call", () => {
    expect(sessionText({ key: "cannot_call", team: true }, "GB")).toBe(
      "I am a program and cannot call anyone. Please call 999 now, or ask somebody near you to. I am asking the crisis team to look."
    )
    expect(sessionText({ key: "cannot_call", team: false }, "INT")).toBe(
      "I am a program and cannot call anyone. Please call the emergency number of your country now, or ask somebody near you to."
    )
  })

  it("says dates in words, in UTC", () => {
    expect(dateInWords(AT)).toBe("5 January 2027 UTC")
    expect(sessionText({ key: "opted_out", until: AT }, "US")).toContain("until 5 January 2027 UTC")
  })

  it("shows who speaks, and how much cannot be passed on", () => {
    expect(relayText("hello")).toMatch(/Crisis team:.* hello/u)
    expect([attachmentText(0), attachmentText(3)]).toEqual([
      "[a picture or file that cannot be passed on]",
      "[3 pictures or files that cannot be passed on]"
    ])
  })
})
