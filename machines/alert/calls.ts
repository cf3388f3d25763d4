/**
 * How an alert reaches people: the post that shows it, the chain of calls while nobody comes (B5), the reminders when
 * somebody came and nothing was resolved (B6), and what is done about a call that could not be made. Who is told that a
 * person was called is told only after it is true (B9).
 */
import { assertEvent } from "xstate"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import * as memory from "./facts.ts"
import { doing, latenessOf, notify, tellDay, tellSession, timeOf } from "./outgoing.ts"
import { metricsOf, records } from "./records.ts"
import { type AlertContext, MAX_UNHEARD } from "./schema.ts"

const MINUTE = 60_000
const HOUR = 60 * MINUTE

/** After the first failure a minute, twice as long after each, at most an hour. */
export const backoff = (failures: number): number =>
  Math.min(HOUR, MINUTE * 2 ** Math.min(10, Math.max(0, failures - 1)))

/** How long the coming step waits from now. Steps count from the start of their chain, so a late one hurries the next. */
export const untilNextStep = ({ escalation }: AlertContext, now: number): number => {
  const { steps, next, startedAt } = escalation
  const afterMs = steps[next]?.afterMs ?? 0
  return startedAt === null ? afterMs : Math.max(0, startedAt + afterMs - now)
}

export const callActions = (policy: AshPolicy) => ({
  record: doing(({ context, enqueue }) => {
    const measured = context.measured + 1
    enqueue.assign({ unrecorded: false, measured })
    for (const record of records(context, policy)) enqueue({ type: "project", params: record })
    if (policy.alerts.metrics.enabled) tellDay(enqueue, context, metricsOf(context), measured)
  }),

  post: doing(({ context, enqueue }) => {
    const { humanWanted, severity } = memory.factsOf(context)
    enqueue.assign({ unshown: false, humanInPost: humanWanted !== null && isAtLeast(severity, "high") })
    enqueue({ type: "postAlert", params: { alert: memory.viewOf(context) } })
  }),

  edit: doing(({ context, enqueue }) => {
    const { place } = memory.factsOf(context)
    enqueue.assign({ unshown: false })
    if (place !== null) enqueue({ type: "editAlert", params: { alert: memory.viewOf(context), place } })
  }),

  /** The place and the thread show nowhere in the post itself. */
  keepPlace: doing(({ context, event, enqueue }) => {
    assertEvent(event, "POSTED")
    const { place, threadId, called } = event.output
    const { unshown, humanInPost, alertId } = context
    enqueue.assign({ ...memory.learn(context, { place, threadId }), unshown, failedPosts: 0 })
    if (humanInPost && called) tellSession(enqueue, context, { type: "HUMAN_TOLD", alertId, at: event.at })
  }),

  /** Its post was deleted and people still need it: there will be another. Its thread stays where talk goes until then. */
  losePlace: doing(({ context, enqueue }) => {
    enqueue.assign({ ...memory.learn(context, { place: null }), reposts: (context.reposts ?? 0) + 1 })
  }),

  /** Whoever leads is told directly; the post is tried again as long as the alert is open. */
  missPost: doing(({ context, event, enqueue }) => {
    const { createdAt } = memory.factsOf(context)
    enqueue.assign({ failedPosts: context.failedPosts + 1 })
    if (!memory.isOpen(memory.factsOf(context))) return
    notify(enqueue, { kind: "escalated", step: 0, waitingMs: timeOf(event, context) - createdAt }, "leads")
  }),

  /** Somebody took it, or it is over. */
  endCalls: doing(({ enqueue }) => enqueue.raise({ type: "ATTENDED" })),

  escalate: doing(({ context, event, enqueue }) => {
    const { steps, next } = context.escalation
    const step = steps[next]
    if (step === undefined) return
    const { audience, afterMs } = step
    const at = timeOf(event, context)
    const startedAt = context.escalation.startedAt ?? at - latenessOf(event) - afterMs
    // Shown anew, so that a post that was deleted is missed.
    enqueue.assign({ escalation: { steps, next: next + 1, startedAt }, unshown: true })
    notify(enqueue, { kind: "escalated", step: next + 1, waitingMs: at - startedAt }, audience)
    if (audience === "wider") enqueue.raise({ type: "ASH_WANTED", by: null, at })
  }),

  /** Nobody is called about the first; a reminder from long ago calls nobody either (B32). */
  remind: doing(({ context, event, enqueue }) => {
    const { acknowledged, createdAt, attention } = memory.factsOf(context)
    const sinceMs = timeOf(event, context) - (acknowledged?.at ?? createdAt)
    const quiet = context.reminders === 0 || latenessOf(event) > policy.alerts.staleAfterMs
    enqueue.assign({ ...memory.learn(context, { attention: attention + 1 }), reminders: context.reminders + 1 })
    notify(enqueue, { kind: "still_open", sinceMs }, quiet ? "nobody" : "crt")
  }),

  sayStale: doing(({ context, event, enqueue }) => enqueue.raise({ type: "STALE", at: timeOf(event, context) })),

  /** A call for a person stands on Discord: now the member may be told so. */
  noteCall: doing(({ context, event, enqueue }) => {
    assertEvent(event, "NOTIFIED")
    enqueue.assign({ failedCalls: 0 })
    const { audience, kind } = event.output
    if (kind !== "human_wanted" || audience === "nobody") return
    tellSession(enqueue, context, { type: "HUMAN_TOLD", alertId: context.alertId, at: event.at })
  }),

  callLeads: doing(({ event, enqueue }) => {
    assertEvent(event, "NOTIFY_FAILED")
    notify(enqueue, event.params.notice, "leads")
  }),

  sayWordsAreLost: doing(({ enqueue }) => notify(enqueue, { kind: "member_said", text: null }, "nobody")),

  keepCall: doing(({ context, event, enqueue }) => {
    assertEvent(event, "NOTIFY_FAILED")
    const { notice } = event.params
    const others = context.unheard.filter(({ kind }) => kind !== notice.kind)
    enqueue.assign({ unheard: [...others, notice].slice(-MAX_UNHEARD), failedCalls: context.failedCalls + 1 })
  }),

  callAgain: doing(({ context, enqueue }) => {
    enqueue.assign({ unheard: [] })
    if (!memory.isOpen(memory.factsOf(context))) return
    for (const notice of context.unheard) notify(enqueue, notice, "crt")
  })
})
