/** Every kind of timer: `after` near and far, delayed `raise` and `sendTo`, cancel, and the three late policies. */
import { setup } from "xstate"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"

export interface Firing {
  readonly name: string
  readonly scheduledAt: number
  readonly firedAt: number
}

type ClockEvent =
  | { readonly type: "START" | "ENTER" | "LEAVE" | "READ" | "CANCEL" | "BREAK_LATER" | "BREAK" }
  | { readonly type: "REMIND" | "PING" | "REMIND_SKIP" | "REMIND_YOUNG"; readonly ms: number }
  | { readonly type: "RANG"; readonly name: string }

const chart = setup({
  types: {} as { context: { readonly fired: ReadonlyArray<Firing> }; events: ClockEvent },
  delays: {
    minute: 60_000,
    twoMonths: 60 * 86_400_000,
    asked: ({ event }) => ("ms" in event ? event.ms : 0)
  },
  actions: { reply: (_, _params: ReadonlyArray<Firing>) => {} }
})

const note = chart.assign({
  fired: ({ context, event }) => {
    const { name = "after", scheduledAt, firedAt } = event as unknown as Omit<Firing, "name"> & { name?: string }
    return [...context.fired, { name, scheduledAt, firedAt }]
  }
})
const remind = (name: string) => chart.raise({ type: "RANG", name }, { id: name, delay: "asked" })

const machine = chart.createMachine({
  context: { fired: [] },
  initial: "idle",
  states: {
    idle: { on: { START: "far", ENTER: "near" } },
    far: { after: { twoMonths: { target: "idle", actions: note } } },
    near: {
      after: { minute: { target: "idle", actions: note } },
      on: { LEAVE: "idle", ENTER: { target: "near", reenter: true } }
    }
  },
  on: {
    REMIND: { actions: remind("reminder") },
    REMIND_SKIP: { actions: remind("skip") },
    REMIND_YOUNG: { actions: remind("young") },
    PING: {
      actions: chart.sendTo(({ self }) => self, { type: "RANG", name: "ping" }, { id: "ping", delay: "asked" })
    },
    BREAK_LATER: { actions: chart.raise({ type: "BREAK" }, { id: "break", delay: "minute" }) },
    BREAK: {
      actions: chart.assign(() => {
        throw new Error("broken by a timer")
      })
    },
    CANCEL: { actions: chart.cancel("reminder") },
    RANG: { actions: note },
    READ: { actions: { type: "reply", params: ({ context }) => context.fired } }
  }
})

export const clock: ActorDefinition = {
  type: "clock",
  machine,
  version: 1,
  ttlMs: null,
  lateTimers: { skip: "skip", young: { fireIfYoungerThanMs: 600_000 } }
}
