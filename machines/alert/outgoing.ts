/**
 * What leaves an alert, as data: replies, messages to the desk, the member and the member's session, and the effects that
 * Discord performs. Every effect carries the alert as it stands when it is asked for.
 */
import { enqueueActions, type ParameterizedObject } from "xstate"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { TellParams } from "#domain/ActorDefinition.ts"
import {
  type AlertAnswer,
  type AlertEffects,
  type Audience,
  FORGOTTEN,
  type Notice,
  type Signal
} from "#domain/ash/Alert.ts"
import { type AlertMetrics, dayOf } from "#domain/ash/AlertMetrics.ts"
import type { AshSessionEvent } from "#domain/ash/AshSession.ts"
import type { DeskEvent } from "#domain/ash/Desk.ts"
import { type MemberEvent, memberId } from "#domain/ash/Member.ts"
import type { MetricsDayEvent } from "#domain/ash/ReportPolicy.ts"
import type { Projection } from "#domain/Projection.ts"
import { factsOf, viewOf } from "./facts.ts"
import type { AlertChartEvent, AlertContext } from "./schema.ts"

/** What an action may hand to the outside. */
type Outgoing =
  | { readonly type: "reply"; readonly params: AlertAnswer }
  | { readonly type: "tell"; readonly params: TellParams }
  | { readonly type: "project"; readonly params: Projection }
  | { readonly type: "postAlert"; readonly params: AlertEffects["postAlert"]["params"] }
  | { readonly type: "editAlert"; readonly params: AlertEffects["editAlert"]["params"] }
  | { readonly type: "notify"; readonly params: AlertEffects["notify"]["params"] }

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
export const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<
    typeof enqueueActions<AlertContext, AlertChartEvent, P, AlertChartEvent, never, Outgoing, never>
  >[0]
) => enqueueActions<AlertContext, AlertChartEvent, P, AlertChartEvent, never, Outgoing, never>(collect)

export type Enqueue = Parameters<Parameters<typeof doing>[0]>[0]["enqueue"]

/** Says something about the alert as it stands then; `audience` is who is called to it. */
export const notify = (enqueue: Enqueue, notice: Notice, audience: Audience): void =>
  enqueue({ type: "notify", params: ({ context }) => ({ alert: viewOf(context), notice, audience }) })

export const tellDesk = (enqueue: Enqueue, context: AlertContext, event: DeskEvent): void =>
  tell(enqueue, "desk", factsOf(context).signal.guildId, event)

/** The day it was opened on counts it, with the newest of what was measured; whom it is about is nothing to a day. */
export const tellDay = (enqueue: Enqueue, context: AlertContext, metrics: AlertMetrics, version: number): void => {
  const event: MetricsDayEvent = { type: "ALERT_MEASURED", metrics: { ...metrics, user_id: null }, version }
  tell(enqueue, "metrics-day", dayOf(factsOf(context).createdAt), event)
}

export const tellMember = (enqueue: Enqueue, { guildId, userId }: Signal, event: MemberEvent): void =>
  tell(enqueue, "member", memberId(guildId, userId), event)

/** Nobody is told about an alert that is over and names nobody any more. */
export const tellSession = (enqueue: Enqueue, context: AlertContext, event: AshSessionEvent): void => {
  const { userId } = factsOf(context).signal
  if (userId !== FORGOTTEN) tell(enqueue, "ash-session", userId, event)
}

const tell = (enqueue: Enqueue, type: string, id: string, event: ActorEvent): void =>
  enqueue({ type: "tell", params: { to: { type, id }, event } })

interface Timed {
  readonly at?: unknown
  readonly scheduledAt?: unknown
  readonly firedAt?: unknown
}

/** The time of an event: its own, or when its timer fired. What carries none belongs to the alert's opening. */
export const timeOf = (event: object, { bornAt, facts }: AlertContext): number => {
  const { at, firedAt } = event as Timed
  return typeof at === "number" ? at : typeof firedAt === "number" ? firedAt : (facts?.createdAt ?? bornAt)
}

/** How late a timer comes, milliseconds. Other events are never late. */
export const latenessOf = (event: object): number => {
  const { scheduledAt, firedAt } = event as Timed
  return typeof scheduledAt === "number" && typeof firedAt === "number" ? Math.max(0, firedAt - scheduledAt) : 0
}
