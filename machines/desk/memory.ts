/**
 * What a desk remembers and how each happening changes it: small pure functions from context to context. Every list is
 * bounded here.
 */
import type { AlertId } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { DeskEvent, DeskStatus, OperatorNotice } from "#domain/ash/Desk.ts"
import { SEVERITIES } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import {
  type DeskContext,
  type DeskInput,
  type KnownAlert,
  LOST_GRACE_MS,
  LOST_PATIENCE,
  MAX_OPEN,
  MAX_OWED,
  MAX_RESPONDERS
} from "./schema.ts"

type Context = DeskContext
type Change = Partial<Context>
type Heard<Type extends DeskEvent["type"]> = Extract<DeskEvent, { readonly type: Type }>

/** A desk that has heard nothing yet. */
export const newborn = ({ guildId }: DeskInput): Context => ({
  guildId,
  heardAt: 0,
  open: [],
  responders: [],
  owed: [],
  owedMore: 0,
  silence: { toldAt: null, said: false },
  blind: { since: null, toldAt: null }
})

export const opened = ({ open }: Context, { alertId, severity, at }: Heard<"ALERT_OPENED">): Change =>
  keep(open, { alertId, severity, openedAt: at, acknowledgedBy: null, newsAt: at })

/** An alert nobody here knows is an open one all the same: the desk's own record had gone. */
export const raised = ({ open }: Context, { alertId, severity, at }: Heard<"ALERT_RAISED">): Change => {
  const known = find(open, alertId) ?? { alertId, openedAt: at, acknowledgedBy: null, newsAt: at }
  return keep(open, { ...known, severity, newsAt: Math.max(at, known.newsAt) })
}

export const acknowledged = ({ open }: Context, { alertId, by, at }: Heard<"ALERT_ACKNOWLEDGED">): Change => {
  const known = find(open, alertId)
  return known === undefined ? {} : keep(open, { ...known, acknowledgedBy: by, newsAt: Math.max(at, known.newsAt) })
}

export const closed = ({ open }: Context, { alertId }: Heard<"ALERT_CLOSED">): Change => ({
  open: open.filter((alert) => alert.alertId !== alertId)
})

/**
 * Until when an alert that is never heard of again is believed to be open. All end by themselves, those that somebody
 * acknowledged or that keep hearing messages later than others; the desk outwaits them.
 */
const believedUntil = ({ newsAt }: KnownAlert, { expireAfterMs }: AshPolicy["alerts"]): number =>
  newsAt + LOST_PATIENCE * expireAfterMs + LOST_GRACE_MS

/** How long until the next open alert counts as lost, milliseconds. */
export const untilLost = ({ open, heardAt }: Context, policy: AshPolicy["alerts"]): number =>
  Math.max(0, Math.min(...open.map((alert) => believedUntil(alert, policy))) - heardAt)

export const dropLost = ({ open }: Context, policy: AshPolicy["alerts"], now: number): Change => ({
  open: open.filter((alert) => believedUntil(alert, policy) > now)
})

/** A responder is known and there, or has said that they are not. */
export const seen = ({ responders }: Context, id: Snowflake, available: boolean, at: number): Change => ({
  responders: [...responders.filter((one) => one.id !== id), { id, available, seenAt: at }].slice(-MAX_RESPONDERS)
})

export const nobodyIsThere = ({ responders }: Context): boolean =>
  responders.length > 0 && responders.every(({ available }) => !available)

export const owe = ({ owed, owedMore }: Context, messageId: Snowflake): Change => {
  if (owed.includes(messageId)) return {}
  return owed.length < MAX_OWED ? { owed: [...owed, messageId] } : { owedMore: owedMore + 1 }
}

/** An id that is not known is one of those beyond the bound, if there are any. */
export const pay = ({ owed, owedMore }: Context, messageId: Snowflake): Change =>
  owed.includes(messageId) ? { owed: owed.filter((id) => id !== messageId) } : { owedMore: Math.max(0, owedMore - 1) }

export const owedIn = ({ owed, owedMore }: Pick<Context, "owed" | "owedMore">): number => owed.length + owedMore

/** A notice did not reach the operators: the trouble counts as untold, so that its next sign is told. */
export const untold = ({ silence, blind }: Context, kind: OperatorNotice["kind"]): Change => {
  if (kind === "classifier_silent") return { silence: { ...silence, toldAt: null } }
  return kind === "blind" ? { blind: { ...blind, toldAt: null } } : {}
}

/** What `LOOK` and `AVAILABILITY` are answered with. */
export const status = (context: Context, classifier: DeskStatus["classifier"]): DeskStatus => ({
  open: context.open.map(({ newsAt: _, ...alert }) => alert),
  responders: context.responders,
  unanalysed: owedIn(context),
  classifier,
  blindSince: context.blind.since
})

const find = (open: Context["open"], id: AlertId): KnownAlert | undefined => open.find(({ alertId }) => alertId === id)

/** Who needs people least comes first: taken already, less severe, waiting for longer. */
const byNeed = (one: KnownAlert, other: KnownAlert): number =>
  Number(one.acknowledgedBy === null) - Number(other.acknowledgedBy === null) ||
  SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity) ||
  one.openedAt - other.openedAt

/** Beyond the bound the alert goes that needs people least: many small ones push no grave one out. */
const keep = (open: Context["open"], alert: KnownAlert): Change => {
  const all = [...open.filter(({ alertId }) => alertId !== alert.alertId), alert]
  const kept = all.length > MAX_OPEN ? all.toSorted(byNeed).slice(all.length - MAX_OPEN) : all
  return { open: kept.toSorted((one, other) => one.openedAt - other.openedAt) }
}
