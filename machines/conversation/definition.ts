/**
 * The conversation's row of the registry: what the runtime must know beside the chart. Its documents are the seed's
 * `conversation:{phone}` and, for a number that said STOP, the block-list entry that never expires (B10).
 */
import type { ActorDefinition, ActorView } from "#domain/ActorDefinition.ts"
import { blockedKey, type SendSms } from "#domain/MealPlan.ts"
import type { Projection } from "#domain/Projection.ts"
import { machine } from "./machine.ts"
import { migrations } from "./migrations.ts"
import {
  contextOf,
  defaultSettings,
  document,
  isStopped,
  VERSION,
  type ConversationInput,
  type ConversationSettings
} from "./schema.ts"

/** S3: two hours after the last turn. */
export const CONVERSATION_TTL_MS = 7_200_000

/** S2. */
export const conversationKey = (phone: string): string => `conversation:${phone}`

const project = (view: ActorView): ReadonlyArray<Projection> => {
  const value = JSON.stringify(document(view))
  const conversation = { op: "put", key: conversationKey(view.id), value, ttlMs: CONVERSATION_TTL_MS } as const
  const key = blockedKey(view.id)
  if (isStopped(view)) return [conversation, { op: "put", key, value: `{"reason":"stop"}`, ttlMs: null }]
  return contextOf(view).unblock ? [conversation, { op: "delete", key }] : [conversation]
}

/** The row, with the settings new conversations start with; a running one keeps those it was born with. */
export const conversationDefinition = (settings: Partial<ConversationSettings> = {}): ActorDefinition => ({
  type: "conversation",
  machine,
  version: VERSION,
  migrations,
  ttlMs: (view) => (isStopped(view) ? null : CONVERSATION_TTL_MS),
  input: (phone, at): ConversationInput => ({ ...defaultSettings, ...settings, phone, at }),
  // The webhook is answered before a kept text is heard, so its reply must go out as a text of its own.
  whenStoreAway: {
    spool: (event) => (event.type === "MESSAGE_RECEIVED" ? { ...event, replyVia: "send" } : event)
  },
  // A text that nobody asked for waits for the morning, and must not hold up an answer.
  lanes: { sendSms: ({ initiatedBy }: SendSms) => (initiatedBy === "us" ? "unasked" : "sms") },
  results: { sendSms: { done: "SMS_SENT", failed: "SMS_FAILED" } },
  lateTimers: { progress: "skip", recipesDue: "fire", jobDeadline: "fire" },
  project,
  // "Forget me" does not forget a STOP: who said it stays unbothered.
  projectionKeys: (view) =>
    isStopped(view) ? [conversationKey(view.id)] : [conversationKey(view.id), blockedKey(view.id)],
  afterForget: (view) => (isStopped(view) ? { type: "RECIPIENT_BLOCKED" } : null)
})
