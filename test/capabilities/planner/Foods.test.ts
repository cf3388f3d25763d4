/** Finding foods in text: what a phrase means, and what it does not. */
import fc from "fast-check"
import { cooksLike, mentions, readFoods } from "#capabilities/planner/Foods.ts"
import { phrase } from "#capabilities/planner/Words.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const says = (text: string, food: string) => mentions(text, phrase(food))

const yes: ReadonlyArray<readonly [string, string]> = [
  ["2 cups brown rice", "rice"],
  ["2 carrots, diced", "the carrot"],
  ["1 carrot", "my Carrots"],
  ["cherry tomatoes", "tomato"],
  ["1 lb chicken thighs", "poultry"],
  ["1 lb chicken thighs", "meat"],
  ["4 oz feta", "dairy"],
  ["4 oz feta", "cheese"],
  ["3 tbsp soy sauce", "gluten"],
  ["JALAPEÑOS", "jalapeno"],
  ["blackberries", "blackberry"],
  ["a sprinkle of zatar", "zatar"],
  ["Grilled salmon fillets", "grilled salmon fillet"],
  ["peanut butter", "peanuts"],
  ["peanut butter", "peanut butter"],
  ["crème fraîche", "creme fraiche"],
  ["pine nuts", "nut"]
]

const no: ReadonlyArray<readonly [string, string]> = [
  ["2 tbsp rice vinegar", "rice"],
  ["1 can coconut milk", "milk"],
  ["1 can coconut milk", "dairy"],
  ["peanut butter", "butter"],
  ["sweet potatoes", "potato"],
  ["butternut squash", "nut"],
  ["season with black pepper", "peppers"],
  ["rice noodles", "gluten"],
  ["corn tortillas", "flour tortilla"],
  ["chickpeas", "pea"],
  ["eggplant", "egg"],
  ["anything at all", ""],
  ["constructor and __proto__", "toString"]
]

describe("mentions", () => {
  for (const [text, food] of yes)
    it(`finds "${food}" in "${text}"`, () => {
      expect(says(text, food)).toBe(true)
    })
  for (const [text, food] of no)
    it(`does not find "${food}" in "${text}"`, () => {
      expect(says(text, food)).toBe(false)
    })

  it("finds whatever is spelled out, between any other words of letters", () => {
    const word = fc.stringMatching(/^[a-z]{3,8}$/).filter((word) => readFoods(word).kinds.size === 0)
    fc.assert(
      fc.property(word, word, word, (before, wanted, after) => {
        expect(says(`${before} ${wanted.toUpperCase()}, ${after}`, wanted)).toBe(true)
      })
    )
  })

  it("survives any text", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.string({ unit: "binary", maxLength: 20 }),
        (text, food) => {
          expect(typeof says(text, food)).toBe("boolean")
        }
      )
    )
  })

  it("gives places that can be cut out", () => {
    const text = "Toss the Sweet Potatoes with kale."
    const [place] = readFoods(text).places(phrase("sweet potato"))
    expect(text.slice(place?.start, place?.end)).toBe("Sweet Potatoes")
  })
})

describe("cooksLike", () => {
  it("lets greens stand for greens and never steak for chicken", () => {
    expect(cooksLike("spinach", "kale")).toBe(true)
    expect(cooksLike("quinoa", "brown rice")).toBe(true)
    expect(cooksLike("chicken breast", "flank steak")).toBe(false)
    expect(cooksLike("chicken", "salmon fillet")).toBe(false)
    expect(cooksLike("tacos", "salmon fillet")).toBe(false)
  })
})
