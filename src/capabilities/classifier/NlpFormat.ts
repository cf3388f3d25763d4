/**
 * Ash-NLP's requests and answers as data. Requests carry what the analysis needs and nothing else: no user, channel or
 * name. Answers are read leniently, because documentation and servers differ in words: an unknown severity is read off the
 * score, a missing part is nothing; but an answer without severity and score, or one that only reports the engine's own
 * failure, is no answer, and never "safe" (C11).
 */
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Analysis, RecommendedAction } from "#domain/ash/Analysis.ts"
import { RECOMMENDED_ACTIONS } from "#domain/ash/Analysis.ts"
import { HISTORY_FOR_ANALYSIS, type HistoryEntry } from "#domain/ash/History.ts"
import { actionFor } from "#domain/ash/Sensitivity.ts"
import { isAtLeast, parseSeverity, type Severity } from "#domain/ash/Severity.ts"
import { nlpThresholds, severityOf } from "#domain/ash/Thresholds.ts"
import type { Question } from "./CrisisClassifier.ts"

/** Of a message. */
const MAX_CHARACTERS = 10_000

/** As the server will take it: trimmed, cut by characters, no half of a pair. */
export const sayable = (text: string): string => {
  const trimmed = text.toWellFormed().trim()
  return trimmed.length <= MAX_CHARACTERS ? trimmed : Array.from(trimmed).slice(0, MAX_CHARACTERS).join("")
}

const pastMessage = ({ message, timestamp, crisis_score, message_id }: HistoryEntry) => ({
  message: sayable(message),
  timestamp,
  ...(crisis_score === null ? {} : { crisis_score }),
  ...(message_id === null ? {} : { message_id })
})

/** The body of `POST /analyze`. */
export const analyzeBody = ({ text, history }: Pick<Question, "text" | "history">) => {
  const past = history.slice(-HISTORY_FOR_ANALYSIS).map(pastMessage)
  return {
    message: sayable(text),
    include_explanation: true,
    verbosity: "standard",
    include_context_analysis: true,
    ...(past.length === 0 ? {} : { message_history: past.filter(({ message }) => message !== "") })
  }
}

/** The body of `POST /analyze/batch`: texts only, none empty, or the server would count them differently. */
export const batchBody = (questions: ReadonlyArray<Pick<Question, "text">>) => ({
  messages: questions.map(({ text }) => sayable(text)),
  include_details: false,
  include_explanation: false
})

/** A field that may be missing; one of the wrong kind is `null`. */
const lenient = <S extends Schema.Codec<unknown, unknown>>(schema: S) =>
  Schema.optionalKey(Schema.NullOr(schema).pipe(Schema.catchDecoding(() => Effect.succeedSome(null))))

const Share = Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 1 }))

const Verdict = {
  severity: lenient(Schema.String),
  crisis_score: lenient(Share)
}

const Answer = Schema.Struct({
  ...Verdict,
  confidence: lenient(Share),
  recommended_action: lenient(Schema.String),
  processing_time_ms: lenient(Schema.Finite),
  models_used: lenient(Schema.Array(Schema.Unknown)),
  is_degraded: lenient(Schema.Boolean),
  request_id: lenient(Schema.String),
  explanation: lenient(Schema.Struct({ key_factors: lenient(Schema.Array(Schema.Unknown)) })),
  context_analysis: lenient(
    Schema.Struct({
      escalation_detected: lenient(Schema.Boolean),
      trend: lenient(Schema.Struct({ direction: lenient(Schema.String) }))
    })
  )
})
const decodeAnswer = Schema.decodeUnknownOption(Answer)

const BatchAnswer = Schema.Struct({
  results: Schema.Array(Schema.Struct({ ...Verdict, index: Schema.Int, message_preview: lenient(Schema.String) }))
})
const decodeBatch = Schema.decodeUnknownOption(BatchAnswer)

type Maybe<A> = A | null | undefined

/** The bot's own words beside Ash-NLP's (C10). */
const BOT_ACTIONS: Readonly<Record<string, RecommendedAction>> = {
  immediate: "immediate_outreach",
  alert: "priority_response",
  monitor: "standard_monitoring",
  log: "passive_monitoring"
}

const readAction = (word: Maybe<string>, severity: Severity): RecommendedAction => {
  const plain = word?.trim().toLowerCase() ?? ""
  return RECOMMENDED_ACTIONS.find((action) => action === plain) ?? BOT_ACTIONS[plain] ?? actionFor(severity)
}

/** The server's word; else what its score says; else nothing is known. A "safe" its own score denies is no all-clear. */
const readSeverity = (word: Maybe<string>, score: number | null): Severity | null => {
  const said = parseSeverity(word ?? "")
  const scored = score === null ? null : severityOf(score, nlpThresholds)
  if (said === null) return scored
  return said === "safe" && scored !== null && isAtLeast(scored, "medium") ? scored : said
}

const MAX_FACTORS = 5
const MAX_FACTOR = 100

/** A label without anything quoted: a server may cite the message, and an analysis must not (C8). */
const label = (factor: unknown): ReadonlyArray<string> => {
  if (typeof factor !== "string") return []
  const plain = factor
    .replace(
      /"[^"]*"?|\u201c[^\u201d]*\u201d?|\u00ab[^\u00bb]*\u00bb?|\u0060[^\u0060]*\u0060?|(?<!\p{L})['\u2018][^'\u2019]*['\u2019]/gu,
      " "
    )
    .replace(/[\p{Cc}\p{Cf}\s]+/gu, " ")
    .replace(/[\s:;,.-]+$/u, "")
    .trim()
  return plain === "" ? [] : [Array.from(plain).slice(0, MAX_FACTOR).join("")]
}

const WORSE = new Set(["worsening", "escalating", "declining", "deteriorating"])

const isWorsening = (context: (typeof Answer)["Type"]["context_analysis"]): boolean | null => {
  if (context === null || context === undefined) return null
  const direction = context.trend?.direction?.trim().toLowerCase() ?? ""
  return context.escalation_detected === true || WORSE.has(direction)
}

/**
 * The analysis in an answer to `POST /analyze`; `null` when it holds none. The engine reports its own failure as "safe"
 * with the action `error`, or as the work of no model at all.
 */
export const readAnswer = (answer: unknown, question: Pick<Question, "history" | "requestId">): Analysis | null => {
  const found = Option.getOrNull(decodeAnswer(answer))
  if (found === null) return null
  const score = found.crisis_score ?? null
  const severity = readSeverity(found.severity, score)
  if (severity === null || found.recommended_action?.trim().toLowerCase() === "error") return null
  if (found.is_degraded === true && found.models_used?.length === 0) return null
  const denied = severity !== "safe" && parseSeverity(found.severity ?? "") === "safe"
  return {
    severity,
    score,
    confidence: found.confidence ?? null,
    action: denied ? actionFor(severity) : readAction(found.recommended_action, severity),
    factors: (found.explanation?.key_factors ?? []).flatMap(label).slice(0, MAX_FACTORS),
    source: "nlp",
    requestId: found.request_id ?? question.requestId,
    tookMs: found.processing_time_ms ?? null,
    degraded: found.is_degraded ?? false,
    worsening: question.history.length === 0 ? null : isWorsening(found.context_analysis)
  }
}

/** The server repeats the first 50 characters of each text. */
const PREVIEW = 40
const bare = (text: string): string => text.replace(/[\s\p{Cc}\p{Cf}]+/gu, "")

const isOf = (preview: Maybe<string>, text: string): boolean =>
  bare(text).startsWith(
    bare(
      Array.from(preview ?? "")
        .slice(0, PREVIEW)
        .join("")
    )
  )

/**
 * The analyses in an answer to `POST /analyze/batch`, by question; `null` where it holds none, or that of another text. An
 * item has no field for the engine's failure: it looks like "safe" with a score of exactly nothing, so that is asked again.
 */
export const readBatch = (
  answer: unknown,
  questions: ReadonlyArray<Pick<Question, "text" | "requestId">>
): ReadonlyArray<Analysis | null> => {
  const results = Option.getOrNull(decodeBatch(answer))?.results ?? []
  return questions.map(({ text, requestId }, at) => {
    const [item, another] = results.filter(({ index }) => index === at)
    if (item === undefined || another !== undefined || !isOf(item.message_preview, sayable(text))) return null
    const score = item.crisis_score ?? null
    const severity = readSeverity(item.severity, score)
    if (severity === null || (severity === "safe" && score === 0)) return null
    return {
      severity,
      score,
      confidence: null,
      action: actionFor(severity),
      factors: [],
      source: "nlp",
      requestId,
      tookMs: null,
      degraded: false,
      worsening: null
    }
  })
}
