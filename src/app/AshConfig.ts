/**
 * Ash's policy from the environment, under the documented names (A43, and the interfaces of the service it follows). A value
 * out of its range ends the start with the name and the rule. Where two names mean one thing, or two limits meet, the
 * stricter wins and a warning says so (C1, C12).
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { type AshPolicy, defaultAshPolicy, type EscalationStep } from "#domain/ash/AshPolicy.ts"
import type { CrisisSeverity } from "#domain/ash/Severity.ts"
import {
  all,
  allOn,
  fewestDays,
  flag,
  setting,
  shaped,
  time,
  whole,
  wholeNumbers,
  word
} from "#runtime/SettingRules.ts"

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const severity = (name: string, standard: CrisisSeverity) => word(name, ["low", "medium", "high", "critical"], standard)

const history = Effect.gen(function* () {
  const { age, retention, ...stored } = yield* all({
    ttlMs: time("BOT_HISTORY_TTL_DAYS", DAY, 1, 365, defaultAshPolicy.history.ttlMs),
    maxMessages: whole("BOT_HISTORY_MAX_MESSAGES", 1, 1000, defaultAshPolicy.history.maxMessages),
    minSeverity: severity("BOT_HISTORY_MIN_SEVERITY", defaultAshPolicy.history.minSeverity),
    retention: flag("BOT_RETENTION_ENABLED", true),
    age: time("BOT_RETENTION_MESSAGE_HISTORY_DAYS", DAY, 1, 30, 7 * DAY)
  })
  const { ttlMs } = stored
  if (retention && age !== ttlMs) {
    const days = Math.min(age, ttlMs) / DAY
    yield* Effect.logWarning(
      `BOT_HISTORY_TTL_DAYS (${ttlMs / DAY}) and BOT_RETENTION_MESSAGE_HISTORY_DAYS (${age / DAY}) differ: a stored message is kept ${days} days`
    )
  }
  return { ...stored, maxAgeMs: retention ? age : null }
})

const AUDIENCES = ["crt", "wider", "leads"] as const
const minutes = {
  ...shaped(
    "JSON lists of at most three rising whole numbers from 1 to 10080, like [5, 15, 30]",
    Schema.fromJsonString(
      Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_080 }))).check(
        Schema.makeFilter(
          (steps) =>
            steps.length <= AUDIENCES.length &&
            steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0))
        )
      )
    )
  ),
  shown: true
}
const escalation = (name: string, standard: ReadonlyArray<EscalationStep>) =>
  setting(name, minutes).pipe(
    Config.map((minutes): ReadonlyArray<EscalationStep> =>
      minutes.map((after, index) => ({ afterMs: after * MINUTE, audience: AUDIENCES[index] ?? "leads" }))
    ),
    Config.withDefault(standard)
  )

const alerts = Effect.gen(function* () {
  const standard = defaultAshPolicy.alerts
  const { days, measured, ...limits } = yield* all({
    enabled: flag("BOT_ALERTING_ENABLED", true),
    minSeverity: severity("BOT_ALERT_MIN_SEVERITY", standard.minSeverity),
    cooldownMs: time("BOT_ALERT_COOLDOWN", SECOND, 0, 3600, standard.cooldownMs),
    reopenWindowMs: time("BOT_ALERT_REOPEN_HOURS", HOUR, 0, 168, standard.reopenWindowMs),
    remindAfterMs: time("BOT_ALERT_REMIND_MINUTES", MINUTE, 5, 1440, standard.remindAfterMs),
    expireAfterMs: time("BOT_ALERT_EXPIRE_DAYS", DAY, 1, 30, standard.expireAfterMs),
    staleAfterMs: time("BOT_ALERT_STALE_HOURS", HOUR, 1, 168, standard.staleAfterMs),
    days: fewestDays(
      ["BOT_METRICS_RETENTION_DAYS", "BOT_RETENTION_ALERT_METRICS_DAYS", "BOT_RESPONSE_METRICS_RETENTION_DAYS"],
      { minimum: 1, maximum: 365 },
      90
    ),
    measured: allOn(["BOT_METRICS_ENABLED", "BOT_RESPONSE_METRICS_ENABLED"]),
    escalation: all({
      critical: escalation("BOT_ESCALATION_CRITICAL_MINUTES", standard.escalation.critical),
      high: escalation("BOT_ESCALATION_HIGH_MINUTES", standard.escalation.high),
      medium: escalation("BOT_ESCALATION_MEDIUM_MINUTES", standard.escalation.medium),
      low: Config.succeed(standard.escalation.low)
    })
  })
  return {
    ...limits,
    keepMs: Math.max(standard.keepMs, days * DAY),
    metrics: {
      enabled: measured,
      ttlMs: days * DAY
    }
  }
})

const autoInitiate = all({
  enabled: flag("BOT_AUTO_INITIATE_ENABLED", true),
  delayMs: time("BOT_AUTO_INITIATE_DELAY_MINUTES", MINUTE, 1, 60, defaultAshPolicy.autoInitiate.delayMs),
  delayWhenNobodyMs: time(
    "BOT_AUTO_INITIATE_NOBODY_SECONDS",
    SECOND,
    10,
    600,
    defaultAshPolicy.autoInitiate.delayWhenNobodyMs
  ),
  minSeverity: severity("BOT_AUTO_INITIATE_MIN_SEVERITY", defaultAshPolicy.autoInitiate.minSeverity)
})

const followUp = all({
  enabled: flag("BOT_FOLLOWUP_ENABLED", true),
  delayMs: time("BOT_FOLLOWUP_DELAY_HOURS", HOUR, 1, 48, defaultAshPolicy.ash.followUp.delayMs),
  maximumMs: time("BOT_FOLLOWUP_MAX_HOURS", HOUR, 1, 168, defaultAshPolicy.ash.followUp.maximumMs),
  minSeverity: severity("BOT_FOLLOWUP_MIN_SEVERITY", defaultAshPolicy.ash.followUp.minSeverity),
  minSessionMs: time("BOT_FOLLOWUP_MIN_SESSION_MINUTES", MINUTE, 0, 60, defaultAshPolicy.ash.followUp.minSessionMs)
})

const ash = Effect.gen(function* () {
  const standard = defaultAshPolicy.ash
  return yield* all({
    enabled: flag("BOT_ASH_ENABLED", true),
    minSeverity: severity("BOT_ASH_MIN_SEVERITY", standard.minSeverity),
    idleMs: time("BOT_ASH_SESSION_TIMEOUT", SECOND, 60, 900, standard.idleMs),
    maximumMs: time("BOT_ASH_MAX_SESSION", SECOND, 300, 1800, standard.maximumMs),
    sessionDataTtlMs: time("BOT_RETENTION_SESSION_DATA_DAYS", DAY, 7, 90, standard.sessionDataTtlMs),
    handoff: flag("BOT_HANDOFF_ENABLED", true),
    followUp
  })
})

/** `0` and `permanent` mean for good (C28). */
const optOutDays = wholeNumbers({ minimum: 0, maximum: 365 })
const optOut = all({
  enabled: flag("BOT_USER_OPTOUT_ENABLED", true),
  days: setting("BOT_USER_OPTOUT_TTL_DAYS", {
    ...optOutDays,
    allowed: `${optOutDays.allowed} and the word permanent`,
    read: (text) => (text === "permanent" ? 0 : optOutDays.read(text))
  }).pipe(Config.withDefault(30))
}).pipe(Effect.map(({ days, enabled }) => ({ enabled, ttlMs: days === 0 ? null : days * DAY })))

const regions = {
  allowed: "country codes of two capitals, and INT",
  shown: true,
  read: (text: string) => (/^(?:[A-Z]{2}|INT)$/.test(text) ? text : undefined)
}

/** The policy of this process. Fails when a variable does not parse or is out of range. */
export const ashPolicy: Effect.Effect<AshPolicy, Config.ConfigError> = all({
  history,
  alerts,
  autoInitiate,
  ash,
  optOut,
  region: setting("BOT_RESOURCES_REGION", regions).pipe(Config.withDefault(defaultAshPolicy.region))
})
