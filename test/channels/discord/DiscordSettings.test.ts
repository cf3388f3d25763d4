/** What an operator reads about a list of ids that is none. */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { DiscordSettings, layerConfig } from "#channels/discord/DiscordSettings.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const read = (env: Readonly<Record<string, string>>) =>
  Layer.build(layerConfig).pipe(
    Effect.map((context) => Context.get(context, DiscordSettings)),
    Effect.provideService(ConfigProvider.ConfigProvider, ConfigProvider.fromEnv({ env }))
  )

describe("a list of ids", () => {
  it.effect("is read as JSON", () =>
    Effect.gen(function* () {
      const settings = yield* read({ BOT_CRT_ROLE_IDS: '["123456789012345678", "223456789012345678"]' })
      expect(settings.crtRoles).toEqual(["123456789012345678", "223456789012345678"])
      expect(settings.monitoredChannels).toEqual([])
    })
  )

  for (const value of ["123456789012345678", "[123456789012345678]", '["general"]', "[", "{}"]) {
    it.effect(`that is ${value} is refused with how it is written`, () =>
      Effect.gen(function* () {
        const { message } = (yield* Effect.flip(read({ BOT_MONITORED_CHANNELS: value }))).cause
        expect(message.split("\n")[0]).toBe('expected a JSON list of quoted ids, like ["123456789012345678"]')
        expect(message).toContain('["BOT_MONITORED_CHANNELS"]')
      })
    )
  }
})
