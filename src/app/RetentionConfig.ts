/**
 * Cleaning up from the environment, under the documented names (M43, M45, M46, M54). How long alert metrics, aggregates and
 * session data live is read by the policies that write them (`AshConfig`, `ReportConfig`), so that a key's time to live and
 * its removal never differ.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { ReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { ashRetentionRules, retentionTerms } from "#domain/ash/RetentionRules.ts"
import { conversationRetentionRules } from "#domain/conversation/RetentionRules.ts"
import type { RetentionRule } from "#domain/Retention.ts"
import type { RetentionSchedule } from "#domain/RetentionReport.ts"
import { flag, time, Whole, whole } from "./ConfigRules.ts"

const DAY = 86_400_000
const MEGABYTE = 1024 * 1024

export interface RetentionSettings {
  readonly schedule: RetentionSchedule
  readonly rules: ReadonlyArray<RetentionRule>
  /** A warning is due when the store uses more; `null` = never for that reason. */
  readonly warnBytes: number | null
}

/** The settings of this process. Fails when a variable does not parse or is out of range. */
export const retentionSettings = (
  ash: AshPolicy,
  report: Pick<ReportPolicy, "aggregateTtlMs">
): Effect.Effect<RetentionSettings, Config.ConfigError> =>
  Effect.gen(function* () {
    const schedule = yield* Config.all({
      enabled: flag("BOT_RETENTION_ENABLED", true),
      hour: whole("BOT_RETENTION_CLEANUP_HOUR", 0, 23, 3)
    })
    const historyMs = yield* time("BOT_RETENTION_MESSAGE_HISTORY_DAYS", DAY, 1, 30, 7 * DAY)
    const warnAt = yield* Config.option(
      Config.schema(Whole({ minimum: 1, maximum: 1_000_000 }), "BOT_RETENTION_STORAGE_WARN_MB")
    )
    const terms = retentionTerms(ash, report, historyMs)
    return {
      schedule,
      rules: [...ashRetentionRules(terms), ...conversationRetentionRules],
      warnBytes: Option.getOrNull(Option.map(warnAt, (megabytes) => megabytes * MEGABYTE))
    }
  })
