/**
 * The built-in cart: one sample box, the same for everybody, so that the whole conversation can be tried without a shop.
 * It says so wherever a cart names its source, and it always arrives on a Thursday at least two days ahead.
 */
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { CartItem } from "#domain/MealPlan.ts"
import { serviceTimeZone } from "../Settings.ts"
import { CartSource } from "./CartSource.ts"
import { nextDelivery } from "./DeliveryDates.ts"

const item = (name: string, quantity: number, unit: string): CartItem => ({ name, quantity, unit })

const SAMPLE_ITEMS: ReadonlyArray<CartItem> = [
  item("Salmon fillets", 1.5, "lb"),
  item("Chicken thighs", 2, "lb"),
  item("Eggs", 1, "dozen"),
  item("Lacinato kale", 1, "bunch"),
  item("Baby spinach", 5, "oz"),
  item("Rainbow carrots", 1, "bunch"),
  item("Sweet potatoes", 2, "lb"),
  item("Broccoli", 2, "head"),
  item("Cherry tomatoes", 1, "pint"),
  item("Red onions", 3, "each"),
  item("Garlic", 1, "head"),
  item("Lemons", 3, "each"),
  item("Limes", 2, "each"),
  item("Black beans", 2, "can"),
  item("Brown rice", 2, "lb"),
  item("Feta", 8, "oz"),
  item("Honeycrisp apples", 4, "each"),
  item("Watermelon radishes", 1, "bunch")
]

/** Reads nothing from outside and never fails. */
export const layerEmbedded: Layer.Layer<CartSource, Config.ConfigError> = Layer.effect(
  CartSource,
  Effect.gen(function* () {
    const zone = yield* serviceTimeZone
    return CartSource.of({
      describe: { kind: "embedded", note: "every texter has the same sample box" },
      read: (_phone, at) =>
        Effect.succeed({ items: SAMPLE_ITEMS, delivery_date: nextDelivery(at, zone), source: "sample" })
    })
  })
)
