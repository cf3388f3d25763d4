/**
 * What is read of an interaction. Discord sends much more; what is missing or of another kind makes the interaction
 * unreadable as a whole, so that nothing is done on half of it.
 */
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { type APIInteraction, ApplicationCommandOptionType, InteractionType } from "discord.js"
import { isSnowflake, type Snowflake, snowflakeTime } from "#domain/ash/Snowflake.ts"

const Id = Schema.String.check(
  Schema.makeFilter((text: string) => (isSnowflake(text) ? undefined : "expected a Discord id"))
)
const optional = Schema.optionalKey

const Person = Schema.Struct({ id: Id })

const Embed = Schema.Struct({
  title: optional(Schema.String),
  url: optional(Schema.String),
  color: optional(Schema.NullOr(Schema.Number)),
  footer: optional(Schema.Struct({ text: Schema.String })),
  fields: optional(Schema.Array(Schema.Struct({ value: Schema.String })))
})

/** A post of the bot, with its buttons: that of an alert, or one like it. */
export const BotPost = Schema.Struct({
  id: Id,
  channel_id: Id,
  author: optional(Person),
  content: optional(Schema.String),
  embeds: optional(Schema.Array(Embed)),
  components: optional(
    Schema.Array(
      Schema.Struct({ components: optional(Schema.Array(Schema.Struct({ custom_id: optional(Schema.String) }))) })
    )
  )
})
export type BotPost = typeof BotPost.Type

interface Entry {
  readonly name: string
  readonly type: number
  readonly value?: string | number | boolean
  readonly options?: ReadonlyArray<Entry>
}
const CommandOption: Schema.Codec<Entry> = Schema.Struct({
  name: Schema.String,
  type: Schema.Number,
  value: optional(Schema.Union([Schema.String, Schema.Number, Schema.Boolean])),
  options: optional(Schema.Array(Schema.suspend(() => CommandOption)))
})

const common = {
  id: Id,
  application_id: Id,
  token: Schema.NonEmptyString,
  guild_id: optional(Schema.NullOr(Id)),
  channel_id: optional(Schema.NullOr(Id)),
  channel: optional(Schema.NullOr(Schema.Struct({ id: optional(Id), parent_id: optional(Schema.NullOr(Id)) }))),
  member: optional(Schema.NullOr(Schema.Struct({ user: Person, roles: Schema.Array(Id) }))),
  user: optional(Schema.NullOr(Person))
}

const Click = Schema.Struct({
  ...common,
  type: Schema.Literal(InteractionType.MessageComponent),
  data: Schema.Struct({ custom_id: Schema.String }),
  message: BotPost
})

const Command = Schema.Struct({
  ...common,
  type: Schema.Literal(InteractionType.ApplicationCommand),
  data: Schema.Struct({
    name: Schema.String,
    options: optional(Schema.Array(CommandOption)),
    resolved: optional(
      Schema.Struct({
        members: optional(Schema.Record(Schema.String, Schema.Struct({ roles: Schema.Array(Id) })))
      })
    )
  })
})

const Payload = Schema.Union([Click, Command])
type Payload = typeof Payload.Type

/** Who asks, where, and how they are answered. */
export interface Asker {
  /** The interaction's own id: asking an actor with it makes a second delivery harmless. */
  readonly id: Snowflake
  readonly applicationId: Snowflake
  /** Good for 15 minutes; never logged. */
  readonly token: string
  /** When it was made, epoch milliseconds by Discord's clock. */
  readonly at: number
  readonly by: Snowflake
  /** `null` outside a guild: then nobody has a role. */
  readonly roles: ReadonlyArray<Snowflake> | null
  readonly guildId: Snowflake | null
  readonly channelId: Snowflake | null
  /** The channel a thread hangs under. */
  readonly parentId: Snowflake | null
}

export type OptionValue = string | number | boolean

export type Asking =
  | { readonly kind: "click"; readonly asker: Asker; readonly customId: string; readonly post: BotPost }
  | {
      readonly kind: "command"
      readonly asker: Asker
      /** `ash alert ack`. */
      readonly path: string
      readonly options: Readonly<Record<string, OptionValue>>
      /** Roles of the members that were named, by user id. */
      readonly rolesOf: Readonly<Record<Snowflake, ReadonlyArray<Snowflake>>>
    }

const askerOf = (payload: Payload): Asker | null => {
  const { application_id, channel, channel_id, guild_id, id, member, token, user } = payload
  const by = member?.user.id ?? user?.id
  if (by === undefined) return null
  return {
    id,
    applicationId: application_id,
    token,
    at: snowflakeTime(id),
    by,
    roles: member?.roles ?? null,
    guildId: guild_id ?? null,
    channelId: channel_id ?? channel?.id ?? null,
    parentId: channel?.parent_id ?? null
  }
}

const NESTING: ReadonlyArray<number> = [
  ApplicationCommandOptionType.Subcommand,
  ApplicationCommandOptionType.SubcommandGroup
]
const isNested = ({ type }: Entry): boolean => NESTING.includes(type)

/** Walks down through groups and subcommands to what was entered. */
const entered = (
  name: string,
  options: ReadonlyArray<Entry>
): Pick<Asking & { kind: "command" }, "path" | "options"> => {
  const [first] = options
  if (first !== undefined && isNested(first)) return entered(`${name} ${first.name}`, first.options ?? [])
  const values = options.flatMap(({ name, value }) => (value === undefined ? [] : [[name, value] as const]))
  return { path: name, options: Object.fromEntries(values) }
}

const decode = Schema.decodeUnknownOption(Payload)

/** Reads an interaction; `null` for kinds we do not offer, and for what cannot be read. */
export const readInteraction = (raw: APIInteraction): Asking | null => {
  const payload = Option.getOrNull(decode(raw))
  const asker = payload === null ? null : askerOf(payload)
  if (payload === null || asker === null) return null
  if (payload.type === InteractionType.MessageComponent) {
    return { kind: "click", asker, customId: payload.data.custom_id, post: payload.message }
  }
  const { name, options = [], resolved } = payload.data
  const rolesOf = Object.entries(resolved?.members ?? {}).map(([id, { roles }]) => [id, roles] as const)
  return { kind: "command", asker, ...entered(name, options), rolesOf: Object.fromEntries(rolesOf) }
}
