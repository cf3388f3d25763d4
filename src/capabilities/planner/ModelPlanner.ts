/**
 * Planning by a language model. Its answer is decoded, bounded and put to the same check as the built-in planner's; a bad
 * one is sent back once with what is wrong, a second bad one is a failure. Both rounds share one time budget. What the
 * model was told and what it said appear in no log, span or error.
 */
import * as Config from "effect/Config"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as HttpClient from "effect/http/HttpClient"
import * as Layer from "effect/Layer"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { WEEKDAYS } from "#domain/MealPlan.ts"
import { all, durations, setting, whole, words } from "#runtime/SettingRules.ts"
import { final, retryable } from "../Capability.ts"
import { callJson } from "../JsonCall.ts"
import { httpUrl, orDefault } from "../Settings.ts"
import { isReal, swapsOf } from "./Changes.ts"
import { readFoods, usesItem } from "./Foods.ts"
import { Meal, MealPlanner, type PlannedAnalysis, type PlanRequest } from "./MealPlanner.ts"
import { anthropic, openai, type Turn } from "./ModelDialects.ts"
import { expectedDays, hasLink, refusal, uncheckable, violations, type Violation } from "./PlanCheck.ts"
import { ANSWER, ask, repair, SYSTEM } from "./PlanPrompt.ts"
import { textOf } from "./Recipe.ts"
import { tastesOf, type Tastes } from "./Tastes.ts"
import { phrase } from "./Words.ts"

/** The longest time budget of one plan, both rounds together: `PLANNER_TIMEOUT` may not exceed it. */
export const LONGEST_PLANNING: Duration.Duration = Duration.seconds(80)

const Answer = Schema.Struct({
  meals: Schema.Array(Meal).check(Schema.isMaxLength(7)),
  notes: Schema.optionalKey(Schema.Array(Schema.Trim.check(Schema.isMaxLength(300))).check(Schema.isMaxLength(10)))
})
const decodeAnswer = Schema.decodeUnknownResult(Schema.fromJsonString(Answer))

/** Servers without a JSON mode wrap the document in prose or a fence. */
const document = (text: string): string => text.slice(text.indexOf("{"), text.lastIndexOf("}") + 1)

const isPlan = (judged: PlannedAnalysis | "unreadable" | ReadonlyArray<Violation>): judged is PlannedAnalysis =>
  judged !== "unreadable" && "meals" in judged

const redactedKey = Config.Redacted("PLANNER_API_KEY")

export const settings = (kind: "openai" | "anthropic") =>
  all({
    baseUrl: httpUrl("PLANNER_BASE_URL"),
    /** Servers on one's own machine often have none. */
    apiKey: kind === "anthropic" ? redactedKey : orDefault("PLANNER_API_KEY", () => redactedKey, null),
    model: Config.NonEmptyString("PLANNER_MODEL"),
    maxTokens: orDefault("PLANNER_MAX_TOKENS", (name) => whole(name, 1, 1_000_000, 6000), 6000),
    tokensField: orDefault(
      "PLANNER_TOKENS_FIELD",
      (name) => setting(name, words(["max_tokens", "max_completion_tokens"])),
      "max_tokens"
    ),
    responseFormat: orDefault(
      "PLANNER_RESPONSE_FORMAT",
      (name) => setting(name, words(["json_schema", "json_object", "text"])),
      "json_schema"
    ),
    timeout: orDefault("PLANNER_TIMEOUT", (name) => setting(name, durations()), 60_000).pipe(
      Config.map((asked) => Duration.min(Duration.millis(asked), LONGEST_PLANNING))
    )
  })

/** What the person must hear about their newest changes, whether or not the model says it. */
const ownNotes = (request: PlanRequest, tastes: Tastes): ReadonlyArray<string> => {
  const before = request.previous === null ? null : readFoods(request.previous.meals.map(textOf).join("\n"))
  return swapsOf(request.modifications.slice(request.previous?.changes.length ?? 0)).flatMap((swap) => {
    if (!isReal(swap)) return ["A swap named no two different foods, so it changed nothing."]
    const refused = refusal(tastes, swap.new)
    if (refused !== null) return [`"${swap.new}" was left out ${refused}.`]
    const missed = before !== null && !before.names(phrase(swap.old))
    return missed ? [`No dinner used "${swap.old}", so there was nothing to swap for "${swap.new}".`] : []
  })
}

const assemble = (
  answer: typeof Answer.Type,
  request: PlanRequest,
  planner: string,
  notes: ReadonlyArray<string>
): PlannedAnalysis => {
  const meals = [...answer.meals].sort((a, b) => WEEKDAYS.indexOf(a.day) - WEEKDAYS.indexOf(b.day))
  const eaten = readFoods(meals.map(textOf).join("\n"))
  return {
    meals,
    delivery_date: request.cart.delivery_date,
    planner,
    notes: [...notes, ...(answer.notes ?? []).filter((note) => note !== "" && !hasLink(note))],
    changes: request.modifications,
    also_in_box: request.cart.items.map(({ name }) => name).filter((name) => !usesItem(eaten, name))
  }
}

/**
 * `PLANNER_BASE_URL` and `PLANNER_MODEL` are required, `PLANNER_API_KEY` too for Anthropic; `PLANNER_MAX_TOKENS` 6000;
 * `PLANNER_TIMEOUT` 60 s for both rounds together, at most 80 s; `PLANNER_TOKENS_FIELD` `max_tokens`;
 * `PLANNER_RESPONSE_FORMAT` `json_schema`.
 *
 * **Fails with** the codes of `callJson`; `bad_answer` when the second answer cannot be read either; `plan_breaks_rules`
 * when it can, but may not be sent; `allergy_not_understood`, before anything is asked, when an allergy on file names nothing known.
 */
export const layerModel = (
  kind: "openai" | "anthropic"
): Layer.Layer<MealPlanner, Config.ConfigError, HttpClient.HttpClient> =>
  Layer.effect(
    MealPlanner,
    Effect.gen(function* () {
      const client = yield* HttpClient.HttpClient
      const config = yield* settings(kind)
      const dialect = kind === "openai" ? openai(config) : anthropic(config)

      const say = (turns: ReadonlyArray<Turn>) =>
        callJson(client, dialect.request({ system: SYSTEM, turns, answer: ANSWER }), config.timeout).pipe(
          Effect.flatMap(dialect.read)
        )

      const plan = Effect.fn("MealPlanner.plan")(function* (request: PlanRequest) {
        const tastes = tastesOf(request.preferences)
        if (!tastes.understood) return yield* Effect.fail(final("allergy_not_understood"))
        const days = expectedDays(request)
        const notes = ownNotes(request, tastes)
        const planner = `${kind} ${config.model}`
        if (days.length === 0) return assemble({ meals: [] }, request, planner, [...notes, "Every dinner was skipped."])
        const judge = (text: string) =>
          Result.match(decodeAnswer(document(text)), {
            onFailure: () => "unreadable" as const,
            onSuccess: (answer) => {
              const wrong = [
                ...violations(answer.meals, request, tastes, days),
                ...uncheckable(answer.meals, request, tastes)
              ]
              return wrong.length > 0 ? wrong : assemble(answer, request, planner, notes)
            }
          })
        const question: Turn = { role: "user", text: ask(request, tastes, days) }
        const first = yield* say([question])
        const judged = judge(first)
        if (isPlan(judged)) return judged
        const asked: ReadonlyArray<Turn> = [
          question,
          { role: "assistant", text: first.trim() === "" ? "{}" : first.trim() },
          { role: "user", text: repair(judged) }
        ]
        const again = judge(yield* say(asked))
        if (isPlan(again)) return again
        return yield* Effect.fail(final(again === "unreadable" ? "bad_answer" : "plan_breaks_rules"))
      })

      return MealPlanner.of({
        describe: { kind: "http", note: `plans come from the model ${config.model} (${kind} format)` },
        plan: (request) =>
          plan(request).pipe(
            Effect.timeoutOrElse({ duration: config.timeout, orElse: () => Effect.fail(retryable("timeout")) })
          )
      })
    })
  )
