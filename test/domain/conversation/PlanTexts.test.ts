/** The longest texts: whole words, budgets kept, and nothing left out without saying so. */
import Calculator from "sms-segments-calculator"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { changesText, fits, notesText, planText, shorten } from "#domain/conversation/PlanTexts.ts"
import { notesFit, render } from "#domain/conversation/Texts.ts"
import { WEEKDAYS } from "#domain/MealPlan.ts"
import { toPlain } from "#domain/SmsSegments.ts"

const segments = (text: string): number => new Calculator.SegmentedMessage(text).segmentsCount
const week = (title: string, days = 5) => WEEKDAYS.slice(0, days).map((day) => ({ day, title }))
const salmon = "Sheet-Pan Salmon with Sweet Potatoes and Kale"

describe("shorten", () => {
  it.each([
    [salmon, 60, salmon],
    [salmon, 44, "Sheet-Pan Salmon with Sweet Potatoes.."],
    [salmon, 30, "Sheet-Pan Salmon with Sweet.."],
    ["Gingered Chicken and Broccoli over Brown Rice", 38, "Gingered Chicken and Broccoli.."],
    ["x".repeat(50), 10, "xxxxxxxx.."],
    ["  tofu ", 10, "tofu"]
  ])("%j at %i is %j", (text, points, expected) => {
    expect(shorten(text, points)).toBe(expected)
  })

  it("keeps whole words or none, whole characters, and the limit", () => {
    const text = fc.array(fc.string({ unit: "binary", minLength: 1, maxLength: 12 }), { maxLength: 12 })
    fc.assert(
      fc.property(text, fc.integer({ min: 4, max: 60 }), (words, points) => {
        const whole = words.join(" ")
        const short = shorten(whole, points)
        expect([...short].length).toBeLessThanOrEqual(points)
        if (short === whole.trim()) return
        const kept = short.replace(/\.\.$/u, "")
        expect(whole.trim().startsWith(kept)).toBe(true)
        const next = whole.trim().slice(kept.length)
        if (/\s/u.test(kept)) expect(/^(?:[\s,;:&+/-]|\s*$)/u.test(next) || /\s$/u.test(kept)).toBe(true)
      })
    )
  })
})

describe("fits", () => {
  it("says what the calculator says of plain characters", () => {
    const ascii = fc.string({ unit: "grapheme-ascii", minLength: 380, maxLength: 500 })
    fc.assert(
      fc.property(ascii, (text) => {
        expect(fits(text)).toBe(segments(toPlain(text)) <= 3)
      }),
      { numRuns: 30 }
    )
  })
})

describe("a plan", () => {
  it("keeps titles whole while the three segments allow it", () => {
    const text = planText("Your plan:", { meals: week(salmon), notes: [] }, "Reply 'yes'.")
    expect(text).toContain(`3 Wed: ${salmon}\n`)
    expect(segments(text)).toBeLessThanOrEqual(3)
  })

  it("shortens all titles at word ends when they would not fit", () => {
    const text = planText("Your plan:", { meals: week(`${salmon} from the Hudson Valley, roasted`, 7), notes: [] }, "")
    expect(segments(text)).toBeLessThanOrEqual(3)
    for (const line of text.split("\n").slice(1, 8)) expect(line).toMatch(/ (?:Potatoes|Kale)\.\.$/u)
  })

  it("takes a note in, and leaves more than fit to a text of their own", () => {
    const note = `No dinner used "beef", so there was nothing to swap for "tofu".`
    const plan = { meals: week(salmon), notes: [note] }
    expect(notesFit(plan)).toBe(true)
    const voice = { style: "plain", support: "help@example.com" } as const
    const text = render({ key: "plan_ready", ...plan }, "analysis_sent", voice)
    expect(text).toContain(`\nNote: ${note}\nReply 'yes'`)
    expect(segments(text)).toBeLessThanOrEqual(3)
    expect(notesFit({ meals: week(salmon), notes: [note, note, note] })).toBe(false)
  })

  it("counts the notes that have no room; the recipes print them all", () => {
    const notes = Array.from({ length: 12 }, (_, at) => `Note ${at} says that something was not as it was wished for.`)
    const text = notesText(notes)
    expect(segments(text)).toBe(3)
    expect(text).toMatch(/ [3-9] more with your recipes\.$/u)
    expect(notesText(notes.slice(0, 2))).toBe(`About your plan: ${notes[0]} ${notes[1]}`)
  })
})

describe("several changes", () => {
  it("names each of them", () => {
    expect(
      changesText([
        { type: "swap", old: "salmon", new: "chicken", everyDay: false },
        { type: "skip", days: ["Monday", "Friday"] },
        { type: "swap", old: "rice", new: "beans", everyDay: true }
      ])
    ).toBe("Changing your plan: chicken for salmon; no Monday, Friday; beans for rice on every day...")
  })

  it("counts those that have no room", () => {
    const swap = { type: "swap", old: "o".repeat(40), new: "n".repeat(40), everyDay: false } as const
    const text = changesText(Array.from({ length: 50 }, () => swap))
    expect(text).toMatch(/; and 4[5-9] more\.\.\.$/u)
    expect(segments(text)).toBeLessThanOrEqual(3)
  })
})
