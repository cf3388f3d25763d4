import * as fc from "fast-check"
import { cost, split, toPlain } from "#domain/SmsSegments.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

describe("segments", () => {
  it.each([
    ["a".repeat(160), "GSM-7", 1],
    ["a".repeat(161), "GSM-7", 2],
    ["{".repeat(80), "GSM-7", 1],
    ["{".repeat(81), "GSM-7", 2],
    ["é".repeat(160), "GSM-7", 1],
    ["🍅".repeat(35), "UCS-2", 1],
    ["🍅".repeat(36), "UCS-2", 2]
  ] as const)("counts case %#", (text, encoding, segments) => {
    expect(cost(text)).toEqual({ encoding, segments })
  })

  it("writes typographic characters plainly and leaves letters and emoji alone", () => {
    const plain = toPlain("“Don’t” – wait… • one ━ two\u00a0señor")
    expect(plain).toBe(`"Don't" - wait... - one - two señor`)
    expect(cost(plain).encoding).toBe("GSM-7")
    expect(toPlain("🍅 план")).toBe("🍅 план")
  })
})

const graphemes = new Intl.Segmenter("en", { granularity: "grapheme" })
const boundaries = (text: string) => new Set([...graphemes.segment(text)].map(({ index }) => index).concat(text.length))

describe("split", () => {
  it("cuts at word ends", () => {
    expect(split("one two three four", 9)).toEqual(["one two", "three", "four"])
    expect(split("abcdefghij", 4)).toEqual(["abcd", "efgh", "ij"])
    expect(split("   ", 4)).toEqual([])
    expect(split("👩‍🌾👩‍🌾👩‍🌾", 6)).toEqual(["👩‍🌾", "👩‍🌾", "👩‍🌾"])
  })

  it("keeps every word, every bound and every grapheme", () => {
    const word = fc.oneof(
      fc.string({ unit: "grapheme", minLength: 1, maxLength: 12 }),
      fc.constantFrom(" ", "\n", "👩‍🌾", "{", "ñ", "e\u0301", "\r\n")
    )
    fc.assert(
      fc.property(fc.array(word, { maxLength: 60 }), fc.integer({ min: 40, max: 90 }), (words, limit) => {
        const text = words.join("")
        const pieces = split(text, limit)
        expect(pieces.join("").replace(/\s/g, "")).toBe(text.replace(/\s/g, ""))
        for (const piece of pieces) {
          expect(piece.length).toBeLessThanOrEqual(limit)
          expect(piece).not.toBe("")
        }
        const whole = boundaries(text)
        let from = 0
        for (const piece of pieces) {
          const start = text.indexOf(piece, from)
          expect(whole.has(start)).toBe(true)
          from = start + piece.length
          expect(whole.has(from)).toBe(true)
        }
      })
    )
  })
})
