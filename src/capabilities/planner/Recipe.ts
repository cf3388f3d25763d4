/**
 * A recipe of the built-in collection, and how it becomes the text of a meal. Titles and steps name their foods only by
 * `{key}` or `{key.one}`, so that a swapped ingredient changes everywhere it is spoken of. Pure.
 */
import type { AnalysedMeal, Weekday } from "#domain/MealPlan.ts"
import { titleCase } from "./Words.ts"

export type Unit = "" | "lb" | "oz" | "cup" | "tbsp" | "tsp" | "can" | "clove" | "bunch" | "head" | "pint"

export interface Ingredient {
  /** The name by which title and steps refer to it. */
  readonly key: string
  /** For the recipe's own servings; 0 = spoken of, but listed already under another ingredient. */
  readonly amount: number
  readonly unit: Unit
  /** In the singular; the amount decides about the plural. */
  readonly food: string
  /** What title and steps call it. */
  readonly say: string
  readonly prep: string | null
}

export interface Recipe {
  /** Stable: stored with a plan. */
  readonly id: string
  readonly title: string
  readonly servings: number
  readonly minutes: number
  readonly ingredients: ReadonlyArray<Ingredient>
  readonly steps: ReadonlyArray<string>
  readonly tags: ReadonlyArray<string>
}

/** An ingredient in one line: `use("kale", 1, "bunch", "kale", "the kale", "chopped")`. */
export const use = (
  key: string,
  amount: number,
  unit: Unit,
  food: string,
  say: string = food,
  prep: string | null = null
): Ingredient => ({ key, amount, unit, food, say, prep })

const plural = (name: string): string => {
  if (name.endsWith("s")) return name
  if (/[^aeiou]y$/.test(name)) return `${name.slice(0, -1)}ies`
  return /(potato|tomato|sh|ch|x)$/.test(name) ? `${name}es` : `${name}s`
}

/** Foods that come in many however they are measured: a can of beans, but a can of coconut milk. */
const inMany = /(bean|chickpea|lentil|tomato|potato|fillet|thigh|breast|mushroom|noodle|breadcrumb|seed|flake)$/

const fractions: ReadonlyArray<readonly [number, string]> = [
  [0.25, "1/4"],
  [1 / 3, "1/3"],
  [0.5, "1/2"],
  [2 / 3, "2/3"],
  [0.75, "3/4"]
]

const spell = (amount: number): string => {
  const whole = Math.floor(amount + 1e-9)
  const rest = amount - whole
  if (rest < 0.1 && whole > 0) return String(whole)
  if (rest > 0.9) return String(whole + 1)
  const [, text] = fractions.reduce((best, next) => (Math.abs(next[0] - rest) < Math.abs(best[0] - rest) ? next : best))
  return whole === 0 ? text : `${whole} ${text}`
}

const wholeOnly: ReadonlySet<Unit> = new Set<Unit>(["", "can", "clove"])
const many = (unit: Unit, amount: number): string => {
  if (amount <= 1 || ["", "lb", "oz", "tbsp", "tsp"].includes(unit)) return unit
  return unit === "bunch" ? "bunches" : `${unit}s`
}

/** The ingredient for `scale` times the recipe's servings, as a shopping list says it. */
export const line = (ingredient: Ingredient, scale: number): string => {
  const { unit, food, prep } = ingredient
  const exact = ingredient.amount * scale
  const amount = wholeOnly.has(unit) && exact > 0.6 ? Math.max(1, Math.round(exact)) : exact
  const name = (unit === "" ? amount > 1 : inMany.test(food)) ? plural(food) : food
  const measure = [spell(amount), many(unit, amount), name].filter((part) => part !== "").join(" ")
  return prep === null ? measure : `${measure}, ${prep}`
}

/** `{key}` becomes what the ingredient is called, `{key.one}` its name in the singular. */
const fill = (text: string, ingredients: ReadonlyArray<Ingredient>, change: (say: string) => string): string =>
  text.replace(/\{(\w+)(\.one)?\}/g, (_, key: string, one: string | undefined) => {
    const found = ingredients.find((ingredient) => ingredient.key === key)
    return change((one === undefined ? found?.say : found?.food) ?? key)
  })

const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1)

/** The recipe as a meal of `day` for `people` (default: the recipe's own number). */
export const toMeal = (recipe: Recipe, day: Weekday, people: number | null): AnalysedMeal => {
  const servings = people ?? recipe.servings
  return {
    day,
    title: fill(recipe.title, recipe.ingredients, titleCase),
    servings,
    minutes: recipe.minutes,
    ingredients: recipe.ingredients
      .filter(({ amount }) => amount > 0)
      .map((ingredient) => line(ingredient, servings / recipe.servings)),
    steps: recipe.steps.map((step) => capital(fill(step, recipe.ingredients, (say) => say)))
  }
}

/** Everything a meal says, as one text. */
export const textOf = (meal: AnalysedMeal): string => [meal.title, ...meal.ingredients, ...meal.steps].join("\n")
