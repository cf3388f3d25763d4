/**
 * Leaves a failing service alone for a while: after so many failures in a row nothing is sent, then one attempt at a time
 * until so many go well. Effect's circuit breaker with one thing added: a single success does not close it.
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Option from "effect/Option"
import * as CircuitBreaker from "effect/persistence/CircuitBreaker"
import type * as Scope from "effect/Scope"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { retryable } from "../Capability.ts"
import { MESSAGE_REFUSED } from "./CrisisClassifier.ts"

export interface BreakerSettings {
  /** Failures in a row that open it. */
  readonly failures: number
  /** Successes in a row that close it again. */
  readonly successes: number
  readonly openMs: number
}

export type Circuit =
  | { readonly state: "closed" }
  /** One attempt at a time. */
  | { readonly state: "probing" }
  | { readonly state: "open"; readonly forMs: number }

export interface Breaker {
  /** Runs the attempt and counts how it went. **Fails with** `circuit_open` when it may not run. */
  readonly guard: <A>(attempt: Effect.Effect<A, EffectFailed>) => Effect.Effect<A, EffectFailed>
  readonly circuit: Effect.Effect<Circuit>
}

const KEY = "ash-nlp"

/** A limit that was met is no sign of health or illness; a text that was refused was read. */
const outcomeOf = (exit: Exit.Exit<unknown, EffectFailed>): CircuitBreaker.Outcome => {
  if (Exit.isSuccess(exit)) return CircuitBreaker.success
  const failure = Option.getOrUndefined(Cause.findErrorOption(exit.cause))
  if (failure?.code === "rate_limited") return CircuitBreaker.ignored
  return failure?.code === MESSAGE_REFUSED ? CircuitBreaker.success : CircuitBreaker.failure()
}

export const makeBreaker = (settings: BreakerSettings): Effect.Effect<Breaker, never, Scope.Scope> =>
  Effect.gen(function* () {
    const breaker = yield* CircuitBreaker.make({
      tripPolicy: CircuitBreaker.consecutive(settings.failures),
      openDuration: Duration.millis(settings.openMs)
    })
    const state = breaker.state(KEY).pipe(Effect.orDie)
    let successes = 0
    const classify = (exit: Exit.Exit<unknown, EffectFailed>) =>
      Effect.map(state, ({ _tag }) => {
        const outcome = outcomeOf(exit)
        if (_tag !== "HalfOpen" || outcome._tag === "Failure") successes = 0
        if (_tag !== "HalfOpen" || outcome._tag !== "Success") return outcome
        successes += 1
        if (successes < settings.successes) return CircuitBreaker.ignored
        successes = 0
        return outcome
      })
    return {
      guard: (attempt) =>
        breaker
          .execute(attempt, { key: KEY, classify })
          .pipe(Effect.catchTag("CircuitBreakerError", () => Effect.fail(retryable("circuit_open")))),
      circuit: Effect.map(state, (found): Circuit => {
        if (found._tag === "Closed") return { state: "closed" }
        const forMs = found._tag === "Open" ? Duration.toMillis(found.retryAfter) : 0
        return forMs > 0 ? { state: "open", forMs } : { state: "probing" }
      })
    } satisfies Breaker
  }).pipe(Effect.provide(CircuitBreaker.layerStoreMemory()))
