/**
 * The classifier's configuration. Durations are seconds as plain numbers, as Ash-Bot has them, or written out (`5
 * seconds`). Every value has a range; one outside it ends the start with the variable's name and the rule.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { defaultThresholds } from "#domain/ash/Sensitivity.ts"
import type { SeverityThresholds } from "#domain/ash/Thresholds.ts"
import { all, numbers, type Rule, setting, wholeNumbers } from "#runtime/SettingRules.ts"
import { httpUrl, orDefault } from "../Settings.ts"
import type { ClassifierTerms } from "./CrisisClassifier.ts"

const readMs = (text: string): number =>
  /^\d+(\.\d+)?$/.test(text.trim())
    ? Number(text) * 1000
    : Option.match(Duration.fromInput(text.trim() as Duration.Input), {
        onNone: () => Number.NaN,
        onSome: Duration.toMillis
      })

const SECOND = 1000

const time = (name: string, minimum: number, maximum: number, standard: number): Config.Config<number> => {
  const rule: Rule<number> = {
    allowed: `times from ${minimum / SECOND} to ${maximum / SECOND} seconds, written as 5 or 5 seconds`,
    shown: true,
    read: (text) => (readMs(text) >= minimum && readMs(text) <= maximum ? readMs(text) : undefined)
  }
  return orDefault(name, (name) => setting(name, rule), standard)
}

const number = (name: string, minimum: number, maximum: number, standard: number): Config.Config<number> =>
  orDefault(name, (name) => setting(name, numbers({ minimum, maximum })), standard)

const whole = (name: string, minimum: number, maximum: number, standard: number): Config.Config<number> =>
  orDefault(name, (name) => setting(name, wholeNumbers({ minimum, maximum })), standard)

/** Each at most the one above it; a default gives way to that, too. */
const thresholds: Effect.Effect<SeverityThresholds, Config.ConfigError> = Effect.gen(function* () {
  const next = (name: string, above: number, standard: number) => number(name, 0.01, above, Math.min(standard, above))
  const critical = yield* next("BOT_SEVERITY_THRESHOLD_CRITICAL", 1, defaultThresholds.critical)
  const high = yield* next("BOT_SEVERITY_THRESHOLD_HIGH", critical, defaultThresholds.high)
  const medium = yield* next("BOT_SEVERITY_THRESHOLD_MEDIUM", high, defaultThresholds.medium)
  const low = yield* next("BOT_SEVERITY_THRESHOLD_LOW", medium, defaultThresholds.low)
  return { critical, high, medium, low }
})

/**
 * `BOT_NLP_URGENT_WAIT` 5 s (1-20 s); `BOT_SEVERITY_THRESHOLD_CRITICAL` 0.85, `_HIGH` 0.55, `_MEDIUM` 0.28, `_LOW` 0.16
 * (0.01-1, each at most the one before).
 */
export const terms: Effect.Effect<ClassifierTerms, Config.ConfigError> = all({
  urgentWaitMs: time("BOT_NLP_URGENT_WAIT", SECOND, 20 * SECOND, 5 * SECOND),
  thresholds
})

/**
 * `BOT_NLP_BASE_URL`; `BOT_NLP_API_KEY` none; `BOT_NLP_TIMEOUT` 5 s (0.5-60 s) for one attempt; `BOT_NLP_RETRIES` 2 (0-5);
 * `BOT_NLP_RETRY_DELAY` 1 s (0.1-30 s), doubling; `BOT_NLP_PER_MINUTE` 60 (0-6000, 0 = no limit), counted per process;
 * `BOT_CB_NLP_FAILURES` 5 (1-100) in a row leave it alone for `BOT_CB_NLP_TIMEOUT` 30 s (1-600 s), until
 * `BOT_CB_NLP_SUCCESSES` 2 (1-100) attempts in a row go well.
 */
export const nlpSettings = all({
  baseUrl: httpUrl("BOT_NLP_BASE_URL"),
  apiKey: orDefault("BOT_NLP_API_KEY", Config.Redacted, null),
  timeoutMs: time("BOT_NLP_TIMEOUT", SECOND / 2, 60 * SECOND, 5 * SECOND),
  retries: whole("BOT_NLP_RETRIES", 0, 5, 2),
  retryDelayMs: time("BOT_NLP_RETRY_DELAY", SECOND / 10, 30 * SECOND, SECOND),
  perMinute: whole("BOT_NLP_PER_MINUTE", 0, 6000, 60),
  breaker: all({
    failures: whole("BOT_CB_NLP_FAILURES", 1, 100, 5),
    successes: whole("BOT_CB_NLP_SUCCESSES", 1, 100, 2),
    openMs: time("BOT_CB_NLP_TIMEOUT", SECOND, 600 * SECOND, 30 * SECOND)
  })
})

export type NlpSettings = Effect.Success<typeof nlpSettings>
