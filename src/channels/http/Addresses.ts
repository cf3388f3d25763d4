/** Reads an actor's address from a path. What cannot be an address names no actor, so it is not found. */
import * as Effect from "effect/Effect"
import { type ActorAddress, ActorId, ActorType } from "#domain/ActorAddress.ts"
import { NotFound } from "./Problems.ts"

/** A type that cannot be one is as unknown as any other; an id that cannot be one names no actor. */
export const addressOf = (params: {
  readonly type: string
  readonly id: string
}): Effect.Effect<ActorAddress, NotFound> =>
  Effect.gen(function* () {
    const type = yield* part("actor-type", () => ActorType(params.type))
    const id = yield* part("actor", () => ActorId(params.id))
    return { type, id }
  })

const part = <A>(what: NotFound["what"], read: () => A): Effect.Effect<A, NotFound> =>
  Effect.try({ try: read, catch: () => new NotFound({ what }) })
