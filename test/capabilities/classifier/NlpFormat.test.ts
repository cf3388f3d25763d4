/** What is sent to Ash-NLP, and what is made of its answers: known words, unknown words, missing parts, failures. */
import * as fc from "fast-check"
import { analyzeBody, batchBody, readAnswer, readBatch, sayable } from "#capabilities/classifier/NlpFormat.ts"
import type { HistoryEntry } from "#domain/ash/History.ts"
import { describe, expect, it } from "#test/harness/effect.ts"

const entry = (message: string, changes: Partial<HistoryEntry> = {}): HistoryEntry => ({
  message,
  timestamp: "2026-11-20T12:00:00.000Z",
  crisis_score: 0.4,
  severity: "low",
  message_id: "1",
  ...changes
})

const question = { history: [entry("before")], requestId: "r1" }

const ANSWER = {
  crisis_detected: true,
  severity: "high",
  confidence: 0.87,
  crisis_score: 0.78,
  requires_intervention: true,
  recommended_action: "priority_response",
  signals: { bart: { label: "emotional distress", score: 0.89, crisis_signal: 0.89 } },
  processing_time_ms: 145.32,
  models_used: ["bart"],
  is_degraded: false,
  request_id: "req_abc",
  timestamp: "2026-11-20T12:00:00.123456",
  explanation: { verbosity: "standard", decision_summary: "…", key_factors: ["emotional distress"], plain_text: "…" },
  context_analysis: { escalation_detected: true, trend: { direction: "worsening", velocity: "rapid" } }
}

const read = (changes: Readonly<Record<string, unknown>>) => readAnswer({ ...ANSWER, ...changes }, question)

describe("the request", () => {
  it("carries the message, its history and no person", () => {
    const body = analyzeBody({
      text: "  now ",
      history: [entry("a", { crisis_score: null, message_id: null }), entry("b")]
    })
    expect(body).toEqual({
      message: "now",
      include_explanation: true,
      verbosity: "standard",
      include_context_analysis: true,
      message_history: [
        { message: "a", timestamp: "2026-11-20T12:00:00.000Z" },
        { message: "b", timestamp: "2026-11-20T12:00:00.000Z", crisis_score: 0.4, message_id: "1" }
      ]
    })
    expect(Object.keys(analyzeBody({ text: "x", history: [] }))).not.toContain("message_history")
  })

  it("keeps the newest twenty", () => {
    const history = Array.from({ length: 30 }, (_, at) => entry(`m${at}`))
    const sent = analyzeBody({ text: "x", history }).message_history ?? []
    expect(sent.map(({ message }) => message)).toEqual(history.slice(10).map(({ message }) => message))
  })

  it("is cut at 10,000 characters and is always valid Unicode", () => {
    expect(Array.from(sayable("🐻".repeat(10_500)))).toHaveLength(10_000)
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 50 }), (text) => {
        expect(sayable(text).isWellFormed()).toBe(true)
        expect(batchBody([{ text }]).messages).toEqual([sayable(text)])
      })
    )
  })
})

describe("an answer", () => {
  it("is read as it stands", () => {
    expect(readAnswer(ANSWER, question)).toEqual({
      severity: "high",
      score: 0.78,
      confidence: 0.87,
      action: "priority_response",
      factors: ["emotional distress"],
      source: "nlp",
      requestId: "req_abc",
      tookMs: 145.32,
      degraded: false,
      worsening: true
    })
  })

  it("may lack everything but a severity or a score", () => {
    expect(readAnswer({ severity: "LOW" }, { history: [], requestId: "ours" })).toEqual({
      severity: "low",
      score: null,
      confidence: null,
      action: "passive_monitoring",
      factors: [],
      source: "nlp",
      requestId: "ours",
      tookMs: null,
      degraded: false,
      worsening: null
    })
    for (const [score, severity] of [
      [0.85, "critical"],
      [0.7, "high"],
      [0.5, "medium"],
      [0.3, "low"],
      [0.1, "safe"]
    ] as const) {
      expect(readAnswer({ crisis_score: score }, question)?.severity).toBe(severity)
      expect(readAnswer({ severity: "severe", crisis_score: score }, question)?.severity).toBe(severity)
    }
  })

  it("that calls safe what its own score denies is read by the score, and recommends something", () => {
    const denied = { ...ANSWER, severity: "safe", crisis_score: 0.9, recommended_action: "none" }
    expect(readAnswer(denied, question)).toMatchObject({ severity: "critical", action: "immediate_outreach" })
    expect(readAnswer({ ...ANSWER, severity: "safe", crisis_score: 0.4 }, question)?.severity).toBe("safe")
    expect(readAnswer({ ...ANSWER, severity: "medium", crisis_score: 0.9 }, question)?.severity).toBe("medium")
  })

  it("is none without severity and score, and none when the engine itself failed: never safe by failure (C11)", () => {
    const none: ReadonlyArray<unknown> = [
      null,
      "safe",
      [],
      {},
      { severity: "unknown" },
      { severity: null, crisis_score: null },
      { severity: "odd", crisis_score: 7 },
      { crisis_score: "0.9" },
      { ...ANSWER, severity: "safe", crisis_score: 0, recommended_action: "error" },
      { ...ANSWER, severity: "safe", crisis_score: 0, is_degraded: true, models_used: [], recommended_action: "none" }
    ]
    for (const answer of none) expect(readAnswer(answer, question)).toBeNull()
  })

  it("loses no more than the part that is not as expected", () => {
    const odd = read({ confidence: "high", processing_time_ms: "1", is_degraded: "no", request_id: 7, models_used: {} })
    expect(odd).toMatchObject({ severity: "high", score: 0.78, confidence: null, tookMs: null, degraded: false })
    expect(odd?.requestId).toBe("r1")
    expect(readAnswer({ severity: 5, crisis_score: 0.9 }, question)?.severity).toBe("critical")
    expect(readAnswer({ severity: "critical", crisis_score: "very" }, question)?.severity).toBe("critical")
  })

  it("keeps the server's severity, whatever its score, and its word that it is degraded", () => {
    expect(read({ severity: "medium", crisis_score: 0.95 })?.severity).toBe("medium")
    expect(read({ is_degraded: true })?.degraded).toBe(true)
  })

  it("takes both vocabularies of actions, and judges an unknown word by the severity", () => {
    const actions = {
      immediate_outreach: "immediate_outreach",
      PASSIVE_MONITORING: "passive_monitoring",
      none: "none",
      immediate: "immediate_outreach",
      alert: "priority_response",
      monitor: "standard_monitoring",
      log: "passive_monitoring",
      dispatch_owl: "priority_response"
    }
    for (const [word, action] of Object.entries(actions))
      expect(read({ recommended_action: word })?.action).toBe(action)
  })

  it("reads worsening in either vocabulary, and not at all without a history", () => {
    const context = (escalation_detected: unknown, direction: unknown) => ({
      escalation_detected,
      trend: { direction }
    })
    expect(read({ context_analysis: context(false, "escalating") })?.worsening).toBe(true)
    expect(read({ context_analysis: context(true, "stable") })?.worsening).toBe(true)
    expect(read({ context_analysis: context(false, "improving") })?.worsening).toBe(false)
    expect(read({ context_analysis: context("yes", 7) })?.worsening).toBe(false)
    expect(read({ context_analysis: null })?.worsening).toBeNull()
    expect(readAnswer(ANSWER, { ...question, history: [] })?.worsening).toBeNull()
  })

  it("keeps five labels of a hundred characters and nothing in quotes", () => {
    const key_factors = [
      'said "i want to die"',
      "phrase: ‘nobody’ detected",
      "“end it” matched",
      "doesn't sleep",
      'open "never closed',
      "x".repeat(150),
      "seventh"
    ]
    const factors = read({ explanation: { key_factors } })?.factors
    expect(factors).toEqual(["said", "phrase: detected", "matched", "doesn't sleep", "open"])
    expect(read({ explanation: { key_factors: key_factors.slice(5) } })?.factors[0]).toHaveLength(100)
    expect(read({ explanation: { key_factors: [7, null, '"all"', "ok"] } })?.factors).toEqual(["ok"])
    expect(read({ explanation: { key_factors: "none" } })?.factors).toEqual([])
  })

  it("never throws", () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.jsonValue(), (answer, part) => {
        readAnswer(answer, question)
        read({ explanation: part, context_analysis: part, confidence: part, models_used: part })
        readBatch(answer, [{ text: "a", requestId: "r" }])
      })
    )
  })
})

describe("an answer to a batch", () => {
  const texts = ["first text", "second text", "third text"].map((text) => ({ text, requestId: "r" }))
  const item = (index: number, score: number, message_preview?: string) => ({
    index,
    crisis_detected: false,
    severity: score >= 0.5 ? "medium" : "safe",
    crisis_score: score,
    requires_intervention: false,
    ...(message_preview === undefined ? {} : { message_preview })
  })
  const severities = (results: ReadonlyArray<unknown>) =>
    readBatch({ results }, texts).map((analysis) => analysis?.severity ?? null)

  it("is read by index, in any order", () => {
    expect(severities([item(2, 0.6), item(0, 0.1), item(1, 0.2)])).toEqual(["safe", "safe", "medium"])
  })

  it("says nothing of a text that is missing, doubled, shifted, or that the engine failed over", () => {
    expect(severities([item(0, 0.1)])).toEqual(["safe", null, null])
    expect(severities([item(0, 0.1), item(0, 0.6), item(1, 0.1)])).toEqual([null, "safe", null])
    expect(severities([item(0, 0.1, "second text"), item(1, 0.1, "second text")])).toEqual([null, "safe", null])
    expect(severities([item(0, 0), item(1, 0.6)])).toEqual([null, "medium", null])
    expect(readBatch("nonsense", texts)).toEqual([null, null, null])
  })

  it("recognises long texts by their beginning", () => {
    const text = "🐻 a long one ".repeat(30)
    const message_preview = `${Array.from(text.trim()).slice(0, 50).join("")}...`
    expect(readBatch({ results: [item(0, 0.6, message_preview)] }, [{ text, requestId: "r" }])[0]?.severity).toBe(
      "medium"
    )
  })
})
