/**
 * How closely each channel is watched, from the environment. Ranges are written `0.3-0.6`, channels as a JSON object of
 * channel id to weight. A value outside its range ends the start with the variable's name and what is
 * allowed.
 */
import * as Config from "effect/Config"
import type * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import {
  type ChannelWeights,
  defaultSensitivity,
  type SensitivityRange,
  type SensitivitySettings
} from "#domain/ash/Sensitivity.ts"
import { isSnowflake } from "#domain/ash/Snowflake.ts"
import { all, numbers, type Rule, setting, shaped } from "#runtime/SettingRules.ts"

/** No channel is switched off by a factor, and none is made deafening. */
const LEAST = 0.1
const MOST = 3

const inRange = (value: number): boolean => value >= LEAST && value <= MOST

const readRange = (text: string): SensitivityRange | null => {
  const match = /^\s*(\d+(?:\.\d+)?)\s*-\s*(\d+(?:\.\d+)?)\s*$/.exec(text)
  if (match === null) return null
  const [minimum, maximum] = [Number(match[1]), Number(match[2])]
  return inRange(minimum) && inRange(maximum) && minimum <= maximum ? { minimum, maximum } : null
}

const ranges: Rule<SensitivityRange> = {
  allowed: `two numbers from ${LEAST} to ${MOST}, the smaller first, such as 0.3-0.6`,
  shown: true,
  read: (text) => readRange(text) ?? undefined
}

const Weight = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

const weightsOf = shaped(
  "JSON objects of channel id to a number from 0 to 1",
  Schema.fromJsonString(
    Schema.Record(Schema.String, Weight).check(
      Schema.makeFilter((weights: Readonly<Record<string, number>>) => Object.keys(weights).every(isSnowflake))
    )
  )
)

const range = (name: string, standard: SensitivityRange): Config.Config<SensitivityRange> =>
  setting(name, ranges).pipe(Config.withDefault(standard))

const weights = (name: string): Config.Config<ChannelWeights> =>
  setting(name, weightsOf).pipe(Config.withDefault<ChannelWeights>({}))

/**
 * `BOT_SENSITIVITY_RANGE_LOW` 0.3-0.6, `_MEDIUM` 0.6-0.9, `_HIGH` 1.0-1.5; `BOT_SENSITIVITY_DEFAULT` 1.0;
 * `BOT_LOW_PRIORITY_CHANNELS`, `BOT_MEDIUM_PRIORITY_CHANNELS`, `BOT_HIGH_PRIORITY_CHANNELS` none.
 */
export const sensitivitySettings: Effect.Effect<SensitivitySettings, Config.ConfigError> = all({
  ranges: all({
    low: range("BOT_SENSITIVITY_RANGE_LOW", defaultSensitivity.ranges.low),
    medium: range("BOT_SENSITIVITY_RANGE_MEDIUM", defaultSensitivity.ranges.medium),
    high: range("BOT_SENSITIVITY_RANGE_HIGH", defaultSensitivity.ranges.high)
  }),
  standard: setting("BOT_SENSITIVITY_DEFAULT", numbers({ minimum: LEAST, maximum: MOST })).pipe(
    Config.withDefault(defaultSensitivity.standard)
  ),
  channels: all({
    low: weights("BOT_LOW_PRIORITY_CHANNELS"),
    medium: weights("BOT_MEDIUM_PRIORITY_CHANNELS"),
    high: weights("BOT_HIGH_PRIORITY_CHANNELS")
  })
})
