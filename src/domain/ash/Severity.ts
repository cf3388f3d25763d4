/**
 * How serious a message is, in the words of Ash-NLP (A21). The five words are ordered; everything that compares goes by
 * that order, never by the score, because thresholds differ from classifier to classifier (C10).
 */

/** From none to life at risk. */
export const SEVERITIES = ["safe", "low", "medium", "high", "critical"] as const
export type Severity = (typeof SEVERITIES)[number]
/** What may be stored or alerted about: everything but `safe` (A24, C4). */
export type CrisisSeverity = Exclude<Severity, "safe">

export const isAtLeast = (severity: Severity, minimum: Severity): boolean =>
  SEVERITIES.indexOf(severity) >= SEVERITIES.indexOf(minimum)

export const isHigher = (severity: Severity, than: Severity): boolean => severity !== than && isAtLeast(severity, than)

export const higherOf = <A extends Severity>(one: A, other: A): A => (isAtLeast(one, other) ? one : other)

export const isCrisis = (severity: Severity): severity is CrisisSeverity => severity !== "safe"

/** Reads a severity in any case; `null` for any other word. */
export const parseSeverity = (word: string): Severity | null =>
  SEVERITIES.find((severity) => severity === word.trim().toLowerCase()) ?? null
