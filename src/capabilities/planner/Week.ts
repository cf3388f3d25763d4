/**
 * A week of dinners from the built-in collection, and how a change alters it. Choice is by score and, at equal score, by
 * the collection's order: the same request always gives the same week. Pure.
 */
import { WEEKDAYS, type Weekday } from "#domain/MealPlan.ts"
import { banAfter, isReal, type Swap } from "./Changes.ts"
import { cooksLike, mentions, needsCooking, readFoods, type FoodText } from "./Foods.ts"
import { refusal } from "./PlanCheck.ts"
import type { Ingredient, Recipe } from "./Recipe.ts"
import { foodsOf, isFreeOf, RECIPES } from "./Recipes.ts"
import type { Tastes } from "./Tastes.ts"
import { phrase } from "./Words.ts"

type Phrase = ReadonlyArray<string>

export interface Week {
  readonly dinners: ReadonlyMap<Weekday, Recipe>
  readonly banned: ReadonlyArray<Phrase>
  readonly notes: ReadonlyArray<string>
}

/** What choosing looks at: the person, and what of the box a recipe would use. */
export interface Kitchen {
  readonly tastes: Tastes
  /** Items of the box by position, with their worth: things every kitchen has count little. */
  readonly uses: (recipe: Recipe) => ReadonlyMap<number, number>
}

const pantry = readFoods("garlic, onion, oil, lemon, lime, rice, spice, herb, vinegar").kinds

const phrases = new WeakMap<Ingredient, Phrase>()
const phraseOf = (ingredient: Ingredient): Phrase => {
  const found = phrases.get(ingredient) ?? phrase(ingredient.food)
  phrases.set(ingredient, found)
  return found
}

/** Reads the box once; what a recipe uses is worked out when it is first asked for. */
export const kitchenOf = (box: ReadonlyArray<string>, tastes: Tastes): Kitchen => {
  const items = box.map((name) => {
    const foods = readFoods(name)
    return { foods, wanted: phrase(name), worth: [...foods.kinds].some((kind) => pantry.has(kind)) ? 0.3 : 1 }
  })
  const seen = new Map<Recipe, ReadonlyMap<number, number>>()
  const uses = (recipe: Recipe) => {
    const text = foodsOf(recipe)
    return new Map(
      items.flatMap(({ foods, wanted, worth }, at) =>
        text.names(wanted) || recipe.ingredients.some((one) => foods.names(phraseOf(one))) ? [[at, worth] as const] : []
      )
    )
  }
  return {
    tastes,
    uses: (recipe) => {
      const found = seen.get(recipe) ?? uses(recipe)
      seen.set(recipe, found)
      return found
    }
  }
}

const kindsOfMain = (recipe: Recipe): ReadonlySet<string> => readFoods(recipe.ingredients[0]?.food ?? "").kinds
const known = new Map(RECIPES.map((recipe) => [recipe, kindsOfMain(recipe)]))
const mainKinds = (recipe: Recipe): ReadonlySet<string> => known.get(recipe) ?? kindsOfMain(recipe)

/** Fresh things from the box count most, those not yet used this week twice; the same main thing again counts against. */
const score = (recipe: Recipe, { uses, tastes }: Kitchen, chosen: ReadonlyArray<Recipe>): number => {
  const overlap = [...uses(recipe)].map(([item, worth]) =>
    chosen.some((other) => uses(other).has(item)) ? worth : 2 * worth
  )
  const liked = tastes.likes.filter((one) => foodsOf(recipe).names(one)).length
  const alike = chosen.filter((other) => [...mainKinds(other)].some((kind) => mainKinds(recipe).has(kind))).length
  return overlap.reduce((sum, worth) => sum + worth, 0) + 2 * liked - 2 * alike - recipe.minutes / 100
}

const best = (
  candidates: ReadonlyArray<Recipe>,
  kitchen: Kitchen,
  chosen: ReadonlyArray<Recipe>
): Recipe | undefined => {
  const scored = candidates.map((recipe) => ({ recipe, points: score(recipe, kitchen, chosen) }))
  return scored.reduce<(typeof scored)[number] | undefined>(
    (top, next) => (top === undefined || next.points > top.points ? next : top),
    undefined
  )?.recipe
}

/** Whether the person may be served this recipe. */
export const fits = (recipe: Recipe, tastes: Tastes): boolean =>
  isFreeOf(recipe, tastes.allergies) && isFreeOf(recipe, tastes.excluded)

/** Different dinners for the days, best first; fewer than days when the person's tastes leave fewer. */
export const choose = (days: ReadonlyArray<Weekday>, kitchen: Kitchen): ReadonlyMap<Weekday, Recipe> => {
  const chosen: Array<Recipe> = []
  const fitting = RECIPES.filter((recipe) => fits(recipe, kitchen.tastes))
  for (const _ of days) {
    const candidates = fitting.filter((recipe) => !chosen.includes(recipe))
    const next = best(candidates, kitchen, chosen)
    if (next !== undefined) chosen.push(next)
  }
  return new Map(chosen.flatMap((recipe, at) => (days[at] === undefined ? [] : [[days[at], recipe] as const])))
}

/** The recipe with the newcomer wherever `old` was, in the shopping list, the steps and the title. */
const replaced = (recipe: Recipe, swap: Swap): Recipe => {
  const name = swap.new.toLowerCase()
  const wanted = phrase(swap.new)
  const isOld = ({ food, say }: Ingredient) =>
    (mentions(food, phrase(swap.old)) || mentions(say, phrase(swap.old))) && !mentions(food, wanted)
  const listed = recipe.ingredients.some((one) => !isOld(one) && mentions(one.food, wanted))
  const before = recipe.ingredients.filter(isOld)
  const ingredients = recipe.ingredients.map((one) => {
    if (!isOld(one)) return one
    const first = one === before[0]
    return { ...one, food: name, say: name, prep: null, amount: listed || !first ? 0 : one.amount }
  })
  const sure = !needsCooking(swap.new) && before.every(({ food }) => cooksLike(swap.new, food))
  const steps = sure ? recipe.steps : [...recipe.steps, `Before serving, check that the ${name} is cooked through.`]
  return { ...recipe, ingredients, steps }
}

interface Outcome {
  readonly recipe: Recipe | undefined
  readonly note?: string
}

const swapOne = (week: Week, day: Weekday, recipe: Recipe, swap: Swap, kitchen: Kitchen): Outcome => {
  const wanted = phrase(swap.new)
  const others = [...week.dinners].flatMap(([other, dinner]) => (other === day ? [] : [dinner]))
  const candidates = RECIPES.filter(
    (one) =>
      fits(one, kitchen.tastes) &&
      isFreeOf(one, week.banned) &&
      one.id !== recipe.id &&
      !others.some(({ id }) => id === one.id)
  )
  const another = best(candidates, kitchen, others)
  const elsewhere = best(
    candidates.filter((one) => foodsOf(one).names(wanted)),
    kitchen,
    others
  )
  const refused = refusal(kitchen.tastes, swap.new)
  if (refused !== null)
    return {
      recipe: another,
      note: `"${swap.new}" was left out ${refused}; ${day} has another dinner without "${swap.old}".`
    }
  const old = recipe.ingredients.filter(({ food, say }) => mentions(`${food}, ${say}`, phrase(swap.old)))
  const alike = old.length > 0 && old.every(({ food }) => cooksLike(swap.new, food))
  if (!alike && elsewhere !== undefined) return { recipe: elsewhere }
  const inPlace = replaced(recipe, swap)
  const text = foodsOf(inPlace)
  if (old.length > 0 && text.names(wanted) && !week.banned.some((one) => text.names(one))) return { recipe: inPlace }
  return elsewhere === undefined
    ? { recipe: another, note: `No dinner here fits "${swap.new}"; ${day} has another one without "${swap.old}".` }
    : { recipe: elsewhere }
}

const inWeekOrder = (dinners: ReadonlyMap<Weekday, Recipe>): ReadonlyMap<Weekday, Recipe> =>
  new Map([...dinners].sort(([a], [b]) => WEEKDAYS.indexOf(a) - WEEKDAYS.indexOf(b)))

/** The week after a swap. What cannot be done as asked is said in the notes. */
export const applySwap = (week: Week, swap: Swap, kitchen: Kitchen): Week => {
  if (!isReal(swap))
    return { ...week, notes: [...week.notes, "A swap named no two different foods, so it changed nothing."] }
  const old = phrase(swap.old)
  const wanted = phrase(swap.new)
  const banned = banAfter(week.banned, swap)
  const met = (text: FoodText) => !banned.some((one) => text.names(one)) && text.names(wanted)
  const hits = [...week.dinners].filter(([, recipe]) => {
    const text = foodsOf(recipe)
    return text.names(old) && !met(text)
  })
  const anywhere = [...week.dinners.values()].some((recipe) => foodsOf(recipe).names(old))
  const missed = `No dinner used "${swap.old}", so there was nothing to swap for "${swap.new}".`
  let now: Week = { ...week, banned, notes: anywhere ? week.notes : [...week.notes, missed] }
  for (const [day, recipe] of hits) {
    const outcome = swapOne(now, day, recipe, swap, kitchen)
    const dinners = new Map(now.dinners)
    if (outcome.recipe === undefined) dinners.delete(day)
    else dinners.set(day, outcome.recipe)
    const said =
      outcome.recipe === undefined ? `No other dinner fits, so ${day} is left free of "${swap.old}".` : outcome.note
    now = { ...now, dinners: inWeekOrder(dinners), notes: said === undefined ? now.notes : [...now.notes, said] }
  }
  return now
}

/** The week without dinners on these days. */
export const applySkip = (week: Week, days: ReadonlyArray<Weekday>): Week => ({
  ...week,
  dinners: new Map([...week.dinners].filter(([day]) => !days.includes(day)))
})
