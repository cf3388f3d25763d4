/**
 * What responders do to an alert: the steps forward, and what they say and ask beside them. Each request is answered
 * exactly once, after everything it changed; a refused one is kept with its reason (B3).
 */
import { assertEvent } from "xstate"
import type { RefusedBecause } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { isHigher } from "#domain/ash/Severity.ts"
import * as memory from "./facts.ts"
import { doing, notify, tellDesk, tellMember, tellSession, timeOf } from "./outgoing.ts"
import { MAX_REFUSALS } from "./schema.ts"
import { audienceOf } from "./signals.ts"

const REQUESTS = [
  "ACKNOWLEDGE",
  "RESOLVE",
  "TALK_TO_ASH",
  "TAKE_OVER",
  "HAND_BACK",
  "ASSIGN",
  "OVERRIDE_SEVERITY",
  "FALSE_POSITIVE",
  "LOOK"
] as const

export const responderActions = (policy: AshPolicy) => ({
  /** The request is decided; the answer comes when everything it changed is known. */
  decide: doing(({ context, event, enqueue }, { because }: { readonly because: RefusedBecause | null }) => {
    assertEvent(event, REQUESTS)
    const by = event.type === "LOOK" ? null : event.by
    enqueue.raise({ type: "ANSWER_DUE", asked: event.type, by, at: timeOf(event, context), because })
  }),

  answer: doing(({ context, event, enqueue }) => {
    assertEvent(event, "ANSWER_DUE")
    const { asked, by, at, because } = event
    if (by !== null) {
      tellDesk(enqueue, context, { type: "RESPONDER_SEEN", by, at })
      enqueue.assign({ attendedAt: at })
      if (because !== null) {
        enqueue.assign({ refusals: [...context.refusals, { type: asked, by, at, because }].slice(-MAX_REFUSALS) })
      }
    }
    const outcome = because === null ? "done" : "refused"
    enqueue({ type: "reply", params: { outcome, because, alert: memory.viewOf(context) } })
  }),

  /** Nobody here knows of such an alert. */
  answerUnknown: doing(({ enqueue }) =>
    enqueue({ type: "reply", params: { outcome: "refused", because: "unknown_alert", alert: null } })
  ),

  acknowledge: doing(({ context, event, enqueue }) => {
    assertEvent(event, ["ACKNOWLEDGE", "TAKE_OVER"])
    const { by, at } = event
    const note = event.type === "ACKNOWLEDGE" && event.note !== null ? memory.cut(event.note) : null
    enqueue.assign(memory.acknowledged(context, { by, at, note }))
    tellDesk(enqueue, context, { type: "ALERT_ACKNOWLEDGED", alertId: context.alertId, by, at })
    notify(enqueue, { kind: "acknowledged", step: { by, at, note } }, "nobody")
  }),

  resolve: doing(({ context, event, enqueue }) => {
    assertEvent(event, ["RESOLVE", "FALSE_POSITIVE"])
    const { by, at } = event
    const note = event.type === "FALSE_POSITIVE" ? "false positive" : event.note
    const { alertId } = context
    const { acknowledged, signal } = memory.factsOf(context)
    enqueue.assign(({ context: now }) => memory.resolved(now, { by, at, note }))
    if (acknowledged === null) tellDesk(enqueue, context, { type: "ALERT_ACKNOWLEDGED", alertId, by, at })
    tellDesk(enqueue, context, { type: "ALERT_CLOSED", alertId, how: "resolved", by, at })
    tellMember(enqueue, signal, { type: "ALERT_CLOSED", alertId, at })
    tellSession(enqueue, context, { type: "ALERT_RESOLVED", alertId, at })
    notify(enqueue, { kind: "resolved", step: { by, at, note: note === null ? null : memory.cut(note) } }, "nobody")
  }),

  markFalse: doing(({ context, event, enqueue }) => {
    assertEvent(event, "FALSE_POSITIVE")
    if (memory.factsOf(context).falsePositive) return
    enqueue.assign(memory.learn(context, { falsePositive: true }))
    notify(enqueue, { kind: "false_positive", by: event.by, reason: memory.cut(event.reason) }, "nobody")
  }),

  assign: doing(({ context, event, enqueue }) => {
    assertEvent(event, "ASSIGN")
    enqueue.assign(memory.assigned(context, event.to))
    notify(enqueue, { kind: "assigned", to: event.to, by: event.by }, "nobody")
  }),

  override: doing(({ context, event, enqueue }) => {
    assertEvent(event, "OVERRIDE_SEVERITY")
    const { by, at, severity: to } = event
    const { severity: from, acknowledged } = memory.factsOf(context)
    const reason = memory.cut(event.reason)
    enqueue.assign(memory.overridden(context, event, policy))
    tellDesk(enqueue, context, { type: "ALERT_RAISED", alertId: context.alertId, severity: to, at })
    notify(enqueue, { kind: "overridden", from, to, by, reason }, isHigher(to, from) ? audienceOf(to) : "nobody")
    if (acknowledged === null) enqueue.raise({ type: "SEVERITY_CHANGED", at })
  }),

  wantAsh: doing(({ event, enqueue }) => {
    assertEvent(event, "TALK_TO_ASH")
    enqueue.raise({ type: "ASH_WANTED", by: event.by, at: event.at })
  }),

  takeOver: doing(({ context, event, enqueue }) => {
    assertEvent(event, "TAKE_OVER")
    const { by, at } = event
    const { guildId } = memory.factsOf(context).signal
    enqueue.assign(memory.learn(context, { takenOverBy: by }))
    tellSession(enqueue, context, { type: "TAKE_OVER", by, guildId, alertId: context.alertId, at })
    notify(enqueue, { kind: "taken_over", by }, "nobody")
    enqueue.raise({ type: "TAKEN_OVER" })
  }),

  handBack: doing(({ context, event, enqueue }) => {
    assertEvent(event, "HAND_BACK")
    const { by, at } = event
    enqueue.assign(memory.learn(context, { takenOverBy: null }))
    tellSession(enqueue, context, { type: "HAND_BACK", by, at })
    notify(enqueue, { kind: "handed_back", by }, "nobody")
  }),

  /** Only who has taken over speaks to the member; what others write in the thread stays there. */
  hearThread: doing(({ context, event, enqueue }) => {
    assertEvent(event, "THREAD_MESSAGE")
    const { by, at, messageId, text } = event
    enqueue.assign({ ...memory.responded(context, by, at), attendedAt: at })
    tellDesk(enqueue, context, { type: "RESPONDER_SEEN", by, at })
    if (memory.factsOf(context).takenOverBy === by) {
      tellSession(enqueue, context, { type: "RELAY", messageId, text, at })
    }
  })
})
