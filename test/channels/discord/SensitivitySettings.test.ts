/** How closely channels are watched, as the operator writes it. */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import { sensitivitySettings } from "#channels/discord/SensitivitySettings.ts"
import { channelSensitivity, defaultSensitivity } from "#domain/ash/Sensitivity.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const read = (env: Readonly<Record<string, string>>) =>
  Effect.provideService(
    Effect.gen(function* () {
      return yield* sensitivitySettings
    }),
    ConfigProvider.ConfigProvider,
    ConfigProvider.fromEnv({ env })
  )

describe("sensitivitySettings", () => {
  it.effect("has the documented defaults", () =>
    Effect.gen(function* () {
      expect(yield* read({})).toEqual(defaultSensitivity)
    })
  )

  it.effect("reads ranges, default and weights", () =>
    Effect.gen(function* () {
      const settings = yield* read({
        BOT_SENSITIVITY_RANGE_LOW: "0.2 - 0.4",
        BOT_SENSITIVITY_DEFAULT: "0.9",
        BOT_LOW_PRIORITY_CHANNELS: '{"123456789012345678": 0.5}',
        BOT_HIGH_PRIORITY_CHANNELS: '{"223456789012345678": 1}'
      })
      expect(channelSensitivity(settings, "123456789012345678")).toBeCloseTo(0.3, 10)
      expect(channelSensitivity(settings, "223456789012345678")).toBe(1.5)
      expect(channelSensitivity(settings, "323456789012345678")).toBe(0.9)
    })
  )

  for (const [name, value] of [
    ["BOT_SENSITIVITY_RANGE_HIGH", "1.5-1.0"],
    ["BOT_SENSITIVITY_RANGE_LOW", "0-0.5"],
    ["BOT_SENSITIVITY_RANGE_MEDIUM", "0.6"],
    ["BOT_SENSITIVITY_DEFAULT", "0"],
    ["BOT_SENSITIVITY_DEFAULT", "loud"],
    ["BOT_LOW_PRIORITY_CHANNELS", '{"123456789012345678": 1.5}'],
    ["BOT_MEDIUM_PRIORITY_CHANNELS", '{"general": 0.5}'],
    ["BOT_HIGH_PRIORITY_CHANNELS", "[1]"]
  ] as const) {
    it.effect(`refuses ${name}=${value} by its name`, () =>
      Effect.gen(function* () {
        const refused = yield* Effect.flip(read({ [name]: value }))
        expect(String(refused)).toContain(name)
      })
    )
  }
})
