/**
 * Answers by a language model over Anthropic's messages interface. Its words are decoded, bounded and put to the guard;
 * what does not pass is replaced by a reviewed sentence, and a person is asked to look. What was said appears in no log,
 * span or error; the model is told the conversation and nothing about who speaks.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Companionship, Converse } from "#domain/ash/AshSession.ts"
import { soundsDangerous } from "#domain/ash/CompanionTemplates.ts"
import { guard } from "#domain/ash/SafeMessaging.ts"
import { all, secrets, setting, whole } from "#runtime/SettingRules.ts"
import { callJson } from "../JsonCall.ts"
import { anthropic } from "../planner/ModelDialects.ts"
import { httpUrl, orDefault } from "../Settings.ts"
import { Companion } from "./Companion.ts"
import { ANSWER, dialogue, system } from "./CompanionPrompt.ts"
import { fromTemplates } from "./TemplateCompanion.ts"

/** One answer takes no longer: somebody is waiting. */
export const ANSWER_TIMEOUT: Duration.Duration = Duration.seconds(20)

const decodeAnswer = Schema.decodeUnknownOption(
  Schema.fromJsonString(Schema.Struct({ reply: Schema.String, concern: Schema.Boolean }))
)

export const settings = all({
  model: Config.NonEmptyString("BOT_ASH_MODEL"),
  apiKey: setting("CLAUDE_API_TOKEN", secrets),
  baseUrl: orDefault("ANTHROPIC_API_BASE_URL", httpUrl, "https://api.anthropic.com"),
  maxTokens: orDefault("BOT_ASH_MAX_TOKENS", (name) => whole(name, 100, 4000, 500), 500)
})

/** The words of the person that nothing has answered yet. */
const newest = ({ turns }: Converse): string =>
  turns
    .slice(turns.findLastIndex(({ by }) => by === "ash") + 1)
    .map(({ text }) => text)
    .join("\n")

/** What becomes of a model's answer. `null`: it cannot be read. */
const judged = (asked: Converse, text: string): Companionship => {
  const answer = decodeAnswer(text)
  if (Option.isNone(answer)) return fromTemplates(asked, true)
  const { reply, concern } = answer.value
  const guarded = guard(reply, { humanTold: asked.humanTold })
  if (!guarded.ok) return fromTemplates(asked, true)
  return { parts: guarded.parts, concern: concern || soundsDangerous(newest(asked)), source: "model" }
}

/**
 * `BOT_ASH_MODEL` and `CLAUDE_API_TOKEN` are required; `ANTHROPIC_API_BASE_URL` https://api.anthropic.com;
 * `BOT_ASH_MAX_TOKENS` 500, from 100 to 4000. The start fails without the key, or with a number out of range.
 */
export const layerModel: Layer.Layer<Companion, Config.ConfigError, HttpClient.HttpClient> = Layer.effect(
  Companion,
  Effect.gen(function* () {
    const client = yield* HttpClient.HttpClient
    const config = yield* settings
    const { request, read } = anthropic({ ...config, tokensField: "max_tokens", responseFormat: "json_schema" })

    const ask = Effect.fn("Companion.converse")(function* (asked: Converse) {
      const turns = dialogue(asked.turns)
      if (turns.at(-1)?.role !== "user") return fromTemplates(asked)
      const answer = yield* callJson(client, request({ system: system(asked), turns, answer: ANSWER }), ANSWER_TIMEOUT)
      return yield* read(answer).pipe(
        Effect.match({ onFailure: () => fromTemplates(asked, true), onSuccess: (text) => judged(asked, text) })
      )
    })

    return Companion.of({
      describe: { kind: "http", note: `answers come from the model ${config.model}, behind the safe-messaging guard` },
      converse: ask
    })
  })
)
