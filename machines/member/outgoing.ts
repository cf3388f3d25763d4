/**
 * What leaves a member's actor, as data: messages to the alert and the desk, changes of the history, texts to be analysed,
 * and the one answer it gives.
 */
import { enqueueActions, type ParameterizedObject } from "xstate"
import type { TellParams } from "#domain/ActorDefinition.ts"
import type { AlertEvent, AlertId, Signal } from "#domain/ash/Alert.ts"
import type { Classify } from "#domain/ash/Analysis.ts"
import type { DeskEvent } from "#domain/ash/Desk.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import type { Priority } from "#domain/Envelope.ts"
import type { Projection } from "#domain/Projection.ts"
import { lastClosed } from "./alerts.ts"
import type { HistoryCleared, MemberChartEvent, MemberContext } from "./schema.ts"

/** What an action may hand to the outside. */
type Outgoing =
  | { readonly type: "reply"; readonly params: HistoryCleared }
  | { readonly type: "tell"; readonly params: TellParams }
  | { readonly type: "project"; readonly params: Projection }
  | { readonly type: "classify" | "classifyLater"; readonly params: Classify }

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
export const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<
    typeof enqueueActions<MemberContext, MemberChartEvent, P, MemberChartEvent, never, Outgoing, never>
  >[0]
) => enqueueActions<MemberContext, MemberChartEvent, P, MemberChartEvent, never, Outgoing, never>(collect)

export type Enqueue = Parameters<Parameters<typeof doing>[0]>[0]["enqueue"]

/** Alerts hear of grave signals before anything else that waits for them. */
export const tellAlert = (enqueue: Enqueue, alertId: AlertId, event: AlertEvent): void => {
  const priority: Priority = "signal" in event && isGrave(event.signal) ? "high" : "normal"
  enqueue({ type: "tell", params: { to: { type: "alert", id: alertId }, event: { ...event }, priority } })
}

const isGrave = ({ severity, humanWanted }: Signal): boolean => humanWanted !== null || isAtLeast(severity, "high")

export const tellDesk = (enqueue: Enqueue, { guildId }: MemberContext, event: DeskEvent): void =>
  enqueue({ type: "tell", params: { to: { type: "desk", id: guildId }, event: { ...event } } })

export const project = (enqueue: Enqueue, projections: ReadonlyArray<Projection>): void => {
  for (const params of projections) enqueue({ type: "project", params })
}

/** The time of any event. One that carries none came back from an alert, after that had closed. */
export const timeOf = (event: MemberChartEvent, context: MemberContext): number => {
  if (event.type === "MESSAGE_SEEN") return event.message.editedAt ?? event.message.at
  if (event.type === "SIGNAL_UNHEARD") return Math.max(event.signal.at, lastClosed(context)?.closedAt ?? 0)
  const { at, firedAt } = event as { readonly at?: unknown; readonly firedAt?: unknown }
  return typeof at === "number" ? at : typeof firedAt === "number" ? firedAt : 0
}
