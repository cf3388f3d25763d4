/**
 * Which classifier serves, decided by the environment: Ash-NLP when `BOT_NLP_BASE_URL` says where it is, else the keyword
 * net. `ClassifierSettings` documents the variables.
 */
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { all } from "#runtime/SettingRules.ts"
import { optionalText } from "../Settings.ts"
import { nlpSettings, terms } from "./ClassifierSettings.ts"
import { CrisisClassifier } from "./CrisisClassifier.ts"
import { makeKeywordClassifier } from "./KeywordClassifier.ts"
import { makeNlpClassifier } from "./NlpClassifier.ts"

/** What the chosen one goes by. */
export const settings = all({
  terms,
  nlp: Effect.flatMap(optionalText("BOT_NLP_BASE_URL"), (url) => (url === null ? Effect.succeed(null) : nlpSettings))
})

/** Fails the start when a variable does not parse. */
export const layerConfig: Layer.Layer<CrisisClassifier, Config.ConfigError, HttpClient.HttpClient> = Layer.effect(
  CrisisClassifier,
  Effect.gen(function* () {
    const { nlp, terms } = yield* settings
    return nlp === null ? makeKeywordClassifier(terms) : yield* makeNlpClassifier(nlp, terms)
  })
)
