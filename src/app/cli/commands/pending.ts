/** `tardigrade pending`: who has something to do, now or later, as the store's due index has it. Takes nothing on. */
import * as Command from "effect/cli/Command"
import * as Effect from "effect/Effect"
import type { WaitingReport } from "#channels/http/OperatorReports.ts"
import { limit } from "../Arguments.ts"
import { operator } from "../Operator.ts"
import { answer, type Means, plural, relative, second, table } from "../Output.ts"

const words = (waiting: ReadonlyArray<typeof WaitingReport.Type>, { now, paint }: Means): string => {
  if (waiting.length === 0) return "Nobody has anything to do."
  const rows = waiting.map(({ actor, id, wakeAt }) => [
    actor,
    id ?? "(a person's)",
    second(wakeAt),
    Date.parse(wakeAt) <= now ? paint("yellow", `due ${relative(wakeAt, now)}`) : relative(wakeAt, now)
  ])
  return `${table(["ACTOR", "ID", "WAKES", ""], rows)}\n${plural(waiting.length, "actor")}`
}

export const pending = Command.make(
  "pending",
  { limit },
  Effect.fn(function* ({ limit }) {
    const api = yield* operator
    yield* answer(yield* api.work.waiting({ query: { limit } }), words)
  })
).pipe(Command.withDescription("Actors with due or waiting work, earliest first"))
