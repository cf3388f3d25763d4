/**
 * Tells the operator what is wrong with the set-up of Discord before an alert shows it: asks Discord over HTTP for the
 * community, the bot's roles and every channel of the settings, at start and every ten minutes. Runs in the background, waits
 * while Discord is away, and never stops the start. A problem is logged once while it stands, at ERROR when nobody is called
 * because of it.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { Routes } from "discord.js"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { untilAnswered } from "./Channels.ts"
import { DiscordFailure, DiscordRest } from "./DiscordRest.ts"
import { DiscordSettings } from "./DiscordSettings.ts"
import { channelsOf, problemsOf, type SeenSetup, type SetupProblem, teamIsThere } from "./SetupProblems.ts"

export interface SetupCheckService {
  /** As last seen, the gravest first; empty before the first look and without a token. */
  readonly problems: Effect.Effect<ReadonlyArray<SetupProblem>>
  /** Whether a configured role of the team is there. Before the first look: whether one is configured. Asks nobody. */
  readonly canCallTeam: Effect.Effect<boolean>
}

export class SetupCheck extends Context.Service<SetupCheck, SetupCheckService>()("app/channels/discord/SetupCheck") {
  static readonly layer: Layer.Layer<SetupCheck, never, DiscordRest | DiscordSettings> = Layer.suspend(() => layer)
}

const AGAIN = "10 minutes"

const Named = Schema.Struct({ id: Schema.String })
const Permissions = Schema.String.check(Schema.isPattern(/^\d+$/))
const Guild = Schema.Struct({
  id: Schema.String,
  owner_id: Schema.String,
  roles: Schema.Array(Schema.Struct({ id: Schema.String, permissions: Permissions }))
})
const Member = Schema.Struct({ roles: Schema.Array(Schema.String) })
const Channel = Schema.Struct({
  type: Schema.Int,
  guild_id: Schema.optionalKey(Schema.String),
  permission_overwrites: Schema.optionalKey(
    Schema.Array(Schema.Struct({ id: Schema.String, allow: Permissions, deny: Permissions }))
  )
})

/** Asks Discord for everything the settings name. Waits while it is away. **Fails with** what it refuses otherwise. */
export const lookAround = Effect.gen(function* () {
  const rest = yield* DiscordRest
  const settings = yield* DiscordSettings

  const ask = <S extends Schema.ConstraintDecoder<unknown>>(shape: S, route: `/${string}`) =>
    untilAnswered(rest.request("GET", route)).pipe(
      Effect.flatMap(Schema.decodeUnknownEffect(shape)),
      Effect.catchTag("SchemaError", () => Effect.fail(new DiscordFailure({ kind: "invalid", code: null })))
    )
  const ifSeen = <A>(asked: Effect.Effect<A, DiscordFailure>) =>
    Effect.catchIf(
      asked,
      ({ kind }) => kind === "forbidden" || kind === "not_found",
      () => Effect.succeed(null)
    )

  const guildOf = Effect.fnUntraced(function* (guildId: Snowflake) {
    const guild = yield* ifSeen(ask(Guild, Routes.guild(guildId)))
    if (guild === null) return "unknown" as const
    const { id } = yield* ask(Named, Routes.user())
    const { roles } = yield* ask(Member, Routes.guildMember(guildId, id))
    return {
      id: guild.id,
      ownerId: guild.owner_id,
      roles: new Map(guild.roles.map((role) => [role.id, role.permissions])),
      bot: { id, roles }
    }
  })

  const home = Effect.gen(function* () {
    if (settings.homeGuildId !== null) return yield* guildOf(settings.homeGuildId)
    const [only, ...others] = yield* ask(Schema.Array(Named), Routes.userGuilds())
    if (only === undefined) return "none" as const
    return others.length > 0 ? ("several" as const) : yield* guildOf(only.id)
  })

  const channels = Effect.forEach(channelsOf(settings), (id) =>
    Effect.map(ifSeen(ask(Channel, Routes.channel(id))), (seen) => {
      if (seen === null) return [id, null] as const
      return [
        id,
        { type: seen.type, guildId: seen.guild_id ?? null, overwrites: seen.permission_overwrites ?? [] }
      ] as const
    })
  )
  const seen: SeenSetup = { guild: yield* home, channels: new Map(yield* channels) }
  return seen
})

const say = ({ keepsAlerts, problem, setting }: SetupProblem) =>
  (keepsAlerts ? Effect.logError : Effect.logWarning)(`discord: ${setting}: ${problem}`)

const layer = Layer.effect(
  SetupCheck,
  Effect.gen(function* () {
    const settings = yield* DiscordSettings
    let problems: ReadonlyArray<SetupProblem> = []
    let canCallTeam = settings.crtRoles.length > 0

    const look = Effect.gen(function* () {
      const seen = yield* lookAround
      const before = new Set(problems.map(({ problem, setting }) => `${setting} ${problem}`))
      problems = problemsOf(settings, seen)
      canCallTeam = teamIsThere(settings, seen)
      yield* Effect.forEach(problems, (one) => (before.has(`${one.setting} ${one.problem}`) ? Effect.void : say(one)), {
        discard: true
      })
    }).pipe(
      Effect.catch(({ code, kind }) =>
        Effect.logWarning("discord: the set-up cannot be checked").pipe(Effect.annotateLogs({ kind, code }))
      )
    )
    if (settings.token !== null) yield* look.pipe(Effect.repeat(Schedule.spaced(AGAIN)), Effect.forkScoped)

    return { problems: Effect.sync(() => problems), canCallTeam: Effect.sync(() => canCallTeam) }
  })
)
