/**
 * The words the chart is written in, for one policy: its types, delays and guards, and the actions of `signals.ts`,
 * `responders.ts`, `ash.ts` and `calls.ts`. Nothing here happens: actions are names with JSON params.
 */
import { setup } from "xstate"
import type { TellParams } from "#domain/ActorDefinition.ts"
import type { AlertAnswer, AlertEffects } from "#domain/ash/Alert.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import type { Projection } from "#domain/Projection.ts"
import { ashActions } from "./ash.ts"
import { backoff, callActions, untilNextStep } from "./calls.ts"
import { factsOf, isOpen } from "./facts.ts"
import { latenessOf, timeOf } from "./outgoing.ts"
import { responderActions } from "./responders.ts"
import { type AlertChartEvent, type AlertContext, type AlertInput, MAX_REPOSTS } from "./schema.ts"
import { signalActions } from "./signals.ts"

const DAY = 86_400_000

/** An acknowledged alert is given this many times the patience of one that nobody took. */
const PATIENCE = 4

export const alertWords = (policy: AshPolicy) => {
  const { alerts, autoInitiate, ash } = policy
  return setup({
    types: {} as {
      context: AlertContext
      events: AlertChartEvent
      input: AlertInput
    },
    delays: {
      expiry: alerts.expireAfterMs,
      lastExpiry: PATIENCE * alerts.expireAfterMs,
      reminder: ({ context }) => (context.reminders === 0 ? alerts.remindAfterMs : Math.max(alerts.remindAfterMs, DAY)),
      nextStep: ({ context, event }) => untilNextStep(context, timeOf(event, context)),
      autoInitiate: autoInitiate.delayMs,
      nobodyAvailable: autoInitiate.delayWhenNobodyMs,
      postAgain: ({ context }) => backoff(context.failedPosts),
      callAgain: ({ context }) => backoff(context.failedCalls)
    },
    guards: {
      namesAPost: ({ event }) => "post" in event && event.post !== undefined,
      isStale: ({ event }) => latenessOf(event) > alerts.staleAfterMs,

      everybodyIsCalled: ({ context: { escalation } }) => escalation.next >= escalation.steps.length,
      /** A person did something after the alert was raised again: there is somebody. */
      isAttended: ({ context, event }) => {
        const { acknowledged, raisedBy } = factsOf(context)
        return acknowledged !== null && timeOf(event, context) > raisedBy.at
      },

      ashIsOff: () => !ash.enabled,
      handoffIsOff: () => !ash.handoff,
      ashIsThere: ({ context }) => ["asked", "talking"].includes(factsOf(context).ash.state),
      isTakenOver: ({ context }) => factsOf(context).takenOverBy !== null,
      isTakenOverByAsker: ({ context, event }) => "by" in event && event.by === factsOf(context).takenOverBy,
      isAskedByAPerson: ({ event }) => event.type === "ASH_WANTED" && event.by !== null,
      ashMayGoByItself: ({ context }) => {
        const facts = factsOf(context)
        return (
          autoInitiate.enabled &&
          ash.enabled &&
          isAtLeast(facts.severity, autoInitiate.minSeverity) &&
          isOpen(facts) &&
          facts.acknowledged === null &&
          facts.takenOverBy === null &&
          !facts.optedOut &&
          !(facts.adopted && facts.raisedBy.messageId === facts.signal.messageId)
        )
      },

      isOpen: ({ context }) => isOpen(factsOf(context)),
      /** Somebody deleted it while the alert is open; one of another service cannot be made anew. */
      postIsMissed: ({ context, event }) => {
        const facts = factsOf(context)
        const gone = event.type === "EDITED" && event.output === "gone"
        return gone && isOpen(facts) && !facts.adopted && (context.reposts ?? 0) < MAX_REPOSTS
      },
      hasPlace: ({ context }) => factsOf(context).place !== null,
      isUnshown: ({ context }) => context.unshown,
      isUnrecorded: ({ context }) => context.unrecorded,

      wasCall: ({ event }) => event.type === "NOTIFIED" && event.output.audience !== "nobody",
      /** A responder would wait for an answer that has come. */
      wordsAreLost: ({ event }) =>
        event.type === "NOTIFY_FAILED" &&
        event.params.notice.kind === "member_said" &&
        event.params.notice.text !== null,
      leadsAreLeft: ({ context, event }) => {
        if (event.type !== "NOTIFY_FAILED") return false
        const { audience, notice } = event.params
        const matters = notice.kind === "human_wanted" || isOpen(factsOf(context))
        return matters && audience !== "nobody" && audience !== "leads"
      },
      wasLastCall: ({ context, event }) =>
        event.type === "NOTIFY_FAILED" && event.params.audience === "leads" && isOpen(factsOf(context))
    },
    actions: {
      // What leaves the alert. The runtime turns all of it into data of the turn's commit.
      reply: (_, _params: AlertAnswer) => {},
      tell: (_, _params: TellParams) => {},
      project: (_, _params: Projection) => {},
      postAlert: (_, _params: AlertEffects["postAlert"]["params"]) => {},
      editAlert: (_, _params: AlertEffects["editAlert"]["params"]) => {},
      notify: (_, _params: AlertEffects["notify"]["params"]) => {}
    }
  }).extend({
    actions: { ...signalActions(policy), ...responderActions(policy), ...ashActions(policy), ...callActions(policy) }
  })
}
