/**
 * What an alert remembers and how each happening changes it: small pure functions from context to change, so that the
 * chart only names them. Steps are written once and never taken back (B3); every list is bounded here.
 */
import { type AdoptedPost, type AlertState, type AlertView, FORGOTTEN, type Signal } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { type CrisisSeverity, higherOf, isAtLeast, isHigher } from "#domain/ash/Severity.ts"
import { type Snowflake, snowflakeTime } from "#domain/ash/Snowflake.ts"
import {
  AGAIN_MS,
  type AlertContext,
  type AlertInput,
  type Escalation,
  type Facts,
  MAX_ASSIGNED,
  MAX_NOTE
} from "./schema.ts"

type Change = Partial<AlertContext>

/** An actor that was spoken to and has no alert yet. */
export const newborn = ({ alertId, at }: AlertInput): AlertContext => ({
  alertId,
  bornAt: at,
  facts: null,
  escalation: { steps: [], next: 0, startedAt: null },
  reminders: 0,
  ashDueAt: null,
  humanInPost: false,
  failedPosts: 0,
  failedCalls: 0,
  unheard: [],
  refusals: [],
  unshown: false,
  unrecorded: false,
  measured: 0
})

/** The facts of an opened alert. Throws before it is opened: no state that asks for them is. */
export const factsOf = ({ facts }: Pick<AlertContext, "facts">): Facts => {
  if (facts === null) throw new TypeError("an alert is in a state that needs its facts and has none")
  return facts
}

export const stateOf = ({ acknowledged, resolved, expiredAt }: Facts): AlertState =>
  resolved !== null ? "resolved" : expiredAt !== null ? "expired" : acknowledged !== null ? "acknowledged" : "alert"

export const isOpen = (facts: Facts): boolean => facts.resolved === null && facts.expiredAt === null

/** What others may see of it. Throws before it is opened. */
export const viewOf = ({ alertId, facts }: Pick<AlertContext, "alertId" | "facts">): AlertView => {
  const known = factsOf({ facts })
  const { expiredAt: _, openedAs: _as, ashContact: _contact, firstResponse: _first, ...others } = known
  const { adopted: _adopted, forgotten: _forgotten, ...seen } = others
  return { alertId, state: stateOf(known), ...seen }
}

/** New facts, which the post and the metrics do not show yet. */
export const learn = (context: AlertContext, news: Partial<Facts>): Change => ({
  facts: { ...factsOf(context), ...news },
  unshown: true,
  unrecorded: true
})

const nothingYet = {
  signals: 1,
  acknowledged: null,
  resolved: null,
  expiredAt: null,
  assignedTo: [],
  ash: { state: "none", by: null, auto: false, at: null },
  ashContact: null,
  firstResponse: null,
  takenOverBy: null,
  optedOut: false,
  falsePositive: false,
  overridden: null,
  attention: 0,
  textGone: false
} as const satisfies Partial<Facts>

/** Whoever wants a person is at least in high need (B9). Who only wants no Ash is as bad off as before. */
export const severityOf = ({ severity, humanWanted }: Signal): CrisisSeverity =>
  humanWanted === null || humanWanted === "opted_out" ? severity : higherOf(severity, "high")

/** The chain of calls as the policy has it now. */
export const chainFor = (severity: CrisisSeverity, { alerts }: AshPolicy): Escalation => ({
  steps: alerts.escalation[severity],
  next: 0,
  startedAt: null
})

export const opened = (
  { bornAt }: AlertContext,
  { signal, earlier, previous }: Pick<AlertView, "signal" | "earlier" | "previous">,
  policy: AshPolicy
): Change => {
  const severity = severityOf(signal)
  return {
    facts: {
      ...nothingYet,
      signal,
      severity,
      openedAs: severity,
      createdAt: Math.max(bornAt, signal.at),
      raisedBy: signal,
      humanWanted: signal.humanWanted,
      earlier,
      previous,
      place: null,
      threadId: null,
      adopted: false
    },
    escalation: chainFor(severity, policy),
    unrecorded: true
  }
}

/** An alert as far as another service's post tells of it (B2). Nobody is called about it until it is raised. */
export const adopted = (post: AdoptedPost): Change => {
  const { guildId, userId, severity, channelId, messageId } = post
  const createdAt = snowflakeTime(messageId)
  const signal: Signal = {
    guildId,
    userId,
    channelId,
    messageId: post.sourceMessageId,
    at: snowflakeTime(post.sourceMessageId),
    severity,
    sensitivity: 1,
    origin: "channel",
    analysis: null,
    unanalysed: false,
    humanWanted: null
  }
  return {
    facts: {
      ...nothingYet,
      signal,
      severity,
      openedAs: severity,
      createdAt,
      raisedBy: signal,
      humanWanted: null,
      earlier: 0,
      previous: null,
      place: { channelId, messageId },
      threadId: null,
      adopted: true
    },
    unrecorded: true
  }
}

/** One more message was heard; a higher severity raises the alert and is never lowered by it (B7). */
export const heard = (context: AlertContext, signal: Signal): Change => {
  const { signals, humanWanted } = factsOf(context)
  return learn(context, {
    signals: signals + 1,
    humanWanted: signal.humanWanted ?? humanWanted,
    ...raisedBy(context, signal)
  })
}

/** What a real analysis changes after the net's guess. It is no message more. */
export const analysed = (context: AlertContext, { messageId, analysis }: Signal): Change => {
  const { signal, raisedBy } = factsOf(context)
  const known = { analysis, unanalysed: false }
  return learn(context, {
    ...(signal.messageId === messageId ? { signal: { ...signal, ...known } } : {}),
    ...(raisedBy.messageId === messageId ? { raisedBy: { ...raisedBy, ...known } } : {})
  })
}

/** Whether a message is worse than what the alert stands at. */
export const isWorse = (context: AlertContext, signal: Signal): boolean =>
  isHigher(severityOf(signal), factsOf(context).severity)

export const raisedBy = (context: AlertContext, signal: Signal): Partial<Facts> =>
  isWorse(context, signal)
    ? { severity: severityOf(signal), raisedBy: signal, attention: factsOf(context).attention + 1 }
    : {}

/**
 * Whether a message that does not raise the alert must be said to people all the same: it is grave, nobody is being called
 * now, and no person was there and nothing was said for as long as a cooldown.
 */
export const isToldAgain = (context: AlertContext, signal: Signal, { alerts }: AshPolicy): boolean => {
  const { acknowledged, raisedBy } = factsOf(context)
  const { steps, next } = context.escalation
  const calling = acknowledged === null && next < steps.length
  const since = Math.max(context.toldAgainAt ?? raisedBy.at, context.attendedAt ?? 0)
  const grave = signal.humanWanted === null && isAtLeast(signal.severity, "high")
  return grave && !calling && signal.at - since >= Math.max(AGAIN_MS, alerts.cooldownMs)
}

/** Nobody took it, or who did has not been there for as long as a reminder waits. */
export const isUnattended = (context: AlertContext, { at }: Signal, { alerts }: AshPolicy): boolean => {
  const { acknowledged } = factsOf(context)
  return acknowledged === null || at - Math.max(acknowledged.at, context.attendedAt ?? 0) >= alerts.remindAfterMs
}

/** Who said that they have it, or was given it. */
export const whoHasIt = (context: AlertContext): ReadonlyArray<Snowflake> => {
  const { acknowledged, assignedTo, takenOverBy } = factsOf(context)
  return [...new Set([acknowledged?.by ?? null, takenOverBy, ...assignedTo])].filter((one) => one !== null)
}

const note = (text: string | null): string | null => (text === null ? null : cut(text))

/** By code points, so that no surrogate pair is split. */
export const cut = (text: string): string =>
  text.length <= MAX_NOTE ? text : Array.from(text).slice(0, MAX_NOTE).join("")

interface Taken {
  readonly by: Snowflake
  readonly at: number
  readonly note: string | null
}

export const acknowledged = (context: AlertContext, { by, at, note: said }: Taken): Change =>
  learn(context, { acknowledged: { by, at, note: note(said) } })

/** C22: resolving what nobody acknowledged takes both steps, in order, each with who and when. Nobody speaks for it any more. */
export const resolved = (context: AlertContext, { by, at, note: said }: Taken): Change =>
  learn(context, {
    acknowledged: factsOf(context).acknowledged ?? { by, at, note: null },
    resolved: { by, at, note: note(said) },
    takenOverBy: null
  })

export const assigned = (context: AlertContext, to: Snowflake): Change => {
  const others = factsOf(context).assignedTo.filter((one) => one !== to)
  return learn(context, { assignedTo: [...others, to].slice(-MAX_ASSIGNED) })
}

/** B19: the severity a responder says, and what it was before. The chain of calls is the one of the new severity. */
export const overridden = (
  context: AlertContext,
  { severity, by, reason }: { readonly severity: CrisisSeverity; readonly by: Snowflake; readonly reason: string },
  policy: AshPolicy
): Change => ({
  ...learn(context, { severity, overridden: { from: factsOf(context).severity, by, reason: cut(reason) } }),
  escalation: chainFor(severity, policy)
})

/** Ash is asked to go; the first time counts as the contact unless Ash does not get there (M2). */
export const ashAsked = (context: AlertContext, by: Snowflake | null, at: number): Change => {
  const auto = by === null
  const contact = { at, by, auto, reached: false }
  return learn(context, {
    ash: { state: "asked", by, auto, at },
    ashContact: factsOf(context).ashContact ?? contact
  })
}

export const ashContacted = (context: AlertContext, at: number): Change => {
  const { ash, ashContact } = factsOf(context)
  return learn(context, {
    ash: { ...ash, state: "talking", at: ash.at ?? at },
    ashContact: { ...(ashContact ?? { at, by: ash.by, auto: ash.auto }), reached: true }
  })
}

export const ashStayedAway = (context: AlertContext, state: "refused" | "unreachable"): Change => {
  const { ash, ashContact } = factsOf(context)
  return learn(context, { ash: { ...ash, state }, ashContact: ashContact?.reached === true ? ashContact : null })
}

/** The first person who writes in the thread is the first response (M3). It does not show in the post. */
export const responded = (context: AlertContext, by: Snowflake, at: number): Change => {
  const facts = factsOf(context)
  return facts.firstResponse === null ? { facts: { ...facts, firstResponse: { by, at } }, unrecorded: true } : {}
}

/** B15: who it is about is no part of what is measured any more. Their words went before. */
export const forgotten = (context: AlertContext): Change => learn(context, { forgotten: true, textGone: true })

/** Of an alert that is over nothing needs to reach the member: it names nobody any more, when they wished so. */
export const unnamed = (context: AlertContext): Change => {
  const { forgotten, signal, raisedBy } = factsOf(context)
  if (forgotten !== true || signal.userId === FORGOTTEN) return {}
  return learn(context, {
    signal: { ...signal, userId: FORGOTTEN },
    raisedBy: { ...raisedBy, userId: FORGOTTEN }
  })
}

/** Whether a deleted message is one the alert shows. */
export const showsOneOf = (context: AlertContext, messageIds: ReadonlyArray<Snowflake> | "all"): boolean => {
  const { signal, raisedBy } = factsOf(context)
  return messageIds === "all" || messageIds.some((id) => id === signal.messageId || id === raisedBy.messageId)
}
