/**
 * Who a texter is (S39): looks an account up by phone number and answers their tastes, or where to sign up. The contract
 * guards one thing above all: a record is only ever given to the number it belongs to.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ConversationJobs, Preferences } from "#domain/MealPlan.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import type { CapabilityDescription } from "../Capability.ts"

export type LookUp = ConversationJobs["readUser"]["output"]

export class UserDirectory extends Context.Service<
  UserDirectory,
  {
    readonly describe: CapabilityDescription
    /**
     * Takes a number as conversations are addressed by. What is kept of the look-up belongs to `owner`.
     * **Fails with** `bad_phone` for anything else.
     */
    readonly lookUp: (phone: string, owner: ActorAddress) => Effect.Effect<LookUp, EffectFailed>
  }
>()("app/capabilities/UserDirectory") {}

/** Tastes as stored: an object, or nothing. */
export const StoredPreferences = Schema.NullOr(Schema.Record(Schema.String, Schema.Json))

export const orNone = (stored: Preferences | null | undefined): Preferences => stored ?? {}

/** The sign-up page for this number; the `+` travels as `%2B`. */
export const onboardingLink = (base: string, phone: string): string => {
  const url = new URL(base)
  url.searchParams.set("phone", phone)
  return url.href
}
