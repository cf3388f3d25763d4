/**
 * What a classifier says of one message, reduced to what the rest of the service needs. No field holds words of the
 * message: factors are labels, so an analysis may stand in an alert's record (C8).
 */
import type { Severity } from "./Severity.ts"
import type { SeenMessage } from "./Member.ts"

/** What Ash-NLP recommends; unknown words of a newer server are read as `standard_monitoring` or worse by severity (C10). */
export const RECOMMENDED_ACTIONS = [
  "immediate_outreach",
  "priority_response",
  "standard_monitoring",
  "passive_monitoring",
  "none"
] as const
export type RecommendedAction = (typeof RECOMMENDED_ACTIONS)[number]

export interface Analysis {
  /** After the channel's sensitivity was applied. */
  readonly severity: Severity
  /** 0 to 1, after the channel's sensitivity; `null` when the classifier gave none. */
  readonly score: number | null
  /** 0 to 1; `null` when unknown. The keyword net never claims one. */
  readonly confidence: number | null
  readonly action: RecommendedAction
  /** At most five labels of at most 100 characters, none quoting the message. */
  readonly factors: ReadonlyArray<string>
  /** `keywords`: the local net decided because no classifier answered, or none is configured. */
  readonly source: "nlp" | "keywords"
  /** The classifier's request id, for its operators. */
  readonly requestId: string | null
  readonly tookMs: number | null
  /** The classifier itself said that it worked with fewer models than it should. */
  readonly degraded: boolean
  /** Whether the history shows things getting worse; `null` when no history was looked at. */
  readonly worsening: boolean | null
  /** The classifier saw next to nothing where the keyword net reads an act announced: people look at it (C11). */
  readonly disputed?: true
}

/** What the `classify` effect is asked: one message of one member. */
export interface Classify {
  readonly guildId: string
  readonly userId: string
  readonly message: SeenMessage
  /** The keyword net calls it serious: it goes before everything else and waits for nobody. */
  readonly urgent: boolean
}

/** What `classify` and `classifyLater` answer. */
export interface Classified {
  /** Its text is cut to what a history entry holds (A18). */
  readonly message: SeenMessage
  readonly analysis: Analysis
  /** A classifier is configured and did not answer: the keyword net decided, the real answer is still owed (C11). */
  readonly unanalysed: boolean
}
