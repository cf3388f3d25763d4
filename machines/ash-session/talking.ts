/**
 * How a session goes: it starts with a welcome, answers, steps back for a person, and ends once, with its closing words, the
 * facts it leaves behind, and the news to the alerts that took part.
 */
import { assertEvent } from "xstate"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { Companionship, EndedBy } from "#domain/ash/AshSession.ts"
import { higherOf, isAtLeast, type CrisisSeverity } from "#domain/ash/Severity.ts"
import { relayText, type SessionLine } from "#domain/ash/SessionTexts.ts"
import { forgottenDocuments, metaDocument } from "./documents.ts"
import * as memory from "./memory.ts"
import { document, doing, type Enqueue, remembering, say, tellAlert, tellDay, write } from "./outgoing.ts"
import type { AshSessionContext, AshSessionMachineEvent, KnownAlert } from "./schema.ts"

/** Who comes back within this time knows Ash already, and is greeted briefly. */
const AGAIN_MS = 3_600_000
/** After how many replies somebody in serious trouble is shown again where else to turn. */
const RESOURCES_EVERY = 4

const startOf = (context: AshSessionContext, event: AshSessionMachineEvent): memory.Start => {
  const at = memory.timeOf(event, context)
  const severity = memory.severityKnown(context)
  if (event.type === "START") return { ...event, severity: higherOf(severity, event.severity), at }
  if (event.type === "TAKE_OVER") {
    return {
      by: "button",
      at,
      guildId: event.guildId,
      alertId: event.alertId,
      severity: higherOf<CrisisSeverity>(severity, "medium")
    }
  }
  const asked = context.followUp !== null && context.followUp.askedAt !== null
  return { by: asked ? "follow_up" : "request", at, guildId: context.guildId, alertId: null, severity }
}

const closingLine = (how: EndedBy, event: AshSessionMachineEvent): SessionLine | null => {
  if (how === "opted_out" || how === "unreachable") return null
  return event.type === "FAREWELL" && event.goodbye ? { key: "farewell" } : { key: "ended", how }
}

export const talking = (policy: AshPolicy) => {
  const keptMs = 2 * policy.ash.sessionDataTtlMs

  const begin = (enqueue: Enqueue, context: AshSessionContext, start: memory.Start, again: boolean): void => {
    const change = memory.startSession(context, start, { keptMs, repliesSinceResources: again ? RESOURCES_EVERY : 0 })
    const crowdedOut = context.sessions.filter(
      (startedAt) => startedAt > start.at - keptMs && !change.sessions.includes(startedAt)
    )
    for (const startedAt of crowdedOut) document(enqueue, ...forgottenDocuments(context.userId, startedAt))
    enqueue.assign({ ...change, guildId: start.guildId ?? context.guildId })
    enqueue.raise({ type: "SESSION_STARTED", at: start.at })
  }

  const endOf = (alert: KnownAlert, how: EndedBy, at: number) =>
    how === "unreachable"
      ? ({ type: "ASH_UNREACHABLE", at } as const)
      : how === "opted_out" && alert.session === "awaits_contact"
        ? ({ type: "ASH_REFUSED", because: "opted_out", at } as const)
        : ({ type: "ASH_ENDED", how, at } as const)

  const tellEnd = (enqueue: Enqueue, { alerts }: AshSessionContext, how: EndedBy, at: number): void => {
    for (const alert of alerts) {
      if (alert.session !== "none") tellAlert(enqueue, alert.alertId, endOf(alert, how, at))
    }
  }

  return {
    start: doing(({ context, event, enqueue }) => {
      const start = startOf(context, event)
      const byThem = start.by === "request" || start.by === "follow_up"
      const again = byThem && event.type !== "START" && start.at - (context.closedAt ?? -Infinity) < AGAIN_MS
      begin(enqueue, context, start, again)
      if (event.type === "START") {
        const { alertId, guildId, severity } = event
        enqueue.assign(({ context: now }) =>
          memory.knowAlert(now, { alertId, guildId, severity, at: start.at, session: "awaits_contact" })
        )
      }
      const team = (start.guildId ?? context.guildId) !== null
      say(enqueue, context, policy, { key: "welcome", by: start.by, team, again }, "welcome")
    }),

    refuse: doing(({ event, enqueue }, { because }: { readonly because: "opted_out" | "off" | "busy" }) => {
      assertEvent(event, "START")
      tellAlert(enqueue, event.alertId, { type: "ASH_REFUSED", because, at: event.at })
    }),

    /** One more alert about somebody Ash is with already. */
    attach: doing(({ context, event, enqueue }, { reached }: { readonly reached: boolean }) => {
      assertEvent(event, "START")
      const { alertId, guildId, severity, at } = event
      const session = reached ? "in_contact" : "awaits_contact"
      enqueue.assign(memory.knowAlert(context, { alertId, guildId, severity, at, session }))
      enqueue.assign(({ context: now }) => ({
        guildId,
        session:
          now.session === null
            ? null
            : {
                ...now.session,
                alertId: now.session.alertId ?? alertId,
                guildId: now.session.guildId ?? guildId,
                severity: higherOf(now.session.severity, severity)
              }
      }))
      if (reached) tellAlert(enqueue, alertId, { type: "ASH_CONTACTED", at })
    }),

    /** The welcome has arrived: only now has Ash reached the person. */
    reach: doing(({ context, event, enqueue }) => {
      const at = memory.timeOf(event, context)
      for (const { alertId, session } of context.alerts) {
        if (session === "awaits_contact") tellAlert(enqueue, alertId, { type: "ASH_CONTACTED", at })
      }
      enqueue.assign(
        memory.changeAlerts(context, ({ session }) => (session === "none" ? {} : { session: "in_contact" }))
      )
    }),

    /** The welcome did not arrive: there was no session. */
    abandon: doing(({ context, event, enqueue }) => {
      const at = memory.timeOf(event, context)
      tellEnd(enqueue, context, "unreachable", at)
      enqueue.assign({ ...memory.closeSession(context, at), closedAt: context.closedAt })
      // They wrote, and got no answer at all.
      if ((context.session?.fromMember ?? 0) > 0) enqueue.raise({ type: "HUMAN_NEEDED", because: "ash_failed", at })
    }),

    /** As before, but a responder is with the person: the session goes on. */
    abandonContact: doing(({ context, event, enqueue }) => {
      const at = memory.timeOf(event, context)
      for (const { alertId, session } of context.alerts) {
        if (session === "awaits_contact") tellAlert(enqueue, alertId, { type: "ASH_UNREACHABLE", at })
      }
      enqueue.assign(
        memory.changeAlerts(context, ({ session }) => (session === "awaits_contact" ? { session: "none" } : {}))
      )
    }),

    takeIn: doing(({ context, event, enqueue }) => {
      assertEvent(event, "SAID")
      const { message } = event
      enqueue.assign(memory.takeIn(context, message))
      if (message.attachments > 0 || !memory.hasWords(message)) say(enqueue, context, policy, { key: "cannot_see" })
    }),

    beginAnswer: remembering(({ context }) => memory.beginAnswer(context)),

    answer: doing(({ context, event, enqueue }, { parts, concern }: Companionship) => {
      if (context.session === null) return
      const { severity, repliesSinceResources } = context.session
      const resources = isAtLeast(severity, "high") && repliesSinceResources >= RESOURCES_EVERY
      const sent = parts.flatMap((part) => write(enqueue, context, "reply", part))
      if (resources) say(enqueue, context, policy, { key: "resources" }, "reply")
      const at = memory.timeOf(event, context)
      enqueue.assign(({ context: now }) => memory.recordAnswer(now, sent, at, { resources }))
      if (concern) enqueue.raise({ type: "HUMAN_NEEDED", because: "safety", at })
    }),

    fail: doing(({ context, event, enqueue }) => {
      enqueue.raise({ type: "HUMAN_NEEDED", because: "ash_failed", at: memory.timeOf(event, context) })
    }),

    takeOver: doing(({ context, event, enqueue }) => {
      assertEvent(event, "TAKE_OVER")
      const { by, alertId, guildId, at } = event
      if (context.session === null) begin(enqueue, context, startOf(context, event), false)
      const before = context.takenOver?.alertId ?? alertId
      if (before !== alertId) {
        // The team of another community: what the person writes goes to them from now on.
        tellAlert(enqueue, before, { type: "ASH_ENDED", how: "taken_over", at })
        enqueue.assign(memory.changeAlerts(context, (alert) => (alert.alertId === before ? { session: "none" } : {})))
      }
      enqueue.assign(({ context: now }) => ({ guildId, ...memory.takeOver(now, by, alertId) }))
      enqueue.assign(({ context: now }) =>
        memory.knowAlert(now, { alertId, guildId, at, session: "in_contact", takenOverBy: by })
      )
      if (context.takenOver === null) {
        say(enqueue, context, policy, { key: "taken_over", optedOut: context.optOut !== null })
      }
    }),

    /** A responder goes on after the conversation had run out. */
    resume: doing(({ context, event, enqueue }) => {
      const alert = context.alerts.findLast(({ takenOverBy }) => takenOverBy !== null)
      if (alert?.takenOverBy == null) return
      const { alertId, takenOverBy: by, guildId, severity } = alert
      const at = memory.timeOf(event, context)
      begin(enqueue, context, { by: "button", at, guildId, alertId, severity }, false)
      enqueue.assign(({ context: now }) => memory.takeOver(now, by, alertId))
      enqueue.assign(({ context: now }) => memory.knowAlert(now, { alertId, at, session: "in_contact" }))
    }),

    relay: doing(({ context, event, enqueue }) => {
      assertEvent(event, "RELAY")
      if (event.text.trim() !== "") write(enqueue, context, "relay", relayText(event.text.trim()))
    }),

    /** What a responder wrote, or the news that they are there, did not arrive. */
    reportUnreachable: doing(({ context, event, enqueue }) => {
      const { takenOver } = context
      const at = memory.timeOf(event, context)
      if (takenOver !== null) tellAlert(enqueue, takenOver.alertId, { type: "ASH_UNREACHABLE", at })
    }),

    handBack: doing(({ context, enqueue }) => {
      enqueue.assign({ takenOver: null })
      enqueue.assign(memory.changeAlerts(context, () => ({ takenOverBy: null })))
    }),

    /** The one end of a session, however it comes. */
    end: doing(({ context, event, enqueue }, { how }: { readonly how: EndedBy }) => {
      const { session, userId } = context
      if (session === null) return
      const at = memory.timeOf(event, context)
      const summary = memory.summaryOf(userId, session, how, at)
      const line = closingLine(how, event)
      if (line !== null) say(enqueue, context, policy, line)
      document(enqueue, metaDocument(summary, policy.ash.sessionDataTtlMs))
      enqueue({ type: "postSessionNotes", params: { summary } })
      if (policy.alerts.metrics.enabled) tellDay(enqueue, summary)
      tellEnd(enqueue, context, how, at)
      enqueue.assign(({ context: now }) => memory.closeSession(now, at))
      if (event.type === "FAREWELL") enqueue.assign({ farewellAt: at })
      // No alert hears of it: somebody must.
      const unheard = context.alerts.every((alert) => alert.session === "none")
      if (how === "unreachable" && unheard) enqueue.raise({ type: "HUMAN_NEEDED", because: "ash_failed", at })
      const { id, severity, guildId, startedAt } = session
      enqueue.raise({ type: "SESSION_ENDED", how, session: { id, severity, guildId, startedAt }, at })
    }),

    /** A goodbye to nobody: it may be one to everybody. */
    answerFarewell: doing(({ context, event, enqueue }) => {
      assertEvent(event, "FAREWELL")
      const { at } = event.message
      say(enqueue, context, policy, event.goodbye ? { key: "farewell" } : { key: "leaving" })
      enqueue.assign({ farewellAt: at })
    })
  }
}
