/** Every reviewed line of Ash, in every region: it fits a message and claims nothing that is not true when it is said. */
import { describe, expect, it } from "vitest"
import { REGIONS } from "#domain/ash/Resources.ts"
import { unsafeBecause } from "#domain/ash/SafeMessaging.ts"
import { attachmentText, dateInWords, relayText, type SessionLine, sessionText } from "#domain/ash/SessionTexts.ts"

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

/** What is forbidden to words nobody reviewed, and true in these lines when they are said. */
const MAY: Readonly<Partial<Record<SessionLine["key"], ReadonlyArray<string>>>> = {
  called: ["claims_human_told"],
  failed_after_call: ["claims_human_told"],
  asking: ["claims_help_comes"],
  still_asking: ["claims_help_comes"],
  taken_over: ["claims_help_comes"],
  nobody_answered: ["claims_help_comes", "claims_human_told"],
  // The date of an opt-out is a number.
  opted_out: ["unknown_number"],
  opted_out_notice: ["unknown_number"],
  // "These people are there to listen" speaks of the help lines.
  nobody_to_ask: ["claims_help_comes"],
  resources: ["claims_help_comes"]
}

describe("every line", () => {
  it.each(LINES.map((line) => [JSON.stringify(line), line] as const))("%s", (_, line) => {
    for (const region of REGIONS) {
      const text = sessionText(line, region)
      expect(text.length).toBeGreaterThan(10)
      expect(text.length).toBeLessThanOrEqual(2000)
      expect(text).not.toMatch(/undefined|null|\[object|as an ai/iu)
      expect([null, ...(MAY[line.key] ?? [])]).toContain(unsafeBecause(text, { humanTold: false }))
    }
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
