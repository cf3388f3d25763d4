/**
 * The effects `postAlert` and `editAlert`: the alert's post in the team's channel, with its thread, and every change of it.
 *
 * **Delivery**: at least once; a nonce, and a look through the channel before a later attempt, keep it to one post.
 * **Crash**: between post and record, the next attempt finds the post by its buttons and its alert's id. **Fails with**
 * `discord_<code>` for good only when Discord refuses the request itself; an outage, a missing token and a missing channel
 * are waited out, and while no channel takes it the leads know.
 */
import * as Effect from "effect/Effect"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { type APIEmbed, Routes } from "discord.js"
import type { AlertEffects, AlertView, Place } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { EffectCall, EffectFailed, EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { changedPlainly, changedPost, newPlainPost, newPost, type PostChange } from "./AlertBodies.ts"
import { alertButtons, parseCustomId } from "./AlertButtons.ts"
import { comesLate, rangFor, rolesOf, tellLeads, tellLeadsInstead } from "./AlertCalls.ts"
import { alertChannels, firstOpen, NO_ALERT_CHANNEL } from "./AlertChannels.ts"
import { DiscordRest, type DiscordFailure } from "./DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "./DiscordSettings.ts"
import { adoptedEmbed, alertIdOfPost, isAdopted, type MemberWords } from "./Embeds.ts"
import { CODES, isGone, isMisshapen, isRefused, orOff, PATIENT, toEffectFailed } from "./Failures.ts"
import { memberWords, type TextSources } from "./MemberText.ts"
import { edit, mayHaveGoneOut, newest, nobody, nonceOf, placeOf, post, read, type SeenOnDiscord } from "./Messages.ts"

type Post = AlertEffects["postAlert"]
type Edit = AlertEffects["editAlert"]

export interface AlertPosts {
  readonly postAlert: EffectHandler<Post["params"], Post["output"]>
  readonly editAlert: EffectHandler<Edit["params"], Edit["output"]>
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

/** Tells the plain post from the other messages of the effect. */
const PLAINLY = 900

/** Minutes without a message after which Discord folds a thread away: three days. */
const ARCHIVE_AFTER_MINUTES = 4320

interface Stands {
  readonly place: Place
  /** As Discord answered it. */
  readonly seen: SeenOnDiscord
}

const readFooters = Schema.decodeUnknownOption(
  Schema.Struct({ footer: Schema.optionalKey(Schema.Struct({ text: Schema.String })) })
)

/** Another alert about the same message has the same buttons: the post itself says which alert it is. */
const isPostOf = ({ components = [], content, embeds = [] }: SeenOnDiscord, { alertId, signal }: AlertView): boolean =>
  alertIdOfPost(
    embeds.flatMap((embed) => Option.toArray(readFooters(embed))),
    content
  ) === alertId &&
  components.some((row) =>
    row.components?.some(({ custom_id = "" }) => {
      const clicked = parseCustomId(custom_id)
      return clicked?.userId === signal.userId && clicked.messageId === signal.messageId
    })
  )

/** The post an earlier attempt left, in any of the channels. A channel that does not let itself be read says nothing. */
const findPost = Effect.fnUntraced(function* (
  { rest }: Setting,
  alert: AlertView,
  channels: ReadonlyArray<Snowflake>
): Effect.fn.Return<Stands | null, DiscordFailure> {
  for (const channelId of channels) {
    const messages = yield* newest(rest, channelId, LOOK_BACK).pipe(Effect.catchIf(isRefused, () => Effect.succeed([])))
    const seen = messages.find((message) => isPostOf(message, alert))
    if (seen !== undefined) return { place: { channelId, messageId: seen.id }, seen }
  }
  return null
})

const inChannel = (
  setting: Setting,
  call: EffectCall<Post["params"]>,
  said: MemberWords,
  roles: ReadonlyArray<Snowflake>,
  channelId: Snowflake
): Effect.Effect<Stands, DiscordFailure> => {
  const { rest } = setting
  const { alert } = call.params
  return post(rest, channelId, nonceOf(call), newPost(setting, alert, said, roles)).pipe(
    Effect.catchIf(isMisshapen, ({ code }) =>
      Effect.logError("discord: an alert's embed was refused; posted plainly").pipe(
        Effect.annotateLogs({ alert: alert.alertId, code }),
        Effect.andThen(post(rest, channelId, nonceOf(call, PLAINLY), newPlainPost(setting, alert, roles)))
      )
    ),
    Effect.map((seen) => ({ place: placeOf(seen), seen }))
  )
}

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

const posting = (setting: Setting) =>
  Effect.fnUntraced(function* (call: EffectCall<Post["params"]>): Effect.fn.Return<Post["output"], EffectFailed> {
    const { policy, settings } = setting
    const { alert } = call.params
    const late = yield* comesLate(policy, call)
    // Whom somebody takes care of, nobody need be called to.
    const calls = !late && isAtLeast(alert.severity, "high") && alert.state === "alert"
    const roles = calls ? rolesOf(settings, "crt") : []
    const channels = alertChannels(settings, alert.severity)
    const earlier = (yield* mayHaveGoneOut(call))
      ? yield* Effect.mapError(findPost(setting, alert, channels), toEffectFailed)
      : null
    const said = yield* memberWords(setting, alert)
    const posted = firstOpen(
      channels,
      (id) => id,
      (channelId) => inChannel(setting, call, said, roles, channelId)
    ).pipe(
      Effect.tapError(({ code }) =>
        code === NO_ALERT_CHANNEL && !late ? tellLeads(setting, call, alert) : Effect.void
      )
    )
    const { place, seen } = earlier ?? (yield* posted)
    const threadId = yield* openThread(setting, alert, place)
    const rang = rangFor(roles, seen)
    const leads = calls && !rang ? yield* tellLeadsInstead(setting, call, { ...alert, place, threadId }) : []
    return { place, threadId, called: rang || leads.length > 0 }
  })

const WithEmbeds = Schema.Struct({ embeds: Schema.Array(Schema.Unknown) })

/** How the post should look. Of an earlier service's post its own words stay. */
const looks = (
  setting: Setting,
  alert: AlertView,
  { channelId, messageId }: Place
): Effect.Effect<PostChange, DiscordFailure> =>
  isAdopted(alert)
    ? setting.rest.request("GET", Routes.channelMessage(channelId, messageId)).pipe(
        Effect.flatMap(read(WithEmbeds)),
        Effect.map(({ embeds }) => ({
          embeds: [adoptedEmbed(alert, (embeds[0] ?? {}) as APIEmbed)],
          components: alertButtons(alert, setting.policy),
          allowed_mentions: nobody
        }))
      )
    : Effect.map(memberWords(setting, alert), (said) => changedPost(setting, alert, said))

const changing = (setting: Setting) =>
  Effect.fnUntraced(function* ({
    params: { alert, place }
  }: EffectCall<Edit["params"]>): Effect.fn.Return<Edit["output"], EffectFailed> {
    return yield* looks(setting, alert, place).pipe(
      Effect.flatMap((shown) => edit(setting.rest, place, shown)),
      Effect.catchIf(isMisshapen, ({ code }) =>
        Effect.logError("discord: the looks of an alert were refused; its state is said plainly").pipe(
          Effect.annotateLogs({ alert: alert.alertId, code }),
          Effect.andThen(edit(setting.rest, place, changedPlainly(setting, alert)))
        )
      ),
      Effect.as(null),
      Effect.catchIf(isGone, () => Effect.as(Metric.update(postsGone, 1), "gone" as const)),
      Effect.mapError(toEffectFailed)
    )
  })

/** Builds the handlers of the actions `postAlert` and `editAlert` of the actor type `alert`. */
export const alertPosts = (
  policy: AshPolicy
): Effect.Effect<AlertPosts, never, DiscordRest | DiscordSettings | ActorStore> =>
  Effect.gen(function* () {
    const settings = yield* DiscordSettings
    const setting: Setting = { rest: yield* DiscordRest, store: yield* ActorStore, policy, settings }
    const postAlert = posting(setting)
    const editAlert = changing(setting)
    return {
      postAlert: { ...PATIENT, run: (call) => orOff(settings, postAlert(call)) },
      editAlert: { ...PATIENT, run: (call) => orOff(settings, editAlert(call)) }
    }
  })
