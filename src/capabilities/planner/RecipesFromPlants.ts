/** Dinners from plants alone. Written for this project; four servings each. */
import { use, type Recipe } from "./Recipe.ts"

export const recipesFromPlants: ReadonlyArray<Recipe> = [
  {
    id: "chickpea-coconut-curry",
    title: "{chickpea.one} and {spinach} {coconut} Curry",
    servings: 4,
    minutes: 35,
    ingredients: [
      use("chickpea", 2, "can", "chickpea", "chickpeas", "drained"),
      use("spinach", 5, "oz", "spinach"),
      use("coconut", 1, "can", "coconut milk"),
      use("rice", 1.5, "cup", "rice"),
      use("onion", 1, "", "yellow onion", "onion", "diced"),
      use("ginger", 1, "tbsp", "ginger", "ginger", "grated"),
      use("curry", 1, "tbsp", "curry powder"),
      use("oil", 2, "tbsp", "neutral oil", "oil")
    ],
    steps: [
      "Cook the {rice} as its packet says.",
      "Soften the {onion} in the {oil}. Stir in the {ginger} and {curry} for a minute.",
      "Add the {coconut} and the {chickpea}; simmer for 15 minutes.",
      "Stir in the {spinach} until it wilts, season, and serve over the {rice}."
    ],
    tags: ["vegan"]
  },
  {
    id: "black-bean-sweet-potato-bowls",
    title: "{bean.one} and {potato.one} Bowls",
    servings: 4,
    minutes: 40,
    ingredients: [
      use("bean", 2, "can", "black bean", "black beans", "drained"),
      use("potato", 1.5, "lb", "sweet potato", "sweet potatoes", "cubed"),
      use("rice", 1.5, "cup", "brown rice"),
      use("avocado", 2, "", "avocado", "avocado", "sliced"),
      use("lime", 2, "", "lime"),
      use("chili", 2, "tsp", "chili powder"),
      use("oil", 2, "tbsp", "olive oil")
    ],
    steps: [
      "Cook the {rice} as its packet says. Heat the oven to 425 F.",
      "Toss the {potato} with the {oil} and {chili} and roast for 25 minutes.",
      "Warm the {bean} with the juice of one {lime} and season.",
      "Fill bowls with the {rice}, the {potato}, the {bean} and the {avocado}; serve with the rest of the {lime}."
    ],
    tags: ["vegan", "bowl"]
  },
  {
    id: "lentil-carrot-soup",
    title: "{lentil.one} Soup with {carrot} and {kale}",
    servings: 4,
    minutes: 45,
    ingredients: [
      use("lentil", 1.5, "cup", "lentil", "lentils", "rinsed"),
      use("carrot", 4, "", "carrot", "carrots", "diced"),
      use("kale", 1, "bunch", "kale", "kale", "shredded"),
      use("tomato", 1, "can", "crushed tomato", "tomatoes"),
      use("onion", 1, "", "yellow onion", "onion", "diced"),
      use("stock", 6, "cup", "vegetable stock", "stock"),
      use("cumin", 2, "tsp", "cumin"),
      use("oil", 2, "tbsp", "olive oil")
    ],
    steps: [
      "Soften the {onion} and {carrot} in the {oil} with the {cumin} for 8 minutes.",
      "Add the {lentil}, the {tomato} and the {stock}; simmer for 25 minutes.",
      "Stir in the {kale} for the last 5 minutes.",
      "Season well before serving."
    ],
    tags: ["vegan", "soup"]
  },
  {
    id: "tofu-broccoli-stir-fry",
    title: "Crisp {tofu} and {broccoli} Stir-Fry",
    servings: 4,
    minutes: 35,
    ingredients: [
      use("tofu", 14, "oz", "tofu", "tofu", "pressed and cubed"),
      use("broccoli", 2, "head", "broccoli", "broccoli", "in small florets"),
      use("rice", 1.5, "cup", "brown rice"),
      use("soy", 0.25, "cup", "soy sauce"),
      use("starch", 2, "tbsp", "cornstarch"),
      use("ginger", 1, "tbsp", "ginger", "ginger", "grated"),
      use("sesame", 1, "tbsp", "sesame seed", "sesame seeds"),
      use("oil", 3, "tbsp", "neutral oil", "oil")
    ],
    steps: [
      "Cook the {rice} as its packet says.",
      "Toss the {tofu} in the {starch} and fry it in two thirds of the {oil} until crisp on all sides. Set it aside.",
      "Stir-fry the {broccoli} in the rest of the {oil} for 5 minutes; add the {ginger} and the {soy}.",
      "Toss with the {tofu}, scatter over the {sesame}, and serve on the {rice}."
    ],
    tags: ["vegan"]
  },
  {
    id: "white-bean-kale-stew",
    title: "{bean.one} and {kale} Stew",
    servings: 4,
    minutes: 35,
    ingredients: [
      use("bean", 2, "can", "white bean", "white beans", "drained"),
      use("kale", 1, "bunch", "kale", "kale", "chopped"),
      use("tomato", 1, "can", "crushed tomato", "tomatoes"),
      use("carrot", 3, "", "carrot", "carrots", "sliced"),
      use("garlic", 4, "clove", "garlic", "garlic", "sliced"),
      use("stock", 3, "cup", "vegetable stock", "stock"),
      use("thyme", 1, "tsp", "thyme", "thyme", "dried"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Cook the {carrot} in the {oil} for 8 minutes; add the {garlic} and {thyme} for one more.",
      "Add the {tomato}, the {stock} and the {bean}; simmer for 15 minutes.",
      "Mash a few of the {bean} against the pot to thicken it.",
      "Stir in the {kale} for 5 minutes and season."
    ],
    tags: ["vegan", "soup", "low carb"]
  },
  {
    id: "cauliflower-chickpea-tahini",
    title: "Roasted {cauliflower} and {chickpea} with {tahini}",
    servings: 4,
    minutes: 40,
    ingredients: [
      use("cauliflower", 1, "head", "cauliflower", "cauliflower", "in florets"),
      use("chickpea", 2, "can", "chickpea", "chickpeas", "drained"),
      use("tahini", 0.33, "cup", "tahini"),
      use("lemon", 1, "", "lemon"),
      use("paprika", 2, "tsp", "smoked paprika", "paprika"),
      use("parsley", 0.5, "cup", "parsley", "parsley", "chopped"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Heat the oven to 425 F.",
      "Toss the {cauliflower} and {chickpea} with the {oil} and {paprika}, season, and roast for 30 minutes.",
      "Whisk the {tahini} with the juice of the {lemon} and enough water to make it pour.",
      "Spoon it over the tray and scatter with the {parsley}."
    ],
    tags: ["vegan", "one pan", "low carb"]
  },
  {
    id: "stuffed-peppers",
    title: "{pepper} Stuffed with {rice} and {bean}",
    servings: 4,
    minutes: 55,
    ingredients: [
      use("pepper", 4, "", "bell pepper", "peppers", "halved and seeded"),
      use("bean", 1, "can", "black bean", "black beans", "drained"),
      use("rice", 1, "cup", "brown rice"),
      use("corn", 1, "cup", "corn"),
      use("tomato", 1, "can", "crushed tomato", "tomatoes"),
      use("cumin", 2, "tsp", "cumin"),
      use("oil", 2, "tbsp", "olive oil")
    ],
    steps: [
      "Cook the {rice} as its packet says. Heat the oven to 400 F.",
      "Rub the {pepper} with half the {oil} and bake for 15 minutes.",
      "Mix the {rice}, the {bean}, the {corn}, the {cumin} and half the {tomato}; season.",
      "Spread the rest of the {tomato} in a dish, fill the {pepper} and set them in it.",
      "Drizzle with the rest of the {oil} and bake for 20 minutes."
    ],
    tags: ["vegan", "family"]
  },
  {
    id: "mushroom-lentil-polenta",
    title: "{mushroom.one} and {lentil.one} Ragu over {polenta}",
    servings: 4,
    minutes: 45,
    ingredients: [
      use("mushroom", 12, "oz", "cremini mushroom", "mushrooms", "finely chopped"),
      use("lentil", 1, "cup", "lentil", "lentils"),
      use("polenta", 1, "cup", "polenta"),
      use("paste", 3, "tbsp", "tomato paste"),
      use("onion", 1, "", "red onion", "onion", "diced"),
      use("stock", 3, "cup", "vegetable stock", "stock"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Brown the {mushroom} and the {onion} in two thirds of the {oil}.",
      "Stir in the {paste} for a minute, then the {lentil} and the {stock}; simmer for 30 minutes.",
      "Meanwhile whisk the {polenta} into 4 cups of salted boiling water and cook it as its packet says.",
      "Finish the {polenta} with the rest of the {oil} and spoon the ragu over it."
    ],
    tags: ["vegan", "comfort"]
  },
  {
    id: "peanut-noodles",
    title: "{peanut} {noodle} with {cucumber} and {carrot}",
    servings: 4,
    minutes: 25,
    ingredients: [
      use("noodle", 10, "oz", "rice noodle", "noodles"),
      use("peanut", 0.5, "cup", "peanut butter"),
      use("cucumber", 1, "", "cucumber", "cucumber", "in matchsticks"),
      use("carrot", 3, "", "carrot", "carrots", "in matchsticks"),
      use("soy", 3, "tbsp", "soy sauce"),
      use("lime", 2, "", "lime"),
      use("scallion", 3, "", "scallion", "scallions", "sliced")
    ],
    steps: [
      "Soak or boil the {noodle} as the packet says and rinse them cold.",
      "Whisk the {peanut}, the {soy} and the juice of the {lime} with a little warm water.",
      "Toss with the {noodle}, the {cucumber} and the {carrot}.",
      "Scatter over the {scallion} and serve."
    ],
    tags: ["vegan", "quick"]
  }
]
