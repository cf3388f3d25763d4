/** The alert means the same in the kernel, with a restart after every turn, as in live XState. */
import * as fc from "fast-check"
import { it } from "vitest"
import type { ActorEvent } from "#domain/Envelope.ts"
import type { AshPolicy } from "#domain/ash/AshPolicy.ts"
import { alertDefinition } from "#machines/alert/definition.ts"
import { conformance } from "#test/kernel/conformance/conformance.ts"
import { EPOCH } from "#test/kernel/conformance/Run.ts"
import { ALERT, policyWith, POST, RESPONDER, signal, THREAD } from "./Driver.ts"
import { eventsAt } from "./Events.ts"

const steps = (...afterMs: ReadonlyArray<number>): AshPolicy["alerts"]["escalation"]["high"] =>
  afterMs.map((ms, index) => ({ afterMs: ms, audience: (["crt", "wider", "leads"] as const)[index] ?? "leads" }))

const policy = policyWith({
  alerts: {
    escalation: { low: [], medium: steps(700), high: steps(200, 500), critical: steps(0, 150, 150) },
    remindAfterMs: 600,
    expireAfterMs: 2_500
  },
  autoInitiate: { delayMs: 300, delayWhenNobodyMs: 90 }
})

const at = fc.integer({ min: EPOCH, max: EPOCH + 5_000 })
const events = eventsAt(at) as fc.Arbitrary<unknown> as fc.Arbitrary<ActorEvent>
const opening: ActorEvent = { type: "OPEN", signal: signal({ at: EPOCH }), earlier: 0, previous: null }

it("the alert chart, with a restart after every turn", () =>
  conformance(
    { rows: [alertDefinition(policy)], id: ALERT },
    {
      events,
      advances: fc.oneof(fc.integer({ min: 1, max: 400 }), fc.constantFrom(2_600, 70_000)),
      outputs: {
        postAlert: fc.constant({ place: POST, threadId: THREAD, called: true }),
        editAlert: fc.constantFrom(null, "gone"),
        notify: fc.record({
          kind: fc.constantFrom("human_wanted", "escalated", "raised"),
          audience: fc.constantFrom("nobody", "crt", "leads")
        })
      },
      codes: fc.constantFrom("discord_50035"),
      opening: [
        opening,
        { type: "NOBODY_AVAILABLE", at: EPOCH },
        { type: "SIGNAL", signal: signal({ at: EPOCH, severity: "critical", messageId: "1400000000000000044" }) },
        "postAlert",
        { type: "ACKNOWLEDGE", by: RESPONDER, at: EPOCH + 10, note: null },
        "editAlert"
      ]
    },
    // Passed through on the way in.
    { numRuns: 100, maxSteps: 25, unreached: ["alert: alert.known.ash.undecided", "alert: alert.known.post.missing"] }
  ))
