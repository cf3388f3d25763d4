/**
 * The words the retention chart is written in: its types, its one job, actions, guards and delays. What leaves the actor are
 * replies, and the document that tells readers of the last clean-up.
 */
import { assertEvent, assign, enqueueActions, fromPromise, type ParameterizedObject, setup } from "xstate"
import { RETENTION_REPORT_KEY, RETENTION_REPORT_TTL_MS } from "#domain/ash/RetentionRules.ts"
import type { Projection } from "#domain/Projection.ts"
import {
  type CleanUpReport,
  reportDocument,
  type RetentionEffects,
  type RetentionStatus,
  type RunAnswer
} from "#domain/RetentionReport.ts"
import * as memory from "./memory.ts"
import type { HeardEvent, RetentionContext } from "./schema.ts"

type CleanUp = RetentionEffects["cleanUp"]
type Outgoing =
  | { readonly type: "reply"; readonly params: RunAnswer | RetentionStatus }
  | { readonly type: "project"; readonly params: Projection }

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<typeof enqueueActions<RetentionContext, HeardEvent, P, HeardEvent, never, Outgoing, never>>[0]
) => enqueueActions<RetentionContext, HeardEvent, P, HeardEvent, never, Outgoing, never>(collect)

const answer = (because: RunAnswer["because"]): Outgoing => ({
  type: "reply",
  params: { accepted: because === null, because }
})

/** A time that every event of that kind carries, epoch milliseconds. */
const timeOf = (event: object, field: "firedAt" | "at"): number => {
  const time = (event as Readonly<Record<string, unknown>>)[field]
  if (typeof time !== "number") throw new TypeError(`this turn has no ${field}`)
  return time
}

export const retention = setup({
  types: {} as { context: RetentionContext; events: HeardEvent },
  actors: {
    /** The runtime runs the real one as an outbox effect. */
    cleanUp: fromPromise<CleanUp["output"], CleanUp["input"]>(() => Promise.reject(new Error("no handler")))
  },
  delays: {
    atOnce: () => 0,
    due: ({ context, event }) => Math.max(0, (context.dueAt ?? 0) - timeOf(event, "firedAt"))
  },
  guards: {
    saysWhatIsKnown: ({ context, event }) => event.type === "SCHEDULE" && memory.isScheduled(context, event),
    saysOff: ({ event }) => event.type === "SCHEDULE" && !event.enabled,
    hasMissedOne: ({ context, event }) => context.dueAt !== null && context.dueAt <= timeOf(event, "firedAt"),
    isDueNext: ({ context }) => context.dueNext,
    /** A dry run changes nothing, so it may go on and may be asked for at any time. */
    endsWhatRuns: ({ context, event }) =>
      event.type === "SCHEDULE" && !event.enabled && context.running?.dryRun === false,
    mayRun: ({ context, event }) => event.type === "RUN_NOW" && (event.dryRun || context.schedule?.enabled === true)
  },
  actions: {
    // What leaves the actor. The runtime turns both into data of the turn's commit.
    reply: (_, _params: RunAnswer | RetentionStatus) => {},
    project: (_, _params: Projection) => {}
  }
}).extend({
  actions: {
    // The clock.
    keepSchedule: assign(({ event }) => {
      assertEvent(event, "SCHEDULE")
      return { schedule: memory.scheduleOf(event) }
    }),
    arm: assign(({ context, event }) => memory.armed(context, timeOf(event, "firedAt"))),
    disarm: assign({ dueAt: null, dueNext: false }),
    sayItIsDue: doing(({ context, event, enqueue }) => {
      enqueue.assign(memory.cameDue(context, timeOf(event, "firedAt")))
      enqueue.raise({ type: "CLEAN_UP_DUE" })
    }),

    // The work.
    begin: assign(memory.begun),
    forgetRun: assign({ running: null }),
    keepReport: doing(({ enqueue }, { report }: { readonly report: CleanUpReport }) => {
      enqueue.assign(memory.finished(report))
      if (report.dryRun) return
      const value = reportDocument(report)
      enqueue({
        type: "project",
        params: { op: "put", key: RETENTION_REPORT_KEY, value, ttlMs: RETENTION_REPORT_TTL_MS }
      })
    }),
    noteFailure: assign(({ event }, { error }: { readonly error: unknown }) =>
      memory.gaveUp(error, timeOf(event, "at"))
    ),

    // Wishes.
    meet: doing(({ event, enqueue }) => {
      assertEvent(event, "RUN_NOW")
      enqueue.assign(memory.wished(event.dryRun))
      enqueue(answer(null))
    }),
    sayBusy: doing(({ enqueue }) => enqueue(answer("busy"))),
    sayOff: doing(({ enqueue }) => enqueue(answer("off"))),
    answerStatus: doing(({ context, enqueue }) => enqueue({ type: "reply", params: memory.status(context) }))
  }
})
