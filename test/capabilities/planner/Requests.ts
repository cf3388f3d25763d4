/** Requests the planner tests share. */
import type { CartSnapshot, Modification, Weekday } from "#domain/MealPlan.ts"

const item = (name: string) => ({ name, quantity: 1, unit: "each" })

export const BOX: CartSnapshot = {
  items: [
    "Salmon fillets",
    "Chicken thighs",
    "Eggs",
    "Lacinato kale",
    "Baby spinach",
    "Rainbow carrots",
    "Sweet potatoes",
    "Cherry tomatoes",
    "Black beans",
    "Feta",
    "Watermelon radishes"
  ].map(item),
  delivery_date: "2026-11-26",
  source: "test"
}

const timestamp = "2026-11-20T12:00:00.000Z"

export const swap = (old: string, wanted: string): Modification => ({
  type: "swap",
  details: { old, new: wanted },
  timestamp
})

export const skip = (...days: ReadonlyArray<Weekday>): Modification => ({ type: "skip", details: { days }, timestamp })
