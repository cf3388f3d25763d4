/**
 * What an Ash session remembers and how each happening changes it: pure functions from context to context, so that the
 * chart only names them. Every list is bounded here.
 */
import type { AlertId } from "#domain/ash/Alert.ts"
import {
  ashSessionId,
  type AshSessionView,
  type Converse,
  type EndedBy,
  type SessionSummary,
  type StartedBy,
  type Turn
} from "#domain/ash/AshSession.ts"
import { triage } from "#domain/ash/KeywordNet.ts"
import { cutTo } from "#domain/ash/MessageParts.ts"
import { type CrisisSeverity, higherOf, isCrisis } from "#domain/ash/Severity.ts"
import { isSnowflake, snowflakeTime, type Snowflake } from "#domain/ash/Snowflake.ts"
import * as DateTime from "effect/DateTime"
import {
  type AshSessionContext,
  type AshSessionInput,
  type DirectMessage,
  type KnownAlert,
  MAX_ALERTS,
  MAX_SESSIONS,
  MAX_TURN_TEXT,
  MAX_TURNS,
  type Session,
  type SessionTurn
} from "./schema.ts"

type Context = AshSessionContext
type Change = Partial<Context>

/** A person nobody has talked with. */
export const newborn = ({ userId, at }: AshSessionInput): Context => ({
  userId,
  heardAt: at,
  guildId: null,
  message: null,
  session: null,
  takenOver: null,
  alerts: [],
  humanTold: false,
  optOut: null,
  noticeAt: null,
  closedAt: null,
  farewellAt: null,
  followUp: null,
  sessions: []
})

/** The time of any event: its own, a timer's, or that of the newest event before it. */
export const timeOf = (event: object, { heardAt }: Context): number => {
  const { at, firedAt } = event as { readonly at?: unknown; readonly firedAt?: unknown }
  return typeof at === "number" ? at : typeof firedAt === "number" ? firedAt : heardAt
}

export const isoTime = (at: number): string => DateTime.formatIso(DateTime.makeUnsafe(at))

/** When a message was posted: its id says so, whatever else is known of it. */
export const postedAt = (messageId: Snowflake, otherwise: number): number =>
  isSnowflake(messageId) ? snowflakeTime(messageId) : otherwise

/** The person wrote. A community that is not named is the one known before. */
export const hear = (
  { guildId }: Context,
  message: Pick<DirectMessage, "guildId" | "channelId" | "messageId" | "at">
): Change => ({
  heardAt: message.at,
  guildId: message.guildId ?? guildId,
  message: { channelId: message.channelId, messageId: message.messageId, by: "member" }
})

/** Whether there is anything for Ash to answer in words. */
export const hasWords = ({ text }: Pick<DirectMessage, "text">): boolean => text.trim() !== ""

const turnOf = ({ text, at, messageId }: DirectMessage): SessionTurn => ({
  by: "member",
  text: cutTo(text.trim(), MAX_TURN_TEXT),
  at,
  messageId
})

const inSession = ({ session }: Context, change: (session: Session) => Partial<Session>): Change =>
  session === null ? {} : { session: { ...session, ...change(session) } }

/** Words that Ash shall answer. */
export const takeIn = (context: Context, message: DirectMessage): Change =>
  inSession(context, ({ pending, fromMember, severity }) => ({
    pending: hasWords(message) ? [...pending, turnOf(message)].slice(-MAX_TURNS) : pending,
    fromMember: fromMember + 1,
    severity: worst(severity, message.text)
  }))

/** Nobody tells a session how its words were analysed: it goes by what is said plainly. */
const worst = (severity: CrisisSeverity, text: string): CrisisSeverity => {
  const found = triage(text).severity
  return isCrisis(found) ? higherOf(severity, found) : severity
}

/** A message that something other than Ash's own answer deals with. */
export const countMessage = (context: Context): Change =>
  inSession(context, ({ fromMember }) => ({ fromMember: fromMember + 1 }))

/** Ash starts to answer all that waits. */
export const beginAnswer = (context: Context): Change =>
  inSession(context, ({ turns, pending }) => ({ turns: [...turns, ...pending].slice(-MAX_TURNS), pending: [] }))

/** Ash has answered in these parts. What came meanwhile waits behind it. */
export const recordAnswer = (
  context: Context,
  parts: ReadonlyArray<string>,
  at: number,
  { resources }: { readonly resources: boolean }
): Change =>
  inSession(context, ({ turns, fromAsh, repliesSinceResources }) => ({
    turns: [
      ...turns,
      ...parts.map((text): SessionTurn => ({ by: "ash", text: cutTo(text, MAX_TURN_TEXT), at, messageId: null }))
    ].slice(-MAX_TURNS),
    fromAsh: fromAsh + parts.length,
    repliesSinceResources: resources ? 0 : repliesSinceResources + 1
  }))

/** The person changed a message: Ash knows the new words from now on. */
export const editTurn = (context: Context, messageId: Snowflake, text: string): Change => {
  const edit = (turn: SessionTurn): SessionTurn =>
    turn.messageId === messageId ? { ...turn, text: cutTo(text.trim(), MAX_TURN_TEXT) } : turn
  return inSession(context, ({ turns, pending }) => ({ turns: turns.map(edit), pending: pending.map(edit) }))
}

/** What the companion is asked. Throws in a person's actor without a session: no state that asks is one. */
export const converseInput = ({ session, humanTold }: Context): Converse => {
  if (session === null) throw new TypeError("a session is in a state that needs one and has none")
  return {
    turns: session.turns.map(({ by, text, at }): Turn => ({ by, text, at })),
    severity: session.severity,
    humanTold,
    followUp: session.startedBy === "follow_up"
  }
}

const alertOf = (context: Context, alertId: AlertId): KnownAlert | undefined =>
  context.alerts.find((alert) => alert.alertId === alertId)

/** Hears of an alert, or more of a known one; the newest stand last. */
export const knowAlert = (context: Context, news: Pick<KnownAlert, "alertId" | "at"> & Partial<KnownAlert>): Change => {
  const known = alertOf(context, news.alertId)
  const unknown = {
    guildId: context.guildId,
    severity: context.session?.severity ?? "medium",
    session: "none",
    takenOverBy: null,
    resolved: false
  } as const
  const others = context.alerts.filter((alert) => alert !== known)
  return { alerts: [...others, { ...(known ?? unknown), ...news }].slice(-MAX_ALERTS) }
}

export const changeAlerts = (context: Context, change: (alert: KnownAlert) => Partial<KnownAlert>): Change => ({
  alerts: context.alerts.map((alert) => ({ ...alert, ...change(alert) }))
})

/** An alert is closed. One that waits for the end of a session is known until then. */
export const resolveAlert = ({ alerts }: Context, alertId: AlertId): Change => ({
  alerts: alerts
    .filter((alert) => alert.alertId !== alertId || alert.session !== "none")
    .map((alert) => (alert.alertId === alertId ? { ...alert, resolved: true, takenOverBy: null } : alert))
})

/** Alerts that are open as far as this actor was told lately. */
export const openAlerts = ({ alerts }: Context, at: number, expireAfterMs: number): ReadonlyArray<KnownAlert> =>
  alerts.filter((alert) => !alert.resolved && alert.at > at - expireAfterMs)

export interface Start {
  readonly by: StartedBy
  readonly at: number
  readonly guildId: Snowflake | null
  readonly alertId: AlertId | null
  readonly severity: CrisisSeverity
}

/** A session begins. Starts that are older than anything stored of them are let go. No two share an id. */
export const startSession = (
  { userId, sessions }: Context,
  { by, at, guildId, alertId, severity }: Start,
  { keptMs, repliesSinceResources }: { readonly keptMs: number; readonly repliesSinceResources: number }
): Change & Pick<Context, "sessions"> => {
  const startedAt = Math.max(at, (sessions.at(-1) ?? 0) + 1)
  return {
    heardAt: at,
    humanTold: false,
    noticeAt: null,
    session: {
      id: ashSessionId(userId, startedAt),
      startedBy: by,
      startedAt,
      guildId,
      alertId,
      severity,
      turns: [],
      pending: [],
      fromMember: 0,
      fromAsh: 0,
      humanWanted: false,
      repliesSinceResources
    },
    sessions: [...sessions.filter((started) => started > at - keptMs), startedAt].slice(-MAX_SESSIONS)
  }
}

/** How serious things are as far as this actor was told. */
export const severityKnown = ({ alerts }: Context): CrisisSeverity =>
  alerts
    .filter(({ resolved }) => !resolved)
    .reduce<CrisisSeverity>((highest, { severity }) => higherOf(highest, severity), "low")

/** The session is over, and every word of it goes. */
export const closeSession = (context: Context, at: number): Change => ({
  session: null,
  takenOver: null,
  closedAt: at,
  alerts: context.alerts.filter(({ resolved }) => !resolved).map((alert) => ({ ...alert, session: "none" }))
})

/** A person steps in: what was written to Ash before is not theirs to keep here. */
export const takeOver = (context: Context, by: Snowflake, alertId: AlertId): Change => ({
  takenOver: { by, alertId },
  ...inSession(context, () => ({ turns: [], pending: [] }))
})

/** A person was asked for. Words that worry count as serious from now on. */
export const wantHuman = (context: Context, because: "asked" | "opted_out" | "ash_failed" | "safety"): Change =>
  inSession(context, ({ severity }) => ({
    humanWanted: true,
    severity: because === "safety" ? higherOf<CrisisSeverity>(severity, "high") : severity
  }))

export const summaryOf = (userId: Snowflake, session: Session, how: EndedBy, at: number): SessionSummary => ({
  session_id: session.id,
  user_id: userId,
  guild_id: session.guildId,
  alert_id: session.alertId,
  started_by: session.startedBy,
  started_at: isoTime(session.startedAt),
  ended_at: isoTime(Math.max(at, session.startedAt)),
  ended_by: how,
  duration_seconds: Math.max(0, Math.round((at - session.startedAt) / 1000)),
  messages_from_member: session.fromMember,
  messages_from_ash: session.fromAsh,
  human_wanted: session.humanWanted
})

export const viewOf = ({ session, takenOver, optOut, followUp }: Context): AshSessionView => ({
  sessionId: session?.id ?? null,
  state: takenOver !== null ? "taken_over" : session !== null ? "talking" : "idle",
  startedAt: session?.startedAt ?? null,
  optedOut: optOut !== null,
  optedOutUntil: optOut?.until ?? null,
  followUpAt: followUp !== null && followUp.askedAt === null ? followUp.dueAt : null
})
