/**
 * The built-in planner: rules over a small recipe collection, so that the service plans without any model or key. It is
 * deterministic, applies every change in the order it was asked for, and its result passes the same check as a model's.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Modification, Weekday } from "#domain/MealPlan.ts"
import { final } from "../Capability.ts"
import { skippedBy, swapsOf } from "./Changes.ts"
import { DINNER_DAYS, MealPlanner, type PlannedAnalysis, type PlanRequest } from "./MealPlanner.ts"
import { violations } from "./PlanCheck.ts"
import { toMeal, type Recipe } from "./Recipe.ts"
import { recipeOf } from "./Recipes.ts"
import { tastesOf, type Tastes } from "./Tastes.ts"
import { applySkip, applySwap, choose, fits, kitchenOf, type Kitchen, type Week } from "./Week.ts"

/** What `Analysis.planner` says of plans made here. */
export const RULE_PLANNER = "embedded rules"

type Dinners = ReadonlyMap<Weekday, Recipe>

/** The week the person saw before any change; `null` when it was made for another box, or no longer suits them. */
const sameWeek = ({ previous, cart }: PlanRequest, tastes: Tastes): Dinners | null => {
  if (previous?.basis === undefined || previous.delivery_date !== cart.delivery_date) return null
  const dinners = previous.basis.map(({ day, recipe }) => ({ day, recipe: recipeOf(recipe) }))
  const usable = dinners.flatMap(({ day, recipe }) =>
    recipe !== null && fits(recipe, tastes) ? [[day, recipe] as const] : []
  )
  return usable.length === dinners.length ? new Map(usable) : null
}

const tasteNotes = (tastes: Tastes, dinners: Dinners): ReadonlyArray<string> => [
  ...tastes.unknown.map((word) => `"${word}" is on file as a diet, but these recipes cannot be checked against it.`),
  ...(dinners.size < DINNER_DAYS.length ? [`Only ${dinners.size} of the recipes fit the preferences on file.`] : [])
]

const identical = (a: Modification, b: Modification): boolean =>
  a.type === b.type && JSON.stringify(a.details) === JSON.stringify(b.details)

const applyAll = (start: Week, request: PlanRequest, kitchen: Kitchen): Week => {
  const days = new Set(start.dinners.keys())
  return request.modifications.reduce<Week>((week, change, at) => {
    const again = request.modifications.slice(0, at).some((earlier) => identical(earlier, change))
    if (change.type === "swap") {
      const [swap] = swapsOf([change])
      if (swap === undefined) return week
      const next = applySwap(week, swap, kitchen)
      return again ? { ...next, notes: week.notes } : next
    }
    const idle = change.details.days.filter((day) => !days.has(day))
    const notes = again ? [] : idle.map((day) => `${day} had no dinner to skip.`)
    return { ...applySkip(week, change.details.days), notes: [...week.notes, ...notes] }
  }, start)
}

/**
 * Plans the week, or answers why not: `allergy_not_understood` when an allergy on file names nothing known,
 * `no_recipe_fits` when the preferences exclude the whole collection,
 * `plan_breaks_rules` when the result would not pass the check (it must never happen; better no plan than that one).
 */
export const planByRules = (
  request: PlanRequest
): PlannedAnalysis | "allergy_not_understood" | "no_recipe_fits" | "plan_breaks_rules" => {
  const { cart, modifications } = request
  const tastes = tastesOf(request.preferences)
  if (!tastes.understood) return "allergy_not_understood"
  const box = cart.items.map(({ name }) => name)
  const kitchen = kitchenOf(box, tastes)
  const dinners = sameWeek(request, tastes) ?? choose(DINNER_DAYS, kitchen)
  if (dinners.size === 0) return "no_recipe_fits"
  const week = applyAll({ dinners, banned: [], notes: tasteNotes(tastes, dinners) }, request, kitchen)
  const meals = [...week.dinners].map(([day, recipe]) => toMeal(recipe, day, tastes.people))
  const skipped = skippedBy(modifications)
  const days = [...week.dinners.keys()].filter((day) => !skipped.has(day))
  if (violations(meals, { ...request, previous: null }, tastes, days).length > 0) return "plan_breaks_rules"
  const served = [...week.dinners.values()]
  return {
    meals,
    delivery_date: cart.delivery_date,
    planner: RULE_PLANNER,
    notes: meals.length === 0 ? [...week.notes, "Every dinner was skipped."] : week.notes,
    changes: modifications,
    also_in_box: box.filter((_, item) => !served.some((recipe) => kitchen.uses(recipe).has(item))),
    basis: [...dinners].map(([day, recipe]) => ({ day, recipe: recipe.id }))
  }
}

/** Needs nothing from outside. **Fails with** the codes of `planByRules`, none worth another try. */
export const layerEmbedded: Layer.Layer<MealPlanner> = Layer.succeed(
  MealPlanner,
  MealPlanner.of({
    describe: { kind: "embedded", note: "rules over a small recipe collection; no model is asked" },
    plan: Effect.fn("MealPlanner.plan")(function* (request: PlanRequest) {
      const planned = planByRules(request)
      return typeof planned === "string" ? yield* Effect.fail(final(planned)) : planned
    })
  })
)
