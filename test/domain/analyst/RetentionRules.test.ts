/** What cleaning up makes of analysts' dialogues: a list without a time to live is given one, and nothing is ever removed. */
import { describe, expect, it } from "vitest"
import { analystRetentionRules } from "#domain/analyst/RetentionRules.ts"
import { type FoundKey, judge, ruleOf } from "#domain/Retention.ts"

const rules = analystRetentionRules({ ttlMs: 1000 })
const done = (key: string, found: Partial<FoundKey> = {}) => {
  const rule = ruleOf(rules, key)
  return rule === null
    ? null
    : judge(
        rule,
        { key, shape: "list", ttlMs: null, text: '{"timestamp":"1999-01-01T00:00:00Z"}', lowest: null, ...found },
        0
      )
}

describe("analysts' dialogues", () => {
  it("are given the time to live they lost (U7)", () => {
    for (const id of ["s-1", "a:b", "ä/🐻"]) {
      expect(done(`session:${id}:messages`)).toMatchObject([{ op: "expire", ttlMs: 1000 }])
      expect(done(`session:${id}:messages`, { ttlMs: 5 })).toEqual([])
    }
    expect(done("session:s-1:messages", { shape: "text" })).toMatchObject([{ op: "expire" }])
  })

  it("are told from everything else", () => {
    for (const key of [
      "session:s-1",
      "session::messages",
      "session:s-1:messages:x",
      "session_context:s",
      "xsession:s:messages"
    ]) {
      expect(done(key)).toBeNull()
    }
  })
})
