/** Every text in every status: what it costs, what it must say, and where guidance is added. */
import Calculator from "sms-segments-calculator"
import * as fc from "fast-check"
import { describe, expect, it } from "vitest"
import { BRAND, guideFor, STATUSES, type Voice } from "#domain/conversation/Guides.ts"
import { dueInWords, render, type Line, type LineKey } from "#domain/conversation/Texts.ts"
import { WEEKDAYS } from "#domain/MealPlan.ts"

const plain: Voice = { style: "plain", support: "support@farmtopeople.example" }
const emoji: Voice = { ...plain, style: "emoji" }
const url = "https://meals.farmtopeople.example/r/0123456789abcdef0123456789abcdef"
const swap = { type: "swap", old: "x".repeat(60), new: "y".repeat(60), everyDay: true } as const
const meals = WEEKDAYS.map((day) => ({ day, title: "Slow-roasted winter vegetables with barley and herbs" }))

/** Every line, with contents as long as real ones get, and the segments it may cost in plain style. */
const lines: { readonly [K in LineKey]: readonly [Line & { readonly key: K }, number] } = {
  analyzing: [{ key: "analyzing" }, 1],
  already_working: [{ key: "already_working" }, 1],
  still_working: [{ key: "still_working" }, 1],
  progress: [{ key: "progress" }, 1],
  plan_ready: [{ key: "plan_ready", meals, notes: [] }, 3],
  plan_notes: [{ key: "plan_notes", notes: Array.from({ length: 20 }, () => "n".repeat(160)) }, 3],
  confirmed: [{ key: "confirmed", due: "Wednesday, the day before your delivery" }, 1],
  all_set: [{ key: "all_set", due: "Wednesday, the day before your delivery" }, 1],
  swapping: [{ key: "swapping", old: "x".repeat(60), new: "y".repeat(60) }, 1],
  swap_unclear: [{ key: "swap_unclear", old: "x".repeat(60), said: "x".repeat(60) }, 1],
  changing: [{ key: "changing", changes: Array.from({ length: 50 }, () => swap) }, 3],
  skipping: [{ key: "skipping", days: WEEKDAYS }, 1],
  skip_unclear: [{ key: "skip_unclear" }, 1],
  changes_unclear: [{ key: "changes_unclear" }, 1],
  no_meals: [{ key: "no_meals" }, 1],
  no_recipes_yet: [{ key: "no_recipes_yet" }, 1],
  thanks: [{ key: "thanks" }, 1],
  greeting: [{ key: "greeting" }, 1],
  later: [{ key: "later" }, 1],
  undo: [{ key: "undo" }, 1],
  nothing_to_confirm: [{ key: "nothing_to_confirm" }, 1],
  analyzing_anew: [{ key: "analyzing_anew" }, 1],
  too_many_changes: [{ key: "too_many_changes" }, 1],
  what_to_change: [{ key: "what_to_change" }, 1],
  locked: [{ key: "locked" }, 1],
  plan_first: [{ key: "plan_first" }, 1],
  confirm_first: [{ key: "confirm_first" }, 1],
  sending_recipes: [{ key: "sending_recipes" }, 1],
  already_sending: [{ key: "already_sending" }, 1],
  enjoy: [{ key: "enjoy" }, 1],
  recipes: [{ key: "recipes", url }, 1],
  plan_failed: [{ key: "plan_failed" }, 1],
  change_failed: [{ key: "change_failed" }, 1],
  change_refused: [{ key: "change_refused" }, 1],
  recipes_failed: [{ key: "recipes_failed" }, 1],
  account_failed: [{ key: "account_failed" }, 1],
  reset: [{ key: "reset" }, 1],
  human: [{ key: "human" }, 1],
  emergency: [{ key: "emergency" }, 1],
  allergy: [{ key: "allergy" }, 1],
  default: [{ key: "default" }, 1],
  help: [{ key: "help" }, 1],
  account_checking: [{ key: "account_checking" }, 1],
  account_ready: [{ key: "account_ready" }, 1],
  onboarding: [{ key: "onboarding", account: "unlinked", url }, 1],
  stopped: [{ key: "stopped" }, 1],
  subscribed: [{ key: "subscribed" }, 1],
  already_subscribed: [{ key: "already_subscribed" }, 1],
  help_stopped: [{ key: "help_stopped" }, 1]
}
const everywhere = STATUSES.flatMap((status) =>
  Object.values(lines).map(([line, budget]) => ({ status, key: line.key, line: line as Line, budget }))
)

describe("render", () => {
  it.each(everywhere)("$key in $status costs at most $budget in plain style", ({ line, status, budget }) => {
    const message = new Calculator.SegmentedMessage(render(line, status, plain))
    expect(message.encodingName).toBe("GSM-7")
    expect(message.segmentsCount).toBeLessThanOrEqual(budget)
    expect(message.segmentsCount).toBeGreaterThan(0)
  })

  it.each(everywhere)("$key in $status costs at most 7 in emoji style", ({ line, status }) => {
    const text = render(line, status, emoji)
    expect(text).not.toBe("")
    expect(new Calculator.SegmentedMessage(text).segmentsCount).toBeLessThanOrEqual(7)
  })

  it.each([
    ["idle", ["plan", "help", "new"]],
    ["analysis_sent", ["yes", "swap X for Y", "skip Monday", "help"]],
    ["confirmed", ["recipes now", "the day before", "help"]],
    ["analyzing", ["plan", "help", "new"]],
    ["modifying", ["plan", "help", "new"]],
    ["recipes_sent", ["plan", "help", "new"]],
    ["error", ["plan", "help", "new"]]
  ])("help in %s names %j, the sender, a contact and the way out (S34-S37, B10)", (status, words) => {
    const text = render({ key: "help" }, status, plain)
    for (const word of [...words, BRAND, plain.support, "STOP"]) expect(text).toContain(word)
    expect(render({ key: "help" }, status, emoji)).toContain("\u{1f4da}")
    expect(render({ key: "help" }, status, emoji)).toContain("STOP")
  })

  it("knows the older formatter's names of the statuses (C32)", () => {
    expect(guideFor("plan_ready")).toBe(guideFor("analysis_sent"))
    expect(guideFor("analyzing")).toBe(guideFor("modifying"))
    for (const name of ["greeting", "error", "default", "unheard of", "toString"]) {
      expect(guideFor(name)).toBe(guideFor("idle"))
    }
    expect(guideFor("confirmed")).not.toBe(guideFor("idle"))
  })

  it("adds the status's guidance where it still fits (S43), and never to an opt-out confirmation", () => {
    expect(render({ key: "analyzing" }, "analyzing", plain)).toContain(guideFor("analyzing"))
    expect(render({ key: "default" }, "analysis_sent", plain)).toContain(guideFor("analysis_sent"))
    expect(render({ key: "skipping", days: ["Friday"] }, "modifying", plain)).toBe(
      "Removing Friday from your meal plan... I will text you your plan when it is ready."
    )
    expect(render({ key: "default" }, "modifying", plain)).not.toContain("Reply 'plan'")
    const long = { key: "swapping", old: "\u8c46".repeat(30), new: "\u8c46".repeat(30) } as const
    expect(render(long, "modifying", plain)).not.toContain(guideFor("modifying"))
    expect(render({ key: "stopped" }, "idle", plain)).not.toContain(guideFor("idle"))
  })

  it("keeps the seed's wording in emoji style", () => {
    expect(render({ key: "analyzing" }, "analyzing", emoji)).toBe("\u{1f4e6} Analyzing your Farm to People cart...")
    expect(render({ key: "swapping", old: "salmon", new: "chicken" }, "modifying", emoji)).toBe(
      "\u{1f504} Swapping salmon for chicken..."
    )
    expect(render({ key: "skipping", days: ["Monday", "Friday"] }, "modifying", emoji)).toBe(
      "\u{1f4c5} Removing Monday, Friday from your meal plan..."
    )
  })

  it("lists each meal by number, day and title, and how to answer", () => {
    const text = render({ key: "plan_ready", meals: meals.slice(0, 2), notes: [] }, "analysis_sent", plain)
    expect(text).toContain("1 Mon: Slow-roasted winter vegetables")
    expect(text).toContain("2 Tue: ")
    expect(text).toContain("'yes'")
  })

  it("writes curly quotes plainly and keeps letters that have no plain form", () => {
    const soft = render({ key: "swapping", old: "mom\u2019s \u201cstew\u201d", new: "tofu" }, "modifying", plain)
    expect(soft).toContain(`mom's "stew"`)
    expect(render({ key: "swapping", old: "\u8c46\u8150", new: "tofu" }, "modifying", plain)).toContain("\u8c46\u8150")
  })

  it("words any two foods without breaking a character", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), fc.string({ unit: "grapheme" }), (old, wanted) => {
        expect(render({ key: "swapping", old, new: wanted }, "modifying", plain).isWellFormed()).toBe(true)
      })
    )
  })
})

describe("dueInWords", () => {
  const analysis = { ref: "a", meals: [], delivery_date: "2026-03-05", recipes_due_at: 1000 }
  it("names the day before the delivery", () => {
    expect(dueInWords(analysis, 999)).toBe("Wednesday, the day before your delivery")
    expect(dueInWords({ ...analysis, delivery_date: "2026-03-01" }, 0)).toContain("Saturday")
  })
  it("names the date as well when the weekday comes more than once until then", () => {
    expect(dueInWords({ ...analysis, recipes_due_at: 7 * 86_400_000 }, 0)).toBe(
      "Wednesday March 4, the day before your delivery"
    )
  })
  it("says nothing once that time has come, and no weekday for a date it cannot read", () => {
    expect(dueInWords(analysis, 1000)).toBeNull()
    expect(dueInWords({ ...analysis, delivery_date: "soon" }, 0)).toBe("the day before your delivery")
  })
})
