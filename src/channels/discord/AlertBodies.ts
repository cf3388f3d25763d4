/**
 * What an alert's post consists of: its headline for phones, the embed, the buttons, and whom it may ring for. In its full
 * looks, and plainly for when Discord refuses those: an alert without looks is better than none. Pure.
 */
import type { RESTPatchAPIChannelMessageJSONBody } from "discord.js"
import type { AlertView } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { alertButtons } from "./AlertButtons.ts"
import { rolesOf } from "./AlertCalls.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"
import { alertEmbed, alertTitle, HUMAN_WANTED, jumpLink, type MemberWords, severityTitle } from "./Embeds.ts"
import { person, role } from "./Escaping.ts"
import { type MessageBody, nobody, onlyRoles } from "./Messages.ts"

interface Setting {
  readonly policy: AshPolicy
  readonly settings: DiscordSettingsService
}

/** What a phone shows of the post: how severe, and whether a person was asked for. Never words of the member. */
const headline = (alert: AlertView, settings: DiscordSettingsService): string =>
  isAtLeast(alert.severity, "high")
    ? [
        ...rolesOf(settings, "crt").map(role),
        `${severityTitle(alert.severity)}.`,
        ...(alert.humanWanted === null ? [] : [HUMAN_WANTED[alert.humanWanted]])
      ].join(" ")
    : ""

const plainWords = (alert: AlertView, settings: DiscordSettingsService): string =>
  [
    headline(alert, settings),
    `${alertTitle(alert)}, about ${person(alert.signal.userId)} (\`${alert.alertId}\`).`,
    jumpLink(alert.signal) ?? "They wrote to Ash directly."
  ]
    .join(" ")
    .trim()

/** A new post. */
export const newPost = (
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

export const newPlainPost = (
  { policy, settings }: Setting,
  alert: AlertView,
  roles: ReadonlyArray<Snowflake>
): MessageBody => ({
  content: plainWords(alert, settings),
  components: alertButtons(alert, policy),
  allowed_mentions: onlyRoles(roles)
})

export type PostChange = RESTPatchAPIChannelMessageJSONBody

/** A post that is there, as the alert is now. */
export const changedPost = ({ policy, settings }: Setting, alert: AlertView, said: MemberWords): PostChange => ({
  content: headline(alert, settings),
  embeds: [alertEmbed(alert, said)],
  components: alertButtons(alert, policy),
  allowed_mentions: nobody
})

/** How it stands in words beside the embed that is there; words that are gone go with it. */
export const changedPlainly = ({ policy, settings }: Setting, alert: AlertView): PostChange => ({
  content: plainWords(alert, settings),
  ...(alert.textGone ? { embeds: [] } : {}),
  components: alertButtons(alert, policy),
  allowed_mentions: nobody
})
