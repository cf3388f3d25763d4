/**
 * Waiting over HTTP for what an actor comes to. The work may be done by this process, which hears of it at once, or by
 * another, so the actor is also looked at now and then. Looking is reading: nothing is told to the actor, nothing is written.
 */
import * as Context from "effect/Context"
import type * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Stream from "effect/Stream"
import { type ActorAddress, format } from "#domain/ActorAddress.ts"
import type { ActorEvent } from "#domain/Envelope.ts"
import { ActorSystem } from "#runtime/ActorSystem.ts"
import { OperatorViews } from "./OperatorViews.ts"

/** How long a process goes without looking at work that another one may be doing. */
const LOOK_EVERY = "500 millis"

export interface OutcomesService {
  /** What the actor emits from now on in this process. **Delivery**: at most once. */
  readonly heard: (address: ActorAddress) => Stream.Stream<ActorEvent>
  /** The actor's answer to `LOOK`; `null` when there is no such actor or it cannot be read now. */
  readonly look: (address: ActorAddress) => Effect.Effect<unknown>
  /**
   * What `ready` first makes of the actor's answer to `LOOK`; `null` when that takes longer than `within`. Looks at once,
   * whenever the actor emits here what is `worth` a look (default: anything), and every half second; one look at a time,
   * and one more for all that came meanwhile. Interrupting it changes nothing for the actor.
   */
  readonly until: <A>(
    address: ActorAddress,
    ready: (look: unknown) => A | null,
    within: Duration.Input,
    worth?: (event: ActorEvent) => boolean
  ) => Effect.Effect<A | null>
}

export class Outcomes extends Context.Service<Outcomes, OutcomesService>()("app/channels/http/Outcomes") {
  static readonly layer: Layer.Layer<Outcomes, never, ActorSystem | OperatorViews> = Layer.effect(
    Outcomes,
    Effect.gen(function* () {
      const system = yield* ActorSystem
      const views = yield* OperatorViews

      const heard: OutcomesService["heard"] = (address) => {
        const wanted = format(address)
        return system.emitted.pipe(
          Stream.filter((emitted) => format(emitted.address) === wanted),
          Stream.map(({ event }) => event)
        )
      }
      const look: OutcomesService["look"] = (address) =>
        views.look(address).pipe(
          Effect.map((found) => found?.reply ?? null),
          Effect.orElseSucceed(() => null)
        )
      const until: OutcomesService["until"] = (address, ready, within, worth = () => true) =>
        Stream.merge(Stream.filter(heard(address), worth), Stream.tick(LOOK_EVERY)).pipe(
          Stream.buffer({ capacity: 1, strategy: "sliding" }),
          Stream.mapEffect(() => Effect.map(look(address), ready)),
          Stream.filter((found) => found !== null),
          Stream.runHead,
          Effect.timeoutOption(within),
          Effect.map((found) => Option.getOrNull(Option.flatten(found)))
        )
      return { heard, look, until }
    })
  )
}
