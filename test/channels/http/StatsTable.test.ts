/** Cells of a table for spreadsheets: nothing in them is carried out, and nothing breaks out of its cell. */
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { cellOf } from "#channels/http/StatsTable.ts"

describe("a cell", () => {
  it.each([
    [null, ""],
    [0, "0"],
    [-5, "-5"],
    ["2026-11-20", "2026-11-20"],
    ["=1+1", "'=1+1"],
    ["+1", "'+1"],
    ["-1", "'-1"],
    ["@SUM(A1)", "'@SUM(A1)"],
    ["\t=1", "'\t=1"],
    ['a "b", c', '"a ""b"", c"'],
    ["=a,b", `"'=a,b"`]
  ] as const)("of %j is %s", (value, text) => expect(cellOf(value)).toBe(text))

  it("begins no formula and ends where it should, whatever the text", () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(..."=+-@\t\r\n,\"'a1 ") }), (value) => {
        const cell = cellOf(value)
        const quoted = cell.startsWith('"')
        const inside = quoted ? cell.slice(1, -1).replaceAll('""', "q") : cell
        expect(inside).not.toMatch(quoted ? /"/ : /[",\r\n]/)
        expect(inside).not.toMatch(/^[=+\-@\t\r\n]/)
      })
    )
  })
})
