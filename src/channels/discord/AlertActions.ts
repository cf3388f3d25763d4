/**
 * What responders do to an alert, by its buttons or by commands in its thread. Which alert that is follows from the post
 * itself or from the thread, so both work for posts of any age, and for those of an earlier service (B2).
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { Routes } from "discord.js"
import { type AdoptedPost, type AlertId, alertIdOf } from "#domain/ash/Alert.ts"
import { alertLookupKey } from "#domain/ash/AlertMetrics.ts"
import { isCrisis, parseSeverity } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { AnswerRead, answerWords, type Asked } from "./AlertAnswers.ts"
import { type AlertButton, type Clicked, parseCustomId } from "./AlertButtons.ts"
import { alertIdOfPost, guildOfPost, severityOfPost } from "./Embeds.ts"
import { person } from "./Escaping.ts"
import type { DiscordFailure } from "./DiscordRest.ts"
import { isGone } from "./Failures.ts"
import { type Asker, BotPost, type OptionValue } from "./InteractionPayload.ts"
import { ask, type Means, type Trouble } from "./Means.ts"
import { read } from "./Messages.ts"
import { isOfTeam } from "./Roles.ts"

/** The alert a request is about, and its post where that is known. */
export interface Located {
  readonly alertId: AlertId
  readonly post: AdoptedPost | null
}

/** The alert of a post. The guild is that of the member's message, which the post's may not be. */
export const locate = (clicked: Clicked, post: BotPost, guildId: Snowflake): Located => {
  const embeds = post.embeds ?? []
  const home = guildOfPost(embeds, clicked.messageId) ?? guildId
  return {
    alertId: alertIdOfPost(embeds, post.content) ?? alertIdOf(home, clicked.userId, clicked.messageId),
    post: {
      guildId: home,
      userId: clicked.userId,
      sourceMessageId: clicked.messageId,
      severity: severityOfPost(embeds),
      channelId: post.channel_id,
      messageId: post.id
    }
  }
}

const buttonOf = ({ components = [] }: BotPost): Clicked | null => {
  for (const { components: buttons = [] } of components) {
    for (const { custom_id = "" } of buttons) {
      const clicked = parseCustomId(custom_id)
      if (clicked !== null) return clicked
    }
  }
  return null
}

const Ourselves = Schema.Struct({ id: Schema.String })

/**
 * The post above a thread: both have one id. Only one of our own counts: buttons and a footer like ours on another bot's
 * message could name an alert of any community.
 */
const postAbove = Effect.fnUntraced(function* (
  { rest }: Means,
  { channelId, guildId, parentId }: Asker
): Effect.fn.Return<Located | null, DiscordFailure> {
  if (channelId === null || guildId === null || parentId === null) return null
  const post = yield* rest.request("GET", Routes.channelMessage(parentId, channelId)).pipe(
    Effect.flatMap(read(BotPost)),
    Effect.catchIf(isGone, () => Effect.succeed(null))
  )
  const clicked = post === null ? null : buttonOf(post)
  if (post === null || clicked === null) return null
  const { id } = yield* Effect.flatMap(rest.request("GET", Routes.user()), read(Ourselves))
  return post.author?.id === id ? locate(clicked, post, guildId) : null
})

/** The alert whose thread a command was entered in. */
const alertOfThread = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker
): Effect.fn.Return<Located | null, Trouble> {
  if (asker.channelId === null) return null
  const text = yield* means.store.readDocument(alertLookupKey(asker.channelId))
  const known = /alert_[0-9A-Za-z]+/.exec(text ?? "")?.[0]
  return known === undefined ? yield* postAbove(means, asker) : { alertId: known, post: null }
})

type Bare = Asked extends infer One ? (One extends Asked ? Omit<One, "by" | "at" | "post"> : never) : never

const request = (
  means: Means,
  asker: Asker,
  { alertId, post }: Located,
  what: Bare
): Effect.Effect<string, Trouble> => {
  const asked = { ...what, by: asker.by, at: asker.at, ...(post === null ? {} : { post }) } as Asked
  return Effect.map(ask(means, asker, "alert", alertId, { ...asked }, AnswerRead), (answer) =>
    answerWords(asked, answer)
  )
}

const REQUESTS: Readonly<Record<Exclude<AlertButton, "ash_history">, Bare>> = {
  ash_ack: { type: "ACKNOWLEDGE", note: null },
  ash_resolve: { type: "RESOLVE", note: null },
  ash_talk: { type: "TALK_TO_ASH" },
  ash_take: { type: "TAKE_OVER" },
  ash_back: { type: "HAND_BACK" }
}

/** A click on one of the buttons that change something. */
export const press = (
  means: Means,
  asker: Asker,
  clicked: Clicked & { readonly button: keyof typeof REQUESTS },
  post: BotPost
): Effect.Effect<string, Trouble> =>
  asker.guildId === null
    ? Effect.succeed("This works in the community only.")
    : request(means, asker, locate(clicked, post, asker.guildId), REQUESTS[clicked.button])

type Values = Readonly<Record<string, OptionValue>>

const textOf = (values: Values, name: string): string | null => {
  const value = values[name]
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null
}

/** `ack`, `severity`, ...: what a command of the group `alert` asks; `null` when its options do not fit. */
const REQUESTED: Readonly<Record<string, (values: Values) => Bare | null>> = {
  ack: (values) => ({ type: "ACKNOWLEDGE", note: textOf(values, "note") }),
  resolve: (values) => ({ type: "RESOLVE", note: textOf(values, "note") }),
  take: () => ({ type: "TAKE_OVER" }),
  handback: () => ({ type: "HAND_BACK" }),
  assign: (values) => {
    const to = textOf(values, "responder")
    return to === null ? null : { type: "ASSIGN", to }
  },
  severity: (values) => {
    const severity = parseSeverity(textOf(values, "level") ?? "")
    const reason = textOf(values, "reason")
    if (severity === null || !isCrisis(severity) || reason === null) return null
    return { type: "OVERRIDE_SEVERITY", severity, reason }
  },
  falsepositive: (values) => {
    const reason = textOf(values, "reason")
    return reason === null ? null : { type: "FALSE_POSITIVE", reason }
  }
}

/** A command of the group `alert`, for the alert of the thread it was entered in. */
export const command = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  name: string,
  values: Values,
  rolesOf: Readonly<Record<Snowflake, ReadonlyArray<Snowflake>>>
): Effect.fn.Return<string, Trouble> {
  const what = REQUESTED[name]?.(values) ?? null
  if (what === null) return "I do not understand this. Nothing was changed."
  if (what.type === "ASSIGN" && !isOfTeam(means.settings, rolesOf[what.to] ?? null)) {
    return `${person(what.to)} is not of the crisis team. Nothing was changed.`
  }
  const located = yield* alertOfThread(means, asker)
  if (located === null) return "This works in the thread of an alert: I know none that belongs to this place."
  return yield* request(means, asker, located, what)
})
