/**
 * The door to actor `gateway/{shard}`, which remembers how far a shard was heard and which process listens to it: how it is
 * told and asked, how long the store is waited for, and what its answers mean.
 */
import { randomUUID } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import type { GatewayCheckpoint, GatewayEvent } from "#domain/ash/Gateway.ts"
import type { ActorSystemService } from "#runtime/ActorSystem.ts"
import type { TurnRefused } from "#runtime/RuntimeError.ts"

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
export const untilTaken = <A>(work: Effect.Effect<A, TurnRefused>): Effect.Effect<A, TurnRefused> =>
  Effect.retry(
    work,
    Schedule.min([Schedule.exponential("100 millis"), Schedule.spaced("5 seconds")]).pipe(
      Schedule.jittered,
      Schedule.setInputType<TurnRefused>(),
      Schedule.while(({ input }) => input.isRetryable)
    )
  )

export interface GatewayActor {
  readonly tell: (event: GatewayEvent) => Effect.Effect<void, TurnRefused>
  readonly ask: (event: GatewayEvent) => Effect.Effect<unknown, TurnRefused>
  /** An answer as a checkpoint. One that cannot be read counts as none, with a word in the log. */
  readonly read: (answer: unknown) => Effect.Effect<GatewayCheckpoint>
  /** For a question that is answered with a checkpoint: waits for the store. One that is refused for good counts as none. */
  readonly remembered: (answer: Effect.Effect<unknown, TurnRefused>) => Effect.Effect<GatewayCheckpoint>
  /** Says in the log what became impossible. */
  readonly giveUp: (what: string) => (error: TurnRefused) => Effect.Effect<void>
}

/** Every event told or asked is one of its own: none is taken for a redelivery. */
export const make = (system: ActorSystemService, shard: number): GatewayActor => {
  const actor = address("gateway", String(shard))
  const id = ({ type }: GatewayEvent) => ({ id: `${type.toLowerCase()}:${randomUUID()}` })
  const giveUp: GatewayActor["giveUp"] = (what) => (error) =>
    Effect.annotateLogs(Effect.logError(`discord: ${what}`), { shard, reason: error._tag })
  const read: GatewayActor["read"] = (answer) =>
    Effect.catch(Effect.fromOption(decode(answer)), () =>
      Effect.as(Effect.annotateLogs(Effect.logError("discord: the checkpoint is unreadable"), { shard }), NOTHING)
    )
  return {
    tell: (event) => Effect.suspend(() => system.tell(actor, event, id(event))),
    ask: (event) => Effect.suspend(() => system.ask(actor, event, id(event))),
    read,
    remembered: (answer) =>
      untilTaken(answer).pipe(
        Effect.flatMap(read),
        Effect.catch((error) => Effect.as(giveUp("the checkpoint cannot be read")(error), NOTHING))
      ),
    giveUp
  }
}
