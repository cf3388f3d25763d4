/** The chart of the turn tests: one event for each thing a turn can ask for, do wrong, or do too much of. */
import { assign, cancel, enqueueActions, fromPromise, raise, sendTo, setup } from "xstate"
import { row } from "./row.ts"

type WorkerEvent =
  | { type: "GO" }
  | { type: "OUT" }
  | { type: "AGAIN" }
  | { type: "DO"; n: number }
  | { type: "DONE" }
  | { type: "REPLY"; with: ReadonlyArray<Params> }
  | { type: "KEEP"; value: unknown }
  | { type: "SEND"; event: { type: string } }
  | { type: "TELL"; params: Params }
  | { type: "PROJECT"; with: ReadonlyArray<Params> }
  | { type: "MANY"; timers: number; effects: number }
  | { type: "ECHO" }
  | { type: "SPIN" }
  | { type: "RAISE_LOOP" }
  | { type: "LATER"; ms: number }
  | { type: "BELL" }
  | { type: "SENT" }
  | { type: "THROW" }

/** XState's types do not take a function for params of type `unknown`. */
type Params = object | string | number | null | undefined

const machine = setup({
  types: {
    context: {} as { heard: Array<unknown>; kept: unknown },
    events: {} as WorkerEvent,
    output: {} as { kept: unknown }
  },
  actors: { job: fromPromise<number, { n: number }>(async () => 1) },
  actions: {
    act: (_, _params: Params) => {},
    ship: (_, _params: Params) => {},
    reply: (_, _params: Params) => {},
    tell: (_, _params: Params) => {},
    project: (_, _params: Params) => {},
    hear: assign({ heard: ({ context, event }) => [...context.heard, event] }),
    keep: assign({ kept: ({ event }) => (event.type === "KEEP" ? event.value : null) })
  },
  delays: { soon: 1_000 }
}).createMachine({
  id: "m",
  context: { heard: [], kept: null },
  initial: "idle",
  output: ({ context }) => ({ kept: context.kept }),
  on: {
    KEEP: { actions: "keep" },
    DO: { actions: { type: "act", params: ({ event }) => ({ n: event.n }) } },
    SENT: { actions: "hear" },
    BELL: { actions: "hear" },
    REPLY: {
      actions: enqueueActions(({ enqueue, event }) => {
        for (const params of event.with) enqueue({ type: "reply", params })
      })
    },
    SEND: {
      actions: sendTo(
        ({ self }) => self,
        ({ event }) => event.event as WorkerEvent
      )
    },
    TELL: { actions: { type: "tell", params: ({ event }) => event.params } },
    PROJECT: {
      actions: enqueueActions(({ enqueue, event }) => {
        for (const params of event.with) enqueue({ type: "project", params })
      })
    },
    ECHO: { actions: sendTo(({ self }) => self, { type: "ECHO" }) },
    RAISE_LOOP: { actions: raise({ type: "RAISE_LOOP" }) },
    SPIN: ".spin",
    LATER: { actions: raise({ type: "BELL" }, { id: "bell", delay: ({ event }) => event.ms }) },
    THROW: {
      actions: assign({
        kept: () => {
          throw new RangeError("a chart's own")
        }
      })
    },
    MANY: {
      actions: enqueueActions(({ enqueue, event }) => {
        for (let n = 0; n < event.timers; n++) enqueue.raise({ type: "BELL" }, { delay: n })
        for (let n = 0; n < event.effects; n++) enqueue({ type: "act", params: n })
      })
    },
    DONE: ".end"
  },
  states: {
    idle: { on: { GO: "busy" } },
    busy: {
      entry: [
        { type: "act", params: { at: "entry" } },
        { type: "ship", params: "box" }
      ],
      invoke: {
        id: "job",
        src: "job",
        input: { n: 1 },
        onDone: { target: "idle", actions: "hear" },
        onError: { target: "idle", actions: "hear" }
      },
      after: { soon: { target: "idle", actions: "hear" } },
      on: { OUT: "idle", AGAIN: { target: "busy", reenter: true } },
      exit: cancel("bell")
    },
    spin: { always: { target: "spun" } },
    spun: { always: { target: "spin" } },
    end: { type: "final" }
  }
})

export const worker = row("m", machine, {
  lanes: { ship: "parcels" },
  results: { act: { done: "SENT", failed: "SENT" } }
})
