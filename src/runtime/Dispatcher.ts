/**
 * Carries out claimed outbox entries and reports what became of each. One attempt per claim; the outcome goes back through
 * the actor's mailbox and is committed there, so a crash at any point leaves the entry in the outbox with a claim that
 * runs out (G6).
 */
import * as Cause from "effect/Cause"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Option from "effect/Option"
import * as Random from "effect/Random"
import * as Result from "effect/Result"
import * as Semaphore from "effect/Semaphore"
import type { ActorAddress } from "#domain/ActorAddress.ts"
import type { Claim, OutboxEntry, Work } from "#kernel/ActorRecord.ts"
import type { RegisteredActor } from "#kernel/RegisteredActor.ts"
import type { Emitted } from "./ActorSystem.ts"
import { type EffectCall, EffectFailed, type EffectHandler } from "./EffectHandler.ts"
import { fingerprint, stableKey } from "./Fingerprint.ts"
import * as Metrics from "./Metrics.ts"
import { plainHandler, REJECTED } from "./PlainHandler.ts"
import type { RateLimits } from "./RateLimits.ts"
import type { Attempt, Resident } from "./Resident.ts"
import { discreetSpan } from "./Spans.ts"

type AnyHandler = EffectHandler<unknown>

/** Sends `message`, `start` and `stop` entries to their actor. */
export type SendToActor = (
  from: ActorAddress,
  entry: OutboxEntry,
  work: Exclude<Work, { kind: "action" | "invoke" }>
) => Effect.Effect<void, EffectFailed>

export interface Dispatcher {
  /** Starts an attempt in the background. */
  readonly start: (resident: Resident, entry: OutboxEntry) => void
  /** Interrupts an attempt that is no longer wanted: the chart left the invoking state, or the claim was lost. */
  readonly interrupt: (address: ActorAddress, entryId: string) => void
  /** Nothing more is to be said of an attempt: the effect may be started again here. */
  readonly concluded: (address: ActorAddress, entryId: string) => void
  readonly inFlight: () => number
  /** Interrupts all attempts; each reports `released`. */
  readonly interruptAll: Effect.Effect<void>
}

export const makeDispatcher = (options: {
  readonly handlers: (type: string, name: string) => AnyHandler | undefined
  readonly sendToActor: SendToActor
  readonly report: (resident: Resident, entry: OutboxEntry, claim: Claim, attempt: Attempt) => void
  /** Asks for the claim of a running effect to be extended. */
  readonly extend: (resident: Resident, entry: OutboxEntry, claim: Claim) => void
  /** Tells whoever listens to the system. */
  readonly emit: (emitted: Emitted) => Effect.Effect<void>
  readonly rateLimits: RateLimits
  readonly concurrency: number
  readonly claimMs: number
  readonly now: () => number
  readonly fork: <A, E>(effect: Effect.Effect<A, E>) => Fiber.Fiber<A, E>
}): Dispatcher => {
  const { handlers, sendToActor, report, extend, emit, rateLimits, claimMs, now, fork } = options
  /** Per effect name, so that one hanging service does not take the others' places; messages need none. */
  const permits = new Map<string, Semaphore.Semaphore>()
  const admitted = <A>(work: Work, run: Effect.Effect<A, EffectFailed>): Effect.Effect<A, EffectFailed> => {
    if (work.kind !== "action" && work.kind !== "invoke") return run
    const known = permits.get(work.name)
    const permit = known ?? Semaphore.makeUnsafe(options.concurrency)
    if (known === undefined) permits.set(work.name, permit)
    return permit
      .withPermitsIfAvailable(1)(run)
      .pipe(Effect.flatMap(Option.match({ onNone: () => busy, onSome: Effect.succeed })))
  }
  const running = new Map<string, Fiber.Fiber<unknown, unknown> | "reported">()

  const handlerOf = (actor: RegisteredActor, work: Work): AnyHandler | undefined =>
    work.kind === "action" || work.kind === "invoke"
      ? (handlers(actor.type, work.name) ?? plainHandler(actor, work))
      : undefined

  const perform = (resident: Resident, entry: OutboxEntry): Effect.Effect<unknown, EffectFailed> => {
    const { work } = entry
    if (work.kind !== "action" && work.kind !== "invoke") return sendToActor(resident.address, entry, work)
    const handler = handlerOf(resident.actor, work)
    if (handler === undefined) return Effect.fail(new EffectFailed({ code: "no_handler", retry: true }))
    const call: EffectCall = {
      params: work.params,
      address: resident.address,
      idempotencyKey: stableKey(resident.address, entry.id),
      attempt: entry.attempts + 1,
      requestedAt: entry.requestedAt,
      emit: (event) => emit({ address: resident.address, event })
    }
    const run = handler.run(call).pipe(
      Effect.timeoutOrElse({
        duration: handler.timeout ?? "30 seconds",
        orElse: () => Effect.fail(new EffectFailed({ code: "timeout", retry: true }))
      }),
      // Only the runtime takes attempts back: one that interrupts itself has failed.
      Effect.catchCauseIf(Cause.hasInterrupts, () =>
        Effect.fail(new EffectFailed({ code: "interrupted", retry: true }))
      )
    )
    return handler.rate === undefined
      ? run
      : Effect.andThen(rateLimits.admit(resident.address.type, work.name, handler.rate, work.params), run)
  }

  const keyOf = (address: ActorAddress, id: string) => `${address.type}/${address.id}|${id}`

  const keepClaim = (resident: Resident, entry: OutboxEntry, claim: Claim): Effect.Effect<never> => {
    const say = Effect.sync(() => extend(resident, entry, claim))
    const first = Math.max(0, claim.until - now() - (claimMs * 2) / 3)
    return Effect.sleep(first).pipe(Effect.andThen(Effect.forever(Effect.andThen(say, Effect.sleep(claimMs / 3)))))
  }

  const attempt = (resident: Resident, entry: OutboxEntry, claim: Claim): Effect.Effect<void> =>
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        const work = admitted(
          entry.work,
          Effect.suspend(() => perform(resident, entry))
        ).pipe(
          discreetSpan("Effect.attempt", () => ({ actor: fingerprint(resident.address), effect: nameOf(entry.work) }))
        )
        const exit = yield* Effect.exit(restore(Effect.raceFirst(work, keepClaim(resident, entry, claim))))
        const became = yield* judge(entry, handlerOf(resident.actor, entry.work), exit, now())
        const labels = { type: resident.address.type, name: nameOf(entry.work), outcome: outcomeWord(became) }
        yield* Metrics.effect(labels)
        // Kept until its outcome is stored: the effect must not be started again here while that is under way.
        running.set(keyOf(resident.address, entry.id), "reported")
        report(resident, entry, claim, became)
      })
    )

  return {
    start: (resident, entry) => {
      const { claim } = entry
      // A claim that ran out before its commit was answered is no longer ours to act on: the effect is found again.
      if (claim === null || now() >= claim.until) return
      const key = keyOf(resident.address, entry.id)
      // Its claim had run out and is ours again: the attempt under way goes on under it.
      if (running.has(key)) return
      const fiber = fork(attempt(resident, entry, claim))
      if (!running.has(key)) running.set(key, fiber)
    },
    concluded: (address, id) => void running.delete(keyOf(address, id)),
    interrupt: (address, id) => {
      const fiber = running.get(keyOf(address, id))
      if (fiber !== undefined && fiber !== "reported") fork(Fiber.interrupt(fiber))
    },
    inFlight: () => running.size,
    interruptAll: Effect.suspend(() => Fiber.interruptAll([...running.values()].filter((one) => one !== "reported")))
  }
}

/** No place is free: back to the outbox, where any process may take it, without losing an attempt. */
const busy = Effect.flatMap(Random.next, (random) =>
  Effect.fail(new EffectFailed({ code: "busy", retry: true, counts: false, retryAfterMs: 2000 + 6000 * random }))
)

/** What an attempt's exit means for its entry. */
const judge = Effect.fnUntraced(function* (
  entry: OutboxEntry,
  handler: AnyHandler | undefined,
  exit: Exit.Exit<unknown, EffectFailed>,
  now: number
): Effect.fn.Return<Attempt> {
  if (Exit.isSuccess(exit)) return { kind: "settled", outcome: { ok: true, output: exit.value ?? null } }
  if (Cause.hasInterrupts(exit.cause)) return { kind: "released" }
  const failure = Result.getOrElse(Cause.findError(exit.cause), () => new EffectFailed({ code: "defect", retry: true }))
  const attempts = entry.attempts + (failure.counts === false ? 0 : 1)
  const limit = handler === undefined ? Infinity : (handler.maxAttempts ?? 8)
  if (!failure.retry || attempts >= limit) {
    const code = failure.retry ? `${failure.code}_exhausted` : failure.code
    const error = code === REJECTED ? failure.cause : { name: "EffectFailed", code }
    return { kind: "settled", outcome: { ok: false, code, error } }
  }
  const asked = Math.round(now + (failure.retryAfterMs ?? Number.NaN))
  const readyAt = Number.isSafeInteger(asked) ? asked : Math.round(now + (yield* backoff(handler, attempts)))
  return { kind: "retry", readyAt, attempts, code: failure.code }
})

/** Capped exponential backoff, spread over 50-100 % so that many waiters do not return at once. */
const backoff = (handler: AnyHandler | undefined, attempts: number): Effect.Effect<number> => {
  const first = Duration.toMillis(Duration.fromInputUnsafe(handler?.backoff ?? "1 second"))
  const cap = Duration.toMillis(Duration.fromInputUnsafe(handler?.maxBackoff ?? "5 minutes"))
  const full = Math.min(cap, first * 2 ** Math.min(30, attempts - 1))
  return Effect.map(Random.next, (random) => full * (0.5 + random / 2))
}

/** The effect's name for labels and dead letters: a bounded set of words of the chart. */
export const nameOf = (work: Work): string => (work.kind === "action" || work.kind === "invoke" ? work.name : work.kind)

const outcomeWord = (attempt: Attempt): string => {
  if (attempt.kind !== "settled") return attempt.kind
  return attempt.outcome.ok ? "done" : "dead"
}
