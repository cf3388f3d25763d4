/**
 * Group commit: while calls to the store are under way, the next turns gather into one call. Idle, a turn is committed at
 * once; under load a call carries up to `commitBatch` actors.
 *
 * A batch whose outcome is unknown is sent again unchanged: the stamp lets the store recognise a write that did happen.
 */
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schedule from "effect/Schedule"
import type { ActorStoreService, Commit, CommitResult } from "./ports/ActorStore.ts"
import type { RuntimeConfigService } from "./RuntimeConfig.ts"
import { StoreUnavailable } from "./RuntimeError.ts"

export interface Committer {
  /** **Concurrency**: at most one waiting commit per address, which one turn at a time per actor gives. */
  readonly commit: (commit: Commit) => Effect.Effect<CommitResult, StoreUnavailable>
}

interface Waiting {
  readonly commit: Commit
  readonly done: Deferred.Deferred<CommitResult, StoreUnavailable>
}

export const makeCommitter = (
  store: ActorStoreService,
  config: RuntimeConfigService,
  fork: (effect: Effect.Effect<void>) => void
): Committer => {
  const waiting: Array<Waiting> = []
  let inFlight = 0
  let scheduled = false

  const resend = Schedule.exponential("50 millis").pipe(Schedule.upTo({ times: config.commitRetries }))

  const send = (batch: ReadonlyArray<Waiting>): Effect.Effect<void> =>
    store.commit(batch.map(({ commit }) => commit)).pipe(
      Effect.retry(resend),
      Effect.exit,
      Effect.map((exit) => {
        inFlight--
        batch.forEach(({ done }, index) => Deferred.doneUnsafe(done, resultAt(store.kind, exit, index)))
        schedule()
      })
    )

  const flush = Effect.yieldNow.pipe(
    Effect.map(() => {
      scheduled = false
      while (waiting.length > 0 && inFlight < config.commitsInFlight) {
        inFlight++
        fork(send(waiting.splice(0, config.commitBatch)))
      }
    })
  )

  const schedule = (): void => {
    if (scheduled || waiting.length === 0 || inFlight >= config.commitsInFlight) return
    scheduled = true
    fork(flush)
  }

  return {
    commit: (commit) =>
      Effect.suspend(() => {
        const done = Deferred.makeUnsafe<CommitResult, StoreUnavailable>()
        waiting.push({ commit, done })
        schedule()
        return Deferred.await(done)
      })
  }
}

const resultAt = (
  store: string,
  exit: Exit.Exit<ReadonlyArray<CommitResult>, StoreUnavailable>,
  index: number
): Effect.Effect<CommitResult, StoreUnavailable> => {
  if (Exit.isFailure(exit)) return Effect.failCause(exit.cause)
  const result = exit.value[index]
  return result === undefined
    ? Effect.fail(new StoreUnavailable({ store, operation: "commit", reason: "reply_unknown" }))
    : Effect.succeed(result)
}
