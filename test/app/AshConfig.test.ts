import * as Effect from "effect/Effect"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Logger from "effect/Logger"
import { ashPolicy } from "#app/AshConfig.ts"
import { provider } from "#app/Secrets.ts"
import { linesOf } from "#app/StartFailure.ts"
import { defaultAshPolicy } from "#domain/ash/AshPolicy.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const DAY = 24 * 3600_000

/** The policy of an environment, and what was logged while it was read. */
const read = (env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => void lines.push(String(message)))
    const policy = yield* ashPolicy.pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, provider({ SECRETS_DIR: "/nonexistent", ...env })),
      Effect.provide(Logger.layer([logger]))
    )
    return { policy, lines }
  })

describe("Ash's policy from the environment", () => {
  it.effect("is the documented one when nothing is set, and warns that 14 and 7 days meet (C1)", () =>
    Effect.gen(function* () {
      const { policy, lines } = yield* read({})
      expect(policy).toEqual(defaultAshPolicy)
      expect(lines).toHaveLength(1)
      expect(lines[0]).toContain("BOT_RETENTION_MESSAGE_HISTORY_DAYS")
    })
  )

  it.effect("keeps history as long as its key when retention is off", () =>
    Effect.gen(function* () {
      const { policy, lines } = yield* read({ BOT_RETENTION_ENABLED: "false", BOT_HISTORY_TTL_DAYS: "30" })
      expect(policy.history).toMatchObject({ ttlMs: 30 * DAY, maxAgeMs: null })
      expect(lines).toEqual([])
    })
  )

  it.effect.each([
    ["BOT_AUTO_INITIATE_DELAY_MINUTES", "61", "61; allowed are whole numbers from 1 to 60"],
    ["BOT_ALERT_COOLDOWN", "3601", "3601; allowed are whole numbers from 0 to 3600"],
    ["BOT_ASH_SESSION_TIMEOUT", "59", "59; allowed are whole numbers from 60 to 900"],
    ["BOT_ASH_MAX_SESSION", "1801", "1801; allowed are whole numbers from 300 to 1800"],
    ["BOT_USER_OPTOUT_TTL_DAYS", "366", "366; allowed are whole numbers from 0 to 365 and the word permanent"],
    ["BOT_RETENTION_SESSION_DATA_DAYS", "6", "6; allowed are whole numbers from 7 to 90"],
    ["BOT_HISTORY_MIN_SEVERITY", "safe", "safe; allowed are low, medium, high, critical"],
    [
      "BOT_ESCALATION_HIGH_MINUTES",
      "[5,5]",
      "[5,5]; allowed are JSON lists of at most three rising whole numbers from 1 to 10080, like [5, 15, 30]"
    ]
  ])("refuses %s=%s with its name, its value and what is allowed", ([name = "", value = "", rule = ""]) =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(read({ [name]: value }))
      expect(linesOf(failure, () => value)).toEqual([`${name} is ${rule}`])
    })
  )

  it.effect("takes the stricter of two names for one thing, and says so (C12)", () =>
    Effect.gen(function* () {
      const { policy, lines } = yield* read({
        BOT_METRICS_RETENTION_DAYS: "60",
        BOT_RETENTION_ALERT_METRICS_DAYS: "20",
        BOT_METRICS_ENABLED: "true",
        BOT_RESPONSE_METRICS_ENABLED: "false"
      })
      expect(policy.alerts.metrics).toEqual({ enabled: false, ttlMs: 20 * DAY })
      expect(lines.filter((line) => line.includes("differ"))).toHaveLength(3)
    })
  )

  it.effect.each(["0", "permanent"])("reads an opt-out of %s days as for good (C28)", (value) =>
    Effect.gen(function* () {
      const { policy } = yield* read({ BOT_USER_OPTOUT_TTL_DAYS: value })
      expect(policy.optOut.ttlMs).toBeNull()
    })
  )

  it.effect("reads the minutes of an escalation as steps to ever wider circles (B5)", () =>
    Effect.gen(function* () {
      const { policy } = yield* read({ BOT_ESCALATION_MEDIUM_MINUTES: "[30,60]" })
      expect(policy.alerts.escalation.medium).toEqual([
        { afterMs: 30 * 60_000, audience: "crt" },
        { afterMs: 60 * 60_000, audience: "wider" }
      ])
    })
  )
})
