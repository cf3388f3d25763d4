/**
 * `tardigrade actor`: look at one actor, try its record without changing anything, or forget it. States, times and names
 * are shown; nothing that its events or its context carried.
 */
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Prompt from "effect/cli/Prompt"
import * as TerminalCapabilities from "effect/cli/TerminalCapabilities"
import * as Effect from "effect/Effect"
import type { ActorReport } from "#channels/http/Reports.ts"
import { actorAddress } from "../Arguments.ts"
import { Json } from "../Flags.ts"
import { operator } from "../Operator.ts"
import { answer, type Means, moment, pairs, plural, relative, second, stateInWords, table } from "../Output.ts"
import { badUsage, failed } from "../Trouble.ts"
import { rehearsalInWords } from "./rehearsal.ts"

type Actor = typeof ActorReport.Type

const section = (title: string, head: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string =>
  rows.length === 0 ? `${title}: none` : `${title}\n${table(head, rows).replaceAll(/^/gm, "  ")}`

const eventTable = ({ recent }: Actor, { now }: Means): string =>
  section(
    "last events",
    ["TYPE", "AT", "AGE"],
    recent.map(({ at, type }) => [type, second(at), relative(at, now)])
  )

const words = (actor: Actor, means: Means): string => {
  const { now } = means
  return [
    pairs([
      ["actor", actor.actor],
      ["status", actor.status],
      ["state", stateInWords(actor.state)],
      ["version", `${actor.version}, revision ${actor.revision}`],
      ["created", moment(actor.createdAt, now)],
      ["updated", moment(actor.updatedAt, now)]
    ]),
    section(
      "timers",
      ["ID", "DUE", ""],
      actor.timers.map(({ dueAt, id }) => [id, second(dueAt), relative(dueAt, now)])
    ),
    section(
      "pending effects",
      ["NAME", "LANE", "FAILED", "LAST ERROR", "NEXT ATTEMPT", ""],
      actor.effects.map((effect) => [
        ...[effect.name, effect.lane, String(effect.attempts), effect.lastError ?? "-"],
        ...[second(effect.nextAttemptAt), relative(effect.nextAttemptAt, now)]
      ])
    ),
    eventTable(actor, means)
  ].join("\n\n")
}

const show = Command.make(
  "show",
  actorAddress,
  Effect.fn(function* (params) {
    const api = yield* operator
    yield* answer(yield* api.actors.inspect({ params }), words)
  })
).pipe(Command.withDescription("State, timers, pending effects and last events"))

const events = Command.make(
  "events",
  actorAddress,
  Effect.fn(function* (params) {
    const api = yield* operator
    const actor = yield* api.actors.inspect({ params })
    if (yield* Json) return yield* answer(actor.recent, String)
    yield* answer(actor, eventTable)
  })
).pipe(
  Command.withDescription("The last events, about ten to twenty: their types and times; what they carried is not kept")
)

const replay = Command.make(
  "replay",
  actorAddress,
  Effect.fn(function* (params) {
    const api = yield* operator
    const tried = yield* api.work.rehearse({ params })
    yield* answer(tried, rehearsalInWords)
    if (tried.unreadable !== null) return yield* failed("the actor cannot be woken; its record is left untouched")
  })
).pipe(
  Command.withDescription(
    "Try the record offline: does it decode and migrate, and what would its next due work do? Past events are not kept and not run again; nothing is changed"
  ),
  Command.withShortDescription("Try the record offline: does it decode, and what would it do next?")
)

const confirmed = Effect.fnUntraced(function* (type: string) {
  const { canPrompt } = yield* TerminalCapabilities.TerminalCapabilities
  if (!canPrompt || (yield* Json)) return yield* badUsage("forgetting needs --yes where nobody can be asked")
  return yield* Prompt.run(
    Prompt.Confirm({ message: `Forget this ${type} with all it stored, for good?`, initial: false })
  )
})

const forget = Command.make(
  "forget",
  { ...actorAddress, yes: Flag.Boolean("yes").pipe(Flag.withDescription("Do not ask"), Flag.withDefault(false)) },
  Effect.fn(function* ({ id, type, yes }) {
    if (!yes && !(yield* confirmed(type))) return yield* failed("nothing was forgotten")
    const api = yield* operator
    const forgotten = yield* api.actors.forget({ params: { type, id } })
    yield* answer(forgotten, ({ removed }) => `${plural(removed, "key")} removed.`)
  })
).pipe(Command.withDescription("Remove the actor with its timers, effects, dedup marks, dead letters and documents"))

export const actor = Command.make("actor").pipe(
  Command.withDescription("One actor"),
  Command.withSubcommands([show, events, replay, forget])
)
