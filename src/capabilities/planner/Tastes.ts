/**
 * What a person's stored preferences mean for a plan. The record is open and was written by other systems, so every usual
 * spelling is read: lists or comma-separated text, "no pork", "gluten-free", "allergic to nuts". Allergies, diets and
 * dislikes exclude; likes only count in favour. A diet these rules do not know is reported, never guessed at. Pure.
 */
import type { Preferences } from "#domain/MealPlan.ts"
import { phrase } from "./Words.ts"

type Phrases = ReadonlyArray<ReadonlyArray<string>>

export interface Tastes {
  /** Never on a plate, not even when asked for. */
  readonly allergies: Phrases
  /** Not planned, unless the texter asks for it by a swap. */
  readonly excluded: Phrases
  readonly likes: Phrases
  /** How many eat; `null` when unknown. 1 to 12. */
  readonly people: number | null
  /** Words about food that these rules cannot act on. */
  readonly unknown: ReadonlyArray<string>
}

const meats = ["meat", "fish", "shellfish"]
const animals = [...meats, "dairy", "egg", "animal"]

const diets = new Map<string, ReadonlyArray<string>>([
  ["vegetarian", meats],
  ["vegan", animals],
  ["plant based", animals],
  ["pescatarian", ["meat"]],
  ["pescetarian", ["meat"]],
  ["halal", ["pork", "alcohol"]],
  ["kosher", ["pork", "shellfish"]],
  ["keto", ["starch", "sugar"]],
  ["low carb", ["starch"]],
  ["paleo", ["grain", "legume", "dairy"]]
])

/** Aims that exclude nothing. */
const aims = new Set([
  "none",
  "no restriction",
  "omnivore",
  "everything",
  "anything",
  "balanced",
  "high protein",
  "healthy",
  "quick",
  "quick meal"
])

/** Words that mean kinds of the food table. */
const meanings = new Map<string, ReadonlyArray<string>>([
  ["lactose", ["dairy"]],
  ["milk", ["dairy"]],
  ["tree nut", ["nut"]],
  ["nut", ["nut", "peanut"]],
  ["groundnut", ["peanut"]],
  ["seafood", ["fish", "shellfish"]],
  ["red meat", ["beef", "lamb", "veal", "pork"]],
  ["carb", ["starch"]],
  ["coeliac", ["gluten"]],
  ["celiac", ["gluten"]]
])

const words = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return value.split(/[,;\n/]|\band\b/i).map((part) => part.trim())
  if (Array.isArray(value)) return value.flatMap(words)
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([name, on]) => (on === true ? words(name.replaceAll("_", " ")) : []))
}

const read = (preferences: Preferences, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.flatMap((name) => words(preferences[name])).filter((word) => /[\p{L}\p{N}]/u.test(word))

const food = (text: string): ReadonlyArray<string> =>
  phrase(
    text
      .replace(/^\s*(severely\s+)?(allergic to|allergy to|intolerant to|no|not|avoid|without)\s+/i, "")
      .replace(/[\s-]+(free|allergy|allergies|intolerance|intolerant)\s*$/i, "")
  )

const meaning = (stems: ReadonlyArray<string>): Phrases =>
  stems.length === 0 ? [] : [stems, ...(meanings.get(stems.join(" ")) ?? []).map((kind) => [kind])]

const excluding = /^\s*(no|not|avoid|without)\b|[\s-]free\s*$/i

const ofDiet = (text: string): Phrases | null => {
  const name = phrase(text.replace(/[\s-]+diet\s*$/i, "")).join(" ")
  const kinds = diets.get(name)
  if (kinds !== undefined) return kinds.map((kind) => phrase(kind))
  if (aims.has(name)) return []
  return excluding.test(text) ? meaning(food(text)) : null
}

/** Some tables keep allergies among the diets. */
const medical = /allerg|intoleran|c(o)?eliac/i

const headCount = (value: unknown): number | null => {
  const count = typeof value === "string" ? Number.parseInt(value, 10) : value
  return typeof count === "number" && Number.isFinite(count) && count >= 1 ? Math.min(Math.round(count), 12) : null
}

/** Reads the preferences. Total: what is not understood is ignored, or listed in `unknown` when it is about a diet. */
export const tastesOf = (preferences: Preferences): Tastes => {
  const dietWords = read(preferences, ["diet", "diets", "dietary", "dietary_restrictions", "dietary_preferences"])
  const found = dietWords.filter((word) => !medical.test(word)).map((word) => ({ word, excluded: ofDiet(word) }))
  const allergies = [
    ...dietWords.filter((word) => medical.test(word)),
    ...read(preferences, ["allergies", "allergy", "allergens", "intolerances"])
  ]
  const dislikes = read(preferences, ["dislikes", "disliked", "avoid", "avoids", "exclude", "excluded_ingredients"])
  const likes = read(preferences, ["likes", "favorites", "favourites", "preferred", "liked_ingredients"])
  return {
    allergies: allergies.flatMap((word) => meaning(food(word))).filter(([first]) => first !== "none"),
    excluded: [...found.flatMap(({ excluded }) => excluded ?? []), ...dislikes.flatMap((word) => meaning(food(word)))],
    likes: likes.map((word) => phrase(word)),
    people: headCount(preferences["household_size"] ?? preferences["people"] ?? preferences["servings"]),
    unknown: found.filter(({ excluded }) => excluded === null).map(({ word }) => word)
  }
}
