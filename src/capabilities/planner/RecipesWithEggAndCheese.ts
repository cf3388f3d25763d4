/** Meatless dinners with egg or cheese. Written for this project; four servings each. */
import { use, type Recipe } from "./Recipe.ts"

export const recipesWithEggAndCheese: ReadonlyArray<Recipe> = [
  {
    id: "spinach-tomato-frittata",
    title: "{spinach} and {tomato.one} Frittata",
    servings: 4,
    minutes: 30,
    ingredients: [
      use("egg", 8, "", "egg", "eggs"),
      use("spinach", 5, "oz", "spinach"),
      use("tomato", 1, "pint", "cherry tomato", "tomatoes", "halved"),
      use("feta", 4, "oz", "feta", "feta", "crumbled"),
      use("onion", 1, "", "red onion", "onion", "sliced"),
      use("oil", 2, "tbsp", "olive oil")
    ],
    steps: [
      "Heat the oven to 400 F. Soften the {onion} in the {oil} in an ovenproof pan.",
      "Wilt the {spinach} in the pan and scatter over the {tomato}.",
      "Beat the {egg} with a pinch of salt, pour them in, and top with the {feta}.",
      "Cook for 3 minutes on the stove, then bake for 12 minutes, until set."
    ],
    tags: ["vegetarian", "low carb", "one pan"]
  },
  {
    id: "eggs-in-pepper-sauce",
    title: "{egg} Baked in {tomato} and {pepper}",
    servings: 4,
    minutes: 35,
    ingredients: [
      use("egg", 6, "", "egg", "eggs"),
      use("tomato", 1, "can", "crushed tomato", "tomatoes"),
      use("pepper", 2, "", "bell pepper", "peppers", "sliced"),
      use("onion", 1, "", "yellow onion", "onion", "sliced"),
      use("garlic", 3, "clove", "garlic", "garlic", "sliced"),
      use("cumin", 1, "tsp", "cumin"),
      use("paprika", 2, "tsp", "paprika"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Cook the {onion} and {pepper} in the {oil} for 10 minutes, until soft.",
      "Stir in the {garlic}, {cumin} and {paprika} for a minute, then the {tomato}. Simmer for 10 minutes.",
      "Make six hollows, break the {egg} into them, and season.",
      "Cover and cook for 6 to 8 minutes, until set to your liking."
    ],
    tags: ["vegetarian", "low carb", "one pan"]
  },
  {
    id: "mushroom-kale-risotto",
    title: "{mushroom.one} and {kale} Risotto",
    servings: 4,
    minutes: 45,
    ingredients: [
      use("rice", 1.5, "cup", "arborio rice", "rice"),
      use("mushroom", 12, "oz", "cremini mushroom", "mushrooms", "sliced"),
      use("kale", 1, "bunch", "kale", "kale", "finely shredded"),
      use("onion", 1, "", "yellow onion", "onion", "finely diced"),
      use("stock", 5, "cup", "vegetable stock", "stock"),
      use("cheese", 2, "oz", "parmesan", "parmesan", "grated"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Keep the {stock} warm in a small pot.",
      "Brown the {mushroom} in half the {oil} and set them aside.",
      "Soften the {onion} in the rest of the {oil}, then stir in the {rice} for a minute.",
      "Add the {stock} a ladle at a time, stirring, for about 20 minutes.",
      "Fold in the {kale}, the {mushroom} and the {cheese}; rest for 2 minutes."
    ],
    tags: ["vegetarian", "comfort"]
  },
  {
    id: "broccoli-cheddar-potatoes",
    title: "Stuffed {potato} with {broccoli} and {cheddar}",
    servings: 4,
    minutes: 60,
    ingredients: [
      use("potato", 4, "", "potato", "potatoes"),
      use("broccoli", 1, "head", "broccoli", "broccoli", "in small florets"),
      use("cheddar", 6, "oz", "cheddar", "cheddar", "grated"),
      use("yogurt", 0.5, "cup", "yogurt"),
      use("scallion", 3, "", "scallion", "scallions", "sliced"),
      use("oil", 1, "tbsp", "olive oil")
    ],
    steps: [
      "Rub the {potato} with the {oil} and bake at 425 F for 50 minutes, until soft.",
      "Steam the {broccoli} for 4 minutes.",
      "Split the {potato}, mash the insides with the {yogurt}, and fold in the {broccoli} and half the {cheddar}.",
      "Top with the rest of the {cheddar}, bake until it melts, and scatter over the {scallion}."
    ],
    tags: ["vegetarian", "comfort", "family"]
  },
  {
    id: "zucchini-corn-quesadillas",
    title: "{zucchini} and {corn} Quesadillas",
    servings: 4,
    minutes: 25,
    ingredients: [
      use("zucchini", 2, "", "zucchini", "zucchini", "grated and squeezed dry"),
      use("corn", 1, "cup", "corn"),
      use("tortilla", 8, "", "flour tortilla", "tortillas"),
      use("cheddar", 8, "oz", "cheddar", "cheddar", "grated"),
      use("lime", 1, "", "lime"),
      use("oil", 2, "tbsp", "neutral oil", "oil")
    ],
    steps: [
      "Cook the {zucchini} and {corn} in half the {oil} for 6 minutes and season with the {lime}.",
      "Spread over half of each of the {tortilla}, add the {cheddar}, and fold.",
      "Fry in the rest of the {oil} for 2 minutes a side, until crisp.",
      "Cut in wedges and serve."
    ],
    tags: ["vegetarian", "quick", "family"]
  },
  {
    id: "ricotta-spinach-penne",
    title: "{pasta} with {ricotta}, {spinach} and {lemon}",
    servings: 4,
    minutes: 20,
    ingredients: [
      use("pasta", 12, "oz", "penne"),
      use("ricotta", 1, "cup", "ricotta"),
      use("spinach", 5, "oz", "spinach"),
      use("lemon", 1, "", "lemon"),
      use("garlic", 1, "clove", "garlic", "garlic", "finely grated"),
      use("oil", 2, "tbsp", "olive oil")
    ],
    steps: [
      "Boil the {pasta} in salted water and keep a cup of the water.",
      "Stir the {ricotta} with the {garlic}, the {oil} and the zest and juice of the {lemon}.",
      "Drain the {pasta} over the {spinach} to wilt it.",
      "Toss everything together, loosen with the water, and season well."
    ],
    tags: ["vegetarian", "quick"]
  },
  {
    id: "feta-chickpea-traybake",
    title: "Roasted {feta} with {chickpea} and {tomato}",
    servings: 4,
    minutes: 35,
    ingredients: [
      use("feta", 8, "oz", "feta", "feta", "in thick slices"),
      use("chickpea", 2, "can", "chickpea", "chickpeas", "drained"),
      use("tomato", 1, "pint", "cherry tomato", "tomatoes"),
      use("onion", 1, "", "red onion", "onion", "in wedges"),
      use("oregano", 2, "tsp", "oregano"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Heat the oven to 425 F.",
      "Toss the {chickpea}, {tomato} and {onion} with two thirds of the {oil} and half the {oregano} on a tray.",
      "Roast for 15 minutes, then set the {feta} on top with the rest of the {oil} and {oregano}.",
      "Roast for 12 minutes more, until it is soft and golden."
    ],
    tags: ["vegetarian", "one pan"]
  }
]
