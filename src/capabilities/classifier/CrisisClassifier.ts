/**
 * Asking how serious a message is. Behind this service stands Ash-NLP over HTTP, or, when none is configured, the keyword
 * net alone. Who asks says how urgent it is and until when an answer is of use; a question is never answered with "safe"
 * because something failed (C11): it fails, and the caller says what happens then.
 */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import type { Analysis } from "#domain/ash/Analysis.ts"
import type { HistoryEntry } from "#domain/ash/History.ts"
import type { SeverityThresholds } from "#domain/ash/Thresholds.ts"
import type { CapabilityDescription } from "../Capability.ts"

/** Urgent before normal before backlog; within a class the oldest first. */
export const PRIORITIES = ["urgent", "normal", "backlog"] as const
export type Priority = (typeof PRIORITIES)[number]

export interface Question {
  /** Holds something to read (`isReadable`). */
  readonly text: string
  /** Earlier messages of the same person, oldest first, without this one (A36, C2). */
  readonly history: ReadonlyArray<HistoryEntry>
  readonly priority: Priority
  /** Letters, digits, `-` and `_`, at most 64: the same for every attempt. */
  readonly requestId: string
  /** An answer is of use until then, epoch milliseconds. */
  readonly answerBy: number
  /** It made a request fail before, so it takes nobody else along. */
  readonly alone: boolean
}

/**
 * Nobody could say. `code`: `late` (not by `answerBy`), `silent` (the service has failed repeatedly and is left alone for
 * `retryAfterMs`), `crowded`, `message_refused` (the message itself is not taken; asking again is no use), or how the last
 * attempt failed (`callJson`).
 */
export class ClassifierUnavailable extends Schema.TaggedError<ClassifierUnavailable>()("ClassifierUnavailable", {
  code: Schema.String,
  retryAfterMs: Schema.optionalKey(Schema.Number)
}) {}

export const MESSAGE_REFUSED = "message_refused"

export interface ClassifierHealth {
  /** `silent`: left alone after repeated failures, or not reachable. */
  readonly state: "answering" | "silent"
  /** What the service says of itself at `GET /health`; `none` when there is none. Asked at most every 10 s. */
  readonly server: "healthy" | "degraded" | "unhealthy" | "unreachable" | "none"
  /** Questions waiting for their turn in this process. */
  readonly waiting: number
  /** Questions of this process that got no answer since the last one that did. */
  readonly unanswered: number
}

/** What whoever asks must know of the configuration. */
export interface ClassifierTerms {
  /** How long an urgent message waits in all; default 5 s. */
  readonly urgentWaitMs: number
  /** Read a score by these once a channel's sensitivity has changed it. */
  readonly thresholds: SeverityThresholds
}

export class CrisisClassifier extends Context.Service<
  CrisisClassifier,
  {
    readonly describe: CapabilityDescription
    readonly terms: ClassifierTerms
    /** **Ordering**: by priority, then oldest first. **Crash**: forgets what waits; the asking effect is tried again. */
    readonly classify: (question: Question) => Effect.Effect<Analysis, ClassifierUnavailable>
    /** Runs it if there is a place for one more message that is not urgent; `none` at once when there is not. */
    readonly admit: <A, E, R>(run: Effect.Effect<A, E, R>) => Effect.Effect<Option.Option<A>, E, R>
    readonly health: Effect.Effect<ClassifierHealth>
  }
>()("app/capabilities/CrisisClassifier") {}

/** Whether a text holds anything to read: one of spaces and invisible signs, or none beside an attachment, does not. */
export const isReadable = (text: string): boolean => /[\p{L}\p{N}\p{P}\p{S}]/u.test(text)
