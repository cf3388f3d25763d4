/**
 * Which classifier serves, decided by the environment: Ash-NLP when `BOT_NLP_BASE_URL` says where it is, else the keyword
 * net. `ClassifierSettings` documents the variables.
 */
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import { optionalText } from "../Settings.ts"
import { nlpSettings, terms } from "./ClassifierSettings.ts"
import { CrisisClassifier } from "./CrisisClassifier.ts"
import { makeKeywordClassifier } from "./KeywordClassifier.ts"
import { makeNlpClassifier } from "./NlpClassifier.ts"

/** Fails the start when a variable does not parse. */
export const layerConfig: Layer.Layer<CrisisClassifier, Config.ConfigError, HttpClient.HttpClient> = Layer.effect(
  CrisisClassifier,
  Effect.gen(function* () {
    const agreed = yield* terms
    if ((yield* optionalText("BOT_NLP_BASE_URL")) === null) return makeKeywordClassifier(agreed)
    return yield* makeNlpClassifier(yield* nlpSettings, agreed)
  })
)
