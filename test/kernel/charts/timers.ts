/** Every kind of delay: fixed, named, computed; several at once; entered again; raised with and without id; to oneself. */
import { assign, cancel, raise, sendTo, setup } from "xstate"
import { row } from "./row.ts"

type AfterEvent =
  | { type: "GO" }
  | { type: "AGAIN" }
  | { type: "INSIDE" }
  | { type: "SET"; pace: number }
  | { type: "BACK" }

/** `after` with a fixed, a named and a computed delay; `reenter` starts it anew, an internal transition does not. */
export const after = row(
  "after",
  setup({
    types: { context: {} as { pace: number; log: Array<string> }, events: {} as AfterEvent },
    actions: {
      noted: (_, _params: { at: string }) => {},
      remember: assign({
        log: ({ context }, { at }: { at: string }) => [...context.log, at].slice(-5)
      })
    },
    delays: { slow: 120, paced: ({ context }) => context.pace }
  }).createMachine({
    id: "after",
    context: { pace: 50, log: [] },
    initial: "idle",
    on: { SET: { actions: assign({ pace: ({ event }) => event.pace }) } },
    states: {
      idle: { on: { GO: "fixed" } },
      fixed: {
        entry: { type: "noted", params: { at: "fixed" } },
        after: {
          40: { actions: { type: "remember", params: { at: "half way" } } },
          90: [
            { guard: ({ context }) => context.pace > 100, target: "named" },
            { target: "paced", actions: { type: "remember", params: { at: "to paced" } } }
          ]
        },
        on: {
          AGAIN: { target: "fixed", reenter: true },
          INSIDE: { actions: { type: "remember", params: { at: "in" } } }
        }
      },
      named: { after: { slow: { target: "idle", actions: { type: "noted", params: { at: "slow" } } } } },
      paced: {
        initial: "a",
        after: { paced: "named", 10: { actions: { type: "noted", params: { at: "ten" } } } },
        on: { BACK: ".a", AGAIN: { target: ".b", reenter: true } },
        states: { a: { after: { 20: "b" } }, b: { after: { 0: { actions: { type: "noted", params: { at: "b" } } } } } }
      }
    }
  })
)

type RaiseEvent =
  | { type: "ARM"; ms: number }
  | { type: "DISARM" }
  | { type: "LOOSE" }
  | { type: "RANG"; by: string }
  | { type: "NOW" }
  | { type: "SELF"; n: number }
  | { type: "LATER"; n: number }

/** Delayed `raise` with an id (cancelled before it is set again) and without; `sendTo` oneself at once and later. */
export const raises = row(
  "raises",
  setup({
    types: { context: {} as { rang: Array<string>; n: number }, events: {} as RaiseEvent },
    actions: { rings: (_, _params: { by: string }) => {} },
    delays: { long: ({ event }) => (event.type === "LATER" ? 30 + event.n : 300) }
  }).createMachine({
    id: "raises",
    context: { rang: [], n: 0 },
    initial: "on",
    on: {
      RANG: {
        actions: [
          assign({ rang: ({ context, event }) => [...context.rang, event.by].slice(-6) }),
          { type: "rings", params: ({ event }) => ({ by: event.by }) }
        ]
      },
      SELF: {
        guard: ({ event }) => event.n > 0,
        actions: [
          assign({ n: ({ context }) => context.n + 1 }),
          sendTo(
            ({ self }) => self,
            ({ event }) => ({ type: "SELF", n: event.n - 1 })
          ),
          sendTo(({ self }) => self, { type: "NOW" }),
          raise({ type: "RANG", by: "raised first" })
        ]
      },
      LATER: { actions: sendTo(({ self }) => self, { type: "RANG", by: "later" }, { delay: "long" }) }
    },
    states: {
      on: {
        on: {
          ARM: {
            actions: [
              cancel("bell"),
              raise({ type: "RANG", by: "bell" }, { id: "bell", delay: ({ event }) => event.ms }),
              cancel(({ event }) => `none-${event.ms}`)
            ]
          },
          LOOSE: { actions: raise({ type: "RANG", by: "loose" }, { delay: 75 }) },
          DISARM: { actions: cancel("bell") },
          NOW: { target: "off", actions: [raise({ type: "RANG", by: "now" })] }
        }
      },
      off: { entry: cancel("bell"), on: { NOW: "on" } }
    }
  })
)
