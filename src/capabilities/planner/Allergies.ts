/**
 * What a person's record says must never be on their plate. The record was written by other systems, so any shape is read
 * at any depth, and every food, kind or usual word for one counts wherever it stands in an entry. An entry about an allergy
 * in which nothing is known makes the whole reading `understood: false`: no plan is better than a guessed one. Pure.
 */
import { VOCABULARY } from "./Foods.ts"
import { occursAt, phrase, tokens } from "./Words.ts"

type Phrases = ReadonlyArray<ReadonlyArray<string>>

export interface Reading {
  readonly foods: Phrases
  readonly understood: boolean
}

/** Usual words for foods and kinds of the table. */
const meanings: ReadonlyArray<{ readonly stems: ReadonlyArray<string>; readonly kinds: ReadonlyArray<string> }> = `
nut: nut, peanut
tree nut: nut
treenut: nut
ground nut: peanut
groundnut: peanut
seafood: fish, shellfish
finfish: fish
shell fish: shellfish
mollusk: mollusc
red meat: beef, lamb, veal, pork, goat
lactose: dairy
yolk: egg
albumin: egg
soya: soy
soybean: soy
carb: starch
coeliac: gluten
celiac: gluten
garbanzo: chickpea
coriander: cilantro
aubergine: eggplant
courgette: zucchini
nightshade: tomato, potato, pepper, eggplant
allium: onion, garlic
`
  .trim()
  .split("\n")
  .map((line) => {
    const [name = "", kinds = ""] = line.split(": ")
    return { stems: phrase(name), kinds: kinds.split(", ") }
  })

/** What a usual word stands for; itself included. */
export const meant = (stems: ReadonlyArray<string>): Phrases => {
  const found = meanings.find((entry) => entry.stems.join(" ") === stems.join(" "))
  return [...new Set([stems.join(" "), ...(found?.kinds ?? [])])]
    .filter((one) => one !== "")
    .map((one) => one.split(" "))
}

/** Kinds too wide to follow from one of their foods: an allergy to peanuts is none to beans. */
const wide = new Set(
  "meat fruit spice herb grain starch legume bean green oil seed animal stock sugar vinegar alcohol".split(" ")
)

const narrow = VOCABULARY.map(({ stems, kinds }) => ({ stems, kinds: [...kinds].filter((kind) => !wide.has(kind)) }))
const vocabulary = [...meanings, ...narrow].toSorted((a, b) => b.stems.length - a.stems.length)

/** Every food or kind named anywhere in a text, with what it is; the longest name at a place decides. */
const foodsNamedIn = (text: string): Phrases => {
  const words = tokens(text)
  const found = new Set<string>()
  for (let at = 0; at < words.length;) {
    const entry = vocabulary.find(({ stems }) => occursAt(words, stems, at))
    if (entry !== undefined) for (const name of [entry.stems.join(" "), ...entry.kinds]) found.add(name)
    at += entry?.stems.length ?? 1
  }
  return [...found].map((name) => name.split(" "))
}

const stemSet = (text: string): ReadonlySet<string> => new Set(tokens(text).map(({ stem }) => stem))

/** Words that say how bad it is, or that it is an allergy, but not to what. */
const qualifiers = stemSet(
  `severe severely mild moderate high low medium strong serious life threatening critical strict very extremely
  anaphylactic anaphylaxis anaphylaxi allergy allergic allergen intolerance intolerant sensitivity sensitive reaction
  food dietary diet restriction disease product free to of the a an i am is have has we are my avoid avoids without no not
  please any known with all contain containing trace confirmed verified status`
)
const denials = stemSet("none no nothing nil na nka nkda nkfa not false")
const denying = new Set([...qualifiers, ...denials, ...stemSet("n anything applicable currently preference")])

/** "None", "n/a", "no known allergies", "not allergic to anything". */
const isDenial = (text: string): boolean => {
  const stems = tokens(text).map(({ stem }) => stem)
  const denied = stems.some((stem) => denials.has(stem)) || stems.join(" ") === "n a"
  return denied && stems.every((stem) => denying.has(stem))
}

/** What has been read so far. `claimed`: an allergy is on file; `lost`: part of one names nothing known. */
interface Heard {
  readonly foods: Phrases
  readonly claimed: boolean
  readonly lost: boolean
}

const nothing: Heard = { foods: [], claimed: false, lost: false }

const together = (all: ReadonlyArray<Heard>): Heard => ({
  foods: all.flatMap(({ foods }) => foods),
  claimed: all.some(({ claimed }) => claimed),
  lost: all.some(({ lost }) => lost)
})

const spaced = (name: string): string => name.replace(/(\p{Ll})(\p{Lu})/gu, "$1 $2").replaceAll("_", " ")

/** Which texts are diets, read as such elsewhere. */
type IsDiet = (text: string) => boolean

/** The entries of a text that lists several. */
export const partsOf = (text: string): ReadonlyArray<string> =>
  text
    .split(/[,;\n/&+|]|\b(?:and|or|plus)\b/i)
    .map((part) => part.trim())
    .filter((part) => /[\p{L}\p{N}]/u.test(part))

/** A text that is there to name allergies: every part of it that is no diet must name one. */
const named = (text: string, isDiet: IsDiet = () => false): Heard => {
  if (isDenial(text)) return nothing
  return together(
    partsOf(text).map((part) => {
      if (isDiet(part)) return nothing
      const foods = foodsNamedIn(part)
      const says = tokens(part).some(({ stem }) => !qualifiers.has(stem))
      return { foods, claimed: true, lost: foods.length === 0 && says }
    })
  )
}

/** A text that may say more than names of food. */
const remarked = (text: string): Heard => ({ foods: foodsNamedIn(text), claimed: !isDenial(text), lost: false })

const isOff = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === false ||
  value === 0 ||
  (typeof value === "string" && /^\s*(|false|no|none|never|0)\s*$/i.test(value))

/** Keys whose value describes an allergy without being its name. */
const describing = /severity|level|degree|reaction|symptom|note|comment|type|kind/i
const flags = /^(source|confirmed|verified|active|enabled)$/i
const moments = /(^id|_id|date|_at|At|_on|since)$/

/** What a table keeps beside an entry. A moment without a digit is none: dates are also a fruit. */
const isBookkeeping = (key: string, value: unknown): boolean =>
  flags.test(key) ||
  (moments.test(key) && (typeof value === "string" || typeof value === "number") && /\d/.test(`${value}`))
const naming = /^(names?|foods?|allergens?|ingredients?|labels?|items?|titles?|values?|lists?|others?|details?)$/i

/** Keys that are about an allergy or a restriction. */
const about = /allerg|anaphyl|intoler|sensitiv|restrict|celiac|coeliac/i
const medical = /\b(allerg|anaphyl|intoleran|celiac|coeliac)/i

const isMedical = (text: string): boolean => medical.test(text)

/** Whether a text among diets is an exclusion without exceptions: "no shellfish", "nut-free", "egg allergy". */
export const isHard = (text: string): boolean =>
  isMedical(text) || /^\s*(no|not|avoid|without)\b|[\s-]free\s*$/i.test(text)

const values = (value: unknown, text: (text: string) => Heard): Heard => {
  if (typeof value === "string") return text(value)
  if (isOff(value)) return nothing
  if (Array.isArray(value)) return together(value.map((one) => values(one, text)))
  if (typeof value !== "object" || value === null) return { ...nothing, claimed: true }
  const entries = Object.entries(value).filter(([key, on]) => !isOff(on) && !isBookkeeping(key, on))
  const all = together(
    entries.map(([key, on]) => {
      if (describing.test(key)) return values(on, remarked)
      if (naming.test(key)) return values(on, text)
      if (about.test(key)) return headed(key, on, values(on, text))
      return together([text(spaced(key)), { ...nothing, foods: values(on, remarked).foods }])
    })
  )
  return { ...all, lost: all.lost || (all.claimed && all.foods.length === 0) }
}

const mentioned = (key: string): Heard => ({ ...nothing, foods: foodsNamedIn(spaced(key)) })

/** `peanut_allergy: true` names its food in the key, and must; `allergies: ["peanut"]` need not. */
const headed = (key: string, value: unknown, heard: Heard): Heard => {
  const keyed = typeof value !== "object" && heard.claimed && heard.foods.length === 0
  return together([heard, keyed && !describing.test(key) ? named(spaced(key)) : mentioned(key)])
}

const under = (key: string, value: unknown, isDiet: IsDiet): Heard => {
  if (isOff(value) || isBookkeeping(key, value)) return nothing
  if (about.test(key)) {
    const text = (one: string) => (/restrict/i.test(key) ? named(one, isDiet) : named(one))
    return headed(key, value, values(value, describing.test(key) ? remarked : text))
  }
  if (/free$/i.test(key)) return mentioned(key)
  if (/^diet/i.test(key) && (typeof value === "string" || typeof value === "object"))
    return together([
      values(value, (text) =>
        together(
          partsOf(text)
            .filter((part) => isHard(part) && !isDiet(part))
            .map((part) => named(part))
        )
      ),
      typeof value === "object" ? inside(key, value, isDiet) : nothing
    ])
  if (typeof value === "string") return isMedical(value) ? remarked(value) : nothing
  if (typeof value !== "object" || value === null) return nothing
  return inside(key, value, isDiet)
}

const inside = (key: string, value: object | null, isDiet: IsDiet): Heard =>
  together(Object.entries(value ?? {}).map(([name, one]) => under(Array.isArray(value) ? key : name, one, isDiet)))

/** Reads the whole record. Total. */
export const allergiesIn = (record: Readonly<Record<string, unknown>>, isDiet: IsDiet): Reading => {
  const heard = under("", record, isDiet)
  const foods = [...new Set(heard.foods.map((one) => one.join(" ")))].map((one) => one.split(" "))
  return { foods, understood: !heard.lost && !(heard.claimed && foods.length === 0) }
}
