/**
 * The last word on a plan, whoever made it: the right days, nothing swapped out left over, nothing the person is allergic
 * to, nothing outside their diet that they did not ask for, and no links (a title travels by text message). Pure.
 */
import type { AnalysedMeal, Weekday } from "#domain/MealPlan.ts"
import { bannedBy, isReal, skippedBy, swapsOf } from "./Changes.ts"
import { impliedBy, readFoods } from "./Foods.ts"
import { DINNER_DAYS, type PlanRequest } from "./MealPlanner.ts"
import { textOf } from "./Recipe.ts"
import type { Tastes } from "./Tastes.ts"
import { phrase } from "./Words.ts"

export interface Violation {
  readonly code:
    | "day_missing"
    | "day_unexpected"
    | "day_repeated"
    | "swapped_out_present"
    | "swap_missing"
    | "allergen_present"
    | "allergen_unchecked"
    | "diet_broken"
    | "link_in_text"
  /** For the planner that is asked to repair. Quotes the person's words: never logged. */
  readonly detail: string
}

/** The days a plan must have: those of the plan before (default Monday to Friday), without the skipped ones. */
export const expectedDays = ({ previous, modifications }: PlanRequest): ReadonlyArray<Weekday> => {
  const skipped = skippedBy(modifications)
  const before = previous?.basis?.map(({ day }) => day) ?? previous?.meals.map(({ day }) => day) ?? DINNER_DAYS
  return before.filter((day) => !skipped.has(day))
}

/** Words beside foods that change nothing about an allergy. */
const harmless = new Set(
  `a an the my our some any all of and with or in fresh baby dried frozen organic lean large small whole raw ripe cooked grilled roasted baked
  fried steamed smoked chopped sliced diced minced boneless skinless fillet leaf white red green yellow brown black salt
  kosher sea water ice sugar pinch dash cup tbsp tsp tablespoon teaspoon oz ounce lb pound g kg ml clove bunch head can jar pint
  handful to taste for serving optional`.split(/\s+/)
)

const unchecked = (text: string): ReadonlyArray<string> =>
  readFoods(text).unknown.filter((word) => !harmless.has(word) && !/^\d+$/.test(word))

/** Why a food may not be brought in, in words that end a sentence for the person; `null` when it may. */
export const refusal = (tastes: Tastes, food: string): string | null => {
  if (tastes.allergies.length === 0) return null
  const named = readFoods(food)
  const implied = new Set(impliedBy(food))
  if (tastes.allergies.some((one) => named.names(one) || implied.has(one.join(" "))))
    return "because of an allergy on file"
  return unchecked(food).length > 0 ? "because it cannot be checked against the allergies on file" : null
}

/** Swaps a plan must show: not taken in before, of something that was on a plate, towards something allowed and kept. */
const dueSwaps = (request: PlanRequest, tastes: Tastes) => {
  const { previous } = request
  if (previous === null) return []
  const before = readFoods(previous.meals.map(textOf).join("\n"))
  const swaps = swapsOf(request.modifications)
  const banned = bannedBy(swaps)
  const done = swapsOf(previous.changes)
  const continued = done.every((swap, at) => swap.old === swaps[at]?.old && swap.new === swaps[at]?.new)
  return swaps
    .slice(continued ? done.length : 0)
    .filter((swap) => isReal(swap) && before.names(phrase(swap.old)) && refusal(tastes, swap.new) === null)
    .filter((swap) => !banned.some((one) => readFoods(swap.new).names(one)))
}

const linkLike =
  /https?:|www\.|\b[a-z0-9-]+\.(com|net|org|io|co|ly|me|app|link|info|biz|xyz)\b|\b[a-z0-9-]+\.[a-z]{2,}\/|\d{3}[\s().-]{0,3}\d{3}[\s.-]?\d{4}/i

/** Whether a text holds a web address or a phone number. */
export const hasLink = (text: string): boolean => linkLike.test(text)

/** Everything wrong with the meals; empty when they may be sent. */
export const violations = (
  meals: ReadonlyArray<AnalysedMeal>,
  request: PlanRequest,
  tastes: Tastes,
  days: ReadonlyArray<Weekday> = expectedDays(request)
): ReadonlyArray<Violation> => {
  const found: Array<Violation> = []
  const add = (code: Violation["code"], detail: string) => found.push({ code, detail })
  const planned = meals.map(({ day }) => day)
  for (const day of days) if (!planned.includes(day)) add("day_missing", `${day} has no meal`)
  for (const day of new Set(planned)) {
    if (!days.includes(day)) add("day_unexpected", `${day} must not have a meal`)
    if (planned.filter((other) => other === day).length > 1) add("day_repeated", `${day} has more than one meal`)
  }
  const swaps = swapsOf(request.modifications)
  const banned = bannedBy(swaps)
  const wanted = readFoods(swaps.map((swap) => swap.new).join("\n"))
  const excluded = tastes.excluded.filter((one) => !wanted.names(one))
  for (const meal of meals) {
    const whole = readFoods(textOf(meal))
    const plate = readFoods([meal.title, ...meal.ingredients].join("\n"))
    for (const one of banned)
      if (whole.names(one))
        add("swapped_out_present", `${meal.day} still mentions ${one.join(" ")}, which was swapped out`)
    for (const one of tastes.allergies)
      if (whole.names(one)) add("allergen_present", `${meal.day} contains ${one.join(" ")}, an allergy`)
    for (const one of excluded)
      if (plate.names(one)) add("diet_broken", `${meal.day} contains ${one.join(" ")}, which the person does not eat`)
    if (hasLink(textOf(meal))) add("link_in_text", `${meal.day} contains an address or a phone number`)
  }
  const all = readFoods(meals.map(textOf).join("\n"))
  if (meals.length > 0)
    for (const swap of dueSwaps(request, tastes))
      if (!all.names(phrase(swap.new)))
        add("swap_missing", `no meal uses ${swap.new}, asked for instead of ${swap.old}`)
  return found
}

/**
 * With an allergy on file, whatever in the meals no table can vouch for: a newcomer that was refused, an ingredient of no
 * known food. Asked of plans from outside; the built-in recipes use known foods only.
 */
export const uncheckable = (
  meals: ReadonlyArray<AnalysedMeal>,
  request: PlanRequest,
  tastes: Tastes
): ReadonlyArray<Violation> => {
  if (tastes.allergies.length === 0) return []
  const refused = swapsOf(request.modifications).filter((swap) => isReal(swap) && refusal(tastes, swap.new) !== null)
  const isUnknown = (line: string) =>
    readFoods(line).kinds.size === 0 && impliedBy(line).length === 0 && unchecked(line).length > 0
  return meals.flatMap((meal) => {
    const whole = readFoods(textOf(meal))
    const brought = refused.filter((swap) => unchecked(swap.new).length > 0 && whole.names(phrase(swap.new)))
    return [
      ...brought.map((swap) => `${meal.day} uses ${swap.new}, which cannot be checked for allergens`),
      ...meal.ingredients
        .filter(isUnknown)
        .map((line) => `${meal.day}: "${line}" cannot be checked for allergens; use a plain ingredient`)
    ].map((detail) => ({ code: "allergen_unchecked" as const, detail }))
  })
}
