/**
 * Answers the routes of `OperatorApi`. All but posting a report and counting days anew only look: at the store, and at what
 * the views make of it.
 */
import { randomUUID } from "node:crypto"
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpApiBuilder from "effect/http-api/HttpApiBuilder"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import { dayOf } from "#domain/ash/AlertMetrics.ts"
import { datesOf } from "#domain/ash/ReportCalendar.ts"
import type { WeeklyReportEvent } from "#domain/ash/ReportPolicy.ts"
import { renderReportDetails, renderWeeklyReport } from "#domain/ash/WeeklyReport.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { Housekeeping } from "#runtime/ports/Housekeeping.ts"
import { flag } from "#runtime/SettingRules.ts"
import { addressOf } from "./Addresses.ts"
import { AdminApi } from "./Api.ts"
import { readAlerts, readDays } from "./DeskRecords.ts"
import { rebuildDays } from "./DayRebuild.ts"
import { OpenAlerts, reportOfMeasured, reportOfOpen, reportOfRehearsal, reportOfWaiting } from "./OperatorReports.ts"
import { OperatorViews } from "./OperatorViews.ts"
import { MalformedRequest, NotFound, ofTurn, Refused, tryLater } from "./Problems.ts"
import { groupsOf, statsOf } from "./StatsReports.ts"
import { tableOf } from "./StatsTable.ts"
import { upkeep } from "./UpkeepRoutes.ts"

const DEFAULT_LIMIT = 100
const DEFAULT_DAYS = 7
const DAY = 86_400_000

/** The last `days` UTC days, the newest first. */
const daysUntil = (now: number, days: number): ReadonlyArray<string> =>
  Array.from({ length: days }, (_, back) => dayOf(now - back * DAY))

interface Period {
  readonly days?: number
  /** The last day; default today. */
  readonly until?: string
}

/** Its days, the oldest first. */
const datesIn = ({ days = DEFAULT_DAYS, until }: Period, now: number): ReadonlyArray<string> =>
  daysUntil(until === undefined ? now : Date.parse(until), days).toReversed()

/** Whether alerts are measured here (M17); either name switches it off (C12). */
const measuring = Config.map(
  Config.all(["BOT_METRICS_ENABLED", "BOT_RESPONSE_METRICS_ENABLED"].map((name) => flag(name, true))),
  (all) => all.every((on) => on)
)

const work = HttpApiBuilder.group(
  AdminApi,
  "work",
  Effect.fnUntraced(function* (handlers) {
    const store = yield* ActorStore
    const views = yield* OperatorViews
    return handlers.handleAll({
      waiting: ({ query }) =>
        store.waiting(query.limit ?? DEFAULT_LIMIT).pipe(
          Effect.map((waiting) => waiting.map(reportOfWaiting)),
          Effect.mapError(tryLater)
        ),
      rehearse: Effect.fnUntraced(function* ({ params }) {
        const rehearsed = yield* views.rehearse(yield* addressOf(params)).pipe(
          Effect.catchTags({
            UnknownActorType: () => Effect.fail(new NotFound({ what: "actor-type" })),
            StoreUnavailable: (error) => Effect.fail(tryLater(error))
          })
        )
        return rehearsed === null ? yield* new NotFound({ what: "actor" }) : reportOfRehearsal(rehearsed)
      })
    })
  })
)

const desk = HttpApiBuilder.group(
  AdminApi,
  "desk",
  Effect.fnUntraced(function* (handlers) {
    const store = yield* ActorStore
    const system = yield* ActorSystem
    const views = yield* OperatorViews
    const keeping = yield* Housekeeping
    const isMeasuring = yield* measuring
    const daysOf = Effect.fnUntraced(function* (period: Period) {
      return yield* Effect.mapError(readDays(store, datesIn(period, yield* system.now)), tryLater)
    })
    const home = yield* Config.option(Config.NonEmptyString("BOT_DISCORD_GUILD_ID"))
    return handlers.handleAll({
      alerts: Effect.fnUntraced(function* ({ query }) {
        const { days = DEFAULT_DAYS, state = "open", guild = Option.getOrUndefined(home) } = query
        if (guild === undefined) return yield* new MalformedRequest({ field: "guild" })
        if (state === "open") {
          const seen = yield* Effect.mapError(views.look(address("desk", guild)), ofTurn)
          if (seen === null) return yield* new NotFound({ what: "desk" })
          const { open } = yield* Effect.orDie(Schema.decodeUnknownEffect(OpenAlerts)(seen.reply))
          return open.map(reportOfOpen)
        }
        const dates = daysUntil(yield* system.now, days)
        const alerts = yield* Effect.mapError(readAlerts(store, dates), tryLater)
        return alerts.filter(({ guild_id }) => guild_id === null || guild_id === guild).map(reportOfMeasured)
      }),
      stats: Effect.fnUntraced(function* ({ query }) {
        const days = yield* daysOf(query)
        return statsOf(days, { by: query.by, measuring: isMeasuring })
      }),
      statsTable: Effect.fnUntraced(function* ({ query }) {
        return tableOf(groupsOf(yield* daysOf(query), query.by ?? "day"))
      }),
      rebuild: Effect.fnUntraced(function* ({ payload }) {
        if (!isMeasuring) return yield* new Refused({ code: "off" })
        const dates = datesIn({ days: 1, ...payload }, yield* system.now)
        return yield* Effect.mapError(rebuildDays({ store, system, views, keeping }, dates), ofTurn)
      })
    })
  })
)

/** The one weekly report of a deployment. */
const WEEKLY_REPORT = address("weekly-report", "main")
const Answer = Schema.Struct({ accepted: Schema.Boolean, because: Schema.NullOr(Schema.String) })

const reports = HttpApiBuilder.group(
  AdminApi,
  "reports",
  Effect.fnUntraced(function* (handlers) {
    const store = yield* ActorStore
    const system = yield* ActorSystem
    return handlers.handleAll({
      week: Effect.fnUntraced(function* ({ params: { week } }) {
        const dates = datesOf(week)
        if (dates === null) return yield* new MalformedRequest({ field: "week" })
        const days = yield* Effect.mapError(readDays(store, dates), tryLater)
        const [from = "", to = ""] = [dates[0], dates.at(-1)]
        return { week, from, to, text: renderWeeklyReport({ days }, {}), details: renderReportDetails({ days }) }
      }),
      post: Effect.fnUntraced(function* ({ params: { week } }) {
        const id = `operator:${randomUUID()}`
        const wish: WeeklyReportEvent = { type: "REPORT_NOW", id, week, by: "operator", at: yield* system.now }
        const reply = yield* Effect.mapError(system.ask(WEEKLY_REPORT, { ...wish }, { id }), ofTurn)
        const { accepted, because } = yield* Effect.orDie(Schema.decodeUnknownEffect(Answer)(reply))
        return accepted ? ({ status: "accepted" } as const) : yield* new Refused({ code: because ?? "refused" })
      })
    })
  })
)

export const operatorHandlers = Layer.mergeAll(work, desk, reports, upkeep)
