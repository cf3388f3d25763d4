/**
 * People of the team clicking and entering commands, answered by the real `Interactions` over an actor system that a test
 * scripts or that runs the real charts.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type { APIInteraction } from "discord.js"
import { Interactions } from "#channels/discord/Interactions.ts"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { ActorSystem, type ActorSystemService } from "#runtime/ActorSystem.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import type { Interaction, ShownMessage } from "#test/harness/discord/Interaction.ts"
import { listenTo } from "./Ear.ts"
import type { Team } from "./Team.ts"

export interface Asked {
  readonly to: ActorAddress
  readonly event: ActorEvent
  readonly id: string
}

export type Script = (asked: Asked) => Effect.Effect<unknown, TurnRefused>

/** An actor system that keeps what it is asked, answers by script, and a seen id as the first time. */
export const scripted = (script: Script, more: Partial<ActorSystemService> = {}) => {
  const asked: Array<Asked> = []
  const state: { spooled: number | null } = { spooled: null }
  const replies = new Map<string, unknown>()
  const ask: ActorSystemService["ask"] = (to, event, { id }) =>
    Effect.suspend(() => {
      const key = `${to.type}/${to.id} ${id}`
      if (replies.has(key)) return Effect.succeed(replies.get(key))
      const entry = { to, event, id }
      asked.push(entry)
      return Effect.tap(script(entry), (reply) => Effect.sync(() => replies.set(key, reply)))
    })
  const layer = Layer.mock(ActorSystem)({
    ask,
    tell: (to, event, options) => Effect.asVoid(ask(to, event, options)),
    inspect: () => Effect.succeed(null),
    health: Effect.sync(() => ({
      store: { kind: "test", reachable: true },
      residents: 0,
      effectsInFlight: 0,
      spooled: state.spooled,
      stopping: false
    })),
    ...more
  })
  return { asked, state, layer }
}

export interface CommandEntered {
  readonly by: string
  /** A channel's name, or an id. */
  readonly in?: string
  readonly options?: Readonly<Record<string, string | number | boolean>>
}

/** Interactions that run over `system`, with the commands registered. */
export const clicking = Effect.fnUntraced(function* (
  team: Team,
  system: Layer.Layer<ActorSystem>,
  store: Layer.Layer<ActorStore> = Layer.succeed(ActorStore, team.store)
) {
  const lines: Array<string> = []
  const logger = Logger.layer([Logger.map(Logger.formatJson, (line) => void lines.push(line))])
  const ear = yield* listenTo(team.discord)
  const layer = Interactions.layer(team.policy).pipe(
    Layer.provide(store),
    Layer.provide(Layer.merge(team.environment, system)),
    Layer.provide(logger)
  )
  const { handle } = Context.get(yield* Layer.build(layer), Interactions)
  yield* Effect.promise(() =>
    team.discord.called("PUT /applications/**/commands", ({ path }) => !path.includes("guilds"))
  )

  const raw = (interaction: Interaction) => ear.heard(interaction)
  const deliver = (payload: APIInteraction) => Effect.provide(handle(payload), logger)
  const take = (interaction: Interaction) => Effect.flatMap(raw(interaction), deliver)
  const text = (interaction: Interaction): string =>
    interaction.answers
      .filter((shown): shown is ShownMessage => shown.kind !== "modal")
      .map(({ message }) => message.content)
      .join("\n")

  const idOf = (nameOrId: string) => (/^\d+$/.test(nameOrId) ? nameOrId : team.id(nameOrId))
  const people = team.discord.people
  return {
    lines,
    raw,
    deliver,
    take,
    text,
    /** Clicks and waits until it is handled. */
    click: (messageId: string, customId: string, by: string) => {
      const interaction = people.clickStale(messageId, customId, team.id(by))
      return Effect.as(take(interaction), interaction)
    },
    /** Enters `ash status` and waits until it is handled. */
    command: (words: string, { by, in: where = "operators", options = {} }: CommandEntered) => {
      const [name = "", ...path] = words.split(" ")
      const [subcommand = ""] = path.slice(-1)
      if (path.length < 2) {
        const interaction = people.command({ by: idOf(by), channelId: idOf(where), name, subcommand, options })
        return Effect.as(take(interaction), interaction)
      }
      // The stand-in enters no groups of commands: what it sends of another command is told apart here.
      const interaction = people.command({ by: idOf(by), channelId: idOf(where), name, subcommand: "status" })
      return raw(interaction).pipe(
        Effect.flatMap((payload) => deliver(grouped(team, payload, path, options))),
        Effect.as(interaction)
      )
    }
  }
})

const grouped = (
  { discord, id }: Team,
  payload: APIInteraction,
  [group = "", subcommand = ""]: ReadonlyArray<string>,
  values: Readonly<Record<string, unknown>>
): APIInteraction => {
  const options = Object.entries(values).map(([name, value]) => ({ name, type: 3, value }))
  const robin = id("robin")
  const members = { [robin]: { roles: [id("crt")] }, [id("lee")]: { roles: [] } }
  const data: unknown = {
    id: discord.identity.applicationId,
    type: 1,
    name: "ash",
    options: [{ name: group, type: 2, options: [{ name: subcommand, type: 1, options }] }],
    resolved: { members }
  }
  return Object.assign({}, payload, { data })
}
