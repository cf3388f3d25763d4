/** The whole built-in collection and what may be asked of it. Pure. */
import { readFoods, type FoodText } from "./Foods.ts"
import { textOf, toMeal, type Recipe } from "./Recipe.ts"
import { recipesFromPlants } from "./RecipesFromPlants.ts"
import { recipesWithEggAndCheese } from "./RecipesWithEggAndCheese.ts"
import { recipesWithMeatAndFish } from "./RecipesWithMeatAndFish.ts"

export const RECIPES: ReadonlyArray<Recipe> = [
  ...recipesWithMeatAndFish,
  ...recipesWithEggAndCheese,
  ...recipesFromPlants
]

const byId = new Map(RECIPES.map((recipe) => [recipe.id, recipe]))

/** The recipe of a stored id; `null` when the collection no longer has it. */
export const recipeOf = (id: string): Recipe | null => byId.get(id) ?? null

/** As printed, and with every ingredient's own name. */
const read = (recipe: Recipe): FoodText =>
  readFoods([textOf(toMeal(recipe, "Monday", null)), ...recipe.ingredients.map(({ food }) => food)].join("\n"))

const texts = new Map(RECIPES.map((recipe) => [recipe, read(recipe)]))

/** The foods of a recipe, of the collection or changed. */
export const foodsOf = (recipe: Recipe): FoodText => texts.get(recipe) ?? read(recipe)

/** Whether a recipe has none of these foods. */
export const isFreeOf = (recipe: Recipe, unwanted: ReadonlyArray<ReadonlyArray<string>>): boolean => {
  const text = foodsOf(recipe)
  return !unwanted.some((one) => text.names(one))
}
