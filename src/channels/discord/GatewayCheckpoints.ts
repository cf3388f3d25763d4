/**
 * The durable side of a shard: what actor `gateway/{shard}` remembers, and how it is told. A checkpoint is written at most
 * once a second while something changes; one that fails is simply written later, because marks only move forward.
 */
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import type { GatewayCheckpoint, GatewayEvent } from "#domain/ash/Gateway.ts"
import type { ActorSystemService } from "#runtime/ActorSystem.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"
import type { Checkpoint, GatewayProgress } from "./GatewayProgress.ts"

const Remembered = Schema.Struct({
  session: Schema.NullOr(
    Schema.Struct({ sessionId: Schema.NonEmptyString, resumeUrl: Schema.String, sequence: Schema.Int })
  ),
  channels: Schema.Record(Schema.String, Schema.String),
  at: Schema.Finite
})
const decode = Schema.decodeUnknownOption(Remembered)

const NOTHING: GatewayCheckpoint = { session: null, channels: {}, at: 0 }

/** As long as the store takes. What can never succeed is given up. */
const untilTaken = <A>(work: Effect.Effect<A, TurnRefused>): Effect.Effect<A, TurnRefused> =>
  Effect.retry(
    work,
    Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("5 seconds")]).pipe(
      Schedule.jittered,
      Schedule.setInputType<TurnRefused>(),
      Schedule.while(({ input }) => input.isRetryable)
    )
  )

export interface GatewayCheckpoints {
  /** What is remembered; waits for the store. A memory that cannot be read counts as none, with a word in the log. */
  readonly look: Effect.Effect<GatewayCheckpoint>
  /** Writes what changed, if anything did; a failure leaves it for the next time. */
  readonly write: Effect.Effect<void>
  /** Writes marks as they were before the session was lost, and that it was; waits for the store. */
  readonly lost: (marks: Checkpoint) => Effect.Effect<void>
}

export const make = (system: ActorSystemService, shard: number, progress: GatewayProgress): GatewayCheckpoints => {
  const actor = address("gateway", String(shard))
  const tell = (event: GatewayEvent) => system.tell(actor, event, { id: `${event.type.toLowerCase()}:${randomUUID()}` })
  const giveUp = (what: string) => (error: TurnRefused) =>
    Effect.annotateLogs(Effect.logError(`discord: ${what}`), { shard, reason: error._tag })

  const look = Effect.suspend(() => system.ask(actor, { type: "LOOK" }, { id: `look:${randomUUID()}` })).pipe(
    untilTaken,
    Effect.flatMap((answer) => Effect.fromOption(decode(answer))),
    Effect.catchTag("NoSuchElementError", () =>
      Effect.as(Effect.annotateLogs(Effect.logError("discord: the checkpoint is unreadable"), { shard }), NOTHING)
    ),
    Effect.catch((error) => Effect.as(giveUp("the checkpoint cannot be read")(error), NOTHING))
  )

  const write = Effect.suspend(() => {
    const changes = progress.changes()
    if (changes === null) return Effect.void
    return tell({ type: "CHECKPOINT", ...changes }).pipe(
      Effect.tap(() => Effect.sync(() => progress.written(changes))),
      Effect.catch((error) => (error.isRetryable ? Effect.void : giveUp("the checkpoint cannot be written")(error)))
    )
  })

  const lost = Effect.fnUntraced(function* (marks: Checkpoint) {
    const { at, session } = marks
    if (session === null) return
    const telling = Effect.andThen(
      untilTaken(tell({ type: "CHECKPOINT", ...marks })),
      untilTaken(tell({ type: "SESSION_LOST", sessionId: session.sessionId, at }))
    )
    yield* Effect.catch(telling, giveUp("the lost session cannot be written down"))
  })

  return { look, write, lost }
}
