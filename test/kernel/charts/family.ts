/** Parents and children that are durable actors of their own: they talk, end, fail, are stopped and start again. */
import { assign, emit, forwardTo, fromPromise, log, sendParent, sendTo, setup, spawnChild, stopChild } from "xstate"
import { row } from "./row.ts"

const grand = setup({
  types: {
    context: {} as { seed: number },
    input: {} as { seed: number },
    events: {} as { type: "DONE" } | { type: "PING" },
    output: {} as { seed: number }
  }
}).createMachine({
  id: "grand",
  context: ({ input }) => ({ seed: input.seed }),
  initial: "waiting",
  output: ({ context }) => ({ seed: context.seed }),
  states: {
    waiting: {
      on: {
        PING: { actions: sendParent(({ context }) => ({ type: "PONG", from: `grand ${context.seed}` })) },
        DONE: "end"
      }
    },
    end: { type: "final" }
  }
})

type ChildEvent =
  | { type: "PING"; n: number }
  | { type: "PONG"; from: string }
  | { type: "FINISH" }
  | { type: "BREAK" }
  | { type: "NAP" }
  | { type: "END_GRAND" }
  | { type: "BYE" }

const child = setup({
  types: {
    context: {} as { name: string; heard: number; grand: unknown },
    input: {} as { name: string } | undefined,
    events: {} as ChildEvent,
    output: {} as { heard: number }
  },
  actors: { grand, work: fromPromise<number>(async () => 0) },
  actions: { wrote: (_, _params: { name: string }) => {}, wave: () => {} }
}).createMachine({
  id: "child",
  context: ({ input }) => ({ name: input === undefined ? "nameless" : input.name, heard: 0, grand: null }),
  entry: [
    sendParent(({ context }) => ({ type: "BORN", name: context.name })),
    { type: "wrote", params: ({ context }) => ({ name: context.name }) }
  ],
  on: { BYE: { actions: ["wave", sendParent({ type: "PONG", from: "bye" })] } },
  initial: "awake",
  output: ({ context }) => ({ heard: context.heard }),
  states: {
    awake: {
      invoke: [
        {
          id: "grand",
          src: "grand",
          input: ({ context }) => ({ seed: context.heard }),
          onDone: { actions: assign({ grand: ({ event }) => event.output }) }
        }
      ],
      on: {
        PING: {
          actions: [
            assign({ heard: ({ context, event }) => context.heard + event.n }),
            forwardTo("grand"),
            sendParent(({ context }) => ({ type: "PONG", from: context.name })),
            emit(({ event }) => ({ type: "pinged", n: event.n }))
          ]
        },
        PONG: { actions: log(({ event }) => event.from, "child heard") },
        END_GRAND: { actions: sendTo("grand", { type: "DONE" }) },
        NAP: "asleep",
        FINISH: "finished",
        BREAK: "broken"
      }
    },
    asleep: {
      entry: sendParent({ type: "PONG", from: "snoring" }, { delay: 33, id: "snore" }),
      after: { 57: "awake" },
      on: { FINISH: "finished" }
    },
    // an invoke that fails without onError ends the child in error
    broken: { invoke: { id: "work", src: "work", onDone: "awake" } },
    finished: { type: "final" }
  }
})

type ParentEvent =
  | { type: "PING"; n: number }
  | { type: "PING_LATER"; n: number }
  | { type: "TELL"; what: "NAP" | "FINISH" | "BREAK" | "END_GRAND" }
  | { type: "OPEN" }
  | { type: "CLOSE" }
  | { type: "SPAWN" }
  | { type: "KILL" }
  | { type: "FLASH" }
  | { type: "BORN"; name: string }
  | { type: "PONG"; from: string }

const parent = setup({
  types: {
    context: {} as { log: Array<string>; output: unknown; error: unknown; spawned: boolean },
    events: {} as ParentEvent
  },
  actors: { child },
  guards: { isSpawned: ({ context }) => context.spawned },
  actions: {
    note: assign({ log: ({ context }, { text }: { text: string }) => [...context.log, text].slice(-12) })
  }
}).createMachine({
  id: "parent",
  context: { log: [], output: null, error: null, spawned: false },
  initial: "closed",
  on: {
    BORN: { actions: { type: "note", params: ({ event }) => ({ text: `born ${event.name}` }) } },
    PONG: { actions: { type: "note", params: ({ event }) => ({ text: `pong ${event.from}` }) } },
    SPAWN: {
      guard: { type: "isSpawned" },
      actions: [sendTo("extra", { type: "PING", n: 1 })]
    },
    KILL: { actions: [stopChild("extra"), assign({ spawned: false })] },
    "xstate.done.actor.extra": { actions: [stopChild("extra"), assign({ spawned: false })] },
    "xstate.error.actor.extra": {
      actions: [stopChild("extra"), assign({ spawned: false, error: ({ event }) => event.type })]
    }
  },
  states: {
    closed: {
      on: {
        OPEN: "open",
        FLASH: "flash",
        SPAWN: [
          { guard: "isSpawned", actions: sendTo("extra", { type: "FINISH" }) },
          { actions: [spawnChild("child", { id: "extra" }), assign({ spawned: true })] }
        ]
      }
    },
    flash: {
      invoke: { id: "flashed", src: "child", input: { name: "flash" } },
      entry: sendTo("flashed", { type: "PING", n: 1 }),
      always: "closed"
    },
    open: {
      entry: sendTo("one", { type: "PING", n: 7 }),
      exit: sendTo("one", { type: "BYE" }),
      invoke: {
        id: "one",
        src: "child",
        input: { name: "one" },
        onDone: { target: "closed", actions: assign({ output: ({ event }) => event.output }) },
        onError: { target: "sorry", actions: assign({ error: ({ event }) => event.error }) }
      },
      on: {
        PING: { actions: sendTo("one", ({ event }) => ({ type: "PING", n: event.n })) },
        PING_LATER: { actions: sendTo("one", ({ event }) => ({ type: "PING", n: event.n }), { delay: 41 }) },
        TELL: { actions: sendTo("one", ({ event }) => ({ type: event.what })) },
        CLOSE: "closed"
      }
    },
    sorry: { on: { OPEN: "open", CLOSE: "closed" } }
  }
})

export const family = [row("parent", parent), row("child", child), row("grand", grand)] as const
