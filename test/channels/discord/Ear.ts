/**
 * Hears interactions as a gateway client does, and hands each over as Discord wrote it, so that a test decides when, and how
 * often, it is handled.
 */
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { APIInteraction } from "discord.js"
import { WebSocket } from "ws"
import type { DiscordStandIn } from "#test/harness/discord/DiscordStandIn.ts"
import type { Interaction } from "#test/harness/discord/Interaction.ts"

interface Frame {
  readonly op: number
  readonly t?: string | null
  readonly d?: unknown
}

const INTENTS = 46_595

export interface Ear {
  /** What Discord sent of an interaction. */
  readonly heard: (interaction: Interaction) => Effect.Effect<APIInteraction>
}

/** Listens for as long as the scope lasts. */
export const listenTo = (discord: DiscordStandIn): Effect.Effect<Ear, never, Scope.Scope> =>
  Effect.gen(function* () {
    const heard = new Map<string, PromiseWithResolvers<APIInteraction>>()
    const of = (id: string) => {
      const known = heard.get(id) ?? Promise.withResolvers<APIInteraction>()
      heard.set(id, known)
      return known
    }
    const socket = yield* Effect.acquireRelease(
      Effect.sync(() => new WebSocket(`${discord.gatewayUrl}/?v=10&encoding=json`)),
      (socket) => Effect.sync(() => socket.terminate())
    )
    const ready = Promise.withResolvers<void>()
    socket.on("error", (error) => ready.reject(error))
    socket.on("message", (data: Buffer) => {
      const { d, op, t } = JSON.parse(data.toString("utf8")) as Frame
      if (op === 10) {
        const identify = { token: discord.identity.token, intents: INTENTS, properties: {}, shard: [0, 1] }
        socket.send(JSON.stringify({ op: 2, d: identify }))
      }
      if (t === "READY") ready.resolve()
      if (t === "INTERACTION_CREATE") {
        const interaction = d as APIInteraction
        of(interaction.id).resolve(interaction)
      }
    })
    yield* Effect.promise(() => ready.promise)
    return { heard: ({ id }) => Effect.promise(() => of(id).promise) }
  })
