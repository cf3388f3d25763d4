/**
 * The weekly report's row of the registry: one per guild, or `main` for the community the service watches. It writes no
 * documents; its timer keeps it alive while it is set.
 */
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { WeeklyReportEffects } from "#domain/ash/ReportPolicy.ts"
import { isSnowflake } from "#domain/ash/Snowflake.ts"
import { weeklyReportMachine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import { VERSION, type WeeklyReportInput } from "./schema.ts"

/** How long it is kept after its last turn while nothing is due. */
export const WEEKLY_REPORT_TTL_MS = 90 * 86_400_000

export const weeklyReportDefinition = (): ActorDefinition => ({
  type: "weekly-report",
  machine: weeklyReportMachine(),
  version: VERSION,
  migrations,
  ttlMs: WEEKLY_REPORT_TTL_MS,
  input: (id): WeeklyReportInput => ({ guildId: isSnowflake(id) ? id : null }),
  // A channel that cannot be posted in holds up no other, and two reports in one channel keep their order.
  lanes: {
    postReport: ({ channelId }: WeeklyReportEffects["postReport"]["params"]) => `post:${channelId}`,
    warnNoReportChannel: "warnings"
  },
  results: { postReport: { done: "POSTED", failed: "NOT_POSTED" } },
  // Always, once, however late: a report that was due while nobody ran is still wanted (M34).
  lateTimers: { atOnce: "fire", due: "fire" }
})
