/**
 * The two wire formats language models are asked in: OpenAI's chat completions (spoken by most servers) and Anthropic's
 * messages. Both turn one dialogue into a request, for JSON or plain text, and an answer into text; nothing here knows of meals.
 */
import * as Effect from "effect/Effect"
import * as HttpClientRequest from "effect/http/HttpClientRequest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { final } from "../Capability.ts"

export interface Turn {
  readonly role: "user" | "assistant"
  readonly text: string
}

export interface Dialogue {
  readonly system: string
  readonly turns: ReadonlyArray<Turn>
  /** JSON Schema of the answer asked for; `null` = plain text. */
  readonly answer: { readonly name: string; readonly schema: object } | null
  /** The answer is wanted piece by piece, as server-sent events. Default: as one. */
  readonly stream?: boolean
}

export interface ModelSettings {
  /** With or without a trailing `/v1`. */
  readonly baseUrl: string
  readonly apiKey: Redacted.Redacted | null
  readonly model: string
  readonly maxTokens: number
  /** OpenAI dialect only: newer models of OpenAI take the second name. */
  readonly tokensField: "max_tokens" | "max_completion_tokens"
  /** OpenAI dialect only: how much of "answer in JSON" the server understands. */
  readonly responseFormat: "json_schema" | "json_object" | "text"
}

export interface Dialect {
  readonly request: (dialogue: Dialogue) => HttpClientRequest.HttpClientRequest
  /** The answer's text, cut off or not: whether it is JSON is the caller's to find out. **Fails with** `bad_answer`. */
  readonly read: (answer: unknown) => Effect.Effect<string, EffectFailed>
}

const endpoint = (baseUrl: string, path: string): string => `${baseUrl.replace(/\/v1$/, "")}/v1/${path}`

const turns = (dialogue: Dialogue) => dialogue.turns.map(({ role, text }) => ({ role, content: text }))

const accepting = ({ stream }: Dialogue) =>
  stream === true ? HttpClientRequest.accept("text/event-stream") : HttpClientRequest.acceptJson

const streaming = ({ stream }: Dialogue) => (stream === true ? { stream: true } : {})

const unreadable = () => final("bad_answer")

const decodeCompletion = Schema.decodeUnknownEffect(
  Schema.Struct({
    choices: Schema.Array(Schema.Struct({ message: Schema.Struct({ content: Schema.NullOr(Schema.String) }) })).check(
      Schema.isMinLength(1)
    )
  })
)

/** `POST {base}/v1/chat/completions` with a bearer key, when there is one. */
export const openai = (settings: ModelSettings): Dialect => ({
  request: (dialogue) => {
    const formats = {
      json_schema: { response_format: { type: "json_schema", json_schema: { ...dialogue.answer, strict: true } } },
      json_object: { response_format: { type: "json_object" } },
      text: {}
    }
    const request = HttpClientRequest.post(endpoint(settings.baseUrl, "chat/completions")).pipe(
      accepting(dialogue),
      HttpClientRequest.bodyJsonUnsafe({
        model: settings.model,
        [settings.tokensField]: settings.maxTokens,
        messages: [{ role: "system", content: dialogue.system }, ...turns(dialogue)],
        ...(dialogue.answer === null ? {} : formats[settings.responseFormat]),
        ...streaming(dialogue)
      })
    )
    return settings.apiKey === null ? request : HttpClientRequest.bearerToken(request, settings.apiKey)
  },
  read: (answer) =>
    decodeCompletion(answer).pipe(
      Effect.mapError(unreadable),
      Effect.map(({ choices }) => choices[0]?.message.content ?? "")
    )
})

const decodeMessage = Schema.decodeUnknownEffect(
  Schema.Struct({
    content: Schema.Array(
      Schema.Struct({
        type: Schema.String,
        text: Schema.optionalKey(Schema.String),
        input: Schema.optionalKey(Schema.Json)
      })
    )
  })
)

const handingIn = ({ answer }: Dialogue) =>
  answer === null
    ? {}
    : {
        tools: [{ name: answer.name, description: "Hands in the finished answer.", input_schema: answer.schema }],
        tool_choice: { type: "tool", name: answer.name }
      }

/** `POST {base}/v1/messages`; JSON is asked for as the input of a tool that must be used. */
export const anthropic = (settings: ModelSettings): Dialect => ({
  request: (dialogue) =>
    HttpClientRequest.post(endpoint(settings.baseUrl, "messages")).pipe(
      accepting(dialogue),
      HttpClientRequest.setHeaders({
        "anthropic-version": "2023-06-01",
        ...(settings.apiKey === null ? {} : { "x-api-key": Redacted.value(settings.apiKey) })
      }),
      HttpClientRequest.bodyJsonUnsafe({
        model: settings.model,
        max_tokens: settings.maxTokens,
        system: dialogue.system,
        messages: turns(dialogue),
        ...handingIn(dialogue),
        ...streaming(dialogue)
      })
    ),
  read: (answer) =>
    decodeMessage(answer).pipe(
      Effect.mapError(unreadable),
      Effect.map(({ content }) => {
        const handedIn = content.find(({ type }) => type === "tool_use")?.input
        return handedIn === undefined ? content.map(({ text }) => text ?? "").join("") : JSON.stringify(handedIn)
      })
    )
})
