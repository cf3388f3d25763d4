/**
 * The words the weekly report's chart is written in: its types, its one job, actions, guards and delays. What leaves the
 * actor are `reply`, `postReport` and `warnNoReportChannel`, as data.
 */
import { assertEvent, assign, enqueueActions, fromPromise, type ParameterizedObject, setup } from "xstate"
import type { ReportAnswer, ReportStatus, WeeklyReportEffects } from "#domain/ash/ReportPolicy.ts"
import * as memory from "./memory.ts"
import type { HeardEvent, Making, WeeklyReportContext, WeeklyReportInput } from "./schema.ts"

type Build = WeeklyReportEffects["buildReport"]
type Outgoing =
  | { readonly type: "reply"; readonly params: ReportAnswer | ReportStatus }
  | { readonly type: "postReport"; readonly params: WeeklyReportEffects["postReport"]["params"] }
  | { readonly type: "warnNoReportChannel"; readonly params: WeeklyReportEffects["warnNoReportChannel"]["params"] }

/** `enqueueActions` of XState, told what this chart can send: inside `setup` it cannot know yet. */
const doing = <P extends ParameterizedObject["params"] | undefined = undefined>(
  collect: Parameters<typeof enqueueActions<WeeklyReportContext, HeardEvent, P, HeardEvent, never, Outgoing, never>>[0]
) => enqueueActions<WeeklyReportContext, HeardEvent, P, HeardEvent, never, Outgoing, never>(collect)

const answer = (because: ReportAnswer["because"]): Outgoing => ({
  type: "reply",
  params: { accepted: because === null, because }
})

/** The exact time of a timer's turn, epoch milliseconds. */
const firedAt = (event: object): number => {
  const { firedAt } = event as { readonly firedAt?: unknown }
  if (typeof firedAt !== "number") throw new TypeError("the clock is set in turns of timers only")
  return firedAt
}

export const weeklyReport = setup({
  types: {} as { context: WeeklyReportContext; events: HeardEvent; input: WeeklyReportInput },
  actors: {
    /** The runtime runs the real one as an outbox effect. */
    buildReport: fromPromise<Build["output"], Build["input"]>(() => Promise.reject(new Error("no handler")))
  },
  delays: {
    atOnce: () => 0,
    due: ({ context, event }) => Math.max(0, (context.dueAt ?? 0) - firedAt(event))
  },
  guards: {
    saysWhatIsKnown: ({ context, event }) => event.type === "SCHEDULE" && memory.isScheduled(context, event),
    saysOff: ({ event }) => event.type === "SCHEDULE" && !event.enabled,
    hasMissedOne: ({ context, event }) => context.dueAt !== null && context.dueAt <= firedAt(event),
    hasNoChannel: ({ context }) => memory.channelsOf(context).length === 0,
    isTheSameWish: ({ context, event }) => event.type === "REPORT_NOW" && event.id === context.wanted?.report,
    canBeMet: ({ context, event }) => event.type === "REPORT_NOW" && typeof memory.wish(context, event) !== "string"
  },
  actions: {
    // What leaves the actor. The runtime turns all three into data of the turn's commit.
    reply: (_, _params: ReportAnswer | ReportStatus) => {},
    postReport: (_, _params: WeeklyReportEffects["postReport"]["params"]) => {},
    warnNoReportChannel: (_, _params: WeeklyReportEffects["warnNoReportChannel"]["params"]) => {}
  }
}).extend({
  actions: {
    // The clock.
    keepSchedule: assign(({ event }) => {
      assertEvent(event, "SCHEDULE")
      return { schedule: memory.scheduleOf(event) }
    }),
    arm: assign(({ context, event }) => memory.armed(context, firedAt(event))),
    disarm: assign({ dueAt: null }),
    sayItIsDue: doing(({ context, event, enqueue }) => {
      enqueue.assign(memory.cameDue(context, firedAt(event)))
      enqueue.raise({ type: "REPORT_DUE" })
    }),

    // The reports.
    warn: doing(({ context, enqueue }) => {
      enqueue({ type: "warnNoReportChannel", params: { week: context.due?.report ?? "" } })
    }),
    /** To every channel as it is scheduled now, each for itself. */
    post: doing(
      ({ context, enqueue }, { made, built }: { readonly made: Making | null; readonly built: Build["output"] }) => {
        if (made === null) return
        const { report } = made
        enqueue.assign({ last: { report, posted: 0, notPosted: 0 } })
        for (const channelId of memory.channelsOf(context)) {
          enqueue({ type: "postReport", params: { channelId, report, ...built } })
        }
      }
    ),
    forgetDue: assign({ due: null }),
    notePosted: assign(({ context, event }) => {
      assertEvent(event, "POSTED")
      return memory.settled(context, event.output.report, "posted")
    }),
    noteNotPosted: assign(({ context, event }) => {
      assertEvent(event, "NOT_POSTED")
      return memory.settled(context, event.params.report, "notPosted")
    }),

    // Wishes.
    meet: doing(({ context, event, enqueue }) => {
      assertEvent(event, "REPORT_NOW")
      const wanted = memory.wish(context, event)
      if (typeof wanted === "string") return
      enqueue.assign({ wanted })
      enqueue(answer(null))
    }),
    sayYes: doing(({ enqueue }) => enqueue(answer(null))),
    sayBusy: doing(({ enqueue }) => enqueue(answer("busy"))),
    sayWhyNot: doing(({ context, event, enqueue }) => {
      assertEvent(event, "REPORT_NOW")
      const because = memory.wish(context, event)
      if (typeof because === "string") enqueue(answer(because))
    }),
    answerStatus: doing(({ context, enqueue }) => enqueue({ type: "reply", params: memory.status(context) }))
  }
})
