/** Nothing a person is allergic to is served, however their record says it; what cannot be read is not guessed at. */
import fc from "fast-check"
import type { Preferences } from "#domain/MealPlan.ts"
import { readFoods } from "#capabilities/planner/Foods.ts"
import { FOODS } from "#capabilities/planner/FoodTable.ts"
import { DINNER_DAYS, type PlanRequest } from "#capabilities/planner/MealPlanner.ts"
import { refusal, uncheckable, violations } from "#capabilities/planner/PlanCheck.ts"
import { textOf } from "#capabilities/planner/Recipe.ts"
import { planByRules } from "#capabilities/planner/RulePlanner.ts"
import { tastesOf } from "#capabilities/planner/Tastes.ts"
import { phrase } from "#capabilities/planner/Words.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { BOX, swap } from "./Requests.ts"

const request = (preferences: Preferences): PlanRequest => ({
  cart: BOX,
  preferences,
  modifications: [],
  previous: null
})
const allergies = (preferences: Preferences) => tastesOf(preferences).allergies.map((one) => one.join(" "))

const dinners = (ingredient: string) =>
  DINNER_DAYS.map((day) => ({
    day,
    title: "Dinner",
    servings: 2,
    minutes: 20,
    ingredients: [ingredient],
    steps: ["Cook."]
  }))

/** What a model's plan with this ingredient is refused for. */
const refused = (preferences: Preferences, ingredient: string) => {
  const [meals, tastes] = [dinners(ingredient), tastesOf(preferences)]
  const asked = request(preferences)
  return [...violations(meals, asked, tastes), ...uncheckable(meals, asked, tastes)].map(({ code }) => code)
}

const texts: ReadonlyArray<(food: string) => string> = [
  (food) => food,
  (food) => `severe ${food} allergy`,
  (food) => `${food} (severe)`,
  (food) => `I am allergic to ${food}`,
  (food) => `anaphylactic to ${food.toUpperCase()}`,
  (food) => `${food} & celery`,
  (food) => `no ${food}`,
  (food) => `${food}-free`,
  (food) => `${food} products`
]
const shapes: ReadonlyArray<(text: string) => unknown> = [
  (text) => text,
  (text) => [text],
  (text) => [{ name: text, severity: "severe" }],
  (text) => ({ [text]: "severe" }),
  (text) => ({ [text]: true }),
  (text) => ({ list: [{ allergen: { label: text } }] })
]
const records: ReadonlyArray<(value: unknown) => Preferences> = [
  ...["allergies", "food_allergies", "allergic_to", "Allergies", "restrictions", "Intolerances"].map(
    (key) => (value: unknown) => ({ [key]: value })
  ),
  (value) => ({ profile: { health: [{ foodAllergies: value }] } })
]
const said = fc.tuple(fc.constantFrom(...texts), fc.constantFrom(...shapes), fc.constantFrom(...records)).map(
  ([text, shape, record]) =>
    (food: string) =>
      record(shape(text(food)))
)

const everyFood = [...new Set(FOODS.flatMap(({ name, kinds }) => [name, ...kinds]))]

describe("an allergy to anything in the food table", () => {
  it("keeps it from every plan made here and every plan a model hands in", { timeout: 90_000 }, () => {
    for (const food of everyFood)
      fc.assert(
        fc.property(said, (say) => {
          const preferences = say(food)
          const planned = planByRules(request(preferences))
          if (typeof planned === "string") expect(planned).toBe("no_recipe_fits")
          else expect(planned.meals.filter((meal) => readFoods(textOf(meal)).names(phrase(food)))).toEqual([])
          expect(refused(preferences, `1 cup ${food}`)).toContain("allergen_present")
          for (const { name, kinds } of FOODS)
            if (kinds.includes(food)) expect(refused(preferences, `1 cup ${name}`)).toContain("allergen_present")
        }),
        { numRuns: 6 }
      )
  })
})

describe("what records really say", () => {
  const cases: ReadonlyArray<readonly [Preferences, string]> = [
    [{ allergies: [{ name: "fish", severity: "severe" }] }, "salmon"],
    [{ allergies: { fish: "severe" } }, "cod"],
    [{ allergies: "Peanuts & tree nuts" }, "walnut"],
    [{ allergies: "celiac disease" }, "soy sauce"],
    [{ medical: { celiac_disease: true } }, "linguine"],
    [{ allergies: "gluten sensitivity" }, "penne"],
    [{ allergies: "dairy products" }, "feta"],
    [{ allergies: "milk protein" }, "cheddar"],
    [{ allergies: "cow's milk" }, "yogurt"],
    [{ allergies: "fish & shellfish" }, "shrimp"],
    [{ allergies: "finfish" }, "salmon"],
    [{ allergies: "egg whites" }, "egg"],
    [{ allergies: "egg yolk" }, "mayonnaise"],
    [{ allergies: "soya" }, "tofu"],
    [{ allergies: ["soybeans"] }, "soy sauce"],
    [{ allergies: "sesame seeds" }, "tahini"],
    [{ allergies: { treeNuts: true } }, "almond"],
    [{ allergies: "almonds" }, "walnut"],
    [{ notes: "allergic to meat, chicken worst of all" }, "lamb"],
    [{ diet: "no carbs" }, "potato"],
    [{ allergies: [{ name: "fish", confirmed: true, since: "2019-01-01", id: 7 }] }, "cod"],
    [{ has_allergies: true, allergies: "fish" }, "cod"],
    [{ peanut_allergy: true }, "peanut butter"],
    [{ glutenFree: true }, "penne"],
    [{ notes: "Careful: she is allergic to eggs!" }, "egg"],
    [{ diet: "nut-free" }, "walnut"],
    [{ Diet: "no shellfish" }, "shrimp"],
    [{ profile: { diet: ["vegan", "no shellfish"] } }, "shrimp"],
    [{ dietaryRestrictions: { gluten_free: true } }, "penne"],
    [{ diet: { notes: { allergies: "fish" } } }, "cod"],
    [{ dietary_restrictions: "vegetarian, no shellfish" }, "shrimp"]
  ]
  for (const [preferences, food] of cases)
    it(`keeps ${food} from ${JSON.stringify(preferences)}`, () => {
      expect(refused(preferences, `1 cup ${food}`)).toContain("allergen_present")
    })

  it("lets no swap bring in what a restriction rules out", () => {
    const preferences = { dietary_restrictions: ["no shellfish"] }
    const planned = planByRules({ ...request(preferences), modifications: [swap("salmon", "shrimp")] })
    expect(JSON.stringify(typeof planned === "string" ? planned : planned.meals)).not.toMatch(/shrimp/i)
    expect(JSON.stringify(planned)).toContain("left out because of an allergy")
  })

  const unclear: ReadonlyArray<Preferences> = [
    { allergies: "sulfites" },
    { allergies: ["peanuts", "zibblefruit"] },
    { allergies: { zibblefruit: "severe", fish: "mild" } },
    { allergies: true },
    { allergies: "severe" },
    { has_allergies: "yes" },
    { allergies: { dates: "severe", date: true } },
    { confirmed_allergies: ["zibblefruit"] },
    { allergies: ["fish"], zibblefruit_allergy: "severe" },
    { profile: { foodAllergies: [{ name: "zibblefruit" }] } },
    { restrictions: "zibblefruit" },
    { diet: "zibblefruit-free" }
  ]
  for (const preferences of unclear)
    it(`makes no plan for ${JSON.stringify(preferences)}`, () => {
      expect(planByRules(request(preferences))).toBe("allergy_not_understood")
    })

  const none: ReadonlyArray<Preferences> = [
    { allergies: "none" },
    { allergies: "N/A" },
    { allergies: ["No known food allergies"] },
    { allergies: [], intolerances: {}, restrictions: null, has_allergies: false },
    { allergies: { soy: false, fish: "none" } },
    { allergies_updated_at: "2026-01-02T03:04:05Z" },
    { dietary_restrictions: ["vegetarian", "low FODMAP"] },
    { notes: "not allergic to anything" }
  ]
  for (const preferences of none)
    it(`reads no allergy in ${JSON.stringify(preferences)}`, () => {
      expect(tastesOf(preferences)).toMatchObject({ allergies: [], understood: true })
    })

  it("does not take an allergy further than it goes", () => {
    expect(allergies({ allergies: "peanut butter" })).toEqual(["peanut butter", "peanut"])
    expect(allergies({ allergies: "coconut milk" })).toEqual(["coconut milk", "coconut"])
  })
})

describe("a newcomer, with an allergy on file", () => {
  const tastes = tastesOf({ allergies: "milk, nuts" })
  it("must be known to the table, word for word", () => {
    for (const food of [
      "buttermilk chicken",
      "lasagna",
      "nutella",
      "pizza",
      "satay",
      "tikka chicken",
      "dairy",
      "tortilla dip"
    ])
      expect([food, refusal(tastes, food)]).toEqual([food, expect.any(String)])
    for (const food of ["the fresh spinach", "coconut milk", "Swiss chard", "2 salmon fillets"])
      expect([food, refusal(tastes, food)]).toEqual([food, null])
    expect(refusal(tastesOf({ allergies: "gluten" }), "tortilla")).not.toBeNull()
    expect(refusal(tastesOf({}), "pizza")).toBeNull()
  })

  it("is left out with a note that says why", () => {
    const modifications = [swap("salmon", "lasagna")]
    const planned = planByRules({ ...request({ allergies: "milk" }), modifications })
    expect(JSON.stringify(planned)).toContain("cannot be checked against the allergies on file")
    expect(typeof planned === "string" ? planned : planned.meals.map(textOf).join()).not.toMatch(/lasagna/i)
  })

  it("is refused in a model's plan, as any ingredient nobody can vouch for", () => {
    const preferences = { allergies: "milk" }
    const asked = { ...request(preferences), modifications: [swap("salmon", "tikka chicken")] }
    expect(uncheckable(dinners("1 lb tikka chicken"), asked, tastes)).toHaveLength(5)
    expect(refused(preferences, "1 jar zibblefruit")).toContain("allergen_unchecked")
    expect(refused(preferences, "1 pinch salt")).toEqual([])
  })
})
