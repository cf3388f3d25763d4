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

const Id = Schema.String.check(
  Schema.makeFilter((text: string) => (isSnowflake(text) ? undefined : "expected a Discord id as a string of digits"))
)
const IdList = Schema.fromJsonString(Schema.Array(Id))
const readIds = Schema.decodeOption(IdList)
/** One message for whatever is wrong with a list: who forgot the quotes reads how it is written. */
const Ids = Schema.String.check(
  Schema.makeFilter((text: string) =>
    Option.isSome(readIds(text)) ? undefined : 'expected a JSON list of quoted ids, like ["123456789012345678"]'
  )
).pipe(Schema.decodeTo(IdList))

const ids = (name: string) => Config.schema(Ids, name).pipe(Config.withDefault<ReadonlyArray<Snowflake>>([]))
const id = (name: string) => Config.option(Config.schema(Id, name)).pipe(Config.map(Option.getOrNull))
/** Credentials in an address would be refused by the client at every call, after they had been in plain sight. */
const Address = Schema.String.check(
  Schema.makeFilter((text: string) => {
    const address = URL.canParse(text) ? new URL(text) : null
    if (address === null || !/^https?:$/.test(address.protocol)) return "expected an http or https address"
    return address.username === "" && address.password === "" ? undefined : "expected an address without credentials"
  })
)
const url = (name: string) =>
  Config.option(Config.schema(Address, name)).pipe(
    Config.map(Option.match({ onNone: () => null, onSome: (text) => new URL(text).href.replace(/\/+$/, "") }))
  )
const flag = (name: string, standard: boolean) => Config.Boolean(name).pipe(Config.withDefault(standard))
const secret = (name: string) => Config.option(Config.schema(Schema.Redacted(Schema.NonEmptyString), name))

const ShardIds = Schema.fromJsonString(Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 9999 }))))
const ShardCount = Schema.NumberFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 10_000 }))

const shards = Effect.gen(function* () {
  const total = Option.getOrNull(yield* Config.option(Config.schema(ShardCount, "DISCORD_SHARDS")))
  const here = Option.getOrNull(yield* Config.option(Config.schema(ShardIds, "DISCORD_SHARD_IDS")))
  return total === null ? null : { total, ids: here ?? Array.from({ length: total }, (_, index) => index) }
})

/** `ASH_BOT_TOKEN` is what the secret file `ash_bot_token` is read as; `DISCORD_TOKEN` comes first. */
const token = Effect.gen(function* () {
  const given = yield* secret("DISCORD_TOKEN")
  return Option.getOrNull(Option.isSome(given) ? given : yield* secret("ASH_BOT_TOKEN"))
})

const settings = Effect.gen(function* () {
  const one = yield* Config.all({
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
    pluralKitUrl: url("PLURALKIT_API_BASE_URL")
  })
  const { pluralKit, pluralKitUrl, handoffRoles, crtRoles, ...rest } = one
  return {
    ...rest,
    crtRoles: [...new Set([...crtRoles, ...handoffRoles])],
    token: yield* token,
    shards: yield* shards,
    pluralKitUrl: pluralKit ? (pluralKitUrl ?? "https://api.pluralkit.me") : null,
    alertChannels: yield* Config.all({
      medium: ids("BOT_ALERT_CHANNEL_MONITOR_IDS"),
      high: ids("BOT_ALERT_CHANNEL_CRISIS_IDS"),
      critical: ids("BOT_ALERT_CHANNEL_CRITICAL_IDS")
    }),
    slash: yield* Config.all({
      enabled: flag("BOT_SLASH_COMMANDS_ENABLED", true),
      allowedRoles: ids("BOT_SLASH_COMMANDS_ALLOWED_ROLE_IDS"),
      adminRoles: ids("BOT_SLASH_COMMANDS_ADMIN_ROLE_IDS")
    })
  } satisfies DiscordSettingsService
})

/** Fails the start when a variable does not parse. */
export const layerConfig: Layer.Layer<DiscordSettings, Config.ConfigError> = Layer.effect(DiscordSettings, settings)
