/** The actors of the growth suite. */
import { assign, setup } from "xstate"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"

const THIRTY_DAYS = 30 * 24 * 3_600_000

/**
 * A kilobyte to remember, a timer a month away (so that each of a million actors has its entry in the due index), and the
 * count as the answer, by which every event is checked. Its record does not name it: it can be copied.
 */
export const sleeper: ActorDefinition = {
  type: "sleeper",
  machine: setup({
    types: {} as { context: { count: number; text: string }; events: { type: "ADD" } },
    actions: { reply: (_, _params: number) => {} }
  }).createMachine({
    context: { count: 0, text: "x".repeat(900) },
    initial: "asleep",
    states: { asleep: { after: { [THIRTY_DAYS]: "awake" } }, awake: {} },
    on: {
      ADD: {
        actions: [
          assign({ count: ({ context }) => context.count + 1 }),
          { type: "reply", params: ({ context }) => context.count }
        ]
      }
    }
  }),
  version: 1,
  ttlMs: 7_200_000
}

/** The counter of the other suites, but no two actors share their text. */
export const diary: ActorDefinition = {
  type: "diary",
  machine: setup({
    types: {} as { context: { count: number; text: string }; events: { type: "ADD" }; input: string }
  }).createMachine({
    context: ({ input }) => ({ count: 0, text: input.repeat(75) }),
    on: { ADD: { actions: assign({ count: ({ context }) => context.count + 1 }) } }
  }),
  version: 1,
  ttlMs: 7_200_000,
  input: (id) => id
}
