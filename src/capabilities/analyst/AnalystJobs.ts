/**
 * What an analyst's session invokes, as effect handlers, and who serves it: the model named by `ANALYST_MODEL`, or what is
 * built in when none is named. The dialogue is read where it lives, with whatever other tools wrote there; entries that are
 * no messages are passed over.
 */
import * as Clock from "effect/Clock"
import type * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import type * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Metric from "effect/Metric"
import {
  type AnalystEffects,
  formerHistoryKey,
  type SessionMessage,
  sessionMessagesKey,
  type SessionPolicy
} from "#domain/analyst/AnalystSession.ts"
import { formerMessage, messageTime, sessionMessageOf } from "#domain/analyst/Dialogue.ts"
import type { EffectCall, EffectFailed, EffectHandler } from "#runtime/EffectHandler.ts"
import { ActorStore } from "#runtime/ports/ActorStore.ts"
import { type CapabilityDescription, retryable, storeFailed } from "../Capability.ts"
import { optionalText } from "../Settings.ts"
import { Analyst, type Asked } from "./Analyst.ts"
import * as Metrics from "./AnalystMetrics.ts"
import { layerModel, settings as modelSettings } from "./ModelAnalyst.ts"
import { layerSession } from "./SessionAnalyst.ts"

/** What the jobs need; the store is the runtime's. */
export type AnalystJobServices = Analyst | ActorStore

type Job<Name extends keyof AnalystEffects> = EffectHandler<
  AnalystEffects[Name]["input"],
  AnalystEffects[Name]["output"],
  AnalystJobServices
>

/** A question may come to wait behind a summary. */
const SUMMARY_PATIENCE = "20 seconds"

/** Somebody is waiting: a service that wants a longer pause has failed. */
const LONGEST_PAUSE_MS = 20_000

const count = (metric: Metric.Counter<number>, outcome: string) =>
  Metric.update(Metric.withAttributes(metric, { outcome }), 1)

const readDialogue = (sessionId: string) =>
  Effect.flatMap(ActorStore, (store) => store.readList(sessionMessagesKey(sessionId))).pipe(
    Effect.mapError(storeFailed)
  )

const messagesOf = (entries: ReadonlyArray<string>): ReadonlyArray<SessionMessage> =>
  entries.flatMap((entry) => sessionMessageOf(entry) ?? [])

/** As much of the dialogue as the policy keeps, up to its newest question: what comes after it is no answer to us. */
const upToQuestion = (dialogue: ReadonlyArray<SessionMessage>, limit: number): ReadonlyArray<SessionMessage> =>
  dialogue.slice(0, dialogue.findLastIndex(({ role }) => role === "user") + 1).slice(-limit)

const ATTEMPTS = 3

/** Worth another attempt, by the service's own word, and soon enough for somebody who waits. */
const mayTryAgain = ({ retry, retryAfterMs = 0 }: EffectFailed, attempt: number): boolean =>
  retry && attempt < ATTEMPTS && retryAfterMs <= LONGEST_PAUSE_MS

/** One attempt, measured. */
const attempted = Effect.fnUntraced(function* (asked: Asked, onPart?: (text: string) => Effect.Effect<void>) {
  const { answer } = yield* Analyst
  const startedAt = yield* Clock.currentTimeMillis
  const text = yield* answer(asked, onPart)
  yield* Metric.update(Metrics.answerSeconds, ((yield* Clock.currentTimeMillis) - startedAt) / 1000)
  yield* count(Metrics.questions, "answered")
  return text
})

const answer =
  (policy: SessionPolicy) =>
  ({ attempt, emit, params: { requestId, sessionId, summary } }: EffectCall<AnalystEffects["answer"]["input"]>) =>
    Effect.gen(function* () {
      const entries = yield* Effect.tapError(readDialogue(sessionId), () => count(Metrics.histories, "unreadable"))
      const dialogue = upToQuestion(messagesOf(entries), policy.messageLimit)
      yield* count(Metrics.histories, dialogue.length > 1 ? "hit" : "miss")
      yield* Metric.update(Metrics.messages, entries.length)
      // Who reads along has had the beginning of a first attempt: the whole answer follows it.
      const tell = (text: string) => emit({ type: "ANSWER_PART", requestId, text })
      return { text: yield* attempted({ dialogue, summary }, attempt === 1 ? tell : undefined), code: null }
    }).pipe(
      Effect.catch((failure) =>
        mayTryAgain(failure, attempt)
          ? Effect.andThen(count(Metrics.questions, "retried"), Effect.fail(failure))
          : Effect.as(count(Metrics.questions, "failed"), { text: null, code: failure.code })
      )
    )

/**
 * One answer to one question outside any session, for when the store is away (U8) or no session is named (U26). Tried once:
 * nothing of it is kept, and who asked is still there to ask again. **Fails with** the codes of `callJson`.
 */
export const answerAlone = (query: string): Effect.Effect<string, EffectFailed, Analyst> =>
  Effect.gen(function* () {
    const timestamp = messageTime(yield* Clock.currentTimeMillis)
    return yield* attempted({ dialogue: [{ role: "user", content: query, timestamp }], summary: null })
  }).pipe(Effect.tapError(() => count(Metrics.questions, "failed")))

const summarise = ({ params }: EffectCall<AnalystEffects["summarise"]["input"]>) =>
  Effect.gen(function* () {
    const { summarise } = yield* Analyst
    const entries = (yield* readDialogue(params.sessionId)).slice(-params.count)
    const summary = yield* summarise({ dialogue: messagesOf(entries), summary: params.summary })
    yield* count(Metrics.summaries, "done")
    return { summary, count: entries.length }
  }).pipe(
    Effect.timeoutOrElse({ duration: SUMMARY_PATIENCE, orElse: () => Effect.fail(retryable("timeout")) }),
    Effect.catch(() => Effect.as(count(Metrics.summaries, "failed"), { summary: null, count: 0 }))
  )

/** Oldest first, as they were. Nobody knows when they were said: they carry the time of the import, and say so. */
const formerMessages = (lines: ReadonlyArray<string>, now: number): ReadonlyArray<SessionMessage> => {
  const timestamp = messageTime(now)
  const metadata = { imported_from: "chat_history" }
  return lines.flatMap((line) => {
    const message = formerMessage(line, timestamp)
    return message === null ? [] : { ...message, metadata }
  })
}

/** What is there in another shape is nobody's dialogue. */
const readFormer = (sessionId: string) =>
  Effect.flatMap(ActorStore, (store) => store.readList(formerHistoryKey(sessionId))).pipe(
    Effect.catchIf(
      ({ reason }) => reason === "wrong_type",
      () => Effect.succeed([])
    ),
    Effect.mapError(storeFailed)
  )

const importFormer =
  (policy: SessionPolicy) =>
  ({ params: { sessionId } }: EffectCall<AnalystEffects["importFormer"]["input"]>) =>
    Effect.gen(function* () {
      const { length } = yield* readDialogue(sessionId)
      if (length > 0) return { messages: [], listed: length }
      const messages = formerMessages(yield* readFormer(sessionId), yield* Clock.currentTimeMillis)
      return { messages: messages.slice(-policy.messageLimit), listed: 0 }
    })

/**
 * Handlers of actor type `session`, by invoke `src`. **Delivery**: at least once, harmless when repeated; `ANSWER_PART` is
 * told by a first attempt only. **Crash**: the answer is asked for again.
 */
export const analystJobs = (policy: SessionPolicy): { readonly [Name in keyof AnalystEffects]: Job<Name> } => ({
  answer: {
    run: answer(policy),
    timeout: "2 minutes",
    maxAttempts: ATTEMPTS,
    backoff: "1 second",
    maxBackoff: "5 seconds"
  },
  summarise: { run: summarise, timeout: "30 seconds", maxAttempts: 1 },
  importFormer: {
    run: importFormer(policy),
    timeout: "5 seconds",
    maxAttempts: 3,
    backoff: "500 millis",
    maxBackoff: "2 seconds"
  }
})

/** What the chosen one goes by. */
export const settings = Effect.flatMap(optionalText("ANALYST_MODEL"), (model) =>
  model === null ? Effect.void : Effect.asVoid(modelSettings)
)

/** By `ANALYST_MODEL`: the model of that name, or what is built in when it is absent or empty. */
export const layerConfig: Layer.Layer<Analyst, Config.ConfigError, HttpClient.HttpClient> = Layer.unwrap(
  Effect.map(optionalText("ANALYST_MODEL"), (model): Layer.Layer<Analyst, Config.ConfigError, HttpClient.HttpClient> =>
    model === null ? layerSession : layerModel
  )
)

/** Who serves it, for the start log line and health. */
export const describeAnalyst: Effect.Effect<CapabilityDescription, never, Analyst> = Effect.map(
  Analyst,
  ({ describe }) => describe
)
