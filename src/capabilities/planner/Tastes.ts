/**
 * What a person's stored preferences mean for a plan. The record is open and was written by other systems, so every usual
 * spelling is read: lists or comma-separated text, "no pork", "gluten-free", "allergic to nuts". Allergies, diets and
 * dislikes exclude; likes only count in favour. A diet these rules do not know is reported, never guessed at; an allergy
 * they do not know must keep the plan from being made. Pure.
 */
import type { Preferences } from "#domain/MealPlan.ts"
import { allergiesIn, isHard, meant, partsOf } from "./Allergies.ts"
import { phrase } from "./Words.ts"

type Phrases = ReadonlyArray<ReadonlyArray<string>>

export interface Tastes {
  /** Allergies, and what a diet says to leave out ("no pork"): never on a plate, not even when asked for. */
  readonly allergies: Phrases
  /** Whether every allergy on file could be read. If not, nothing may be planned. */
  readonly understood: boolean
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

/** Diets whose foods the table cannot tell. */
const unchecked = new Set([
  "low fodmap",
  "low sodium",
  "low salt",
  "low fat",
  "low sugar",
  "diabetic",
  "whole30",
  "mediterranean"
])

const words = (value: unknown): ReadonlyArray<string> => {
  if (typeof value === "string") return partsOf(value)
  if (Array.isArray(value)) return value.flatMap(words)
  if (typeof value !== "object" || value === null) return []
  return Object.entries(value).flatMap(([name, on]) => (on === true ? words(name.replaceAll("_", " ")) : []))
}

const snake = (name: string): string => name.replace(/(\p{Ll})(\p{Lu})/gu, "$1_$2").toLowerCase()

const read = (preferences: Preferences, names: ReadonlyArray<string>): ReadonlyArray<string> =>
  Object.entries(preferences).flatMap(([name, value]) => (names.includes(snake(name)) ? words(value) : []))

/** What a dislike leaves out; narrower than an allergy: who dislikes tofu may like soy sauce. */
const disliked = (text: string): Phrases => meant(phrase(text.replace(/^\s*(no|not|avoid|without)\s+/i, "")))

const dietName = (text: string): string => phrase(text.replace(/[\s-]+diet\s*$/i, "")).join(" ")

const ofDiet = (text: string): Phrases | null => {
  const name = dietName(text)
  return aims.has(name) ? [] : (diets.get(name)?.map((kind) => phrase(kind)) ?? null)
}

const isDiet = (text: string): boolean => ofDiet(text) !== null || unchecked.has(dietName(text))

const headCount = (value: unknown): number | null => {
  const count = typeof value === "string" ? Number.parseInt(value, 10) : value
  return typeof count === "number" && Number.isFinite(count) && count >= 1 ? Math.min(Math.round(count), 12) : null
}

/** Reads the preferences. Total: what is not understood is ignored, or listed in `unknown` when it is about a diet. */
export const tastesOf = (preferences: Preferences): Tastes => {
  const dietWords = read(preferences, [
    "diet",
    "diets",
    "dietary",
    "dietary_preferences",
    "dietary_restrictions",
    "restrictions"
  ])
  const found = dietWords.map((word) => ({ word, excluded: ofDiet(word) }))
  const others = found.flatMap(({ word, excluded }) => (excluded === null ? [word] : []))
  const { foods, understood } = allergiesIn(preferences, isDiet)
  const dislikes = read(preferences, ["dislikes", "disliked", "avoid", "avoids", "exclude", "excluded_ingredients"])
  const likes = read(preferences, ["likes", "favorites", "favourites", "preferred", "liked_ingredients"])
  return {
    allergies: foods,
    understood,
    excluded: [...found.flatMap(({ excluded }) => excluded ?? []), ...dislikes.flatMap(disliked)],
    likes: likes.map((word) => phrase(word)),
    people: headCount(preferences["household_size"] ?? preferences["people"] ?? preferences["servings"]),
    unknown: others.filter((word) => !isHard(word))
  }
}
