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
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { type EffectCall, EffectFailed, type EffectHandler } from "#runtime/EffectHandler.ts"
import { DiscordFailure, DiscordRest, type DiscordRestService } from "./DiscordRest.ts"
import { DiscordSettings } from "./DiscordSettings.ts"
import { pieces } from "./Escaping.ts"
import { CODES, orOff, PATIENT, toEffectFailed } from "./Failures.ts"
import {
  type Attempted,
  findSent,
  mayHaveGoneOut,
  nobody,
  nonceOf,
  placeOf,
  read,
  type SeenOnDiscord,
  send
} from "./Messages.ts"

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

/** One direct message of an effect that may tell several people; `index` tells those apart. */
export const sendToPerson = Effect.fnUntraced(function* (
  rest: DiscordRestService,
  userId: Snowflake,
  call: Attempted,
  index: number,
  content: string
): Effect.fn.Return<Place, DiscordFailure> {
  const channelId = yield* openChannel(rest, userId)
  const earlier = (yield* mayHaveGoneOut(call)) ? yield* findSent(rest, channelId, content, call, userId) : null
  if (earlier !== null) return placeOf(earlier)
  return yield* send(rest, channelId, nonceOf(call, index), { content, allowed_mentions: nobody })
})

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

const write = (rest: DiscordRestService) =>
  Effect.fnUntraced(function* (call: EffectCall<Params>): Effect.fn.Return<Sent, DiscordFailure> {
    const { kind, text, userId } = call.params
    const channelId = yield* openChannel(rest, userId)
    const again = yield* mayHaveGoneOut(call)
    let last: Place | null = null
    for (const [index, content] of pieces(text).entries()) {
      const earlier: SeenOnDiscord | null = again ? yield* findSent(rest, channelId, content, call, userId) : null
      last =
        earlier === null
          ? yield* send(rest, channelId, nonceOf(call, index), { content, allowed_mentions: nobody })
          : placeOf(earlier)
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
