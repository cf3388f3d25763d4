/**
 * Counts what is under way in this process - mailboxes being worked off, attempts of effects - so that a stop and the tests
 * can wait until nothing is.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"

export interface Activity {
  readonly enter: () => void
  readonly leave: () => void
  /** Completes at a moment when nothing is under way. */
  readonly quiet: Effect.Effect<void>
}

export const makeActivity = (): Activity => {
  const waiting: Array<Deferred.Deferred<void>> = []
  let busy = 0

  const pause = Effect.suspend(() => {
    if (busy === 0) return Effect.void
    const done = Deferred.makeUnsafe<void>()
    waiting.push(done)
    return Deferred.await(done)
  })

  return {
    enter: () => {
      busy++
    },
    leave: () => {
      if (--busy > 0) return
      for (const done of waiting.splice(0)) Deferred.doneUnsafe(done, Effect.void)
    },
    quiet: Effect.repeat(pause, { until: () => busy === 0 }).pipe(Effect.asVoid)
  }
}
