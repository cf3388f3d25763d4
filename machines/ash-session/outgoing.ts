/**
 * What leaves a person's actor, as data: direct messages, messages to the member and alerts, documents, replies. Whatever
 * is sent to the person fits its messages and mentions nobody.
 */
import { assign, enqueueActions, type ParameterizedObject } from "xstate"
import type { AlertEvent, AlertId } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { SessionSummary } from "#domain/ash/AshSession.ts"
import { memberId, type MemberEvent } from "#domain/ash/Member.ts"
import { breakMentions, splitText } from "#domain/ash/MessageParts.ts"
import type { MetricsDayEvent } from "#domain/ash/ReportPolicy.ts"
import { type SessionLine, sessionText } from "#domain/ash/SessionTexts.ts"
import type { Projection } from "#domain/Projection.ts"
import type { AshSessionContext, AshSessionMachineEvent, Direct, Outgoing } from "./schema.ts"

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
export const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<
    typeof enqueueActions<AshSessionContext, AshSessionMachineEvent, P, AshSessionMachineEvent, never, Outgoing, never>
  >[0]
) =>
  enqueueActions<AshSessionContext, AshSessionMachineEvent, P, AshSessionMachineEvent, never, Outgoing, never>(collect)

/** `assign` of XState, told the same. */
export const remembering = (
  change: (args: {
    readonly context: AshSessionContext
    readonly event: AshSessionMachineEvent
  }) => Partial<AshSessionContext>
) => assign<AshSessionContext, AshSessionMachineEvent, undefined, AshSessionMachineEvent, never>((args) => change(args))

export type Enqueue = Parameters<Parameters<typeof doing>[0]>[0]["enqueue"]

/** Writes to the person; a long text in several messages. Answers the parts. */
export const write = (
  enqueue: Enqueue,
  { userId }: AshSessionContext,
  kind: Direct["kind"],
  text: string
): ReadonlyArray<string> => {
  const parts = splitText(breakMentions(text))
  for (const part of parts) enqueue({ type: "sendDirect", params: { userId, text: part, kind } })
  return parts
}

/** Says a reviewed line to the person. */
export const say = (
  enqueue: Enqueue,
  context: AshSessionContext,
  { region }: AshPolicy,
  line: SessionLine,
  kind: Direct["kind"] = "notice"
): void => {
  write(enqueue, context, kind, sessionText(line, region))
}

/** Tells the person's actor in the community they were last known in. Nobody hears it when there is none. */
export const tellMember = (enqueue: Enqueue, { userId, guildId }: AshSessionContext, event: MemberEvent): void => {
  if (guildId === null) return
  enqueue({ type: "tell", params: { to: { type: "member", id: memberId(guildId, userId) }, event } })
}

export type NewsForAlert = Extract<
  AlertEvent,
  {
    readonly type:
      | "ASH_CONTACTED"
      | "ASH_REFUSED"
      | "ASH_UNREACHABLE"
      | "ASH_ENDED"
      | "MEMBER_OPTED_OUT"
      | "MEMBER_SAID"
  }
>

export const tellAlert = (enqueue: Enqueue, alertId: AlertId, event: NewsForAlert): void => {
  enqueue({ type: "tell", params: { to: { type: "alert", id: alertId }, event } })
}

/** The day the conversation began on counts it. */
export const tellDay = (enqueue: Enqueue, summary: SessionSummary): void => {
  const event: MetricsDayEvent = { type: "SESSION_MEASURED", summary }
  enqueue({ type: "tell", params: { to: { type: "metrics-day", id: summary.started_at.slice(0, 10) }, event } })
}

export const document = (enqueue: Enqueue, ...projections: ReadonlyArray<Projection>): void => {
  for (const params of projections) enqueue({ type: "project", params })
}
