/**
 * The chart that every engine of the comparison runs, the events it is sent, and the state it must end in.
 *
 * An order with seven states, guards, assigns, one `after` and about 900 bytes of context. A lost, repeated or reordered event
 * meets a guard or a state that does not take it, so that `taken` and the rest of the context come out different.
 */
import { assign, createActor, initialTransition, setup, type SnapshotFrom, transition } from "xstate"

interface Context {
  /** Events that led to a transition. */
  readonly taken: number
  readonly items: ReadonlyArray<{ readonly sku: string; readonly cents: number }>
  readonly cents: number
  readonly refusals: number
  readonly orders: number
  readonly customer: { readonly name: string; readonly street: string; readonly note: string }
}

export interface ChartEvent {
  readonly type:
    | "ITEM_ADDED"
    | "CHECKED_OUT"
    | "ADDRESS_GIVEN"
    | "CARD_REFUSED"
    | "CARD_ACCEPTED"
    | "PACKED"
    | "SHIPPED"
    | "DELIVERED"
    | "REORDERED"
}

const customer = { name: "A. Customer", street: "1 Long Street", note: "n".repeat(650) }
const PRICE = 1250

export const machine = setup({
  types: {} as { context: Context; events: ChartEvent },
  guards: {
    hasRoom: ({ context }) => context.items.length < 3,
    hasItems: ({ context }) => context.items.length > 0,
    mayTryAgain: ({ context }) => context.refusals < 2
  },
  actions: {
    take: assign({ taken: ({ context }) => context.taken + 1 }),
    add: assign({
      items: ({ context }) => [...context.items, { sku: `sku-${context.taken}`, cents: PRICE }],
      cents: ({ context }) => context.cents + PRICE
    }),
    refuse: assign({ refusals: ({ context }) => context.refusals + 1 }),
    empty: assign({ items: [], cents: 0, refusals: 0, orders: ({ context }) => context.orders + 1 })
  },
  delays: { patience: 900_000 }
}).createMachine({
  id: "order",
  context: { taken: 0, items: [], cents: 0, refusals: 0, orders: 0, customer },
  initial: "cart",
  states: {
    cart: {
      on: {
        ITEM_ADDED: { guard: "hasRoom", actions: ["take", "add"] },
        CHECKED_OUT: { guard: "hasItems", target: "address", actions: "take" }
      }
    },
    address: { on: { ADDRESS_GIVEN: { target: "payment", actions: "take" } } },
    payment: {
      after: { patience: "cart" },
      on: {
        CARD_REFUSED: [
          { guard: "mayTryAgain", actions: ["take", "refuse"] },
          { target: "cart", actions: "take" }
        ],
        CARD_ACCEPTED: { target: "packing", actions: "take" }
      }
    },
    packing: { on: { PACKED: { target: "packed", actions: "take" } } },
    packed: { on: { SHIPPED: { target: "shipped", actions: "take" } } },
    shipped: { on: { DELIVERED: { target: "delivered", actions: "take" } } },
    delivered: { on: { REORDERED: { target: "cart", actions: ["take", "empty"] } } }
  }
})

const ORDER: ReadonlyArray<ChartEvent["type"]> = [
  ...(["ITEM_ADDED", "ITEM_ADDED", "CHECKED_OUT", "ADDRESS_GIVEN", "CARD_REFUSED"] as const),
  ...(["CARD_ACCEPTED", "PACKED", "SHIPPED", "DELIVERED", "REORDERED"] as const)
]

/** The nth event of an actor's life, from 0. Every one of them is taken. */
export const eventAt = (n: number): ChartEvent => ({ type: ORDER[n % ORDER.length] ?? "ITEM_ADDED" })

export type Snapshot = SnapshotFrom<typeof machine>

export const initial = (): Snapshot => initialTransition(machine)[0]

/** One event through XState's pure function. What the chart asks to be done (here: the timer) is left to the engine. */
export const next = (snapshot: Snapshot, event: ChartEvent): Snapshot => transition(machine, snapshot, event)[0]

export const written = (snapshot: Snapshot): string => JSON.stringify(machine.getPersistedSnapshot(snapshot))

/** **Throws** on text that is not a snapshot of this chart. */
export const restored = (text: string): Snapshot => createActor(machine, { snapshot: JSON.parse(text) }).getSnapshot()

/** What is compared at the end. */
export interface Ended {
  readonly value: unknown
  readonly context: unknown
}

export const endOf = (text: string | null): Ended | null => {
  if (text === null) return null
  const { context, value } = JSON.parse(text) as Ended
  return { value, context }
}

/** Where an actor stands after so many events. */
export const expectedAfter = (events: number): Ended => {
  let snapshot = initial()
  for (let n = 0; n < events; n++) snapshot = next(snapshot, eventAt(n))
  if (snapshot.context.taken !== events) throw new Error("the chart does not take its own events")
  return { value: snapshot.value, context: JSON.parse(JSON.stringify(snapshot.context)) }
}
