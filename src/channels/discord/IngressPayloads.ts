/**
 * What is read of each dispatch of Discord. Unknown fields are no concern of ours; a needed one that is missing or of
 * another kind makes the dispatch unreadable, and its path (never its value) is told. Schemas are compiled once.
 */
import * as Option from "effect/Option"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"

const Id = Schema.String.check(Schema.isPattern(/^[0-9]{1,20}$/))
const optional = Schema.optionalKey
const Unknowns = Schema.Record(Schema.String, Schema.Unknown)
const Things = optional(Schema.NullOr(Schema.Array(Schema.Unknown)))

/** A message as posted, on the gateway or over HTTP. */
const Message = Schema.Struct({
  id: Id,
  channel_id: Id,
  guild_id: optional(Id),
  type: Schema.Int,
  author: Schema.Struct({ id: Id, bot: optional(Schema.Boolean), system: optional(Schema.Boolean) }),
  content: Schema.String,
  edited_timestamp: optional(Schema.NullOr(Schema.String)),
  webhook_id: optional(Schema.NullOr(Id)),
  application_id: optional(Schema.NullOr(Id)),
  attachments: Things,
  embeds: Things,
  components: Things,
  sticker_items: Things,
  message_snapshots: Things,
  poll: optional(Schema.Unknown),
  activity: optional(Schema.Unknown)
})
export type MessagePayload = typeof Message.Type

const Channel = Schema.Struct({
  id: Id,
  type: Schema.Int,
  guild_id: optional(Schema.NullOr(Id)),
  parent_id: optional(Schema.NullOr(Id)),
  last_message_id: optional(Schema.NullOr(Id))
})
export type ChannelPayload = typeof Channel.Type

const Named = { channel_id: Id, guild_id: optional(Schema.NullOr(Id)) }

const schemas = {
  READY: Schema.Struct({
    user: Schema.Struct({ id: Id }),
    guilds: Schema.Array(Schema.Struct({ id: Id }))
  }),
  GUILD_CREATE: Schema.Struct({
    id: Id,
    unavailable: optional(Schema.Boolean),
    channels: optional(Schema.Array(Channel)),
    threads: optional(Schema.Array(Channel))
  }),
  GUILD_DELETE: Schema.Struct({ id: Id, unavailable: optional(Schema.Boolean) }),
  CHANNEL_CREATE: Channel,
  CHANNEL_UPDATE: Channel,
  CHANNEL_DELETE: Channel,
  THREAD_CREATE: Channel,
  THREAD_UPDATE: Channel,
  THREAD_DELETE: Channel,
  THREAD_LIST_SYNC: Schema.Struct({ guild_id: Id, threads: Schema.Array(Channel) }),
  GUILD_MEMBER_REMOVE: Schema.Struct({
    guild_id: Id,
    user: Schema.Struct({ id: Id, bot: optional(Schema.Boolean) })
  }),
  MESSAGE_CREATE: Message,
  MESSAGE_UPDATE: Schema.Struct({
    ...Message.fields,
    author: optional(Message.fields.author),
    content: optional(Schema.String),
    type: optional(Schema.Int)
  }),
  MESSAGE_DELETE: Schema.Struct({ ...Named, id: Id }),
  MESSAGE_DELETE_BULK: Schema.Struct({ ...Named, ids: Schema.Array(Id) }),
  MESSAGE_REACTION_ADD: Schema.Struct({
    ...Named,
    user_id: Id,
    message_id: Id,
    message_author_id: optional(Schema.NullOr(Id)),
    emoji: Schema.Struct({ name: optional(Schema.NullOr(Schema.String)) })
  })
} as const

type Schemas = typeof schemas
/** The dispatches that are read; `INTERACTION_CREATE` is handed on as it is. */
export type ReadEvent = keyof Schemas
export type Payload = { [T in ReadEvent]: { readonly t: T; readonly d: Schemas[T]["Type"] } }[ReadEvent]

export interface Unreadable {
  /** Where the trouble is, dotted, as `author.id`. */
  readonly path: string
}

const readers: Readonly<Record<string, (d: unknown) => Result.Result<unknown, Schema.SchemaError>>> =
  Object.fromEntries(
    Object.entries(schemas).map(([name, schema]) => [name, Schema.decodeUnknownResult<Schema.Codec<unknown>>(schema)])
  )

const describe = SchemaIssue.makeFormatterStandardSchemaV1()

const pathOf = ({ issue }: Schema.SchemaError): string =>
  (describe(issue).issues[0]?.path ?? []).map((part) => String(typeof part === "object" ? part.key : part)).join(".")

/** Reads a dispatch; `null` for a kind that says nothing to us. */
export const read = (t: string, d: unknown): Payload | Unreadable | null => {
  const result = Object.hasOwn(readers, t) ? readers[t]?.(d) : undefined
  if (result === undefined) return null
  return Result.isFailure(result) ? { path: pathOf(result.failure) } : ({ t, d: result.success } as Payload)
}

const isPage = Schema.is(Schema.Array(Schema.StructWithRest(Schema.Struct({ id: Id }), [Unknowns])))

/** A page of messages as HTTP answers it, each still to be read; `null` when it is none. */
export const readPage = (
  page: unknown
): ReadonlyArray<{ readonly id: string; readonly [field: string]: unknown }> | null => (isPage(page) ? page : null)

const decodeChannel = Schema.decodeUnknownOption(Channel)

/** Reads a channel as HTTP answers it; `null` when it is none. */
export const readChannel = (channel: unknown): ChannelPayload | null => Option.getOrNull(decodeChannel(channel))
