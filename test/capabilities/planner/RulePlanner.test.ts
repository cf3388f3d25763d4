/** The built-in planner: every change done or said, never an allergen, always the same answer. */
import fc from "fast-check"
import type { AnalysedMeal, Modification, Preferences, Weekday } from "#domain/MealPlan.ts"
import type { PlannedAnalysis, PlanRequest } from "#capabilities/planner/MealPlanner.ts"
import { textOf, toMeal } from "#capabilities/planner/Recipe.ts"
import { foodsOf, RECIPES } from "#capabilities/planner/Recipes.ts"
import { planByRules, RULE_PLANNER } from "#capabilities/planner/RulePlanner.ts"
import { readFoods } from "#capabilities/planner/Foods.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { BOX, skip, swap } from "./Requests.ts"

const plan = (modifications: ReadonlyArray<Modification>, more: Partial<PlanRequest> = {}): PlannedAnalysis => {
  const planned = planByRules({ cart: BOX, preferences: {}, modifications, previous: null, ...more })
  if (typeof planned === "string") throw new Error(planned)
  return planned
}

const tasting = (preferences: Preferences) => plan([], { preferences })
const days = (planned: PlannedAnalysis) => planned.meals.map(({ day }) => day)
const whole = (planned: PlannedAnalysis) => planned.meals.map(textOf).join("\n")
const on = (planned: PlannedAnalysis, day: Weekday): AnalysedMeal | undefined =>
  planned.meals.find((meal) => meal.day === day)

/** A word and its plural, found without the code under test. */
const spelled = (text: string, word: string) => new RegExp(`\\b${word}(s|es)?\\b`, "i").test(text)

const FOODS = [
  "salmon",
  "chicken",
  "kale",
  "spinach",
  "egg",
  "feta",
  "carrot",
  "broccoli",
  "rice",
  "tofu",
  "shrimp",
  "potato"
]
const food = fc.constantFrom(...FOODS)
const anything = fc.oneof(
  { weight: 6, arbitrary: food },
  {
    weight: 2,
    arbitrary: fc.constantFrom("black beans", "brown rice", "sweet potatoes", "parsnips", "the cheese", "poultry")
  },
  { weight: 1, arbitrary: fc.constantFrom(...RECIPES.map((recipe) => toMeal(recipe, "Monday", null).title)) },
  { weight: 1, arbitrary: fc.string({ maxLength: 30 }) }
)
const weekday = fc.constantFrom<Weekday>("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
const change = fc.oneof(
  { weight: 3, arbitrary: fc.tuple(anything, anything).map(([old, wanted]) => swap(old, wanted)) },
  { weight: 1, arbitrary: fc.array(weekday, { minLength: 1, maxLength: 3 }).map((list) => skip(...list)) }
)

describe("the recipe collection", () => {
  it("has recipes that say everything they use, and name foods in their steps by placeholder only", () => {
    expect(RECIPES.length).toBeGreaterThanOrEqual(24)
    expect(new Set(RECIPES.map(({ id }) => id)).size).toBe(RECIPES.length)
    for (const recipe of RECIPES) {
      const keys = recipe.ingredients.map(({ key }) => key)
      const text = [recipe.title, ...recipe.steps].join("\n")
      const named = new Set(Array.from(text.matchAll(/\{(\w+)(?:\.one)?\}/g), ([, key]) => key ?? ""))
      expect([recipe.id, [...named].filter((key) => !keys.includes(key))]).toEqual([recipe.id, []])
      expect([recipe.id, keys.filter((key) => !named.has(key))]).toEqual([recipe.id, []])
      expect([recipe.id, [...readFoods(text.replace(/\{[\w.]+\}/g, "")).kinds]]).toEqual([recipe.id, []])
    }
  })

  it("uses only foods the table knows, so that allergies and diets can be checked", () => {
    const unknown = RECIPES.flatMap(({ ingredients }) =>
      ingredients.map((one) => one.food).filter((name) => readFoods(name).kinds.size === 0)
    )
    expect(unknown).toEqual([])
  })

  it("scales to the table", () => {
    const salmon = RECIPES.find(({ id }) => id === "salmon-traybake")
    if (salmon === undefined) throw new Error("the collection has no salmon")
    expect(toMeal(salmon, "Monday", 2).ingredients.slice(0, 2)).toEqual([
      "3/4 lb salmon fillets",
      "3/4 lb sweet potatoes, cut in 1-inch cubes"
    ])
    expect(toMeal(salmon, "Monday", 8).ingredients[2]).toBe("2 bunches kale, stems removed, torn")
  })
})

describe("planByRules", () => {
  it("plans five different dinners from Monday to Friday out of the box", () => {
    const planned = plan([])
    expect(days(planned)).toEqual(["Monday", "Tuesday", "Wednesday", "Thursday", "Friday"])
    expect(new Set(planned.meals.map(({ title }) => title)).size).toBe(5)
    expect(planned.planner).toBe(RULE_PLANNER)
    for (const fresh of ["salmon", "chicken", "spinach", "kale"]) expect(spelled(whole(planned), fresh)).toBe(true)
    expect(planned.also_in_box).toContain("Watermelon radishes")
  })

  it("swaps a food for one that cooks alike, in title, list and steps", () => {
    const before = plan([])
    const day = before.meals.find(({ title }) => title.includes("Kale"))?.day ?? "Monday"
    const meal = on(plan([swap("kale", "Swiss chard")]), day)
    expect(meal?.title).toContain("Swiss Chard")
    expect(meal?.ingredients).toContain("1 bunch swiss chard")
    expect(meal?.steps.join(" ")).toContain("Rub the swiss chard with")
  })

  it("takes another recipe for one that cooks differently", () => {
    const day = plan([]).meals.find(({ title }) => title.includes("Salmon"))?.day ?? "Monday"
    const meal = on(plan([swap("salmon", "tofu")]), day)
    expect(meal?.title).toBe("Crisp Tofu and Broccoli Stir-Fry")
  })

  it("swaps a whole dinner named by its title", () => {
    const title = plan([]).meals[1]?.title ?? ""
    const planned = plan([swap(title, "tacos")])
    expect(planned.meals[1]?.title).toBe("Turkey and Black Bean Tacos")
    expect(planned.meals.map((meal) => meal.title)).not.toContain(title)
  })

  it("says what a swap could not find, and what an allergy forbids", () => {
    expect(plan([swap("unicorn", "kale")]).notes.join()).toContain('No dinner used "unicorn"')
    const forbidden = plan([swap("salmon", "shrimp")], { preferences: { allergies: "shellfish" } })
    expect(forbidden.notes.join()).toContain('"shrimp" was left out because of an allergy')
    expect(spelled(whole(forbidden), "shrimp") || spelled(whole(forbidden), "salmon")).toBe(false)
  })

  it("lets a texter ask for what their diet leaves out, but not plan it unasked", () => {
    const preferences = { diet: "vegetarian" }
    expect(readFoods(whole(tasting(preferences))).names(["meat"])).toBe(false)
    const tofu = plan([], { preferences: { ...preferences, likes: ["tofu"] } })
    expect(spelled(whole(tofu), "tofu")).toBe(true)
    const asked = plan([swap("tofu", "chicken")], { preferences: { ...preferences, likes: ["tofu"] } })
    expect(spelled(whole(asked), "chicken")).toBe(true)
    expect(whole(asked)).toContain("check that the chicken is cooked through")
  })

  it("takes a swap back when it is swapped back", () => {
    expect(
      plan([swap("kale", "spinach"), swap("spinach", "kale")]).meals.filter((meal) => /kale/i.test(meal.title))
    ).not.toEqual([])
  })

  it("leaves no dinner when every day is skipped, and says so", () => {
    const planned = plan([skip("Monday", "Tuesday", "Wednesday", "Thursday", "Friday")])
    expect(planned.meals).toEqual([])
    expect(planned.notes).toContain("Every dinner was skipped.")
    expect(plan([skip("Sunday")]).notes).toEqual(["Sunday had no dinner to skip."])
  })

  it("says how many recipes are left by strict preferences, and fails when none is", () => {
    const strict = tasting({ diet: "vegan", dislikes: "bean, lentil, chickpea, tofu, mushroom" })
    expect(strict.meals.length).toBeLessThan(5)
    expect(strict.notes.join()).toContain(`Only ${strict.meals.length}`)
    const none = { cart: BOX, preferences: { allergies: "oil, lime" }, modifications: [], previous: null }
    expect(planByRules(none)).toBe("no_recipe_fits")
  })

  it("keeps the week the texter saw when the box changes under it, and plans anew for another delivery", () => {
    const previous = plan([])
    const other = { ...BOX, items: [{ name: "Tofu", quantity: 1, unit: "" }] }
    expect(plan([skip("Monday")], { cart: other, previous }).meals).toEqual(previous.meals.slice(1))
    const later = plan([], { cart: { ...other, delivery_date: "2026-12-03" }, previous })
    expect(later.meals).not.toEqual(previous.meals)
  })

  it("plans anew when an allergy has come on file since", () => {
    const previous = plan([])
    expect(spelled(whole(plan([], { previous, preferences: { allergies: "salmon" } })), "salmon")).toBe(false)
  })
})

describe("planByRules, for any request", () => {
  it("does a single swap, or says why not", () => {
    fc.assert(
      fc.property(food, food, (old, wanted) => {
        fc.pre(old !== wanted)
        const before = whole(plan([]))
        const planned = plan([swap(old, wanted)])
        const text = whole(planned).replaceAll(/sweet potato(es)?|rice vinegar/gi, "")
        const notes = planned.notes.join("\n")
        expect(spelled(text, old)).toBe(false)
        if (spelled(before.replaceAll(/sweet potato(es)?|rice vinegar/gi, ""), old))
          expect(spelled(text, wanted) || notes.includes(wanted)).toBe(true)
        else expect(notes).toContain("nothing to swap")
      })
    )
  })

  it("honours every change together, or says why not", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 6 }), (changes) => {
        const planned = plan(changes)
        const text = readFoods(whole(planned))
        const skipped = changes.flatMap((one) => (one.type === "skip" ? one.details.days : []))
        expect(days(planned).filter((day) => skipped.includes(day))).toEqual([])
        expect(planned.changes).toEqual(changes)
        const last = changes.at(-1)
        if (last?.type === "swap" && FOODS.includes(last.details.old) && FOODS.includes(last.details.new)) {
          const { old, new: wanted } = last.details
          if (old !== wanted) {
            expect(text.names([old])).toBe(false)
            const earlier = plan(changes.slice(0, -1))
            if (readFoods(whole(earlier)).names([old]))
              expect(text.names([wanted]) || planned.notes.join().includes(wanted)).toBe(true)
          }
        }
      })
    )
  })

  it("never serves an allergen, even when a swap asks for it", () => {
    const spelledOut: Readonly<Record<string, RegExp>> = {
      dairy: /feta|cheddar|parmesan|ricotta|yogurt|(?<!peanut )butter(?!nut)|cheese/i,
      gluten: /soy sauce|linguine|penne|flour tortilla|breadcrumb/i,
      nuts: /peanut|almond|walnut/i,
      shellfish: /shrimp/i,
      fish: /salmon|\bcod\b/i,
      eggs: /\beggs?\b/i,
      soy: /tofu|soy/i,
      sesame: /sesame|tahini/i
    }
    const allergies = fc.uniqueArray(fc.constantFrom(...Object.keys(spelledOut)), { minLength: 1, maxLength: 4 })
    fc.assert(
      fc.property(allergies, fc.array(change, { maxLength: 4 }), (allergies, changes) => {
        const text = whole(plan(changes, { preferences: { allergies } }))
        for (const allergy of allergies) expect(text).not.toMatch(spelledOut[allergy] ?? /./)
      })
    )
  })

  it("answers the same for the same request, and the same step by step as at once", () => {
    fc.assert(
      fc.property(fc.array(change, { maxLength: 4 }), (changes) => {
        const atOnce = plan(changes)
        expect(plan(changes)).toEqual(atOnce)
        const step = changes.reduce<PlannedAnalysis>(
          (previous, _, at) => plan(changes.slice(0, at + 1), { previous }),
          plan([])
        )
        expect(step).toEqual(atOnce)
      }),
      { numRuns: 40 }
    )
  })
})

describe("the collection's texts", () => {
  it("are read from the recipe handed in, also after a change", () => {
    const [first] = RECIPES
    if (first === undefined) throw new Error("the collection is empty")
    const changed = first.ingredients.map((one) => ({ ...one, food: "tofu", say: "tofu" }))
    expect(foodsOf({ ...first, ingredients: changed }).names(["salmon"])).toBe(false)
    expect(foodsOf(first).names(["salmon"])).toBe(true)
  })
})
