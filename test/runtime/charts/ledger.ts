/** A ledger: writes entries down, posts them as effects, says what it has. `BREAK` throws the words it was given. */
import { assign, emit, setup } from "xstate"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"

type LedgerEvent =
  | { readonly type: "ADD" | "POST"; readonly entry: string }
  | { readonly type: "READ" | "POSTED" }
  | { readonly type: "POST_FAILED"; readonly code: string }
  | { readonly type: "BREAK"; readonly words: string }

interface Ledger {
  readonly entries: ReadonlyArray<string>
  /** What came of the posted entries, in order. */
  readonly results: ReadonlyArray<string>
}

const machine = setup({
  types: {} as {
    context: Ledger
    events: LedgerEvent
    emitted: { readonly type: "WRITTEN"; readonly entry: string }
  },
  actions: {
    reply: (_, _params: Ledger | { readonly count: number }) => {},
    post: (_, _params: { readonly entry: string }) => {},
    side: (_, _params: { readonly entry: string }) => {},
    write: assign({ entries: ({ context, event }) => ("entry" in event ? [...context.entries, event.entry] : []) }),
    note: assign({
      results: ({ context, event }) => [...context.results, event.type === "POST_FAILED" ? event.code : "done"]
    }),
    throwWords: assign(({ event }) => {
      throw new Error("words" in event ? event.words : "")
    })
  }
}).createMachine({
  context: { entries: [], results: [] },
  initial: "open",
  states: { open: {} },
  on: {
    ADD: {
      actions: [
        "write",
        emit(({ event }) => ({ type: "WRITTEN", entry: event.entry }) as const),
        { type: "reply", params: ({ context }) => ({ count: context.entries.length }) }
      ]
    },
    POST: {
      actions: [
        "write",
        { type: "post", params: ({ event }) => ({ entry: event.entry }) },
        { type: "side", params: ({ event }) => ({ entry: event.entry }) },
        { type: "reply", params: ({ context }) => ({ count: context.entries.length }) }
      ]
    },
    READ: { actions: { type: "reply", params: ({ context }) => context } },
    BREAK: { actions: "throwWords" },
    POSTED: { actions: "note" },
    POST_FAILED: { actions: "note" }
  }
})

const documentKey = (id: string) => `ledger:${id}`

export const ledger: ActorDefinition = {
  type: "ledger",
  machine,
  version: 1,
  ttlMs: null,
  lanes: { side: "side" },
  results: { post: { done: "POSTED", failed: "POST_FAILED" } },
  project: ({ id, context }) => [
    { op: "put", key: documentKey(id), value: JSON.stringify((context as Ledger).entries), ttlMs: null }
  ],
  projectionKeys: ({ id }) => [documentKey(id)]
}

export const add = (entry: string) => ({ type: "ADD", entry })
export const post = (entry: string) => ({ type: "POST", entry })
export const read = { type: "READ" }
