/** What a rule makes of a key, whatever the rule is about: nothing in doubt, and never more than its age allows. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import {
  type EndsAt,
  type FoundKey,
  judge,
  longestPrefix,
  type RetentionRule,
  rootsOf,
  ruleOf,
  type Shape
} from "#domain/Retention.ts"

const NOW = 1_800_000_000_000
const DAY = 86_400_000

const found = (changes: Partial<FoundKey> = {}): FoundKey => ({
  ...{ key: "a:1", shape: "text", ttlMs: DAY, text: "says", lowest: null },
  ...changes
})
const texts = (endsAt: EndsAt, ttlMs: number | null = 7 * DAY): RetentionRule => ({
  ...{ dataType: "texts", prefix: "a:", rest: /^\d+$/, ttlMs, shape: "text" },
  endsAt: () => endsAt
})
const scored: RetentionRule = {
  ...{ dataType: "scored", prefix: "a:", rest: /^\d+$/, ttlMs: 14 * DAY, shape: "sortedSet", entriesMs: 7 * DAY }
}
const remove = { op: "remove", key: "a:1", shape: "text", text: "says" }
const expire = (ttlMs: number) => ({ op: "expire", key: "a:1", shape: "text", text: "says", ttlMs })

describe("a text", () => {
  it.each<[string, EndsAt, number | null, ReadonlyArray<object>]>([
    ["that is over goes", NOW - 1, DAY, [remove]],
    ["that is just over goes", NOW, DAY, [remove]],
    ["that is not over stays", NOW + 1, DAY, []],
    ["that is over goes, time to live or not", NOW - 1, null, [remove]],
    ["with no time to live is given what is left", NOW + DAY, null, [expire(DAY)]],
    ["with no time to live is given the usual one at most", NOW + 700 * DAY, null, [expire(7 * DAY)]],
    ["that does not say when it ends stays", null, 700 * DAY, []],
    ["that does not say when it ends is given the usual time to live", null, null, [expire(7 * DAY)]],
    ["that is meant to stay stays", "never", null, []],
    ["that is meant to stay is not judged by its time to live", "never", 1, []]
  ])("%s", (_, endsAt, ttlMs, changes) => expect(judge(texts(endsAt), found({ ttlMs }), NOW)).toEqual(changes))

  it("under a rule without a usual time to live is given one only when it says until when", () => {
    expect(judge(texts(null, null), found({ ttlMs: null }), NOW)).toEqual([])
    expect(judge(texts(NOW + DAY, null), found({ ttlMs: null }), NOW)).toEqual([expire(DAY)])
  })

  it("in another shape than the rule's is never removed, only given a time to live", () => {
    for (const shape of ["list", "sortedSet", "other"] as const) {
      expect(judge(texts(NOW - DAY), found({ shape }), NOW)).toEqual([])
      expect(judge(texts(NOW - DAY), found({ shape, ttlMs: null }), NOW)).toEqual([{ ...expire(7 * DAY), shape }])
    }
  })
})

describe("a sorted set", () => {
  const below = (NOW - 7 * DAY) / 1000
  const set = (lowest: number | null, ttlMs: number | null = DAY) =>
    found({ shape: "sortedSet", text: null, lowest, ttlMs })
  const trim = { op: "trim", key: "a:1", below }

  it.each<[string, number | null, ReadonlyArray<object>]>([
    ["older than the limit is trimmed", below - 0.001, [trim]],
    ["as old as the limit stays", below, []],
    ["younger stays", below + 1, []],
    ["there is none of stays", null, []]
  ])("whose oldest entry is %s", (_, lowest, changes) => expect(judge(scored, set(lowest), NOW)).toEqual(changes))

  it("with no time to live is given one, trimmed or not", () => {
    const given = { op: "expire", key: "a:1", shape: "sortedSet", text: null, ttlMs: 14 * DAY }
    expect(judge(scored, set(below, null), NOW)).toEqual([given])
    expect(judge(scored, set(0, null), NOW)).toEqual([trim, given])
  })
})

describe("whatever is found", () => {
  const shapes = fc.constantFrom<Shape>("text", "list", "sortedSet", "other")
  const any = fc.record({
    key: fc.constant("a:1"),
    shape: shapes,
    ttlMs: fc.option(fc.nat()),
    text: fc.option(fc.string()),
    lowest: fc.option(fc.double({ noNaN: true }))
  })
  const endsAt = fc.oneof(fc.constantFrom<EndsAt>("never", null), fc.integer({ min: 0, max: 2 * NOW }))

  it("nothing is removed before its end, and no time to live is changed", () =>
    fc.assert(
      fc.property(any, endsAt, fc.option(fc.integer({ min: 1, max: 400 * DAY })), (key, end, ttlMs) => {
        for (const change of judge(texts(end, ttlMs), key, NOW)) {
          if (change.op === "remove") expect(typeof end === "number" && end <= NOW).toBe(true)
          if (change.op === "expire") {
            expect(key.ttlMs).toBeNull()
            expect(change.ttlMs).toBeGreaterThan(0)
          }
        }
      })
    ))
})

describe("keys", () => {
  it("fall under the rule whose form they have, and no other", () => {
    const rules = [texts(null), { ...texts(null), dataType: "others", prefix: "a:b:" }]
    const types = ["a:1", "a:b:1", "a:", "a:x", "a:1x", "b:1", "xa:1", ""].map((key) => ruleOf(rules, key)?.dataType)
    expect(types).toEqual(["texts", "others", ...Array.from({ length: 6 }, () => undefined)])
  })

  it("are looked for by what their prefixes have in common, word by word", () => {
    expect(rootsOf(["ash:a:", "ash:b:", "sms:sent:", "conversation:", "conversation:"])).toEqual([
      ...["ash:", "sms:sent:", "conversation:"]
    ])
    expect(rootsOf(["ash:metrics:alert:", "ash:metrics:alerts:"])).toEqual(["ash:metrics:alert"])
    expect(rootsOf([])).toEqual([])
  })

  it("count for the longest prefix they have", () => {
    expect(longestPrefix(["a:", "a:b:", "c:"], "a:b:1")).toBe("a:b:")
    expect(longestPrefix(["a:b:", "a:"], "a:1")).toBe("a:")
    expect(longestPrefix(["a:"], "b:1")).toBeNull()
  })
})
