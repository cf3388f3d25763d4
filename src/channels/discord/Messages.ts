/**
 * Sending one message, and finding one that may have been sent before. Every message says whom it may ping and carries a
 * nonce, so that Discord takes it once even when the answer to the first call was lost; Discord remembers nonces for some
 * minutes only, so an older attempt has to be looked for.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import {
  type APIAllowedMentions,
  MessageFlags,
  type RESTPatchAPIChannelMessageJSONBody,
  type RESTPostAPIChannelMessageJSONBody,
  Routes
} from "discord.js"
import type { Place } from "#domain/ash/Alert.ts"
import { type Snowflake, snowflakeTime } from "#domain/ash/Snowflake.ts"
import type { EffectCall } from "#runtime/EffectHandler.ts"
import { DiscordFailure, type DiscordRestService } from "./DiscordRest.ts"

/** What is read of a message. */
export const SeenOnDiscord = Schema.Struct({
  id: Schema.String,
  channel_id: Schema.String,
  content: Schema.optionalKey(Schema.String),
  author: Schema.optionalKey(Schema.Struct({ id: Schema.String })),
  webhook_id: Schema.optionalKey(Schema.NullOr(Schema.String)),
  edited_timestamp: Schema.optionalKey(Schema.NullOr(Schema.String)),
  /** Roles and people that it names and that may hear a bell. */
  mention_roles: Schema.optionalKey(Schema.Array(Schema.String)),
  mentions: Schema.optionalKey(Schema.Array(Schema.Struct({ id: Schema.String }))),
  /** Each of any shape: other bots post here, too. */
  embeds: Schema.optionalKey(Schema.Array(Schema.Unknown)),
  components: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        components: Schema.optionalKey(Schema.Array(Schema.Struct({ custom_id: Schema.optionalKey(Schema.String) })))
      })
    )
  )
})
export type SeenOnDiscord = typeof SeenOnDiscord.Type
const decodeSeen = Schema.decodeUnknownOption(SeenOnDiscord)

/** Reads an answer; one that cannot be read is no usable answer. */
export const read =
  <A>(schema: Schema.Decoder<A>) =>
  (answer: unknown): Effect.Effect<A, DiscordFailure> =>
    Option.match(Schema.decodeUnknownOption(schema)(answer), {
      onNone: () => Effect.fail(new DiscordFailure({ kind: "unavailable", code: null })),
      onSome: Effect.succeed
    })

export const nobody: APIAllowedMentions = { parse: [] }
export const onlyRoles = (roles: ReadonlyArray<Snowflake>): APIAllowedMentions => ({ parse: [], roles: [...roles] })

export type MessageBody = Omit<RESTPostAPIChannelMessageJSONBody, "nonce" | "enforce_nonce" | "allowed_mentions"> & {
  readonly allowed_mentions: APIAllowedMentions
}

/** What tells one attempt to send from another. */
export type Attempted = Pick<EffectCall, "attempt" | "idempotencyKey" | "requestedAt">

/** At most 25 characters, the same for every attempt; `index` tells apart several messages of one effect. */
export const nonceOf = ({ idempotencyKey }: { readonly idempotencyKey: string }, index = 0): string =>
  index === 0 ? idempotencyKey.slice(0, 25) : `${idempotencyKey.slice(0, 20)}-${index}`

/** Links in plain words stay words: a picture that somebody linked to is shown to nobody unasked. */
const folded = (body: MessageBody): MessageBody =>
  body.embeds === undefined && body.components === undefined ? { ...body, flags: MessageFlags.SuppressEmbeds } : body

/** Posts a message and answers what Discord made of it. */
export const post = (
  rest: DiscordRestService,
  channelId: Snowflake,
  nonce: string,
  body: MessageBody
): Effect.Effect<SeenOnDiscord, DiscordFailure> =>
  rest
    .request("POST", Routes.channelMessages(channelId), { body: { ...folded(body), nonce, enforce_nonce: true } })
    .pipe(Effect.flatMap(read(SeenOnDiscord)))

export const placeOf = ({ channel_id, id }: SeenOnDiscord): Place => ({ channelId: channel_id, messageId: id })

/** Posts a message and answers where it stands. */
export const send = (
  rest: DiscordRestService,
  channelId: Snowflake,
  nonce: string,
  body: MessageBody
): Effect.Effect<Place, DiscordFailure> => Effect.map(post(rest, channelId, nonce, body), placeOf)

export const edit = (
  rest: DiscordRestService,
  { channelId, messageId }: Place,
  body: RESTPatchAPIChannelMessageJSONBody
): Effect.Effect<void, DiscordFailure> =>
  Effect.asVoid(rest.request("PATCH", Routes.channelMessage(channelId, messageId), { body }))

/** After this long Discord may have forgotten a nonce. */
const NONCE_KEPT_MS = 60_000

/** Whether an earlier attempt may have gone out unnoticed: one was made, or a process may have died since. */
export const mayHaveGoneOut = ({
  attempt,
  requestedAt
}: Pick<Attempted, "attempt" | "requestedAt">): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => attempt > 1 || now - requestedAt > NONCE_KEPT_MS)

/** The channel's newest messages, newest first. One that cannot be read is none of ours. */
export const newest = (
  rest: DiscordRestService,
  channelId: Snowflake,
  limit: number
): Effect.Effect<ReadonlyArray<SeenOnDiscord>, DiscordFailure> =>
  rest.request("GET", Routes.channelMessages(channelId), { query: { limit } }).pipe(
    Effect.flatMap(read(Schema.Array(Schema.Unknown))),
    Effect.map((page) => page.flatMap((message) => Option.toArray(decodeSeen(message))))
  )

/** How far Discord's clock and ours may differ. */
const CLOCKS_APART_MS = 5000

/** What an earlier attempt left: the newest message of these very words since it was asked for, by anybody but `notBy`. */
export const findSent = (
  rest: DiscordRestService,
  channelId: Snowflake,
  content: string,
  { requestedAt }: Pick<Attempted, "requestedAt">,
  notBy?: Snowflake
): Effect.Effect<SeenOnDiscord | null, DiscordFailure> =>
  Effect.map(
    newest(rest, channelId, 50),
    (messages) =>
      messages.find(
        (message) =>
          message.content === content &&
          (notBy === undefined || message.author?.id !== notBy) &&
          snowflakeTime(message.id) >= requestedAt - CLOCKS_APART_MS
      ) ?? null
  )
