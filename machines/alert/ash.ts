/**
 * What an alert does about Ash: sends it to the member by click or by itself, and says in the thread what became of it.
 * The member's words pass through to whoever has taken over and are kept nowhere.
 */
import { assertEvent } from "xstate"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import * as memory from "./facts.ts"
import { doing, notify, tellSession, timeOf } from "./outgoing.ts"
import { noPendingRecord, pendingRecord } from "./records.ts"

export const ashActions = (policy: AshPolicy) => ({
  /** Ash will go by itself unless somebody comes before. */
  expectAsh: doing(({ context, event, enqueue }) =>
    enqueue.assign({ ashDueAt: timeOf(event, context) + policy.autoInitiate.delayMs })
  ),

  expectAshSooner: doing(({ context, event, enqueue }) => {
    const sooner = timeOf(event, context) + policy.autoInitiate.delayWhenNobodyMs
    enqueue.assign({ ashDueAt: Math.min(context.ashDueAt ?? sooner, sooner) })
  }),

  showPending: doing(({ enqueue }) =>
    enqueue({ type: "project", params: ({ context }) => pendingRecord(context, policy) })
  ),

  hidePending: doing(({ enqueue }) => {
    enqueue.assign({ ashDueAt: null })
    enqueue({ type: "project", params: ({ context }) => noPendingRecord(context) })
  }),

  /** By a responder's wish, or by itself when the event is a timer's. */
  sendAsh: doing(({ context, event, enqueue }) => {
    const at = timeOf(event, context)
    const by = event.type === "ASH_WANTED" ? event.by : null
    const { signal, severity } = memory.factsOf(context)
    const { guildId } = signal
    enqueue.assign(memory.ashAsked(context, by, at))
    const start = { type: "START", guildId, alertId: context.alertId, severity, at } as const
    tellSession(enqueue, context, { ...start, by: by === null ? "auto" : "button" })
  }),

  ashCame: doing(({ context, event, enqueue }) => {
    assertEvent(event, "ASH_CONTACTED")
    enqueue.assign(memory.ashContacted(context, event.at))
    const { auto, by } = memory.factsOf(context).ash
    notify(enqueue, { kind: "ash_started", auto, by }, "nobody")
  }),

  ashRefused: doing(({ context, event, enqueue }) => {
    assertEvent(event, "ASH_REFUSED")
    enqueue.assign(memory.ashStayedAway(context, "refused"))
    notify(enqueue, { kind: "ash_refused", because: event.because }, "nobody")
  }),

  /** Nobody has reached the member: that is for people to know, as long as it matters. */
  ashUnreachable: doing(({ context, event, enqueue }) => {
    assertEvent(event, "ASH_UNREACHABLE")
    enqueue.assign(memory.ashStayedAway(context, "unreachable"))
    notify(enqueue, { kind: "ash_unreachable" }, memory.isOpen(memory.factsOf(context)) ? "crt" : "nobody")
  }),

  ashEnded: doing(({ context, event, enqueue }) => {
    assertEvent(event, "ASH_ENDED")
    enqueue.assign(memory.learn(context, { ash: { ...memory.factsOf(context).ash, state: "ended" } }))
    notify(enqueue, { kind: "ash_ended", how: event.how }, "nobody")
  }),

  /** Ash stays away from now on; people do not (C28). */
  optOut: doing(({ context, event, enqueue }) => {
    assertEvent(event, "MEMBER_OPTED_OUT")
    enqueue.assign(memory.learn(context, { optedOut: true }))
    notify(enqueue, { kind: "opted_out", until: event.until }, "nobody")
  }),

  passOn: doing(({ event, enqueue }) => {
    assertEvent(event, "MEMBER_SAID")
    notify(enqueue, { kind: "member_said", text: event.text }, "nobody")
  })
})
