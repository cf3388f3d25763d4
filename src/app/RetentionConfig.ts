/**
 * Cleaning up from the environment, under the documented names (M43, M45, M46, M54). How long alert metrics, aggregates and
 * session data live is read by the policies that write them (`AshConfig`, `ReportConfig`), so that a key's time to live and
 * its removal never differ.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { SessionPolicy } from "#domain/analyst/AnalystSession.ts"
import { analystRetentionRules } from "#domain/analyst/RetentionRules.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { ReportPolicy } from "#domain/ash/ReportPolicy.ts"
import { ashRetentionRules, retentionTerms } from "#domain/ash/RetentionRules.ts"
import { conversationRetentionRules } from "#domain/conversation/RetentionRules.ts"
import { developerRetentionRules } from "#domain/developer/RetentionRules.ts"
import type { RetentionRule } from "#domain/Retention.ts"
import type { RetentionSchedule } from "#domain/RetentionReport.ts"
import { all, flag, setting, time, whole, wholeNumbers } from "#runtime/SettingRules.ts"

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
  report: Pick<ReportPolicy, "aggregateTtlMs">,
  session: Pick<SessionPolicy, "ttlMs">
): Effect.Effect<RetentionSettings, Config.ConfigError> =>
  all({
    enabled: flag("BOT_RETENTION_ENABLED", true),
    hour: whole("BOT_RETENTION_CLEANUP_HOUR", 0, 23, 3),
    historyMs: time("BOT_RETENTION_MESSAGE_HISTORY_DAYS", DAY, 1, 30, 7 * DAY),
    warnAt: Config.option(setting("BOT_RETENTION_STORAGE_WARN_MB", wholeNumbers({ minimum: 1, maximum: 1_000_000 })))
  }).pipe(
    Effect.map(({ historyMs, warnAt, ...schedule }) => ({
      schedule,
      rules: [
        ...ashRetentionRules(retentionTerms(ash, report, historyMs)),
        ...conversationRetentionRules,
        ...analystRetentionRules(session),
        ...developerRetentionRules
      ],
      warnBytes: Option.getOrNull(Option.map(warnAt, (megabytes) => megabytes * MEGABYTE))
    }))
  )
