/** Every event an alert may hear, generated: for the properties and for the comparison with live XState. */
import * as fc from "fast-check"
import type { AlertEvent, Signal } from "#domain/ash/Alert.ts"
import type { Analysis } from "#domain/ash/Analysis.ts"
import { adoptable, MESSAGE, OTHER, RESPONDER, signal } from "./Driver.ts"

export const SECRET = "words of the member"

const severity = fc.constantFrom("low" as const, "medium" as const, "high" as const, "critical" as const)
const by = fc.constantFrom(RESPONDER, OTHER)
const messageId = fc.constantFrom(MESSAGE, "1400000000000000044", "1400000000000000045")

const analysis: Analysis = {
  severity: "medium",
  score: 0.5,
  confidence: 0.9,
  action: "standard_monitoring",
  factors: ["hopelessness"],
  source: "nlp",
  requestId: "r1",
  tookMs: 20,
  degraded: false,
  worsening: null
}

/** All events, at moments that `at` gives. */
export const eventsAt = (at: fc.Arbitrary<number>): fc.Arbitrary<AlertEvent> => {
  const signals: fc.Arbitrary<Signal> = fc
    .record({
      messageId,
      at,
      severity,
      analysis: fc.constantFrom(null, analysis),
      unanalysed: fc.boolean(),
      humanWanted: fc.oneof(
        { weight: 4, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: fc.constantFrom("asked" as const, "safety" as const) }
      )
    })
    .map((more) => signal(more))
  const post = fc.oneof(
    { weight: 3, arbitrary: fc.constant({}) },
    { weight: 1, arbitrary: fc.constant({ post: adoptable }) }
  )
  const asked = <T extends AlertEvent["type"]>(type: T, more: Record<string, fc.Arbitrary<unknown>> = {}) =>
    fc.tuple(fc.record({ by, at, ...more }), post).map(([fields, post]) => ({ type, ...fields, ...post }))
  const said = <T extends AlertEvent["type"]>(type: T, more: Record<string, fc.Arbitrary<unknown>> = {}) =>
    fc.record({ type: fc.constant(type), at, ...more })
  const one = fc.oneof(
    {
      weight: 4,
      arbitrary: fc.record({
        type: fc.constant("OPEN"),
        // An alert is named after its message.
        signal: signals.map((one) => ({ ...one, messageId: MESSAGE })),
        earlier: fc.nat(3),
        previous: fc.constantFrom(null, "alert_000000000001")
      })
    },
    { weight: 6, arbitrary: fc.record({ type: fc.constantFrom("SIGNAL", "ANALYSED"), signal: signals }) },
    { weight: 2, arbitrary: asked("ACKNOWLEDGE", { note: fc.constantFrom(null, "on it") }) },
    { weight: 1, arbitrary: asked("RESOLVE", { note: fc.constantFrom(null, "all well") }) },
    { weight: 2, arbitrary: asked("TALK_TO_ASH") },
    { weight: 2, arbitrary: asked("TAKE_OVER") },
    { weight: 2, arbitrary: asked("HAND_BACK") },
    { weight: 1, arbitrary: asked("ASSIGN", { to: by }) },
    { weight: 2, arbitrary: asked("OVERRIDE_SEVERITY", { severity, reason: fc.constant("because") }) },
    { weight: 1, arbitrary: asked("FALSE_POSITIVE", { reason: fc.constant("a song") }) },
    { weight: 1, arbitrary: fc.constant({ type: "LOOK" }) },
    {
      weight: 1,
      arbitrary: said("TEXT_GONE", { messageIds: fc.oneof(fc.constant("all"), fc.array(messageId, { maxLength: 2 })) })
    },
    { weight: 1, arbitrary: said("SUBJECT_FORGOTTEN") },
    { weight: 2, arbitrary: said("THREAD_MESSAGE", { by, messageId, text: fc.constant(SECRET) }) },
    { weight: 2, arbitrary: said("NOBODY_AVAILABLE") },
    { weight: 1, arbitrary: said("ASH_CONTACTED") },
    { weight: 1, arbitrary: said("ASH_REFUSED", { because: fc.constantFrom("opted_out", "off", "busy") }) },
    { weight: 1, arbitrary: said("ASH_UNREACHABLE") },
    { weight: 1, arbitrary: said("ASH_ENDED", { how: fc.constantFrom("idle", "member") }) },
    { weight: 1, arbitrary: said("MEMBER_OPTED_OUT", { until: fc.constantFrom(null, 1) }) },
    { weight: 1, arbitrary: said("MEMBER_SAID", { messageId, text: fc.constant(SECRET) }) }
  )
  return one as fc.Arbitrary<AlertEvent>
}
