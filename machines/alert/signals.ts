/**
 * What an alert does about messages of its member: the first opens it, later ones count and may raise it (B7), and one that
 * comes when it is over is never lost: it goes back to the member, who opens another alert.
 */
import { assertEvent } from "xstate"
import type { Audience, Signal } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { type CrisisSeverity, isAtLeast } from "#domain/ash/Severity.ts"
import * as memory from "./facts.ts"
import { doing, type Enqueue, notify, tellDesk, tellMember, tellSession, timeOf } from "./outgoing.ts"
import type { AlertContext } from "./schema.ts"

/** Who is called when an alert comes to stand at this severity. */
export const audienceOf = (severity: CrisisSeverity): Audience => (isAtLeast(severity, "high") ? "crt" : "nobody")

/** The member's third alert in seven days calls people even when it is not severe (B20). */
const REPEATED = 2

export const signalActions = (policy: AshPolicy) => {
  /** The alert was just raised by this message: everybody is told once, with one call. */
  const sayRaised = (enqueue: Enqueue, before: AlertContext, signal: Signal): void => {
    const severity = memory.severityOf(signal)
    const { severity: from } = memory.factsOf(before)
    notify(enqueue, { kind: "raised", from, signal }, signal.humanWanted === null ? audienceOf(severity) : "nobody")
  }

  /** The chain of calls begins anew, with the steps of the new severity. */
  const callAnew = (enqueue: Enqueue, context: AlertContext, signal: Signal): void => {
    const severity = memory.severityOf(signal)
    enqueue.assign({ escalation: memory.chainFor(severity, policy) })
    tellDesk(enqueue, context, { type: "ALERT_RAISED", alertId: context.alertId, severity, at: signal.at })
    enqueue.raise({ type: "SEVERITY_CHANGED", at: signal.at })
  }

  /**
   * As grave as before, and the calls are over: who has the alert hears a bell, and where nobody has it, or who has it is not
   * there any more, everybody is called anew. An alert that stands swallows nothing (B7).
   */
  const sayAgain = (enqueue: Enqueue, context: AlertContext, signal: Signal): void => {
    const unattended = memory.isUnattended(context, signal, policy)
    const { attention, severity } = memory.factsOf(context)
    enqueue.assign({ toldAgainAt: signal.at })
    const to = memory.whoHasIt(context)
    notify(enqueue, { kind: "again", signal, to }, unattended ? "crt" : "nobody")
    if (!unattended) return
    enqueue.assign(({ context: now }) => memory.learn(now, { attention: attention + 1 }))
    enqueue.assign({ escalation: memory.chainFor(severity, policy) })
    enqueue.raise({ type: "SEVERITY_CHANGED", at: signal.at })
  }

  const sayHumanWanted = (enqueue: Enqueue, { humanWanted }: Signal): void => {
    if (humanWanted !== null) notify(enqueue, { kind: "human_wanted", because: humanWanted }, "crt")
  }

  return {
    open: doing(({ context, event, enqueue }) => {
      assertEvent(event, "OPEN")
      enqueue.assign(memory.opened(context, event, policy))
      const { signal, earlier } = event
      const { guildId } = signal
      const severity = memory.severityOf(signal)
      const at = Math.max(context.bornAt, signal.at)
      const opened = { type: "ALERT_OPENED", alertId: context.alertId, severity, at } as const
      enqueue({ type: "tell", params: { to: { type: "desk", id: guildId }, event: opened } })
      const quiet = audienceOf(severity) === "nobody"
      // Otherwise the post itself is the call.
      if (quiet) sayHumanWanted(enqueue, signal)
      if (earlier === 0) return
      notify(enqueue, { kind: "repeated", earlier }, quiet && earlier >= REPEATED ? "crt" : "nobody")
    }),

    /** Takes over a post that another service made; the request that named it is carried out next. */
    adopt: doing(({ context, event, enqueue }) => {
      if (!("post" in event) || event.post === undefined) return
      enqueue.assign(memory.adopted(event.post))
      const { guildId, severity } = event.post
      const opened = { type: "ALERT_OPENED", alertId: context.alertId, severity, at: event.at } as const
      enqueue({ type: "tell", params: { to: { type: "desk", id: guildId }, event: opened } })
      enqueue.raise(event)
    }),

    hear: doing(({ context, event, enqueue }) => {
      assertEvent(event, ["OPEN", "SIGNAL"])
      const { signal } = event
      enqueue.assign(memory.heard(context, signal))
      if (memory.isWorse(context, signal)) {
        sayRaised(enqueue, context, signal)
        callAnew(enqueue, context, signal)
      } else if (memory.isToldAgain(context, signal, policy)) sayAgain(enqueue, context, signal)
      sayHumanWanted(enqueue, signal)
    }),

    hearAnalysis: doing(({ context, event, enqueue }) => {
      assertEvent(event, "ANALYSED")
      const { signal } = event
      enqueue.assign(memory.analysed(context, signal))
      if (signal.analysis !== null) notify(enqueue, { kind: "analysed", analysis: signal.analysis }, "nobody")
      if (!memory.isWorse(context, signal)) {
        if (memory.isToldAgain(context, signal, policy)) sayAgain(enqueue, context, signal)
        return
      }
      enqueue.assign(({ context: now }) => memory.learn(now, memory.raisedBy(now, signal)))
      sayRaised(enqueue, context, signal)
      callAnew(enqueue, context, signal)
    }),

    /**
     * The alert is over: the message goes back to the member, for another alert. An analysis does so only when it is worse
     * than what people have seen to.
     */
    hearTooLate: doing(({ context, event, enqueue }) => {
      assertEvent(event, ["OPEN", "SIGNAL", "ANALYSED"])
      const { signal } = event
      const { alertId } = context
      if (event.type === "OPEN") tellMember(enqueue, signal, { type: "ALERT_CLOSED", alertId, at: signal.at })
      if (event.type === "ANALYSED" && !memory.isWorse(context, signal) && signal.humanWanted === null) return
      tellMember(enqueue, signal, { type: "SIGNAL_UNHEARD", signal })
    }),

    /** There is no such alert any more: the message needs another one. */
    passBack: doing(({ event, enqueue }) => {
      assertEvent(event, ["SIGNAL", "ANALYSED"])
      tellMember(enqueue, event.signal, { type: "SIGNAL_UNHEARD", signal: event.signal })
    }),

    loseText: doing(({ context, event, enqueue }) => {
      assertEvent(event, "TEXT_GONE")
      const { textGone } = memory.factsOf(context)
      if (!textGone && memory.showsOneOf(context, event.messageIds)) {
        enqueue.assign(memory.learn(context, { textGone: true }))
      }
    }),

    forgetSubject: doing(({ context, event, enqueue }) => {
      assertEvent(event, "SUBJECT_FORGOTTEN")
      enqueue.assign(memory.forgotten(context))
      if (!memory.isOpen(memory.factsOf(context))) enqueue.assign(({ context: now }) => memory.unnamed(now))
    }),

    nameNobody: doing(({ context, enqueue }) => enqueue.assign(memory.unnamed(context))),

    /** Nobody took it for so long that it is closed, without a call (B32). */
    expire: doing(({ context, event, enqueue }) => {
      const at = timeOf(event, context)
      const { alertId } = context
      const { takenOverBy, signal } = memory.factsOf(context)
      enqueue.assign(memory.learn(context, { expiredAt: at, takenOverBy: null }))
      if (takenOverBy !== null) tellSession(enqueue, context, { type: "HAND_BACK", by: takenOverBy, at })
      tellDesk(enqueue, context, { type: "ALERT_CLOSED", alertId, how: "expired", by: null, at })
      tellMember(enqueue, signal, { type: "ALERT_CLOSED", alertId, at })
      notify(enqueue, { kind: "expired" }, "nobody")
    })
  }
}
