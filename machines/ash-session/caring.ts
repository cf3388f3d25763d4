/**
 * What goes on beside the talk: calling a person and saying truly what came of it, the wish not to be written to, and the
 * one question some time after a session.
 */
import { assertEvent } from "xstate"
import type { HumanWantedBecause } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import {
  askedDocuments,
  noFollowUpDocuments,
  noOptOutDocument,
  optOutDocument,
  scheduledDocument
} from "./documents.ts"
import * as memory from "./memory.ts"
import { document, doing, type Enqueue, say, tellAlert, tellMember } from "./outgoing.ts"
import type { AshSessionContext, AshSessionMachineEvent, OptOut } from "./schema.ts"

const isEmergency = (event: AshSessionMachineEvent): boolean => event.type === "PERSON_ASKED" && event.emergency

const reason = (event: AshSessionMachineEvent): HumanWantedBecause =>
  event.type === "HUMAN_NEEDED" ? event.because : isEmergency(event) ? "safety" : "asked"

const tellWanted = (enqueue: Enqueue, context: AshSessionContext, because: HumanWantedBecause, at: number): void => {
  const { message } = context
  if (message === null) return
  const { messageId, channelId } = message
  tellMember(enqueue, context, { type: "HUMAN_WANTED", because, messageId, channelId, at })
}

export const caring = (policy: AshPolicy) => ({
  // A person.
  call: doing(({ context, event, enqueue }) => {
    const because = reason(event)
    tellWanted(enqueue, context, because, memory.timeOf(event, context))
    // Who asked for an ambulance has been answered.
    if (!isEmergency(event)) say(enqueue, context, policy, { key: "asking", because })
    enqueue.assign(memory.wantHuman(context, because))
  }),
  sayStillAsking: doing(({ context, event, enqueue }) => {
    say(enqueue, context, policy, { key: "still_asking", because: reason(event) })
  }),
  sayNobodyToAsk: doing(({ context, event, enqueue }) => {
    const because = reason(event)
    say(enqueue, context, policy, { key: "nobody_to_ask", because })
    enqueue.assign(memory.wantHuman(context, because))
  }),
  sayFailedAfterCall: doing(({ context, enqueue }) => say(enqueue, context, policy, { key: "failed_after_call" })),
  sayNotReached: doing(({ context, enqueue }) => say(enqueue, context, policy, { key: "not_reached" })),
  sayCalled: doing(({ context, enqueue }) => say(enqueue, context, policy, { key: "called" })),
  noteCalled: doing(({ context, event, enqueue }) => {
    assertEvent(event, "HUMAN_TOLD")
    const { alertId, at } = event
    enqueue.assign({ humanTold: true, ...memory.knowAlert(context, { alertId, at }) })
  }),
  /** Whoever speaks for the team has not answered: they are called again, and the person is told so. */
  callAgain: doing(({ context, event, enqueue }) => {
    tellWanted(enqueue, context, "asked", memory.timeOf(event, context))
    say(enqueue, context, policy, { key: "nobody_answered" })
  }),

  // No contact.
  optOut: doing(({ context, event, enqueue }) => {
    assertEvent(event, "NO_CONTACT")
    const { by, at, via } = event
    const { ttlMs } = policy.optOut
    const optOut: OptOut = { at, until: ttlMs === null ? null : at + ttlMs, by }
    const open = memory.openAlerts(context, at, policy.alerts.expireAfterMs)
    document(enqueue, optOutDocument(context.userId, optOut))
    for (const { alertId } of open) {
      tellAlert(enqueue, alertId, { type: "MEMBER_OPTED_OUT", until: optOut.until, at })
    }
    if (open.length > 0) tellWanted(enqueue, context, "opted_out", at)
    // A command is answered where it was given; a conversation does not break off without a word.
    if (via !== "command" || context.session !== null) {
      say(enqueue, context, policy, { key: "opted_out", until: optOut.until })
    }
    enqueue.assign({ heardAt: at, optOut, noticeAt: null })
    if (open.length > 0) enqueue.assign(({ context: now }) => memory.wantHuman(now, "opted_out"))
  }),
  /** The first event of a new life: its birth is the time it is heard at. */
  keepOptOut: doing(({ event, enqueue }) => {
    assertEvent(event, "NO_CONTACT_KEPT")
    enqueue.assign({ optOut: event.optOut })
  }),
  optIn: doing(({ context, event, enqueue }) => {
    document(enqueue, noOptOutDocument(context.userId))
    enqueue.assign({ optOut: null, noticeAt: null })
    if (event.type === "CONTACT" && event.via === "words") say(enqueue, context, policy, { key: "opted_in" })
  }),
  /** Somebody writes whom Ash may not, or cannot, talk with: told so once a day. */
  sayNotTalking: doing(({ context, event, enqueue }) => {
    const { optOut, guildId } = context
    const team = guildId !== null
    say(
      enqueue,
      context,
      policy,
      optOut === null ? { key: "ash_off", team } : { key: "opted_out_notice", until: optOut.until, team }
    )
    enqueue.assign({ noticeAt: memory.timeOf(event, context) })
  }),
  sayLeaving: doing(({ context, enqueue }) => say(enqueue, context, policy, { key: "leaving" })),
  sayHandedBack: doing(({ context, enqueue }) => say(enqueue, context, policy, { key: "handed_back" })),

  // The question afterwards.
  scheduleFollowUp: doing(({ context, event, enqueue }) => {
    assertEvent(event, "SESSION_ENDED")
    const { delayMs, maximumMs } = policy.ash.followUp
    const { id, severity, guildId } = event.session
    const followUp = { sessionId: id, severity, guildId, dueAt: event.at + delayMs, askedAt: null }
    document(enqueue, scheduledDocument(context.userId, followUp, Math.max(delayMs, maximumMs)))
    enqueue.assign({ followUp })
  }),
  askFollowUp: doing(({ context, event, enqueue }) => {
    const { followUp } = context
    if (followUp === null) return
    const at = memory.timeOf(event, context)
    const times = { windowMs: policy.ash.followUp.maximumMs, keepMs: policy.ash.sessionDataTtlMs }
    document(enqueue, ...askedDocuments(context.userId, followUp, at, times))
    say(enqueue, context, policy, { key: "follow_up" }, "follow_up")
    enqueue.assign({ followUp: { ...followUp, askedAt: at } })
  }),
  thank: doing(({ context, event, enqueue }) => {
    say(enqueue, context, policy, { key: "follow_up_thanks" })
    enqueue.assign({ closedAt: memory.timeOf(event, context) })
  }),
  forgetFollowUp: doing(({ context, enqueue }) => {
    document(enqueue, ...noFollowUpDocuments(context.userId))
    enqueue.assign({ followUp: null })
  })
})
