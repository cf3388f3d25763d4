/**
 * The weekly report and how long a day's numbers are kept, from the environment, under the documented names (M19, M30-M33,
 * M41). A missing channel stops nothing: a warning says that no report is posted (M37).
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { ReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { isSnowflake, type Snowflake } from "#domain/ash/Snowflake.ts"
import { all, fewestDays, flag, setting, shaped, whole, word } from "#runtime/SettingRules.ts"

const DAY = 86_400_000
const WEEKDAYS = ["sunday", "monday", "tuesday", "wednesday", "thursday", "friday", "saturday"] as const

const Id = Schema.String.check(Schema.makeFilter(isSnowflake))
const id = shaped("Discord ids as a string of digits", Id)
const ids = shaped('JSON lists of quoted ids, like ["123456789012345678"]', Schema.fromJsonString(Schema.Array(Id)))

/** One channel under the one name, several under the other; posted to each of both (C13). */
const channels = all({
  one: Config.option(setting("BOT_WEEKLY_REPORT_CHANNEL_ID", id)),
  many: setting("BOT_WEEKLY_REPORT_CHANNEL_IDS", ids).pipe(Config.withDefault<ReadonlyArray<Snowflake>>([]))
}).pipe(Effect.map(({ many, one }) => [...new Set([...Option.toArray(one), ...many])]))

const schedule = Effect.gen(function* () {
  const { day, ...rest } = yield* all({
    enabled: flag("BOT_WEEKLY_REPORT_ENABLED", true),
    day: word("BOT_WEEKLY_REPORT_DAY", WEEKDAYS, "monday"),
    hour: whole("BOT_WEEKLY_REPORT_HOUR", 0, 23, 9),
    channels
  })
  const found = { ...rest, day: WEEKDAYS.indexOf(day) }
  if (found.enabled && found.channels.length === 0) {
    yield* Effect.logWarning("BOT_WEEKLY_REPORT_CHANNEL_ID is not set: the weekly report is not posted")
  }
  return found
})

const aggregateDays = fewestDays(
  [
    "BOT_METRICS_AGGREGATE_RETENTION_DAYS",
    "BOT_RETENTION_AGGREGATES_DAYS",
    "BOT_RESPONSE_METRICS_AGGREGATE_RETENTION_DAYS"
  ],
  { minimum: 30, maximum: 730 },
  365
)

/** The policy of this process. Fails when a variable does not parse or is out of range. */
export const reportPolicy: Effect.Effect<ReportPolicy, Config.ConfigError> = all({
  aggregateTtlMs: Effect.map(aggregateDays, (days) => days * DAY),
  schedule
})
