/** What the benchmarks have actors do. */
import { assign, setup } from "xstate"
import type { ActorDefinition } from "#domain/ActorDefinition.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { conversationDefinition } from "#machines/conversation/definition.ts"

export interface Load {
  readonly definition: ActorDefinition
  /** The nth event of a run; any actor takes it. */
  readonly event: (n: number) => ActorEvent
}

/** A chart that does next to nothing, with a kilobyte to remember. */
export const counter: Load = {
  definition: {
    type: "counter",
    machine: setup({
      types: {} as { context: { count: number; text: string }; events: { type: "ADD" } }
    }).createMachine({
      context: { count: 0, text: "x".repeat(900) },
      on: { ADD: { actions: assign({ count: ({ context }) => context.count + 1 }) } }
    }),
    version: 1,
    ttlMs: 7_200_000
  },
  event: () => ({ type: "ADD" })
}

const TEXTS = ["help", "thanks a lot", "what is this"]

/** A texter's small talk: every event is understood, answered, logged and written as a document, too. */
export const conversation: Load = {
  definition: conversationDefinition(),
  event: (n) => ({
    type: "MESSAGE_RECEIVED",
    text: TEXTS[n % TEXTS.length] ?? "",
    messageId: `m${n}`,
    at: 1_800_000_000_000 + n,
    replyVia: "answer"
  })
}
