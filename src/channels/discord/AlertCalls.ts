/**
 * Who hears a bell for an alert, and whether anybody did. A role that was deleted, or none in the settings, rings for nobody
 * and Discord does not call that a failure: it is looked up in Discord's own answer, and the leads are written to instead.
 * Nobody is said to have been called of whom that is not known.
 */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { AlertView, Audience } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { EffectCall } from "#runtime/EffectHandler.ts"
import { sendToPerson } from "./DirectMessages.ts"
import type { DiscordRestService } from "./DiscordRest.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"
import { jumpLink, severityTitle } from "./Embeds.ts"
import { channel, moment, person } from "./Escaping.ts"
import type { SeenOnDiscord } from "./Messages.ts"

/** The most roles, or people, one message calls: Discord allows a hundred, and 2,000 characters of content. */
export const CALLED_MAX = 50

/** Leads written to at once. */
const LEADS_AT_ONCE = 5

/** Whether an effect comes so late that nobody is paged about the past any more (B32). */
export const comesLate = (
  policy: AshPolicy,
  { requestedAt }: { readonly requestedAt: number }
): Effect.Effect<boolean> =>
  Effect.map(Clock.currentTimeMillis, (now) => now - requestedAt > policy.alerts.staleAfterMs)

/** The roles an audience is made of. */
export const rolesOf = (
  { crtRoles, widerRoles }: DiscordSettingsService,
  audience: Audience
): ReadonlyArray<Snowflake> => {
  if (audience === "nobody") return []
  const all = audience === "crt" ? crtRoles : [...crtRoles, ...widerRoles]
  return [...new Set(all)].slice(0, CALLED_MAX)
}

/** Each once: Discord refuses a message that names somebody twice. */
export const leadsOf = ({ leads }: DiscordSettingsService): ReadonlyArray<Snowflake> =>
  [...new Set(leads)].slice(0, CALLED_MAX)

/** Whether one of the roles is named in the message as Discord has it. An answer that does not say counts as yes. */
export const rangFor = (roles: ReadonlyArray<Snowflake>, { mention_roles }: SeenOnDiscord): boolean =>
  roles.length > 0 && (mention_roles === undefined || roles.some((role) => mention_roles.includes(role)))

/** Where a lead finds it: the post or its thread, and the member's own message. */
const whereabouts = (alert: AlertView): ReadonlyArray<string> => {
  const post = alert.threadId ?? alert.place?.channelId ?? null
  const link = jumpLink(alert.signal)
  return [
    post === null ? "It has no post yet." : `It stands in ${channel(post)}.`,
    link === null ? `${person(alert.signal.userId)} wrote to Ash directly.` : `The message: ${link}`
  ]
}

const forLead = (alert: AlertView): string => {
  const state = alert.state === "alert" ? "Nobody has acknowledged it." : "It still needs somebody."
  return [`${severityTitle(alert.severity)}, opened ${moment(alert.createdAt)}.`, state, ...whereabouts(alert)].join(
    " "
  )
}

/** The leads that got a direct message about the alert, each once. One who cannot be reached holds up nobody. */
export const tellLeads = Effect.fnUntraced(function* (
  { rest, settings }: { readonly rest: DiscordRestService; readonly settings: DiscordSettingsService },
  call: EffectCall,
  alert: AlertView
): Effect.fn.Return<ReadonlyArray<Snowflake>> {
  const told = yield* Effect.forEach(
    leadsOf(settings),
    (lead, index) =>
      sendToPerson(rest, lead, call, index + 1, forLead(alert)).pipe(
        Effect.as([lead]),
        Effect.catch(({ code, kind }) =>
          Effect.logWarning("discord: a lead could not be written to").pipe(
            Effect.annotateLogs({ alert: alert.alertId, kind, code }),
            Effect.as([])
          )
        )
      ),
    { concurrency: LEADS_AT_ONCE }
  )
  return told.flat()
})

/** The leads, for a call that rang for nobody. */
export const tellLeadsInstead = (
  means: { readonly rest: DiscordRestService; readonly settings: DiscordSettingsService },
  call: EffectCall,
  alert: AlertView
): Effect.Effect<ReadonlyArray<Snowflake>> =>
  Effect.logError(
    "discord: a call rang for nobody; set the roles to be called, and look whether they still exist"
  ).pipe(
    Effect.annotateLogs({ alert: alert.alertId, leads: means.settings.leads.length }),
    Effect.andThen(tellLeads(means, call, alert))
  )
