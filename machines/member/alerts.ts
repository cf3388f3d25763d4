/**
 * The alerts about a member: which one is open, which were, and whether a signal opens another (B7, B20, C29). One at most is
 * open. What an alert could not hear comes back and is never lost; pure functions from context to change.
 */
import { type AlertId, alertIdOf, type Signal } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { higherOf, isAtLeast, isHigher } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { heardBy } from "./pending.ts"
import { EARLIER_MS, type KnownAlert, MAX_ALERTS, MAX_FORWARDED, type MemberContext, type Signalled } from "./schema.ts"

type Policy = AshPolicy["alerts"]
type Context = MemberContext
type Change = Partial<Context>

/** The alert that closed last. */
export const lastClosed = ({ alerts }: Context): (KnownAlert & { readonly closedAt: number }) | null => {
  let last: (KnownAlert & { readonly closedAt: number }) | null = null
  for (const alert of alerts) {
    const { closedAt } = alert
    if (closedAt !== null && closedAt >= (last?.closedAt ?? 0)) last = { ...alert, closedAt }
  }
  return last
}

const closedWithin = (context: Context, ms: number, now: number): KnownAlert | null => {
  const last = lastClosed(context)
  return last !== null && now - last.closedAt < ms ? last : null
}

export const known = ({ alerts }: Context, id: AlertId): KnownAlert | undefined =>
  alerts.find(({ alertId }) => alertId === id)

const openedBy = ({ alerts }: Context, { messageId, at }: Signal): KnownAlert | undefined =>
  alerts.find((alert) => alert.messageId === messageId && alert.messageAt === at)

/** Whether a signal opens an alert while none is open. */
export const opens = (context: Context, signalled: Signalled, policy: Policy): boolean => {
  const { signal, at, unheard, guessedFor } = signalled
  if (!policy.enabled) return false
  // A person was asked for: neither severity nor cooldown stands in the way (B9).
  if (signal.humanWanted === "opted_out") return closedWithin(context, policy.reopenWindowMs, at) !== null
  if (signal.humanWanted !== null) return true
  if (!isAtLeast(signal.severity, policy.minSeverity)) return false
  // Nobody has seen to it: it came while its alert was open, and was not heard.
  if (unheard) return true
  // People have seen to this very text, when it was a guess or before it was told again: only worse calls them once more.
  const seenTo = guessedFor === null ? openedBy(context, signal) : known(context, guessedFor)
  if (seenTo !== undefined) return isHigher(signal.severity, seenTo.severity)
  // What rings for people is kept from nobody because another alert has just closed.
  if (isAtLeast(signal.severity, "high")) return true
  const cooling = closedWithin(context, policy.cooldownMs, at)
  return cooling === null || isHigher(signal.severity, cooling.severity)
}

/** What the new alert is told, and what the member remembers of it. */
export const opened = (
  context: Context,
  { signal, at }: Signalled,
  policy: Policy
): {
  readonly alertId: AlertId
  readonly earlier: number
  readonly previous: AlertId | null
  readonly change: Change
} => {
  const alertId = freshId(context, signal.messageId)
  const { severity, messageId, at: messageAt } = signal
  const remembered = context.alerts.filter(({ openedAt }) => at - openedAt < Math.max(EARLIER_MS, policy.keepMs))
  return {
    alertId,
    earlier: context.alerts.filter(({ openedAt }) => at - openedAt < EARLIER_MS).length,
    previous: closedWithin(context, policy.reopenWindowMs, at)?.alertId ?? null,
    change: {
      open: { alertId, given: [keyOf(signal)] },
      alerts: [...remembered, { alertId, messageId, messageAt, severity, openedAt: at, closedAt: null }].slice(
        -MAX_ALERTS
      ),
      ...guessHeard(context, signal, alertId)
    }
  }
}

/**
 * The id of a new alert: that of its message, which is what buttons lead to. A message that had an alert of its own before
 * (it was changed for the worse since) gets another id, because a closed alert never opens again.
 */
const freshId = ({ guildId, userId, alerts }: Context, messageId: Snowflake): AlertId => {
  for (let nth = 1; ; nth++) {
    const id = alertIdOf(guildId, userId, nth === 1 ? messageId : `${messageId}/${nth}`)
    if (!alerts.some(({ alertId }) => alertId === id)) return id
  }
}

/** The open alert is given one more signal. */
export const given = (context: Context, { signal, unheard }: Signalled): Change => {
  const { open, alerts } = context
  if (open === null) return {}
  const { alertId } = open
  return {
    alerts: alerts.map((alert) =>
      alert.alertId === alertId ? { ...alert, severity: higherOf(alert.severity, signal.severity) } : alert
    ),
    ...(unheard ? { open: { alertId, given: [...open.given, keyOf(signal)].slice(-MAX_FORWARDED) } } : {}),
    ...guessHeard(context, signal, alertId)
  }
}

const guessHeard = ({ pending }: Context, { unanalysed, messageId, at }: Signal, alertId: AlertId): Change =>
  unanalysed ? { pending: heardBy(pending, messageId, at, alertId) } : {}

/**
 * Whether it is the open alert itself that gave this signal back: then it is closed, and the news of it was lost. Without
 * this the two would pass the signal to each other for ever.
 */
export const gaveBack = ({ open }: Context, { signal, unheard }: Signalled): boolean =>
  unheard && open !== null && open.given.includes(keyOf(signal))

export const closed = ({ open, alerts }: Context, at: number): Change => ({
  open: null,
  alerts: alerts.map((alert) => (alert.alertId === open?.alertId ? { ...alert, closedAt: at } : alert))
})

const keyOf = ({ messageId, at, unanalysed, humanWanted }: Signal): string =>
  `${messageId}@${at}${unanalysed ? "?" : ""}${humanWanted === null ? "" : `!${humanWanted}`}`
