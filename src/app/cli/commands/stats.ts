/** `tardigrade stats`: alerts by severity and how long the team took, over the last days. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import type { StatsReport } from "#channels/http/StatsReports.ts"
import { inWords } from "#domain/ash/WeeklyReport.ts"
import { days } from "../Arguments.ts"
import { operator } from "../Operator.ts"
import { answer, pairs, table } from "../Output.ts"
import { storageInWords } from "./storage.ts"

type Stats = typeof StatsReport.Type

const words = (stats: Stats): string => {
  const severities = (["critical", "high", "medium", "low"] as const).map((severity) => {
    const [all, kept] = [stats.bySeverity[severity], stats.withinGoal[severity]]
    return [severity, String(all), all === 0 ? "-" : `${kept} (${Math.round((100 * kept) / all)} %)`]
  })
  const spread = (name: string, of: Stats["acknowledged"]) => [
    name,
    String(of.count),
    ...[of.averageSeconds, of.medianSeconds, of.p90Seconds].map(inWords)
  ]
  return [
    `${stats.from} to ${stats.to} (UTC)`,
    "",
    table(["SEVERITY", "ALERTS", "ACKNOWLEDGED IN TIME"], [...severities, ["all", String(stats.alerts), ""]]),
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
    ...(stats.averagesOnlyDays === 0 ? [] : ["", `Days of which only averages are known: ${stats.averagesOnlyDays}`])
  ].join("\n")
}

export const stats = Command.make(
  "stats",
  {
    days,
    storage: Flag.Boolean("storage").pipe(
      Flag.withDescription("How much is stored as well: looks through all keys, which may take a while"),
      Flag.withDefault(false)
    )
  },
  Effect.fn(function* ({ days, storage }) {
    const api = yield* operator
    const numbers = yield* api.desk.stats({ query: { days } })
    if (!storage) return yield* answer(numbers, words)
    const stored = { ...numbers, storage: yield* api.upkeep.storage() }
    yield* answer(stored, (found) => `${words(found)}\n\n${storageInWords(found.storage)}`)
  })
).pipe(Command.withDescription("Alerts by severity, and how long acknowledging, answering and resolving took"))
