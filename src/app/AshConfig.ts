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
import { allOn, fewestDays, flag, time, Whole, whole } from "./ConfigRules.ts"

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

const severity = (name: string, standard: CrisisSeverity) =>
  Config.Literals(["low", "medium", "high", "critical"], name).pipe(Config.withDefault(standard))

const history = Effect.gen(function* () {
  const { ttlMs, maxMessages, minSeverity } = yield* Config.all({
    ttlMs: time("BOT_HISTORY_TTL_DAYS", DAY, 1, 365, defaultAshPolicy.history.ttlMs),
    maxMessages: whole("BOT_HISTORY_MAX_MESSAGES", 1, 1000, defaultAshPolicy.history.maxMessages),
    minSeverity: severity("BOT_HISTORY_MIN_SEVERITY", defaultAshPolicy.history.minSeverity)
  })
  const retention = yield* flag("BOT_RETENTION_ENABLED", true)
  const age = yield* time("BOT_RETENTION_MESSAGE_HISTORY_DAYS", DAY, 1, 30, 7 * DAY)
  if (retention && age !== ttlMs) {
    const days = Math.min(age, ttlMs) / DAY
    yield* Effect.logWarning(
      `BOT_HISTORY_TTL_DAYS (${ttlMs / DAY}) and BOT_RETENTION_MESSAGE_HISTORY_DAYS (${age / DAY}) differ: a stored message is kept ${days} days`
    )
  }
  return { ttlMs, maxMessages, minSeverity, maxAgeMs: retention ? age : null }
})

const AUDIENCES = ["crt", "wider", "leads"] as const
const Minutes = Schema.fromJsonString(
  Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 10_080 }))).check(
    Schema.makeFilter((steps) =>
      steps.length <= AUDIENCES.length && steps.every((step, index) => index === 0 || step > (steps[index - 1] ?? 0))
        ? undefined
        : "expected at most three rising minutes: team, wider team, leads"
    )
  )
)
const escalation = (name: string, standard: ReadonlyArray<EscalationStep>) =>
  Config.schema(Minutes, name).pipe(
    Config.map((minutes): ReadonlyArray<EscalationStep> =>
      minutes.map((after, index) => ({ afterMs: after * MINUTE, audience: AUDIENCES[index] ?? "leads" }))
    ),
    Config.withDefault(standard)
  )

const alerts = Effect.gen(function* () {
  const standard = defaultAshPolicy.alerts
  const days = yield* fewestDays(
    ["BOT_METRICS_RETENTION_DAYS", "BOT_RETENTION_ALERT_METRICS_DAYS", "BOT_RESPONSE_METRICS_RETENTION_DAYS"],
    { minimum: 1, maximum: 365 },
    90
  )
  return {
    ...(yield* Config.all({
      enabled: flag("BOT_ALERTING_ENABLED", true),
      minSeverity: severity("BOT_ALERT_MIN_SEVERITY", standard.minSeverity),
      cooldownMs: time("BOT_ALERT_COOLDOWN", SECOND, 0, 3600, standard.cooldownMs),
      reopenWindowMs: time("BOT_ALERT_REOPEN_HOURS", HOUR, 0, 168, standard.reopenWindowMs),
      remindAfterMs: time("BOT_ALERT_REMIND_MINUTES", MINUTE, 5, 1440, standard.remindAfterMs),
      expireAfterMs: time("BOT_ALERT_EXPIRE_DAYS", DAY, 1, 30, standard.expireAfterMs),
      staleAfterMs: time("BOT_ALERT_STALE_HOURS", HOUR, 1, 168, standard.staleAfterMs)
    })),
    escalation: yield* Config.all({
      critical: escalation("BOT_ESCALATION_CRITICAL_MINUTES", standard.escalation.critical),
      high: escalation("BOT_ESCALATION_HIGH_MINUTES", standard.escalation.high),
      medium: escalation("BOT_ESCALATION_MEDIUM_MINUTES", standard.escalation.medium),
      low: Config.succeed(standard.escalation.low)
    }),
    keepMs: Math.max(standard.keepMs, days * DAY),
    metrics: {
      enabled: yield* allOn(["BOT_METRICS_ENABLED", "BOT_RESPONSE_METRICS_ENABLED"]),
      ttlMs: days * DAY
    }
  }
})

const autoInitiate = Config.all({
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

const followUp = Config.all({
  enabled: flag("BOT_FOLLOWUP_ENABLED", true),
  delayMs: time("BOT_FOLLOWUP_DELAY_HOURS", HOUR, 1, 48, defaultAshPolicy.ash.followUp.delayMs),
  maximumMs: time("BOT_FOLLOWUP_MAX_HOURS", HOUR, 1, 168, defaultAshPolicy.ash.followUp.maximumMs),
  minSeverity: severity("BOT_FOLLOWUP_MIN_SEVERITY", defaultAshPolicy.ash.followUp.minSeverity),
  minSessionMs: time("BOT_FOLLOWUP_MIN_SESSION_MINUTES", MINUTE, 0, 60, defaultAshPolicy.ash.followUp.minSessionMs)
})

const ash = Effect.gen(function* () {
  const standard = defaultAshPolicy.ash
  const limits = yield* Config.all({
    enabled: flag("BOT_ASH_ENABLED", true),
    minSeverity: severity("BOT_ASH_MIN_SEVERITY", standard.minSeverity),
    idleMs: time("BOT_ASH_SESSION_TIMEOUT", SECOND, 60, 900, standard.idleMs),
    maximumMs: time("BOT_ASH_MAX_SESSION", SECOND, 300, 1800, standard.maximumMs),
    sessionDataTtlMs: time("BOT_RETENTION_SESSION_DATA_DAYS", DAY, 7, 90, standard.sessionDataTtlMs),
    handoff: flag("BOT_HANDOFF_ENABLED", true)
  })
  return { ...limits, followUp: yield* followUp }
})

/** `0` and `permanent` mean for good (C28). */
const optOut = Effect.gen(function* () {
  const days = yield* Config.schema(
    Schema.Union([Schema.Literal("permanent"), Whole({ minimum: 0, maximum: 365 })]),
    "BOT_USER_OPTOUT_TTL_DAYS"
  ).pipe(Config.withDefault(30))
  const enabled = yield* flag("BOT_USER_OPTOUT_ENABLED", true)
  return { enabled, ttlMs: days === "permanent" || days === 0 ? null : days * DAY }
})

const Region = Schema.String.check(Schema.isPattern(/^(?:[A-Z]{2}|INT)$/))

/** The policy of this process. Fails when a variable does not parse or is out of range. */
export const ashPolicy: Effect.Effect<AshPolicy, Config.ConfigError> = Effect.gen(function* () {
  return {
    history: yield* history,
    alerts: yield* alerts,
    autoInitiate: yield* autoInitiate,
    ash: yield* ash,
    optOut: yield* optOut,
    region: yield* Config.schema(Region, "BOT_RESOURCES_REGION").pipe(Config.withDefault(defaultAshPolicy.region))
  }
})
