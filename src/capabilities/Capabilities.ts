/**
 * Which implementation serves each capability, decided by the environment: a service's address present means HTTP, absent
 * means the built-in one. The planner is chosen by name (`PLANNER_KIND`), because both of its formats take an address.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { ActorStore } from "#runtime/ports/ActorStore.ts"
import { all, setting, words } from "#runtime/SettingRules.ts"
import type { CapabilityDescription } from "./Capability.ts"
import { CartSource } from "./cart/CartSource.ts"
import * as EmbeddedCartSource from "./cart/EmbeddedCartSource.ts"
import * as HttpCartSource from "./cart/HttpCartSource.ts"
import * as EmbeddedUserDirectory from "./directory/EmbeddedUserDirectory.ts"
import * as HttpUserDirectory from "./directory/HttpUserDirectory.ts"
import { UserDirectory } from "./directory/UserDirectory.ts"
import { MealPlanner } from "./planner/MealPlanner.ts"
import { layerModel, settings as modelSettings } from "./planner/ModelPlanner.ts"
import * as RulePlanner from "./planner/RulePlanner.ts"
import { optionalText, orDefault, ServiceSettings, settings as serviceSettings } from "./Settings.ts"

type Needs = HttpClient.HttpClient | ActorStore

const named = <A, E, R>(name: string, settings: Effect.Effect<A, E, R>) =>
  Effect.flatMap(optionalText(name), (text) => (text === null ? Effect.void : Effect.asVoid(settings)))

/** HTTP with `USER_DIRECTORY_URL`, else embedded. */
export const layerUserDirectory: Layer.Layer<UserDirectory, Config.ConfigError, Needs> = Layer.unwrap(
  Effect.map(optionalText("USER_DIRECTORY_URL"), (url): Layer.Layer<UserDirectory, Config.ConfigError, Needs> =>
    url === null ? EmbeddedUserDirectory.layerEmbedded : HttpUserDirectory.layerHttp
  )
)

/** HTTP with `CART_SOURCE_URL`, else the sample cart. */
export const layerCartSource: Layer.Layer<CartSource, Config.ConfigError, HttpClient.HttpClient> = Layer.unwrap(
  Effect.map(
    optionalText("CART_SOURCE_URL"),
    (url): Layer.Layer<CartSource, Config.ConfigError, HttpClient.HttpClient> =>
      url === null ? EmbeddedCartSource.layerEmbedded : HttpCartSource.layerHttp
  )
)

const plannerKind = orDefault(
  "PLANNER_KIND",
  (name) => setting(name, words(["embedded", "openai", "anthropic"])),
  "embedded"
)

/** By `PLANNER_KIND`: `embedded` (default), `openai`, `anthropic`. */
export const layerMealPlanner: Layer.Layer<MealPlanner, Config.ConfigError, HttpClient.HttpClient> = Layer.unwrap(
  Effect.map(plannerKind, (kind): Layer.Layer<MealPlanner, Config.ConfigError, HttpClient.HttpClient> =>
    kind === "embedded" ? RulePlanner.layerEmbedded : layerModel(kind)
  )
)

/** What the chosen ones go by. */
export const settings = all({
  service: serviceSettings,
  directory: named("USER_DIRECTORY_URL", HttpUserDirectory.settings),
  cart: named("CART_SOURCE_URL", HttpCartSource.settings),
  planner: Effect.flatMap(plannerKind, (kind) =>
    kind === "embedded" ? Effect.void : Effect.asVoid(modelSettings(kind))
  )
})

/** Everything `conversationJobs` needs besides the store and an HTTP client. */
export const layerConfig: Layer.Layer<
  UserDirectory | CartSource | MealPlanner | ServiceSettings,
  Config.ConfigError,
  Needs
> = Layer.mergeAll(layerUserDirectory, layerCartSource, layerMealPlanner, ServiceSettings.layerConfig)

/** What serves each capability, for the start log line and health. */
export const describeCapabilities: Effect.Effect<
  Readonly<Record<"userDirectory" | "cartSource" | "mealPlanner", CapabilityDescription>>,
  never,
  UserDirectory | CartSource | MealPlanner
> = Effect.gen(function* () {
  return {
    userDirectory: (yield* UserDirectory).describe,
    cartSource: (yield* CartSource).describe,
    mealPlanner: (yield* MealPlanner).describe
  }
})
