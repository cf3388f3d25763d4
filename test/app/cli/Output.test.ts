import fc from "fast-check"
import { pairs, plural, relative, second, stateInWords, table } from "#app/cli/Output.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const NOW = Date.parse("2026-11-21T12:00:00.000Z")
const at = (ms: number) => new Date(NOW + ms).toISOString()

describe("a table", () => {
  it("has columns as wide as their widest cell and no trailing spaces", () => {
    expect(
      table(
        ["A", "LONGER", "C"],
        [
          ["alpha", "b", "c"],
          ["", "x", ""]
        ]
      )
    ).toBe(["A      LONGER  C", "alpha  b       c", "       x"].join("\n"))
  })

  it("goes by what a terminal shows: wide characters, colours", () => {
    expect(
      table(
        ["A", "B"],
        [
          ["日本", "x"],
          ["\u001b[31mab\u001b[39m", "y"]
        ]
      )
    ).toBe(["A     B", "日本  x", "\u001b[31mab\u001b[39m    y"].join("\n"))
  })

  it("keeps every cell of a column at the same place", () => {
    const cell = fc.stringMatching(/^[a-z]{1,9}$/)
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 9 }), (rows) => {
        const lines = table(["ONE", "TWO", "THREE"], rows).split("\n")
        const places = lines.map((line) => [...line.matchAll(/\S+/g)].map(({ index }) => index))
        expect(new Set(places.map(String)).size).toBe(1)
      })
    )
  })

  it("of pairs has its names in one column", () => {
    expect(
      pairs([
        ["a", "1"],
        ["long", "2"]
      ])
    ).toBe("a     1\nlong  2")
  })
})

describe("time", () => {
  it.each([
    [0, "now"],
    [999, "now"],
    [-1000, "1 s ago"],
    [-59_999, "59 s ago"],
    [-60_000, "1 min ago"],
    [-3_600_000, "1 h ago"],
    [86_400_000, "in 1 day"],
    [5 * 86_400_000, "in 5 days"]
  ])("%d ms from now is told as %s", (ms, words) => {
    expect(relative(at(ms), NOW)).toBe(words)
  })

  it("is cut to the second", () => {
    expect(second("2026-11-21T12:00:00.123Z")).toBe("2026-11-21T12:00:00Z")
    expect(second("2026-11-21T12:00:00Z")).toBe("2026-11-21T12:00:00Z")
  })
})

describe("words", () => {
  it("of a chart's state name every active leaf", () => {
    expect(stateInWords("open")).toBe("open")
    expect(stateInWords({ known: { a: "x", b: { c: "y" } }, post: {} })).toBe("known.a.x, known.b.c.y, post")
    expect(stateInWords(null)).toBe("")
  })

  it("count", () => {
    expect([0, 1, 2].map((count) => plural(count, "alert"))).toEqual(["0 alerts", "1 alert", "2 alerts"])
  })
})
