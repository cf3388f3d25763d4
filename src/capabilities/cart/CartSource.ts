/** What is in a texter's next box (S44): items and the day they arrive, named after where they were read. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { CartSnapshot } from "#domain/MealPlan.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import type { CapabilityDescription } from "../Capability.ts"

export class CartSource extends Context.Service<
  CartSource,
  {
    readonly describe: CapabilityDescription
    /** `at` is the moment the cart is asked for, epoch milliseconds. **Fails with** `cart_empty` when nothing is in it. */
    readonly read: (phone: string, at: number) => Effect.Effect<CartSnapshot, EffectFailed>
  }
>()("app/capabilities/CartSource") {}
