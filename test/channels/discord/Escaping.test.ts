import * as fc from "fast-check"
import { codeBlock, cut, inline, pieces, quote, span, tame } from "#channels/discord/Escaping.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const anything = fc.string({ unit: "binary", maxLength: 3000 })
const dangerous = fc
  .array(
    fc.constantFrom(
      ...["@everyone", "<@1>", "<@&2>", "<#3>", "```", "`", "\n", "](http://x.example)", "[a", "word ", "👪"],
      ...["||", "|", "\u202e", "\u2066"]
    )
  )
  .map((parts) => parts.join(""))

describe("what a person wrote inside a message of ours", () => {
  it("mentions nobody", () => {
    fc.assert(
      fc.property(fc.oneof(anything, dangerous), (text) => {
        for (const shown of [tame(text), quote(text), inline(text, 100)]) {
          expect(shown).not.toMatch(/@everyone|@here|<@|<#|\]\(|\|\|/)
          expect(shown).not.toMatch(/[\u202a-\u202e\u2066-\u2069]/)
        }
      })
    )
  })

  it("does not end its code block", () => {
    fc.assert(
      fc.property(fc.oneof(anything, dangerous), (text) => {
        const block = codeBlock(text)
        expect(block.slice(4, -4)).not.toContain("```")
        expect(block.slice(4, -4).replaceAll("\u200b", "")).toBe(
          text.replaceAll("\r\n", "\n").replaceAll(/[\u200b\u202a-\u202e\u2066-\u2069]/g, "")
        )
      })
    )
  })

  it("keeps every line of it behind a bar", () => {
    fc.assert(
      fc.property(fc.oneof(anything, dangerous), (text) => {
        for (const line of quote(text).split("\n")) expect(line.startsWith("> ")).toBe(true)
      })
    )
    expect(quote("one\ntwo\r\nthree")).toBe("> one\n> two\n> three")
  })

  it("is cut between characters", () => {
    expect(cut("👪👪👪", 3)).toBe("👪👪👪")
    expect(cut("👪👪👪👪", 3)).toBe("👪👪…")
    fc.assert(
      fc.property(fc.string({ unit: "grapheme", maxLength: 300 }), fc.integer({ min: 1, max: 200 }), (text, points) => {
        expect(Array.from(cut(text, points)).length).toBeLessThanOrEqual(points)
      })
    )
  })

  it("is split where it is too long, and loses nothing but the space between", () => {
    fc.assert(
      fc.property(fc.oneof(anything, dangerous), fc.integer({ min: 20, max: 2000 }), (text, units) => {
        const parts = pieces(text, units)
        for (const part of parts) expect(part.length).toBeLessThanOrEqual(units)
        expect(parts.join("").replaceAll(/\s/g, "")).toBe(text.replaceAll(/\s/g, ""))
        for (const part of parts) expect(part.isWellFormed()).toBe(text.isWellFormed() || part.isWellFormed())
      })
    )
  })
})

describe("spans of time", () => {
  it.each([
    [20_000, "less than a minute"],
    [60_000, "1 minute"],
    [10 * 60_000, "10 minutes"],
    [3 * 3_600_000, "3 hours"],
    [72 * 3_600_000, "3 days"]
  ])("%d ms", (ms, words) => {
    expect(span(ms)).toBe(words)
  })
})
