/** The classifier's variables: defaults, both ways to write a duration, and what is refused by its name. */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { nlpSettings, terms } from "#capabilities/classifier/ClassifierSettings.ts"
import { CrisisClassifier } from "#capabilities/classifier/CrisisClassifier.ts"
import { layerConfig } from "#capabilities/classifier/ConfiguredClassifier.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { environment } from "../Under.ts"

const URL = { BOT_NLP_BASE_URL: "http://ash-nlp:30880/" }

const read = (env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    return { ...(yield* terms), ...(yield* nlpSettings) }
  }).pipe(Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env: { ...URL, ...env } })))

describe("the settings", () => {
  it.effect("have the documented defaults", () =>
    Effect.gen(function* () {
      expect(yield* read({ BOT_NLP_TIMEOUT: "", BOT_NLP_API_KEY: "" })).toEqual({
        urgentWaitMs: 5000,
        thresholds: { critical: 0.85, high: 0.55, medium: 0.28, low: 0.16 },
        baseUrl: "http://ash-nlp:30880",
        apiKey: null,
        timeoutMs: 5000,
        retries: 2,
        retryDelayMs: 1000,
        perMinute: 60,
        breaker: { failures: 5, successes: 2, openMs: 30_000 }
      })
    })
  )

  it.effect("take seconds as numbers and written out", () =>
    Effect.gen(function* () {
      const settings = yield* read({
        BOT_NLP_TIMEOUT: "2.5",
        BOT_CB_NLP_TIMEOUT: "1 minute",
        BOT_NLP_URGENT_WAIT: "4 seconds",
        BOT_NLP_RETRY_DELAY: "500 millis"
      })
      expect(settings).toMatchObject({ timeoutMs: 2500, urgentWaitMs: 4000, retryDelayMs: 500 })
      expect(settings.breaker.openMs).toBe(60_000)
    })
  )

  it.effect("let a default threshold give way to a lower one above it", () =>
    Effect.gen(function* () {
      const { thresholds } = yield* read({ BOT_SEVERITY_THRESHOLD_CRITICAL: "0.5" })
      expect(thresholds).toEqual({ critical: 0.5, high: 0.5, medium: 0.28, low: 0.16 })
    })
  )

  it.effect("do not show the key", () =>
    Effect.gen(function* () {
      const { apiKey } = yield* read({ BOT_NLP_API_KEY: "stand-in-nlp-key" })
      expect(String(apiKey)).not.toContain("stand-in")
      expect(apiKey === null ? null : Redacted.value(apiKey)).toBe("stand-in-nlp-key")
    })
  )

  for (const [name, value] of [
    ["BOT_NLP_BASE_URL", "ash-nlp:30880"],
    ["BOT_NLP_BASE_URL", "http://user:word@ash-nlp:30880"],
    ["BOT_NLP_TIMEOUT", "0"],
    ["BOT_NLP_TIMEOUT", "soon"],
    ["BOT_NLP_TIMEOUT", "2 minutes"],
    ["BOT_NLP_RETRIES", "1.5"],
    ["BOT_NLP_PER_MINUTE", "-1"],
    ["BOT_NLP_URGENT_WAIT", "60"],
    ["BOT_CB_NLP_FAILURES", "0"],
    ["BOT_CB_NLP_SUCCESSES", "many"],
    ["BOT_SEVERITY_THRESHOLD_HIGH", "0.9"],
    ["BOT_SEVERITY_THRESHOLD_LOW", "0"],
    ["BOT_SEVERITY_THRESHOLD_CRITICAL", "1.2"]
  ] as const) {
    it.effect(`refuse ${name}=${value} by its name`, () =>
      Effect.gen(function* () {
        const refused = String(yield* Effect.flip(read({ [name]: value })))
        expect(refused).toContain(name)
      })
    )
  }
})

describe("the environment", () => {
  it.effect("decides which classifier serves, and it says so without an address", () =>
    Effect.gen(function* () {
      const described = (env: Readonly<Record<string, string>>) =>
        Effect.map(CrisisClassifier, ({ describe }) => describe).pipe(
          Effect.provide(Layer.provide(layerConfig, environment(env)))
        )
      expect((yield* described({ BOT_NLP_BASE_URL: " " })).kind).toBe("embedded")
      const http = yield* described({ ...URL, BOT_NLP_PER_MINUTE: "0" })
      expect(http.kind).toBe("http")
      expect(http.note).not.toContain("30880")
    })
  )
})
