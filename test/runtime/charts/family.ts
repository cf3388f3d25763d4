/** Work that happens elsewhere: an invoked promise, a spawned machine, messages to any actor. */
import { assign, fromPromise, sendParent, sendTo, setup, spawnChild, stopChild } from "xstate"
import type { ActorDefinition, TellParams } from "#domain/ActorDefinition.ts"

const row = (type: string, machine: ActorDefinition["machine"]): ActorDefinition => ({
  type,
  machine,
  version: 1,
  ttlMs: null
})

/** What a test lets the promise do; an ordinary machine closes over its services just so. */
export type Load = (input: { readonly n: number }, signal: AbortSignal) => Promise<string>

/** Invokes a plain promise, with no handler registered for it. */
export const loader = (load: Load): ActorDefinition =>
  row(
    "loader",
    setup({
      types: {} as {
        context: { readonly heard: ReadonlyArray<unknown> }
        events: { readonly type: "LOAD"; readonly n: number } | { readonly type: "LEAVE" | "READ" }
      },
      actors: { load: fromPromise<string, { readonly n: number }>(({ input, signal }) => load(input, signal)) },
      actions: { reply: (_, _params: ReadonlyArray<unknown>) => {} }
    }).createMachine({
      context: { heard: [] },
      initial: "idle",
      states: {
        idle: { on: { LOAD: "loading" } },
        loading: {
          invoke: {
            src: "load",
            input: ({ event }) => ({ n: event.type === "LOAD" ? event.n : 0 }),
            onDone: {
              target: "idle",
              actions: assign({ heard: ({ context, event }) => [...context.heard, event.output] })
            },
            onError: {
              target: "idle",
              actions: assign({
                heard: ({ context, event }) => [
                  ...context.heard,
                  (event.error as { readonly message?: string }).message
                ]
              })
            }
          },
          on: { LEAVE: "idle" }
        }
      },
      on: { READ: { actions: { type: "reply", params: ({ context }) => context.heard } } }
    })
  )

/** Throws on whatever its promise comes to; when told `next: "throw"`, also on hearing that it failed. */
export const picky = (): ActorDefinition =>
  row(
    "picky",
    setup({
      types: {} as {
        context: { readonly next: string }
        events: { readonly type: "LOAD"; readonly next: string } | { readonly type: "LEAVE" }
      },
      actors: { load: fromPromise(() => Promise.resolve("a value")) }
    }).createMachine({
      context: { next: "" },
      initial: "idle",
      states: {
        idle: { on: { LOAD: { target: "loading", actions: assign({ next: ({ event }) => event.next }) } } },
        loading: {
          invoke: {
            src: "load",
            onDone: {
              target: "idle",
              actions: assign(() => {
                throw new RangeError("not that value")
              })
            },
            onError: {
              target: "coped",
              actions: assign(({ context }) => {
                if (context.next === "throw") throw new RangeError("nor that")
                return {}
              })
            }
          },
          on: { LEAVE: "idle" }
        },
        coped: {}
      }
    })
  )

type KidEvent = { readonly type: "WORK"; readonly n: number } | { readonly type: "FINISH" }

const kidMachine = setup({
  types: {} as {
    context: { readonly name: string; readonly sum: number }
    input: { readonly name: string; readonly breaks?: boolean } | undefined
    events: KidEvent
    output: { readonly sum: number }
  }
}).createMachine({
  context: ({ input }) => {
    if (input?.breaks === true) throw new Error("cannot start")
    return { name: input?.name ?? "nobody's", sum: 0 }
  },
  initial: "working",
  states: {
    working: {
      on: {
        WORK: {
          actions: [
            assign({ sum: ({ context, event }) => context.sum + event.n }),
            sendParent(({ context }) => ({ type: "SAID", text: `${context.name} ${context.sum}` }))
          ]
        },
        FINISH: "finished"
      }
    },
    finished: { type: "final" }
  },
  output: ({ context }) => ({ sum: context.sum })
})

export const kid = row("kid", kidMachine)

type ParentEvent =
  | { readonly type: "HAVE"; readonly breaks?: boolean }
  | { readonly type: "ASK"; readonly n: number }
  | { readonly type: "END" | "DROP" | "READ" }
  | { readonly type: "SAID"; readonly text: string }
  | { readonly type: "xstate.done.actor.first"; readonly output: { readonly sum: number } }
  | { readonly type: "xstate.error.actor.first" }

const wordOf = (event: ParentEvent): string => {
  if (event.type === "SAID") return event.text
  return event.type === "xstate.done.actor.first" ? `done ${event.output.sum}` : "error"
}

export const parent = row(
  "parent",
  setup({
    types: {} as { context: { readonly heard: ReadonlyArray<string> }; events: ParentEvent },
    actors: { kid: kidMachine },
    actions: {
      reply: (_, _params: ReadonlyArray<string>) => {},
      hear: assign({ heard: ({ context, event }) => [...context.heard, wordOf(event)] })
    }
  }).createMachine({
    context: { heard: [] },
    on: {
      HAVE: {
        actions: spawnChild("kid", {
          id: "first",
          input: ({ event }) => ({ name: "first", ...(event.type === "HAVE" && event.breaks ? { breaks: true } : {}) })
        })
      },
      ASK: { actions: sendTo("first", ({ event }) => ({ type: "WORK", n: "n" in event ? event.n : 0 })) },
      END: { actions: sendTo("first", { type: "FINISH" }) },
      DROP: { actions: stopChild("first") },
      SAID: { actions: "hear" },
      "xstate.done.actor.first": { actions: "hear" },
      "xstate.error.actor.first": { actions: "hear" },
      READ: { actions: { type: "reply", params: ({ context }) => context.heard } }
    }
  })
)

/** Tells other actors what it is told to tell them. */
export const courier = row(
  "courier",
  setup({
    types: {} as { context: object; events: { readonly type: "FORWARD"; readonly message: TellParams } },
    actions: { tell: (_, _params: TellParams) => {} }
  }).createMachine({
    context: {},
    on: { FORWARD: { actions: { type: "tell", params: ({ event }) => event.message } } }
  })
)
