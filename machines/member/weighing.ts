/**
 * What a turn does with a verdict on words, or with words taken back: several changes that belong together, said to the
 * history, the desk and whoever may have to be called.
 */
import type { Classified } from "#domain/ash/Analysis.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { historyKey, removeFromHistory } from "#domain/ash/History.ts"
import type { SeenMessage } from "#domain/ash/Member.ts"
import { isCrisis } from "#domain/ash/Severity.ts"
import type { Snowflake } from "#domain/ash/Snowflake.ts"
import { gone, idsOf } from "./deletions.ts"
import { type Enqueue, project, tellDesk } from "./outgoing.ts"
import * as pending from "./pending.ts"
import type { MemberContext, Pending } from "./schema.ts"
import { historyChange, signalOf, weightOf } from "./signals.ts"

export const keyOf = ({ guildId, userId }: MemberContext): string => historyKey(guildId, userId)

/** What is under way, with a newer text in place of the older ones of its message. */
export const supersede = (context: MemberContext, message: SeenMessage): MemberContext["pending"] =>
  pending.supersede(context.pending, message, idsOf(context, message.messageId))

/** Deleted messages leave the history and whatever shows them; analyses under way are for alerts alone from now on. */
export const purge = (
  enqueue: Enqueue,
  context: MemberContext,
  messageIds: ReadonlyArray<Snowflake>,
  at: number
): void => {
  if (messageIds.length === 0) return
  project(enqueue, [removeFromHistory(context, messageIds)])
  enqueue.assign(({ context: now }) => ({
    ...gone(now, messageIds),
    pending: pending.withdraw(now.pending, messageIds, { gone: true })
  }))
  enqueue.raise({ type: "TEXTS_GONE", messageIds, at })
}

/** An analysis that is owed, as far as there is room for it: by then the net's word stands. */
const owe = (enqueue: Enqueue, context: MemberContext, { message, analysis }: Classified, of: Pending): boolean => {
  const weight = weightOf(analysis.severity)
  if (!pending.hasRoom(context.pending, "classifyLater", weight)) return false
  const text = of.whole ?? message.text
  const owed: Pending = { ...of, effect: "classifyLater", size: text.length, whole: null }
  const { guildId, userId } = context
  enqueue.assign(({ context: now }) => ({ pending: [...now.pending, owed] }))
  enqueue({
    type: "classifyLater",
    params: { guildId, userId, message: { ...message, text }, urgent: weight === "urgent" }
  })
  return true
}

/**
 * The first verdict on a text: the history takes it in, what is owed is asked for later, and a crisis is a signal whoever
 * found it, even when the words were taken back meanwhile.
 */
export const weigh = (
  enqueue: Enqueue,
  context: MemberContext,
  verdict: Classified,
  of: Pending,
  policy: AshPolicy,
  at: number
): void => {
  const { message, analysis } = verdict
  if (of.storable) {
    project(enqueue, historyChange(context, verdict, policy.history, { now: at, replaces: false }))
  }
  if (verdict.unanalysed && owe(enqueue, context, verdict, of)) {
    tellDesk(enqueue, context, { type: "UNANALYSED", messageId: message.messageId, at })
  }
  if (!isCrisis(analysis.severity)) return
  const signal = signalOf(context, verdict, analysis.severity)
  enqueue.raise({ type: "SIGNALLED", signal, at, textGone: of.gone, unheard: false, guessedFor: null })
}
