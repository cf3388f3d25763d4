/** `tardigrade dead-letters`: what was given up on, and putting it back to work. Never shows what a letter carries. */
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import { NotFound, Refused } from "#channels/http/Problems.ts"
import type { DeadLetterReport } from "#channels/http/Reports.ts"
import { limit } from "../Arguments.ts"
import { type Client, operator } from "../Operator.ts"
import { answer, type Means, plural, relative, second, table } from "../Output.ts"
import { inTurn } from "../Progress.ts"
import { badUsage, codeInWords, failed } from "../Trouble.ts"

const words = (letters: ReadonlyArray<typeof DeadLetterReport.Type>, { now }: Means): string => {
  if (letters.length === 0) return "There are no dead letters."
  const rows = letters.map(({ actor, at, id, kind, name, reason }) => [
    ...[id, kind, name, reason, actor, second(at), relative(at, now)]
  ])
  return `${table(["ID", "KIND", "NAME", "REASON", "ACTOR", "AT", "AGE"], rows)}\n${plural(letters.length, "dead letter")}`
}

const list = Command.make(
  "list",
  { limit },
  Effect.fn(function* ({ limit }) {
    const api = yield* operator
    yield* answer(yield* api.deadLetters.list({ query: { limit } }), words)
  })
).pipe(Command.withDescription("What was given up on, newest first"))

interface Replayed {
  readonly id: string
  readonly outcome: "replayed" | "refused" | "gone"
  /** Why it was refused, as a code. */
  readonly code: string | null
}

/** What became of one letter. A store or service that does not answer ends the whole run. */
const replayOne = (api: Client) => (id: string) =>
  api.deadLetters.replay({ params: { id } }).pipe(
    Effect.as<Replayed>({ id, outcome: "replayed", code: null }),
    Effect.catchIf(
      (error) => error instanceof Refused,
      ({ code }) => Effect.succeed<Replayed>({ id, outcome: "refused", code })
    ),
    Effect.catchIf(
      (error) => error instanceof NotFound,
      ({ what }) =>
        Effect.succeed<Replayed>(
          what === "dead-letter" ? { id, outcome: "gone", code: null } : { id, outcome: "refused", code: what }
        )
    )
  )

const inSum = (all: ReadonlyArray<Replayed>): string => {
  const refused = all.filter(({ outcome }) => outcome === "refused")
  const gone = all.filter(({ outcome }) => outcome === "gone").length
  return [
    `${plural(all.length - refused.length - gone, "dead letter")} replayed.`,
    ...(gone === 0 ? [] : [`${gone} had gone meanwhile.`]),
    ...refused.map(({ code, id }) => `${id}: ${codeInWords(code ?? "refused")}`)
  ].join("\n")
}

const replayAll = Effect.fnUntraced(function* (limit: number) {
  const api = yield* operator
  const letters = yield* api.deadLetters.list({ query: { limit } })
  // The oldest first, as they came about.
  const all = yield* inTurn("replaying", letters.map(({ id }) => id).toReversed(), replayOne(api))
  yield* answer(all, inSum)
  const refused = all.filter(({ outcome }) => outcome === "refused").length
  if (refused > 0) return yield* failed(`${plural(refused, "dead letter")} of ${all.length} refused`)
})

const replay = Command.make(
  "replay",
  {
    id: Argument.String("id").pipe(Argument.withDescription("The dead letter's id"), Argument.optional),
    all: Flag.Boolean("all").pipe(Flag.withDescription("Replay all, the oldest first"), Flag.withDefault(false)),
    limit
  },
  Effect.fn(function* ({ all, id, limit }) {
    if (all === Option.isSome(id)) return yield* badUsage("give either a dead letter's id or --all")
    if (Option.isNone(id)) return yield* replayAll(limit)
    const api = yield* operator
    yield* api.deadLetters.replay({ params: { id: id.value } })
    yield* answer([{ id: id.value, outcome: "replayed", code: null } satisfies Replayed], inSum)
  })
).pipe(
  Command.withDescription(
    "Put a dead letter back to work: an effect into its actor's outbox, an event into its mailbox"
  )
)

export const deadLetters = Command.make("dead-letters").pipe(
  Command.withDescription("What was given up on"),
  Command.withSubcommands([list, replay])
)
