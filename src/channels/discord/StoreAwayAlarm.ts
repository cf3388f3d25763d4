/**
 * Calls people while the store is away (A38). No alert can open then: events are kept and nothing runs. What the keyword net
 * calls high or worse in a message that waits so is posted plainly where alerts go, once the store has not answered for ten
 * seconds; likewise what an actor refuses for good. Its words are not repeated; the alert itself follows when it can.
 *
 * **Delivery**: at least once while this process lives, with a nonce made of the message's id, so two processes say it once.
 */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import { triage } from "#domain/ash/KeywordNet.ts"
import { type CrisisSeverity, isAtLeast, isCrisis } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { alertChannels, firstOpen } from "./AlertChannels.ts"
import { leadsOf, rangFor, rolesOf } from "./AlertCalls.ts"
import { sendToPerson } from "./DirectMessages.ts"
import { DiscordRest } from "./DiscordRest.ts"
import { DiscordSettings } from "./DiscordSettings.ts"
import { severityTitle } from "./Embeds.ts"
import { person, role } from "./Escaping.ts"
import type { Tell } from "./IngressTells.ts"
import { nonceOf, post } from "./Messages.ts"

export interface StoreAwayAlarmService {
  /** An event is about to be told. */
  readonly heard: (tell: Tell) => Effect.Effect<void>
  /** An event will never be told: its actor refuses it. */
  readonly refused: (tell: Tell) => Effect.Effect<void>
}

/** What nobody may be hearing of. */
interface Grave {
  readonly messageId: Snowflake
  readonly severity: CrisisSeverity
  /** The member, and where they wrote: a link, or that it was to Ash. */
  readonly about: string
  readonly heardAt: number
}

/** An outage shorter than this is none: the alert itself is as fast. */
const PATIENCE_MS = 10_000
/** Messages remembered at once; a call that could not be made is tried again after as long as an outage takes to be one. */
const MOST = 1000

const AWAY = "My database does not answer, so this alert has no buttons yet; it follows when the database is back."
const REFUSED =
  "I could not open an alert about it: something is wrong with my records of this member. An operator finds the reason in the log."

/** The words in an event of a member's, if they are grave. */
const graveOf = ({ event, to }: Tell, heardAt: number): Grave | null => {
  const seen = (event["message"] ?? event) as Readonly<Record<string, unknown>>
  const { channelId, messageId, text } = seen
  const isMessage = event.type === "MESSAGE_SEEN" || event.type === "DM_RECEIVED" || event.type === "DM_EDITED"
  if (!isMessage || typeof text !== "string" || typeof messageId !== "string") return null
  const { severity } = triage(text)
  if (!isCrisis(severity) || !isAtLeast(severity, "high")) return null
  const [first = "", second] = to.id.split(":")
  const where =
    second === undefined
      ? "who wrote to Ash directly"
      : `https://discord.com/channels/${first}/${String(channelId)}/${messageId}`
  return { messageId, severity, heardAt, about: `${person(second ?? first)}: ${where}` }
}

const make = Effect.gen(function* () {
  const system = yield* ActorSystem
  const rest = yield* DiscordRest
  const settings = yield* DiscordSettings
  const waiting = new Map<Snowflake, Grave>()
  let awaySince: number | null = null
  let againAt = 0

  const call = Effect.fnUntraced(function* ({ about, messageId, severity }: Grave, because: string) {
    const roles = rolesOf(settings, "crt")
    const words = `**${severityTitle(severity)}, by a list of words.** About ${about}\n${because}`
    const once = { idempotencyKey: `w${messageId}`, attempt: 1, requestedAt: yield* Clock.currentTimeMillis }
    const content = [...roles.map(role), words].join(" ")
    const loud = { content, allowed_mentions: { parse: [], roles: [...roles] } }
    const posted = yield* firstOpen(
      alertChannels(settings, severity),
      (id) => id,
      (channelId) => post(rest, channelId, nonceOf(once), loud)
    ).pipe(Effect.option)
    const rang = Option.exists(posted, (seen) => rangFor(roles, seen))
    const told = yield* Effect.forEach(rang ? [] : leadsOf(settings), (lead, index) =>
      Effect.isSuccess(sendToPerson(rest, lead, once, index + 1, words))
    )
    const called = rang || told.includes(true)
    yield* Effect.logError("discord: a grave message cannot become an alert now").pipe(Effect.annotateLogs({ called }))
    return called || Option.isSome(posted)
  })

  /** Says what waits when the store has been away for long enough; forgets it when the store is there. */
  const look = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { store } = yield* system.health
    if (store.reachable) {
      awaySince = null
      for (const [id, { heardAt }] of waiting) if (heardAt < now) waiting.delete(id)
      return
    }
    awaySince ??= now
    if (now < Math.max(awaySince + PATIENCE_MS, againAt)) return
    for (const [id, grave] of waiting) {
      if (yield* call(grave, AWAY)) waiting.delete(id)
      else againAt = now + PATIENCE_MS
    }
  })
  yield* look.pipe(
    Effect.catchDefect(() => Effect.logError("discord: looking after grave messages met a defect")),
    Effect.repeat(Schedule.spaced("1 second")),
    Effect.forkScoped
  )

  const grave = (tell: Tell) => Effect.map(Clock.currentTimeMillis, (now) => graveOf(tell, now))
  return StoreAwayAlarm.of({
    heard: (tell) =>
      Effect.map(grave(tell), (found) => {
        if (found !== null && waiting.size < MOST) waiting.set(found.messageId, found)
      }),
    refused: (tell) =>
      Effect.flatMap(grave(tell), (found) => (found === null ? Effect.void : Effect.asVoid(call(found, REFUSED))))
  })
})

/** Silent where nobody provides it. */
export const StoreAwayAlarm = Context.Reference<StoreAwayAlarmService>("app/channels/discord/StoreAwayAlarm", {
  defaultValue: () => ({ heard: () => Effect.void, refused: () => Effect.void })
})

export const layer: Layer.Layer<never, never, ActorSystem | DiscordRest | DiscordSettings> = Layer.effect(
  StoreAwayAlarm,
  make
)
