/** Reading preferences as other systems wrote them. */
import fc from "fast-check"
import { tastesOf } from "#capabilities/planner/Tastes.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const flat = (phrases: ReadonlyArray<ReadonlyArray<string>>) => phrases.map((one) => one.join(" "))

describe("tastesOf", () => {
  it("reads lists, comma-separated text, flags and sentences alike", () => {
    for (const allergies of [
      ["peanuts", "Dairy"],
      "peanuts, Dairy",
      { peanuts: true, dairy: true, soy: false },
      "allergic to peanuts and dairy"
    ])
      expect(flat(tastesOf({ allergies }).allergies)).toEqual(["peanut", "dairy"])
  })

  it("widens what people call things to what foods are made of", () => {
    expect(flat(tastesOf({ allergies: "nuts" }).allergies)).toEqual(["nut", "peanut"])
    expect(flat(tastesOf({ allergies: "milk" }).allergies)).toContain("dairy")
    expect(flat(tastesOf({ dislikes: ["seafood"] }).excluded)).toEqual(["seafood", "fish", "shellfish"])
  })

  it("knows diets and the usual ways to exclude one thing", () => {
    expect(flat(tastesOf({ dietary_restrictions: ["Vegetarian"] }).excluded)).toEqual(["meat", "fish", "shellfish"])
    expect(flat(tastesOf({ diet: "low-carb" }).excluded)).toEqual(["starch"])
    expect(flat(tastesOf({ diet: "no pork, gluten-free" }).allergies)).toEqual(["pork", "gluten"])
    expect(tastesOf({ diet: "none, high-protein, balanced" })).toMatchObject({ excluded: [], unknown: [] })
  })

  it("takes an allergy among the diets for an allergy", () => {
    expect(flat(tastesOf({ dietary_restrictions: ["shellfish allergy", "celiac"] }).allergies)).toEqual([
      "shellfish",
      "celiac",
      "gluten"
    ])
  })

  it("reports a diet it does not know", () => {
    expect(tastesOf({ diet: ["vegan", "low FODMAP", "constructor"] }).unknown).toEqual(["low FODMAP", "constructor"])
  })

  it("counts the people at the table within reason", () => {
    expect(tastesOf({ household_size: "4 people" }).people).toBe(4)
    expect(tastesOf({ household_size: 99 }).people).toBe(12)
    expect(tastesOf({ household_size: -1 }).people).toBeNull()
  })

  it("is total over any record", () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom("diet", "allergies", "dislikes", "likes", "people"), fc.jsonValue()),
        (record) => {
          expect(tastesOf(record).allergies).toBeInstanceOf(Array)
        }
      )
    )
  })
})
