/**
 * The effect `tellOperators`: that the classifier is silent or back, or that the bot sees messages without their text. Said
 * in the first operator channel that takes it, else where alerts go; logged in any case, for whoever watches the log.
 */
import * as Effect from "effect/Effect"
import type { DeskEffects, OperatorNotice } from "#domain/ash/Desk.ts"
import type { EffectCall, EffectFailed, EffectHandler } from "#runtime/EffectHandler.ts"
import { alertChannels, firstOpen } from "./AlertChannels.ts"
import { DiscordRest, type DiscordRestService } from "./DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "./DiscordSettings.ts"
import { channel, plural } from "./Escaping.ts"
import { orOff, PATIENT } from "./Failures.ts"
import { nobody, nonceOf, send } from "./Messages.ts"

type Params = DeskEffects["tellOperators"]["params"]

/** What is said, and what to do about it. */
export const operatorWords = (notice: OperatorNotice): string => {
  switch (notice.kind) {
    case "classifier_silent":
      return "**The classifier does not answer.** A list of words decides meanwhile, which misses what is said in other words. Please read along, and look after the classifier. Messages are analysed as soon as it is back."
    case "classifier_back":
      return notice.unanalysed === 0
        ? "The classifier answers again. Nothing is left to analyse."
        : `The classifier answers again. ${plural(notice.unanalysed, "message")} from meanwhile ${notice.unanalysed === 1 ? "is" : "are"} still being analysed.`
    case "blind":
      return `**I see messages without their text**, first in ${channel(notice.channelId)}: nothing is being watched. Please switch on the Message Content intent of the bot, and restart it.`
  }
}

const tell = (rest: DiscordRestService, settings: DiscordSettingsService) =>
  Effect.fnUntraced(function* (call: EffectCall<Params>): Effect.fn.Return<null, EffectFailed> {
    const { notice } = call.params
    yield* Effect.logWarning("ash: operators are told").pipe(Effect.annotateLogs({ notice: notice.kind }))
    const channels = [...new Set([...settings.operatorChannels, ...alertChannels(settings, "critical")])]
    return yield* firstOpen(
      channels,
      (id) => id,
      (channelId) => send(rest, channelId, nonceOf(call), { content: operatorWords(notice), allowed_mentions: nobody })
    ).pipe(Effect.as(null))
  })

/** Builds the handler of the action `tellOperators` of the actor type `desk`. */
export const tellOperators: Effect.Effect<
  EffectHandler<Params, null>,
  never,
  DiscordRest | DiscordSettings
> = Effect.gen(function* () {
  const settings = yield* DiscordSettings
  const telling = tell(yield* DiscordRest, settings)
  return { ...PATIENT, run: (call) => orOff(settings, telling(call)) }
})
