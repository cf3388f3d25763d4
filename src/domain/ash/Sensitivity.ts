/**
 * How closely a channel is watched, as a factor on the score. A factor of 1 leaves the classifier's word alone; any other
 * factor rescales its score and reads the severity off it by the bot's own thresholds (C10). A factor below 1 never makes
 * a message graver, one above 1 never milder, and none turns critical into less than high.
 */
import type { Analysis, RecommendedAction } from "./Analysis.ts"
import { higherOf, isHigher, type Severity } from "./Severity.ts"
import type { Snowflake } from "./Snowflake.ts"
import { severityOf, type SeverityThresholds } from "./Thresholds.ts"

export interface SensitivityRange {
  readonly minimum: number
  readonly maximum: number
}

/** Which class a channel belongs to, and where in the class's range it lies: 0 at its lower end, 1 at its upper. */
export type ChannelWeights = Readonly<Record<Snowflake, number>>

export const PRIORITIES = ["low", "medium", "high"] as const
export type Priority = (typeof PRIORITIES)[number]

export interface SensitivitySettings {
  readonly ranges: Readonly<Record<Priority, SensitivityRange>>
  /** For channels of no class, and of more than one. */
  readonly standard: number
  readonly channels: Readonly<Record<Priority, ChannelWeights>>
}

export const defaultSensitivity: SensitivitySettings = {
  ranges: {
    low: { minimum: 0.3, maximum: 0.6 },
    medium: { minimum: 0.6, maximum: 0.9 },
    high: { minimum: 1, maximum: 1.5 }
  },
  standard: 1,
  channels: { low: {}, medium: {}, high: {} }
}

/** What a rescaled score is read by unless `BOT_SEVERITY_THRESHOLD_*` say otherwise. */
export const defaultThresholds: SeverityThresholds = { critical: 0.85, high: 0.55, medium: 0.28, low: 0.16 }

/** The factor of a channel. */
export const channelSensitivity = (settings: SensitivitySettings, channelId: Snowflake): number => {
  const classes = PRIORITIES.filter((priority) => Object.hasOwn(settings.channels[priority], channelId))
  const [only] = classes
  if (only === undefined || classes.length > 1) return settings.standard
  const { minimum, maximum } = settings.ranges[only]
  return minimum + (settings.channels[only][channelId] ?? 0) * (maximum - minimum)
}

const ACTIONS: Readonly<Record<Severity, RecommendedAction>> = {
  critical: "immediate_outreach",
  high: "priority_response",
  medium: "standard_monitoring",
  low: "passive_monitoring",
  safe: "none"
}

/** What is recommended for a severity when nobody says otherwise. */
export const actionFor = (severity: Severity): RecommendedAction => ACTIONS[severity]

/** The analysis as seen from a channel of this factor. Without a score there is nothing to rescale. */
export const applySensitivity = (analysis: Analysis, factor: number, thresholds: SeverityThresholds): Analysis => {
  if (factor === 1 || analysis.score === null) return analysis
  const score = Math.min(1, Math.max(0, analysis.score * factor))
  const read = severityOf(score, thresholds)
  const moved = isHigher(read, analysis.severity) === factor > 1 ? read : analysis.severity
  const severity = analysis.severity === "critical" ? higherOf(moved, "high") : moved
  return {
    ...analysis,
    score,
    severity,
    action: severity === analysis.severity ? analysis.action : actionFor(severity)
  }
}
