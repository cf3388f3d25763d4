/** What counting days anew came to, in words. */
import type { RebuiltDay } from "#channels/http/DayRebuild.ts"
import { plural, table } from "../Output.ts"

type Day = typeof RebuiltDay.Type

const REASONS: Readonly<Record<NonNullable<Day["refused"]>, string>> = {
  records_gone:
    "its document counts alerts or conversations whose records have expired, and nothing else knows them any more: it keeps its numbers",
  day_busy: "it was told something each time it was tried: try again in a moment",
  UnknownMachineVersion: "a newer version wrote its record"
}

const outcomeOf = ({ changed, refused }: Day): string =>
  refused !== null ? "left as it was" : changed ? "changed" : "the same"

export const refusedAmong = (days: ReadonlyArray<Day>): ReadonlyArray<Day> =>
  days.filter(({ refused }) => refused !== null)

export const rebuiltInWords = (days: ReadonlyArray<Day>): string => {
  const rows = days.map((day) => [
    day.date,
    String(day.alertsRead),
    String(day.conversationsRead),
    String(day.alertsKept),
    String(day.conversationsKept),
    outcomeOf(day)
  ])
  const kept = days.reduce((sum, day) => sum + day.alertsKept + day.conversationsKept, 0)
  return [
    table(["DAY", "ALERTS READ", "CONVERSATIONS READ", "ALERTS KEPT", "CONVERSATIONS KEPT", "THE DAY IS"], rows),
    ...(kept === 0 ? [] : ["", "Kept: counted when they were told, their records have expired since."]),
    ...refusedAmong(days).flatMap(({ date, refused }) =>
      refused === null ? [] : ["", `${date}: ${REASONS[refused]}.`]
    ),
    "",
    `${plural(days.length - refusedAmong(days).length, "day")} counted anew.`
  ].join("\n")
}
