/**
 * Ash-NLP as the crisis classifier. Questions wait in one queue; one fibre sends them as the budget, the breaker and their
 * priority allow (`NlpQueue`, `RequestBudget`, `Breaker` decide, this file carries out). A question whose turn fails waits
 * for its next attempt in its old place. What a batch finds serious is asked again alone, with the member's history, unless
 * others wait; the batch's word stands when that brings no answer in time.
 */
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Latch from "effect/Latch"
import * as Metric from "effect/Metric"
import * as Result from "effect/Result"
import type * as Scope from "effect/Scope"
import * as Semaphore from "effect/Semaphore"
import type { Analysis } from "#domain/ash/Analysis.ts"
import { triage } from "#domain/ash/KeywordNet.ts"
import { isAtLeast } from "#domain/ash/Severity.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { final } from "../Capability.ts"
import { makeBreaker } from "./Breaker.ts"
import * as Metrics from "./ClassifierMetrics.ts"
import type { NlpSettings } from "./ClassifierSettings.ts"
import {
  type ClassifierTerms,
  ClassifierUnavailable,
  CrisisClassifier,
  MESSAGE_REFUSED,
  type Priority,
  type Question
} from "./CrisisClassifier.ts"
import { makeNlpCalls } from "./NlpCalls.ts"
import { FIRST_BATCH, MAX_BATCH, nextBatchLimit, nextStep, type Waiting } from "./NlpQueue.ts"
import { type Lane, makeBudget, pause, spend, waitFor } from "./RequestBudget.ts"

/** Messages that are not urgent have so many places in a process: the runtime's other places for `classify` stay free. */
export const PLACES = 100

const MAX_WAITING = 1000

/** Questions under way for the second time, at most: they use what is kept for urgent ones. */
const MOST_AGAIN = 4

/** The pause after a limit was met, when the server does not say how long; and the longest it may ask for. */
const PAUSE_MS = 60_000
const LONGEST_PAUSE_MS = 120_000

interface Asked extends Waiting {
  readonly question: Question
  readonly answer: Deferred.Deferred<Analysis, ClassifierUnavailable>
  priority: Priority
  readyAt: number
  shareWith: number
  attempts: number
  underWay: boolean
  /** What a batch said of it while it is asked again alone. */
  found: Analysis | null
}

/** A batch has no history: nothing is lost for the backlog, for who has none, and for what sounds harmless. */
const sharesWith = ({ priority, alone, history, text }: Question): number => {
  if (priority === "urgent" || alone) return 1
  const harmless = history.length === 0 || !isAtLeast(triage(text).severity, "medium")
  return priority === "backlog" || harmless ? MAX_BATCH : 1
}

const failedWith = (code: string): string => (code === "rate_limited" || code === MESSAGE_REFUSED ? code : "failed")

export const makeNlpClassifier = Effect.fnUntraced(function* (
  settings: NlpSettings,
  terms: ClassifierTerms
): Effect.fn.Return<CrisisClassifier["Service"], never, HttpClient.HttpClient | Scope.Scope> {
  const calls = makeNlpCalls(yield* HttpClient.HttpClient, settings)
  const breaker = yield* makeBreaker(settings.breaker)
  const places = yield* Semaphore.make(PLACES)
  const changed = yield* Latch.make(false)

  const asked = new Set<Asked>()
  const underWay: Record<Lane, number> = { urgent: 0, shared: 0 }
  let budget = makeBudget(settings.perMinute)
  let batchLimit = FIRST_BATCH
  let unanswered = 0

  const waiting = (): ReadonlyArray<Asked> => [...asked].filter(({ underWay }) => !underWay)
  const showWaiting = Effect.suspend(() => Metric.update(Metrics.waiting, asked.size))

  const settle = (item: Asked, answer: Analysis | ClassifierUnavailable): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (!asked.delete(item)) return Effect.void
      const said = answer instanceof ClassifierUnavailable ? (item.found ?? answer) : answer
      if (said instanceof ClassifierUnavailable) unanswered += 1
      else unanswered = 0
      const done =
        said instanceof ClassifierUnavailable ? Deferred.fail(item.answer, said) : Deferred.succeed(item.answer, said)
      return Effect.andThen(done, showWaiting)
    })

  const unavailable = (item: Asked, code: string, retryAfterMs?: number): Effect.Effect<void> =>
    settle(item, new ClassifierUnavailable({ code, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) }))

  /** Serious, with a history that the batch did not see, and nobody waits: in a flood the batch's word has to do. */
  const isWorthAsking = ({ question }: Asked, { severity }: Analysis): boolean =>
    isAtLeast(severity, "medium") &&
    question.history.length > 0 &&
    waiting().length === 0 &&
    [...asked].filter(({ found }) => found !== null).length < MOST_AGAIN

  const answered = (items: ReadonlyArray<Asked>, analyses: ReadonlyArray<Analysis | null>): Effect.Effect<void> =>
    Effect.forEach(
      items,
      (item, at) => {
        const analysis = analyses[at] ?? null
        if (analysis !== null && (items.length === 1 || !isWorthAsking(item, analysis))) return settle(item, analysis)
        item.shareWith = 1
        item.found = analysis
        if (analysis !== null) item.priority = "urgent"
        return Effect.void
      },
      { discard: true }
    )

  const failed = (items: ReadonlyArray<Asked>, failure: EffectFailed, now: number): Effect.Effect<void> =>
    Effect.suspend(() => {
      if (failure.code === "rate_limited") {
        budget = pause(budget, now + Math.min(failure.retryAfterMs ?? PAUSE_MS, LONGEST_PAUSE_MS))
      }
      if (failure.code === "rate_limited" || failure.code === "circuit_open") return Effect.void
      const shared = items.length > 1
      return Effect.forEach(
        items,
        (item) => {
          // One text may be what the server cannot take: halves find it, and the others get their answer.
          if (shared) item.shareWith = Math.max(1, Math.floor(items.length / 2))
          if (shared && failure.code === MESSAGE_REFUSED) return Effect.void
          if (!failure.retry || item.attempts >= settings.retries)
            return unavailable(item, failure.code, failure.retryAfterMs)
          item.readyAt = now + Math.max(failure.retryAfterMs ?? 0, settings.retryDelayMs * 2 ** item.attempts)
          item.attempts += 1
          return Effect.void
        },
        { discard: true }
      )
    })

  const attempt = (items: ReadonlyArray<Asked>): Effect.Effect<ReadonlyArray<Analysis | null>, EffectFailed> => {
    const [first] = items
    return items.length === 1 && first !== undefined
      ? Effect.map(calls.analyze(first.question), (analysis) => [analysis])
      : calls.analyzeBatch(items.map(({ question }) => question))
  }

  const send = (lane: Lane, items: ReadonlyArray<Asked>): Effect.Effect<void> =>
    Effect.gen(function* () {
      const start = yield* Clock.currentTimeMillis
      const sound = Effect.catchDefect(attempt(items), () => Effect.fail(final("defect")))
      const result = yield* Effect.result(breaker.guard(sound))
      const now = yield* Clock.currentTimeMillis
      if (items.length > 1) batchLimit = nextBatchLimit(batchLimit, items.length, now - start)
      const outcome = Result.isSuccess(result) ? "answered" : failedWith(result.failure.code)
      const labels = { kind: items.length === 1 ? "one" : "batch", outcome }
      yield* Metric.update(Metric.withAttributes(Metrics.requests, labels), 1)
      yield* Result.isSuccess(result) ? answered(items, result.success) : failed(items, result.failure, now)
    }).pipe(
      Effect.ensuring(
        Effect.suspend(() => {
          underWay[lane] -= 1
          for (const item of items) item.underWay = false
          return changed.open
        })
      )
    )

  const idle = (ms: number | null): Effect.Effect<unknown> =>
    ms === null ? changed.await : Effect.timeoutOption(changed.await, Duration.millis(ms))

  const turn = Effect.gen(function* () {
    yield* changed.close
    const now = yield* Clock.currentTimeMillis
    const circuit = yield* breaker.circuit
    if (circuit.state === "open") {
      yield* Effect.forEach(waiting(), (item) => unavailable(item, "silent", circuit.forMs), { discard: true })
      return yield* idle(circuit.forMs)
    }
    const step = nextStep({
      waiting: waiting(),
      now,
      budget: { urgent: waitFor(budget, "urgent", now), shared: waitFor(budget, "shared", now) },
      underWay,
      batchLimit,
      probing: circuit.state === "probing"
    })
    if (step.kind === "wait") return yield* idle(step.ms)
    for (const item of step.items) item.underWay = true
    underWay[step.lane] += 1
    budget = spend(budget, step.lane, now)
    yield* Effect.forkChild(send(step.lane, step.items))
  })
  yield* Effect.forkScoped(Effect.forever(turn))
  yield* Effect.addFinalizer(() =>
    Effect.forEach([...asked], (item) => unavailable(item, "stopping"), { discard: true })
  )

  const classify = Effect.fn("CrisisClassifier.classify")(function* (question: Question) {
    if (asked.size >= MAX_WAITING) return yield* Effect.fail(new ClassifierUnavailable({ code: "crowded" }))
    const since = yield* Clock.currentTimeMillis
    const item: Asked = {
      question,
      answer: Deferred.makeUnsafe(),
      priority: question.priority,
      readyAt: since,
      shareWith: sharesWith(question),
      attempts: 0,
      underWay: false,
      found: null
    }
    asked.add(item)
    yield* showWaiting
    yield* changed.open
    const late = Effect.andThen(unavailable(item, "late"), Deferred.await(item.answer))
    const analysis = yield* Deferred.await(item.answer).pipe(
      Effect.timeoutOrElse({ duration: Duration.millis(Math.max(0, question.answerBy - since)), orElse: () => late }),
      Effect.ensuring(Effect.suspend(() => (asked.delete(item) ? showWaiting : Effect.void)))
    )
    const took = (yield* Clock.currentTimeMillis) - since
    yield* Metric.update(Metric.withAttributes(Metrics.latency, { priority: question.priority }), took)
    return analysis
  })

  const server = yield* Effect.cachedWithTTL(calls.health, "10 seconds")
  return CrisisClassifier.of({
    describe: {
      kind: "http",
      note: `messages are analysed by Ash-NLP, ${settings.perMinute === 0 ? "without a limit" : `at most ${settings.perMinute} requests a minute`}; the keyword net answers while it does not`
    },
    terms,
    classify,
    admit: places.withPermitsIfAvailable(1),
    health: Effect.gen(function* () {
      const circuit = yield* breaker.circuit
      const says = yield* server
      const silent = circuit.state !== "closed" || says === "unhealthy" || says === "unreachable"
      return { state: silent ? "silent" : "answering", server: says, waiting: asked.size, unanswered } as const
    })
  })
})
