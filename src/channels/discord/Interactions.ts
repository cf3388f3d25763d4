/**
 * Every click and command: who may, what it asks, and the answer. First answer first: whoever may is told at once that an
 * answer follows, and only then anything is looked up or asked.
 *
 * **Delivery**: actors are asked with the interaction's id, so a second delivery changes nothing and gets the same answer.
 * **Crash**: what was asked and not answered can be clicked again. A failure is said, never a success that is none.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import type { APIInteraction } from "discord.js"
import { address } from "#domain/ActorAddress.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import * as AlertActions from "./AlertActions.ts"
import { parseCustomId } from "./AlertButtons.ts"
import { defer, finish, reply } from "./Answers.ts"
import { registerCommands, STATS_DAYS } from "./Commands.ts"
import * as DeskCommands from "./DeskCommands.ts"
import { DiscordRest } from "./DiscordRest.ts"
import { DiscordSettings } from "./DiscordSettings.ts"
import { type Asker, type Asking, type OptionValue, readInteraction } from "./InteractionPayload.ts"
import type { Means, Trouble } from "./Means.ts"
import * as MemberCommands from "./MemberCommands.ts"
import * as OwnData from "./OwnData.ts"
import { report } from "./ReportCommands.ts"
import { isOfTeam, type Needs, refusal } from "./Roles.ts"

export interface InteractionsService {
  /** Answers one interaction, from the gateway's event. Never fails; a trouble is told to the person and logged by its code. */
  readonly handle: (interaction: APIInteraction) => Effect.Effect<void>
}

const handled = Metric.counter("discord_interactions_total", {
  description: "Clicks and commands by what became of them",
  incremental: true
})

/** Labels: `kind` = click | command | unreadable, `outcome` = answered | refused | failed. */
const count = (kind: string, outcome: string) => Metric.update(Metric.withAttributes(handled, { kind, outcome }), 1)

/** What was asked for, once it is known what that is. */
interface Task {
  readonly needs: Needs
  readonly run: (means: Means) => Effect.Effect<string, Trouble>
}

const ofClick = (asking: Asking & { kind: "click" }): Task | null => {
  const { asker, customId, post } = asking
  const clicked = parseCustomId(customId)
  if (clicked === null) return null
  const { button } = clicked
  return {
    needs: "team",
    run: (means) =>
      button === "ash_history"
        ? MemberCommands.history(means, asker, clicked.userId)
        : AlertActions.press(means, asker, { ...clicked, button }, post)
  }
}

type Values = Readonly<Record<string, OptionValue>>
/** Roles of the members that were named, by id: who is not among them is no member here. */
type Named = Readonly<Record<Snowflake, ReadonlyArray<Snowflake>>>
type Row = readonly [
  Needs,
  (means: Means, asker: Asker, values: Values, named: Named) => Effect.Effect<string, Trouble>
]

const word = (values: Values, name: string): string => String(values[name] ?? "")

const COMMANDS: Readonly<Record<string, Row>> = {
  "ash status": ["staff", DeskCommands.status],
  "ash stats": [
    "staff",
    (means, asker, { days }) => {
      const asked = typeof days === "number" && Number.isInteger(days) ? days : STATS_DAYS.standard
      return DeskCommands.stats(means, asker, Math.min(STATS_DAYS.maximum, Math.max(STATS_DAYS.minimum, asked)))
    }
  ],
  "ash report": ["staff", (means, asker, values) => report(means, asker, word(values, "week"))],
  "ash config": ["admin", (means) => Effect.succeed(DeskCommands.configWords(means))],
  "ash history": ["team", (means, asker, values) => MemberCommands.history(means, asker, word(values, "user"))],
  "ash clear": ["admin", (means, asker, values) => MemberCommands.clear(means, asker, word(values, "user"))],
  "ash notes": [
    "staff",
    (means, asker, values) => MemberCommands.note(means, asker, word(values, "session"), word(values, "text"))
  ],
  "ash optout": [
    "staff",
    (means, asker, values, named) => {
      const userId = word(values, "user")
      const isMember = Object.hasOwn(named, userId)
      return MemberCommands.optOutOf(means, asker, userId, { ends: values["clear"] === true, isMember })
    }
  ],
  "ash away": ["team", (means, asker) => DeskCommands.availability(means, asker, false)],
  "ash back": ["team", (means, asker) => DeskCommands.availability(means, asker, true)],
  "ash-me optout": ["everyone", (means, asker) => MemberCommands.setOwn(means, asker, true)],
  "ash-me optin": ["everyone", (means, asker) => MemberCommands.setOwn(means, asker, false)],
  "ash-me data": ["everyone", OwnData.data],
  "ash-me forget": ["everyone", (means, asker, values) => OwnData.forget(means, asker, values["sure"] === true)]
}

const ofCommand = ({ asker, options, path, rolesOf }: Asking & { kind: "command" }): Task | null => {
  const ofAlert = /^ash alert ([a-z]+)$/.exec(path)?.[1]
  if (ofAlert !== undefined) {
    return { needs: "team", run: (means) => AlertActions.command(means, asker, ofAlert, options, rolesOf) }
  }
  const row = Object.hasOwn(COMMANDS, path) ? COMMANDS[path] : undefined
  return row === undefined ? null : { needs: row[0], run: (means) => row[1](means, asker, options, rolesOf) }
}

const NOT_KNOWN = {
  click: "This button is not known here any more. Nothing was changed.",
  command: "This command is not known here any more. Nothing was changed."
} as const

const SORRY =
  "**This could not be done for certain**: the service has trouble with its database. Please try again in a minute, and look at the alert to see how it stands."
const NO_USE =
  "**This could not be done**, and trying again will not help. An operator finds the reason in the log; please help the member without me."

/** The same, for who asked about themselves. */
const SORRY_SELF =
  "**This could not be done for certain**: the service has trouble with its database. Please try again in a minute."
const NO_USE_SELF =
  "**This could not be done**, and trying again will not help. Please tell somebody of this community's team."

const ONE_AT_A_TIME = "One moment: what you asked before is still being done."

const LATER =
  "The database does not answer at the moment. **What you asked for is written down** and is done as soon as it does, unless somebody was first."

const codeOf = (trouble: Trouble): string =>
  trouble._tag === "DiscordFailure"
    ? `discord_${trouble.code ?? trouble.kind}`
    : trouble._tag === "StoreUnavailable"
      ? trouble.reason
      : trouble._tag

const mayPass = (trouble: Trouble): boolean =>
  trouble._tag === "DiscordFailure"
    ? trouble.kind === "unavailable" || trouble.kind === "rate_limited"
    : trouble.isRetryable

const apology = ({ needs }: Task, again: boolean): string =>
  needs === "everyone" ? (again ? SORRY_SELF : NO_USE_SELF) : again ? SORRY : NO_USE

/** The task's answer, or the honest word for its failure. */
const outcomeOf = (task: Task, means: Means) =>
  task.run(means).pipe(
    Effect.catchTag("AnswerPostponed", () => Effect.succeed(LATER)),
    Effect.map((text) => ({ text, outcome: "answered" })),
    Effect.catch((trouble) =>
      Effect.logError("discord: an interaction failed").pipe(
        Effect.annotateLogs({ trouble: trouble._tag, code: codeOf(trouble) }),
        Effect.as({ text: apology(task, mayPass(trouble)), outcome: "failed" })
      )
    ),
    Effect.catchDefect(() =>
      Effect.as(Effect.logError("discord: an interaction met a defect"), {
        text: apology(task, false),
        outcome: "failed"
      })
    )
  )

/** The desk learns who is there. Not for those who say so themselves, and nobody waits for it. */
const seen = (means: Means, asking: Asking): Effect.Effect<void> => {
  const { asker } = asking
  const speaksForItself = asking.kind === "command" && (asking.path === "ash away" || asking.path === "ash back")
  if (asker.guildId === null || speaksForItself || !isOfTeam(means.settings, asker.roles)) return Effect.void
  const event = { type: "RESPONDER_SEEN", by: asker.by, at: asker.at }
  return Effect.ignore(means.system.tell(address("desk", asker.guildId), event, { id: `seen:${asker.id}` }))
}

/** People who asked about themselves and have no answer yet: nobody keeps the service from others by asking on and on. */
type Busy = Set<Snowflake>

const oneAtATime = ({ rest }: Means, asker: Asker, busy: Busy, work: Effect.Effect<void>): Effect.Effect<void> =>
  Effect.suspend(() => {
    if (busy.has(asker.by)) return Effect.andThen(count("command", "refused"), reply(rest, asker, ONE_AT_A_TIME))
    busy.add(asker.by)
    return Effect.ensuring(
      work,
      Effect.sync(() => busy.delete(asker.by))
    )
  })

const answer = Effect.fnUntraced(function* (means: Means, asking: Asking, busy: Busy): Effect.fn.Return<void> {
  const { asker, kind } = asking
  const { rest, settings } = means
  const task = asking.kind === "click" ? ofClick(asking) : settings.slash.enabled ? ofCommand(asking) : null
  const refused = task === null ? NOT_KNOWN[kind] : refusal(settings, asker, task.needs)
  if (task === null || refused !== null) {
    yield* count(kind, "refused")
    return yield* reply(rest, asker, refused ?? NOT_KNOWN[kind])
  }
  const work = Effect.gen(function* () {
    const open = yield* defer(rest, asker)
    const { outcome, text } = yield* outcomeOf(task, means)
    yield* count(kind, outcome)
    if (open) yield* finish(rest, asker, text)
  })
  yield* task.needs === "everyone" ? oneAtATime(means, asker, busy, work) : work
  yield* seen(means, asking)
})

export class Interactions extends Context.Service<Interactions, InteractionsService>()(
  "app/channels/discord/Interactions"
) {
  /** Registers the commands in the background while it starts. */
  static readonly layer = (
    policy: AshPolicy
  ): Layer.Layer<Interactions, never, DiscordRest | DiscordSettings | ActorSystem | ActorStore> =>
    Layer.effect(
      Interactions,
      Effect.gen(function* () {
        const settings = yield* DiscordSettings
        const rest = yield* DiscordRest
        const means: Means = { rest, settings, policy, store: yield* ActorStore, system: yield* ActorSystem }
        const busy: Busy = new Set()
        yield* Effect.forkScoped(registerCommands(rest, settings))
        return Interactions.of({
          handle: (interaction) => {
            const asking = readInteraction(interaction)
            if (asking !== null) {
              return Effect.catchDefect(answer(means, asking, busy), () =>
                Effect.logError("discord: handling an interaction met a defect")
              )
            }
            return Effect.andThen(
              Effect.logWarning("discord: an interaction could not be read").pipe(
                Effect.annotateLogs({ type: interaction.type })
              ),
              count("unreadable", "refused")
            )
          }
        })
      })
    )
}
