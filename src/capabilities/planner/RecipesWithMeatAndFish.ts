/** Dinners with meat, poultry and fish. Written for this project; four servings each. */
import { use, type Recipe } from "./Recipe.ts"

export const recipesWithMeatAndFish: ReadonlyArray<Recipe> = [
  {
    id: "salmon-traybake",
    title: "Sheet-Pan {salmon} with {potato} and {kale}",
    servings: 4,
    minutes: 40,
    ingredients: [
      use("salmon", 1.5, "lb", "salmon fillet", "salmon"),
      use("potato", 1.5, "lb", "sweet potato", "sweet potatoes", "cut in 1-inch cubes"),
      use("kale", 1, "bunch", "kale", "kale", "stems removed, torn"),
      use("lemon", 1, "", "lemon"),
      use("garlic", 2, "clove", "garlic", "garlic", "minced"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Heat the oven to 425 F and line a large tray.",
      "Toss the {potato} with half the {oil}, season, and roast for 20 minutes.",
      "Rub the {kale} with the rest of the {oil} and the {garlic}. Push the {potato} aside and spread the {kale} on the tray.",
      "Season the {salmon}, lay it on top and roast for 12 to 14 minutes, until it flakes.",
      "Squeeze the {lemon} over everything and serve from the tray."
    ],
    tags: ["one pan", "fish"]
  },
  {
    id: "chicken-lemon-carrot",
    title: "Lemony {chicken} with Roasted {carrot}",
    servings: 4,
    minutes: 45,
    ingredients: [
      use("chicken", 2, "lb", "chicken thigh", "chicken", "bone in"),
      use("carrot", 8, "", "carrot", "carrots", "halved lengthwise"),
      use("onion", 2, "", "red onion", "onions", "in wedges"),
      use("lemon", 2, "", "lemon"),
      use("garlic", 4, "clove", "garlic"),
      use("thyme", 2, "tsp", "thyme", "thyme", "dried"),
      use("oil", 2, "tbsp", "olive oil")
    ],
    steps: [
      "Heat the oven to 425 F.",
      "Toss the {carrot}, {onion} and {garlic} with the {oil} and half the {thyme} on a tray. Season.",
      "Season the {chicken} with the rest of the {thyme} and set it on top, skin side up.",
      "Roast for 35 minutes, until the juices run clear.",
      "Squeeze the {lemon} over the tray, rest for 5 minutes, and spoon the juices over."
    ],
    tags: ["one pan", "low carb"]
  },
  {
    id: "chicken-broccoli-rice",
    title: "Gingered {chicken} and {broccoli} over {rice}",
    servings: 4,
    minutes: 35,
    ingredients: [
      use("chicken", 1.25, "lb", "chicken breast", "chicken", "thinly sliced"),
      use("broccoli", 2, "head", "broccoli", "broccoli", "in small florets"),
      use("rice", 1.5, "cup", "brown rice"),
      use("soy", 0.25, "cup", "soy sauce"),
      use("ginger", 1, "tbsp", "ginger", "ginger", "grated"),
      use("garlic", 3, "clove", "garlic", "garlic", "minced"),
      use("oil", 2, "tbsp", "neutral oil", "oil")
    ],
    steps: [
      "Cook the {rice} as its packet says.",
      "Heat half the {oil} in a wide pan and brown the {chicken} for 5 minutes. Lift it out.",
      "Add the rest of the {oil} and the {broccoli} with a splash of water; cover for 3 minutes.",
      "Stir in the {ginger} and {garlic} for a minute, then the {soy} and the {chicken}.",
      "Simmer until glossy and cooked through, and spoon over the {rice}."
    ],
    tags: ["quick"]
  },
  {
    id: "turkey-tacos",
    title: "{turkey} and {bean.one} Tacos",
    servings: 4,
    minutes: 25,
    ingredients: [
      use("turkey", 1, "lb", "ground turkey", "turkey"),
      use("bean", 1, "can", "black bean", "black beans", "drained"),
      use("tortilla", 12, "", "corn tortilla", "tortillas"),
      use("tomato", 1, "pint", "cherry tomato", "tomatoes", "quartered"),
      use("lime", 2, "", "lime"),
      use("cumin", 2, "tsp", "cumin"),
      use("cilantro", 0.5, "cup", "cilantro", "cilantro", "chopped"),
      use("oil", 1, "tbsp", "neutral oil", "oil")
    ],
    steps: [
      "Brown the {turkey} in the {oil} over high heat, breaking it up, until no pink is left.",
      "Stir in the {cumin}, the {bean} and a splash of water; simmer for 5 minutes and season.",
      "Mix the {tomato} with the {cilantro} and the juice of one {lime}.",
      "Warm the {tortilla} in a dry pan.",
      "Fill the {tortilla}, top with the {tomato}, and serve with the rest of the {lime}."
    ],
    tags: ["quick", "family"]
  },
  {
    id: "beef-pepper-skillet",
    title: "{beef} Skillet with {pepper} and {mushroom}",
    servings: 4,
    minutes: 30,
    ingredients: [
      use("beef", 1.25, "lb", "flank steak", "steak", "thinly sliced across the grain"),
      use("pepper", 3, "", "bell pepper", "peppers", "sliced"),
      use("mushroom", 8, "oz", "mushroom", "mushrooms", "sliced"),
      use("onion", 1, "", "red onion", "onion", "sliced"),
      use("paprika", 2, "tsp", "smoked paprika", "paprika"),
      use("vinegar", 1, "tbsp", "red wine vinegar", "vinegar"),
      use("oil", 2, "tbsp", "olive oil")
    ],
    steps: [
      "Season the {beef} with half the {paprika}.",
      "Sear it in half the {oil} over high heat for 2 minutes a side, then set it aside.",
      "Cook the {mushroom} in the same pan until brown. Add the {pepper}, the {onion} and the rest of the {oil} and {paprika}.",
      "When they are soft, return the {beef} with the {vinegar} and toss for a minute."
    ],
    tags: ["low carb", "quick"]
  },
  {
    id: "cod-white-bean",
    title: "{cod} Simmered with {tomato} and {bean}",
    servings: 4,
    minutes: 30,
    ingredients: [
      use("cod", 1.5, "lb", "cod fillet", "cod"),
      use("tomato", 1, "can", "crushed tomato", "tomatoes"),
      use("bean", 1, "can", "white bean", "white beans", "drained"),
      use("spinach", 5, "oz", "spinach"),
      use("garlic", 3, "clove", "garlic", "garlic", "sliced"),
      use("chili", 0.5, "tsp", "chili flake", "chili flakes"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Warm the {garlic} and {chili} in the {oil} until fragrant.",
      "Add the {tomato} and simmer for 10 minutes.",
      "Stir in the {bean} and the {spinach} and season.",
      "Nestle in the {cod}, cover, and cook gently for 8 minutes, until it flakes."
    ],
    tags: ["one pan", "fish"]
  },
  {
    id: "shrimp-zucchini-linguine",
    title: "Garlicky {shrimp} and {zucchini} {pasta}",
    servings: 4,
    minutes: 25,
    ingredients: [
      use("shrimp", 1, "lb", "shrimp", "shrimp", "peeled"),
      use("zucchini", 2, "", "zucchini", "zucchini", "in ribbons"),
      use("pasta", 12, "oz", "linguine"),
      use("garlic", 4, "clove", "garlic", "garlic", "sliced"),
      use("lemon", 1, "", "lemon"),
      use("parsley", 0.5, "cup", "parsley", "parsley", "chopped"),
      use("oil", 0.25, "cup", "olive oil")
    ],
    steps: [
      "Boil the {pasta} in salted water and keep a cup of the water.",
      "Warm the {garlic} in the {oil}. Add the {shrimp} and cook for 2 minutes a side, until pink.",
      "Add the {zucchini}, the drained {pasta} and some of the water; toss for a minute.",
      "Finish with the {lemon} and the {parsley}."
    ],
    tags: ["quick"]
  },
  {
    id: "pork-apple-cabbage",
    title: "{pork} with {apple} and {cabbage}",
    servings: 4,
    minutes: 35,
    ingredients: [
      use("pork", 4, "", "pork chop", "pork chops"),
      use("apple", 2, "", "apple", "apples", "sliced"),
      use("cabbage", 0.5, "head", "cabbage", "cabbage", "shredded"),
      use("onion", 1, "", "yellow onion", "onion", "sliced"),
      use("mustard", 1, "tbsp", "mustard"),
      use("vinegar", 2, "tbsp", "cider vinegar", "vinegar"),
      use("oil", 2, "tbsp", "neutral oil", "oil")
    ],
    steps: [
      "Season the {pork} and sear it in half the {oil} for 4 minutes a side. Set it aside.",
      "Cook the {onion} and {cabbage} in the rest of the {oil} for 8 minutes.",
      "Add the {apple}, the {mustard} and the {vinegar}; cook until just soft.",
      "Lay the {pork} back on top, cover for 5 minutes, and let it rest before serving."
    ],
    tags: ["low carb", "one pan"]
  },
  {
    id: "salmon-cakes",
    title: "{salmon} Cakes with {cucumber} Salad",
    servings: 4,
    minutes: 35,
    ingredients: [
      use("salmon", 1, "lb", "salmon fillet", "salmon", "finely chopped"),
      use("egg", 1, "", "egg"),
      use("crumb", 0.75, "cup", "breadcrumb", "breadcrumbs"),
      use("cucumber", 2, "", "cucumber", "cucumber", "thinly sliced"),
      use("dill", 0.25, "cup", "dill", "dill", "chopped"),
      use("vinegar", 1, "tbsp", "rice vinegar", "vinegar"),
      use("oil", 3, "tbsp", "olive oil")
    ],
    steps: [
      "Mix the {salmon}, the {egg}, the {crumb} and half the {dill}; season and shape 8 cakes.",
      "Chill them while you dress the {cucumber} with the {vinegar} and the rest of the {dill}.",
      "Fry the cakes in the {oil} for 4 minutes a side, until golden and cooked through.",
      "Serve on the {cucumber}."
    ],
    tags: ["fish"]
  },
  {
    id: "chicken-corn-soup",
    title: "{chicken} and {corn} Soup",
    servings: 4,
    minutes: 40,
    ingredients: [
      use("chicken", 1, "lb", "chicken thigh", "chicken", "boneless"),
      use("corn", 2, "cup", "corn"),
      use("carrot", 3, "", "carrot", "carrots", "diced"),
      use("onion", 1, "", "yellow onion", "onion", "diced"),
      use("stock", 6, "cup", "vegetable stock", "stock"),
      use("lime", 1, "", "lime"),
      use("cumin", 1, "tsp", "cumin"),
      use("oil", 1, "tbsp", "olive oil")
    ],
    steps: [
      "Soften the {onion} and {carrot} in the {oil} with the {cumin}.",
      "Add the {stock} and the {chicken}; simmer for 20 minutes.",
      "Lift out the {chicken}, shred it, and return it with the {corn}.",
      "Simmer for 5 minutes, season, and finish with the {lime}."
    ],
    tags: ["soup"]
  }
]
