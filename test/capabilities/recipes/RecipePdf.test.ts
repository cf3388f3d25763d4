/** The printed recipes: what is on which page, whatever the words are made of. Text is read back from the PDF itself. */
import { inflateSync } from "node:zlib"
import * as Effect from "effect/Effect"
import fc from "fast-check"
import type { AnalysedMeal } from "#domain/MealPlan.ts"
import type { PlannedAnalysis } from "#capabilities/planner/MealPlanner.ts"
import { planByRules } from "#capabilities/planner/RulePlanner.ts"
import { renderRecipePdf } from "#capabilities/recipes/RecipePdf.ts"
import { toWinAnsi } from "#capabilities/recipes/WinAnsi.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { BOX } from "../planner/Requests.ts"

const planned = planByRules({ cart: BOX, preferences: {}, modifications: [], previous: null })
if (typeof planned === "string") throw new Error(planned)
const analysis: PlannedAnalysis = planned

const at = Date.UTC(2026, 10, 20)
const windows1252 = new TextDecoder("windows-1252")

/** The shown text of each page: the strings of its content stream, kerning taken out. */
const pagesOf = (pdf: Uint8Array): ReadonlyArray<string> => {
  const raw = Buffer.from(pdf).toString("latin1")
  const streams = Array.from(
    raw.matchAll(/<<([^>]*)>>\s*stream\r?\n([\s\S]*?)\r?\nendstream/g),
    ([, dictionary, body]) => {
      const bytes = Buffer.from(body ?? "", "latin1")
      return (dictionary?.includes("FlateDecode") ? inflateSync(bytes) : bytes).toString("latin1")
    }
  )
  return streams
    .filter((stream) => stream.includes(" Tf"))
    .map((stream) =>
      Array.from(stream.matchAll(/\[([^\]]*)\] TJ/g), ([, pieces]) =>
        Array.from((pieces ?? "").matchAll(/<([0-9a-f]*)>/g), ([, hex]) =>
          windows1252.decode(Buffer.from(hex ?? "", "hex"))
        ).join("")
      ).join("\n")
    )
}

const flowing = (text: string): string => text.replaceAll(/\s+/g, " ")

const pageCount = (pdf: Uint8Array): number =>
  (
    Buffer.from(pdf)
      .toString("latin1")
      .match(/\/Type \/Page\b(?!s)/g) ?? []
  ).length

const render = (more: Partial<PlannedAnalysis> = {}, compress = false) =>
  renderRecipePdf({ ...analysis, ...more }, { at, compress })

describe("renderRecipePdf", () => {
  it.effect("prints a cover and one recipe per page", () =>
    Effect.gen(function* () {
      const pdf = yield* render({ notes: ["Sunday had no dinner to skip."] })
      expect(Buffer.from(pdf.slice(0, 5)).toString()).toBe("%PDF-")
      expect(Buffer.from(pdf.slice(-6)).toString()).toContain("%%EOF")
      expect(pageCount(pdf)).toBe(6)
      const pages = pagesOf(pdf)
      const [cover = "", ...recipes] = pages
      expect(cover).toContain("Your dinners this week")
      expect(cover).toContain("Thursday, November 26, 2026")
      expect(cover).toContain("Sunday had no dinner to skip.")
      expect(cover).toContain("Watermelon radishes")
      for (const meal of analysis.meals) expect(cover).toContain(meal.title)
      for (const [index, meal] of analysis.meals.entries()) {
        const page = flowing(recipes[index] ?? "")
        expect(page).toContain(meal.day.toUpperCase())
        for (const text of [meal.title, ...meal.ingredients, ...meal.steps]) expect(page).toContain(text)
        expect(page).toContain(`${index + 2} of 6`)
      }
    })
  )

  it.effect("compresses to the same pages, and to the same bytes every time", () =>
    Effect.gen(function* () {
      const small = yield* render({}, true)
      expect(pagesOf(small)).toEqual(pagesOf(yield* render()))
      expect(yield* render({}, true)).toEqual(small)
    })
  )

  it.effect("prints a cover alone when every dinner was skipped", () =>
    Effect.gen(function* () {
      expect(pageCount(yield* render({ meals: [], notes: ["Every dinner was skipped."] }))).toBe(1)
    })
  )

  it.effect("sets a long recipe smaller, and continues an endless one without losing a line", () =>
    Effect.gen(function* () {
      const [first] = analysis.meals
      if (first === undefined) throw new Error("no meal")
      const sized = (steps: number, words: number): AnalysedMeal => ({
        ...first,
        ingredients: Array.from({ length: 20 }, (_, at) => `ingredient number ${at} of many`),
        steps: Array.from({ length: steps }, (_, at) => `Step ${at}: ${"stir and wait ".repeat(words).trim()}.`)
      })
      expect(pageCount(yield* render({ meals: [sized(10, 14)] }))).toBe(2)
      const endless = sized(25, 55)
      const pdf = yield* render({ meals: [endless] })
      const pages = pagesOf(pdf)
      expect(pages.length).toBe(pageCount(pdf))
      expect(pages.length).toBeGreaterThan(2)
      const text = flowing(pages.join(" "))
      for (const step of endless.steps) expect(text).toContain(step.slice(0, 40))
      for (const ingredient of endless.ingredients) expect(text).toContain(ingredient)
    })
  )

  it.effect("keeps a cover with many remarks off the footer's page end", () =>
    Effect.gen(function* () {
      const notes = Array.from({ length: 40 }, (_, at) => `Remark ${at} ${"and more ".repeat(20)}`)
      const pdf = yield* render({ notes, also_in_box: Array.from({ length: 200 }, (_, at) => `Thing ${at}`) })
      const text = flowing(pagesOf(pdf).join(" "))
      for (let at = 0; at < 40; at++) expect(text).toContain(`Remark ${at} `)
      expect(text).toContain("160 more")
    })
  )

  it("never fails on words, whatever script they are in", async () => {
    const words = fc.string({ unit: "binary", minLength: 1, maxLength: 90 })
    await fc.assert(
      fc.asyncProperty(words, fc.array(words, { minLength: 1, maxLength: 4 }), async (title, lines) => {
        const [first] = analysis.meals
        if (first === undefined) throw new Error("no meal")
        const pdf = await Effect.runPromise(
          render({ meals: [{ ...first, title, ingredients: lines, steps: lines }], notes: lines })
        )
        expect(pageCount(pdf)).toBe(2)
      }),
      { numRuns: 60 }
    )
  })
})

describe("toWinAnsi", () => {
  const cases: ReadonlyArray<readonly [string, string]> = [
    ["Crème fraîche, jalapeño — “hot”", "Crème fraîche, jalapeño — “hot”"],
    ["½ cup, ⅓ cup → 2⁄3", "½ cup, 1/3 cup -> 2/3"],
    ["Łosoś z żurkiem, ćwikła", "Losos z zurkiem, cwikla"],
    ["Phở 🍜 with 🌶️ and 👩‍🍳", "Pho with and"],
    ["寿司 bowl", "?? bowl"],
    ["ﬁne\u00a0and\tspaced\n out", "fine and spaced out"],
    ["e\u0301clair", "éclair"],
    ["© ® ™ €", "© ® ™ €"]
  ]
  for (const [given, shown] of cases)
    it(`shows ${JSON.stringify(given)}`, () => {
      expect(toWinAnsi(given)).toBe(shown)
    })

  it("shows nothing the fonts lack, and the same text again when asked twice", () => {
    const encodable = new Set(
      Array.from({ length: 256 }, (_, byte) => windows1252.decode(Uint8Array.of(byte))).filter((c) => !/\p{C}/u.test(c))
    )
    fc.assert(
      fc.property(fc.string({ unit: "binary" }), (text) => {
        const shown = toWinAnsi(text)
        expect([...shown].filter((character) => !encodable.has(character))).toEqual([])
        expect(toWinAnsi(shown)).toBe(shown)
      })
    )
  })
})
