/** What the classifier's tests share: the service as configured, questions, and the end of an answer as one word. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerConfig } from "#capabilities/classifier/ConfiguredClassifier.ts"
import { CrisisClassifier, type Question } from "#capabilities/classifier/CrisisClassifier.ts"
import type { HistoryEntry } from "#domain/ash/History.ts"
import { environment } from "../Under.ts"

export const classifier = (url: string, variables: Readonly<Record<string, string>> = {}) =>
  layerConfig.pipe(Layer.provide(environment({ BOT_NLP_BASE_URL: url, ...variables })))

export const entry = (message: string, at: number, id: string, score = 0.4): HistoryEntry => ({
  message,
  timestamp: new Date(at).toISOString(),
  crisis_score: score,
  severity: "low",
  message_id: id
})

let asked = 0

/** An ordinary question that may wait a minute, unless told otherwise. */
export const ask = (text: string, changes: Partial<Question> & { readonly waitMs?: number } = {}) =>
  Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const { waitMs = 60_000, ...rest } = changes
    asked += 1
    const { classify } = yield* CrisisClassifier
    return yield* classify({
      text,
      history: [],
      priority: "normal",
      requestId: `q${asked}`,
      answerBy: now + waitMs,
      alone: false,
      ...rest
    })
  })

/** The severity, or the code of the failure. */
export const word = (asking: ReturnType<typeof ask>) =>
  asking.pipe(
    Effect.map(({ severity }): string => severity),
    Effect.catch(({ code }) => Effect.succeed(code))
  )
