/**
 * What an Ash session invokes, as effect handlers, and who serves it: the model named by `BOT_ASH_MODEL`, or the built-in
 * sentences when none is named.
 */
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type { Companionship, Converse } from "#domain/ash/AshSession.ts"
import type { EffectHandler } from "#runtime/EffectHandler.ts"
import type { CapabilityDescription } from "../Capability.ts"
import { optionalText } from "../Settings.ts"
import { Companion } from "./Companion.ts"
import { layerModel, settings as modelSettings } from "./ModelCompanion.ts"
import { layerTemplates } from "./TemplateCompanion.ts"

/**
 * Two tries within the chart's own deadline of 90 s; then the chart calls a person. **Delivery**: at least once, harmless
 * when repeated. **Crash**: the answer is asked for again.
 */
const converse: EffectHandler<Converse, Companionship, Companion> = {
  run: ({ params }) => Effect.flatMap(Companion, (companion) => companion.converse(params)),
  timeout: "25 seconds",
  maxAttempts: 2,
  backoff: "1 second",
  maxBackoff: "5 seconds"
}

/** Handlers of actor type `ash-session`, by invoke `src`. */
export const companionJobs: { readonly converse: EffectHandler<Converse, Companionship, Companion> } = { converse }

/** What the chosen one goes by. */
export const settings = Effect.flatMap(optionalText("BOT_ASH_MODEL"), (model) =>
  model === null ? Effect.void : Effect.asVoid(modelSettings)
)

/** By `BOT_ASH_MODEL`: the model of that name, or the built-in sentences when it is absent or empty. */
export const layerConfig: Layer.Layer<Companion, Config.ConfigError, HttpClient.HttpClient> = Layer.unwrap(
  Effect.map(
    optionalText("BOT_ASH_MODEL"),
    (model): Layer.Layer<Companion, Config.ConfigError, HttpClient.HttpClient> =>
      model === null ? layerTemplates : layerModel
  )
)

/** Who serves it, for the start log line and health. */
export const describeCompanion: Effect.Effect<CapabilityDescription, never, Companion> = Effect.map(
  Companion,
  ({ describe }) => describe
)
