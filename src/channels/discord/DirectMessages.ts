/**
 * The effect `sendDirect`: words of Ash or of a responder to one person, in private. Nobody is pinged by what stands in
 * them. The welcome carries the no-contact reaction, so that declining is one touch.
 *
 * **Delivery**: at least once, with a nonce. **Fails with** `dm_closed` (they take none) and `unknown_user` for good.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Routes } from "discord.js"
import type { Place } from "#domain/ash/Alert.ts"
import type { AshSessionEffects } from "#domain/ash/AshSession.ts"
import { type Snowflake, snowflakeTime } from "#domain/ash/Snowflake.ts"
import { type EffectCall, EffectFailed, type EffectHandler } from "#runtime/EffectHandler.ts"
import { DiscordFailure, DiscordRest, type DiscordRestService } from "./DiscordRest.ts"
import { DiscordSettings } from "./DiscordSettings.ts"
import { pieces } from "./Escaping.ts"
import { CODES, orOff, PATIENT, toEffectFailed } from "./Failures.ts"
import { mayHaveGoneOut, type MessageBody, newest, nobody, nonceOf, read, send } from "./Messages.ts"

type Params = AshSessionEffects["sendDirect"]["params"]
type Sent = AshSessionEffects["sendDirect"]["output"]

/** The reaction that means: no contact, please. */
export const NO_CONTACT = "❌"

const Channel = Schema.Struct({ id: Schema.String })

const openChannel = (rest: DiscordRestService, userId: Snowflake): Effect.Effect<Snowflake, DiscordFailure> =>
  rest.request("POST", Routes.userChannels(), { body: { recipient_id: userId } }).pipe(
    Effect.flatMap(read(Channel)),
    Effect.map(({ id }) => id)
  )

/** One direct message. */
export const sendToPerson = (
  rest: DiscordRestService,
  userId: Snowflake,
  nonce: string,
  body: Omit<MessageBody, "allowed_mentions">
): Effect.Effect<Place, DiscordFailure> =>
  Effect.flatMap(openChannel(rest, userId), (channelId) =>
    send(rest, channelId, nonce, { ...body, allowed_mentions: nobody })
  )

const refusal = (failure: DiscordFailure): EffectFailed => {
  switch (failure.code) {
    case CODES.closedToMessages:
    case CODES.cannotReachUser:
      return new EffectFailed({ code: "dm_closed", retry: false })
    case CODES.unknownUser:
    case CODES.invalidRecipient:
      return new EffectFailed({ code: "unknown_user", retry: false })
    default:
      return toEffectFailed(failure)
  }
}

const react = (rest: DiscordRestService, { channelId, messageId }: Place): Effect.Effect<void> =>
  rest.request("PUT", Routes.channelMessageOwnReaction(channelId, messageId, encodeURIComponent(NO_CONTACT))).pipe(
    Effect.catch(({ code, kind }) =>
      Effect.logWarning("discord: the welcome stands without its reaction").pipe(Effect.annotateLogs({ kind, code }))
    ),
    Effect.asVoid
  )

/** What an earlier attempt left: the newest own message of these very words since it was asked for. */
const findSent = Effect.fnUntraced(function* (
  rest: DiscordRestService,
  { params, requestedAt }: EffectCall<Params>,
  channelId: Snowflake,
  content: string
): Effect.fn.Return<Place | null, DiscordFailure> {
  const messages = yield* newest(rest, channelId, 50)
  const ours = messages.find(
    (message) =>
      message.author?.id !== params.userId &&
      message.content === content &&
      snowflakeTime(message.id) >= requestedAt - CLOCKS_APART_MS
  )
  return ours === undefined ? null : { channelId, messageId: ours.id }
})

/** How far Discord's clock and ours may differ. */
const CLOCKS_APART_MS = 5000

const write = (rest: DiscordRestService) =>
  Effect.fnUntraced(function* (call: EffectCall<Params>): Effect.fn.Return<Sent, DiscordFailure> {
    const { kind, text, userId } = call.params
    const channelId = yield* openChannel(rest, userId)
    const again = yield* mayHaveGoneOut(call)
    let last: Place | null = null
    for (const [index, content] of pieces(text).entries()) {
      const earlier: Place | null = again ? yield* findSent(rest, call, channelId, content) : null
      last = earlier ?? (yield* send(rest, channelId, nonceOf(call, index), { content, allowed_mentions: nobody }))
      if (kind === "welcome" && index === 0) yield* react(rest, last)
    }
    if (last === null) return yield* new DiscordFailure({ kind: "invalid", code: CODES.emptyMessage })
    return { kind, channelId, messageId: last.messageId }
  })

/** Builds the handler of the action `sendDirect` of the actor type `ash-session`. */
export const sendDirect: Effect.Effect<EffectHandler<Params, Sent>, never, DiscordRest | DiscordSettings> = Effect.gen(
  function* () {
    const settings = yield* DiscordSettings
    const writing = write(yield* DiscordRest)
    return { ...PATIENT, run: (call) => orOff(settings, Effect.mapError(writing(call), refusal)) }
  }
)
