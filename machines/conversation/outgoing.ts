/**
 * What leaves a conversation: `reply` and `sendSms`, as data with JSON params. Every text that goes out is also entered in
 * the message log.
 */
import { enqueueActions, type ParameterizedObject } from "xstate"
import { type Status } from "#domain/conversation/Guides.ts"
import { render, type Line } from "#domain/conversation/Texts.ts"
import type { ConversationReply } from "#domain/MealPlan.ts"
import * as memory from "./memory.ts"
import type { ConversationContext, ConversationEvent, ConversationSms } from "./schema.ts"

/** The time of any event, as far as it carries one. */
export const timeOf = (event: object, { heardAt }: ConversationContext): number => {
  const { at, firedAt } = event as { readonly at?: unknown; readonly firedAt?: unknown }
  return typeof at === "number" ? at : typeof firedAt === "number" ? firedAt : heardAt
}

/** How late a timer may be for its texter to be waiting still. */
const LATE_MS = 5 * 60_000

/** Whether a timer comes long after its time, as after a downtime. Other events are never late. */
export const isLate = (event: object): boolean => {
  const { scheduledAt, firedAt } = event as { readonly scheduledAt?: unknown; readonly firedAt?: unknown }
  return typeof scheduledAt === "number" && typeof firedAt === "number" && firedAt - scheduledAt > LATE_MS
}

/** Params of `sendSms` for a line; answers to STOP and HELP may pass the block list. */
export const sms = (
  { phone }: ConversationContext,
  line: Line,
  text: string,
  from: "texter" | "us"
): ConversationSms => ({
  to: phone,
  text,
  initiatedBy: from,
  ...(line.key === "stopped" || line.key === "help_stopped" ? { compliance: true } : {})
})

/** What an action may hand to the outside. */
type Outgoing =
  | { readonly type: "reply"; readonly params: ConversationReply }
  | { readonly type: "sendSms"; readonly params: ConversationSms }

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
export const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<
    typeof enqueueActions<ConversationContext, ConversationEvent, P, ConversationEvent, never, Outgoing, never>
  >[0]
) => enqueueActions<ConversationContext, ConversationEvent, P, ConversationEvent, never, Outgoing, never>(collect)

type Enqueue = Parameters<Parameters<typeof doing>[0]>[0]["enqueue"]

/** Sends a text that is not this turn's answer, and remembers it. */
export const send = (
  enqueue: Enqueue,
  context: ConversationContext,
  event: object,
  line: Line,
  status: Status,
  from: "texter" | "us"
): void => {
  const text = render(line, status, context.settings)
  enqueue({ type: "sendSms", params: sms(context, line, text, from) })
  enqueue.assign(({ context: now }) => memory.recordSent(now, text, timeOf(event, now)))
}
