/**
 * Commands about the desk as a whole: how things stand, the last days in numbers, the settings in force, and whether a
 * responder can be counted on. Read anew every time; no number is taken from a sum that could be out of date (C27).
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  alertMetricsKey,
  type AlertMetrics,
  alertsOfDayKey,
  dayOf,
  parseAlertMetrics
} from "#domain/ash/AlertMetrics.ts"
import type { EscalationStep } from "#domain/ash/AshPolicy.ts"
import { averageOf, dayMetrics, percentileOf } from "#domain/ash/DayMetrics.ts"
import { SEVERITIES } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { channel, moment, person, plural, role, span } from "./Escaping.ts"
import type { Asker } from "./InteractionPayload.ts"
import { ask, type Means, type Trouble } from "./Means.ts"

const Status = Schema.Struct({
  open: Schema.Array(
    Schema.Struct({
      alertId: Schema.String,
      severity: Schema.String,
      openedAt: Schema.Number,
      acknowledgedBy: Schema.NullOr(Schema.String)
    })
  ),
  responders: Schema.Array(Schema.Struct({ id: Schema.String, available: Schema.Boolean })),
  unanalysed: Schema.Number,
  classifier: Schema.String,
  blindSince: Schema.NullOr(Schema.Number)
})
type Status = typeof Status.Type

const OPEN_SHOWN = 15
const PEOPLE_SHOWN = 25
const DAY_MS = 86_400_000

const listed = (items: ReadonlyArray<string>, most: number): string =>
  items.length <= most
    ? items.join(", ")
    : `${items.slice(0, most).join(", ")} and ${plural(items.length - most, "other")}`

/** Who waits for somebody before who has somebody, the gravest first, then the oldest. */
const mostNeeded = ({ open }: Status): Status["open"] =>
  open.toSorted(
    (one, other) =>
      Number(other.acknowledgedBy === null) - Number(one.acknowledgedBy === null) ||
      SEVERITIES.findIndex((word) => word === other.severity) - SEVERITIES.findIndex((word) => word === one.severity) ||
      one.openedAt - other.openedAt
  )

/** The open alerts, those first that need somebody most. */
export const openWords = (found: Status): ReadonlyArray<string> => {
  const { length } = found.open
  if (length === 0) return ["No alert is open."]
  return [
    `**${plural(length, "alert")} open**${length > OPEN_SHOWN ? `, the gravest ${OPEN_SHOWN} of those that wait` : ""}:`,
    ...mostNeeded(found)
      .slice(0, OPEN_SHOWN)
      .map(
        ({ acknowledgedBy, alertId, openedAt, severity }) =>
          `• ${severity} · \`${alertId}\` · ${moment(openedAt)} · ${acknowledgedBy === null ? "**not acknowledged**" : `acknowledged by ${person(acknowledgedBy)}`}`
      )
  ]
}

const peopleWords = ({ responders }: Status): ReadonlyArray<string> => {
  const there = responders.filter(({ available }) => available).map(({ id }) => person(id))
  const away = responders.filter(({ available }) => !available).map(({ id }) => person(id))
  if (responders.length === 0) return ["Nobody of the team has been seen yet."]
  return [
    there.length === 0 ? "**Nobody of the team is there.**" : `There: ${listed(there, PEOPLE_SHOWN)}`,
    ...(away.length === 0 ? [] : [`Away: ${listed(away, PEOPLE_SHOWN)}`])
  ]
}

const healthWords = (status: Status): ReadonlyArray<string> => [
  status.classifier === "silent"
    ? `**The classifier does not answer**; a list of words decides. ${plural(status.unanalysed, "message")} still to be analysed.`
    : status.unanalysed > 0
      ? `The classifier answers; ${plural(status.unanalysed, "message")} from before still to be analysed.`
      : "No message waits for the classifier.",
  ...(status.blindSince === null
    ? []
    : [
        `**Messages arrive without their text** since ${moment(status.blindSince)}: the Message Content intent is missing.`
      ])
]

const needsGuild = "This works in the community only."

/** `/ash status`. */
export const status = Effect.fnUntraced(function* (means: Means, asker: Asker): Effect.fn.Return<string, Trouble> {
  if (asker.guildId === null) return needsGuild
  const found = yield* ask(means, asker, "desk", asker.guildId, { type: "LOOK" }, Status)
  const { store, spooled } = yield* means.system.health
  return [
    ...openWords(found),
    ...peopleWords(found),
    ...healthWords(found),
    ...(store.reachable ? [] : ["**The database does not answer.**"]),
    ...(spooled === null || spooled === 0 ? [] : [`${plural(spooled, "event")} wait for the database.`])
  ].join("\n")
})

/** `/ash away` and `/ash back`. */
export const availability = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  available: boolean
): Effect.fn.Return<string, Trouble> {
  if (asker.guildId === null) return needsGuild
  const event = { type: "AVAILABILITY", by: asker.by, available, at: asker.at }
  const found = yield* ask(means, asker, "desk", asker.guildId, event, Status)
  return [available ? "Good to have you back." : "You are marked as away.", ...peopleWords(found)].join("\n")
})

const CHUNK = 200
const ALERTS_A_DAY = 5000

/** What is measured of the alerts of these UTC days. */
export const recordsOf = Effect.fnUntraced(function* (
  { store }: Pick<Means, "store">,
  days: ReadonlyArray<string>
): Effect.fn.Return<ReadonlyArray<AlertMetrics>, StoreUnavailable> {
  const ids = yield* Effect.forEach(days, (day) => store.readSortedSet(alertsOfDayKey(day), { limit: ALERTS_A_DAY }), {
    concurrency: 8
  })
  const keys = ids.flat().map(({ member }) => alertMetricsKey(member))
  const chunks = Array.from({ length: Math.ceil(keys.length / CHUNK) }, (_, index) =>
    keys.slice(index * CHUNK, (index + 1) * CHUNK)
  )
  const texts = yield* Effect.forEach(chunks, store.readDocuments)
  return texts.flat().flatMap((text) => (text === null ? [] : (parseAlertMetrics(text) ?? [])))
})

const seconds = (value: number | null): string =>
  value === null ? "-" : value < 120 ? `${value} s` : span(value * 1000)

const durations = (name: string, rising: ReadonlyArray<number>): string =>
  rising.length === 0
    ? `${name}: none`
    : `${name}: ${seconds(averageOf(rising))} on average, half within ${seconds(percentileOf(rising, 0.5))}, nine in ten within ${seconds(percentileOf(rising, 0.9))} (${plural(rising.length, "alert")})`

/** The numbers of a period, counted from its alerts. */
export const statsWords = (days: number, keptDays: number, alerts: ReadonlyArray<AlertMetrics>): string => {
  const numbers = dayMetrics("", alerts, [])
  const { critical, high, low, medium } = numbers.by_severity
  return [
    `**${plural(numbers.total_alerts, "alert")} in ${plural(days, "day")}** (UTC days, today included)`,
    `critical ${critical} · high ${high} · medium ${medium} · low ${low}`,
    durations("Acknowledged", numbers.acknowledge_seconds),
    durations("First word of a person in the thread", numbers.response_seconds),
    durations("Resolved", numbers.resolve_seconds),
    `Never acknowledged: ${numbers.never_acknowledged_count} · expired: ${numbers.expired_count} · false positives: ${numbers.false_positive_count}`,
    `Ash went by itself: ${numbers.auto_initiated_count} · opted out: ${numbers.user_optout_count}`,
    ...(days > keptDays ? [`Records are kept for ${plural(keptDays, "day")}: what is older is not counted.`] : [])
  ].join("\n")
}

/** `/ash stats`. */
export const stats = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  days: number
): Effect.fn.Return<string, Trouble> {
  const { metrics } = means.policy.alerts
  if (!metrics.enabled) return "Response times are not measured here (BOT_METRICS_ENABLED is off)."
  const dates = Array.from({ length: days }, (_, back) => dayOf(asker.at - back * DAY_MS))
  const all = yield* recordsOf(means, dates)
  const ours = all.filter(({ guild_id }) => guild_id === null || guild_id === asker.guildId)
  return statsWords(days, Math.floor(metrics.ttlMs / DAY_MS), ours)
})

const onOff = (on: boolean): string => (on ? "on" : "off")
const some = (ids: ReadonlyArray<Snowflake>, look: (id: Snowflake) => string): string =>
  ids.length === 0 ? "none" : listed(ids.map(look), PEOPLE_SHOWN)
const chain = (steps: ReadonlyArray<EscalationStep>): string =>
  steps.length === 0 ? "nobody" : steps.map(({ afterMs, audience }) => `${audience} after ${span(afterMs)}`).join(", ")

/** `/ash config`: what is in force, without any secret. */
export const configWords = ({ policy, settings }: Means): string => {
  const { alerts, ash, autoInitiate, history, optOut } = policy
  const { alertChannels, slash } = settings
  return [
    `**Watched** ${some(settings.monitoredChannels, channel)}`,
    `**Alerts** ${onOff(alerts.enabled)}, from ${alerts.minSeverity}; critical to ${some(alertChannels.critical, channel)}, high to ${some(alertChannels.high, channel)}, medium to ${some(alertChannels.medium, channel)}`,
    `**Team** ${some(settings.crtRoles, role)} · beyond the team ${some(settings.widerRoles, role)} · leads ${some(settings.leads, person)}`,
    `**Calls** critical: ${chain(alerts.escalation.critical)} · high: ${chain(alerts.escalation.high)} · medium: ${chain(alerts.escalation.medium)} · low: ${chain(alerts.escalation.low)}`,
    `**Then** reminder after ${span(alerts.remindAfterMs)}, expiry after ${span(alerts.expireAfterMs)}, no new alert for the same for ${span(alerts.cooldownMs)}`,
    `**Ash** ${onOff(ash.enabled)}, button from ${ash.minSeverity}; by itself ${autoInitiate.enabled ? `from ${autoInitiate.minSeverity} after ${span(autoInitiate.delayMs)}` : "never"}; ends after ${span(ash.idleMs)} of silence or ${span(ash.maximumMs)}`,
    `**Taking over** ${onOff(ash.handoff)} · **follow-up** ${ash.followUp.enabled ? `after ${span(ash.followUp.delayMs)}` : "off"}`,
    `**Opting out** ${onOff(optOut.enabled)}, ${optOut.ttlMs === null ? "for good" : `for ${span(optOut.ttlMs)}`}`,
    `**History** from ${history.minSeverity}, at most ${history.maxMessages} messages, kept for ${span(Math.min(history.ttlMs, history.maxAgeMs ?? history.ttlMs))}`,
    `**Measured** ${alerts.metrics.enabled ? `yes, kept for ${span(alerts.metrics.ttlMs)}` : "no"}`,
    `**Notes** ${some(settings.notesChannels, channel)} · **operators** ${some(settings.operatorChannels, channel)}`,
    `**Commands** staff ${some(slash.allowedRoles, role)}, administrators ${some(slash.adminRoles, role)}`
  ].join("\n")
}
