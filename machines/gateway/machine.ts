/**
 * How far a Discord shard has been heard and which process listens to it: one state, whose marks only move forward. The
 * channel checkpoints what is durably handled, claims the shard at its start and asks there where to go on. Pure.
 */
import { assign, setup } from "xstate"
import type { GatewayCheckpoint, GatewayEvent, GatewayHold } from "#domain/ash/Gateway.ts"
import { advance, checkpoint, lose, noCheckpoint } from "./checkpoint.ts"
import { claim, grants, hold, release, renew } from "./holder.ts"
import type { GatewayContext } from "./schema.ts"

/** The chart; it needs no policy. */
export const gatewayMachine = () =>
  setup({
    types: {} as { context: GatewayContext; events: GatewayEvent },
    guards: {
      isGranted: ({ context, event }) => event.type === "CLAIM" && grants(context, event)
    },
    actions: {
      advance: assign(({ context, event }) => (event.type === "CHECKPOINT" ? advance(context, event) : context)),
      lose: assign(({ context, event }) => (event.type === "SESSION_LOST" ? lose(context, event.sessionId) : context)),
      claim: assign(({ context, event }) => (event.type === "CLAIM" ? claim(context, event) : context)),
      renew: assign(({ context, event }) => (event.type === "RENEW" ? renew(context, event) : context)),
      release: assign(({ context, event }) => (event.type === "RELEASE" ? release(context, event.holder) : context)),
      reply: (_, _params: GatewayCheckpoint | GatewayHold) => {}
    }
  }).createMachine({
    id: "gateway",
    context: noCheckpoint,
    on: {
      CHECKPOINT: { actions: "advance" },
      SESSION_LOST: { actions: "lose" },
      CLAIM: {
        guard: "isGranted",
        actions: ["claim", { type: "reply", params: ({ context }) => checkpoint(context) }]
      },
      RENEW: { actions: ["renew", { type: "reply", params: ({ context, event }) => hold(context, event) }] },
      RELEASE: { actions: "release" },
      LOOK: { actions: { type: "reply", params: ({ context }) => checkpoint(context) } }
    }
  })
