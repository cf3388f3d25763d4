/**
 * What everybody may ask and do about what is stored of them (B15): answers are numbers and dates, never the words that are
 * stored, and a removal says what it did and what remains. Nobody is forgotten in the middle of being helped: an alert that
 * is open stays open, and a conversation that is under way goes on.
 */
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import type { AlertId } from "#domain/ash/Alert.ts"
import { dayOf } from "#domain/ash/AlertMetrics.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { memberId } from "#domain/ash/Member.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import type { StoreUnavailable } from "#runtime/RuntimeError.ts"
import { recordsOf } from "./DeskCommands.ts"
import { moment, plural, span } from "./Escaping.ts"
import type { Asker } from "./InteractionPayload.ts"
import { ask, type Means, type Trouble } from "./Means.ts"
import { until } from "./MemberCommands.ts"
import { historyOf } from "./MemberHistory.ts"

const Session = Schema.Struct({
  state: Schema.String,
  startedAt: Schema.NullOr(Schema.Number),
  optedOut: Schema.Boolean,
  optedOutUntil: Schema.NullOr(Schema.Number),
  followUpAt: Schema.NullOr(Schema.Number)
})
type Session = typeof Session.Type

/** Where somebody's own data lies: the community they ask from, else the one Ash is at home in. */
const homeOf = ({ settings }: Means, { guildId }: Asker): Snowflake | null => guildId ?? settings.homeGuildId

const ofAlerts = ({ alerts }: AshPolicy): string =>
  `Alerts about you, if there were any, hold your id, times, severities and what the team noted, without your words, for ${span(alerts.keepMs)}.`

const ofDiscord =
  "What the crisis team's channels on Discord show of an alert are posts of this community: your words go from them when you delete your message or ask to be forgotten."

/** `/ash-me data`: what is stored, in numbers. */
export const data = Effect.fnUntraced(function* (means: Means, asker: Asker): Effect.fn.Return<string, Trouble> {
  const guildId = homeOf(means, asker)
  const entries = guildId === null ? null : yield* historyOf(means, guildId, asker.by)
  const session = yield* ask(means, asker, "ash-session", asker.by, { type: "LOOK" }, Session)
  const { ash, history } = means.policy
  const keptMs = Math.min(history.ttlMs, history.maxAgeMs ?? history.ttlMs)
  return [
    entries === null
      ? "Ask in your community for the number of your stored messages."
      : `${plural(entries.length, "message")} of yours ${entries.length === 1 ? "is" : "are"} stored, for ${span(keptMs)} at most: only such as may tell of a crisis.`,
    session.state === "idle" || session.startedAt === null
      ? "No conversation with Ash is under way."
      : `A conversation with Ash is under way since ${moment(session.startedAt)}.`,
    `Of past conversations with Ash, times and numbers and what the team noted are kept for ${span(ash.sessionDataTtlMs)}, without your words.`,
    session.optedOut ? `You opted out of Ash, ${until(session.optedOutUntil)}.` : "You have not opted out of Ash.",
    ...(session.followUpAt === null ? [] : [`Ash means to ask how you are ${moment(session.followUpAt)}.`]),
    ofAlerts(means.policy),
    ofDiscord
  ].join("\n")
})

const settled = Schedule.spaced("100 millis").pipe(Schedule.upTo({ times: 300 }))

/** Waits, at most half a minute, until what the actor asked of others has gone out: a crisis among it is not forgotten. */
const untilQuiet = ({ system }: Means, to: ReturnType<typeof address>): Effect.Effect<void, Trouble> =>
  system
    .inspect(to)
    .pipe(
      Effect.repeat({ schedule: settled, until: (seen) => seen === null || seen.effects.length === 0 }),
      Effect.asVoid
    )

const DAY_MS = 86_400_000

/** The alerts about somebody in a community, as far as anything is measured of them. */
const alertsAbout = Effect.fnUntraced(function* (
  { policy, store }: Means,
  guildId: Snowflake,
  { at, by }: Asker
): Effect.fn.Return<ReadonlyArray<AlertId>, StoreUnavailable> {
  const days = Math.ceil(policy.alerts.metrics.ttlMs / DAY_MS) + 1
  const dates = Array.from({ length: days }, (_, back) => dayOf(at - back * DAY_MS))
  const all = yield* recordsOf({ store }, dates)
  return all.flatMap(({ alert_id, guild_id, user_id }) =>
    user_id === by && (guild_id === null || guild_id === guildId) ? [alert_id] : []
  )
})

/** Tells alerts that whom they are about is to be forgotten. */
const unname = ({ system }: Means, { at, id }: Asker, alerts: ReadonlyArray<AlertId>) =>
  Effect.forEach(
    alerts,
    (alertId) => system.tell(address("alert", alertId), { type: "SUBJECT_FORGOTTEN", at }, { id: `forgotten:${id}` }),
    { concurrency: 8, discard: true }
  )

/** Removes an actor once it is quiet. Answers how many keys went. */
const removed = (means: Means, to: ReturnType<typeof address>): Effect.Effect<number, Trouble> =>
  Effect.andThen(untilQuiet(means, to), means.system.forget(to))

const UNDER_WAY =
  "**Your conversation under way stays until it is over**, so that nobody loses you in the middle of it. Please ask again afterwards to have it forgotten too."

const NOT_ALL = "**Not everything could be removed: the database does not answer.** Please ask again in a few minutes."

/**
 * `/ash-me forget`: takes leave of both actors of the person, so that what they asked of others is withdrawn too, and
 * removes them; alerts about them name nobody any more, an open one when it is over. A conversation under way stays, and
 * the answer says so. Posts of alerts stay, without the person's words.
 */
export const forget = (means: Means, asker: Asker, sure: boolean): Effect.Effect<string, Trouble> => {
  const guildId = homeOf(means, asker)
  if (!sure) return Effect.succeed("Nothing was removed.")
  if (guildId === null) return Effect.succeed("Please ask for this in your community.")
  return forgetIn(means, asker, guildId).pipe(Effect.catchTag("AnswerPostponed", () => Effect.succeed(NOT_ALL)))
}

const forgetIn = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  guildId: Snowflake
): Effect.fn.Return<string, Trouble> {
  const member = address("member", memberId(guildId, asker.by))
  const entries = yield* historyOf(means, guildId, asker.by)
  const messageIds = entries.flatMap(({ message_id }) => message_id ?? [])
  const session = yield* ask(means, asker, "ash-session", asker.by, { type: "LOOK" }, Session)
  yield* ask(means, asker, "member", member.id, { type: "FORGOTTEN", messageIds, at: asker.at }, Schema.Unknown)
  const alerts = yield* alertsAbout(means, guildId, asker)
  yield* unname(means, asker, alerts)
  const ofMember = yield* removed(means, member)
  const idle = session.state === "idle"
  const ofSession = idle ? yield* takeLeave(means, asker, guildId) : 0
  return [
    `Removed: ${plural(entries.length, "stored message")}, and ${plural(ofMember + ofSession, "record")} about you${idle ? " and your conversations with Ash" : ""}.`,
    ...(idle ? [] : [UNDER_WAY]),
    ...(alerts.length === 0
      ? []
      : [
          `${plural(alerts.length, "alert")} about you ${alerts.length === 1 ? "does" : "do"} not name you in any number any more. One that is still open stays open, so that people may reach you, and forgets your id when it is over.`
        ]),
    "Posts of the crisis team on Discord stay where they are, without your words; some name you. Ask the team to delete them.",
    "If you opted out of Ash, that wish is kept."
  ].join("\n")
})

/** Of a person's conversations, in which no community is told apart. */
const takeLeave = Effect.fnUntraced(function* (
  means: Means,
  asker: Asker,
  guildId: Snowflake
): Effect.fn.Return<number, Trouble> {
  const session = address("ash-session", asker.by)
  const event = { type: "MEMBER_LEFT", guildId, at: asker.at }
  yield* means.system.tell(session, event, { id: `forgotten:${asker.id}`, priority: "high" })
  return yield* removed(means, session)
})
