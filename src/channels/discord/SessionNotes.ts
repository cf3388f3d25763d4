/**
 * The effect `postSessionNotes`: the facts about a finished conversation with Ash, for the team, in every notes channel.
 * No words of the conversation are among them. A channel that is closed to us is passed over; without channels nothing is
 * posted and that is no failure.
 */
import * as Effect from "effect/Effect"
import type { APIEmbed } from "discord.js"
import type { AshSessionEffects, EndedBy, SessionSummary, StartedBy } from "#domain/ash/AshSession.ts"
import type { EffectCall, EffectFailed, EffectHandler } from "#runtime/EffectHandler.ts"
import { DiscordRest, type DiscordRestService } from "./DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "./DiscordSettings.ts"
import { person, plural, span } from "./Escaping.ts"
import { channelIsClosed, orOff, PATIENT, toEffectFailed } from "./Failures.ts"
import { nobody, nonceOf, send } from "./Messages.ts"

type Params = AshSessionEffects["postSessionNotes"]["params"]
type Posted = AshSessionEffects["postSessionNotes"]["output"]

const STARTED: Readonly<Record<StartedBy, string>> = {
  button: "A responder asked for it",
  auto: "Nobody had acknowledged the alert",
  request: "The member wrote to Ash",
  follow_up: "The question a day later"
}

const ENDED: Readonly<Record<EndedBy, string>> = {
  idle: "The member did not write any more",
  maximum: "It reached its longest time",
  member: "The member ended it",
  taken_over: "A responder took over",
  opted_out: "The member opted out",
  responder: "A responder ended it",
  unreachable: "The member could not be reached"
}

/** The embed with the facts. */
export const sessionEmbed = (summary: SessionSummary): APIEmbed => {
  const fact = (name: string, value: string) => ({ name, value, inline: true })
  const { messages_from_ash, messages_from_member } = summary
  return {
    title: "Conversation with Ash ended",
    color: 0x95a5a6,
    fields: [
      fact("Member", `${person(summary.user_id)} \`${summary.user_id}\``),
      fact("Began", STARTED[summary.started_by]),
      fact("Ended", ENDED[summary.ended_by]),
      fact("Lasted", span(summary.duration_seconds * 1000)),
      fact("Messages", `${plural(messages_from_member, "message")} from the member, ${messages_from_ash} from Ash`),
      ...(summary.human_wanted ? [fact("A person was asked for", "Yes")] : []),
      ...(summary.alert_id === null ? [] : [fact("Alert", `\`${summary.alert_id}\``)])
    ],
    footer: { text: `Notes: /ash notes ${summary.session_id}` },
    timestamp: summary.ended_at
  }
}

const postTo = (rest: DiscordRestService, { notesChannels }: DiscordSettingsService) =>
  Effect.fnUntraced(function* (call: EffectCall<Params>): Effect.fn.Return<Posted, EffectFailed> {
    const embeds = [sessionEmbed(call.params.summary)]
    const posted = yield* Effect.forEach(notesChannels, (channelId, index) =>
      send(rest, channelId, nonceOf(call, index), { embeds, allowed_mentions: nobody }).pipe(
        Effect.as(1),
        Effect.catchIf(channelIsClosed, ({ code }) =>
          Effect.logWarning("discord: a notes channel cannot be posted in").pipe(
            Effect.annotateLogs({ channel: channelId, code }),
            Effect.as(0)
          )
        )
      )
    ).pipe(Effect.mapError(toEffectFailed))
    return { posted: posted.reduce((sum, one) => sum + one, 0) }
  })

/** Builds the handler of the action `postSessionNotes` of the actor type `ash-session`. */
export const postSessionNotes: Effect.Effect<
  EffectHandler<Params, Posted>,
  never,
  DiscordRest | DiscordSettings
> = Effect.gen(function* () {
  const settings = yield* DiscordSettings
  const posting = postTo(yield* DiscordRest, settings)
  return { ...PATIENT, run: (call) => orOff(settings, posting(call)) }
})
