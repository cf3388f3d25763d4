/** Invoked and spawned promises: done, error with and without `onError`, several at once, by state and by action. */
import { assign, fromPromise, setup, spawnChild, stopChild } from "xstate"
import { row } from "./row.ts"

const job = fromPromise<number, { n: number } | undefined>(async () => 0)
const other = fromPromise<number>(async () => 0)

type InvokeEvent = { type: "START" } | { type: "LEAVE" } | { type: "AGAIN" } | { type: "RISK" }

export const invokes = row(
  "invokes",
  setup({
    types: { context: {} as { sum: number; failed: Array<unknown> }, events: {} as InvokeEvent },
    actors: { job, other },
    actions: { told: (_, _params: { sum: number }) => {} }
  }).createMachine({
    id: "invokes",
    context: { sum: 0, failed: [] },
    initial: "idle",
    states: {
      idle: { on: { START: "busy", RISK: "risky" } },
      busy: {
        invoke: [
          {
            id: "first",
            src: "job",
            input: ({ context }) => ({ n: context.sum }),
            onDone: { actions: assign({ sum: ({ context, event }) => context.sum + event.output }) },
            onError: { target: "sorry", actions: assign({ failed: ({ event }) => [event.error] }) }
          },
          {
            id: "second",
            src: "other",
            onDone: { target: "inner", actions: { type: "told", params: ({ context }) => ({ sum: context.sum }) } },
            onError: [
              { guard: ({ context }) => context.sum > 4, target: "sorry" },
              { actions: assign({ failed: ({ context, event }) => [...context.failed, event.error].slice(-3) }) }
            ]
          }
        ],
        on: { LEAVE: "idle", AGAIN: { target: "busy", reenter: true } }
      },
      inner: {
        initial: "one",
        states: {
          one: { invoke: { src: "job", input: { n: 1 }, onDone: "two" } },
          two: { invoke: { src: "job", onDone: "one", onError: "one" } }
        },
        on: { LEAVE: "idle" }
      },
      risky: { invoke: { id: "risk", src: "job", onDone: "idle" }, on: { LEAVE: "idle" } },
      sorry: { on: { START: "busy", LEAVE: "idle" } }
    }
  })
)

type SpawnEvent = { type: "SPAWN"; n: number } | { type: "STOP" } | { type: "STOP_ONE"; n: number } | { type: "FLASH" }

/** Promises by `spawnChild`, with fixed and computed ids; their events are heard by partial descriptors. */
export const spawns = row(
  "spawns",
  setup({
    types: {
      context: {} as { done: number; failed: number; last: unknown },
      events: {} as SpawnEvent | { type: `xstate.done.actor.${string}` } | { type: `xstate.error.actor.${string}` }
    },
    actors: { job, other },
    actions: { startOther: spawnChild("other", { id: "declared" }) }
  }).createMachine({
    id: "spawns",
    context: { done: 0, failed: 0, last: null },
    initial: "open",
    on: {
      "xstate.done.actor.*": {
        actions: assign({ done: ({ context }) => context.done + 1, last: ({ event }) => Object.keys(event).length })
      },
      "xstate.error.actor.*": { actions: assign({ failed: ({ context }) => context.failed + 1 }) }
    },
    states: {
      open: {
        on: {
          SPAWN: {
            actions: [
              stopChild(({ event }) => `n-${event.n}`),
              // its id may be computed in JavaScript, but not by XState's types
              spawnChild("job", {
                id: (({ event }: { event: { n: number } }) => `n-${event.n}`) as never,
                input: ({ event }) => ({ n: (event as { n: number }).n })
              })
            ]
          },
          STOP_ONE: { actions: stopChild(({ event }) => `n-${event.n}`) },
          STOP: { target: "closed", actions: [stopChild("declared"), stopChild("nobody")] },
          FLASH: { target: "flash" }
        }
      },
      // entered and left in one step: nothing of it ever starts
      flash: { invoke: { id: "flashed", src: "job", input: { n: 9 } }, always: "open" },
      closed: { entry: "startOther", exit: stopChild("declared"), on: { SPAWN: "open" } }
    }
  })
)
