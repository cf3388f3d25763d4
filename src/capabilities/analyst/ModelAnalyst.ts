/**
 * Answers by a language model, over any server that speaks OpenAI's chat completions or Anthropic's messages. It is given the
 * dialogue and told to answer from it; nothing of the question or the answer appears in a log, span or error. An answer is
 * read while it is written when somebody reads along, and as a whole when not.
 */
import * as Config from "effect/Config"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import type * as Redacted from "effect/Redacted"
import { MAX_ANSWER, MAX_SUMMARY } from "#domain/analyst/AnalystSession.ts"
import { cutTo } from "#domain/analyst/Dialogue.ts"
import type { EffectFailed } from "#runtime/EffectHandler.ts"
import { all, durations, secrets, setting, whole, words } from "#runtime/SettingRules.ts"
import { final } from "../Capability.ts"
import { callAnd, readJson } from "../JsonCall.ts"
import { anthropic, type Dialogue, openai } from "../planner/ModelDialects.ts"
import { httpUrl, orDefault } from "../Settings.ts"
import { Analyst, type Asked } from "./Analyst.ts"
import { summarising, system, turns } from "./AnalystPrompt.ts"
import { isStream, readStream } from "./AnswerStream.ts"

/** Shorter than an attempt of the session's `answer` may take. */
const LONGEST_ANSWER_MS = 110_000

const dialect = orDefault("ANALYST_DIALECT", (name) => setting(name, words(["openai", "anthropic"])), "openai")

const apiKey = setting("ANALYST_API_KEY", secrets)

export const settings = Effect.flatMap(dialect, (dialect) =>
  all({
    dialect: Effect.succeed(dialect),
    model: Config.NonEmptyString("ANALYST_MODEL"),
    baseUrl:
      dialect === "anthropic"
        ? orDefault("ANALYST_API_BASE_URL", httpUrl, "https://api.anthropic.com")
        : httpUrl("ANALYST_API_BASE_URL"),
    /** Servers on one's own machine often have none. */
    apiKey:
      dialect === "anthropic"
        ? (apiKey as Config.Config<Redacted.Redacted | null>)
        : orDefault<Redacted.Redacted | null>("ANALYST_API_KEY", () => apiKey, null),
    maxTokens: orDefault("ANALYST_MAX_TOKENS", (name) => whole(name, 50, 32_000, 1500), 1500),
    tokensField: orDefault(
      "ANALYST_TOKENS_FIELD",
      (name) => setting(name, words(["max_tokens", "max_completion_tokens"])),
      "max_tokens"
    ),
    timeoutMs: orDefault(
      "ANALYST_TIMEOUT",
      (name) => setting(name, durations({ minimum: 1000, maximum: LONGEST_ANSWER_MS })),
      60_000
    )
  })
)

const said = (text: string): Effect.Effect<string, EffectFailed> =>
  text.trim() === "" ? Effect.fail(final("bad_answer")) : Effect.succeed(cutTo(MAX_ANSWER, text.trim()))

/**
 * `ANALYST_MODEL` is required, `ANALYST_API_BASE_URL` too in the OpenAI format and `ANALYST_API_KEY` in Anthropic's;
 * `ANALYST_DIALECT` `openai`; `ANALYST_MAX_TOKENS` 1500; `ANALYST_TIMEOUT` 60 s for one answer, at most 110 s;
 * `ANALYST_TOKENS_FIELD` `max_tokens`.
 */
export const layerModel: Layer.Layer<Analyst, Config.ConfigError, HttpClient.HttpClient> = Layer.effect(
  Analyst,
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const config = yield* settings
    const { read, request } = (config.dialect === "openai" ? openai : anthropic)({ ...config, responseFormat: "text" })

    const ask = (dialogue: Dialogue, onPart: (text: string) => Effect.Effect<void> = () => Effect.void) =>
      callAnd(client, request(dialogue), config.timeoutMs, (response) =>
        isStream(response)
          ? readStream(response, config.dialect, onPart)
          : Effect.flatMap(readJson(response), read).pipe(Effect.tap(onPart))
      ).pipe(Effect.flatMap(said))

    return Analyst.of({
      describe: { kind: "http", note: `answers come from the model ${config.model} (${config.dialect} format)` },
      answer: Effect.fn("Analyst.answer")(function* (asked, onPart) {
        const spoken = turns(asked)
        if (spoken.at(-1)?.role !== "user") return yield* Effect.fail(final("no_question"))
        const dialogue = { system: system(asked), turns: spoken, answer: null, stream: onPart !== undefined }
        return yield* ask(dialogue, onPart)
      }),
      summarise: Effect.fn("Analyst.summarise")((asked: Asked) =>
        Effect.map(ask({ ...summarising(asked), answer: null }), (text) => cutTo(MAX_SUMMARY, text))
      )
    })
  })
)
