/**
 * Ash-NLP on the wire: one message with its history, many texts at once, and its health. One attempt each; when and how
 * often is `NlpClassifier`'s business. The key, if there is one, goes as `X-Ash-Internal-Key`, the header by which Ash-NLP
 * knows the tools it does not limit.
 */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { Analysis } from "#domain/ash/Analysis.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { final } from "../Capability.ts"
import { callJson } from "../JsonCall.ts"
import type { NlpSettings } from "./ClassifierSettings.ts"
import { type ClassifierHealth, MESSAGE_REFUSED, type Question } from "./CrisisClassifier.ts"
import { analyzeBody, batchBody, readAnswer, readBatch } from "./NlpFormat.ts"

export interface NlpCalls {
  /** **Fails with** the codes of `callJson`, and `message_refused` when the text itself is not taken. */
  readonly analyze: (question: Question) => Effect.Effect<Analysis, EffectFailed>
  /** One entry for each question; `null` where the answer holds none. **Fails with** as `analyze`. */
  readonly analyzeBatch: (
    questions: ReadonlyArray<Question>
  ) => Effect.Effect<ReadonlyArray<Analysis | null>, EffectFailed>
  readonly health: Effect.Effect<ClassifierHealth["server"]>
}

/** The server works through a batch text by text. */
const MORE_PER_TEXT_MS = 500
const LONGEST_MS = 30_000

const HEALTH_TIMEOUT: Duration.Input = "2 seconds"

/** The message is at fault. Every other refusal is about us: a wrong address or key must not settle anybody's message. */
const AT_FAULT: ReadonlySet<number> = new Set([413, 422])

const decodeHealth = Schema.decodeUnknownEffect(
  Schema.Struct({ status: Schema.Literals(["healthy", "degraded", "unhealthy"]) })
)

export const makeNlpCalls = (client: HttpClient.HttpClient, settings: NlpSettings): NlpCalls => {
  const { baseUrl, apiKey, timeoutMs } = settings
  const withKey = (request: HttpClientRequest.HttpClientRequest) =>
    apiKey === null ? request : HttpClientRequest.setHeader(request, "X-Ash-Internal-Key", Redacted.value(apiKey))

  const post = (path: string, requestId: string, body: unknown, withinMs: number) =>
    Effect.suspend(() => {
      let status = 0
      const noting = HttpClient.transformResponse(
        client,
        Effect.tap((response) =>
          Effect.sync(() => {
            status = response.status
          })
        )
      )
      const request = withKey(HttpClientRequest.post(`${baseUrl}${path}`)).pipe(
        HttpClientRequest.acceptJson,
        HttpClientRequest.setHeader("X-Request-ID", requestId),
        HttpClientRequest.bodyJsonUnsafe(body)
      )
      return callJson(noting, request, Duration.millis(withinMs)).pipe(
        Effect.mapError((failure) => (AT_FAULT.has(status) ? final(MESSAGE_REFUSED) : failure))
      )
    })

  return {
    analyze: (question) =>
      post("/analyze", question.requestId, analyzeBody(question), timeoutMs).pipe(
        Effect.flatMap((answer) => {
          const analysis = readAnswer(answer, question)
          return analysis === null ? Effect.fail(final("bad_answer")) : Effect.succeed(analysis)
        })
      ),
    analyzeBatch: (questions) =>
      post(
        "/analyze/batch",
        questions[0]?.requestId ?? "none",
        batchBody(questions),
        Math.min(Math.max(timeoutMs, LONGEST_MS), timeoutMs + questions.length * MORE_PER_TEXT_MS)
      ).pipe(Effect.map((answer) => readBatch(answer, questions))),
    health: callJson(client, withKey(HttpClientRequest.get(`${baseUrl}/health`)), HEALTH_TIMEOUT).pipe(
      Effect.flatMap(decodeHealth),
      Effect.map(({ status }): ClassifierHealth["server"] => status),
      Effect.catch((failure) =>
        Effect.succeed<ClassifierHealth["server"]>(
          "code" in failure && failure.code === "server_error" ? "unhealthy" : "unreachable"
        )
      )
    )
  }
}
