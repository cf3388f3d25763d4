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
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { EffectCall, EffectFailed, EffectHandler } from "#runtime/EffectHandler.ts"
import { alertChannels, firstOpen } from "./AlertChannels.ts"
import { comesLate, ROLES_MAX } from "./AlertPosts.ts"
import { sendToPerson } from "./DirectMessages.ts"
import { DiscordRest, type DiscordFailure, type DiscordRestService } from "./DiscordRest.ts"
import { DiscordSettings, type DiscordSettingsService } from "./DiscordSettings.ts"
import { severityTitle } from "./Embeds.ts"
import { channel, moment, person, pieces, role } from "./Escaping.ts"
import { CODES, orOff, PATIENT, toEffectFailed } from "./Failures.ts"
import { type MessageBody, nobody, nonceOf, send } from "./Messages.ts"
import { noticeWords, summary } from "./Notices.ts"

type Params = AlertEffects["notify"]["params"]
type Said = AlertEffects["notify"]["output"]

interface Setting {
  readonly rest: DiscordRestService
  readonly settings: DiscordSettingsService
  readonly policy: AshPolicy
}

/** Who hears a bell. */
interface Called {
  readonly roles: ReadonlyArray<Snowflake>
  readonly users: ReadonlyArray<Snowflake>
}

const rolesOf = ({ crtRoles, widerRoles }: DiscordSettingsService, audience: Audience): ReadonlyArray<Snowflake> => {
  if (audience === "nobody") return []
  const all = audience === "crt" ? crtRoles : [...crtRoles, ...widerRoles]
  return [...new Set(all)].slice(0, ROLES_MAX)
}

/** Somebody who was given an alert by another should hear of it. */
const assignee = (notice: Notice): ReadonlyArray<Snowflake> =>
  notice.kind === "assigned" && notice.to !== notice.by ? [notice.to] : []

const forLead = (alert: AlertView): string => {
  const where = alert.threadId ?? alert.place?.channelId ?? null
  const state = alert.state === "alert" ? "Nobody has acknowledged it." : "It still needs somebody."
  return `${severityTitle(alert.severity)}, opened ${moment(alert.createdAt)}. ${state}${where === null ? "" : ` It stands in ${channel(where)}.`}`
}

/** The leads that got a direct message. One who cannot be reached holds up nobody. */
const tellLeads = Effect.fnUntraced(function* (
  { rest, settings }: Setting,
  call: EffectCall<Params>
): Effect.fn.Return<ReadonlyArray<Snowflake>> {
  const told = yield* Effect.forEach(settings.leads, (lead, index) =>
    sendToPerson(rest, lead, nonceOf(call, index + 1), { content: forLead(call.params.alert) }).pipe(
      Effect.as([lead]),
      Effect.catch(({ code, kind }) =>
        Effect.logWarning("discord: a lead could not be written to").pipe(
          Effect.annotateLogs({ alert: call.params.alert.alertId, kind, code }),
          Effect.as([])
        )
      )
    )
  )
  return told.flat()
})

/** In a folded thread a post is refused: it is unfolded and posted once more. */
const inThread = (rest: DiscordRestService, threadId: Snowflake, nonce: string, body: MessageBody) =>
  send(rest, threadId, nonce, body).pipe(
    Effect.catchIf(
      ({ code }) => code === CODES.archived,
      () =>
        Effect.andThen(
          rest.request("PATCH", Routes.channel(threadId), { body: { archived: false } }),
          send(rest, threadId, nonce, body)
        )
    )
  )

interface Target {
  readonly channelId: Snowflake
  readonly post: (nonce: string, body: MessageBody) => Effect.Effect<unknown, DiscordFailure>
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
            send(rest, place.channelId, nonce, {
              ...body,
              message_reference: { message_id: place.messageId, fail_if_not_exists: false }
            })
        }
      ]),
  ...alertChannels(settings, severity).map((channelId) => ({
    channelId,
    post: (nonce: string, body: MessageBody) => send(rest, channelId, nonce, body)
  }))
]

const written = (
  { alert, notice }: Params,
  { roles, users }: Called,
  leadsTold: ReadonlyArray<Snowflake> | null
): ReadonlyArray<string> => {
  const calls = [...roles.map(role), ...users.map(person)].join(" ")
  const leads =
    leadsTold === null
      ? []
      : [leadsTold.length === 0 ? "No lead could be written to." : `Written to: ${leadsTold.map(person).join(", ")}.`]
  return pieces([...(calls === "" ? [] : [calls]), noticeWords(alert, notice), ...leads, summary(alert)].join("\n"))
}

const say = (setting: Setting) =>
  Effect.fnUntraced(function* (call: EffectCall<Params>): Effect.fn.Return<Said, EffectFailed> {
    const { alert, notice } = call.params
    const audience: Audience = (yield* comesLate(setting.policy, call)) ? "nobody" : call.params.audience
    const leadsTold = audience === "leads" ? yield* tellLeads(setting, call) : null
    const users = [...(leadsTold ?? []), ...assignee(notice)]
    const called: Called = { roles: rolesOf(setting.settings, audience), users }
    const [first = "", ...rest] = written(call.params, called, leadsTold)
    const loud: MessageBody = {
      content: first,
      allowed_mentions: { parse: [], roles: [...called.roles], users: [...called.users] }
    }
    const target = yield* firstOpen(
      targets(setting, alert),
      ({ channelId }) => channelId,
      (target) => Effect.as(target.post(nonceOf(call), loud), target)
    )
    yield* Effect.forEach(
      rest,
      (content, index) => target.post(nonceOf(call, 500 + index), { content, allowed_mentions: nobody }),
      { discard: true }
    ).pipe(Effect.mapError(toEffectFailed))
    return { kind: notice.kind, audience }
  })

/** Builds the handler of the action `notify` of the actor type `alert`. */
export const alertNotices = (
  policy: AshPolicy
): Effect.Effect<EffectHandler<Params, Said>, never, DiscordRest | DiscordSettings> =>
  Effect.gen(function* () {
    const settings = yield* DiscordSettings
    const saying = say({ rest: yield* DiscordRest, settings, policy })
    return { ...PATIENT, run: (call) => orOff(settings, saying(call)) }
  })
