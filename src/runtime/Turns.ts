/**
 * What an actor does with each item of its mailbox, one at a time. Every path ends with the item answered: a turn is
 * committed, a poisonous event is quarantined as a dead letter, or the caller gets a typed refusal (G9).
 */
import * as Cause from "effect/Cause"
import * as Deferred from "effect/Deferred"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Metric from "effect/Metric"
import * as Option from "effect/Option"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { Claim, OutboxEntry, Timer } from "#kernel/ActorRecord.ts"
import {
  deferEffect,
  dropEffect,
  dropTimer,
  extendClaim,
  hasReadyEffect,
  isHeld,
  isTooLate,
  nextDueTimer,
  requeueEffect,
  restamp
} from "#kernel/Pending.ts"
import { latePolicyOf } from "#kernel/RegisteredActor.ts"
import { type ActorState, runTurn, type Turn, type TurnInput, viewOf } from "#kernel/Turn.ts"
import { effectLetter, eventLetter } from "./DeadLetters.ts"
import { nameOf } from "./Dispatcher.ts"
import { fingerprint } from "./Fingerprint.ts"
import * as Metrics from "./Metrics.ts"
import type { ActorStoreService } from "./ports/ActorStore.ts"
import type { Attempt, Delivery, Item, Resident } from "./Resident.ts"
import type { RuntimeConfigService } from "./RuntimeConfig.ts"
import { discreetSpan } from "./Spans.ts"
import { EventQuarantined, RevisionConflict, SystemStopping, type TurnRefused } from "./RuntimeError.ts"
import type { Committed, Decide, Moment, Outcome, Recover, Transactions } from "./Transaction.ts"

export interface Turns {
  /** Works one item off and answers it. Never fails; a defect is the caller's to supervise. */
  readonly handle: (resident: Resident, item: Item) => Effect.Effect<void>
}

export const makeTurns = (options: {
  readonly store: ActorStoreService
  readonly transactions: Transactions
  readonly config: RuntimeConfigService
  readonly now: () => number
  /** Called after a commit with what may now leave the process. */
  readonly released: (resident: Resident, outcome: Committed) => void
  readonly published: (resident: Resident, turn: Turn) => Effect.Effect<void>
  /** Called when an attempt under way has lost its claim. */
  readonly lost: (resident: Resident, entry: OutboxEntry) => void
  /** Called when nothing more is to be said of an attempt. */
  readonly concluded: (resident: Resident, entry: OutboxEntry) => void
  /** Puts an item back into the mailbox after a moment. */
  readonly later: (resident: Resident, item: Item) => void
}): Turns => {
  const { store, transactions, config, now, released, published, lost, concluded, later } = options

  const release = (resident: Resident, outcome: Outcome): Effect.Effect<void> => {
    if (outcome._tag !== "Committed") return Effect.void
    released(resident, outcome)
    const { turn } = outcome.decision
    return turn === undefined || turn.emitted.length + turn.logs.length === 0 ? Effect.void : published(resident, turn)
  }

  const transact = (resident: Resident, decide: Decide, ...recover: ReadonlyArray<Recover>) =>
    Effect.tap(transactions.transact(resident, decide, ...recover), (outcome) => release(resident, outcome))

  const chartTurn = (resident: Resident, before: ActorState | null, input: TurnInput, moment: Moment) => {
    const turn = runTurn(resident.actor, resident.address, before, input, moment)
    return { state: turn.state, turn, projections: turn.projections }
  }

  /** A poisonous event leaves the actor as it was and becomes a dead letter; the mark makes its redelivery harmless. */
  const deliver = (resident: Resident, { input, id }: Delivery): Effect.Effect<unknown, TurnRefused> => {
    const mark = (answer: Answer) => ({ id, reply: JSON.stringify(answer), ttlMs: config.dedupMs })
    const event: ActorEvent = input.kind === "event" ? input.event : { type: `xstate.${input.kind}` }
    const outcome = transact(
      resident,
      (before, moment) => {
        const made = chartTurn(resident, before, input, moment)
        return { ...made, mark: mark({ reply: made.turn.reply ?? null }) }
      },
      (before, moment, reason) => ({
        state: before === null ? null : restamp(before, moment.turn),
        mark: mark({ quarantined: reason }),
        deadLetters: [eventLetter(resident, event, id, reason, moment.now)]
      })
    )
    return Effect.flatMap(outcome, (outcome) =>
      outcome._tag === "Committed" && outcome.poison === null
        ? Effect.as(count(resident, "committed"), outcome.decision.turn?.reply ?? null)
        : notTaken(resident, event, outcome)
    )
  }

  /** What is answered to an event that changed nothing in its actor: the first answer to it, or that it was quarantined. */
  const notTaken = Effect.fnUntraced(function* (resident: Resident, event: ActorEvent, outcome: Outcome) {
    if (outcome._tag === "Nothing") return null
    if (outcome._tag === "Duplicate") {
      yield* count(resident, "duplicate")
      const first = JSON.parse(outcome.reply) as Answer
      if ("reply" in first) return first.reply
      return yield* quarantinedAs(resident, event, first.quarantined)
    }
    const refused = quarantinedAs(resident, event, outcome.poison ?? "")
    yield* count(resident, "quarantined")
    yield* Metrics.deadLetter({ kind: "event" })
    yield* Effect.logError("event quarantined", { actor: refused.actor, event: refused.event, reason: refused.reason })
    return yield* refused
  })

  /**
   * The store says that the actor is due. When nothing here is, what is remembered may be older than what is stored: a
   * commit that changes nothing compares the two, and gives the actor its true wake-up time.
   */
  const wake = Effect.fnUntraced(function* (resident: Resident) {
    let written = false
    // Each due timer is a turn of its own, in due order. What the turns set anew waits for the next look, so that a chart
    // that keeps setting timers for now cannot hold its process.
    const dueBy = now()
    while (yield* fireNextTimer(resident, dueBy)) written = true
    yield* transact(resident, (before, moment) => {
      if (before === null) return { state: null }
      return hasReadyEffect(before.meta, moment.now) || !written ? { state: restamp(before, moment.turn) } : null
    })
  })

  /** True while there was a due timer. */
  const fireNextTimer = Effect.fnUntraced(function* (resident: Resident, dueBy: number) {
    let due: Timer | null = null
    let late = 0
    const outcome = yield* transact(
      resident,
      (before, moment) => {
        due = before === null ? null : nextDueTimer(before.meta, dueBy)
        if (before === null || due === null) return null
        late = moment.now - due.dueAt
        if (isTooLate(latePolicyOf(resident.actor, due.id), due, moment.now)) {
          return { state: restamp(dropTimer(before, due), moment.turn) }
        }
        return chartTurn(resident, before, { kind: "timer", timer: due }, moment)
      },
      (before, moment, reason) => {
        const timer = due as Timer
        const name = `${timer.id}:${timer.generation}:${(before as ActorState).meta.createdAt}`
        const letter = eventLetter(resident, timer.event, name, reason, moment.now)
        const deadLetters = [{ ...letter, payload: JSON.stringify({ timer }) }]
        return { state: restamp(dropTimer(before as ActorState, timer), moment.turn), deadLetters }
      }
    )
    if (outcome._tag !== "Committed") return false
    const fired = outcome.decision.turn !== undefined
    const word = fired ? "fired" : outcome.poison === null ? "skipped" : "quarantined"
    yield* Metrics.timer({ type: resident.address.type, outcome: word })
    if (fired) yield* Metric.update(Metrics.timerLateness, late)
    if (outcome.poison !== null) yield* Metrics.deadLetter({ kind: "event" })
    return true
  })

  /** Takes the outcome of an effect's attempt; one that no longer holds its claim is stale and changes nothing. */
  const settle = Effect.fnUntraced(function* (resident: Resident, entry: OutboxEntry, claim: Claim, made: Attempt) {
    const letter = (reason: string, at: number) => [effectLetter(resident, entry, reason, at)]
    const committed = transactions.transact(
      resident,
      (before, moment) => {
        if (before === null || !isHeld(before, entry.id, claim)) return null
        if (made.kind !== "settled") {
          return { state: restamp(deferEffect(before, entry.id, retryOf(entry, made)), moment.turn) }
        }
        const decision = chartTurn(resident, before, { kind: "settled", entry, outcome: made.outcome }, moment)
        return made.outcome.ok ? decision : { ...decision, deadLetters: letter(made.outcome.code, moment.now) }
      },
      // A chart that threw on the outcome may still have an onError, and must not wait for ever.
      (before, moment, reason) => {
        const outcome = { ok: false, code: reason, error: { name: "TurnFailed", code: reason } } as const
        const decision = chartTurn(resident, before, { kind: "settled", entry, outcome }, moment)
        return { ...decision, deadLetters: letter(reason, moment.now) }
      },
      (before, moment, reason) => ({
        state: restamp(dropEffect(before as ActorState, entry.id), moment.turn),
        deadLetters: letter(reason, moment.now)
      })
    )
    const outcome = yield* Effect.onExit(committed, (exit) =>
      Effect.sync(() => {
        if (!isToBeSaidAgain(exit)) concluded(resident, entry)
      })
    )
    // Only now: another attempt may be due at once.
    yield* release(resident, outcome)
    if (outcome._tag !== "Committed" || outcome.decision.deadLetters === undefined) return
    yield* Metrics.deadLetter({ kind: "effect" })
    const reason = outcome.decision.deadLetters[0]?.reason
    yield* Effect.logWarning("effect given up on", {
      actor: fingerprint(resident.address),
      effect: nameOf(entry.work),
      reason
    })
  })

  const extend = (resident: Resident, entry: OutboxEntry, claim: Claim) =>
    transact(resident, (before, moment) =>
      before === null || !isHeld(before, entry.id, claim)
        ? null
        : { state: restamp(extendClaim(before, entry.id, moment.now + config.claimMs), moment.turn) }
    ).pipe(
      // Taken over, or no longer wanted: two must not go on doing it.
      Effect.tap((outcome) => Effect.sync(() => outcome._tag === "Nothing" && lost(resident, entry)))
    )

  const requeue = (resident: Resident, entry: OutboxEntry) =>
    transact(resident, (before, moment) => {
      const state = before ?? emptyActor(resident, moment)
      return { state: restamp(requeueEffect(state, entry, moment.now), moment.turn) }
    })

  /**
   * Sets a dead letter's timer once more, due now, unless the actor has gone or has set it anew itself. An `after` whose
   * state was left means nothing to the chart.
   */
  const rearm = (resident: Resident, timer: Timer) => {
    resident.state = undefined
    return transact(resident, (before, moment) => {
      if (before === null || before.meta.timers.some(({ id }) => id === timer.id)) return null
      const { snapshot, meta } = restamp(before, moment.turn)
      return { state: { snapshot, meta: { ...meta, timers: [...meta.timers, { ...timer, dueAt: moment.now }] } } }
    })
  }

  const emptyActor = (resident: Resident, moment: Moment): ActorState =>
    runTurn(resident.actor, resident.address, null, { kind: "event", event: { type: "tardigrade.replayed" } }, moment)
      .state

  /**
   * Removes what is stored now, not what is remembered: a STOP that another process has just committed decides what stays.
   * A record that cannot be read is removed as it is.
   */
  const forget = Effect.fnUntraced(function* (resident: Resident) {
    const { projectionKeys, afterForget } = resident.actor.definition
    for (let tries = 0; tries < config.maxConflicts; tries++) {
      resident.state = undefined
      const stored = yield* store.load(resident.address)
      const state = yield* transactions.read(resident, stored).pipe(
        Effect.catchTags({
          UnknownMachineVersion: () => Effect.succeed(null),
          SnapshotUndecodable: () => Effect.succeed(null)
        })
      )
      const view = state === null ? null : viewOf(resident.address, state)
      const keys = (view && projectionKeys?.(view)) ?? []
      const removed = yield* store.forget(resident.address, keys, stored?.stamp ?? null)
      if (removed === null) continue
      for (const entry of state?.meta.outbox ?? []) lost(resident, entry)
      const event = (view && afterForget?.(view)) ?? null
      if (event !== null) {
        yield* transact(resident, (before, moment) => chartTurn(resident, before, { kind: "event", event }, moment))
      }
      return removed
    }
    return yield* new RevisionConflict({ actor: fingerprint(resident.address), attempts: config.maxConflicts })
  })

  const handle = (resident: Resident, item: Item): Effect.Effect<void> => {
    switch (item.kind) {
      case "delivery":
        return answer(item.reply, deliver(resident, item).pipe(spanOf(resident, item.input)))
      case "wake":
        resident.wakePending = false
        return wake(resident).pipe(
          Effect.catch((error) => holdOff(resident, error)),
          Effect.ensuring(Deferred.succeed(item.done, undefined))
        )
      case "attempt":
        return settle(resident, item.entry, item.claim, item.attempt).pipe(
          Effect.onExit((exit) => Effect.sync(() => isToBeSaidAgain(exit) && later(resident, item))),
          Effect.ignore
        )
      case "extend":
        return extend(resident, item.entry, item.claim).pipe(Effect.ignore)
      case "requeue":
        return answer(item.done, Effect.asVoid(requeue(resident, item.entry)))
      case "rearm":
        return answer(item.done, Effect.asVoid(rearm(resident, item.timer)))
      case "forget":
        return answer(item.done, forget(resident))
    }
  }

  /** Nobody waits for these items: what could not be done now is found again through its claim or its due time. */
  const holdOff = (resident: Resident, error: TurnRefused): Effect.Effect<void> => {
    if (error._tag === "StoreUnavailable" || error._tag === "RevisionConflict") return Effect.void
    return Effect.logError("actor cannot be woken; its record is left untouched", {
      actor: fingerprint(resident.address),
      error: error._tag
    }).pipe(
      Effect.andThen(store.postpone(resident.address, now() + config.quarantineRetryMs)),
      Effect.catch(() => Effect.void)
    )
  }

  return { handle }
}

/** What a dedup mark keeps: a redelivery gets the first answer again, whatever it was. */
type Answer = { readonly reply: unknown } | { readonly quarantined: string }

/** The effect has happened: say so until it is stored, or somebody will do it again. Stale once it was taken over. */
const isToBeSaidAgain = (exit: Exit.Exit<unknown, TurnRefused>): boolean =>
  Exit.isFailure(exit) && Option.exists(Cause.findErrorOption(exit.cause), ({ isRetryable }) => isRetryable)

const quarantinedAs = ({ address }: Resident, { type }: ActorEvent, reason: string): EventQuarantined =>
  new EventQuarantined({ actor: fingerprint(address), event: type, reason })

/** Answers the waiting caller in any case. A defect is the supervisor's as well. */
const answer = <A>(done: Deferred.Deferred<A, TurnRefused>, turn: Effect.Effect<A, TurnRefused>): Effect.Effect<void> =>
  turn.pipe(
    Effect.onExit((exit) => {
      const cutOff = Exit.isFailure(exit) && Cause.hasInterrupts(exit.cause)
      return Deferred.done(done, cutOff ? Exit.fail(new SystemStopping({})) : exit)
    }),
    Effect.asVoid,
    Effect.catch(() => Effect.void)
  )

/** An attempt that was given back leaves its entry as if it had not been made. */
const retryOf = (entry: OutboxEntry, made: Exclude<Attempt, { kind: "settled" }>) =>
  made.kind === "retry" ? made : { readyAt: entry.readyAt, attempts: entry.attempts, code: entry.lastError }

const spanOf = ({ address }: Resident, input: TurnInput) =>
  discreetSpan("ActorTurn", () => ({
    actor: fingerprint(address),
    event: input.kind === "event" ? input.event.type : input.kind
  }))

const count = (resident: Resident, outcome: string) => Metrics.turn({ type: resident.address.type, outcome })
