/**
 * Finding foods in free text. "Rice" is found in "2 cups brown rice" and not in "rice vinegar", because the longest known
 * food at a place decides what that place is; words of no known food are compared as they stand. Every planner and every
 * check of a plan asks here, so that what is excluded and what is checked cannot differ. Pure.
 */
import { FOODS } from "./FoodTable.ts"
import { occurrences, occursAt, phrase, tokens, type Token } from "./Words.ts"

interface KnownFood {
  readonly stems: ReadonlyArray<string>
  readonly kinds: ReadonlySet<string>
  readonly not: ReadonlySet<string>
}

const stemmed = (words: ReadonlyArray<string>): ReadonlySet<string> =>
  new Set(words.map((word) => phrase(word).join(" ")))

/** By first stem, longest name first. */
const known: ReadonlyMap<string, ReadonlyArray<KnownFood>> = (() => {
  const all = FOODS.map(({ name, kinds, not }) => ({ stems: phrase(name), kinds: stemmed(kinds), not: stemmed(not) }))
  const byFirst = Map.groupBy(all, ({ stems }) => stems[0] ?? "")
  for (const group of byFirst.values()) group.sort((a, b) => b.stems.length - a.stems.length)
  return byFirst
})()

interface Span {
  readonly food: KnownFood
  readonly from: number
  readonly to: number
}

const spans = (words: ReadonlyArray<Token>): ReadonlyArray<Span> => {
  const found: Array<Span> = []
  for (let at = 0; at < words.length;) {
    const food = known.get(words[at]?.stem ?? "")?.find(({ stems }) => occursAt(words, stems, at))
    if (food !== undefined) found.push({ food, from: at, to: at + food.stems.length })
    at += food?.stems.length ?? 1
  }
  return found
}

const isKind = (food: KnownFood, wanted: ReadonlyArray<string>): boolean => {
  const name = wanted.join(" ")
  if (food.not.has(name)) return false
  const tail = food.stems.slice(-wanted.length).join(" ")
  return tail === name || food.kinds.has(name)
}

/** A place in a text, as character offsets. */
export interface Place {
  readonly start: number
  readonly end: number
}

/** A text read once, to be asked often. */
export interface FoodText {
  /** Where it names the food asked for (a name, a kind, or words of no known food), in order and without overlap. */
  readonly places: (wanted: ReadonlyArray<string>) => ReadonlyArray<Place>
  /** Whether it names the food asked for. */
  readonly names: (wanted: ReadonlyArray<string>) => boolean
  /** The known foods it names, by their stems. */
  readonly foods: ReadonlySet<string>
  /** What those foods are, with their own names. */
  readonly kinds: ReadonlySet<string>
  /** The words of it that belong to no known food and are no kind of food. */
  readonly unknown: ReadonlyArray<string>
}

/** What only sums foods up ("meat", "tortilla"), without being one of the table. */
const kindsOnly: ReadonlySet<string> = (() => {
  const names = new Set(FOODS.map(({ name }) => phrase(name).join(" ")))
  return new Set(FOODS.flatMap(({ kinds }) => [...stemmed(kinds)]).filter((kind) => !names.has(kind)))
})()

export const readFoods = (text: string): FoodText => {
  const words = tokens(text)
  const foods = spans(words)
  const places = (wanted: ReadonlyArray<string>): ReadonlyArray<Place> => {
    if (wanted.length === 0) return []
    const named = foods.filter(({ food }) => isKind(food, wanted))
    const spelled = occurrences(words, wanted)
      .map((from) => ({ from, to: from + wanted.length }))
      .filter(({ from, to }) => !foods.some((span) => span.from <= from && to <= span.to && !isKind(span.food, wanted)))
    const merged: Array<{ from: number; to: number }> = []
    for (const { from, to } of [...named, ...spelled].sort((a, b) => a.from - b.from || b.to - a.to)) {
      const last = merged.at(-1)
      if (last !== undefined && from < last.to) last.to = Math.max(last.to, to)
      else merged.push({ from, to })
    }
    return merged.map(({ from, to }) => ({ start: words[from]?.start ?? 0, end: words[to - 1]?.end ?? 0 }))
  }
  return {
    places,
    names: (wanted) => places(wanted).length > 0,
    foods: new Set(foods.map(({ food }) => food.stems.join(" "))),
    kinds: new Set(foods.flatMap(({ food }) => [...food.kinds, food.stems.join(" ")])),
    unknown: words
      .filter(({ stem }, at) => !kindsOnly.has(stem) && !foods.some(({ from, to }) => from <= at && at < to))
      .map(({ stem }) => stem)
  }
}

/** Whether a text uses something from the box: by its own name, or as the plainer food it is (kale for lacinato kale). */
export const usesItem = (text: FoodText, item: string): boolean => {
  const wanted = phrase(item)
  const { kinds, foods } = readFoods(item)
  if (text.names(wanted)) return true
  return foods.size === 0 ? text.names(wanted.slice(-1)) : [...text.foods].some((food) => kinds.has(food))
}

/** Whether a text names the food asked for. */
export const mentions = (text: string, wanted: ReadonlyArray<string>): boolean => readFoods(text).names(wanted)

const everything = [...known.values()].flat()

/** What a text names that may hide others: for each word that only sums foods up, everything those foods are. */
export const impliedBy = (text: string): ReadonlyArray<string> =>
  tokens(text)
    .filter(({ stem }) => kindsOnly.has(stem))
    .flatMap(({ stem }) => everything.filter(({ kinds }) => kinds.has(stem)))
    .flatMap(({ stems, kinds }) => [stems.join(" "), ...kinds])

/** Every food and kind of the table, by stems, longest first; with what else it is. */
export const VOCABULARY: ReadonlyArray<{ readonly stems: ReadonlyArray<string>; readonly kinds: ReadonlySet<string> }> =
  [...everything, ...[...kindsOnly].map((kind) => ({ stems: [kind], kinds: new Set<string>() }))].toSorted(
    (a, b) => b.stems.length - a.stems.length
  )

const raw = ["meat", "fish", "shellfish", "egg"]

/** Whether a text names something that must be cooked through. */
export const needsCooking = (text: string): boolean => raw.some((kind) => readFoods(text).kinds.has(kind))

/** Too wide to cook alike: steak and chicken are both meat. */
const wide = new Set(["meat", "fruit", "spice", "herb"])

/** Whether one food is known to cook as another does: they share a kind. */
export const cooksLike = (newcomer: string, before: string): boolean => {
  const others = readFoods(before).kinds
  return [...readFoods(newcomer).kinds].some((kind) => others.has(kind) && !wide.has(kind))
}
