/** Cleaning up from the environment: documented names, ranges and defaults, and one reading of every limit. */
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Logger from "effect/Logger"
import { ashPolicy } from "#app/AshConfig.ts"
import { reportPolicy } from "#app/ReportConfig.ts"
import { retentionSettings } from "#app/RetentionConfig.ts"
import { provider } from "#app/Secrets.ts"
import { linesOf } from "#app/StartFailure.ts"
import { defaultSessionPolicy } from "#domain/analyst/AnalystSession.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const DAY = 24 * 3600_000

/** The settings of an environment, as the service reads them, and what was logged meanwhile. */
const read = (env: Readonly<Record<string, string>>) =>
  Effect.gen(function* () {
    const lines: Array<string> = []
    const logger = Logger.make(({ message }) => void lines.push(String(message)))
    const settings = yield* Effect.gen(function* () {
      return yield* retentionSettings(yield* ashPolicy, yield* reportPolicy, defaultSessionPolicy)
    }).pipe(
      Effect.provideService(ConfigProvider.ConfigProvider, provider({ SECRETS_DIR: "/nonexistent", ...env })),
      Effect.provide(Logger.layer([logger]))
    )
    const days = Object.fromEntries(
      settings.rules.map((rule) => [
        rule.dataType,
        (rule.shape === "sortedSet" ? rule.entriesMs : (rule.ttlMs ?? 0)) / DAY
      ])
    )
    return { ...settings, days, lines: lines.filter((line) => !line.includes("WEEKLY")) }
  })

describe("the retention settings from the environment", () => {
  it.effect("are the documented ones when nothing is set (M40-M46)", () =>
    Effect.gen(function* () {
      const { days, schedule, warnBytes } = yield* read({})
      expect(schedule).toEqual({ enabled: true, hour: 3 })
      expect(warnBytes).toBeNull()
      expect(days).toMatchObject({
        ...{ message_history: 7, alert_metrics: 90, alert_index: 90, daily_aggregates: 365 },
        ...{ session_data: 30, session_notes: 30, follow_ups: 30, opt_outs: 30 }
      })
    })
  )

  it.effect("are what is set, under every documented name", () =>
    Effect.gen(function* () {
      const { days, lines, schedule, warnBytes } = yield* read({
        ...{ BOT_RETENTION_ENABLED: "false", BOT_RETENTION_CLEANUP_HOUR: "0", BOT_RETENTION_ALERT_METRICS_DAYS: "1" },
        ...{ BOT_RETENTION_AGGREGATES_DAYS: "730", BOT_RETENTION_MESSAGE_HISTORY_DAYS: "12" },
        ...{ BOT_RETENTION_SESSION_DATA_DAYS: "90", BOT_RETENTION_STORAGE_WARN_MB: "512" }
      })
      expect(schedule).toEqual({ enabled: false, hour: 0 })
      expect(warnBytes).toBe(512 * 1024 * 1024)
      expect(days).toMatchObject({
        ...{ message_history: 12, alert_metrics: 1, alert_index: 1, daily_aggregates: 730, session_data: 90 }
      })
      expect(lines).toEqual([])
    })
  )

  it.effect("take the shorter where two names mean one thing, and say so once (C12)", () =>
    Effect.gen(function* () {
      const { days, lines } = yield* read({
        ...{ BOT_RETENTION_ALERT_METRICS_DAYS: "50", BOT_METRICS_RETENTION_DAYS: "20" },
        ...{ BOT_RETENTION_AGGREGATES_DAYS: "40", BOT_METRICS_AGGREGATE_RETENTION_DAYS: "300" },
        ...{ BOT_HISTORY_TTL_DAYS: "7" }
      })
      expect(days).toMatchObject({ alert_metrics: 20, alert_index: 20, daily_aggregates: 40 })
      expect(lines).toEqual([
        expect.stringContaining("BOT_RETENTION_ALERT_METRICS_DAYS"),
        expect.stringContaining("BOT_RETENTION_AGGREGATES_DAYS")
      ])
    })
  )

  it.effect("keep a message no longer than its key would live (C1)", () =>
    Effect.gen(function* () {
      const { days } = yield* read({ BOT_HISTORY_TTL_DAYS: "3", BOT_RETENTION_MESSAGE_HISTORY_DAYS: "30" })
      expect(days["message_history"]).toBe(3)
    })
  )

  it.effect.each([
    ["BOT_RETENTION_CLEANUP_HOUR", "24", "24; allowed are whole numbers from 0 to 23"],
    ["BOT_RETENTION_CLEANUP_HOUR", "-1", "-1; allowed are whole numbers from 0 to 23"],
    ["BOT_RETENTION_CLEANUP_HOUR", "3.5", "3.5; allowed are whole numbers from 0 to 23"],
    ["BOT_RETENTION_ENABLED", "perhaps", "perhaps; allowed are true, yes, on, 1, y, false, no, off, 0, n"],
    ["BOT_RETENTION_ALERT_METRICS_DAYS", "0", "0; allowed are whole numbers from 1 to 365"],
    ["BOT_RETENTION_ALERT_METRICS_DAYS", "366", "366; allowed are whole numbers from 1 to 365"],
    ["BOT_RETENTION_AGGREGATES_DAYS", "29", "29; allowed are whole numbers from 30 to 730"],
    ["BOT_RETENTION_AGGREGATES_DAYS", "731", "731; allowed are whole numbers from 30 to 730"],
    ["BOT_RETENTION_MESSAGE_HISTORY_DAYS", "0", "0; allowed are whole numbers from 1 to 30"],
    ["BOT_RETENTION_MESSAGE_HISTORY_DAYS", "31", "31; allowed are whole numbers from 1 to 30"],
    ["BOT_RETENTION_SESSION_DATA_DAYS", "6", "6; allowed are whole numbers from 7 to 90"],
    ["BOT_RETENTION_SESSION_DATA_DAYS", "91", "91; allowed are whole numbers from 7 to 90"],
    ["BOT_RETENTION_STORAGE_WARN_MB", "0", "0; allowed are whole numbers from 1 to 1000000"]
  ] as const)("refuse %s=%s with its name, its value and what is allowed (M53)", ([name, value, rule]) =>
    Effect.gen(function* () {
      const failure = yield* Effect.flip(read({ [name]: value }))
      expect(linesOf(failure, () => value)).toEqual([`${name} is ${rule}`])
    })
  )
})
