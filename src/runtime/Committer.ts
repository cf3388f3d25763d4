/**
 * Group commit: what is to be written while calls to the store are under way gathers into the next call. Idle, a turn is
 * committed at once. Under load a call leaves as soon as it has its share of all that is under way - an even part of it for
 * each call that may be - so that the store works on one call while the turns of the next are being made. Whatever is left
 * over leaves when nothing else can run, and so does everything for a store that blocks. A call carries at most `commitBatch`
 * actors.
 *
 * A batch whose outcome is unknown is sent again unchanged: the stamp lets the store recognise a write that did happen.
 */
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
  readonly resume: (result: Effect.Effect<CommitResult, StoreUnavailable>) => void
}

export const makeCommitter = (
  store: ActorStoreService,
  config: RuntimeConfigService,
  fork: (effect: Effect.Effect<void>) => void
): Committer => {
  const waiting: Array<Waiting> = []
  /** Commits not answered yet: those that wait, and those in a call. */
  let pending = 0
  let calls = 0
  let scheduled = false

  const resend = Schedule.exponential("50 millis").pipe(Schedule.upTo({ times: config.commitRetries }))

  const send = (batch: ReadonlyArray<Waiting>): Effect.Effect<void> =>
    store.commit(batch.map(({ commit }) => commit)).pipe(
      Effect.retry(resend),
      Effect.exit,
      Effect.map((exit) => {
        calls--
        pending -= batch.length
        batch.forEach(({ resume }, index) => resume(resultAt(store.kind, exit, index)))
        schedule()
      })
    )

  const sendNext = (): void => {
    calls++
    fork(send(waiting.splice(0, config.commitBatch)))
  }

  const leavesNow = (): boolean => {
    if (store.blocking || calls >= config.commitsInFlight) return false
    const share = Math.max(SMALLEST_SHARE, pending / config.commitsInFlight)
    return calls === 0 || waiting.length >= Math.min(config.commitBatch, share)
  }

  const schedule = (): void => {
    if (scheduled || waiting.length === 0 || calls >= config.commitsInFlight) return
    scheduled = true
    fork(sendTheRest)
  }

  const sendTheRest = Effect.yieldNow.pipe(
    Effect.map(() => {
      scheduled = false
      // A store that blocks answers within the call, and whoever is answered may commit again at once: without an end to this,
      // two actors that write to each other would let nothing else of this process run.
      for (let left = LONGEST_RUN; left > 0 && waiting.length > 0 && calls < config.commitsInFlight;) {
        left -= Math.min(waiting.length, config.commitBatch)
        sendNext()
      }
      schedule()
    })
  )

  return {
    commit: (commit) =>
      Effect.callback((resume) => {
        waiting.push({ commit, resume })
        pending++
        if (leavesNow()) sendNext()
        else schedule()
      })
  }
}

/** Commits sent in one go before others of this process have their turn. */
const LONGEST_RUN = 512

/** A call costs as much as about this many commits in it. */
const SMALLEST_SHARE = 8

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
