/** `tardigrade alerts`: crisis alerts, the open ones or all of the last days. Says nothing of whom they are about. */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import type { AlertReport } from "#channels/http/OperatorReports.ts"
import { days } from "../Arguments.ts"
import { operator } from "../Operator.ts"
import { answer, type Means, plural, relative, second, table } from "../Output.ts"

type Alert = typeof AlertReport.Type

const COLOURS = { critical: "red", high: "yellow", medium: "cyan", low: "green" } as const

const words = (alerts: ReadonlyArray<Alert>, { now, paint }: Means): string => {
  if (alerts.length === 0) return "No alerts."
  const rows = alerts.map((alert) => [
    alert.alertId,
    paint(COLOURS[alert.severity], alert.severity),
    alert.state,
    second(alert.openedAt),
    relative(alert.openedAt, now),
    alert.acknowledgedBy ?? "nobody"
  ])
  return `${table(["ALERT", "SEVERITY", "STATE", "OPENED", "AGE", "ACKNOWLEDGED BY"], rows)}\n${plural(alerts.length, "alert")}`
}

export const alerts = Command.make(
  "alerts",
  {
    state: Flag.Literals("state", ["open", "all"]).pipe(
      Flag.withDescription("open: from the guild's desk; all: those opened in the last --days, from their records"),
      Flag.withDefault("open")
    ),
    guild: Flag.String("guild").pipe(
      Flag.withMetavar("id"),
      Flag.withDescription("The guild's Discord id (default: BOT_DISCORD_GUILD_ID)"),
      Flag.optional
    ),
    days
  },
  Effect.fn(function* ({ days, guild, state }) {
    const api = yield* operator
    const query = { state, days, ...(Option.isSome(guild) ? { guild: guild.value } : {}) }
    yield* answer(yield* api.desk.alerts({ query }), words)
  })
).pipe(Command.withDescription("Crisis alerts: how severe, how old, who acknowledged them"))
