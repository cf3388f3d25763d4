/** Phone numbers: every spelling of one number is one value, and what is no number is refused by rule. */
import * as fc from "fast-check"
import * as Result from "effect/Result"
import { describe, expect, it } from "vitest"
import { normalise } from "#domain/Phone.ts"

const read = (raw: string): string =>
  Result.match(normalise(raw), { onSuccess: (phone) => phone, onFailure: ({ rule }) => `refused: ${rule}` })

describe("normalise", () => {
  it.each([
    ["(212) 555-1234", "+12125551234"],
    ["2125551234", "+12125551234"],
    ["12125551234", "+12125551234"],
    ["+1 212 555 1234", "+12125551234"],
    ["+12125551234", "+12125551234"],
    [" 212.555.1234 ", "+12125551234"],
    ["212\u2013555\u20131234", "+12125551234"],
    ["447700900123", "+447700900123"],
    ["+44 7700 900123", "+447700900123"],
    ["+4930123456", "+4930123456"],
    ["12345", "12345"],
    ["787", "787"],
    ["+1234567890", "+1234567890"],
    ["", "refused: empty"],
    ["   ", "refused: empty"],
    ["12", "refused: not_possible"],
    ["+12", "refused: not_possible"],
    ["+1234567890123456", "refused: not_possible"],
    ["not a number", "refused: not_a_number"],
    ["+1212555CALL", "refused: not_a_number"],
    ["1+2125551234", "refused: not_a_number"],
    ["1".repeat(41), "refused: too_long"]
  ])("%j is %s", (raw, expected) => {
    expect(read(raw)).toBe(expected)
  })

  it("gives E.164 or a short code, never throws, and leaves its own results alone", () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.stringMatching(/^\+?[0-9 ().-]{0,20}$/)), (raw) => {
        const result = normalise(raw)
        if (Result.isFailure(result)) return
        expect(result.success).toMatch(/^(\+[1-9]\d{6,14}|\d{3,6})$/)
        expect(read(result.success)).toBe(result.success)
      })
    )
  })
})
