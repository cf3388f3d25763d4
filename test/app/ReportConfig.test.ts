import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { reportPolicy } from "#app/ReportConfig.ts"
import { provider } from "#app/Secrets.ts"
import { linesOf } from "#app/StartFailure.ts"
import { defaultReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const DAY = 24 * 3600_000
const ONE = "18446744073709551615"

/** The policy of an environment, and what was logged while it was read. */
const read = (env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => void lines.push(String(message)))
    const policy = yield* reportPolicy.pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, provider({ SECRETS_DIR: "/nonexistent", ...env })),
      Effect.provide(Logger.layer([logger]))
    )
    return { policy, lines }
  })

describe("the report's policy from the environment", () => {
  it.effect("is the documented one when nothing is set, and warns that nothing is posted (M37)", () =>
    Effect.gen(function* () {
      const { policy, lines } = yield* read({})
      expect(policy).toEqual(defaultReportPolicy)
      expect(policy).toEqual({
        aggregateTtlMs: 365 * DAY,
        schedule: { enabled: true, day: 1, hour: 9, channels: [] }
      })
      expect(lines).toEqual([expect.stringContaining("BOT_WEEKLY_REPORT_CHANNEL_ID")])
    })
  )

  it.effect("warns of nothing when no report is wanted", () =>
    Effect.gen(function* () {
      const { policy, lines } = yield* read({ BOT_WEEKLY_REPORT_ENABLED: "false" })
      expect([policy.schedule.enabled, lines]).toEqual([false, []])
    })
  )

  it.effect("posts to the one channel and to each of the several, once (C13)", () =>
    Effect.gen(function* () {
      const { policy, lines } = yield* read({
        BOT_WEEKLY_REPORT_CHANNEL_ID: ONE,
        BOT_WEEKLY_REPORT_CHANNEL_IDS: `["5", "${ONE}", "6"]`
      })
      expect(policy.schedule.channels).toEqual([ONE, "5", "6"])
      expect(lines).toEqual([])
      const several = yield* read({ BOT_WEEKLY_REPORT_CHANNEL_ID: "", BOT_WEEKLY_REPORT_CHANNEL_IDS: `["5"]` })
      expect(several.policy.schedule.channels).toEqual(["5"])
    })
  )

  it.effect.each([
    ["sunday", "0", 0],
    ["monday", "23", 1],
    ["saturday", "9", 6]
  ] as const)("reads %s at %s", ([day, hour, index]) =>
    Effect.gen(function* () {
      const { policy } = yield* read({ BOT_WEEKLY_REPORT_DAY: day, BOT_WEEKLY_REPORT_HOUR: hour })
      expect(policy.schedule).toMatchObject({ day: index, hour: Number(hour) })
    })
  )

  it.effect("keeps aggregates for the shortest of the times that are set, and says so (C12)", () =>
    Effect.gen(function* () {
      const { policy, lines } = yield* read({
        BOT_WEEKLY_REPORT_ENABLED: "false",
        BOT_METRICS_AGGREGATE_RETENTION_DAYS: "400",
        BOT_RETENTION_AGGREGATES_DAYS: "200"
      })
      expect(policy.aggregateTtlMs).toBe(200 * DAY)
      expect(lines).toEqual([expect.stringContaining("BOT_RETENTION_AGGREGATES_DAYS")])
      const longest = yield* read({ BOT_RETENTION_AGGREGATES_DAYS: "730" })
      expect(longest.policy.aggregateTtlMs).toBe(730 * DAY)
    })
  )

  it.effect.each([
    ["BOT_WEEKLY_REPORT_HOUR", "24", "24; allowed are whole numbers from 0 to 23"],
    ["BOT_WEEKLY_REPORT_HOUR", "9.5", "9.5; allowed are whole numbers from 0 to 23"],
    [
      "BOT_WEEKLY_REPORT_DAY",
      "someday",
      "someday; allowed are sunday, monday, tuesday, wednesday, thursday, friday, saturday"
    ],
    ["BOT_WEEKLY_REPORT_CHANNEL_ID", "#reports", "text (not shown); allowed are Discord ids as a string of digits"],
    [
      "BOT_WEEKLY_REPORT_CHANNEL_IDS",
      "[5]",
      'text (not shown); allowed are JSON lists of quoted ids, like ["123456789012345678"]'
    ],
    ["BOT_METRICS_AGGREGATE_RETENTION_DAYS", "29", "29; allowed are whole numbers from 30 to 730"],
    ["BOT_RETENTION_AGGREGATES_DAYS", "731", "731; allowed are whole numbers from 30 to 730"]
  ] as const)("refuses %s=%s with its name, its value and what is allowed", ([name, value, rule]) =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(read({ [name]: value }))
      expect(linesOf(failure, () => value)).toEqual([`${name} is ${rule}`])
    })
  )
})
