/**
 * A day of the crisis desk: one state, whose numbers are counted from what alerts and conversations told it. A record is
 * counted once, on the day of its beginning, whatever the order of news. Pure.
 */
import { assign, setup } from "xstate"
import type { DayLook, MetricsDayEvent, Rebuilt } from "#domain/ash/ReportPolicy.ts"
import { alertMeasured, newborn, numbers, rebuilt, sessionMeasured, standing } from "./memory.ts"
import type { MetricsDayContext, MetricsDayInput } from "./schema.ts"

type Reply = DayLook | Rebuilt

/** The chart; it needs no policy. */
export const metricsDayMachine = () =>
  setup({
    types: {} as { context: MetricsDayContext; events: MetricsDayEvent; input: MetricsDayInput },
    guards: {
      isUnchanged: ({ context, event }) => event.type === "REBUILT" && event.changes === context.changes
    },
    actions: {
      reply: (_, _params: Reply) => {},
      countAlert: assign(({ context, event }) =>
        event.type === "ALERT_MEASURED" ? alertMeasured(context, event) : {}
      ),
      countSession: assign(({ context, event }) =>
        event.type === "SESSION_MEASURED" ? sessionMeasured(context, event) : {}
      ),
      takeOver: assign(({ context, event }) => (event.type === "REBUILT" ? rebuilt(context, event) : {}))
    }
  }).createMachine({
    id: "metrics-day",
    context: ({ input }) => newborn(input),
    on: {
      ALERT_MEASURED: { actions: "countAlert" },
      SESSION_MEASURED: { actions: "countSession" },
      REBUILT: [
        {
          guard: "isUnchanged",
          actions: ["takeOver", { type: "reply", params: ({ context }) => standing(context, true) }]
        },
        { actions: { type: "reply", params: ({ context }) => standing(context, false) } }
      ],
      LOOK: {
        actions: { type: "reply", params: ({ context }) => ({ ...numbers(context), changes: context.changes }) }
      }
    }
  })
