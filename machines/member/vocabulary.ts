/**
 * The words the member's chart is written in, made for one policy: its types, actions, guards and delays. What they do to
 * the memory is in `pending.ts`, `deletions.ts` and `alerts.ts`; what a verdict becomes in `signals.ts` and `weighing.ts`.
 */
import { assertEvent, assign, setup } from "xstate"
import type { TellParams } from "#domain/ActorDefinition.ts"
import type { Classify } from "#domain/ash/Analysis.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { messageAuthorKey, noteAuthor, removeFromHistory } from "#domain/ash/History.ts"
import { isCrisis } from "#domain/ash/Severity.ts"
import type { Projection } from "#domain/Projection.ts"
import * as alerts from "./alerts.ts"
import * as deletions from "./deletions.ts"
import { doing, project, tellAlert, tellDesk, timeOf } from "./outgoing.ts"
import * as pending from "./pending.ts"
import {
  type HistoryCleared,
  MAX_FORGOTTEN,
  type MemberChartEvent,
  type MemberContext,
  type MemberInput,
  PROXY_GRACE_MS
} from "./schema.ts"
import { byNet, historyChange, isUrgent, signalOf, wishOf } from "./signals.ts"
import { keyOf, purge, supersede, weigh } from "./weighing.ts"

export const member = (policy: AshPolicy) =>
  setup({
    types: {} as { context: MemberContext; events: MemberChartEvent; input: MemberInput },
    delays: { proxyGrace: () => PROXY_GRACE_MS },
    guards: {
      saysNothing: ({ event }) => event.type === "MESSAGE_SEEN" && event.message.text.trim() === "",
      hasRoom: ({ context, event }) => {
        assertEvent(event, "MESSAGE_SEEN")
        const has = (weight: pending.Weight) => pending.hasRoom(context.pending, "classify", weight)
        return has("ordinary") || (has("urgent") && isUrgent(event.message))
      },
      isTheNetAgain: ({ event }) => event.type === "CLASSIFIED_LATER" && event.output.unanalysed,
      moreWereDeleted: ({ context }) => context.deletedSince.length > 0,
      opensAnAlert: ({ context, event }) => {
        assertEvent(event, "SIGNALLED")
        return alerts.opens(context, event, policy.alerts)
      },
      wasGivenBackByTheOpenOne: ({ context, event }) => {
        assertEvent(event, "SIGNALLED")
        return alerts.gaveBack(context, event)
      },
      wasGuessedForTheOpenOne: ({ context, event }) => {
        assertEvent(event, "SIGNALLED")
        return event.guessedFor !== null && event.guessedFor === context.open?.alertId
      },
      isTheOpenOne: ({ context, event }) => {
        assertEvent(event, "ALERT_CLOSED")
        return event.alertId === context.open?.alertId
      }
    },
    actions: {
      // What leaves the member. The runtime turns all of it into data of the turn's commit.
      reply: (_, _params: HistoryCleared) => {},
      tell: (_, _params: TellParams) => {},
      project: (_, _params: Projection) => {},
      classify: (_, _params: Classify) => {},
      classifyLater: (_, _params: Classify) => {}
    }
  }).extend({
    actions: {
      // Words.
      /** An edit that leaves nothing took its words back. */
      takeBack: doing(({ context, event, enqueue }) => {
        assertEvent(event, "MESSAGE_SEEN")
        const { message } = event
        if (message.editedAt === null) return
        enqueue.assign({ pending: supersede(context, message) })
        project(enqueue, [removeFromHistory(context, deletions.idsOf(context, message.messageId))])
      }),
      askForAnalysis: doing(({ context, event, enqueue }) => {
        assertEvent(event, "MESSAGE_SEEN")
        const { message } = event
        const { guildId, userId } = context
        const under = supersede(context, message)
        enqueue.assign({ pending: [...under, pending.pendingText(under, message)] })
        enqueue({ type: "classify", params: { guildId, userId, message, urgent: isUrgent(message) } })
      }),
      /** Too much is under way already: the net decides now, and a crisis among it is owed an analysis. */
      decideByNet: doing(({ context, event, enqueue }) => {
        assertEvent(event, "MESSAGE_SEEN")
        const { message } = event
        const under = supersede(context, message)
        enqueue.assign({ pending: under })
        const text = pending.pendingText(under, message)
        weigh(enqueue, context, byNet(message), text, policy, timeOf(event, context))
      }),
      weigh: doing(({ context, event, enqueue }) => {
        assertEvent(event, "CLASSIFIED")
        const { taken, rest } = pending.take(context.pending, event.output.message, "classify")
        enqueue.assign({ pending: rest })
        weigh(enqueue, { ...context, pending: rest }, event.output, taken, policy, event.at)
      }),
      /** C11: a failure is never an all-clear. */
      weighByNet: doing(({ context, event, enqueue }) => {
        assertEvent(event, "CLASSIFY_FAILED")
        const { taken, rest } = pending.take(context.pending, event.params.message, "classify")
        enqueue.assign({ pending: rest })
        weigh(enqueue, { ...context, pending: rest }, byNet(event.params.message), taken, policy, event.at)
      }),
      /** The real analysis of a text the net had judged: replaces the guess, and is news to who heard it. */
      weighAgain: doing(({ context, event, enqueue }) => {
        assertEvent(event, "CLASSIFIED_LATER")
        const { output: verdict, at } = event
        const { message, analysis } = verdict
        const { taken, rest } = pending.take(context.pending, message, "classifyLater")
        enqueue.assign({ pending: rest })
        tellDesk(enqueue, context, { type: "ANALYSED_AT_LAST", messageId: message.messageId, at })
        if (taken.storable) {
          project(enqueue, historyChange(context, verdict, policy.history, { now: at, replaces: true }))
        }
        if (!isCrisis(analysis.severity) && taken.heardBy === null) return
        const signal = signalOf(context, verdict, isCrisis(analysis.severity) ? analysis.severity : "low")
        const { gone: textGone, heardBy: guessedFor } = taken
        enqueue.raise({ type: "SIGNALLED", signal, at, textGone, unheard: false, guessedFor })
      }),
      /** It will not come: the net's word stands. */
      settleForTheNet: doing(({ context, event, enqueue }) => {
        assertEvent(event, ["CLASSIFIED_LATER", "CLASSIFY_LATER_FAILED"])
        const { message } = event.type === "CLASSIFIED_LATER" ? event.output : event.params
        enqueue.assign({ pending: pending.take(context.pending, message, "classifyLater").rest })
        tellDesk(enqueue, context, { type: "ANALYSED_AT_LAST", messageId: message.messageId, at: event.at })
      }),

      // Words taken back.
      noteDeleted: doing(({ context, event, enqueue }, { waiting }: { readonly waiting: boolean }) => {
        assertEvent(event, "MESSAGES_DELETED")
        const { change, now } = deletions.noted(context, event.messageIds, { waiting })
        enqueue.assign(change)
        purge(enqueue, context, now, event.at)
      }),
      /** Whoever deletes the post later names it alone, maybe to a process that never saw it. */
      noteProxy: doing(({ context, event, enqueue }) => {
        assertEvent(event, "MESSAGE_PROXIED")
        enqueue.assign(deletions.proxied(context, event.original, event.proxy))
        project(enqueue, [noteAuthor(context, event.proxy, policy.history.ttlMs)])
      }),
      purge: doing(({ context, event, enqueue }) => {
        enqueue.assign(deletions.graceOver(context))
        purge(enqueue, context, context.deleted, timeOf(event, context))
      }),
      clearHistory: doing(({ context, enqueue }) => {
        project(enqueue, [{ op: "delete", key: keyOf(context) }])
        enqueue.assign({ pending: pending.withdraw(context.pending, "all", { gone: false }) })
        enqueue({ type: "reply", params: { cleared: true } })
      }),
      /** B15: what belongs to the guild goes; an open alert stays, because people may still reach them. */
      leave: doing(({ context, event, enqueue }) => {
        assertEvent(event, ["MEMBER_LEFT", "FORGOTTEN"])
        project(enqueue, [{ op: "delete", key: keyOf(context) }])
        const under = pending.withdraw(context.pending, "all", { gone: true })
        enqueue.assign({ pending: under, deleted: [], deletedSince: [], proxies: [], leftAt: event.at })
        enqueue.raise({ type: "TEXTS_GONE", messageIds: "all", at: event.at })
      }),

      /** Whose messages theirs were, and whom the alerts about them were about. */
      forgetWhose: doing(({ context, event, enqueue }) => {
        assertEvent(event, "FORGOTTEN")
        const { messageIds, at } = event
        project(
          enqueue,
          messageIds.slice(0, MAX_FORGOTTEN).map((id) => ({ op: "delete", key: messageAuthorKey(id) }))
        )
        for (const { alertId } of context.alerts) tellAlert(enqueue, alertId, { type: "SUBJECT_FORGOTTEN", at })
      }),

      // Alerts.
      keepAlert: assign(({ event }) => {
        assertEvent(event, "ALERT_KEPT")
        const { alert, leftAt, open } = event
        return { open, alerts: alert === null ? [] : [alert], leftAt }
      }),
      wishForAPerson: doing(({ context, event, enqueue }) => {
        assertEvent(event, "HUMAN_WANTED")
        const signal = wishOf(context, event)
        enqueue.raise({ type: "SIGNALLED", signal, at: event.at, textGone: false, unheard: false, guessedFor: null })
      }),
      signalAgain: doing(({ context, event, enqueue }) => {
        assertEvent(event, "SIGNAL_UNHEARD")
        const { signal } = event
        const textGone = deletions.isGone(context, signal)
        const at = timeOf(event, context)
        enqueue.raise({ type: "SIGNALLED", signal, at, textGone, unheard: true, guessedFor: null })
      }),
      openAlert: doing(({ context, event, enqueue }) => {
        assertEvent(event, "SIGNALLED")
        const { signal } = event
        const { alertId, earlier, previous, change } = alerts.opened(context, event, policy.alerts)
        enqueue.assign(change)
        tellAlert(enqueue, alertId, { type: "OPEN", signal, earlier, previous })
      }),
      giveSignal: doing(({ context, event, enqueue }) => {
        assertEvent(event, "SIGNALLED")
        if (context.open === null) return
        enqueue.assign(alerts.given(context, event))
        tellAlert(enqueue, context.open.alertId, { type: "SIGNAL", signal: event.signal })
      }),
      giveAnalysis: doing(({ context, event, enqueue }) => {
        assertEvent(event, "SIGNALLED")
        if (context.open === null) return
        enqueue.assign(alerts.given(context, event))
        tellAlert(enqueue, context.open.alertId, { type: "ANALYSED", signal: event.signal })
      }),
      /** Words that were taken back are no alert's to show, not even the one they opened. */
      hideWords: doing(({ context, event, enqueue }) => {
        assertEvent(event, "SIGNALLED")
        if (context.open === null || !event.textGone) return
        const { alertId } = context.open
        tellAlert(enqueue, alertId, { type: "TEXT_GONE", messageIds: [event.signal.messageId], at: event.at })
      }),
      /** Open or closed, their posts are still there; each knows whether it shows one of the messages. */
      tellTextsGone: doing(({ context, event, enqueue }) => {
        assertEvent(event, "TEXTS_GONE")
        const { messageIds, at } = event
        for (const { alertId } of context.alerts) {
          tellAlert(enqueue, alertId, { type: "TEXT_GONE", messageIds, at })
        }
      }),
      closeAlert: assign(({ context, event }) => alerts.closed(context, timeOf(event, context))),
      /** Hands the signal on to the state this transition leads to. */
      signalOn: doing(({ event, enqueue }) => {
        assertEvent(event, "SIGNALLED")
        enqueue.raise(event)
      })
    }
  })
