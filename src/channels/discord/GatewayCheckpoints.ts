/**
 * How far a shard was heard, made durable. A checkpoint is written at most once a second while something changes; one that
 * fails is simply written later, because marks only move forward.
 */
import * as Effect from "effect/Effect"
import type { GatewayCheckpoint } from "#domain/ash/Gateway.ts"
import { type GatewayActor, untilTaken } from "./GatewayActor.ts"
import type { Checkpoint, GatewayProgress } from "./GatewayProgress.ts"

export interface GatewayCheckpoints {
  /** What is remembered; waits for the store. */
  readonly look: Effect.Effect<GatewayCheckpoint>
  /** Writes what changed, if anything did; a failure leaves it for the next time. */
  readonly write: Effect.Effect<void>
  /** Writes marks as they were before the session was lost, and that it was; waits for the store. */
  readonly lost: (marks: Checkpoint) => Effect.Effect<void>
}

/** `holder`: this process, as it claimed the shard. */
export const make = (actor: GatewayActor, holder: string, progress: GatewayProgress): GatewayCheckpoints => {
  const { ask, giveUp, remembered, tell } = actor

  const write = Effect.suspend(() => {
    const changes = progress.changes()
    if (changes === null) return Effect.void
    return tell({ type: "CHECKPOINT", holder, ...changes }).pipe(
      Effect.tap(() => Effect.sync(() => progress.written(changes))),
      Effect.catch((error) => (error.isRetryable ? Effect.void : giveUp("the checkpoint cannot be written")(error)))
    )
  })

  const lost = Effect.fnUntraced(function* (marks: Checkpoint) {
    const { at, session } = marks
    if (session === null) return
    const telling = Effect.andThen(
      untilTaken(tell({ type: "CHECKPOINT", holder, ...marks })),
      untilTaken(tell({ type: "SESSION_LOST", sessionId: session.sessionId, at }))
    )
    yield* Effect.catch(telling, giveUp("the lost session cannot be written down"))
  })

  return { look: remembered(ask({ type: "LOOK" })), write, lost }
}
