/**
 * An answer that is read while a model writes it: server-sent events of both wire formats become pieces of text. An answer
 * counts when its end was told; a stream that stops before has been cut, however much of it came.
 */
import * as Effect from "effect/Effect"
import * as Sse from "effect/encoding/Sse"
import type * as HttpClientResponse from "effect/http/HttpClientResponse"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import { MAX_ANSWER } from "#domain/analyst/AnalystSession.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { final, retryable } from "../Capability.ts"
import { bytesOf } from "../JsonCall.ts"

/** The formats of `planner/ModelDialects.ts`. */
export type StreamFormat = "openai" | "anthropic"

/** What one event says. Neither field: nothing that matters to an answer. */
interface Said {
  readonly text?: string
  readonly ended?: boolean
}

const Trouble = Schema.Struct({ type: Schema.optionalKey(Schema.NullOr(Schema.String)) })

const Chunk = Schema.Struct({
  error: Schema.optionalKey(Trouble),
  choices: Schema.optionalKey(
    Schema.Array(
      Schema.Struct({
        delta: Schema.optionalKey(Schema.Struct({ content: Schema.optionalKey(Schema.NullOr(Schema.String)) })),
        finish_reason: Schema.optionalKey(Schema.NullOr(Schema.String))
      })
    )
  )
})

const Told = Schema.Struct({
  type: Schema.String,
  error: Schema.optionalKey(Trouble),
  delta: Schema.optionalKey(
    Schema.Struct({ type: Schema.optionalKey(Schema.String), text: Schema.optionalKey(Schema.String) })
  )
})

const decodeChunk = Schema.decodeUnknownOption(Schema.fromJsonString(Chunk))
const decodeTold = Schema.decodeUnknownOption(Schema.fromJsonString(Told))

/** A trouble told after a good status: what it would have been as one. Its message may quote words and is not read. */
const failureOf = ({ type }: typeof Trouble.Type): EffectFailed => {
  const kind = type ?? ""
  if (/rate_limit|too_many/.test(kind)) return retryable("rate_limited")
  if (/overloaded|timeout|api_error|server_error/.test(kind) || kind === "") return retryable("server_error")
  if (/authentication|permission/.test(kind)) return final("unauthorized")
  return final("rejected")
}

const readOpenai = (data: string): Effect.Effect<Said, EffectFailed> => {
  if (data.trim() === "[DONE]") return Effect.succeed({ ended: true })
  const chunk = Option.getOrNull(decodeChunk(data))
  if (chunk === null) return Effect.fail(final("bad_answer"))
  if (chunk.error !== undefined) return Effect.fail(failureOf(chunk.error))
  const [choice] = chunk.choices ?? []
  return Effect.succeed({ text: choice?.delta?.content ?? "", ended: choice?.finish_reason != null })
}

const readAnthropic = (data: string): Effect.Effect<Said, EffectFailed> => {
  const told = Option.getOrNull(decodeTold(data))
  if (told === null) return Effect.fail(final("bad_answer"))
  if (told.error !== undefined) return Effect.fail(failureOf(told.error))
  const text = told.type === "content_block_delta" && told.delta?.type === "text_delta" ? told.delta.text : undefined
  return Effect.succeed({ text: text ?? "", ended: told.type === "message_stop" })
}

const readers = { openai: readOpenai, anthropic: readAnthropic }

/** The data of each event. What a server says about coming back later is not for an answer. */
const eventsOf = (response: HttpClientResponse.HttpClientResponse): Stream.Stream<string, EffectFailed> =>
  bytesOf(response).pipe(
    Stream.decodeText(),
    Stream.mapAccumEffect(
      () => {
        const heard: Array<string> = []
        return { heard, parser: Sse.makeParser((event) => event._tag === "Event" && heard.push(event.data)) }
      },
      (state, text) =>
        Effect.suspend(() =>
          state.parser.feed(text) === undefined
            ? Effect.succeed([state, state.heard.splice(0)] as const)
            : Effect.fail(final("bad_answer"))
        )
    )
  )

export const isStream = ({ headers }: HttpClientResponse.HttpClientResponse): boolean =>
  (headers["content-type"] ?? "").startsWith("text/event-stream")

/**
 * The whole answer, or its beginning that is more than `MAX_ANSWER`, after `onPart` was told each piece in order. **Fails with** `answer_cut`,
 * `rate_limited`, `server_error` (worth another try); `bad_answer`, `unauthorized`, `rejected`, `answer_too_large` (not).
 */
export const readStream = (
  response: HttpClientResponse.HttpClientResponse,
  format: StreamFormat,
  onPart: (text: string) => Effect.Effect<void>
): Effect.Effect<string, EffectFailed> =>
  eventsOf(response).pipe(
    Stream.mapEffect(readers[format]),
    Stream.tap(({ text = "" }) => (text === "" ? Effect.void : onPart(text))),
    Stream.takeUntil(({ ended }) => ended === true),
    Stream.runFold(
      () => ({ text: "", ended: false }),
      (whole, { ended, text = "" }) => ({
        text: whole.text.length < MAX_ANSWER ? whole.text + text : whole.text,
        ended: ended === true
      })
    ),
    Effect.flatMap(({ ended, text }) => (ended ? Effect.succeed(text) : Effect.fail(retryable("answer_cut"))))
  )
