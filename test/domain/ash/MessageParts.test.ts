/** Cutting texts to messages: every word stays, every part fits, no character is cut in two. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { breakMentions, cutTo, MAX_PART, splitText } from "#domain/ash/MessageParts.ts"

const squeezed = (text: string) => text.replace(/\s+/gu, "")
const broken = /[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/u

describe("splitting", () => {
  it("keeps every character in order, in parts that fit", () => {
    const text = fc.array(
      fc.oneof(fc.string({ unit: "grapheme" }), fc.constantFrom(" ", "\n", "\n\n", ". ", "\u{1f600}".repeat(30))),
      {
        maxLength: 60
      }
    )
    fc.assert(
      fc.property(text, fc.integer({ min: 2, max: 80 }), (pieces, max) => {
        const whole = pieces.join("")
        const parts = splitText(whole, max)
        expect(squeezed(parts.join(""))).toBe(squeezed(whole))
        for (const part of parts) {
          expect(part.length).toBeLessThanOrEqual(max)
          expect(part.trim()).not.toBe("")
          expect(broken.test(part)).toBe(false)
        }
      }),
      { seed: 20_261_121 }
    )
  })

  it("ends parts after paragraphs, sentences and words", () => {
    expect(splitText("One two. Three four.", 12)).toEqual(["One two.", "Three four."])
    expect(splitText("first part\n\nsecond part", 14)).toEqual(["first part", "second part"])
    expect(splitText("word ".repeat(900)).every((part) => part.length <= MAX_PART && part.endsWith("word"))).toBe(true)
    expect(splitText("  ")).toEqual([])
  })

  it("cuts to a length without half a character", () => {
    expect([cutTo("abc", 5), cutTo("abcdef", 3), cutTo("a\u{1f600}b", 2)]).toEqual(["abc", "abc", "a"])
  })
})

it("mentions call nobody", () => {
  expect(breakMentions("@everyone @HERE <@1> <@!2> <@&3> <#4> <id:5> a@b <3")).toBe(
    "@\u200beveryone @\u200bHERE <\u200b@1> <\u200b@!2> <\u200b@&3> <\u200b#4> <\u200bid:5> a@b <3"
  )
})
