/**
 * Commands about one person: what the team may ask about a member, and what everybody may ask and do about themselves (B14,
 * B15). Answers about oneself are numbers and dates, never the words that are stored.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { userOfSession } from "#domain/ash/AshSession.ts"
import { memberId } from "#domain/ash/Member.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { moment, person, plural, span } from "./Escaping.ts"
import type { Asker } from "./InteractionPayload.ts"
import { ask, type Means, type Trouble } from "./Means.ts"
import { historyOf, historyWords } from "./MemberHistory.ts"

const OptOut = Schema.Struct({ outcome: Schema.String, until: Schema.NullOr(Schema.Number) })
type OptOut = typeof OptOut.Type

const Session = Schema.Struct({
  state: Schema.String,
  startedAt: Schema.NullOr(Schema.Number),
  optedOut: Schema.Boolean,
  optedOutUntil: Schema.NullOr(Schema.Number),
  followUpAt: Schema.NullOr(Schema.Number)
})
type Session = typeof Session.Type

const Kept = Schema.Struct({ kept: Schema.Boolean })

const needsGuild = "This works in the community only."

const until = (at: number | null): string => (at === null ? "for good" : `until ${moment(at, "f")}`)

/** `/ash history`. */
export const history = Effect.fnUntraced(function* (
  means: Means,
  { guildId }: Asker,
  userId: Snowflake
): Effect.fn.Return<string, Trouble> {
  if (guildId === null) return needsGuild
  return historyWords(userId, yield* historyOf(means, guildId, userId))
})

/** `/ash clear`: removes the stored messages, and says how many really went. */
export const clear = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  userId: Snowflake
): Effect.fn.Return<string, Trouble> {
  if (asker.guildId === null) return needsGuild
  const before = yield* historyOf(means, asker.guildId, userId)
  const event = { type: "HISTORY_CLEARED", at: asker.at }
  yield* ask(means, asker, "member", memberId(asker.guildId, userId), event, Schema.Unknown)
  const after = yield* historyOf(means, asker.guildId, userId)
  if (before.length === 0) return `Nothing was stored about ${person(userId)} in this community.`
  return after.length === 0
    ? `Removed ${plural(before.length, "stored message")} of ${person(userId)}.`
    : `**${plural(after.length, "message")} of ${person(userId)} ${after.length === 1 ? "is" : "are"} still stored.** Please try again in a minute.`
})

/** `/ash notes`. */
export const note = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  sessionId: string,
  text: string
): Effect.fn.Return<string, Trouble> {
  const userId = userOfSession(sessionId)
  if (userId === null) return "That is not the id of a session. It stands at the end of the session's notes."
  const event = { type: "NOTE", sessionId, by: asker.by, text, at: asker.at }
  const { kept } = yield* ask(means, asker, "ash-session", userId, event, Kept)
  return kept
    ? "Your note is kept with the session."
    : "No session of that id is known (any more). Your note was not kept."
})

const optedOutWords = (userId: Snowflake, { optedOut, optedOutUntil }: Session): string =>
  optedOut
    ? `${person(userId)} opted out of Ash, ${until(optedOutUntil)}. People may still write to them.`
    : `${person(userId)} has not opted out of Ash.`

/** `/ash optout`: how things stand, or with `clear` the end of an opt-out. */
export const optOutOf = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  userId: Snowflake,
  ends: boolean
): Effect.fn.Return<string, Trouble> {
  if (!ends) return optedOutWords(userId, yield* ask(means, asker, "ash-session", userId, { type: "LOOK" }, Session))
  const event = { type: "OPT_IN", by: asker.by, at: asker.at }
  const { outcome } = yield* ask(means, asker, "ash-session", userId, event, OptOut)
  return outcome === "opted_in"
    ? `${person(userId)} is not opted out any more: Ash may write to them.`
    : `${person(userId)} was not opted out. Nothing was changed.`
})

const ownWords = ({ outcome, until: at }: OptOut): string => {
  switch (outcome) {
    case "opted_out":
      return `You opted out: Ash does not write to you, ${until(at)}. People of the crisis team may still reach out. \`/ash-me optin\` ends this.`
    case "already_opted_out":
      return `You have opted out already: Ash does not write to you, ${until(at)}.`
    case "opted_in":
      return "Ash may write to you again."
    case "was_not_opted_out":
      return "You had not opted out. Nothing was changed."
    default:
      return "Opting out is switched off in this community. You can still tell a member of the crisis team."
  }
}

/** `/ash-me optout` and `/ash-me optin`. */
export const setOwn = (means: Means, asker: Asker, out: boolean): Effect.Effect<string, Trouble> => {
  const event = { type: out ? "OPT_OUT" : "OPT_IN", by: asker.by, at: asker.at }
  return Effect.map(ask(means, asker, "ash-session", asker.by, event, OptOut), ownWords)
}

/** Where somebody's own data lies: the community they ask from, else the one Ash is at home in. */
const homeOf = ({ settings }: Means, { guildId }: Asker): Snowflake | null => guildId ?? settings.homeGuildId

const ofAlerts = ({ alerts }: AshPolicy): string =>
  `Alerts about you, if there were any, hold your id, times and severities without your words, for ${span(alerts.keepMs)}.`

/** `/ash-me data`: what is stored, in numbers. */
export const ownData = Effect.fnUntraced(function* (means: Means, asker: Asker): Effect.fn.Return<string, Trouble> {
  const guildId = homeOf(means, asker)
  const entries = guildId === null ? null : yield* historyOf(means, guildId, asker.by)
  const session = yield* ask(means, asker, "ash-session", asker.by, { type: "LOOK" }, Session)
  const { history } = means.policy
  const keptMs = Math.min(history.ttlMs, history.maxAgeMs ?? history.ttlMs)
  return [
    entries === null
      ? "Ask in your community for the number of your stored messages."
      : `${plural(entries.length, "message")} of yours ${entries.length === 1 ? "is" : "are"} stored, for ${span(keptMs)} at most: only such as may tell of a crisis.`,
    session.state === "idle" || session.startedAt === null
      ? "No conversation with Ash is under way."
      : `A conversation with Ash is under way since ${moment(session.startedAt)}.`,
    session.optedOut ? `You opted out of Ash, ${until(session.optedOutUntil)}.` : "You have not opted out of Ash.",
    ...(session.followUpAt === null ? [] : [`Ash means to ask how you are ${moment(session.followUpAt)}.`]),
    ofAlerts(means.policy)
  ].join("\n")
})

const settled = Schedule.spaced("100 millis").pipe(Schedule.upTo({ times: 50 }))

/** Waits, at most five seconds, until what the actor asked of others has gone out. */
const untilQuiet = ({ system }: Means, to: ReturnType<typeof address>): Effect.Effect<void, Trouble> =>
  system
    .inspect(to)
    .pipe(
      Effect.repeat({ schedule: settled, until: (seen) => seen === null || seen.effects.length === 0 }),
      Effect.asVoid
    )

/**
 * `/ash-me forget`: takes leave of both actors of the person, so that what they asked of others is withdrawn too, and
 * removes them. Posts of alerts stay, without the person's words.
 */
export const forgetOwn = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  sure: boolean
): Effect.fn.Return<string, Trouble> {
  if (!sure) return "Nothing was removed."
  const guildId = homeOf(means, asker)
  if (guildId === null) return "Please ask for this in your community."
  const member = address("member", memberId(guildId, asker.by))
  const session = address("ash-session", asker.by)
  const messages = (yield* historyOf(means, guildId, asker.by)).length
  yield* ask(means, asker, "member", member.id, { type: "MEMBER_LEFT", at: asker.at }, Schema.Unknown)
  yield* ask(means, asker, "ash-session", session.id, { type: "MEMBER_LEFT", guildId, at: asker.at }, Schema.Unknown)
  yield* Effect.forEach([member, session], (to) => untilQuiet(means, to))
  const removed = yield* Effect.forEach([member, session], (to) => means.system.forget(to))
  const records = removed.reduce((sum, one) => sum + one, 0)
  return [
    `Removed: ${plural(messages, "stored message")}, and ${plural(records, "record")} about you and your conversations with Ash.`,
    "If you opted out of Ash, that wish is kept.",
    ofAlerts(means.policy)
  ].join("\n")
})
