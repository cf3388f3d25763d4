/**
 * Reading a severity off a score. Two sets of thresholds are in use (C10): Ash-NLP's own, here, for its answers and for the
 * keyword net, and the bot's (`Sensitivity.ts`), for scores that a channel's sensitivity has rescaled.
 */
import type { Severity } from "./Severity.ts"

/** The least score of each severity. */
export interface SeverityThresholds {
  readonly critical: number
  readonly high: number
  readonly medium: number
  readonly low: number
}

export const nlpThresholds: SeverityThresholds = { critical: 0.85, high: 0.7, medium: 0.5, low: 0.3 }

export const severityOf = (score: number, thresholds: SeverityThresholds): Severity => {
  if (score >= thresholds.critical) return "critical"
  if (score >= thresholds.high) return "high"
  if (score >= thresholds.medium) return "medium"
  return score >= thresholds.low ? "low" : "safe"
}
