/** How an analyst's session is kept, from the environment, under the documented names (U6, U7). */
import type * as Config from "effect/Config"
import type * as Effect from "effect/Effect"
import { defaultSessionPolicy, type SessionPolicy } from "#domain/analyst/AnalystSession.ts"
import { all, time, whole } from "#runtime/SettingRules.ts"

const SECOND = 1000
const YEAR_SECONDS = 365 * 86_400

/** `DEFAULT_MESSAGE_LIMIT` 30, from 2 to 1000 messages; `SESSION_TTL_SECONDS` 604800, from a minute to a year. */
export const sessionPolicy: Effect.Effect<SessionPolicy, Config.ConfigError> = all({
  messageLimit: whole("DEFAULT_MESSAGE_LIMIT", 2, 1000, defaultSessionPolicy.messageLimit),
  ttlMs: time("SESSION_TTL_SECONDS", SECOND, 60, YEAR_SECONDS, defaultSessionPolicy.ttlMs)
})
