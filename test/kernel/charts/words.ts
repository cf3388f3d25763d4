/** What a chart says besides its state: actions with params, emits, logs, replies, tells, and results that come back. */
import { assign, emit, enqueueActions, log, raise, sendTo, setup } from "xstate"
import type { Projection } from "#domain/Projection.ts"
import { row } from "./row.ts"

type TalkEvent =
  | { type: "SAY"; text: string; loud: boolean }
  | { type: "ASK" }
  | { type: "PASS"; to: string }
  | { type: "SENT"; effect: string; at: number; output: unknown }
  | { type: "UNSENT"; effect: string; at: number; code: string; params: { count: number } }
  | { type: "ECHO"; n: number }
  | { type: "LATE" }

export const talk = row(
  "talk",
  setup({
    types: {
      context: {} as { said: number; sent: Array<unknown>; refused: Array<unknown>; order: Array<string> },
      events: {} as TalkEvent,
      emitted: {} as { type: "spoke"; text: string } | { type: "quiet" }
    },
    guards: {
      loud: ({ event }) => event.type === "SAY" && event.loud,
      saidAtLeast: ({ context }, { n }: { n: number }) => context.said >= n
    },
    actions: {
      reply: (_, _params: unknown) => {},
      tell: (_, _params: { to: { type: string; id: string }; event: { type: string } }) => {},
      project: (_, _params: Projection) => {},
      bare: () => {},
      speak: (_, _params: { text: string; count: number }) => {},
      post: (_, _params: { count: number }) => {},
      count: assign({ said: ({ context }) => context.said + 1 }),
      echo: raise({ type: "ECHO", n: 2 }),
      order: assign({ order: ({ context }, { at }: { at: string }) => [...context.order, at].slice(-8) })
    }
  }).createMachine({
    id: "talk",
    context: { said: 0, sent: [], refused: [], order: [] },
    on: {
      SAY: [
        {
          guard: "loud",
          actions: [
            "count",
            { type: "speak", params: ({ context, event }) => ({ text: event.text, count: context.said }) },
            "count",
            { type: "speak", params: ({ context, event }) => ({ text: event.text, count: context.said }) },
            enqueueActions(({ enqueue, check, context }) => {
              enqueue.assign({ said: context.said + 1 })
              enqueue({ type: "order", params: { at: `both ${context.said}` } })
              if (check({ type: "saidAtLeast", params: { n: 9 } })) enqueue("bare")
              if (check("loud")) enqueue.raise({ type: "ECHO", n: 1 })
              enqueue.emit({ type: "quiet" })
              enqueue.sendTo(({ self }) => self, { type: "LATE" })
              enqueue.cancel("late")
              enqueue.raise({ type: "LATE" }, { id: "late", delay: 15 })
              if (context.said % 2 === 0) enqueue.cancel("late")
            }),
            emit(({ event }) => ({ type: "spoke", text: event.text })),
            log(({ event }) => event.text.length, "length")
          ]
        },
        { actions: ["bare", { type: "post", params: ({ context }) => ({ count: context.said }) }, log("quiet")] }
      ],
      ASK: { actions: ["echo", { type: "reply", params: "yes" }] },
      PASS: {
        actions: [
          { type: "project", params: ({ event }) => ({ op: "delete", key: event.to }) as const },
          { type: "tell", params: ({ event }) => ({ to: { type: "other", id: event.to }, event: { type: "PASSED" } }) },
          sendTo(({ self }) => self, { type: "ECHO", n: 1 })
        ]
      },
      ECHO: {
        guard: ({ event }) => event.n > 0,
        actions: [
          { type: "order", params: ({ event }) => ({ at: `echo ${event.n}` }) },
          raise(({ event }) => ({ type: "ECHO", n: event.n - 1 })),
          { type: "order", params: ({ event }) => ({ at: `after ${event.n}` }) }
        ]
      },
      LATE: { actions: { type: "order", params: { at: "late" } } },
      SENT: {
        actions: assign({ sent: ({ context, event }) => [...context.sent, [event.output, event.at]].slice(-3) })
      },
      UNSENT: {
        actions: assign({ refused: ({ context, event }) => [...context.refused, [event.code, event.params]].slice(-3) })
      }
    }
  }),
  { results: { post: { done: "SENT", failed: "UNSENT" } }, lanes: { post: "post" } }
)
