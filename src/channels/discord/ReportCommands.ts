/**
 * The command that asks for a weekly report now (M39). The report's own actor decides and posts; here is only the question,
 * and its answer in words.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { ReportAnswer, WeeklyReportEvent } from "#domain/ash/ReportPolicy.ts"
import type { Asker } from "./InteractionPayload.ts"
import { ask, type Means, type Trouble } from "./Means.ts"

const Answer = Schema.Struct({
  accepted: Schema.Boolean,
  because: Schema.NullOr(Schema.Literals(["busy", "no_channel", "unknown_week", "week_not_over"]))
})

const WORDS: Readonly<Record<NonNullable<ReportAnswer["because"]>, string>> = {
  busy: "A report is being made already. It appears in its channel.",
  no_channel: "No report was made: there is no channel for reports (`BOT_WEEKLY_REPORT_CHANNEL_ID`).",
  unknown_week: "No report was made: a week is written like `2026-W47`.",
  week_not_over: "No report was made: that week is not over yet."
}

/** `week`: an ISO week such as `2026-W47`; empty for the seven days that ended yesterday. */
export const report = (means: Means, asker: Asker, week: string): Effect.Effect<string, Trouble> => {
  const event: WeeklyReportEvent = {
    type: "REPORT_NOW",
    id: asker.id,
    week: week === "" ? null : week,
    by: asker.by,
    at: asker.at
  }
  return Effect.map(ask(means, asker, "weekly-report", "main", event, Answer), ({ because }) =>
    because === null ? "The report is being made. It appears in its channel." : WORDS[because]
  )
}
