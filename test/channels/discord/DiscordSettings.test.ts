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
        expect(message).toContain('allowed are JSON lists of quoted ids, like ["123456789012345678"]')
        expect(message).toContain('["BOT_MONITORED_CHANNELS"]')
      })
    )
  }
})

describe("an address", () => {
  it.effect("is taken without its last slash", () =>
    Effect.gen(function* () {
      const { apiBaseUrl } = yield* read({ DISCORD_API_BASE_URL: "http://127.0.0.1:8080/api/" })
      expect(apiBaseUrl).toBe("http://127.0.0.1:8080/api")
    })
  )

  for (const name of ["DISCORD_API_BASE_URL", "PLURALKIT_API_BASE_URL"])
    for (const value of ["https://user:pass@example.org/api", "ftp://example.org", "nowhere"])
      it.effect(`of ${name} that is ${value} is refused, and not repeated`, () =>
        Effect.gen(function* () {
          const { message } = (yield* Effect.flip(read({ [name]: value }))).cause
          expect(message).toContain(name)
          expect(message).not.toContain("example.org")
          expect(message).not.toContain("pass@")
        })
      )
})
