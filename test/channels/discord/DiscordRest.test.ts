import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { DiscordFailure, DiscordRest, type DiscordRequest } from "#channels/discord/DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "#channels/discord/DiscordSettings.ts"
import { describe, expect, it } from "#test/harness/effect.ts"
import { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import type { Fault } from "#test/harness/discord/Faults.ts"

const world = Effect.fnUntraced(function* (token: string | null = "stand-in-token") {
  const discord = yield* Effect.acquireRelease(
    Effect.promise(() => DiscordStandIn.start({ guilds: [{ name: "Haven", channels: [{ name: "talk" }] }] })),
    (discord) => Effect.promise(() => discord.stop())
  )
  const settings = {
    token: token === null ? null : Redacted.make(token),
    apiBaseUrl: discord.apiBaseUrl
  } as DiscordSettingsService
  const context = yield* Layer.build(DiscordRest.layer.pipe(Layer.provide(Layer.succeed(DiscordSettings, settings))))
  const { request } = yield* Effect.provide(DiscordRest, context)
  const talk = discord.id("talk")
  const post = (content: string, more: DiscordRequest = {}) =>
    request("POST", `/channels/${talk}/messages`, { body: { content }, ...more })
  const look = request("GET", `/channels/${talk}`)
  return { discord, request, post, look, talk }
})

const failure = (kind: DiscordFailure["kind"], code: number | null = null) => new DiscordFailure({ kind, code })

describe("DiscordRest", () => {
  it.live("answers JSON, and null where there is none", () =>
    Effect.gen(function* () {
      const { discord, look, post, request, talk } = yield* world()
      expect(yield* look).toMatchObject({ id: talk, name: "talk" })
      const message = (yield* post("hello")) as { readonly id: string }
      expect(yield* request("GET", `/channels/${talk}/messages`, { query: { limit: 1 } })).toMatchObject([message])
      expect(yield* request("DELETE", `/channels/${talk}/messages/${message.id}`)).toBeNull()
      expect(discord.calls.every(({ authorised }) => authorised)).toBe(true)
    })
  )

  const spoiled: ReadonlyArray<readonly [string, Fault, DiscordFailure]> = [
    ["no permission", { kind: "status", status: 403, code: 50_013 }, failure("forbidden", 50_013)],
    ["an unknown channel", { kind: "status", status: 404, code: 10_003 }, failure("not_found", 10_003)],
    ["a bad form", { kind: "status", status: 400, code: 50_035, message: "secret words" }, failure("invalid", 50_035)],
    ["trouble of Discord's", { kind: "status", status: 503 }, failure("unavailable")],
    ["a broken connection", { kind: "reset" }, failure("unavailable")],
    ["an early end", { kind: "hang-up" }, failure("unavailable")]
  ]
  it.live.each(spoiled)(
    "says %s in one word with Discord's code, asks once, and repeats nothing of the request",
    ([, fault, expected]) =>
      Effect.gen(function* () {
        const { discord, post } = yield* world()
        discord.faults.arm("POST /channels/*/messages", fault, 10)
        const failed = yield* Effect.flip(post("the member's words"))
        expect(failed).toEqual(expected)
        expect(JSON.stringify(failed) + String(failed) + String(failed.stack)).not.toMatch(
          /member's words|secret words|stand-in-token/
        )
        expect(discord.callsTo("POST /channels/*/messages")).toHaveLength(1)
      })
  )

  it.live("asks a GET three times before it gives up", () =>
    Effect.gen(function* () {
      const { discord, look, talk } = yield* world()
      discord.faults.arm("GET /channels/*", { kind: "status", status: 502 }, 2)
      expect(yield* look).toMatchObject({ id: talk })
      discord.faults.arm("GET /channels/*", { kind: "reset" }, 3)
      expect(yield* Effect.flip(look)).toEqual(failure("unavailable"))
      expect(discord.callsTo("GET /channels/*")).toHaveLength(6)
    })
  )

  it.live("waits out a short rate limit, and hands a long one to the caller", () =>
    Effect.gen(function* () {
      const { discord, post } = yield* world()
      discord.faults.arm("POST /channels/*/messages", { kind: "rate-limit", retryAfter: 0.2 })
      yield* post("one")
      expect(discord.callsTo("POST /channels/*/messages").map(({ status }) => status)).toEqual([429, 200])
      discord.faults.arm("POST /channels/*/messages", { kind: "rate-limit", retryAfter: 60 })
      const failed = yield* Effect.flip(post("two"))
      expect(failed.kind).toBe("rate_limited")
      expect(failed.retryAfterMs).toBeGreaterThan(59_000)
    })
  )

  it.live("keeps asking with the token after a 401, which the library would not", () =>
    Effect.gen(function* () {
      const { discord, look, talk } = yield* world()
      discord.faults.arm("GET /channels/*", { kind: "status", status: 401, code: 0 })
      expect((yield* Effect.flip(look)).kind).toBe("unauthorized")
      expect(yield* look).toMatchObject({ id: talk })
    })
  )

  it.live("gives up when told to, and ends the call", () =>
    Effect.gen(function* () {
      const { discord, post } = yield* world()
      const held = discord.faults.arm("POST /channels/*/messages", { kind: "hold" })
      const failing = yield* Effect.forkChild(Effect.flip(post("slow", { within: "200 millis" })))
      yield* Effect.promise(() => held.met())
      expect(yield* Fiber.join(failing)).toEqual(failure("unavailable"))
      held.release()
    })
  )

  it.live("without a token fails at once, except where none is needed", () =>
    Effect.gen(function* () {
      const { discord, look, post } = yield* world(null)
      expect(yield* Effect.flip(look)).toEqual(failure("unauthorized"))
      expect(discord.calls).toEqual([])
      expect((yield* Effect.flip(post("x", { auth: false }))).kind).toBe("unauthorized")
      expect(discord.calls.map(({ authorised }) => authorised)).toEqual([false])
    })
  )
})
