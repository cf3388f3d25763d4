/**
 * The real charts on the real runtime, with the Discord channel's effects doing what they do: alerts, desk, members and their
 * sessions, one process, one store in memory.
 */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import { alertNotices } from "#channels/discord/AlertNotices.ts"
import { alertPosts } from "#channels/discord/AlertPosts.ts"
import { sendDirect } from "#channels/discord/DirectMessages.ts"
import { tellOperators } from "#channels/discord/OperatorNotices.ts"
import { postSessionNotes } from "#channels/discord/SessionNotes.ts"
import { address } from "#domain/ActorAddress.ts"
import type { AlertView } from "#domain/ash/Alert.ts"
import { alertDefinition } from "#machines/alert/definition.ts"
import { ashSessionDefinition } from "#machines/ash-session/definition.ts"
import { deskDefinition } from "#machines/desk/definition.ts"
import { memberDefinition } from "#machines/member/definition.ts"
import * as ActorRuntime from "#runtime/ActorRuntime.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { clicking } from "./Clicking.ts"
import type { Team } from "./Team.ts"

export const realDesk = Effect.fnUntraced(function* (team: Team) {
  const { policy } = team
  const runtime = Layer.unwrap(
    Effect.gen(function* () {
      const posts = yield* alertPosts(policy)
      return ActorRuntime.layer({
        actors: [
          alertDefinition(policy),
          deskDefinition(policy),
          memberDefinition(policy),
          ashSessionDefinition(policy)
        ],
        handlers: {
          alert: { ...posts, notify: yield* alertNotices(policy) },
          "ash-session": { sendDirect: yield* sendDirect, postSessionNotes: yield* postSessionNotes },
          desk: { tellOperators: yield* tellOperators }
        }
      })
    })
  ).pipe(Layer.provide(team.environment), Layer.provide(Logger.layer([])))
  const context = yield* Layer.build(runtime)
  const system = Context.get(context, ActorSystem)
  const hands = yield* clicking(team, Layer.succeed(ActorSystem, system))
  const { discord } = team

  return {
    system,
    hands,
    /** A member's message becomes an alert; answers it with its post. */
    alarm: Effect.fnUntraced(function* (text: string, more: Partial<AlertView> = {}) {
      const written = team.write(text, more)
      const { alertId, severity, signal } = written
      const opening = { ...signal, severity, at: Date.now() }
      yield* team.remember({ ...written, signal: opening }, text, severity)
      const event = { type: "OPEN", signal: opening, earlier: 0, previous: null }
      yield* system.tell(address("alert", alertId), event, { id: `open:${alertId}` })
      const post = yield* Effect.promise(() =>
        discord.posted(`the post of ${alertId}`, ({ embeds }) => JSON.stringify(embeds).includes(alertId))
      )
      yield* system.drained
      return { alertId, signal: opening, post }
    })
  }
})
