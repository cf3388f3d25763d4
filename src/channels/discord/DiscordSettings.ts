/**
 * What the Discord channel is told by its operator: the token, which channels are watched, where alerts go, who may act. All
 * lists are JSON arrays of ids, as the documented variables have them; a malformed one stops the start with its name. No
 * token means the channel is off. A missing channel or role never stops the start: the channel says so and works on.
 */
import * as Config from "effect/Config"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import type * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { isSnowflake, type Snowflake } from "#domain/ash/Snowflake.ts"
import { all, flag, httpAddresses, secrets, setting, shaped, wholeNumbers } from "#runtime/SettingRules.ts"

export interface DiscordSettingsService {
  /** `null`: the channel is off. */
  readonly token: Redacted.Redacted | null
  /** Without a trailing slash, without the version; `null` = Discord itself. */
  readonly apiBaseUrl: string | null
  /** The community: alerts about direct messages go here. `null` = the only guild the bot is in, if there is only one. */
  readonly homeGuildId: Snowflake | null
  /** Empty = none is watched. */
  readonly monitoredChannels: ReadonlyArray<Snowflake>
  /** Where alerts of a severity are posted; an empty list falls back to the next lower one. */
  readonly alertChannels: Readonly<Record<"medium" | "high" | "critical", ReadonlyArray<Snowflake>>>
  /** The crisis team: pinged for high and critical, and allowed to act on alerts. */
  readonly crtRoles: ReadonlyArray<Snowflake>
  /** Pinged when an alert is escalated beyond the team. */
  readonly widerRoles: ReadonlyArray<Snowflake>
  /** Written to directly when nobody answers. */
  readonly leads: ReadonlyArray<Snowflake>
  readonly slash: {
    readonly enabled: boolean
    /** May use the commands, besides the team; empty = the team only. */
    readonly allowedRoles: ReadonlyArray<Snowflake>
    readonly adminRoles: ReadonlyArray<Snowflake>
  }
  readonly notesChannels: ReadonlyArray<Snowflake>
  /** Told when the classifier is silent or the bot is blind; empty = the alert channels. */
  readonly operatorChannels: ReadonlyArray<Snowflake>
  /** Shards of this process and in all; `null` = as many as Discord recommends, all here. */
  readonly shards: { readonly total: number; readonly ids: ReadonlyArray<number> } | null
  /** PluralKit's API; `null` = proxied posts are not mapped. */
  readonly pluralKitUrl: string | null
}

export class DiscordSettings extends Context.Service<DiscordSettings, DiscordSettingsService>()(
  "app/channels/discord/DiscordSettings"
) {}

const Id = Schema.String.check(Schema.makeFilter(isSnowflake))
const oneId = shaped("Discord ids as a string of digits", Id)
/** One line for whatever is wrong with a list: who forgot the quotes reads how it is written. */
const manyIds = shaped('JSON lists of quoted ids, like ["123456789012345678"]', Schema.fromJsonString(Schema.Array(Id)))

const ids = (name: string) => setting(name, manyIds).pipe(Config.withDefault<ReadonlyArray<Snowflake>>([]))
const id = (name: string) => Config.option(setting(name, oneId)).pipe(Config.map(Option.getOrNull))
const url = (name: string) =>
  Config.option(setting(name, httpAddresses)).pipe(
    Config.map(Option.match({ onNone: () => null, onSome: ({ href }) => href.replace(/\/+$/, "") }))
  )
const secret = (name: string) => Config.option(setting(name, secrets))

const shardIds = {
  ...shaped(
    "JSON lists of whole numbers from 0 to 9999, like [0, 1]",
    Schema.fromJsonString(Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9999 }))))
  ),
  shown: true
}

const shards = all({
  total: Config.option(setting("DISCORD_SHARDS", wholeNumbers({ minimum: 1, maximum: 10_000 }))),
  here: Config.option(setting("DISCORD_SHARD_IDS", shardIds))
}).pipe(
  Effect.map(({ here, total }) =>
    Option.getOrNull(
      Option.map(total, (total) => ({
        total,
        ids: Option.getOrElse(here, () => Array.from({ length: total }, (_, index) => index))
      }))
    )
  )
)

/** `ASH_BOT_TOKEN` is what the secret file `ash_bot_token` is read as; `DISCORD_TOKEN` comes first. */
const token = Effect.gen(function* () {
  const given = yield* secret("DISCORD_TOKEN")
  return Option.getOrNull(Option.isSome(given) ? given : yield* secret("ASH_BOT_TOKEN"))
})

export const settings = Effect.gen(function* () {
  const { crtRoles, handoffRoles, pluralKit, pluralKitUrl, ...rest } = yield* all({
    token,
    shards,
    apiBaseUrl: url("DISCORD_API_BASE_URL"),
    homeGuildId: id("BOT_DISCORD_GUILD_ID"),
    monitoredChannels: ids("BOT_MONITORED_CHANNELS"),
    crtRoles: ids("BOT_CRT_ROLE_IDS"),
    handoffRoles: ids("BOT_HANDOFF_CRT_ROLE_IDS"),
    widerRoles: ids("BOT_ESCALATION_ROLE_IDS"),
    leads: ids("BOT_ESCALATION_LEAD_IDS"),
    notesChannels: ids("BOT_CRT_NOTES_CHANNEL_IDS"),
    operatorChannels: ids("BOT_OPERATOR_CHANNEL_IDS"),
    pluralKit: flag("PLURALKIT_ENABLED", true),
    pluralKitUrl: url("PLURALKIT_API_BASE_URL"),
    alertChannels: all({
      medium: ids("BOT_ALERT_CHANNEL_MONITOR_IDS"),
      high: ids("BOT_ALERT_CHANNEL_CRISIS_IDS"),
      critical: ids("BOT_ALERT_CHANNEL_CRITICAL_IDS")
    }),
    slash: all({
      enabled: flag("BOT_SLASH_COMMANDS_ENABLED", true),
      allowedRoles: ids("BOT_SLASH_COMMANDS_ALLOWED_ROLE_IDS"),
      adminRoles: ids("BOT_SLASH_COMMANDS_ADMIN_ROLE_IDS")
    })
  })
  return {
    ...rest,
    crtRoles: [...new Set([...crtRoles, ...handoffRoles])],
    pluralKitUrl: pluralKit ? (pluralKitUrl ?? "https://api.pluralkit.me") : null
  } satisfies DiscordSettingsService
})

/** Fails the start when a variable does not parse. */
export const layerConfig: Layer.Layer<DiscordSettings, Config.ConfigError> = Layer.effect(DiscordSettings, settings)
