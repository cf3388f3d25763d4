/**
 * Answering an interaction: at once, or by deferring first and filling in later. Discord waits three seconds for the first
 * answer and keeps the door open for fifteen minutes. Every answer is for the asker's eyes only and pings nobody.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import { InteractionResponseType, MessageFlags, Routes } from "discord.js"
import type { DiscordFailure, DiscordRestService } from "./DiscordRest.ts"
import { pieces } from "./Escaping.ts"
import { CODES } from "./Failures.ts"
import type { Asker } from "./InteractionPayload.ts"
import { nobody } from "./Messages.ts"

/** How long an interaction's token is good. */
const TOKEN_MS = 15 * 60_000

const FIRST_ANSWER_WITHIN = "2500 millis"

const log = (what: string, { code, kind }: DiscordFailure) =>
  Effect.logWarning(`discord: ${what}`).pipe(Effect.annotateLogs({ kind, code }))

const callback = (rest: DiscordRestService, { id, token }: Asker, body: unknown): Effect.Effect<void, DiscordFailure> =>
  Effect.asVoid(
    rest.request("POST", Routes.interactionCallback(id, token), { body, auth: false, within: FIRST_ANSWER_WITHIN })
  )

/** Answers at once, with nothing looked up. */
export const reply = (rest: DiscordRestService, asker: Asker, content: string): Effect.Effect<void> =>
  callback(rest, asker, {
    type: InteractionResponseType.ChannelMessageWithSource,
    data: { content, flags: MessageFlags.Ephemeral, allowed_mentions: nobody }
  }).pipe(Effect.catch((failure) => log("an interaction could not be answered", failure)))

/**
 * Says that an answer will follow. Answers whether it can: what was asked for is done even when it is too late to say so,
 * and when another delivery of the same interaction was first.
 */
export const defer = (rest: DiscordRestService, asker: Asker): Effect.Effect<boolean> =>
  callback(rest, asker, {
    type: InteractionResponseType.DeferredChannelMessageWithSource,
    data: { flags: MessageFlags.Ephemeral }
  }).pipe(
    Effect.as(true),
    Effect.catch((failure) =>
      failure.code === CODES.alreadyAcknowledged
        ? Effect.succeed(true)
        : Effect.as(log("an interaction was not deferred in time", failure), failure.code !== CODES.unknownInteraction)
    )
  )

const again = Schedule.exponential("500 millis").pipe(
  Schedule.upTo({ times: 8 }),
  Schedule.setInputType<DiscordFailure>(),
  Schedule.while(({ input }) => input.kind === "unavailable" || input.kind === "rate_limited")
)

/** Fills in the answer. What does not fit follows in further messages. No link in it unfolds into a picture. */
export const finish = (rest: DiscordRestService, asker: Asker, text: string): Effect.Effect<void> => {
  const { applicationId, token } = asker
  const [first = "Done.", ...more] = pieces(text)
  const edit = rest.request("PATCH", Routes.webhookMessage(applicationId, token, "@original"), {
    body: { content: first, flags: MessageFlags.SuppressEmbeds, allowed_mentions: nobody },
    auth: false
  })
  const followUp = (content: string) =>
    rest.request("POST", Routes.webhook(applicationId, token), {
      body: { content, flags: MessageFlags.Ephemeral | MessageFlags.SuppressEmbeds, allowed_mentions: nobody },
      auth: false
    })
  return Effect.andThen(Effect.retry(edit, again), Effect.forEach(more, followUp, { discard: true })).pipe(
    Effect.timeoutOrElse({ duration: TOKEN_MS, orElse: () => Effect.void }),
    Effect.catch((failure) => log("an interaction was not answered", failure))
  )
}
