/** `tardigrade report`: the weekly report of a week, counted now; or posted where the team reads it. */
import * as Clock from "effect/Clock"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { isoWeekOf, WEEK_MS } from "#domain/ash/ReportCalendar.ts"
import { Url } from "../Flags.ts"
import { operator } from "../Operator.ts"
import { answer, say } from "../Output.ts"

export const report = Command.make(
  "report",
  {
    week: Flag.String("week").pipe(
      Flag.withMetavar("2026-W47"),
      Flag.withDescription("The ISO week (default: last week)"),
      Flag.optional
    ),
    details: Flag.Boolean("details").pipe(
      Flag.withDescription("Medians, the slowest tenth and goals kept as well"),
      Flag.withDefault(false)
    ),
    post: Flag.Boolean("post").pipe(
      Flag.withDescription("Post it in the report's channels instead of printing it"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ details, post, week: asked }) {
    const api = yield* operator
    const now = yield* Clock.currentTimeMillis
    const week = Option.getOrElse(asked, () => "") || isoWeekOf(now - WEEK_MS)
    if (!post) {
      const found = yield* api.reports.week({ params: { week } })
      if (found.week >= isoWeekOf(now)) yield* say("This week is not over yet.")
      return yield* answer(found, (report) => (details ? `${report.text}\n\n${report.details}` : report.text))
    }
    yield* answer(
      { week, ...(yield* api.reports.post({ params: { week } })) },
      () => `The report of ${week} will be posted.`
    )
    if (Option.isNone(yield* Url)) yield* say("A running service posts it; it waits until there is one.")
  })
).pipe(Command.withDescription("The weekly report, printed or posted"))
