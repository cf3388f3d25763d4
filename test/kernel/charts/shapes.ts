/** The shapes of states: parallel with `onDone`, history, final states with output, `always`, tags, internal and outer moves. */
import { and, assign, fromPromise, not, or, raise, setup, stateIn } from "xstate"
import { row } from "./row.ts"

type ParallelEvent = { type: "A" } | { type: "B" } | { type: "BOTH" } | { type: "ON" } | { type: "RESET" }

/** Two regions whose `always` fire together: in which order depends on which region moved last, also after a restore. */
export const parallel = row(
  "parallel",
  setup({
    types: { context: {} as { on: boolean; order: Array<string> }, events: {} as ParallelEvent },
    guards: { on: ({ context }) => context.on },
    actions: {
      hear: assign({ order: ({ context }, { at }: { at: string }) => [...context.order, at].slice(-10) }),
      act: (_, _params: { at: string }) => {}
    }
  }).createMachine({
    id: "parallel",
    context: { on: false, order: [] },
    initial: "work",
    on: { RESET: { target: ".work", reenter: true, actions: assign({ on: false }) } },
    states: {
      work: {
        type: "parallel",
        onDone: { target: "over", actions: { type: "hear", params: { at: "over" } } },
        on: { ON: { actions: assign({ on: true }) } },
        states: {
          left: {
            initial: "l1",
            states: {
              l1: {
                on: { A: "l2" },
                always: { guard: "on", target: "l3", actions: { type: "hear", params: { at: "l1" } } }
              },
              l2: {
                on: { A: "l1", BOTH: "l4" },
                always: { guard: "on", target: "l3", actions: { type: "hear", params: { at: "l2" } } }
              },
              l3: { entry: { type: "act", params: { at: "l3" } }, on: { A: "l4", BOTH: "l1" } },
              l4: { type: "final" }
            }
          },
          right: {
            initial: "r1",
            states: {
              r1: {
                on: { B: "r2", BOTH: "r3" },
                always: { guard: "on", target: "r3", actions: { type: "hear", params: { at: "r1" } } }
              },
              r2: {
                on: { B: "r1" },
                always: { guard: "on", target: "r3", actions: { type: "hear", params: { at: "r2" } } }
              },
              r3: { entry: { type: "act", params: { at: "r3" } }, on: { B: "r4", BOTH: "r2" } },
              r4: { type: "final" }
            }
          },
          middle: { on: { BOTH: { actions: { type: "act", params: { at: "middle" } } } }, type: "final" }
        }
      },
      over: { tags: ["rest"], on: { A: "work" } }
    }
  })
)

type HistoryEvent =
  | { type: "NEXT" }
  | { type: "DEEP" }
  | { type: "PAUSE" }
  | { type: "BACK" }
  | { type: "BACK_DEEP" }
  | { type: "PICK" }

export const history = row(
  "history",
  setup({
    types: { context: {} as { entered: Array<string> }, events: {} as HistoryEvent },
    actions: { enter: assign({ entered: ({ context }, { at }: { at: string }) => [...context.entered, at].slice(-6) }) }
  }).createMachine({
    id: "history",
    context: { entered: [] },
    initial: "player",
    states: {
      player: {
        initial: "one",
        on: { PAUSE: "paused" },
        states: {
          one: { on: { NEXT: "two" } },
          two: {
            initial: "x",
            on: { NEXT: "one" },
            entry: { type: "enter", params: { at: "two" } },
            states: {
              x: { on: { DEEP: "y" } },
              y: {
                type: "parallel",
                on: { DEEP: "x" },
                states: {
                  p: {
                    initial: "p1",
                    states: { p1: { on: { PICK: "p2" } }, p2: { entry: { type: "enter", params: { at: "p2" } } } }
                  },
                  q: { initial: "q1", states: { q1: { on: { NEXT: "q2" } }, q2: { after: { 60: "q1" } } } }
                }
              }
            }
          },
          shallow: { type: "history", target: "two" },
          deep: { type: "history", history: "deep" }
        }
      },
      paused: { on: { BACK: "player.shallow", BACK_DEEP: "player.deep", NEXT: "player" } }
    }
  })
)

type GuardEvent = { type: "MOVE"; n: number } | { type: "FLIP" } | { type: "CHECK" }

const isBig = ({ event }: { event: GuardEvent }) => event.type === "MOVE" && event.n > 2

export const guards = row(
  "guards",
  setup({
    types: { context: {} as { n: number; path: Array<string> }, events: {} as GuardEvent },
    guards: {
      big: isBig,
      above: ({ context }, { limit }: { limit: number }) => context.n > limit,
      even: ({ context }) => context.n % 2 === 0,
      evenAndBig: and(["even", "big"])
    },
    actions: { mark: assign({ path: ({ context }, { at }: { at: string }) => [...context.path, at].slice(-8) }) }
  }).createMachine({
    id: "guards",
    context: { n: 0, path: [] },
    type: "parallel",
    states: {
      count: {
        initial: "low",
        states: {
          low: {
            always: {
              guard: { type: "above", params: ({ context }) => ({ limit: context.n > 9 ? 9 : 4 }) },
              target: "high"
            }
          },
          high: {
            always: {
              guard: not({ type: "above", params: { limit: 4 } }),
              target: "low"
            },
            tags: ["high", "tagged"]
          }
        },
        on: {
          MOVE: [
            {
              guard: "evenAndBig",
              actions: [
                { type: "mark", params: { at: "even and big" } },
                assign({ n: ({ context, event }) => context.n + event.n })
              ]
            },
            {
              guard: or(["big", and([not("even"), stateIn({ light: "on" })])]),
              actions: [{ type: "mark", params: { at: "or" } }, assign({ n: 0 })]
            },
            { actions: assign({ n: ({ context }) => context.n + 1 }) }
          ]
        }
      },
      light: {
        initial: "off",
        tags: "tagged",
        states: {
          off: { on: { FLIP: { guard: not(stateIn("#guards.count.high")), target: "on" } } },
          on: {
            on: {
              FLIP: "off",
              CHECK: { guard: stateIn("#guards.count.high"), actions: { type: "mark", params: { at: "seen" } } }
            }
          }
        }
      }
    }
  })
)

type MoveEvent =
  | { type: "user.add"; n: number }
  | { type: "user.add.two" }
  | { type: "user" }
  | { type: "other" }
  | { type: "INNER" }
  | { type: "OUTER" }
  | { type: "SELF" }
  | { type: "NONE" }
  | { type: "END" }

/** Wildcards and partial descriptors; internal, outer and forbidden transitions; the order of exits, actions and entries. */
export const moves = row(
  "moves",
  setup({
    types: { context: {} as { order: Array<string>; by: unknown }, events: {} as MoveEvent },
    actors: { job: fromPromise<number>(async () => 0) },
    actions: {
      at: assign({ order: ({ context }, { at }: { at: string }) => [...context.order, at].slice(-9) }),
      did: (_, _params: { at: string }) => {}
    }
  }).createMachine({
    id: "moves",
    context: { order: [], by: null },
    initial: "outer",
    entry: { type: "did", params: { at: "root" } },
    exit: { type: "did", params: { at: "root exit" } },
    output: ({ context, event }) => ({ order: context.order.length, by: event.type }),
    on: {
      "*": { actions: { type: "did", params: ({ event }) => ({ at: `any ${event.type}` }) } },
      "user.*": { actions: { type: "did", params: { at: "user.*" } } },
      END: ".end"
    },
    states: {
      outer: {
        initial: "a",
        entry: { type: "at", params: { at: "+outer" } },
        exit: { type: "at", params: { at: "-outer" } },
        on: {
          "user.add": { actions: [{ type: "did", params: { at: "user.add" } }, raise({ type: "INNER" })] },
          "user.add.*": { target: ".b" },
          INNER: { target: ".a", actions: { type: "at", params: { at: "inner" } } },
          OUTER: { target: "outer", reenter: true, actions: { type: "at", params: { at: "outer" } } },
          SELF: { target: "outer", actions: { type: "at", params: { at: "self" } } }
        },
        states: {
          a: {
            entry: { type: "at", params: { at: "+a" } },
            exit: { type: "at", params: { at: "-a" } },
            on: { NONE: {}, other: { target: "c" } },
            after: { 70: "b" }
          },
          b: {
            entry: { type: "at", params: { at: "+b" } },
            on: { SELF: { actions: { type: "at", params: { at: "b" } } }, other: undefined }
          },
          c: {
            initial: "steps",
            invoke: { id: "job", src: "job", onDone: "a" },
            onDone: { target: "b", actions: assign({ by: ({ event }) => event.output ?? null }) },
            states: {
              steps: { on: { NONE: "fin" }, after: { 45: "fin" } },
              fin: { type: "final", output: ({ context }) => ({ steps: context.order.length }) }
            }
          }
        }
      },
      end: {
        type: "final",
        output: "end",
        entry: raise({ type: "END" }),
        exit: { type: "did", params: { at: "end exit" } }
      }
    }
  })
)
