/**
 * The effects `postAlert` and `editAlert`: the alert's post in the team's channel, with its thread, and every change of it.
 *
 * **Delivery**: at least once; a nonce, and a look through the channel before a later attempt, keep it to one post.
 * **Crash**: between post and record, the next attempt finds the post by its buttons. **Fails with** `discord_<code>` for
 * good only when Discord refuses the request itself; an outage, a missing token and a missing channel are waited out.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { type APIEmbed, Routes } from "discord.js"
import type { AlertEffects, AlertView, Place } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { EffectCall, EffectFailed, EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { alertButtons, parseCustomId } from "./AlertButtons.ts"
import { alertChannels, firstOpen } from "./AlertChannels.ts"
import { DiscordRest, type DiscordFailure } from "./DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "./DiscordSettings.ts"
import {
  adoptedEmbed,
  alertEmbed,
  HUMAN_WANTED,
  isAdopted,
  jumpLink,
  type MemberWords,
  severityTitle
} from "./Embeds.ts"
import { person, role } from "./Escaping.ts"
import { channelIsClosed, CODES, isGone, orOff, PATIENT, toEffectFailed } from "./Failures.ts"
import { memberWords, type TextSources } from "./MemberText.ts"
import { edit, mayHaveGoneOut, type MessageBody, newest, nobody, nonceOf, onlyRoles, read, send } from "./Messages.ts"

export interface AlertPosts {
  readonly postAlert: EffectHandler<AlertEffects["postAlert"]["params"], AlertEffects["postAlert"]["output"]>
  readonly editAlert: EffectHandler<AlertEffects["editAlert"]["params"], AlertEffects["editAlert"]["output"]>
}

interface Setting extends TextSources {
  readonly settings: DiscordSettingsService
}

const postsGone = Metric.counter("discord_alert_posts_gone_total", {
  description: "Changes of alerts whose post somebody deleted",
  incremental: true
})

/** How many of a channel's newest messages are looked through for a post of ours. */
const LOOK_BACK = 100

/** The most roles one message calls: Discord allows a hundred, and 2,000 characters of content. */
export const ROLES_MAX = 50

/** Minutes without a message after which Discord folds a thread away: three days. */
const ARCHIVE_AFTER_MINUTES = 4320

/** Whether an effect comes so late that nobody is paged about the past any more (B32). */
export const comesLate = (
  policy: AshPolicy,
  { requestedAt }: { readonly requestedAt: number }
): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => now - requestedAt > policy.alerts.staleAfterMs)

/** What a phone shows of the post: how severe, and whether a person was asked for. Never words of the member. */
const headline = (alert: AlertView, { crtRoles }: DiscordSettingsService): string =>
  isAtLeast(alert.severity, "high")
    ? [
        ...crtRoles.slice(0, ROLES_MAX).map(role),
        `${severityTitle(alert.severity)}.`,
        ...(alert.humanWanted === null ? [] : [HUMAN_WANTED[alert.humanWanted]])
      ].join(" ")
    : ""

const richBody = (
  { policy, settings }: Setting,
  alert: AlertView,
  said: MemberWords,
  roles: ReadonlyArray<Snowflake>
): MessageBody => ({
  content: headline(alert, settings),
  embeds: [alertEmbed(alert, said)],
  components: alertButtons(alert, policy),
  allowed_mentions: onlyRoles(roles)
})

/** For when Discord refuses the embed: an alert without looks is better than none. */
const plainBody = ({ policy, settings }: Setting, alert: AlertView, roles: ReadonlyArray<Snowflake>): MessageBody => ({
  content: [
    headline(alert, settings),
    `About ${person(alert.signal.userId)} (\`${alert.alertId}\`).`,
    jumpLink(alert.signal) ?? "They wrote to Ash directly."
  ].join(" "),
  components: alertButtons(alert, policy),
  allowed_mentions: onlyRoles(roles)
})

/** The post an earlier attempt left, in any of the channels. */
const findPost = Effect.fnUntraced(function* (
  { rest }: Setting,
  { signal }: AlertView,
  channels: ReadonlyArray<Snowflake>
): Effect.fn.Return<Place | null, DiscordFailure> {
  for (const channelId of channels) {
    const messages = yield* newest(rest, channelId, LOOK_BACK).pipe(
      Effect.catchIf(channelIsClosed, () => Effect.succeed([]))
    )
    const ours = messages.find(({ components = [] }) =>
      components.some((row) =>
        row.components?.some(({ custom_id = "" }) => {
          const clicked = parseCustomId(custom_id)
          return clicked?.userId === signal.userId && clicked.messageId === signal.messageId
        })
      )
    )
    if (ours !== undefined) return { channelId, messageId: ours.id }
  }
  return null
})

const inChannel = Effect.fnUntraced(function* (
  setting: Setting,
  call: EffectCall<{ readonly alert: AlertView }>,
  said: MemberWords,
  channelId: Snowflake
): Effect.fn.Return<Place, DiscordFailure> {
  const { policy, rest, settings } = setting
  const { alert } = call.params
  const late = yield* comesLate(policy, call)
  const roles = !late && isAtLeast(alert.severity, "high") ? settings.crtRoles.slice(0, ROLES_MAX) : []
  return yield* send(rest, channelId, nonceOf(call), richBody(setting, alert, said, roles)).pipe(
    Effect.catchIf(
      (failure) => failure.kind === "invalid" && !channelIsClosed(failure),
      ({ code }) =>
        Effect.logError("discord: an alert's embed was refused; posted plainly").pipe(
          Effect.annotateLogs({ alert: alert.alertId, code }),
          Effect.andThen(send(rest, channelId, nonceOf(call, 1), plainBody(setting, alert, roles)))
        )
    )
  )
})

const aMomentLater = Schedule.spaced("1 second").pipe(
  Schedule.upTo({ times: 2 }),
  Schedule.setInputType<DiscordFailure>(),
  Schedule.while(({ input }) => input.kind === "unavailable")
)

/** The thread of a post has the post's id. Without one (no permission) the alert still stands, and talk goes to the channel. */
const openThread = (
  { rest }: Setting,
  { alertId, severity }: AlertView,
  { channelId, messageId }: Place
): Effect.Effect<Snowflake | null> =>
  rest
    .request("POST", Routes.threads(channelId, messageId), {
      body: { name: `${alertId} · ${severity}`, auto_archive_duration: ARCHIVE_AFTER_MINUTES }
    })
    .pipe(
      Effect.catchIf(
        ({ code }) => code === CODES.threadExists,
        () => Effect.succeed(null)
      ),
      Effect.retry(aMomentLater),
      Effect.as(messageId),
      Effect.catch(({ code, kind }) =>
        Effect.logWarning("discord: no thread for an alert").pipe(
          Effect.annotateLogs({ alert: alertId, kind, code }),
          Effect.as(null)
        )
      )
    )

const post = (setting: Setting) =>
  Effect.fnUntraced(function* (
    call: EffectCall<AlertEffects["postAlert"]["params"]>
  ): Effect.fn.Return<AlertEffects["postAlert"]["output"], EffectFailed> {
    const { alert } = call.params
    const channels = alertChannels(setting.settings, alert.severity)
    const earlier = (yield* mayHaveGoneOut(call))
      ? yield* Effect.mapError(findPost(setting, alert, channels), toEffectFailed)
      : null
    const said = yield* memberWords(setting, alert)
    const place =
      earlier ??
      (yield* firstOpen(
        channels,
        (id) => id,
        (channelId) => inChannel(setting, call, said, channelId)
      ))
    return { place, threadId: yield* openThread(setting, alert, place) }
  })

const WithEmbeds = Schema.Struct({ embeds: Schema.Array(Schema.Unknown) })

/** How the post should look. Of an earlier service's post its own words stay. */
const looks = (setting: Setting, alert: AlertView, { channelId, messageId }: Place) =>
  isAdopted(alert)
    ? setting.rest.request("GET", Routes.channelMessage(channelId, messageId)).pipe(
        Effect.flatMap(read(WithEmbeds)),
        Effect.map(({ embeds }) => ({ embeds: [adoptedEmbed(alert, (embeds[0] ?? {}) as APIEmbed)] }))
      )
    : Effect.map(memberWords(setting, alert), (said) => ({
        embeds: [alertEmbed(alert, said)],
        content: headline(alert, setting.settings)
      }))

const change = (setting: Setting) =>
  Effect.fnUntraced(function* ({
    params: { alert, place }
  }: EffectCall<AlertEffects["editAlert"]["params"]>): Effect.fn.Return<null, EffectFailed> {
    return yield* looks(setting, alert, place).pipe(
      Effect.flatMap((shown) =>
        edit(setting.rest, place, {
          ...shown,
          components: alertButtons(alert, setting.policy),
          allowed_mentions: nobody
        })
      ),
      Effect.catchIf(isGone, () => Metric.update(postsGone, 1)),
      Effect.mapError(toEffectFailed),
      Effect.as(null)
    )
  })

/** Builds the handlers of the actions `postAlert` and `editAlert` of the actor type `alert`. */
export const alertPosts = (
  policy: AshPolicy
): Effect.Effect<AlertPosts, never, DiscordRest | DiscordSettings | ActorStore> =>
  Effect.gen(function* () {
    const settings = yield* DiscordSettings
    const setting: Setting = { rest: yield* DiscordRest, store: yield* ActorStore, policy, settings }
    const posting = post(setting)
    const changing = change(setting)
    return {
      postAlert: { ...PATIENT, run: (call) => orOff(settings, posting(call)) },
      editAlert: { ...PATIENT, run: (call) => orOff(settings, changing(call)) }
    }
  })
