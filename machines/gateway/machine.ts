/**
 * How far a Discord shard has been heard: one state, whose context only moves forward. The channel checkpoints what is
 * durably handled, and asks at its start where to go on. Pure.
 */
import { assign, setup } from "xstate"
import type { GatewayCheckpoint, GatewayEvent } from "#domain/ash/Gateway.ts"
import { advance, checkpoint, lose, noCheckpoint } from "./checkpoint.ts"
import type { GatewayContext } from "./schema.ts"

/** The chart; it needs no policy. */
export const gatewayMachine = () =>
  setup({
    types: {} as { context: GatewayContext; events: GatewayEvent },
    actions: {
      advance: assign(({ context, event }) => (event.type === "CHECKPOINT" ? advance(context, event) : context)),
      lose: assign(({ context, event }) => (event.type === "SESSION_LOST" ? lose(context, event.sessionId) : context)),
      reply: (_, _params: GatewayCheckpoint) => {}
    }
  }).createMachine({
    id: "gateway",
    context: noCheckpoint,
    on: {
      CHECKPOINT: { actions: "advance" },
      SESSION_LOST: { actions: "lose" },
      LOOK: { actions: { type: "reply", params: ({ context }) => checkpoint(context) } }
    }
  })
