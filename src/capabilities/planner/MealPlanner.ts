/**
 * Turning a cart into dinners (S44): five from Monday to Friday, inside the person's tastes, with every change they asked
 * for. A planner either honours all of them or says in `notes` which one it could not, and why; it never drops one.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  WEEKDAYS,
  type Analysis,
  type CartSnapshot,
  type Modification,
  type Preferences,
  type Weekday
} from "#domain/MealPlan.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import type { CapabilityDescription } from "../Capability.ts"

/** The whole analysis as planners make it. */
export interface PlannedAnalysis extends Analysis {
  /** What the person should know of this plan, in sentences for them. May quote their words: never logged. */
  readonly notes: ReadonlyArray<string>
  /** The changes this plan took in, oldest first. */
  readonly changes: ReadonlyArray<Modification>
  /** What came in the box and is in no meal. */
  readonly also_in_box: ReadonlyArray<string>
  /** The built-in planner's choice before any change, so that the next change starts from the same week. */
  readonly basis?: ReadonlyArray<{ readonly day: Weekday; readonly recipe: string }>
}

export interface PlanRequest {
  readonly cart: CartSnapshot
  readonly preferences: Preferences
  /** Every change so far, oldest first. */
  readonly modifications: ReadonlyArray<Modification>
  /** The plan to change; `null` plans from nothing. */
  readonly previous: PlannedAnalysis | null
}

export class MealPlanner extends Context.Service<
  MealPlanner,
  {
    readonly describe: CapabilityDescription
    readonly plan: (request: PlanRequest) => Effect.Effect<PlannedAnalysis, EffectFailed>
  }
>()("app/capabilities/MealPlanner") {}

/** The days that get a dinner when nobody says otherwise. */
export const DINNER_DAYS: ReadonlyArray<Weekday> = WEEKDAYS.slice(0, 5)

const text = (longest: number) => Schema.Trim.check(Schema.isMinLength(1), Schema.isMaxLength(longest))
const lines = (most: number, longest: number) =>
  Schema.Array(text(longest)).check(Schema.isMinLength(1), Schema.isMaxLength(most))
const count = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** A meal within the bounds a text message and a printed page can hold. */
export const Meal = Schema.Struct({
  day: Schema.Literals(WEEKDAYS),
  title: text(90),
  servings: count(1, 24),
  minutes: count(1, 600),
  ingredients: lines(40, 200),
  steps: lines(25, 800)
})

const Change = Schema.Union([
  Schema.Struct({
    type: Schema.Literal("swap"),
    details: Schema.Struct({ old: Schema.String, new: Schema.String }),
    timestamp: Schema.String
  }),
  Schema.Struct({
    type: Schema.Literal("skip"),
    details: Schema.Struct({ days: Schema.Array(Schema.Literals(WEEKDAYS)) }),
    timestamp: Schema.String
  })
])

const Stored = Schema.Struct({
  meals: Schema.Array(Meal).check(Schema.isMaxLength(7)),
  delivery_date: Schema.String,
  planner: Schema.String,
  notes: Schema.Array(Schema.String),
  changes: Schema.Array(Change),
  also_in_box: Schema.Array(Schema.String),
  basis: Schema.optionalKey(Schema.Array(Schema.Struct({ day: Schema.Literals(WEEKDAYS), recipe: Schema.String })))
})

/** Reads a stored analysis. */
export const decodeStored = Schema.decodeUnknownEffect(Schema.fromJsonString(Stored))
