/**
 * The words the desk's chart is written in: its types, actions, guards and delays, made for one policy. What leaves the
 * desk are `reply`, `tell` and `tellOperators`, as data.
 */
import { assertEvent, assign, enqueueActions, type ParameterizedObject, setup } from "xstate"
import type { TellParams } from "#domain/ActorDefinition.ts"
import type { AlertEvent, AlertId } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { DeskEffects, DeskStatus, OperatorNotice } from "#domain/ash/Desk.ts"
import * as memory from "./memory.ts"
import {
  type DeskContext,
  type DeskInput,
  type HeardEvent,
  NEW_SILENCE_MS,
  SIGHTED_AFTER_MS,
  TELL_AGAIN_MS,
  WRITTEN_OFF_AFTER_MS
} from "./schema.ts"

type Told = DeskEffects["tellOperators"]["params"]
type Outgoing =
  | { readonly type: "reply"; readonly params: DeskStatus }
  | { readonly type: "tell"; readonly params: TellParams }
  | { readonly type: "tellOperators"; readonly params: Told }

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<typeof enqueueActions<DeskContext, HeardEvent, P, HeardEvent, never, Outgoing, never>>[0]
) => enqueueActions<DeskContext, HeardEvent, P, HeardEvent, never, Outgoing, never>(collect)

const toOperators = ({ guildId }: DeskContext, notice: OperatorNotice): Outgoing => ({
  type: "tellOperators",
  params: { guildId, notice }
})

const nobodyAvailable = (alertId: AlertId, at: number): Outgoing => {
  const event: AlertEvent = { type: "NOBODY_AVAILABLE", at }
  return { type: "tell", params: { to: { type: "alert", id: alertId }, event: { ...event } } }
}

/** The time of any event, as far as it carries one. */
const timeOf = (event: object, { heardAt }: DeskContext): number => {
  const { at, firedAt } = event as { readonly at?: unknown; readonly firedAt?: unknown }
  const time = typeof at === "number" ? at : firedAt
  return typeof time === "number" ? Math.max(heardAt, time) : heardAt
}

const isPast = (toldAt: number | null, pauseMs: number, now: number): boolean =>
  toldAt === null || now - toldAt >= pauseMs

export const desk = ({ alerts }: AshPolicy) =>
  setup({
    types: {} as { context: DeskContext; events: HeardEvent; input: DeskInput },
    delays: {
      lost: ({ context }) => memory.untilLost(context, alerts),
      writtenOff: () => WRITTEN_OFF_AFTER_MS,
      sighted: () => SIGHTED_AFTER_MS
    },
    guards: {
      someAreOpen: ({ context }) => context.open.length > 0,
      nobodyIsThere: ({ context }) => memory.nobodyIsThere(context),
      somebodyIsThere: ({ context }) => !memory.nobodyIsThere(context),
      isTheLastOwed: ({ context, event }) => {
        assertEvent(event, "ANALYSED_AT_LAST")
        return memory.owedIn({ ...context, ...memory.pay(context, event.messageId) }) === 0
      },
      isWorthSaying: ({ context, event }) => {
        const { toldAt, said } = context.silence
        return isPast(toldAt, said ? TELL_AGAIN_MS : NEW_SILENCE_MS, timeOf(event, context))
      },
      isStillBlind: ({ context, event }) => isPast(context.blind.toldAt, TELL_AGAIN_MS, timeOf(event, context))
    },
    actions: {
      // What leaves the desk. The runtime turns all three into data of the turn's commit.
      reply: (_, _params: DeskStatus) => {},
      tell: (_, _params: TellParams) => {},
      tellOperators: (_, _params: Told) => {}
    }
  }).extend({
    actions: {
      // Alerts.
      note: assign(({ context, event }) => {
        assertEvent(event, ["ALERT_OPENED", "ALERT_RAISED", "ALERT_ACKNOWLEDGED", "ALERT_CLOSED"])
        const heardAt = timeOf(event, context)
        switch (event.type) {
          case "ALERT_OPENED":
            return { heardAt, ...memory.opened(context, event) }
          case "ALERT_RAISED":
            return { heardAt, ...memory.raised(context, event) }
          case "ALERT_ACKNOWLEDGED":
            return { heardAt, ...memory.acknowledged(context, event) }
          case "ALERT_CLOSED":
            return { heardAt, ...memory.closed(context, event) }
        }
      }),
      dropLost: assign(({ context, event }) => {
        const heardAt = timeOf(event, context)
        return { heardAt, ...memory.dropLost(context, alerts, heardAt) }
      }),

      // Responders.
      noteResponder: assign(({ context, event }) => {
        assertEvent(event, ["AVAILABILITY", "RESPONDER_SEEN"])
        const available = event.type === "RESPONDER_SEEN" || event.available
        return memory.seen(context, event.by, available, event.at)
      }),
      /** B21: an alert that nobody takes on need not wait as long for Ash. */
      tellNobodyIsThere: doing(({ event, enqueue }) => {
        assertEvent(event, "ALERT_OPENED")
        enqueue(nobodyAvailable(event.alertId, event.at))
      }),
      tellAllNobodyIsThere: doing(({ context, event, enqueue }) => {
        for (const { alertId, acknowledgedBy } of context.open) {
          if (acknowledgedBy === null) enqueue(nobodyAvailable(alertId, timeOf(event, context)))
        }
      }),

      // The classifier.
      owe: assign(({ context, event }) => {
        assertEvent(event, "UNANALYSED")
        return memory.owe(context, event.messageId)
      }),
      pay: assign(({ context, event }) => {
        assertEvent(event, "ANALYSED_AT_LAST")
        return memory.pay(context, event.messageId)
      }),
      sayItIsSilent: doing(({ context, event, enqueue }) => {
        enqueue(toOperators(context, { kind: "classifier_silent" }))
        enqueue.assign({ silence: { toldAt: timeOf(event, context), said: true } })
      }),
      /** Only who has heard of the silence hears of its end. */
      sayItIsBack: doing(({ context, enqueue }) => {
        if (!context.silence.said) return
        enqueue(toOperators(context, { kind: "classifier_back", unanalysed: memory.owedIn(context) }))
        enqueue.assign({ silence: { ...context.silence, said: false } })
      }),
      writeOff: assign(({ context }) => ({ owed: [], owedMore: 0, silence: { ...context.silence, said: false } })),

      // Sight.
      sayItIsBlind: doing(({ context, event, enqueue }) => {
        assertEvent(event, "BLIND")
        enqueue(toOperators(context, { kind: "blind", channelId: event.channelId }))
        enqueue.assign({ blind: { since: context.blind.since ?? event.at, toldAt: timeOf(event, context) } })
      }),
      seeAgain: assign({ blind: { since: null, toldAt: null } }),

      untold: assign(({ context, event }) => {
        assertEvent(event, "OPERATORS_NOT_TOLD")
        return event.params === undefined ? {} : memory.untold(context, event.params.notice.kind)
      }),
      answer: doing(({ context, enqueue }, { classifier }: { readonly classifier: DeskStatus["classifier"] }) => {
        enqueue({ type: "reply", params: memory.status(context, classifier) })
      })
    }
  })
