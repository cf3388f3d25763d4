/**
 * The effect `notify`: a notice in the alert's thread, else below its post, else in an alert channel; with the people it
 * calls, and nobody else. Its answer names the audience that was really called.
 *
 * **Delivery**: at least once, with a nonce for each message. **Ordering**: the lane's. A notice that comes later than
 * `staleAfterMs` is said without calling anybody (B32).
 */
import * as Effect from "effect/Effect"
import { Routes } from "discord.js"
import type { AlertEffects, AlertView, Audience, Notice } from "#domain/ash/Alert.ts"
import { alertMetricsKey, isoSecond, parseAlertMetrics } from "#domain/ash/AlertMetrics.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { EffectCall, EffectFailed, EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore, type ActorStoreService } from "#runtime/ports/ActorStore.ts"
import { CALLED_MAX, comesLate, leadsOf, rangFor, rolesOf, tellLeads, tellLeadsInstead } from "./AlertCalls.ts"
import { alertChannels, firstOpen, NO_ALERT_CHANNEL } from "./AlertChannels.ts"
import { DiscordRest, type DiscordFailure, type DiscordRestService } from "./DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "./DiscordSettings.ts"
import { person, pieces, role } from "./Escaping.ts"
import { CODES, isRefused, orOff, PATIENT, toEffectFailed } from "./Failures.ts"
import { findSent, mayHaveGoneOut, type MessageBody, nobody, nonceOf, post, type SeenOnDiscord } from "./Messages.ts"
import { noticeWords, summary } from "./Notices.ts"

type Params = AlertEffects["notify"]["params"]
type Said = AlertEffects["notify"]["output"]

interface Setting {
  readonly rest: DiscordRestService
  readonly settings: DiscordSettingsService
  readonly store: ActorStoreService
  readonly policy: AshPolicy
}

/** Tells the parts of a long notice from its first message, and from what is written to the leads. */
const MORE = 500

/** Who hears a bell. */
interface Called {
  readonly roles: ReadonlyArray<Snowflake>
  readonly users: ReadonlyArray<Snowflake>
}

/** Somebody who was given an alert by another should hear of it; and who has it, of what the member writes. */
const named = (notice: Notice): ReadonlyArray<Snowflake> => {
  if (notice.kind === "again") return notice.to.slice(0, CALLED_MAX)
  return notice.kind === "assigned" && notice.to !== notice.by ? [notice.to] : []
}

/** In a folded thread a post is refused: it is unfolded and posted once more. */
const inThread = (rest: DiscordRestService, threadId: Snowflake, nonce: string, body: MessageBody) =>
  post(rest, threadId, nonce, body).pipe(
    Effect.catchIf(
      ({ code }) => code === CODES.archived,
      () =>
        Effect.andThen(
          rest.request("PATCH", Routes.channel(threadId), { body: { archived: false } }),
          post(rest, threadId, nonce, body)
        )
    )
  )

interface Target {
  readonly channelId: Snowflake
  readonly post: (nonce: string, body: MessageBody) => Effect.Effect<SeenOnDiscord, DiscordFailure>
}

const targets = ({ rest, settings }: Setting, { place, severity, threadId }: AlertView): ReadonlyArray<Target> => [
  ...(threadId === null
    ? []
    : [{ channelId: threadId, post: (nonce: string, body: MessageBody) => inThread(rest, threadId, nonce, body) }]),
  ...(place === null
    ? []
    : [
        {
          channelId: place.channelId,
          post: (nonce: string, body: MessageBody) =>
            post(rest, place.channelId, nonce, {
              ...body,
              message_reference: { message_id: place.messageId, fail_if_not_exists: false }
            })
        }
      ]),
  ...alertChannels(settings, severity).map((channelId) => ({
    channelId,
    post: (nonce: string, body: MessageBody) => post(rest, channelId, nonce, body)
  }))
]

const leadsWords = (told: ReadonlyArray<Snowflake>): string =>
  told.length === 0 ? "No lead could be written to." : `Written to: ${told.map(person).join(", ")}.`

const written = (
  { alert, notice }: Params,
  { roles, users }: Called,
  leadsTold: ReadonlyArray<Snowflake> | null
): ReadonlyArray<string> => {
  const calls = [...roles.map(role), ...users.map(person)].join(" ")
  const leads = leadsTold === null ? [] : [leadsWords(leadsTold)]
  return pieces([...(calls === "" ? [] : [calls]), noticeWords(alert, notice), ...leads, summary(alert)].join("\n"))
}

/** A click may be this much older than what it overtook. */
const CLICK_MS = 30_000

/** Once somebody acknowledged it, or it closed, a call that is still on its way would say something untrue (B5). */
const isOver = (setting: Setting, { params: { alert }, requestedAt }: EffectCall<Params>): Effect.Effect<boolean> =>
  setting.store.readDocument(alertMetricsKey(alert.alertId)).pipe(
    Effect.map((text) => {
      const now = text === null ? null : parseAlertMetrics(text)
      const since = isoSecond(requestedAt - CLICK_MS)
      return (
        now !== null && [now.acknowledged_at, now.resolved_at, now.expired_at].some((at) => at !== null && at >= since)
      )
    }),
    Effect.orElseSucceed(() => false)
  )

/** Posts where it can be posted. What an earlier attempt left there counts. */
const postOnce = (
  setting: Setting,
  call: EffectCall<Params>,
  again: boolean,
  body: MessageBody & { content: string }
) =>
  firstOpen(
    targets(setting, call.params.alert),
    ({ channelId }) => channelId,
    (target) =>
      (again ? findSent(setting.rest, target.channelId, body.content, call) : Effect.succeed(null)).pipe(
        Effect.catchIf(isRefused, () => Effect.succeed(null)),
        Effect.flatMap((earlier) => (earlier === null ? target.post(nonceOf(call), body) : Effect.succeed(earlier))),
        Effect.map((seen) => ({ seen, target }))
      )
  )

const say = (setting: Setting) =>
  Effect.fnUntraced(function* (call: EffectCall<Params>): Effect.fn.Return<Said, EffectFailed> {
    const { settings } = setting
    const { alert, notice } = call.params
    const { kind } = notice
    const late = yield* comesLate(setting.policy, call)
    const audience: Audience = late ? "nobody" : call.params.audience
    const again = yield* mayHaveGoneOut(call)
    if (again && kind === "escalated" && (yield* isOver(setting, call))) return { kind, audience: "nobody" }

    const leadsTold = audience === "leads" ? yield* tellLeads(setting, call, alert) : null
    const roles = rolesOf(settings, audience)
    const leads = audience === "leads" ? leadsOf(settings) : []
    const users = [...new Set([...leads, ...(late ? [] : named(notice))])]
    const [content = "", ...rest] = written(call.params, { roles, users }, leadsTold)
    const loud = { content, allowed_mentions: { parse: [], roles: [...roles], users: [...users] } }
    const posted = yield* postOnce(setting, call, again, loud).pipe(
      // Who leads knows; that no channel takes it is in the log.
      Effect.catchIf(
        ({ code }) => code === NO_ALERT_CHANNEL && leadsTold !== null && leadsTold.length > 0,
        () => Effect.succeed(null)
      )
    )
    if (posted === null) return { kind, audience }

    const { seen, target } = posted
    const more = (content: string, index: number) =>
      Effect.mapError(target.post(nonceOf(call, MORE + index), { content, allowed_mentions: nobody }), toEffectFailed)
    yield* Effect.forEach(rest, more, { discard: true })
    if (audience === "nobody" || rangFor(roles, seen)) return { kind, audience }
    if (leadsTold !== null) return { kind, audience: leadsTold.length > 0 ? audience : "nobody" }
    const instead = yield* tellLeadsInstead(setting, call, alert)
    yield* more(`No role could be called. ${leadsWords(instead)}`, rest.length)
    return { kind, audience: instead.length > 0 ? "leads" : "nobody" }
  })

/** Builds the handler of the action `notify` of the actor type `alert`. */
export const alertNotices = (
  policy: AshPolicy
): Effect.Effect<EffectHandler<Params, Said>, never, DiscordRest | DiscordSettings | ActorStore> =>
  Effect.gen(function* () {
    const settings = yield* DiscordSettings
    const saying = say({ rest: yield* DiscordRest, settings, store: yield* ActorStore, policy })
    return { ...PATIENT, run: (call) => orOff(settings, saying(call)) }
  })
