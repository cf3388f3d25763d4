/**
 * The routes an operator's command line asks beyond single actors: who waits, what a record would do, alerts, numbers, the
 * weekly report. Part of `AdminApi`, whose token guards them.
 */
import * as HttpApiEndpoint from "effect/http-api/HttpApiEndpoint"
import * as HttpApiGroup from "effect/http-api/HttpApiGroup"
import * as HttpApiSchema from "effect/http-api/HttpApiSchema"
import * as OpenApi from "effect/http-api/OpenApi"
import * as Schema from "effect/Schema"
import { isDate } from "#domain/ash/AlertMetrics.ts"
import { isSnowflake } from "#domain/ash/Snowflake.ts"
import { RebuiltDay } from "./DayRebuild.ts"
import { AlertReport, PostAccepted, RehearsalReport, WaitingReport, WeekReport } from "./OperatorReports.ts"
import { MalformedRequest, NotFound, Refused, TryLaterResponse } from "./Problems.ts"
import { By, EXAMPLE, StatsReport } from "./StatsReports.ts"
import { TABLE_EXAMPLE } from "./StatsTable.ts"
import { RetentionReport, RunAccepted, RunWanted, StorageReport } from "./UpkeepReports.ts"

const describe = (summary: string, description: string) => OpenApi.annotations({ summary, description })

const Whole = (maximum: number) =>
  Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum }))

/** How many of something are answered. */
export const Limit = Whole(1000)
const Days = Whole(366)
const Day = Schema.String.annotate({ description: "The last day, in UTC", examples: ["2026-11-20"] }).check(
  Schema.makeFilter((date: string) => isDate(date) || "expected a date such as 2026-11-20")
)
const period = { days: Schema.optionalKey(Days), until: Schema.optionalKey(Day) }
const Id = Schema.String.check(Schema.makeFilter((id: string) => isSnowflake(id) || "expected a Discord id"))

export const WorkGroup = HttpApiGroup.make("work")
  .add(
    HttpApiEndpoint.get("waiting", "/api/pending", {
      query: { limit: Schema.optionalKey(Limit) },
      success: Schema.Array(WaitingReport),
      error: TryLaterResponse
    }).annotateMerge(
      describe(
        "Who has something to do",
        "Actors with due or waiting work, earliest first. `limit` is 1-1000, default 100."
      )
    ),
    HttpApiEndpoint.get("rehearse", "/api/actors/:type/:id/rehearsal", {
      params: { type: Schema.String, id: Schema.String },
      success: RehearsalReport,
      error: [NotFound, TryLaterResponse]
    }).annotateMerge(
      describe(
        "What would an actor do next",
        "Reads and migrates its record and runs its next due timer's turn, without changing anything. The id is percent-encoded."
      )
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Work", description: "404 unless `ADMIN_TOKEN` is set." }))

export const DeskGroup = HttpApiGroup.make("desk")
  .add(
    HttpApiEndpoint.get("alerts", "/api/alerts", {
      query: {
        state: Schema.optionalKey(Schema.Literals(["open", "all"])),
        guild: Schema.optionalKey(Id),
        days: Schema.optionalKey(Days)
      },
      success: Schema.Array(AlertReport),
      error: [MalformedRequest, NotFound, Refused, TryLaterResponse]
    }).annotateMerge(
      describe(
        "Crisis alerts",
        "Open ones from the guild's desk, oldest first; or all of the last `days` UTC days (default 7) from their records, newest day first. `guild` defaults to `BOT_DISCORD_GUILD_ID`."
      )
    ),
    HttpApiEndpoint.get("stats", "/api/stats", {
      query: { ...period, by: Schema.optionalKey(By) },
      success: StatsReport.annotate({ examples: [EXAMPLE] }),
      error: TryLaterResponse
    }).annotateMerge(
      describe(
        "Response times",
        "Of `days` UTC days (default 7) that end with `until` (default today); with `by` also by channel, hour, day or severity."
      )
    ),
    HttpApiEndpoint.get("statsTable", "/api/stats.csv", {
      query: { ...period, by: Schema.optionalKey(By) },
      success: Schema.String.annotate({ examples: [TABLE_EXAMPLE] }).pipe(
        HttpApiSchema.asText({ contentType: "text/csv; charset=utf-8; header=present" })
      ),
      error: TryLaterResponse
    }).annotateMerge(
      describe("Response times as CSV", "One row for each day (default), channel, hour or severity. Times in seconds.")
    ),
    HttpApiEndpoint.post("rebuild", "/api/stats/rebuild", {
      payload: Schema.Struct({
        until: Schema.optionalKey(Day),
        days: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 366 })))
      }),
      success: Schema.Array(RebuiltDay),
      error: [MalformedRequest, NotFound, Refused, TryLaterResponse]
    }).annotateMerge(
      describe(
        "Count days anew",
        "From the stored records of their alerts and conversations; what has no record any more stays as it was counted. `days` (default 1) that end with `until` (default today). 409 `off` while nothing is measured."
      )
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Crisis desk", description: "404 unless `ADMIN_TOKEN` is set." }))

const week = { week: Schema.String }

export const ReportsGroup = HttpApiGroup.make("reports")
  .add(
    HttpApiEndpoint.get("week", "/api/reports/:week", {
      params: week,
      success: WeekReport,
      error: [MalformedRequest, TryLaterResponse]
    }).annotateMerge(
      describe(
        "The report of a week",
        "`week` is an ISO week such as `2026-W47`; counted now. Responders are not named."
      )
    ),
    HttpApiEndpoint.post("post", "/api/reports/:week/post", {
      params: week,
      success: PostAccepted,
      error: [NotFound, Refused, TryLaterResponse]
    }).annotateMerge(
      describe(
        "Post the report of a week",
        "In the report's channels. 409 says why not: `busy`, `no_channel`, `unknown_week`, `week_not_over`."
      )
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Weekly report", description: "404 unless `ADMIN_TOKEN` is set." }))

export const UpkeepGroup = HttpApiGroup.make("upkeep")
  .add(
    HttpApiEndpoint.get("storage", "/api/storage", { success: StorageReport, error: TryLaterResponse }).annotateMerge(
      describe(
        "What is stored",
        "Keys and about how many bytes under each prefix. Looks through all of them: it may take a while."
      )
    ),
    HttpApiEndpoint.get("retention", "/api/retention", {
      success: RetentionReport,
      error: [NotFound, Refused, TryLaterResponse]
    }).annotateMerge(
      describe("How is cleaning up", "What is running, what the last times came to, when the next is due.")
    ),
    HttpApiEndpoint.post("cleanUp", "/api/retention", {
      payload: RunWanted,
      success: RunAccepted,
      error: [MalformedRequest, NotFound, Refused, TryLaterResponse]
    }).annotateMerge(
      describe("Clean up now", "Or, with `dryRun`, see what would be done. 409 says why not: `busy`, `off`.")
    )
  )
  .annotateMerge(OpenApi.annotations({ title: "Upkeep", description: "404 unless `ADMIN_TOKEN` is set." }))
