/**
 * How an alert looks: everything a responder needs to decide, in one embed. Pure. It says what is known and what is not:
 * who decided, how sure that is, whether the words are still there. Nothing of it pings anybody.
 */
import * as DateTime from "effect/DateTime"
import type { APIEmbed, APIEmbedField } from "discord.js"
import {
  type AlertId,
  type AlertView,
  FORGOTTEN,
  type HumanWantedBecause,
  type Signal,
  type Step
} from "#domain/ash/Alert.ts"
import type { Analysis } from "#domain/ash/Analysis.ts"
import { type CrisisSeverity, isCrisis, SEVERITIES } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { channel, codeBlock, cut, inline, moment, person, plural } from "./Escaping.ts"

/**
 * The member's words: there (`changed`: not as they stood when the alert heard them), not to be shown any more, or not
 * readable at this moment.
 */
export type MemberWords =
  | { readonly kind: "text"; readonly text: string; readonly changed?: true }
  | { readonly kind: "gone" | "unread" }

/** Characters of the message that are shown. */
const TEXT_MAX = 500
const FIELD_MAX = 1024

export const COLOURS = {
  low: 0xf1c40f,
  medium: 0xf1c40f,
  high: 0xe67e22,
  critical: 0xe74c3c,
  acknowledged: 0x2ecc71,
  ashByItself: 0x9b59b6,
  closed: 0x95a5a6
} as const

const TITLES: Readonly<Record<CrisisSeverity, string>> = {
  low: "Low alert",
  medium: "Medium alert",
  high: "High alert",
  critical: "Critical alert"
}

/** `High alert`. */
export const severityTitle = (severity: CrisisSeverity): string => TITLES[severity]

const stateWords = (alert: AlertView): string => {
  if (alert.state === "resolved") return alert.falsePositive ? " · resolved, false positive" : " · resolved"
  if (alert.state === "expired") return " · expired"
  if (alert.state === "acknowledged") return " · acknowledged"
  return wentByItself(alert) ? " · Ash is with them" : ""
}

/** `High alert · acknowledged`. */
export const alertTitle = (alert: AlertView): string => `${TITLES[alert.severity]}${stateWords(alert)}`

const wentByItself = ({ ash }: AlertView): boolean => ash.auto && (ash.state === "asked" || ash.state === "talking")

const colourOf = (alert: AlertView): number => {
  if (alert.state === "resolved" || alert.state === "expired") return COLOURS.closed
  if (alert.state === "acknowledged") return COLOURS.acknowledged
  return wentByItself(alert) ? COLOURS.ashByItself : COLOURS[alert.severity]
}

/** Where the message stands; a direct message to Ash has no link that others could follow. */
export const jumpLink = ({ channelId, guildId, messageId, origin, userId }: Signal): string | null =>
  origin === "dm" || userId === FORGOTTEN ? null : `https://discord.com/channels/${guildId}/${channelId}/${messageId}`

const words = (said: MemberWords): string => {
  if (said.kind === "text") {
    return [
      said.text.trim() === "" ? "*The message has no text.*" : codeBlock(cut(said.text, TEXT_MAX)),
      // The history keeps no more than is shown here: then nobody knows whether there is more.
      ...(Array.from(said.text).length >= TEXT_MAX ? ["*Shortened: the message may go on.*"] : []),
      ...(said.changed === true ? ["*Its author changed it since: other words raised this alert.*"] : [])
    ].join("\n")
  }
  return said.kind === "gone"
    ? "*The message is no longer available: it was deleted, or its author left.*"
    : "*The message could not be read just now. The link leads to it.*"
}

const ACTIONS: Readonly<Record<Analysis["action"], string>> = {
  immediate_outreach: "Reach out immediately",
  priority_response: "Respond with priority",
  standard_monitoring: "Keep watching",
  passive_monitoring: "Watch passively",
  none: "None"
}

export const HUMAN_WANTED: Readonly<Record<HumanWantedBecause, string>> = {
  asked: "The member asked for a person.",
  opted_out: "The member wants no contact with Ash: only a person can help now.",
  ash_failed: "Ash could not answer the member.",
  safety: "Ash met words that a person should look at."
}

/** Who decided, and how far that can be relied on. */
export const honesty = ({ analysis, unanalysed }: Signal): ReadonlyArray<string> => {
  if (analysis === null) return ["Nobody analysed a message: this alert was asked for."]
  return [
    ...(unanalysed
      ? ["A list of words decided: the classifier did not answer yet. Please judge for yourself."]
      : analysis.source === "keywords"
        ? ["A list of words decided, no classifier. Please judge for yourself."]
        : []),
    ...(analysis.disputed === true
      ? ["The classifier sees no crisis in these words, a list of words does. Please judge for yourself."]
      : []),
    ...(analysis.degraded ? ["The classifier says that it works with fewer models than it should."] : []),
    ...(analysis.worsening === true ? ["Their latest messages show things getting worse."] : [])
  ]
}

/** "2 in 7 days" and on: the second alert is noted, the third said out loud (B20). */
export const repeatWords = (earlier: number): string | null =>
  earlier < 1
    ? null
    : earlier === 1
      ? "Second alert about this member in 7 days."
      : `**${earlier + 1} alerts about this member in 7 days.** Please look at the whole week.`

const percent = (share: number | null): string => (share === null ? "unknown" : `${Math.round(share * 100)} %`)

const step = (what: string, { at, by, note }: Step): string =>
  `${what}${by === null ? "" : ` by ${person(by)}`} ${moment(at)}${note === null ? "" : `: ${inline(note, 500)}`}`

const ashWords = ({ ash, optedOut, takenOverBy }: AlertView): ReadonlyArray<string> => [
  ...(ash.state === "asked"
    ? [`Ash was asked to write to them${ash.by === null ? "" : ` by ${person(ash.by)}`}.`]
    : []),
  ...(ash.state === "talking"
    ? [`Ash is talking with them${ash.auto ? ", by itself: nobody had acknowledged the alert." : "."}`]
    : []),
  ...(ash.state === "ended" ? ["The conversation with Ash has ended."] : []),
  ...(ash.state === "refused" ? ["Ash did not write to them."] : []),
  ...(ash.state === "unreachable" ? ["They take no direct messages from Ash."] : []),
  ...(takenOverBy === null ? [] : [`${person(takenOverBy)} speaks with them through this alert's thread.`]),
  ...(optedOut ? ["They opted out of Ash. People may still write to them."] : [])
]

const progress = (alert: AlertView): ReadonlyArray<string> => [
  ...(alert.acknowledged === null ? [] : [step("Acknowledged", alert.acknowledged)]),
  ...(alert.resolved === null ? [] : [step(alert.state === "expired" ? "Expired" : "Resolved", alert.resolved)]),
  ...(alert.state === "expired" && alert.resolved === null ? ["Expired: nobody closed it."] : []),
  ...(alert.falsePositive ? ["Marked as a false positive."] : []),
  ...(alert.assignedTo.length === 0 ? [] : [`Assigned to ${alert.assignedTo.slice(0, 10).map(person).join(", ")}`]),
  ...(alert.attention > 0 ? [`Called back to everybody's attention ${plural(alert.attention, "time")}.`] : []),
  ...(alert.signals > 1 ? [`${alert.signals} messages belong to this alert.`] : [])
]

const severityWords = ({ overridden, severity }: AlertView): string =>
  overridden === null
    ? severity
    : `${severity}, set by ${person(overridden.by)} (was ${overridden.from}): ${inline(overridden.reason, 500)}`

const about = (alert: AlertView): ReadonlyArray<string | null> => [
  alert.humanWanted === null ? null : HUMAN_WANTED[alert.humanWanted],
  repeatWords(alert.earlier),
  alert.previous === null ? null : `Follows alert \`${alert.previous}\`, which closed a short while ago.`,
  ...honesty(alert.raisedBy)
]

/** Where and when: a message may be hours older than its alert, when nobody was listening. */
const place = (signal: Signal): string => {
  const link = jumpLink(signal)
  if (signal.userId === FORGOTTEN) return ""
  const where = link === null ? "Direct message to Ash" : `${channel(signal.channelId)} · [Go to the message](${link})`
  return `${where} · written ${moment(signal.at)}`
}

const memberName = ({ userId }: Signal): string =>
  userId === FORGOTTEN ? "They wished to be forgotten." : `${person(userId)} \`${userId}\``

const field = (name: string, value: string | null, inlined = false): ReadonlyArray<APIEmbedField> =>
  value === null || value === "" ? [] : [{ name, value: cut(value, FIELD_MAX), inline: inlined }]

const lines = (all: ReadonlyArray<string | null>): string => all.filter((line) => line !== null).join("\n")

/** The embed of an alert as it stands. */
export const alertEmbed = (alert: AlertView, said: MemberWords): APIEmbed => {
  const { raisedBy, signal } = alert
  const { analysis } = raisedBy
  const link = jumpLink(raisedBy)
  return {
    title: alertTitle(alert),
    color: colourOf(alert),
    ...(link === null ? {} : { url: link }),
    description: words(alert.textGone ? { kind: "gone" } : said),
    fields: [
      ...field("Please note", lines(about(alert))),
      ...field("Severity", severityWords(alert), true),
      ...(analysis === null
        ? []
        : [
            ...field("Score", analysis.score === null ? "unknown" : analysis.score.toFixed(2), true),
            ...field("Confidence", percent(analysis.confidence), true),
            ...field("Recommended", ACTIONS[analysis.action], true),
            ...field(
              "Key factors",
              analysis.factors
                .slice(0, 5)
                .map((factor) => `• ${inline(factor, 100)}`)
                .join("\n")
            )
          ]),
      ...field("Member", memberName(signal), true),
      ...field("Where", place(raisedBy), true),
      ...field("Ash", lines(ashWords(alert))),
      ...field("Progress", lines(progress(alert)))
    ],
    footer: { text: footer(alert.alertId, analysis) },
    timestamp: isoOf(alert.createdAt)
  }
}

/**
 * Whether it was taken over from an earlier service's post (B2): of such an alert only that post tells more than who, when
 * and how severe.
 */
export const isAdopted = ({ humanWanted, raisedBy }: AlertView): boolean =>
  raisedBy.analysis === null && humanWanted === null

const OURS: ReadonlyArray<string> = ["Ash", "Progress"]

/** An earlier service's embed with its own words kept, and how the alert stands now. */
export const adoptedEmbed = (alert: AlertView, old: APIEmbed): APIEmbed => {
  const { description, footer: foot, ...rest } = old
  return {
    ...rest,
    title: alertTitle(alert),
    color: colourOf(alert),
    ...(alert.textGone ? { description: words({ kind: "gone" }) } : description === undefined ? {} : { description }),
    fields: [
      ...(alert.signal.userId === FORGOTTEN ? [] : (old.fields ?? []))
        .filter(({ name }) => !OURS.includes(name))
        .slice(0, 23),
      ...field("Ash", lines(ashWords(alert))),
      ...field("Progress", lines(progress(alert)))
    ],
    footer: {
      text:
        foot?.text.startsWith(alert.alertId) === true
          ? foot.text
          : [alert.alertId, ...(foot === undefined ? [] : [foot.text])].join(" · ")
    }
  }
}

const footer = (alertId: AlertId, analysis: Analysis | null): string =>
  [
    alertId,
    ...(analysis?.requestId == null ? [] : [`request ${cut(analysis.requestId, 100)}`]),
    ...(analysis?.tookMs == null ? [] : [`${Math.round(analysis.tookMs)} ms`])
  ].join(" · ")

const isoOf = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at))

/** The parts of somebody's embed that say which alert it is. */
export interface PostedEmbed {
  readonly title?: string | undefined
  readonly url?: string | undefined
  readonly color?: number | null | undefined
  readonly footer?: { readonly text: string } | undefined
  readonly fields?: ReadonlyArray<{ readonly value: string }> | undefined
}

/**
 * The severity a post shows: by its title, else by its colour. A post of ours or an earlier service that says neither (its
 * colour tells the state, not the severity) counts as `high`: better one look too many.
 */
export const severityOfPost = (embeds: ReadonlyArray<PostedEmbed>): CrisisSeverity => {
  for (const { title = "" } of embeds) {
    const named = SEVERITIES.find((word) => isCrisis(word) && new RegExp(`\\b${word}\\b`, "i").test(title))
    if (named !== undefined && isCrisis(named)) return named
  }
  const colours = embeds.map(({ color }) => color)
  if (colours.includes(COLOURS.critical)) return "critical"
  return colours.includes(COLOURS.medium) ? "medium" : "high"
}

/**
 * The alert a post of ours is about, from its footer or, where Discord took no embed, from its own words; `null` for posts of
 * an earlier service. Words beside an embed say nothing: an earlier service may have quoted a member there.
 */
export const alertIdOfPost = (embeds: ReadonlyArray<PostedEmbed>, content = ""): AlertId | null => {
  for (const { footer } of embeds) {
    const found = /^(alert_[0-9a-f]{12})(?: ·|$)/.exec(footer?.text ?? "")
    if (found?.[1] !== undefined) return found[1]
  }
  return embeds.length > 0 ? null : (/`(alert_[0-9a-f]{12})`/.exec(content)?.[1] ?? null)
}

/** The guild of the member's message, from the link to it. Never from the description: the member wrote that. */
export const guildOfPost = (embeds: ReadonlyArray<PostedEmbed>, messageId: Snowflake): Snowflake | null => {
  const texts = embeds.flatMap(({ fields, url }) => [url ?? "", ...(fields ?? []).map(({ value }) => value)])
  for (const text of texts) {
    for (const [, guildId, , message] of text.matchAll(/\/channels\/([0-9]{1,20})\/([0-9]{1,20})\/([0-9]{1,20})/g)) {
      if (message === messageId && guildId !== undefined) return guildId
    }
  }
  return null
}
