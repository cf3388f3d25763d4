/** The factor of a channel and what it may do to an analysis (C10). */
import * as fc from "fast-check"
import type { Analysis } from "#domain/ash/Analysis.ts"
import { applySensitivity, channelSensitivity, defaultSensitivity, defaultThresholds } from "#domain/ash/Sensitivity.ts"
import { isAtLeast, SEVERITIES, type Severity } from "#domain/ash/Severity.ts"
import { nlpThresholds, severityOf } from "#domain/ash/Thresholds.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const analysis = (severity: Severity, score: number | null): Analysis => ({
  severity,
  score,
  confidence: 0.9,
  action: "priority_response",
  factors: ["hopelessness"],
  source: "nlp",
  requestId: "r",
  tookMs: 100,
  degraded: false,
  worsening: null
})

const settings = {
  ...defaultSensitivity,
  channels: { low: { "1": 0, "2": 1, "9": 0.5 }, medium: { "3": 0.5, "9": 0.5 }, high: { "4": 0, "5": 1 } }
}

describe("channelSensitivity", () => {
  it("lies in its class's range by its weight; 1 for a channel of no class or of two", () => {
    const expected = { "1": 0.3, "2": 0.6, "3": 0.75, "4": 1, "5": 1.5, "9": 1, "77": 1 }
    for (const [channel, factor] of Object.entries(expected)) {
      expect(channelSensitivity(settings, channel)).toBeCloseTo(factor, 10)
    }
    expect(channelSensitivity({ ...settings, standard: 0.8 }, "9")).toBe(0.8)
  })
})

describe("applySensitivity", () => {
  it("leaves the server's severity alone at 1, whatever the score says", () => {
    const given = analysis("medium", 0.9)
    expect(applySensitivity(given, 1, defaultThresholds)).toBe(given)
  })

  it("rescales the score and reads the severity by the bot's thresholds", () => {
    const table: ReadonlyArray<readonly [Severity, number, number, Severity, number]> = [
      ["medium", 0.5, 1.5, "high", 0.75],
      ["high", 0.7, 1.5, "critical", 1],
      ["low", 0.3, 0.5, "safe", 0.15],
      ["high", 0.7, 0.5, "medium", 0.35],
      ["medium", 0.5, 0.3, "safe", 0.15],
      ["safe", 0.2, 1.5, "medium", 0.3],
      ["critical", 0.9, 0.9, "high", 0.81],
      ["critical", 0.9, 0.3, "high", 0.27]
    ]
    for (const [severity, score, factor, becomes, rescaled] of table) {
      const seen = applySensitivity(analysis(severity, score), factor, defaultThresholds)
      expect(seen.severity).toBe(becomes)
      expect(seen.score).toBeCloseTo(rescaled, 10)
    }
  })

  it("recommends what fits the new severity", () => {
    expect(applySensitivity(analysis("medium", 0.6), 1.5, defaultThresholds).action).toBe("immediate_outreach")
    expect(applySensitivity(analysis("high", 0.9), 0.65, defaultThresholds).action).toBe("priority_response")
  })

  it("has nothing to rescale without a score", () => {
    expect(applySensitivity(analysis("low", null), 0.3, defaultThresholds).severity).toBe("low")
  })

  it("never makes graver below 1, never milder above 1, and never critical less than high", () => {
    const factor = fc.double({ min: 0.1, max: 3, noNaN: true })
    const score = fc.double({ min: 0, max: 1, noNaN: true })
    fc.assert(
      fc.property(fc.constantFrom(...SEVERITIES), score, factor, (severity, score, factor) => {
        const seen = applySensitivity(analysis(severity, score), factor, defaultThresholds)
        if (factor < 1) expect(isAtLeast(severity, seen.severity)).toBe(true)
        if (factor > 1) expect(isAtLeast(seen.severity, severity)).toBe(true)
        if (severity === "critical") expect(isAtLeast(seen.severity, "high")).toBe(true)
        expect(seen.score).toBeLessThanOrEqual(1)
      })
    )
  })
})

describe("severityOf", () => {
  it("reads both sets of thresholds at their edges", () => {
    expect([0.85, 0.8499, 0.7, 0.5, 0.3, 0.29].map((score) => severityOf(score, nlpThresholds))).toEqual([
      "critical",
      "high",
      "high",
      "medium",
      "low",
      "safe"
    ])
    expect([0.85, 0.55, 0.28, 0.16, 0.15].map((score) => severityOf(score, defaultThresholds))).toEqual([
      "critical",
      "high",
      "medium",
      "low",
      "safe"
    ])
  })
})
