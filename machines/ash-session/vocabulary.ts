/**
 * The words the Ash session's chart is written in: its types, the companion, guards and delays under one policy. Actions are
 * names with JSON params; what they do is in `hearing.ts`, `talking.ts` and `caring.ts`.
 */
import { fromPromise, setup } from "xstate"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { AshSessionEffects } from "#domain/ash/AshSession.ts"
import type { TellParams } from "#domain/ActorDefinition.ts"
import { isBriefAnswer } from "#domain/ash/DirectMessage.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import type { Projection } from "#domain/Projection.ts"
import { caring } from "./caring.ts"
import { hearing } from "./hearing.ts"
import * as memory from "./memory.ts"
import type { AshSessionContext, AshSessionInput, AshSessionMachineEvent, AshSessionReply, Direct } from "./schema.ts"
import { talking } from "./talking.ts"

const SECOND = 1000
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** How long the chart waits for things that no setting speaks of. */
export const ANSWER_DEADLINE_MS = 90 * SECOND
export const HUMAN_DEADLINE_MS = 60 * SECOND
export const UNANSWERED_MS = 10 * MINUTE
export const TAKEN_OVER_IDLE_MS = 2 * HOUR
const NOTICE_EVERY_MS = 24 * HOUR
/** One answer to a goodbye is enough for so long. */
const FAREWELL_EVERY_MS = 10 * MINUTE
/** A follow-up on time is never too late. */
const GRACE_MS = MINUTE

/** Codes of `sendDirect` that say the person takes no messages from us. */
const CLOSED: ReadonlyArray<string> = ["dm_closed", "unknown_user"]

type Converse = AshSessionEffects["converse"]

const lateness = (event: object): number => {
  const { scheduledAt, firedAt } = event as { readonly scheduledAt?: unknown; readonly firedAt?: unknown }
  return typeof scheduledAt === "number" && typeof firedAt === "number" ? firedAt - scheduledAt : 0
}

export const ashSession = (policy: AshPolicy) => {
  const { ash, optOut, alerts } = policy
  const mayTalk = ({ optOut }: AshSessionContext): boolean => ash.enabled && optOut === null
  const noticeDue = (context: AshSessionContext, event: AshSessionMachineEvent): boolean =>
    context.noticeAt === null || memory.timeOf(event, context) - context.noticeAt >= NOTICE_EVERY_MS

  return setup({
    types: {} as {
      context: AshSessionContext
      events: AshSessionMachineEvent
      input: AshSessionInput
    },
    actors: {
      /** The companion; the runtime runs the real one as an effect. */
      converse: fromPromise<Converse["output"], Converse["input"]>(() => Promise.reject(new Error("no handler")))
    },
    delays: {
      idle: ash.idleMs,
      maximum: ash.maximumMs,
      answerDeadline: ANSWER_DEADLINE_MS,
      humanDeadline: HUMAN_DEADLINE_MS,
      unanswered: UNANSWERED_MS,
      takenOverIdle: TAKEN_OVER_IDLE_MS,
      followUpDelay: ash.followUp.delayMs,
      followUpWindow: ash.followUp.maximumMs,
      noContactEnds: ({ context }) => Math.max(0, (context.optOut?.until ?? context.heardAt) - context.heardAt)
    },
    guards: {
      isNews: ({ context, event }) =>
        event.type === "DM_RECEIVED" &&
        (context.message?.by !== "member" || context.message.messageId !== event.messageId),
      isOptedOut: ({ context }) => context.optOut !== null,
      optOutIsOff: () => !optOut.enabled,
      optOutIsOn: () => optOut.enabled,
      optOutIsForGood: () => optOut.ttlMs === null,
      keptForGood: ({ event }) => event.type === "NO_CONTACT_KEPT" && event.optOut.until === null,
      ashIsOff: () => !ash.enabled,
      mayTalk: ({ context }) => mayTalk(context),
      isNoticeDue: ({ context, event }) =>
        event.type === "SAID" &&
        context.takenOver === null &&
        !mayTalk(context) &&
        noticeDue({ ...context, heardAt: event.message.at }, event),
      isAnsweredFarewell: ({ context, event }) =>
        event.type === "FAREWELL" && event.message.at - (context.farewellAt ?? -Infinity) < FAREWELL_EVERY_MS,
      leavesItAtThat: ({ context, event }) =>
        event.type === "SAID" &&
        context.followUp?.askedAt != null &&
        mayTalk(context) &&
        memory.hasWords(event.message) &&
        isBriefAnswer(event.message.text),
      hasWords: ({ event }) => event.type === "SAID" && memory.hasWords(event.message),
      hasPending: ({ context }) => (context.session?.pending.length ?? 0) > 0,
      speaksOf: ({ event }, { kind }: { readonly kind: Direct["kind"] }) =>
        (event.type === "DM_SENT" && event.output.kind === kind) ||
        (event.type === "DM_FAILED" && event.params.kind === kind),
      isClosedToUs: ({ event }) => event.type === "DM_FAILED" && CLOSED.includes(event.code),
      lostAReply: ({ event }) => event.type === "DM_FAILED" && event.params.kind === "reply",
      knowsResponder: ({ context }) => context.alerts.some(({ takenOverBy }) => takenOverBy !== null),
      isTakenOver: ({ context }) => context.takenOver !== null,
      isItsAlert: ({ context, event }) =>
        event.type === "ALERT_RESOLVED" && context.takenOver?.alertId === event.alertId,
      canCall: ({ context }) => context.guildId !== null && context.message !== null,
      callsForRescue: ({ context, event }) =>
        event.type === "PERSON_ASKED" && event.emergency && context.guildId !== null && context.message !== null,
      isAsked: ({ event }) => event.type === "PERSON_ASKED",
      hasFailed: ({ event }) => event.type === "HUMAN_NEEDED" && event.because === "ash_failed",
      deservesFollowUp: ({ context, event }) =>
        event.type === "SESSION_ENDED" &&
        ash.followUp.enabled &&
        mayTalk(context) &&
        event.how !== "unreachable" &&
        event.at - event.session.startedAt >= ash.followUp.minSessionMs &&
        isAtLeast(event.session.severity, ash.followUp.minSeverity),
      mayAskNow: ({ context, event }) =>
        mayTalk(context) &&
        context.session === null &&
        lateness(event) <= Math.max(GRACE_MS, ash.followUp.maximumMs - ash.followUp.delayMs) &&
        !memory
          .openAlerts(context, memory.timeOf(event, context), alerts.expireAfterMs)
          .some(({ takenOverBy }) => takenOverBy !== null)
    },
    actions: {
      // What leaves the actor. The runtime turns all of it into data of the turn's commit.
      sendDirect: (_, _params: Direct) => {},
      postSessionNotes: (_, _params: AshSessionEffects["postSessionNotes"]["params"]) => {},
      tell: (_, _params: TellParams) => {},
      reply: (_, _params: AshSessionReply) => {},
      project: (_, _params: Projection) => {}
    }
  }).extend({
    actions: {
      ...hearing(policy),
      ...talking(policy),
      ...caring(policy)
    }
  })
}
