/**
 * `tardigrade stats`: alerts by severity and how long the team took, over some days; by channel, hour, day or severity; as
 * CSV. `--rebuild` counts the days anew from the records of their alerts and conversations.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { By, type StatsReport } from "#channels/http/StatsReports.ts"
import { isDate } from "#domain/ash/AlertMetrics.ts"
import { inWords } from "#domain/ash/WeeklyReport.ts"
import { Json } from "../Flags.ts"
import { type Client, operator } from "../Operator.ts"
import { answer, pairs, plural, say, table } from "../Output.ts"
import { badUsage, failed } from "../Trouble.ts"
import { rebuiltInWords, refusedAmong } from "./rebuilt.ts"
import { storageInWords } from "./storage.ts"

type Stats = typeof StatsReport.Type

const share = (kept: number, all: number): string => (all === 0 ? "-" : `${kept} (${Math.round((100 * kept) / all)} %)`)

const OFF = "Nothing is measured now: BOT_METRICS_ENABLED is off."

const groupsInWords = ({ by, daysLeftOut, rows: all }: NonNullable<Stats["groups"]>): ReadonlyArray<string> => {
  const rows = by === "hour" ? all.filter(({ alerts }) => alerts > 0) : all
  return [
    "",
    rows.length === 0
      ? "No alerts."
      : table(
          [by.toUpperCase(), "ALERTS", "IN TIME", "NEVER", "ACKNOWLEDGE", "P90", "RESPONSE", "P90", "RESOLVE", "P90"],
          rows.map(({ acknowledged, alerts, name, neverAcknowledged, resolved, response, withinGoal }) => [
            by === "hour" ? `${name}:00` : name,
            String(alerts),
            share(withinGoal, alerts),
            String(neverAcknowledged),
            ...[acknowledged, response, resolved].flatMap(({ medianSeconds, p90Seconds }) => [
              inWords(medianSeconds),
              inWords(p90Seconds)
            ])
          ])
        ),
    ...(daysLeftOut === 0
      ? []
      : [
          "",
          `Not in these rows: ${plural(daysLeftOut, "day")} of which only the whole is known (--rebuild, while the records are there)`
        ])
  ]
}

const words = (stats: Stats): string => {
  const severities = (["critical", "high", "medium", "low"] as const).map((severity) => {
    const [all, opened, kept] = [stats.bySeverity[severity], stats.openedAs[severity], stats.withinGoal[severity]]
    return [severity, String(all), String(opened), share(kept, opened)]
  })
  const spread = (name: string, of: Stats["acknowledged"]) => [
    name,
    String(of.count),
    ...[of.averageSeconds, of.medianSeconds, of.p90Seconds].map(inWords)
  ]
  return [
    `${stats.from} to ${stats.to} (UTC)`,
    "",
    table(
      ["SEVERITY", "ALERTS", "OPENED AS", "OF THESE IN TIME"],
      [...severities, ["all", String(stats.alerts), String(stats.alerts), ""]]
    ),
    "",
    table(
      ["TIME TO", "ALERTS", "AVERAGE", "MEDIAN", "P90"],
      [
        spread("acknowledge", stats.acknowledged),
        spread("Ash's contact", stats.ashContact),
        spread("a person's response", stats.response),
        spread("resolve", stats.resolved)
      ]
    ),
    "",
    pairs([
      ["never acknowledged", String(stats.neverAcknowledged)],
      ["expired unresolved", String(stats.expired)],
      ["false alarms", String(stats.falsePositives)],
      ["Ash went by itself", String(stats.autoInitiated)]
    ]),
    ...(stats.averagesOnlyDays === 0 ? [] : ["", `Days of which only averages are known: ${stats.averagesOnlyDays}`]),
    ...(stats.groups === null ? [] : groupsInWords(stats.groups)),
    ...(stats.measuring ? [] : ["", OFF])
  ].join("\n")
}

const rebuild = Effect.fnUntraced(function* (api: Client, period: { readonly days: number; readonly until?: string }) {
  const days = yield* api.desk.rebuild({ payload: period })
  yield* answer(days, rebuiltInWords)
  const refused = refusedAmong(days).length
  if (refused > 0) return yield* failed(`${plural(refused, "day")} of ${days.length} left as it was`)
})

const flag = (name: string, description: string) =>
  Flag.Boolean(name).pipe(Flag.withDescription(description), Flag.withDefault(false))

export const stats = Command.make(
  "stats",
  {
    days: Flag.Int("days").pipe(
      Flag.withSchema(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 366 }))),
      Flag.withDescription("UTC days, the last one included (1-366, default 7; with --date 1)"),
      Flag.optional
    ),
    date: Flag.String("date").pipe(
      Flag.withSchema(
        Schema.String.check(Schema.makeFilter((date) => isDate(date) || "expected a date such as 2026-11-20"))
      ),
      Flag.withMetavar("2026-11-20"),
      Flag.withDescription("The last day, in UTC (default: today)"),
      Flag.optional
    ),
    by: Flag.Literals("by", By.literals).pipe(
      Flag.withDescription("By channel, hour (UTC), day or severity as well"),
      Flag.optional
    ),
    csv: flag("csv", "Print CSV: one row for each day, or what --by says"),
    rebuild: flag("rebuild", "Count these days anew from the records of their alerts and conversations"),
    storage: flag("storage", "How much is stored as well: looks through all keys, which may take a while")
  },
  Effect.fn(function* ({ by, csv, date, days, rebuild: isRebuild, storage }) {
    if (isRebuild && (csv || storage || Option.isSome(by))) {
      return yield* badUsage("--rebuild goes with --date and --days only")
    }
    if (csv && (storage || (yield* Json))) return yield* badUsage("--csv goes with neither --json nor --storage")
    const api = yield* operator
    const period = {
      days: Option.getOrElse(days, () => (Option.isSome(date) ? 1 : 7)),
      ...(Option.isSome(date) ? { until: date.value } : {})
    }
    if (isRebuild) return yield* rebuild(api, period)
    const query = { ...period, ...(Option.isSome(by) ? { by: by.value } : {}) }
    if (csv) {
      const table = yield* api.desk.statsTable({ query })
      if (!(yield* api.desk.stats({ query })).measuring) yield* say(OFF)
      return yield* Console.log(table.replaceAll("\r\n", "\n").trimEnd())
    }
    const numbers = yield* api.desk.stats({ query })
    if (!storage) return yield* answer(numbers, words)
    const stored = { ...numbers, storage: yield* api.upkeep.storage() }
    yield* answer(stored, (found) => `${words(found)}\n\n${storageInWords(found.storage)}`)
  })
).pipe(Command.withDescription("Alerts by severity, and how long acknowledging, answering and resolving took"))
