/**
 * A developer: which of their actions can still be confirmed, over all devices. Each action says when it no longer can; one
 * that never came to be is forgotten at its time. Pure.
 */
import { assign, setup } from "xstate"
import { type DeveloperEvent, MAX_OPEN_ACTIONS, type OpenActions } from "#domain/developer/Developer.ts"
import type { DeveloperContext } from "./schema.ts"

type Open = OpenActions["open"]
type Reply = OpenActions | { readonly noted: boolean }

const without = (open: Open, token: string): Open => open.filter((one) => one.token !== token)

/** Those whose time has not come. */
const alive = (open: Open, now: number): Open => open.filter(({ expiresAt }) => expiresAt > now)

/** The time of the turn, epoch milliseconds. */
const timeOf = (event: object): number => {
  const { at, firedAt } = event as { readonly at?: number; readonly firedAt?: number }
  const time = at ?? firedAt
  if (time === undefined) throw new TypeError("this turn has no time")
  return time
}

const answer = (noted: boolean) => ({ type: "reply", params: { noted } }) as const

export const developerMachine = () =>
  setup({
    types: {} as { context: DeveloperContext; events: DeveloperEvent },
    delays: {
      firstExpiry: ({ context, event }) =>
        Math.max(0, Math.min(...context.open.map(({ expiresAt }) => expiresAt)) - timeOf(event))
    },
    guards: {
      isOver: ({ event }) => event.type === "ACTION_OPENED" && event.expiresAt <= event.at,
      isKnown: ({ context, event }) =>
        event.type === "ACTION_OPENED" && alive(context.open, event.at).some(({ token }) => token === event.token),
      isFull: ({ context, event }) =>
        event.type === "ACTION_OPENED" && alive(context.open, event.at).length >= MAX_OPEN_ACTIONS,
      isLast: ({ context, event }) => event.type === "ACTION_CLOSED" && without(context.open, event.token).length === 0,
      isOverForAll: ({ context, event }) => alive(context.open, timeOf(event)).length === 0
    },
    actions: { reply: (_, _params: Reply) => {} }
  })
    .extend({
      actions: {
        note: assign(({ context, event }) => {
          if (event.type !== "ACTION_OPENED") return {}
          const { at, expiresAt, token } = event
          return { open: [...alive(context.open, at), { token, expiresAt }] }
        }),
        close: assign(({ context, event }) =>
          event.type === "ACTION_CLOSED" ? { open: without(context.open, event.token) } : {}
        ),
        prune: assign(({ context, event }) => ({ open: alive(context.open, timeOf(event)) }))
      }
    })
    .createMachine({
      id: "developer",
      context: { open: [] },
      initial: "idle",
      on: {
        LOOK: { actions: { type: "reply", params: ({ context }) => ({ open: context.open }) } },
        ACTION_OPENED: [
          { guard: "isOver", actions: answer(false) },
          { guard: "isKnown", actions: answer(true) },
          { guard: "isFull", actions: answer(false) },
          { target: ".waiting", actions: ["note", answer(true)] }
        ]
      },
      states: {
        idle: {},
        waiting: {
          after: {
            firstExpiry: [
              { guard: "isOverForAll", target: "idle", actions: "prune" },
              { target: "waiting", reenter: true, actions: "prune" }
            ]
          },
          on: { ACTION_CLOSED: [{ guard: "isLast", target: "idle", actions: "close" }, { actions: "close" }] }
        }
      }
    })
