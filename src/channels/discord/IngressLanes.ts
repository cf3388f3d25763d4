/**
 * Work in lanes: one after the other within a lane, lanes beside each other. A lane lives only while there is work in it.
 * Work that dies lets the next one through; work that is interrupted at the end of the scope does not count as done.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"

export interface Lanes {
  /** Puts work at the end of a lane, at once and in the order of the calls. The inner effect waits for its result. */
  readonly submit: <A>(lane: string, work: Effect.Effect<A>) => Effect.Effect<Effect.Effect<A>>
}

export const make: Effect.Effect<Lanes, never, Scope.Scope> = Effect.map(Effect.scope, (scope): Lanes => {
  const tails = new Map<string, Deferred.Deferred<void>>()
  return {
    submit: (lane, work) =>
      Effect.suspend(() => {
        const before = tails.get(lane)
        const done = Deferred.makeUnsafe<void>()
        tails.set(lane, done)
        const leave = Effect.sync(() => {
          Deferred.doneUnsafe(done, Effect.void)
          if (tails.get(lane) === done) tails.delete(lane)
        })
        const inTurn = before === undefined ? work : Effect.andThen(Deferred.await(before), work)
        return Effect.map(Effect.forkIn(Effect.ensuring(inTurn, leave), scope), Fiber.join)
      })
  }
})
