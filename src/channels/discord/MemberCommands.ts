/**
 * Commands about one person: what the team may ask about a member, and everybody's own wish not to hear from Ash (B14). An
 * opt-out belongs to a person, whatever communities they are in, so it is shown and ended only where they are a member.
 */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { userOfSession } from "#domain/ash/AshSession.ts"
import { memberId } from "#domain/ash/Member.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { moment, person, plural } from "./Escaping.ts"
import type { Asker } from "./InteractionPayload.ts"
import { ask, type Means, type Trouble } from "./Means.ts"
import { historyOf, historyWords } from "./MemberHistory.ts"

const OptOut = Schema.Struct({ outcome: Schema.String, until: Schema.NullOr(Schema.Number) })
type OptOut = typeof OptOut.Type

const Session = Schema.Struct({ optedOut: Schema.Boolean, optedOutUntil: Schema.NullOr(Schema.Number) })
type Session = typeof Session.Type

const Kept = Schema.Struct({ kept: Schema.Boolean })

const needsGuild = "This works in the community only."

/** `for good`, or until when. */
export const until = (at: number | null): string => (at === null ? "for good" : `until ${moment(at, "f")}`)

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
  { ends, isMember }: { readonly ends: boolean; readonly isMember: boolean }
): Effect.fn.Return<string, Trouble> {
  if (!isMember) return `${person(userId)} is no member of this community, so nothing is said about them here.`
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
