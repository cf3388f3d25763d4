/**
 * What answering an interaction needs, and the one way to ask an actor: with the interaction's own id, so that a second
 * delivery changes nothing and gets the same answer, and again for a few seconds where trying again may help.
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import { address } from "#domain/ActorAddress.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import type { ActorSystemService } from "#runtime/ActorSystem.ts"
import type { ActorStoreService } from "#runtime/ports/ActorStore.ts"
import type { StoreUnavailable, TurnRefused } from "#runtime/RuntimeError.ts"
import type { DiscordFailure, DiscordRestService } from "./DiscordRest.ts"
import type { DiscordSettingsService } from "./DiscordSettings.ts"
import type { Asker } from "./InteractionPayload.ts"

export interface Means {
  readonly rest: DiscordRestService
  readonly settings: DiscordSettingsService
  readonly store: ActorStoreService
  readonly system: ActorSystemService
  readonly policy: AshPolicy
}

/** An actor answered in a way that cannot be read here. */
export class AnswerUnknown extends Schema.TaggedError<AnswerUnknown>()("AnswerUnknown", { actor: Schema.String }) {
  readonly isRetryable = false
}

/** The store is away and the event waits in the journal: it counts, and its answer is not known yet. */
export class AnswerPostponed extends Schema.TaggedError<AnswerPostponed>()("AnswerPostponed", {}) {
  readonly isRetryable = false
}

export type Trouble = TurnRefused | StoreUnavailable | DiscordFailure | AnswerUnknown | AnswerPostponed

const again = Schedule.exponential("200 millis").pipe(
  Schedule.upTo({ times: 4 }),
  Schedule.setInputType<TurnRefused>(),
  Schedule.while(({ input }) => input.isRetryable)
)

/** Asks an actor and reads its answer. Tried again for about three seconds. */
export const ask = <A>(
  { system }: Means,
  asker: Asker,
  type: string,
  id: string,
  event: ActorEvent,
  answer: Schema.Decoder<A>
): Effect.Effect<A, TurnRefused | AnswerUnknown | AnswerPostponed> =>
  system.ask(address(type, id), event, { id: `interaction:${asker.id}`, priority: "high" }).pipe(
    Effect.retry(again),
    Effect.flatMap((reply) =>
      Option.match(Schema.decodeUnknownOption(answer)(reply), {
        onNone: () =>
          Effect.flatMap(system.health, ({ spooled }) =>
            // It may have been applied since: that nothing is kept any more says nothing against it.
            Effect.fail(reply === null && spooled !== null ? new AnswerPostponed() : new AnswerUnknown({ actor: type }))
          ),
        onSome: Effect.succeed
      })
    )
  )
