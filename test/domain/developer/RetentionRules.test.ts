/** What the clean-up makes of the developers' documents, and which keys are theirs. */
import { describe, expect, it } from "vitest"
import { developerRetentionRules } from "#domain/developer/RetentionRules.ts"
import { judge, ruleOf } from "#domain/Retention.ts"

const NOW = Date.parse("2026-11-21T12:00:00Z")
const ACTION = `pending_action:${"aB3_-".repeat(8)}xyz`

const judged = (key: string, text: string | null, ttlMs: number | null) => {
  const rule = ruleOf(developerRetentionRules, key)
  if (rule === null) return "none of ours"
  return judge(rule, { key, shape: "text", ttlMs, text, lowest: null }, NOW).map(
    (change) => [change.op, "ttlMs" in change ? change.ttlMs : null] as const
  )
}

describe("pending actions", () => {
  const until = (time: string) => JSON.stringify({ token: "t", expires_at: time, user_id: "ann" })

  it("go when they say that they are over, and are given no more than they say", () => {
    expect(judged(ACTION, until("2026-11-21T12:00:00.000Z"), null)).toEqual([["remove", null]])
    expect(judged(ACTION, until("2026-11-21T12:00:30.000Z"), null)).toEqual([["expire", 30_000]])
    expect(judged(ACTION, until("2026-11-21T12:00:30.000Z"), 30_000)).toEqual([])
  })

  it.each(["", "[]", "{}", until("soon"), `{"expires_at":5}`])("that do not say (%s) are given an hour", (text) => {
    expect(judged(ACTION, text, null)).toEqual([["expire", 3_600_000]])
    expect(judged(ACTION, text, 1)).toEqual([])
  })
})

it("contexts are given their hour", () => {
  expect(judged("session_context:phone 1", `{"repo":"acme/web"}`, null)).toEqual([["expire", 3_600_000]])
  expect(judged("session_context:phone 1", `{"repo":"acme/web"}`, 1_000)).toEqual([])
})

it.each(["pending_action:", "pending_action:short", `${ACTION}:more`, "session_context:", "session_contexts:a"])(
  "%s is none of ours",
  (key) => expect(judged(key, "{}", null)).toBe("none of ours")
)
